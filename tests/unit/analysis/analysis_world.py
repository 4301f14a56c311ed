"""Hand-made families as the raw tables of a signed snapshot, small enough to say what every answer is."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog import Catalogue, PeriodKind
from groeibrief.engines.duckdb import DuckDBEngine
from groeibrief.keys import write_public_key
from groeibrief.query import (
    Age,
    And,
    Children,
    Condition,
    Count,
    DomicileOf,
    Has,
    Months,
    Not,
    Question,
    SchoolYears,
    Sort,
)
from groeibrief.snapshot.folder import Snapshot, open_snapshot
from groeibrief.snapshot.manifest import Coverage, file_entry, write_manifest
from groeibrief.snapshot.prepared.preparation import prepare
from groeibrief.snapshot.schema import tables

DAY, EXTRACTED_ON, LONG_AGO = date(2025, 11, 1), date(2025, 11, 3), date(2010, 1, 1)
TORHOUT, LEUVEN = "31033", "24062"
SIX, FOURTEEN = date(2019, 5, 2), date(2011, 5, 2)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
COVERAGE = {
    PeriodKind.MONTH_RIGHT: ("2024-09", "2025-11"),
    PeriodKind.MONTH: ("2024-09", "2025-11"),
    PeriodKind.GRANT: ("2024-09-01", "2025-11-03"),
    PeriodKind.SCHOOL_YEAR: ("2023-2024", "2025-2026"),
    PeriodKind.DAY: ("2024-09-01", "2025-11-03"),
}
AGE = Age(Sort.KIND, 3, 12)
SOCIAL = Has("sociale_toeslag", Months(Month(2025, 11), Month(2025, 11)))
SCHOOL = Has("schooltoeslag", SchoolYears(SchoolYear(2025)))
WHICH = And((AGE, SOCIAL, Not(SCHOOL)))


def question(condition: Condition | None = None, *, van: DomicileOf = DomicileOf.KIND, at_least: int = 1) -> Question:
    """About Torhout; without a condition that of the shipped example."""
    condition = condition or Children(Count(at_least=at_least), WHICH)
    return Question(condition.sort, DAY, (TORHOUT,), van, condition)


@dataclass
class World:
    """Rows by table; :meth:`child` adds a child to a dossier, which is made when it is new."""

    catalogue: Catalogue
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in tables(self.catalogue):
            self.rows.setdefault(name, [])

    def copy(self) -> World:
        return World(self.catalogue, copy.deepcopy(self.rows))

    def dossier(self, dossier: int, *, payer: str = "FONS", closed: date | None = None, nis: str = TORHOUT) -> None:
        """An open dossier with one beneficiary, number 1 of the dossier's hundred."""
        self.rows["dossier"].append(
            {"dossier_id": dossier, "uitbetaler": payer, "geopend_op": LONG_AGO, "gesloten_op": closed}
        )
        parent = dossier * 100 + 1
        self.rows["begunstigde"].append(
            {
                "dossier_id": dossier, "volgorde": 1, "persoon_id": parent, "instelling_kbo": None, "van": LONG_AGO,
                "tot": None,
            }
        )  # fmt: skip
        self.person(parent, date(1985, 1, 1), nis)

    def child(
        self,
        child: int,
        born: date | None = SIX,
        *,
        social: bool = True,
        school: bool = False,
        nis: str | None = TORHOUT,
    ) -> None:
        """A child; its dossier is the tens of its number."""
        self.person(child, born, nis)
        self.rows["dossierkind"].append({"dossier_id": child // 10, "kind_id": child, "van": LONG_AGO, "tot": None})
        if social:
            self.rows["sociale_toeslag"].append(
                {
                    "kind_id": child, "van": date(2025, 9, 1), "tot": None, "bedrag": Decimal("69.12"),
                    "schijf": "laag", "helft": False, "toegekend_aan": 1,
                }
            )  # fmt: skip
        if school:
            self.rows["schooltoeslag"].append(
                {
                    "kind_id": child, "schooljaar": "2025-2026", "niveau": "lager", "toegekend_op": date(2025, 10, 1),
                    "bedrag": Decimal("161.00"),
                }
            )  # fmt: skip

    def person(self, person: int, born: date | None, nis: str | None = TORHOUT) -> None:
        self.rows["persoon"].append(
            {
                "persoon_id": person, "insz": f"{person:011d}", "voornaam": "Kanarie", "naam": "Geheimnaam",
                "geboortedatum": born, "overleden_op": None,
            }
        )  # fmt: skip
        if nis is not None:
            self.rows["woonplaats"].append(
                {
                    "persoon_id": person, "van": LONG_AGO, "tot": None, "nis": nis, "straat": "Verborgenstraat",
                    "huisnummer": "7", "bus": None, "postcode": "8820", "gemeente": "Torhout", "land": "BE",
                    "soort": "gewoon", "adres_niet_meedelen": False,
                }
            )  # fmt: skip

    def write(self, folder: Path) -> Snapshot:
        """Write and sign the snapshot in the new folder *folder*; its key lies beside it."""
        where = folder / "snapshot"
        where.mkdir(parents=True)
        entries = []
        for name, table in tables(self.catalogue).items():
            loose = pa.schema([pa.field(column.name, column.type) for column in table.arrow])
            pq.write_table(pa.Table.from_pylist(self.rows[name], loose), where / f"{name}.parquet")
            entries.append(file_entry(where, f"{name}.parquet", name, len(self.rows[name])))
        coverage = {
            source.bron: Coverage(first=first, last=last)
            for source in self.catalogue.sources.values()
            for first, last in [COVERAGE[source.soort_periode]]
        }
        write_manifest(
            where, KEY, snapshot_id="hand", extracted_on=EXTRACTED_ON, files=tuple(entries), coverage=coverage,
            synthetic=True, produced_by="test",
        )  # fmt: skip
        write_public_key(KEY.public_key(), folder / "hand.pub")
        return open_snapshot(where)


@dataclass(frozen=True)
class Data:
    """A snapshot with an engine over it."""

    snapshot: Snapshot
    engine: DuckDBEngine


def engine_over(snapshot: Snapshot, catalogue: Catalogue) -> DuckDBEngine:
    store = prepare(snapshot, catalogue, snapshot.folder.parent / "voorbereid")
    return DuckDBEngine(store, catalogue, memory_limit="500MB", threads=1)


def torhout(catalogue: Catalogue) -> World:
    """Nine children of five gezinnen in Torhout, and one elsewhere; by hand, on age, social supplement, no allowance:

    dossier 1: 11 www, 12 wwo. 2: 21 oww. 3: 31 wow, 32 ?ww. 4: 41 www, 42 www. 6: 61 oow, 62 woo. 5: 51 in Leuven.
    """
    world = World(catalogue)
    for dossier in (1, 2, 3, 4, 5, 6):
        world.dossier(dossier, payer="Infino" if dossier == 2 else "FONS")
    world.child(11)
    world.child(12, school=True)
    world.child(21, FOURTEEN)
    world.child(31, social=False)
    world.child(32, None)
    world.child(41)
    world.child(42)
    world.child(51, nis=LEUVEN)
    world.child(61, FOURTEEN, social=False)
    world.child(62, social=False, school=True)
    return world
