"""A hand-made snapshot of two families, valid as it stands, for tests to spoil."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from groeibrief.catalog import Catalogue
from groeibrief.snapshot.folder import Snapshot, open_snapshot
from groeibrief.snapshot.manifest import Coverage, FileEntry, Manifest, file_entry, write_manifest
from groeibrief.snapshot.report import Report
from groeibrief.snapshot.schema import tables
from groeibrief.snapshot.verification import verify

Row = dict[str, Any]
EXTRACTED_ON = date(2025, 11, 3)
HOME = {
    "van": date(2020, 1, 1), "tot": None, "nis": "31033", "straat": "Markt", "huisnummer": "1", "bus": None,
    "postcode": "8820", "gemeente": "Torhout", "land": "BE", "soort": "gewoon", "adres_niet_meedelen": False,
}  # fmt: skip
START = date(2020, 1, 1)
COVERAGE = {
    **{
        source: Coverage(first="2022-11", last="2025-11")
        for source in (
            "basisbedrag", "sociale_toeslag", "wezentoeslag", "pleegzorgtoeslag", "zorgtoeslag", "kinderopvangtoeslag",
        )
    },
    "schooltoeslag": Coverage(first="2022-2023", last="2025-2026"),
    "kleutertoeslag": Coverage(first="2022-09-01", last="2025-11-03"),
    "startbedrag": Coverage(first="2019-01-01", last="2025-11-03"),
}  # fmt: skip


def national_number(first_nine: str, *, from_2000: bool) -> str:
    """A number with right check digits."""
    return f"{first_nine}{97 - int(('2' if from_2000 else '') + first_nine) % 97:02d}"


def person(number: int, born: date | None) -> Row:
    first_nine = f"{born:%y%m%d}999" if born else "000000000"
    insz = national_number(first_nine, from_2000=born is not None and born.year >= 2000)
    return {
        "persoon_id": number, "insz": insz, "voornaam": "An", "naam": "Peeters", "geboortedatum": born,
        "overleden_op": None,
    }  # fmt: skip


def _valid() -> dict[str, list[Row]]:
    """Children 1 and 2 with parents 11 and 12 in dossier 100; child 3 with an institution in dossier 200."""
    running = {"van": date(2025, 9, 1), "tot": None}
    ended = {"van": date(2024, 9, 1), "tot": date(2025, 9, 1)}
    return {
        "persoon": [
            person(1, date(2019, 3, 1)), person(2, date(2021, 5, 1)), person(3, date(2015, 1, 1)),
            person(11, date(1985, 1, 1)), person(12, None),
        ],
        "woonplaats": [{"persoon_id": number, **HOME} for number in (1, 2, 3, 11)]
        + [{"persoon_id": 12, **HOME, "nis": None, "postcode": None, "gemeente": None, "land": "FR"}],
        "dossier": [
            {"dossier_id": 100, "uitbetaler": "FONS", "geopend_op": START, "gesloten_op": None},
            {"dossier_id": 200, "uitbetaler": "Infino", "geopend_op": START, "gesloten_op": None},
        ],
        "dossierkind": [
            {"dossier_id": 100, "kind_id": 1, "van": START, "tot": None},
            {"dossier_id": 100, "kind_id": 2, "van": date(2021, 5, 1), "tot": None},
            {"dossier_id": 200, "kind_id": 3, "van": START, "tot": None},
        ],
        "begunstigde": [
            {"dossier_id": 100, "volgorde": 1, "persoon_id": 11, "instelling_kbo": None, "van": START, "tot": None},
            {"dossier_id": 100, "volgorde": 2, "persoon_id": 12, "instelling_kbo": None, "van": START, "tot": None},
            {
                "dossier_id": 200, "volgorde": 1, "persoon_id": None, "instelling_kbo": "0123456749", "van": START,
                "tot": None,
            },
        ],
        "basisbedrag": [
            {"kind_id": kind, **period, "bedrag": Decimal("176.66"), "stelsel": "nieuw"}
            for kind in (1, 2, 3)
            for period in (ended, running)
        ],
        "sociale_toeslag": [
            {
                "kind_id": 1, **running, "bedrag": Decimal("35.00"), "schijf": None, "helft": True,
                "toegekend_aan": volgorde,
            }
            for volgorde in (1, 2)
        ],
        "wezentoeslag": [{"kind_id": 2, **running, "bedrag": Decimal("141.33"), "soort": "half", "toegekend_aan": 1}],
        "pleegzorgtoeslag": [{"kind_id": 3, **running, "bedrag": Decimal("68.23"), "toegekend_aan": 1}],
        "zorgtoeslag": [
            {
                "kind_id": 2, **running, "bedrag": Decimal("89.16"), "punten_totaal": 5, "punten_p1": 4,
                "toegekend_aan": 2,
            }
        ],
        "kinderopvangtoeslag": [
            {"kind_id": 2, "maand": date(2024, 1, 1), "volle_dagen": 3, "halve_dagen": 1, "bedrag": Decimal("12.25")}
        ],
        "kleutertoeslag": [
            {"kind_id": 1, "leeftijd": 3, "toegekend_op": date(2022, 10, 1), "bedrag": Decimal("140.72")}
        ],
        "schooltoeslag": [
            {
                "kind_id": 1, "schooljaar": "2024-2025", "niveau": "kleuter", "toegekend_op": date(2024, 10, 1),
                "bedrag": Decimal("107.00"),
            }
        ],
        "startbedrag": [
            {"kind_id": 1, "datum": date(2019, 3, 1), "aard": "geboorte", "bedrag": Decimal("1214.49")}
        ],
    }  # fmt: skip


@dataclass
class Maker:
    """Writes ``rows`` as a snapshot. A table named in ``split`` gets a file a row."""

    folder: Path
    catalogue: Catalogue
    key: Ed25519PrivateKey
    public: Path
    rows: dict[str, list[Row]] = field(default_factory=_valid)
    coverage: dict[str, Coverage] = field(default_factory=lambda: dict(COVERAGE))
    synthetic: bool = True
    split: frozenset[str] = frozenset()

    def table(self, name: str, rows: list[Row]) -> pa.Table:
        schema = tables(self.catalogue)[name].arrow
        loose = pa.schema([pa.field(field.name, field.type) for field in schema])
        return pa.Table.from_pylist(copy.deepcopy(rows), schema=loose)

    def write(self) -> Maker:
        self.folder.mkdir()
        entries = []
        for name, rows in self.rows.items():
            parts = [[row] for row in rows] if name in self.split else [rows]
            for number, part in enumerate(parts):
                file = f"{name}-{number}.parquet" if name in self.split else f"{name}.parquet"
                pq.write_table(self.table(name, part), self.folder / file)
                entries.append(file_entry(self.folder, file, name, len(part)))
        self.sign(entries)
        return self

    def sign(self, entries: Iterable[FileEntry]) -> Manifest:
        return write_manifest(
            self.folder,
            self.key,
            snapshot_id="proef",
            extracted_on=EXTRACTED_ON,
            files=tuple(entries),
            coverage=self.coverage,
            synthetic=self.synthetic,
            produced_by="test",
        )

    def replace(self, name: str, table: pa.Table) -> None:
        """Put another file in the place of a table's, and sign for it."""
        snapshot = self.open()
        pq.write_table(table, self.folder / f"{name}.parquet")
        changed = file_entry(self.folder, f"{name}.parquet", name, table.num_rows)
        self.sign(changed if entry.table == name else entry for entry in snapshot.manifest.files)

    def open(self) -> Snapshot:
        return open_snapshot(self.folder, [self.public])

    def verify(self) -> Report:
        return verify(self.open(), self.catalogue)
