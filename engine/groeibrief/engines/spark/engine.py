"""The engine: the compiled statements in a Spark session, over views on the store's files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from groeibrief.catalog import Catalogue
from groeibrief.engines.duckdb.answering import StatementEngine
from groeibrief.engines.duckdb.statement import CHOSEN, Statement
from groeibrief.engines.spark.dialect import text
from groeibrief.engines.spark.session import LocalSpark, local_spark
from groeibrief.snapshot.store import Store

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

RELIED_UPON = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "true",
}
"""Settings without which a statement could mean something else: an overflow is an error, a day is a day."""


class SparkEngine(StatementEngine):
    """Spark over the prepared store as it lies there, partitions included.

    *session*: of a cluster that finds the store under the same path on every machine; it stays open, and its own
    settings and views stay as they are. None: Spark on this machine, stopped when the last engine that uses it closes;
    raises as :func:`~groeibrief.engines.spark.session.local_spark`.
    """

    name: ClassVar[str] = "spark"

    def __init__(self, store: Store, catalogue: Catalogue, *, session: SparkSession | None = None) -> None:
        super().__init__(store, catalogue, text)
        self._local: LocalSpark | None = None
        if session is None:
            self._local = local_spark()
            session = self._local.session
        self._session = session.newSession()
        for name, value in RELIED_UPON.items():
            self._session.conf.set(name, value)

    def close(self) -> None:
        """Let go of Spark on this machine."""
        self._local = None

    def _see(self, table: str) -> None:
        import pyarrow.parquet as pq
        from pyspark.sql.pandas.types import from_arrow_schema

        paths = [path.resolve() for path in self._store.paths(table)]
        # The latest part says what the columns are, as for DuckDB; the folder of a part is its last column.
        reader = self._session.read.schema(from_arrow_schema(pq.read_schema(paths[-1])))
        reader = reader.option("basePath", _uri(self._store.folder(table).resolve()))
        # A bracket in a path is a bracket, and no pattern.
        reader = reader.option("__globPaths__", "false")
        reader.parquet(*map(_uri, paths)).createOrReplaceTempView(table)

    def _rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        return list(self._run(statement).collect())

    def _table(self, statement: Statement) -> pa.Table:
        return self._run(statement).toArrow()

    def _table_over(self, chosen: pa.Table, statement: Statement) -> pa.Table:
        self._session.createDataFrame(chosen).createOrReplaceTempView(CHOSEN)
        try:
            return self._table(statement)
        finally:
            self._session.catalog.dropTempView(CHOSEN)

    def _run(self, statement: Statement) -> DataFrame:
        self._make_ready(statement)
        return self._session.sql(statement.sql)


def _uri(path: Path) -> str:
    """A path of this machine, whatever file system Spark has for its own. Spark decodes no percent signs."""
    return f"file://{path}"
