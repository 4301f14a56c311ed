"""One dossier, read from the raw snapshot: everything that decides about it, and no name, address or INSZ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from groeibrief.calendar import holds_on
from groeibrief.catalog import Catalogue
from groeibrief.engines.reference.world import Row, World
from groeibrief.snapshot.folder import Snapshot
from groeibrief.snapshot.integrity import refuse_changed
from groeibrief.snapshot.session import locked_session

_COLUMNS = {
    "persoon": ("persoon_id", "geboortedatum", "overleden_op"),
    "woonplaats": ("persoon_id", "van", "tot", "nis", "postcode", "land", "adres_niet_meedelen"),
    "dossier": ("dossier_id", "uitbetaler", "geopend_op", "gesloten_op"),
    "dossierkind": ("dossier_id", "kind_id", "van", "tot"),
    "begunstigde": ("dossier_id", "volgorde", "persoon_id", "van", "tot"),
}
"""What is read of the tables of people."""


def find_dossier(snapshot: Snapshot, child: int, day: date) -> int | None:
    """The dossier that a child is in on *day*, else the last one before, else the first one after; None: in none.

    Raises SnapshotError (E420) when a file is not the one of the manifest.
    """
    with _reader(snapshot, ("dossierkind",)) as reader:
        links = reader.rows("dossierkind", _COLUMNS["dossierkind"], "kind_id", (child,))
    if not links:
        return None
    best = max(links, key=lambda row: (holds_on(row["van"], row["tot"], day), row["van"] <= day, _near(row, day)))
    return int(best["dossier_id"])


def _near(row: Row, day: date) -> int:
    start: date = row["van"]
    return -abs((start - day).days)


def read_dossier(snapshot: Snapshot, catalogue: Catalogue, dossier: int, sources: Iterable[str]) -> World:
    """The world of one dossier, with its children, beneficiaries and their rows of *sources*; empty: it is not there.

    Raises SnapshotError (E420) when a file is not the one of the manifest.
    """
    sources = tuple(sources)
    with _reader(snapshot, (*_COLUMNS, *sources)) as reader:
        found = {
            table: reader.rows(table, _COLUMNS[table], "dossier_id", (dossier,))
            for table in ("dossier", "dossierkind", "begunstigde")
        }
        children = sorted({row["kind_id"] for row in found["dossierkind"]})
        people = sorted({*children, *(row["persoon_id"] for row in found["begunstigde"] if row["persoon_id"])})
        for table in ("persoon", "woonplaats"):
            found[table] = reader.rows(table, _COLUMNS[table], "persoon_id", people)
        for source in sources:
            columns = [name for name, _, _ in catalogue.sources[source].columns]
            found[source] = reader.rows(source, columns, "kind_id", children)
    coverage = {source: (part.first, part.last) for source, part in snapshot.coverage.items()}
    return World.read(found.__getitem__, list(sources), snapshot.extracted_on, coverage)


class _Reader:
    """Reads rows by id from files that have been checked."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[Path]]) -> None:
        self._connection, self._files = connection, files

    def rows(self, table: str, columns: Sequence[str], key: str, ids: Sequence[int]) -> list[Row]:
        """The rows of *table* whose *key* is one of the ids, in the order of their columns."""
        if not ids:
            return []
        relation = self._connection.read_parquet([str(path) for path in self._files[table]], hive_partitioning=False)
        # Names come from this module and the catalogue's closed pattern; ids are whole numbers.
        wanted = relation.filter(f"{key} IN ({', '.join(str(int(each)) for each in ids)})")
        found = wanted.project(", ".join(columns)).order("ALL").fetchall()
        return [dict(zip(columns, row, strict=True)) for row in found]


@contextmanager
def _reader(snapshot: Snapshot, tables: Sequence[str]) -> Iterator[_Reader]:
    refuse_changed(snapshot, tables)
    with locked_session(snapshot.folder) as connection:
        yield _Reader(connection, {table: [path.resolve() for path in snapshot.files_of(table)] for table in tables})
