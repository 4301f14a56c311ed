"""Both engines over one generated world: the reference on its rows, DuckDB on a prepared store made of them."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from generated_worlds import COVERAGE, EXTRACTED_ON, Tables

from groeibrief.catalog import Catalogue
from groeibrief.engines import Engine
from groeibrief.engines.duckdb import DuckDBEngine
from groeibrief.engines.reference import ReferenceEngine
from groeibrief.engines.reference.world import World
from groeibrief.keys import write_public_key
from groeibrief.query import Question
from groeibrief.snapshot.folder import open_snapshot
from groeibrief.snapshot.manifest import Coverage, file_entry, write_manifest
from groeibrief.snapshot.prepared.preparation import prepare
from groeibrief.snapshot.schema import tables
from groeibrief.snapshot.store import Store

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where syncing to disk costs nothing: half of a small store's time."""
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def reference(rows: Tables, catalogue: Catalogue, years: int = 0) -> Engine:
    """The reference engine over the rows themselves, whose dates lie *years* later than usual."""
    day = EXTRACTED_ON.replace(year=EXTRACTED_ON.year + years)
    coverage = {source.bron: shifted(COVERAGE[source.soort_periode], years) for source in catalogue.sources.values()}
    return ReferenceEngine(World.read(rows.__getitem__, list(catalogue.sources), day, coverage), catalogue)


@contextmanager
def duckdb(rows: Tables, catalogue: Catalogue, files: int = 1, years: int = 0) -> Iterator[DuckDBEngine]:
    """The DuckDB engine over a store prepared from the rows, each table split over a number of files."""
    with stored(rows, catalogue, files, years) as store:
        engine = DuckDBEngine(store, catalogue, memory_limit="500MB", threads=1)
        try:
            yield engine
        finally:
            engine.close()


@contextmanager
def stored(rows: Tables, catalogue: Catalogue, files: int = 1, years: int = 0) -> Iterator[Store]:
    """A store prepared from the rows."""
    day = EXTRACTED_ON.replace(year=EXTRACTED_ON.year + years)
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        folder = Path(name) / "snapshot"
        folder.mkdir()
        entries = []
        for table in tables(catalogue).values():
            for part in range(files):
                path = f"{table.name}-{part}.parquet"
                share = rows[table.name][part::files]
                pq.write_table(pa.Table.from_pylist(share, table.arrow), folder / path)
                entries.append(file_entry(folder, path, table.name, len(share)))
        write_manifest(
            folder, KEY, snapshot_id="gen", extracted_on=day, files=tuple(entries),
            coverage={
                source.bron: Coverage(first=first, last=last)
                for source in catalogue.sources.values()
                for first, last in [shifted(COVERAGE[source.soort_periode], years)]
            },
            synthetic=True, produced_by="test",
        )  # fmt: skip
        write_public_key(KEY.public_key(), Path(name) / "gen.pub")
        yield prepare(open_snapshot(folder), catalogue, Path(name) / "stores")


def shifted(bounds: tuple[str, str], years: int) -> tuple[str, str]:
    """Coverage as many years later: every run of four digits is a year."""
    first, last = (re.sub(r"\d{4}", lambda year: str(int(year[0]) + years), bound) for bound in bounds)
    return first, last


def answers(engine: Engine, question: Question) -> dict[str, object]:
    """Everything that an engine says of a question, as plain data."""
    selected = engine.select(question)
    return {
        "counts": selected.counts,
        "counted": engine.count(question),
        "families": selected.families.to_pylist(),
        "children": selected.children.to_pylist(),
        "entitled": selected.entitled.to_pylist(),
        "outcomes": engine.outcomes(question).to_pylist(),
        "by_municipality": engine.count_by_municipality(question).to_pylist(),
    }
