"""Cases for a definition that has none: invented families near its edges, and what both engines make of them.

A proposal, never more: it says what the definition does, and somebody has to say whether that is what was meant.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, product
from pathlib import Path

import yaml

from groeibrief.catalog import Catalogue, PeriodKind
from groeibrief.engines.analysis.casetest import run_cases
from groeibrief.errors import DefinitionError, RefusedError
from groeibrief.language.cases import SUFFIX, Expected, load_cases
from groeibrief.query import (
    Age,
    Children,
    ChildrenInDossier,
    Days,
    Granted,
    Has,
    IsUnknown,
    Months,
    OneOf,
    Range,
    SchoolYears,
    walk,
)
from groeibrief.workflow.definitions import Bound

_MOST_SOURCES, _MOST_AGES, _MOST_SIZES, _OUTSIDE = 4, 6, 3, 4
_DEFAULT_AGE = 6
_AFTER_BIRTHDAY = timedelta(days=40)


class _Dumper(yaml.SafeDumper):
    """Writes children that are alike each in full."""

    def ignore_aliases(self, data: object) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class _Family:
    """So many children alike: of an age, with these sources."""

    age: int
    sources: frozenset[int]
    size: int

    def differences(self, other: _Family) -> int:
        """In how many ways it is another family."""
        return (self.age != other.age) + len(self.sources ^ other.sources) + (self.size != other.size)


def propose_cases(bound: Bound) -> str:
    """A file with cases: one family that is in, and those nearest to it that are not.

    Raises RefusedError (E777) when none of the families that were tried is in, or all of them are.
    """
    question, catalogue = bound.definition.question, bound.catalogue
    held = tuple(dict.fromkeys(node for node in walk(question.condition) if isinstance(node, Has)))
    families = list(_families(bound, len(held)))
    words = [_case(family, held, bound, number, Expected.OUT) for number, family in enumerate(families)]
    found = _verdicts(bound, words)
    inside = [family for family, verdict in zip(families, found, strict=True) if verdict is Expected.IN]
    outside = [family for family, verdict in zip(families, found, strict=True) if verdict is Expected.OUT]
    if not inside or not outside:
        raise RefusedError(
            "E777",
            "Voor deze doelgroep is geen voorstel gevonden. Schrijf zelf minstens één geval dat erin hoort en één dat "
            "erbuiten hoort.",
        )
    chosen = min(inside, key=lambda each: (len(each.sources), each.size, abs(each.age - _DEFAULT_AGE)))
    nearest = sorted(outside, key=lambda each: (each.differences(chosen), abs(each.age - chosen.age), each.size))
    written = [_case(chosen, held, bound, 0, Expected.IN, "hoort erin")]
    written += [
        _case(each, held, bound, number, Expected.OUT, _because(each, chosen, held, catalogue))
        for number, each in enumerate(nearest[:_OUTSIDE], 1)
    ]
    return _text(bound, written)


def _families(bound: Bound, sources: int) -> Iterator[_Family]:
    question = bound.definition.question
    ages, sizes = {_DEFAULT_AGE}, {1}
    for node in walk(question.condition):
        match node:
            case Age(unit="jaar"):
                ages |= {edge for edge in (node.at_least, node.at_most) if edge is not None}
                ages |= {node.at_least - 1} if node.at_least else set()
                ages |= {node.at_most + 1} if node.at_most is not None else set()
            case Children(count) | ChildrenInDossier(count):
                sizes |= {edge for edge in (count.at_least, count.at_most, count.exactly) if edge}
    numbers = range(sources)
    sets = (
        [frozenset(each) for size in range(sources + 1) for each in combinations(numbers, size)]
        if sources <= _MOST_SOURCES
        else [frozenset(numbers), frozenset(), *(frozenset(numbers) - {each} for each in numbers)]
    )
    near = sorted((age for age in ages if 0 <= age <= 25), key=lambda age: (abs(age - _DEFAULT_AGE), age))
    for age, held, size in product(near[:_MOST_AGES], sets, sorted(sizes)[:_MOST_SIZES]):
        yield _Family(age, held, size)


def _case(
    family: _Family, held: Sequence[Has], bound: Bound, number: int, expected: Expected, because: str = "voorstel"
) -> dict[str, object]:
    question, catalogue = bound.definition.question, bound.catalogue
    child: dict[str, object] = {"geboren": _born(question.reference_date, family.age)}
    rows: dict[str, list[dict[str, object]]] = {}
    for place in sorted(family.sources):
        node = held[place]
        kind = catalogue.sources[node.source].soort_periode
        for row in _rows(node, kind):
            there = rows.setdefault(node.source, [])
            if kind is PeriodKind.MONTH_RIGHT and there:
                # Two rights of one child in the same months would break a rule of the snapshot.
                there[0].update({**row, "van": min(there[0]["van"], row["van"], key=str)})
            else:
                there.append(row)
    name = f"{number + 1}. {_described(family, held, catalogue)}"
    return {
        "naam": name,
        "verwacht": expected.value,
        "omdat": because,
        "kinderen": [{**child, **rows} for _ in range(family.size)],
    }


def _born(on: date, age: int) -> date:
    birthday = date(on.year - age, on.month, min(on.day, 28))
    return birthday - _AFTER_BIRTHDAY


def _rows(node: Has, kind: PeriodKind) -> Iterator[dict[str, object]]:
    fields: dict[str, object] = {}
    for field in node.where:
        match field.test:
            case OneOf(values):
                fields[field.name] = _plain(values[0])
            case Range(low, high):
                fields[field.name] = _plain(high if low is None else low)
            case IsUnknown(True):
                fields[field.name] = None
    match node.period:
        case Months(first) if kind is PeriodKind.MONTH_RIGHT:
            yield {"van": first.first_day, **fields}
        case Months():
            yield from ({"maand": str(month), **fields} for month in node.period.months)
        case SchoolYears(year):
            yield {"schooljaar": str(year), **fields}
        case Granted(age, days):
            told: dict[str, object] = {} if age is None else {"leeftijd": age}
            yield {**told, **({} if days is None else {"toegekend_op": days.first}), **fields}
        case Days(first):
            yield {"datum": first, **fields}


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | str) else float(str(value))


def _described(family: _Family, held: Sequence[Has], catalogue: Catalogue) -> str:
    names = dict.fromkeys(catalogue.sources[held[place].source].naam.lower() for place in sorted(family.sources))
    who = f"kind van {family.age}" if family.size == 1 else f"{family.size} kinderen van {family.age}"
    return f"{who} met {' en '.join(names)}" if names else f"{who} zonder toeslag"


def _because(family: _Family, chosen: _Family, held: Sequence[Has], catalogue: Catalogue) -> str:
    found = []
    if family.age != chosen.age:
        found.append(f"{family.age} jaar in plaats van {chosen.age}")
    for place in sorted(family.sources ^ chosen.sources):
        word = "met" if place in family.sources else "zonder"
        found.append(f"{word} {catalogue.sources[held[place].source].naam.lower()}")
    if family.size != chosen.size:
        found.append(f"{family.size} in plaats van {chosen.size} kinderen")
    return f"zoals het eerste, maar {', '.join(found)}"


def _text(bound: Bound, cases: Sequence[Mapping[str, object]]) -> str:
    binding = bound.binding
    filled = {
        "gemeenten": list(binding.gemeenten),
        "peildatum": binding.peildatum,
        "parameters": dict(binding.parameters),
    }
    given = {name: value for name, value in filled.items() if value}
    document = {"doelgroep": bound.definition.doelgroep, **({"invulling": given} if given else {}), "gevallen": cases}
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def _verdicts(bound: Bound, cases: Sequence[Mapping[str, object]]) -> list[Expected | None]:
    """What both engines find of each family; None where they differ, or nothing can be said."""
    with tempfile.TemporaryDirectory(prefix="groeibrief-") as folder:
        path = Path(folder) / f"{bound.definition.doelgroep}{SUFFIX}"
        path.write_text(_text(bound, cases), encoding="utf-8")
        try:
            report = run_cases(load_cases(path, bound.catalogue), bound.definition.question, bound.catalogue)
        except DefinitionError:
            return [None] * len(cases)
    verdicts = [result.verdicts[0] for result in report.results]
    return [each.duckdb if each.duckdb is each.reference else None for each in verdicts]
