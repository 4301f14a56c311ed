"""Synthetic snapshots made once for all tests, and their tables as views."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from groeibrief.catalog import Catalogue, find_project, load_catalogue
from groeibrief.snapshot.manifest import Manifest
from groeibrief.snapshot.synthetic import synthesise


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(find_project())


class Views:
    """The tables of a snapshot, and the children who count on the day of extraction."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder, self.manifest = folder, manifest
        self.connection = duckdb.connect()
        for table in {entry.table for entry in manifest.files}:
            names = [str(folder / entry.name) for entry in manifest.files if entry.table == table]
            self.connection.execute(f"CREATE VIEW {table} AS FROM read_parquet({names})")
        day = f"DATE '{manifest.extracted_on}'"
        self.connection.execute(f"CREATE MACRO loopt(van, tot) AS van <= {day} AND (tot IS NULL OR tot > {day})")
        self.connection.execute(f"CREATE MACRO vandaag() AS {day}")
        self.connection.execute("""
            CREATE TABLE kind AS SELECT dk.dossier_id, dk.kind_id, p.geboortedatum, d.geopend_op
            FROM dossierkind dk JOIN persoon p ON p.persoon_id = dk.kind_id JOIN dossier d USING (dossier_id)
            WHERE loopt(dk.van, dk.tot) AND loopt(d.geopend_op, d.gesloten_op)
              AND (p.overleden_op IS NULL OR p.overleden_op > vandaag())""")
        self.connection.execute("CREATE VIEW woont AS FROM woonplaats WHERE loopt(van, tot)")

    def one(self, query: str) -> float:
        row = self.connection.execute(query).fetchone()
        assert row is not None
        return float(row[0])

    def all(self, query: str) -> list[tuple[object, ...]]:
        return self.connection.execute(query).fetchall()


@pytest.fixture(scope="session")
def small(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    """The smallest snapshot that promises every hard case."""
    folder = tmp_path_factory.mktemp("klein") / "snapshot"
    views = Views(folder, synthesise(folder, catalogue=catalogue, families=2000))
    yield views
    views.connection.close()


@pytest.fixture(scope="session")
def large(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    """Large enough for shares to settle."""
    folder = tmp_path_factory.mktemp("groot") / "snapshot"
    views = Views(folder, synthesise(folder, catalogue=catalogue, families=40_000))
    yield views
    views.connection.close()
