"""Who enters and who leaves between two snapshots, or two versions of a definition, and by which condition.

Who leaves is judged as it is afterwards, who enters as it was before: in each case where the unit is not selected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from groeibrief.catalog import Catalogue
from groeibrief.engines.analysis.outline import Line, outline
from groeibrief.engines.analysis.wording import how_many, laid_out
from groeibrief.engines.base import Counts, Engine
from groeibrief.errors import UsageError
from groeibrief.query import Question, Sort

if TYPE_CHECKING:
    import numpy.typing as npt

    Ids = npt.NDArray[np.int64]

_KEYS = {Sort.KIND: "kinderen", Sort.GEZIN: "dossiers"}


@dataclass(frozen=True)
class Side:
    """One of the two: a question on one engine. ``lines`` are the definition's; ``name`` is what it is called."""

    engine: Engine
    question: Question
    catalogue: Catalogue
    name: str
    lines: Mapping[object, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cause:
    """An outermost condition that keeps ``units`` out: they do not fulfil it, or lack nothing else (``alone``)."""

    line: Line
    units: int
    alone: int

    def as_json(self) -> dict[str, object]:
        """Under Dutch keys."""
        return {**self.line.as_json(), "aantal": self.units, "alleen_deze": self.alone}


@dataclass(frozen=True)
class Change:
    """Units that change. ``outside``: how many are not in the population, on the side where they are not selected.

    ``together``: how many no single condition keeps out: one child lacks this, another that.
    """

    ids: Ids = field(repr=False)
    outside: int
    causes: tuple[Cause, ...]
    together: int

    def as_json(self, unit: Sort, most: int) -> dict[str, object]:
        """Under Dutch keys, with the first *most* ids."""
        return {
            "aantal": len(self.ids),
            "buiten_populatie": self.outside,
            "voorwaarden": [cause.as_json() for cause in self.causes],
            "samen": self.together,
            _KEYS[unit]: [int(each) for each in islice(self.ids, most)],
            "er_zijn_er_meer": len(self.ids) > most,
        }


@dataclass(frozen=True)
class Difference:
    """What changes from ``before`` to ``after``. Ids are sorted."""

    unit: Sort
    before: Counts
    after: Counts
    names: tuple[str, str]
    stay: int
    enter: Change
    leave: Change

    def as_json(self, most: int) -> dict[str, object]:
        """Under Dutch keys; CLI.md leaves the form open."""
        return {
            "eenheid": self.unit.value,
            "van": _counts_json(self.names[0], self.before),
            "naar": _counts_json(self.names[1], self.after),
            "blijft": self.stay,
            "erbij": self.enter.as_json(self.unit, most),
            "eraf": self.leave.as_json(self.unit, most),
        }

    def text(self, most: int) -> str:
        """The same, to read; with the first *most* ids."""
        counts = [
            [name, str(each.families), str(each.children), str(each.undecidable)]
            for name, each in (("van", self.before), ("naar", self.after))
        ]
        enter = f"Erbij: {how_many(len(self.enter.ids), self.unit)}"
        leave = f"Eraf: {how_many(len(self.leave.ids), self.unit)}"
        return "\n".join(
            (
                f"Van:  {self.names[0]}",
                f"Naar: {self.names[1]}",
                "",
                laid_out([["", "gezinnen", "kinderen", "niet te beoordelen"], *counts]),
                "",
                f"Blijft: {how_many(self.stay, self.unit)}",
                "",
                *_change_lines(enter, "Waarom ze eerst niet geselecteerd waren", self.enter, self.unit, most),
                "",
                *_change_lines(leave, "Waarom ze daarna niet meer geselecteerd zijn", self.leave, self.unit, most),
            )
        )


def _counts_json(name: str, counts: Counts) -> dict[str, object]:
    return {
        "naam": name,
        "gezinnen": counts.families,
        "kinderen": counts.children,
        "niet_te_beoordelen": counts.undecidable,
    }


def _change_lines(title: str, why: str, change: Change, unit: Sort, most: int) -> list[str]:
    if not len(change.ids):
        return [title]
    rows = [["", "aantal", "alleen dit"], ["niet in de populatie", str(change.outside), str(change.outside)]]
    rows += [[f"voorwaarde {cause.line.nr}", str(cause.units), str(cause.alone)] for cause in change.causes]
    if change.together:
        rows.append(["geen voorwaarde apart, wel samen", str(change.together), ""])
    lines = [title, f"{why}:", *(f"  {cause.line}" for cause in change.causes), laid_out(rows)]
    if most:
        ids = ", ".join(str(each) for each in islice(change.ids, most))
        lines.append(f"  {_KEYS[unit]}: {ids}{', …' if len(change.ids) > most else ''}")
    return lines


def difference(before: Side, after: Side) -> Difference:
    """Compare. Raises UsageError (E212) when the units differ, and as :meth:`Engine.count`."""
    unit = before.question.unit
    if after.question.unit is not unit:
        raise UsageError(
            "E212",
            f"De eerste definitie selecteert per {unit.value}, de tweede per {after.question.unit.value}: "
            "die zijn niet te vergelijken. Geef twee versies met dezelfde eenheid.",
        )
    was, becomes = _Outcomes.of(before, before.question), _Outcomes.of(after, after.question)
    entering = np.setdiff1d(becomes.selected, was.selected, assume_unique=True)
    leaving = np.setdiff1d(was.selected, becomes.selected, assume_unique=True)
    return Difference(
        unit,
        before.engine.count(before.question),
        after.engine.count(after.question),
        (before.name, after.name),
        len(was.selected) - len(leaving),
        _change(before, was, entering),
        _change(after, becomes, leaving),
    )


@dataclass(frozen=True)
class _Outcomes:
    """The units of a population, sorted, and those that are selected."""

    units: Ids
    selected: Ids

    @classmethod
    def of(cls, side: Side, question: Question) -> _Outcomes:
        found = side.engine.outcomes(question)
        units = found["unit_id"].to_numpy()
        return cls(units, units[found["outcome"].fill_null(False).to_numpy()])


def _change(side: Side, outcomes: _Outcomes, ids: Ids) -> Change:
    """Why *ids* are not selected on this side."""
    shape = outline(side.question)
    inside = ids[np.isin(ids, outcomes.units, assume_unique=True)]
    places = range(len(shape.conditions))

    def selected_by(kept: list[int]) -> npt.NDArray[np.bool_]:
        """Which of *inside* the conditions at these places select; none: all of them. No question without need."""
        if not kept or not len(inside):
            return np.ones(len(inside), bool)
        return np.isin(inside, _Outcomes.of(side, shape.only(*kept)).selected, assume_unique=True)

    blamed = np.zeros(len(inside), bool)
    causes = []
    for place, line in zip(places, shape.lines(side.catalogue, side.lines), strict=True):
        only_this = selected_by([other for other in places if other != place])
        kept_out = only_this | ~selected_by([place])
        causes.append(Cause(line, int(kept_out.sum()), int(only_this.sum())))
        blamed |= kept_out
    return Change(ids, len(ids) - len(inside), tuple(causes), int((~blamed).sum()))
