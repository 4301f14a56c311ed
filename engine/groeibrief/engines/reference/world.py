"""The raw snapshot as plain Python lists and dictionaries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """Rows by the id that they are looked up with; columns as in SNAPSHOT.md."""

    extracted_on: date
    coverage: dict[str, tuple[str, str]]
    persons: dict[int, Row]
    homes: dict[int, list[Row]]
    dossiers: dict[int, Row]
    children: dict[int, list[Row]]
    beneficiaries: dict[int, list[Row]]
    sources: dict[str, dict[int, list[Row]]] = field(default_factory=dict)

    @classmethod
    def read(
        cls,
        rows_of: Callable[[str], list[Row]],
        sources: list[str],
        extracted_on: date,
        coverage: dict[str, tuple[str, str]],
    ) -> World:
        """Build from ``rows_of(table)``, which gives a table's rows as dictionaries."""
        return cls(
            extracted_on,
            coverage,
            {row["persoon_id"]: row for row in rows_of("persoon")},
            _by("persoon_id", rows_of("woonplaats")),
            {row["dossier_id"]: row for row in rows_of("dossier")},
            _by("dossier_id", rows_of("dossierkind")),
            _by("dossier_id", rows_of("begunstigde")),
            {source: _by("kind_id", rows_of(source)) for source in sources},
        )

    def alive(self, person: int, day: date) -> bool:
        """Whether the person has not died on or before *day*."""
        died = self.persons[person]["overleden_op"]
        return died is None or died > day

    def home(self, person: int, day: date) -> Row | None:
        """The person's domicile row on *day*."""
        return next((row for row in self.homes.get(person, ()) if _runs(row, day)), None)

    def is_open(self, dossier: int, day: date) -> bool:
        """Whether the dossier is open on *day*."""
        row = self.dossiers[dossier]
        return row["geopend_op"] <= day and (row["gesloten_op"] is None or row["gesloten_op"] > day)

    def children_on(self, dossier: int, day: date) -> list[int]:
        """The children of a gezin (LANGUAGE, "Population and scope"), sorted; none when the dossier is not open."""
        if not self.is_open(dossier, day):
            return []
        found = []
        for link in self.children.get(dossier, ()):
            born = self.persons[link["kind_id"]]["geboortedatum"]
            if _runs(link, day) and (born is None or born <= day) and self.alive(link["kind_id"], day):
                found.append(link["kind_id"])
        return sorted(found)

    def beneficiaries_on(self, dossier: int, day: date) -> list[int]:
        """The beneficiaries who are persons, valid and alive on *day*."""
        return [
            row["persoon_id"]
            for row in self.beneficiaries.get(dossier, ())
            if row["persoon_id"] is not None and _runs(row, day) and self.alive(row["persoon_id"], day)
        ]


def _by(key: str, rows: list[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return dict(found)


def _runs(row: Row, day: date) -> bool:
    if row["van"] > day:
        return False
    return row["tot"] is None or row["tot"] > day
