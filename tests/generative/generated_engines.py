"""Both engines over one generated world: the reference on its rows, DuckDB on a prepared store made of them."""

from __future__ import annotations

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
from groeibrief.snapshot.folder import open_snapshot
from groeibrief.snapshot.manifest import Coverage, file_entry, write_manifest
from groeibrief.snapshot.prepared.preparation import prepare
from groeibrief.snapshot.schema import tables

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def reference(rows: Tables, catalogue: Catalogue) -> Engine:
    """The reference engine over the rows themselves."""
    coverage = {source.bron: COVERAGE[source.soort_periode] for source in catalogue.sources.values()}
    return ReferenceEngine(World.read(rows.__getitem__, list(catalogue.sources), EXTRACTED_ON, coverage), catalogue)


@contextmanager
def duckdb(rows: Tables, catalogue: Catalogue, files: int = 1) -> Iterator[DuckDBEngine]:
    """The DuckDB engine over a store prepared from the rows, each table split over a number of files."""
    with tempfile.TemporaryDirectory() as name:
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
            folder, KEY, snapshot_id="gen", extracted_on=EXTRACTED_ON, files=tuple(entries),
            coverage={
                source.bron: Coverage(first=first, last=last)
                for source in catalogue.sources.values()
                for first, last in [COVERAGE[source.soort_periode]]
            },
            synthetic=True, produced_by="test",
        )  # fmt: skip
        write_public_key(KEY.public_key(), Path(name) / "gen.pub")
        store = prepare(open_snapshot(folder), catalogue, Path(name) / "stores")
        engine = DuckDBEngine(store, catalogue, memory_limit="500MB", threads=1)
        try:
            yield engine
        finally:
            engine.close()


def answers(engine: Engine, question: object) -> dict[str, object]:
    """Everything that an engine says of a question, as plain data."""
    selected = engine.select(question)  # type: ignore[arg-type]
    return {
        "counts": selected.counts,
        "counted": engine.count(question),  # type: ignore[arg-type]
        "families": selected.families.to_pylist(),
        "children": selected.children.to_pylist(),
        "entitled": selected.entitled.to_pylist(),
        "outcomes": engine.outcomes(question).to_pylist(),  # type: ignore[arg-type]
        "by_municipality": engine.count_by_municipality(question).to_pylist(),  # type: ignore[arg-type]
    }
