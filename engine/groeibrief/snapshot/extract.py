"""Importing an agency's own extract: files and a mapping become a signed and verified snapshot, or nothing does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from groeibrief.artefacts import PRIVATE_FILE, new_directory
from groeibrief.catalog import Catalogue
from groeibrief.errors import Finding, UsageError
from groeibrief.keys import read_private_key
from groeibrief.snapshot.conversion import FAULTS, convert, faults_of
from groeibrief.snapshot.extract_files import Extract
from groeibrief.snapshot.folder import open_trusted
from groeibrief.snapshot.manifest import file_entry, write_manifest
from groeibrief.snapshot.mapping import ColumnMapping, TableMapping, read_mapping
from groeibrief.snapshot.refusals import Refusal, Refusals
from groeibrief.snapshot.report import Report
from groeibrief.snapshot.session import locked_session
from groeibrief.snapshot.trust import TrustedKeys
from groeibrief.snapshot.verification import Progress, verify


def import_extract(
    mapping_path: Path,
    source_dir: Path,
    out_dir: Path,
    key: Path,
    catalogue: Catalogue,
    *,
    reject: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """Write the files of *source_dir* as a snapshot in *out_dir*, signed with a private key, and verify it.

    Returns the report of the verification, which holds warnings only. All or nothing: one bad row and there is no
    snapshot; *reject* then receives the list of what is wrong. Memory is bounded, whatever the size of the files.

    Raises DefinitionError (E301, E302, E340 the mapping), UsageError (E210 *out_dir* or *reject* exists, E220 and E221
    the key, E230 no source folder, E231 a table without files), SnapshotError (E423 bad rows, E424 unreadable file,
    E425 missing column, and E420–E422 when the snapshot that was made breaks a rule).
    """
    mapping = read_mapping(mapping_path, catalogue)
    files = _files(source_dir, mapping.tables)
    if reject is not None and reject.exists():
        raise UsageError("E210", f"{reject} bestaat al. Kies een andere naam of verwijder het bestand eerst.")
    private = read_private_key(key)
    with new_directory(out_dir) as folder:
        refusals = Refusals()
        entries = []
        with locked_session() as connection:
            for number, table in enumerate(mapping.tables, 1):
                name = f"{table.table.name}.parquet"
                rows = _write(connection, table, files[table.table.name], folder / name, refusals)
                entries.append(file_entry(folder, name, table.table.name, rows))
                if progress is not None:
                    progress(table.table.name, number, len(mapping.tables))
        if refusals.count and reject is not None:
            refusals.write(reject)
        refusals.raise_if_any()
        write_manifest(
            folder,
            private,
            snapshot_id=mapping.snapshot_id,
            extracted_on=mapping.extracted_on,
            files=tuple(entries),
            coverage=mapping.coverage,
            synthetic=mapping.synthetic,
            produced_by=mapping.produced_by,
        )
        report = verify(open_trusted(folder, TrustedKeys((private.public_key(),))), catalogue, progress)
        report.raise_if_invalid()
    return report


def _files(source_dir: Path, mapped: tuple[TableMapping, ...]) -> dict[str, list[Extract]]:
    if not source_dir.is_dir():
        raise UsageError(
            "E230", Finding("Deze map bestaat niet. Geef de map met de bronbestanden.", bestand=str(source_dir))
        )
    files: dict[str, list[Extract]] = {}
    findings = []
    for table in mapped:
        paths = [] if table.files is None else sorted(path for path in source_dir.glob(table.files) if path.is_file())
        if table.files is not None and not paths:
            findings.append(
                Finding(
                    f"Geen enkel bestand heet '{table.files}' (tabel '{table.table.name}'). Verbeter 'bestanden' in de "
                    "invoer of vul de map aan.",
                    bestand=str(source_dir),
                )
            )
        files[table.table.name] = [Extract(source_dir, path, table.form) for path in paths]
    if findings:
        raise UsageError("E231", findings)
    return files


def _write(
    connection: duckdb.DuckDBPyConnection, mapping: TableMapping, files: list[Extract], path: Path, refusals: Refusals
) -> int:
    """Write a table's file; once a row is refused, only look for more. Returns the number of rows written."""
    rows = 0
    schema = mapping.table.arrow
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for file in files:
            for good in _good_batches(connection, mapping, file, refusals):
                if not refusals.count:
                    writer.write_table(good.cast(schema))
                    rows += good.num_rows
    path.chmod(PRIVATE_FILE)
    return rows


def _good_batches(
    connection: duckdb.DuckDBPyConnection, mapping: TableMapping, file: Extract, refusals: Refusals
) -> Iterator[pa.Table]:
    """Yield the batches without a fault; note the faults of the others, with their lines, at the end of the file."""
    before, count = 0, 0
    noted: list[tuple[int, ColumnMapping, str]] = []
    for batch in file.batches(mapping.sources):
        converted = convert(connection, mapping, batch)
        bits = converted.column(FAULTS)
        if pc.max(bits).as_py():
            for row in pc.indices_nonzero(bits).to_pylist():
                faults = faults_of(mapping, bits[row].as_py())
                count += len(faults)
                if len(noted) < refusals.room:
                    noted += [(before + row, column, fault) for column, fault in faults]
        else:
            yield converted.drop_columns([FAULTS])
        before += batch.num_rows
    malformed = file.malformed
    count += len(malformed)
    if count:
        refusals.add(count, sorted(_located(file, noted, malformed, refusals.room), key=lambda refusal: refusal.line))


def _located(
    file: Extract, noted: list[tuple[int, ColumnMapping, str]], malformed: Sequence[int], room: int
) -> list[Refusal]:
    places = file.lines(row for row, _, _ in noted)
    lines = file.csv_lines(malformed[:room])
    listed = [
        Refusal(file.name, lines.get(number, number), None, "te veel of te weinig velden")
        for number in malformed[:room]
    ]
    listed += [Refusal(file.name, places[row], column.source, fault) for row, column, fault in noted]
    return listed[:room]
