"""The engine: one locked DuckDB connection over a store's files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import duckdb

from groeibrief.catalog import Catalogue
from groeibrief.engines.duckdb.answering import StatementEngine
from groeibrief.engines.duckdb.statement import CHOSEN, Statement
from groeibrief.snapshot.store import Store

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlglot import exp

MEMORY_LIMIT = "2GB"
THREADS = 2


class DuckDBEngine(StatementEngine):
    """SQL over the prepared store. The connection sees the store's folder and nothing else, and spills nothing."""

    name: ClassVar[str] = "duckdb"

    def __init__(
        self, store: Store, catalogue: Catalogue, *, memory_limit: str = MEMORY_LIMIT, threads: int = THREADS
    ) -> None:
        super().__init__(store, catalogue, _text)
        self._connection = _connect(store, memory_limit, threads)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def _rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        return self._run(statement).fetchall()

    def _table(self, statement: Statement) -> pa.Table:
        return self._run(statement).to_arrow_table()

    def _table_over(self, chosen: pa.Table, statement: Statement) -> pa.Table:
        self._connection.register(CHOSEN, chosen)
        try:
            return self._table(statement)
        finally:
            self._connection.unregister(CHOSEN)

    def _see(self, table: str) -> None:
        # The latest part first: DuckDB takes the columns from the first file, and that one has been checked.
        paths = [str(path.resolve()) for path in reversed(self._store.paths(table))]
        self._connection.read_parquet(paths, hive_partitioning=True).create_view(table)

    def _run(self, statement: Statement) -> duckdb.DuckDBPyConnection:
        self._make_ready(statement)
        return self._connection.execute(statement.sql)


def _text(statement: exp.Expr, *, pretty: bool = False) -> str:
    from groeibrief.engines.duckdb.queries import text

    return text(statement, pretty=pretty)


def _connect(store: Store, memory_limit: str, threads: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        },
    )
    connection.execute("SET parquet_metadata_cache = true")
    # A literal and no parameter: to bind a Python value, DuckDB first imports pandas and pyarrow when they are there.
    folder = str(store.root.resolve()).replace("'", "''")
    connection.execute(f"SET allowed_directories = ['{folder}']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
