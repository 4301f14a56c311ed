"""The schema of a snapshot's files: the tables of the catalogue, their columns, types and numbers of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from groeibrief.snapshot.folder import Snapshot
from groeibrief.snapshot.report import RuleResult, Severity
from groeibrief.snapshot.schema import Table

RULE = "schema"


def check_tables(snapshot: Snapshot, tables: Mapping[str, Table]) -> list[RuleResult]:
    """Compare the manifest's tables and coverage with the catalogue's. Reads no data file."""
    results = []
    present = {entry.table for entry in snapshot.manifest.files}
    for name in sorted(present - tables.keys()):
        results.append(
            _result(name, (), (), "de catalogus kent deze tabel niet; gebruik de catalogus van deze snapshot")
        )
    for name in sorted(tables.keys() - present):
        results.append(_result(name, (), (), "de tabel ontbreekt; vraag een volledige snapshot"))
    for name, coverage in snapshot.coverage.items():
        source = tables[name].source if name in tables else None
        if source is not None and not coverage.suits(source.soort_periode):
            kind = source.soort_periode.value
            note = f"de dekking is niet van de soort die bij '{kind}' hoort; vraag een juiste snapshot"
            results.append(_result(name, (), (), note))
    return results


def check_columns(
    connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, tables: Mapping[str, Table]
) -> list[RuleResult]:
    """Compare the columns and the number of rows of every file with what they have to be. Reads footers only."""
    results = []
    root = snapshot.folder.resolve()
    for entry in snapshot.manifest.files:
        try:
            # DuckDB can fall over a footer that is none, and with it everything that it was still to read.
            rows = pq.read_metadata(root / entry.name).num_rows
            relation = connection.read_parquet(str(root / entry.name), hive_partitioning=False)
            found = dict(zip(relation.columns, map(str, relation.types), strict=True))
        except (duckdb.Error, pa.ArrowException, OSError):
            # The text of the error is held back: it can quote data.
            note = "het bestand kan niet als Parquet gelezen worden; vraag de snapshot opnieuw"
            results.append(_result(entry.table, (entry.name,), (entry.name,), note))
            continue
        for column, note in _column_faults(tables[entry.table], found):
            results.append(_result(entry.table, (column,), (entry.name,), note))
        if rows != entry.rows:
            note = (
                f"het bestand telt {rows} rijen en niet {entry.rows} zoals in het manifest; vraag de snapshot opnieuw"
            )
            results.append(_result(entry.table, (entry.name,), (entry.name,), note))
    return results


def _column_faults(table: Table, found: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for column in table.columns:
        kind = found.get(column.name)
        if kind is None:
            yield column.name, "de kolom ontbreekt"
        elif kind != column.type:
            yield column.name, f"de kolom is van het type {kind} en niet {column.type}"
    for name in found:
        if not table.has(name):
            yield _printable(name), "deze kolom hoort niet in de tabel"


def _printable(name: str) -> str:
    """A column's name comes from the file: shown only when it looks like one."""
    return name if name.isidentifier() and len(name) <= 40 else "(onleesbare naam)"


def _result(table: str, examples: tuple[str, ...], files: tuple[str, ...], note: str) -> RuleResult:
    return RuleResult(RULE, Severity.FAULT, table, 1, examples, files, note)


def view_of(connection: duckdb.DuckDBPyConnection, folder: Path, names: list[str]) -> duckdb.DuckDBPyRelation:
    """A table's rows over all its files, with ``filename`` beside its columns; columns are matched by name."""
    paths = [str(folder / name) for name in names]
    return connection.read_parquet(paths, hive_partitioning=False, union_by_name=True, filename=True)
