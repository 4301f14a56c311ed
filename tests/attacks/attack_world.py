"""A synthetic municipality in memory, of whose families an attacker knows all but a few bits.

Its questions are real ones; they are evaluated over arrays, because thousands of trials ask a hundred thousand of them.
``test_attack_world`` holds the evaluation against the reference engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

import numpy as np

from groeibrief.calendar import Month, SchoolYear
from groeibrief.query import (
    Age,
    And,
    Born,
    Children,
    Condition,
    DomicileOf,
    Has,
    Months,
    Not,
    Or,
    Payer,
    Question,
    SchoolYears,
    Sort,
    counted_children,
)

FIRST_MONTH = Month(2024, 9)
PEILDATUM = FIRST_MONTH.first_day
SECRET = "sociale_toeslag"
KNOWN = "kinderopvangtoeslag"
COMMON = "schooltoeslag"
PAYERS = ("FONS", "Infino", "KidsLife", "MyFamily", "Parentia")
TORHOUT, LICHTERVELDE, HERSTAPPE = "31033", "36011", "73028"
FAMILIES, DUMMIES, CANDIDATES = 3000, 60, 24
_FIRST_BIRTH, _LAST_BIRTH = date(2008, 1, 1).toordinal(), date(2024, 8, 1).toordinal()

Bits = tuple[bool, ...]


@dataclass
class World:
    """Arrays with an element for each child, sorted by family, or for each family.

    The last families are the *dummies*, of whom the attacker knows that they have ``KNOWN`` and nothing else, and the
    *candidates*, of whom the attacker knows everything but whether they have ``SECRET``. The birth dates of both are
    nobody else's. ``changes``: the month from which a candidate has what its bit says.
    """

    family: Any
    born: Any
    nis: Any
    payer: Any
    has: dict[str, Any]
    dummies: tuple[date, ...]
    candidates: tuple[date, ...]
    rows: tuple[Any, ...]
    changes: Month = FIRST_MONTH
    _counted: dict[tuple[Question, Bits], tuple[int, int]] = field(default_factory=dict)

    def count(self, question: Question, bits: Bits) -> tuple[int, int]:
        """The exact number of families, and of children with each gezin counted for at most three."""
        key = (question, bits)
        found = self._counted.get(key)
        if found is None:
            found = _Evaluation(self, question, bits).count()
            if len(self._counted) < 20_000:
                self._counted[key] = found
        return found


def make_world(
    seed: int,
    families: int = FAMILIES,
    *,
    municipalities: tuple[str, ...] = (TORHOUT,),
    siblings: int = 1,
    dummies: int = DUMMIES,
    candidates: int = 1,
    spread: bool = False,
    changes: Month = FIRST_MONTH,
) -> World:
    """Make a world. *siblings*: children of a candidate, all with the secret or none; *spread*: over municipalities."""
    random = Random(seed)
    days = random.sample(range(_FIRST_BIRTH, _LAST_BIRTH), dummies + candidates)
    free = sorted(set(range(_FIRST_BIRTH, _LAST_BIRTH)) - set(days))
    sizes = [random.choice((1, 1, 2, 2, 3, 4)) for _ in range(families - dummies - candidates)]
    sizes += [1] * dummies + [siblings] * candidates
    family = np.repeat(np.arange(len(sizes)), sizes)
    born = np.array([random.choice(free) for _ in family])
    nis = np.array([random.choice(municipalities) for _ in sizes])[family]
    has = {
        SECRET: np.array([random.random() < 0.2 for _ in family]),
        KNOWN: np.array([random.random() < 0.1 for _ in family]),
        COMMON: np.array([random.random() < 0.4 for _ in family]),
    }
    rows = []
    for number, day in enumerate(days):
        mine = np.flatnonzero(family == len(sizes) - len(days) + number)
        dummy = number < dummies
        born[mine] = day
        nis[mine] = [municipalities[place % len(municipalities) if spread else 0] for place in range(len(mine))]
        has[SECRET][mine] = False
        has[KNOWN][mine] = dummy
        has[COMMON][mine] = not dummy
        if not dummy:
            rows.append(mine)
    birthdays = [date.fromordinal(day) for day in days]
    payer = np.array([random.choice(PAYERS) for _ in sizes])
    payer[-1] = PAYERS[0]
    return World(
        family, born, nis, payer, has, tuple(birthdays[:dummies]), tuple(birthdays[dummies:]), tuple(rows), changes
    )


class _Evaluation:
    """One question over one world, as the bits make it."""

    def __init__(self, world: World, question: Question, bits: Bits) -> None:
        self._world, self._question, self._bits = world, question, bits
        self._scope = np.isin(world.nis, question.municipalities)

    def count(self) -> tuple[int, int]:
        selected = self._gezin(self._question.condition)
        nodes = counted_children(self._question.condition)
        counted = np.zeros(len(self._scope), bool) if nodes else self._scope.copy()
        for node in nodes:
            counted |= self._kind(node.which) & self._scope if node.which is not None else self._scope
        each = np.bincount(self._world.family[counted], minlength=len(selected))
        return int(selected.sum()), int(np.minimum(each, 3)[selected].sum())

    def _in_population(self) -> Any:
        return np.bincount(self._world.family[self._scope], minlength=len(self._world.payer)) > 0

    def _gezin(self, node: Condition) -> Any:
        match node:
            case And(parts):
                return np.logical_and.reduce([self._gezin(part) for part in parts])
            case Or(parts):
                return np.logical_or.reduce([self._gezin(part) for part in parts])
            case Not(part):
                return ~self._gezin(part) & self._in_population()
            case Payer(one_of):
                return np.isin(self._world.payer, one_of) & self._in_population()
            case Children(count, which):
                fulfil = self._scope if which is None else self._scope & self._kind(which)
                each = np.bincount(self._world.family[fulfil], minlength=len(self._world.payer))
                low, high = count.low, count.high
                return (each >= low) & (each <= high if high is not None else True) & self._in_population()
        raise AssertionError(f"Unhandled node: {node!r}")

    def _kind(self, node: Condition) -> Any:
        match node:
            case And(parts):
                return np.logical_and.reduce([self._kind(part) for part in parts])
            case Or(parts) if all(isinstance(part, Born) and part.first == part.last for part in parts):
                days = [part.first.toordinal() for part in parts if isinstance(part, Born) and part.first]
                return np.isin(self._world.born, days)
            case Or(parts):
                return np.logical_or.reduce([self._kind(part) for part in parts])
            case Not(part):
                return ~self._kind(part)
            case Born(first, last):
                return self._born(first, last)
            case Age(_, at_least, at_most, unit):
                return self._born(self._before(at_most, 1, unit), self._before(at_least, 0, unit), after=True)
            case Has(source, period):
                return self._has(source, period)
        raise AssertionError(f"Unhandled node: {node!r}")

    def _born(self, first: date | None, last: date | None, *, after: bool = False) -> Any:
        low = _FIRST_BIRTH if first is None else first.toordinal() + after
        high = _LAST_BIRTH if last is None else last.toordinal()
        return (self._world.born >= low) & (self._world.born <= high)

    def _before(self, age: int | None, more: int, unit: str) -> date | None:
        """The day on which one was born who has this age today; days of reference are first days of a month."""
        if age is None:
            return None
        return Month.of(self._question.reference_date).plus(-(age + more) * (12 if unit == "jaar" else 1)).first_day

    def _has(self, source: str, period: Any) -> Any:
        found = self._world.has[source]
        if source != SECRET:
            return found
        found = found.copy()
        for row, bit in zip(self._world.rows, self._bits, strict=True):
            found[row] = bit and period.last >= self._world.changes
        return found


def ask(condition: Condition, *, where: tuple[str, ...] = (TORHOUT,), month: int = 0) -> Question:
    """The question how many gezinnen fulfil *condition*, on the first day of a month."""
    return Question(Sort.GEZIN, FIRST_MONTH.plus(month).first_day, where, DomicileOf.KIND, condition)


def has(source: str, month: int = 0) -> Has:
    """A row of the source in the month or its school year."""
    when = FIRST_MONTH.plus(month)
    return Has(source, SchoolYears(SchoolYear(2024)) if source == COMMON else Months(when, when))


def some_day(days: Iterable[date]) -> Condition:
    """Born on one of some days."""
    parts = tuple(Born(day, day) for day in days)
    return parts[0] if len(parts) == 1 else Or(parts)
