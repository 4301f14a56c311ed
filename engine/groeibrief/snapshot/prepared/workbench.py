"""The DuckDB connection that a store is built with: it reads the snapshot and writes the new folder, nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from groeibrief.artefacts import PRIVATE_DIRECTORY, PRIVATE_FILE
from groeibrief.snapshot.folder import Snapshot
from groeibrief.snapshot.session import ENCRYPTED_SPILL

MEMORY_LIMIT = "3GB"
MAX_THREADS = 4

# A municipality of 5,000 children lies in one row group, two at most; all of Flanders in some thirty. Smaller groups
# gain a millisecond on the one and lose tens on the other. Snappy is a tenth quicker to read than zstd, and a fifth
# larger, which hashing makes up for in part.
_FORMAT = "FORMAT parquet, COMPRESSION snappy, PARQUET_VERSION v2, ROW_GROUP_SIZE 61440"


class Workbench:
    """Runs statements over the snapshot's tables and writes results as files of the store.

    ``parts`` gathers what was written: file name → (table, part).
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, folder: Path) -> None:
        self._connection, self._snapshot, self._folder = connection, snapshot, folder
        self.parts: dict[str, tuple[str, int | None]] = {}

    def raw(self, table: str) -> str:
        """The table expression of a table of the snapshot."""
        names = ", ".join(quoted(str(path.resolve())) for path in self._snapshot.files_of(table))
        return f"read_parquet([{names}], hive_partitioning = false)"

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """Run a statement and return its rows."""
        return self._connection.execute(statement).fetchall()

    def make(self, name: str, query: str) -> None:
        """Keep the result of a query as a working table."""
        self._connection.execute(f"CREATE TABLE {name} AS {query}")

    def drop(self, *names: str) -> None:
        """Let go of working tables."""
        for name in names:
            self._connection.execute(f"DROP TABLE {name}")

    def write(self, table: str, query: str, part: tuple[str, int] | None = None) -> None:
        """Write the result of an ordered query as a file of the store, in the folder of its part (``blok``, 2025)."""
        folder = Path(table) if part is None else Path(table, f"{part[0]}={part[1]}")
        for level in (Path(table), folder):
            (self._folder / level).mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)
        name = (folder / "deel.parquet").as_posix()
        path = self._folder / name
        self._connection.execute(f"COPY ({query}) TO {quoted(str(path))} ({_FORMAT})")
        path.chmod(PRIVATE_FILE)
        self.parts[name] = (table, None if part is None else part[1])


def quoted(text: str) -> str:
    """A text as SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def day(value: object) -> str:
    """A date as SQL literal."""
    return f"DATE '{value}'"


@contextmanager
def workbench(snapshot: Snapshot, folder: Path) -> Iterator[Workbench]:
    """Open a workbench that writes in *folder*; what does not fit in memory spills there, encrypted, and is removed."""
    spill = folder / ".werk"
    spill.mkdir(mode=PRIVATE_DIRECTORY)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "threads": min(os.cpu_count() or 1, MAX_THREADS),
        "temp_directory": str(spill.resolve()),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
        **ENCRYPTED_SPILL,
    }
    with duckdb.connect(":memory:", config=config) as connection:
        # Literals and no parameters: to bind a Python value, DuckDB first imports pandas when it is there.
        allowed = ", ".join(quoted(str(path.resolve())) for path in (snapshot.folder, folder))
        connection.execute(f"SET allowed_directories = [{allowed}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield Workbench(connection, snapshot, folder.resolve())
    for leftover in spill.iterdir():
        leftover.unlink()
    spill.rmdir()
