"""A target group counted in parts, by age or by day: each part a question of its own, that pays like any other.

There is no cheaper way: a family can stand in several parts, so their costs add up. Which parts there are follows from
the text alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from groeibrief.casework.policy import months_before
from groeibrief.disclosure.answer import dutch_day
from groeibrief.errors import RefusedError, UserError
from groeibrief.query import Age, And, Children, Count, Sort, sources_used
from groeibrief.workflow.definitions import Bound
from groeibrief.workflow.tellers import sensitive_sources

if TYPE_CHECKING:
    from groeibrief.disclosure import Answer
    from groeibrief.workflow.previewing import Preview

BY_AGE, BY_DAY = "leeftijd", "tijd"
_AGES = ((0, 2), (3, 5), (6, 11), (12, 17), (18, 24))
_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Slice:
    """A part: its key in a form, what it is called, and its question (or why there is none)."""

    key: str
    name: str
    asked: Bound | UserError


@dataclass(frozen=True, slots=True)
class Counted:
    """A part with its answer, or with why there is none."""

    slice: Slice
    answer: Answer | None
    refusal: str


def by_age(bound: Bound) -> tuple[Slice, ...]:
    """Children of an age on the reference date; of gezinnen, those of the group that have a child of that age."""
    question = bound.definition.question
    slices = []
    for low, high in _AGES:
        age = Age(Sort.KIND, low, high)
        part = age if question.unit is Sort.KIND else Children(Count(at_least=1), age)
        narrowed = replace(question, condition=And((question.condition, part)))
        asked = replace(bound, definition=replace(bound.definition, question=narrowed))
        slices.append(Slice(f"{low}-{high}", f"{low} tot en met {high} jaar", asked))
    return tuple(slices)


def by_day(on: date, read: Callable[[date], Bound]) -> tuple[Slice, ...]:
    """The same group on this day of the months before, the newest last. *read* may raise UserError for a day."""
    slices = []
    for back in reversed(range(_MONTHS)):
        day = months_before(on, back)
        asked: Bound | UserError
        try:
            asked = read(day)
        except UserError as error:
            asked = error
        slices.append(Slice(day.isoformat(), dutch_day(day), asked))
    return tuple(slices)


def cost_in_turns(preview: Preview, slices: Collection[Slice]) -> Fraction:
    """What these parts cost at most, in telbeurten: what was asked before costs nothing."""
    sensitive = sensitive_sources(preview.catalogue)
    ordinary = preview.disclosure.cost(sensitive=False, children=False)
    return sum(
        (
            preview.disclosure.cost(
                sensitive=not sensitive.isdisjoint(sources_used(each.asked.definition.question)), children=False
            )
            / ordinary
            for each in slices
            if isinstance(each.asked, Bound)
        ),
        Fraction(),
    )


def count_slices(
    preview: Preview, slices: Collection[Slice], municipalities: Collection[str], account: str
) -> tuple[Counted, ...]:
    """Ask each part as a question of its own, in order; after a refusal for want of room the rest is not asked."""
    found: list[Counted] = []
    full = ""
    for each in slices:
        if isinstance(each.asked, UserError):
            found.append(Counted(each, None, str(each.asked)))
        elif full:
            found.append(Counted(each, None, full))
        else:
            try:
                answer = preview.ask(each.asked, municipalities, account, children=False)
            except RefusedError as error:
                full = str(error)
                found.append(Counted(each, None, full))
            except UserError as error:
                found.append(Counted(each, None, str(error)))
            else:
                found.append(Counted(each, answer, ""))
    return tuple(found)
