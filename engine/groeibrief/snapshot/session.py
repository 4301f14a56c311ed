"""A DuckDB connection that can read one folder and nothing else."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY_LIMIT = "2GB"
MAX_THREADS = 4


@contextmanager
def locked_session(
    folder: Path | None = None, *, memory_limit: str = MEMORY_LIMIT
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield an in-memory connection locked to reading *folder* (none: to no file at all).

    Memory and threads are bounded; what does not fit spills to a private folder that is removed on leaving. Errors of
    DuckDB can quote a value that they stumble over, so a caller never passes on their text.
    """
    with tempfile.TemporaryDirectory(prefix="groeibrief-") as spill:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit,
            "threads": min(os.cpu_count() or 1, MAX_THREADS),
            "temp_directory": spill,
        }
        with duckdb.connect(":memory:", config=config) as connection:
            if folder is not None:
                # Not as a parameter: for a list DuckDB imports pandas where it is installed, which takes seconds.
                allowed = str(folder.resolve()).replace("'", "''")
                connection.execute(f"SET allowed_directories = ['{allowed}']")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            yield connection
