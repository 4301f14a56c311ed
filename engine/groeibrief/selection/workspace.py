"""A locked-down DuckDB connection over a few tables of the prepared store, and what a store must offer for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    # What renders letters reads a selection too, without the 40 MB of a database.
    import duckdb


TABLES = ("persoon", "adres", "dossierbegunstigde")
"""The tables of the prepared store that selection reads."""


class PreparedStore(Protocol):
    """The part of the prepared store that selection needs (docs/design/architecture.md)."""

    @property
    def id(self) -> str:
        """The snapshot's id."""

    @property
    def extracted_on(self) -> date:
        """The day of the extraction."""

    @property
    def synthetic(self) -> bool:
        """Whether the people are invented."""

    def folder(self, table: str) -> Path:
        """The folder with a table's Parquet files."""

    def check(self, tables: Iterable[str]) -> None:
        """Refuse tables whose files are not what was prepared."""


@contextmanager
def workspace(store: PreparedStore) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection that can read the three tables, as views, and nothing else; its work stays in memory.

    Nothing is ever spilled to disk: the rows are names and addresses. Raises what ``store.check`` raises.
    """
    store.check(TABLES)
    folders = {table: store.folder(table).resolve() for table in TABLES}
    import duckdb

    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            "preserve_insertion_order": False,
            "temp_directory": "",
        },
    )
    try:
        connection.execute(f"SET allowed_directories = [{', '.join(_quoted(path) for path in folders.values())}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        for table, folder in folders.items():
            files = _quoted(folder / "**" / "*.parquet")
            connection.execute(
                f"CREATE TEMP VIEW {table} AS SELECT * FROM read_parquet({files}, hive_partitioning = false)"  # noqa: S608
            )
        yield connection
    finally:
        connection.close()


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
