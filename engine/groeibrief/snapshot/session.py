"""A DuckDB connection that can read one folder and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from groeibrief.artefacts import working_directory

# DuckDB calls its own random numbers unsafe for keys; OpenSSL's come with an extension that would have to be fetched.
# They keep a killed process's leftover from being read with a pager; what is promised is that it is erased.
ENCRYPTED_SPILL = {"temp_file_encryption": True, "force_mbedtls_unsafe": True}
MEMORY_LIMIT = "2GB"
MAX_THREADS = 4


@contextmanager
def locked_session(
    folder: Path | None = None, *, memory_limit: str = MEMORY_LIMIT
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield an in-memory connection locked to reading *folder* (none: to no file at all).

    Memory and threads are bounded; what does not fit spills, encrypted, to a private folder that is removed on leaving,
    or by the next session when the process was killed. Errors of DuckDB can quote a value that they stumble over, so a
    caller never passes on their text.
    """
    with working_directory() as spill:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit,
            "threads": min(os.cpu_count() or 1, MAX_THREADS),
            "temp_directory": str(spill),
            **ENCRYPTED_SPILL,
        }
        with duckdb.connect(":memory:", config=config) as connection:
            if folder is not None:
                # Not as a parameter: for a list DuckDB imports pandas where it is installed, which takes seconds.
                allowed = str(folder.resolve()).replace("'", "''")
                connection.execute(f"SET allowed_directories = ['{allowed}']")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            yield connection
