"""A tiny world, written as the raw tables of a snapshot and prepared, so that a test can say what the answer is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pyarrow as pa
import pyarrow.parquet as pq

from groeibrief.calendar import Month
from groeibrief.catalog import Catalogue, FieldKind, PeriodKind, SourceField
from groeibrief.engines import Engine
from groeibrief.engines.duckdb import DuckDBEngine
from groeibrief.query import Condition, DomicileOf, Months, Question, Sort
from groeibrief.snapshot.folder import Snapshot
from groeibrief.snapshot.manifest import Coverage, FileEntry, Manifest
from groeibrief.snapshot.prepared.preparation import prepare
from groeibrief.snapshot.schema import tables
from groeibrief.snapshot.store import Store

D = date(2025, 11, 1)
EXTRACTED_ON = date(2025, 11, 3)
LONG_AGO = date(2010, 1, 1)
TORHOUT, ZAVENTEM, LEUVEN = "31033", "23094", "24062"
NOVEMBER = Months(Month(2025, 11), Month(2025, 11))
COVERAGE = {
    PeriodKind.MONTH_RIGHT: ("2024-09", "2025-11"),
    PeriodKind.MONTH: ("2024-09", "2025-11"),
    PeriodKind.GRANT: ("2024-09-01", "2025-11-03"),
    PeriodKind.SCHOOL_YEAR: ("2023-2024", "2025-2026"),
    PeriodKind.DAY: ("2024-09-01", "2025-11-03"),
}


def day(text: str) -> date:
    return date.fromisoformat(text)


def months(first: str, last: str | None = None, at_least: int | None = 1) -> Months:
    return Months(Month.parse(first), Month.parse(last or first), at_least)


@dataclass
class World:
    """Rows by table. Ids are the test's own; every person named gets a row."""

    catalogue: Catalogue
    folder: Path
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    coverage: dict[PeriodKind, tuple[str, str]] = field(default_factory=lambda: dict(COVERAGE))
    _snapshot: Snapshot | None = None

    def _add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def person(
        self, person_id: int, born: str | None = "2015-06-15", died: str | None = None, nis: str | None = TORHOUT
    ) -> int:
        """A person who has lived in one municipality for long; ``nis`` None: no domicile row."""
        self._add(
            "persoon", persoon_id=person_id, insz="0", voornaam="A", naam="B",
            geboortedatum=born and day(born), overleden_op=died and day(died),
        )  # fmt: skip
        if nis is not None:
            self.lives(person_id, nis)
        return person_id

    def lives(
        self, person_id: int, nis: str | None, *, van: date = LONG_AGO, tot: date | None = None,
        land: str = "BE", postcode: str | None = "8820",
    ) -> None:  # fmt: skip
        self._add(
            "woonplaats", persoon_id=person_id, van=van, tot=tot, nis=nis, postcode=postcode, land=land,
            soort="gewoon", adres_niet_meedelen=False,
        )  # fmt: skip

    def family(
        self, dossier: int, children: list[int], *, parents: list[int] | None = None, payer: str = "FONS",
        opened: date = LONG_AGO, closed: date | None = None, van: date = LONG_AGO, tot: date | None = None,
    ) -> int:  # fmt: skip
        """An open dossier with these children and, in this order, beneficiaries."""
        self._add("dossier", dossier_id=dossier, uitbetaler=payer, geopend_op=opened, gesloten_op=closed)
        for child in children:
            self._add("dossierkind", dossier_id=dossier, kind_id=child, van=van, tot=tot)
        for order, parent in enumerate(parents or [], 1):
            self.beneficiary(dossier, order, parent)
        return dossier

    def beneficiary(
        self, dossier: int, order: int, person: int | None, van: date = LONG_AGO, tot: date | None = None
    ) -> None:
        self._add(
            "begunstigde", dossier_id=dossier, volgorde=order, persoon_id=person,
            instelling_kbo=None if person else "0123456749", van=van, tot=tot,
        )  # fmt: skip

    def only_child(self, child: int, **person: Any) -> int:
        """A child of its own dossier (of the same number), so that it is in the population when it lives there."""
        self.person(child, **person)
        self.family(child, [child])
        return child

    def right(self, source: str, child: int, **columns: Any) -> None:
        """A row of a source; columns that are not given get a plain value."""
        found = self.catalogue.sources[source]
        row: dict[str, Any] = {part.veld: _plain(part) for part in found.velden}
        if found.soort_periode is PeriodKind.MONTH_RIGHT:
            row["tot"] = None
        if found.soort_periode is PeriodKind.SCHOOL_YEAR:
            row["toegekend_op"] = D
        if found.toegekend_aan:
            row["toegekend_aan"] = 1
        for name, value in columns.items():
            row[name] = day(value) if name in {"van", "tot", "maand", "datum", "toegekend_op"} and value else value
        self._add(source, kind_id=child, **row)

    def snapshot(self) -> Snapshot:
        """Write the raw tables, once: what is added afterwards is in no snapshot."""
        if self._snapshot is None:
            self._snapshot = self._written()
        return self._snapshot

    def _written(self) -> Snapshot:
        raw = self.folder / "raw"
        raw.mkdir()
        entries = []
        for name, table in tables(self.catalogue).items():
            path = raw / f"{name}.parquet"
            content = pa.Table.from_pylist(self.rows.get(name, []), schema=table.arrow)
            pq.write_table(content, path)
            data = path.read_bytes()
            entries.append(
                FileEntry(
                    table=name, name=path.name, rows=content.num_rows, bytes=len(data), sha256=sha256(data).hexdigest()
                )
            )
        manifest = Manifest(
            schema_version=1,
            snapshot_id="klein",
            extracted_on=EXTRACTED_ON,
            files=tuple(entries),
            coverage={
                source.bron: Coverage(first=bounds[0], last=bounds[1])
                for source in self.catalogue.sources.values()
                if (bounds := self.coverage.get(source.soort_periode))
            },
            synthetic=True,
            produced_by="test",
        )
        return Snapshot(raw, manifest, sha256(manifest.as_bytes()).hexdigest(), "test")

    def store(self) -> Store:
        return prepare(self.snapshot(), self.catalogue, self.folder / "stores")

    def engine(self) -> DuckDBEngine:
        return DuckDBEngine(self.store(), self.catalogue)


def _plain(part: SourceField) -> Any:
    match part.soort:
        case FieldKind.AMOUNT:
            return Decimal("50.00")
        case FieldKind.INTEGER:
            return 1
        case FieldKind.BOOLEAN:
            return False
        case FieldKind.LISTED:
            return next(iter(part.waarden or {}))


def ask(condition: Condition, *gemeenten: str, on: date = D, of: DomicileOf = DomicileOf.KIND) -> Question:
    """A question of the condition's own sort, by default about Torhout."""
    unit = Sort.KIND if condition.sort is Sort.KIND else Sort.GEZIN
    return Question(unit, on, gemeenten or (TORHOUT,), of, condition)


_asked: WeakKeyDictionary[Engine, dict[Question, dict[int, bool | None]]] = WeakKeyDictionary()


def values(engine: Engine, question: Question) -> dict[int, bool | None]:
    """The outcome of every unit in the population. An engine is asked a question once."""
    known = _asked.setdefault(engine, {})
    if question not in known:
        found = engine.outcomes(question)
        known[question] = dict(zip(found["unit_id"].to_pylist(), found["outcome"].to_pylist(), strict=True))
    return known[question]


def value(engine: Engine, condition: Condition, unit: int, *gemeenten: str, on: date = D) -> bool | None:
    """The outcome of one unit."""
    return values(engine, ask(condition, *gemeenten, on=on))[unit]
