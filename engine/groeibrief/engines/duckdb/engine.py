"""The engine: one locked DuckDB connection over a store's files, and a statement for each kind of answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

import duckdb

from groeibrief.catalog import Catalogue
from groeibrief.engines.base import Counts, Engine, Selected
from groeibrief.engines.duckdb import answers
from groeibrief.engines.duckdb.answers import CHOSEN, Statement
from groeibrief.engines.duckdb.compiler import Compiler
from groeibrief.engines.duckdb.coverage import refuse_uncovered
from groeibrief.engines.duckdb.expressions import literal
from groeibrief.engines.duckdb.queries import text
from groeibrief.query import Has, Question, walk
from groeibrief.snapshot.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

MEMORY_LIMIT = "2GB"
THREADS = 2
_STATEMENTS_KEPT = 256

Writer = Callable[[Compiler, Question], Statement]


class DuckDBEngine(Engine):
    """SQL over the prepared store. The connection sees the store's folder and nothing else, and spills nothing."""

    name: ClassVar[str] = "duckdb"

    def __init__(
        self, store: Store, catalogue: Catalogue, *, memory_limit: str = MEMORY_LIMIT, threads: int = THREADS
    ) -> None:
        self._store, self._catalogue = store, catalogue
        self._coverage = {source: (bounds.first, bounds.last) for source, bounds in store.coverage.items()}
        self._connection = _connect(store, memory_limit, threads)
        self._views: set[str] = set()
        self._written: dict[tuple[Question, Writer, bool], Statement] = {}

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def count(self, question: Question) -> Counts:
        """See :class:`~groeibrief.engines.base.Engine`."""
        row = self._run(self._statement(question, answers.counts)).fetchone()
        assert row is not None, "a count is one row"
        families, children, capped, undecidable, without_domicile = row
        return Counts(question.unit, families, children, capped, undecidable, without_domicile)

    def select(self, question: Question) -> Selected:
        """See :class:`~groeibrief.engines.base.Engine`."""
        counted = self.count(question)
        families = self._table(self._statement(question, answers.families))
        children = self._table(self._statement(question, answers.children))
        counts = Counts(
            question.unit,
            families.num_rows,
            children.num_rows,
            counted.children_capped,
            counted.undecidable,
            counted.without_domicile,
        )
        return Selected(counts, families, children, self._entitled(question, children))

    def outcomes(self, question: Question) -> pa.Table:
        """See :class:`~groeibrief.engines.base.Engine`."""
        return self._table(self._statement(question, answers.outcomes))

    def count_by_municipality(self, question: Question) -> pa.Table:
        """See :class:`~groeibrief.engines.base.Engine`."""
        import pyarrow as pa

        statement = self._statement(question, answers.counts, by_municipality=True)
        found = {asked: numbers for asked, *numbers in self._run(statement).fetchall()}
        rows = [found.get(int(code), (0, 0, 0, 0)) for code in question.municipalities]
        names = ("gezinnen", "kinderen", "kinderen_begrensd")
        return pa.table(
            {
                "nis": pa.array(question.municipalities, pa.string()),
                **{name: pa.array([row[place] for row in rows], pa.int64()) for place, name in enumerate(names)},
            }
        )

    def sql(self, question: Question) -> str:
        """The statement that counts, laid out for reading. Reads no data and asks for no coverage."""
        compiler = Compiler(self._store, self._catalogue, question, by_municipality=False)
        return answers.counts(compiler, question, pretty=True).sql

    def _entitled(self, question: Question, children: pa.Table) -> pa.Table:
        import pyarrow as pa

        nodes = [
            node
            for node in dict.fromkeys(walk(question.condition))
            if isinstance(node, Has) and self._catalogue.sources[node.source].toegekend_aan
        ]
        if not nodes:
            kinds = {"dossier_id": pa.int64(), "kind_id": pa.int64(), "volgorde": pa.int8()}
            return pa.schema(list(kinds.items())).empty_table()
        compiler = Compiler(self._store, self._catalogue, question, by_municipality=False)
        self._connection.register(CHOSEN, children)
        try:
            return self._table(answers.entitled(compiler, nodes))
        finally:
            self._connection.unregister(CHOSEN)

    def _statement(self, question: Question, writer: Writer, *, by_municipality: bool = False) -> Statement:
        key = (question, writer, by_municipality)
        if key not in self._written:
            refuse_uncovered(question, self._store.extracted_on, self._coverage)
            if len(self._written) >= _STATEMENTS_KEPT:
                self._written.clear()
            compiler = Compiler(self._store, self._catalogue, question, by_municipality=by_municipality)
            self._written[key] = writer(compiler, question)
        return self._written[key]

    def _table(self, statement: Statement) -> pa.Table:
        return self._run(statement).to_arrow_table()

    def _run(self, statement: Statement) -> duckdb.DuckDBPyConnection:
        """Run a statement over files that have been checked."""
        files = [file for table, parts in statement.tables.items() for file in self._store.files_of(table, parts)]
        self._store.check_files(files)
        for table in statement.tables.keys() - self._views:
            # The latest part first: DuckDB takes the columns from the first file, and that one has been checked.
            paths = [str(path.resolve()) for path in reversed(self._store.paths(table))]
            self._connection.read_parquet(paths, hive_partitioning=True).create_view(table)
            self._views.add(table)
        return self._connection.execute(statement.sql)


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
    folder = text(literal(str(store.root.resolve())))
    connection.execute(f"SET allowed_directories = [{folder}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
