"""Attrition: how many are left after each condition, by each alone, and how many only it drops (LANGUAGE.md).

Everything follows from one count per combination of outcomes of the outermost conditions (:mod:`.profiles`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from groeibrief.catalog import Catalogue
from groeibrief.engines.analysis.outline import Line, Outline, outline
from groeibrief.engines.analysis.profiles import FALSE, TRUE, UNKNOWN, masks_of, profiles
from groeibrief.engines.analysis.tally import Number, tally_of
from groeibrief.engines.analysis.wording import WORDS, how_many, laid_out
from groeibrief.engines.base import Counts
from groeibrief.engines.duckdb import DuckDBEngine
from groeibrief.query import Children, Count, Not, Or, Question, Sort

_WITH_CHILDREN = Children(Count(at_least=1))
_EVERYONE = Or((_WITH_CHILDREN, Not(_WITH_CHILDREN)))


@dataclass(frozen=True, slots=True)
class Attrition:
    """``in_order`` cumulative, ``alone`` each by itself, ``only_this`` what only it drops: a number a condition.

    When the conditions are about a child, ``children`` are those that fulfil them, in whichever gezin, and
    ``families`` those with enough of them. ``population``: gezinnen and children. ``selected`` is what a count says.
    """

    outline: Outline
    lines: tuple[Line, ...]
    population: tuple[int, int]
    masks: Mapping[str, tuple[int, int]]
    in_order: tuple[Number, ...]
    alone: tuple[Number, ...]
    only_this: tuple[Number, ...]
    selected: Counts

    def as_json(self) -> dict[str, object]:
        """The form that CLI.md fixes, and what it is about."""
        families, children = self.population
        return {
            "eenheid": self.outline.question.unit.value,
            "per": self.outline.per.value,
            "populatie": {"gezinnen": families, "kinderen": children},
            "voorwaarden": [line.as_json() for line in self.lines],
            "maskers": [
                {"uitkomsten": mask, "gezinnen": families, "kinderen": children}
                for mask, (families, children) in self.masks.items()
            ],
            "volgorde": _numbered(self.in_order),
            "elk_apart": _numbered(self.alone),
            "alleen_deze": _numbered(self.only_this),
            "geselecteerd": {
                "gezinnen": self.selected.families,
                "kinderen": self.selected.children,
                "niet_te_beoordelen": self.selected.undecidable,
            },
        }

    def text(self) -> str:
        """The same, to read."""
        per, selected = self.outline.per, self.selected
        start = self._cells("in de populatie", *self.population)
        return "\n".join(
            (
                f"Voorwaarden, per {per.value} nagekeken",
                *(f"  {line}" for line in self.lines),
                "",
                "Na elkaar: wie na elke voorwaarde overblijft",
                self._table("na voorwaarde", self.in_order, [start]),
                "",
                "Elk apart: wie aan die ene voorwaarde voldoet",
                self._table("voorwaarde", self.alone),
                "",
                "Alleen deze: wie enkel door die ene voorwaarde afvalt (en van wie ze niet te beoordelen is)",
                self._table("voorwaarde", self.only_this),
                "",
                f"Elke combinatie ({TRUE} waar, {FALSE} onwaar, {UNKNOWN} onbekend, per voorwaarde in volgorde)",
                laid_out([self._head("uitkomsten"), *(self._cells(mask, *row) for mask, row in self.masks.items())]),
                "",
                f"Geselecteerd: {how_many(selected.families, Sort.GEZIN)}, {how_many(selected.children, Sort.KIND)}. "
                f"Niet te beoordelen: {how_many(selected.undecidable, selected.unit)}.",
            )
        )

    def _table(self, name: str, numbers: Sequence[Number], first: Sequence[Sequence[str]] = ()) -> str:
        rows = [
            [*self._cells(str(nr), number.families, number.children), str(number.undecidable)]
            for nr, number in enumerate(numbers, 1)
        ]
        return laid_out([[*self._head(name), "niet te beoordelen"], *([*row, ""] for row in first), *rows])

    def _head(self, name: str) -> list[str]:
        return self._cells(name, WORDS[Sort.GEZIN], WORDS[Sort.KIND])

    def _cells(self, name: str, families: object, children: object) -> list[str]:
        """What the conditions are about comes first."""
        pair = (children, families) if self.outline.per is Sort.KIND else (families, children)
        return [name, *map(str, pair)]


def _numbered(numbers: Iterable[Number]) -> list[dict[str, int]]:
    return [{"nr": nr, **number.as_json()} for nr, number in enumerate(numbers, 1)]


def attrition(engine: DuckDBEngine, question: Question, catalogue: Catalogue, lines: Mapping[object, int]) -> Attrition:
    """Work out the attrition; *lines* are the definition's. Raises as :meth:`Engine.count`."""
    found, shape = profiles(engine, question), outline(question)
    everyone = engine.count(dataclasses.replace(question, unit=Sort.GEZIN, condition=_EVERYONE))
    tally, places = tally_of(shape, found), range(len(shape.conditions))
    return Attrition(
        shape,
        shape.lines(catalogue, lines),
        (everyone.families, everyone.children),
        masks_of(found),
        tuple(tally.fulfilling(places[: place + 1]) for place in places),
        tuple(tally.fulfilling((place,)) for place in places),
        tuple(tally.dropped_by(place, places) for place in places),
        engine.count(question),
    )
