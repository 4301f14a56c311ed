"""An engine that answers by compiled statements; which database runs them, a subclass says."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from groeibrief.catalog import Catalogue
from groeibrief.engines.base import Counts, Engine, Selected
from groeibrief.engines.duckdb.coverage import refuse_uncovered
from groeibrief.engines.duckdb.statement import KeptStatements, Statement
from groeibrief.query import Has, Question, walk
from groeibrief.snapshot.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

    # Imported where a statement is compiled: with sqlglot they take longer to import than a count takes.
    from groeibrief.engines.duckdb.compiler import Compiler
    from groeibrief.engines.duckdb.queries import Dialect

_STATEMENTS_KEPT = 256

Writer: TypeAlias = "Callable[[Compiler, Question], Statement]"


class StatementEngine(Engine):
    """Compiles each question against the prepared store, in the SQL of *dialect*, and keeps what it compiled."""

    def __init__(self, store: Store, catalogue: Catalogue, dialect: Dialect) -> None:
        self._store, self._catalogue, self._dialect = store, catalogue, dialect
        self._coverage = {source: (bounds.first, bounds.last) for source, bounds in store.coverage.items()}
        self._views: set[str] = set()
        self._written: dict[tuple[Question, Writer, bool], Statement] = {}
        self._counted: dict[Question, Statement] = {}
        self._kept = KeptStatements(store, catalogue, self.name)

    @abstractmethod
    def close(self) -> None:
        """Let go of everything that the engine holds."""

    def count(self, question: Question) -> Counts:
        """See :class:`~groeibrief.engines.base.Engine`."""
        row = self._rows(self._counting(question))[0]
        families, children, capped, undecidable, without_domicile = row
        return Counts(question.unit, families, children, capped, undecidable, without_domicile)

    def select(self, question: Question) -> Selected:
        """See :class:`~groeibrief.engines.base.Engine`."""
        from groeibrief.engines.duckdb import answers

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
        from groeibrief.engines.duckdb import answers

        return self._table(self._statement(question, answers.outcomes))

    def count_by_municipality(self, question: Question) -> pa.Table:
        """See :class:`~groeibrief.engines.base.Engine`."""
        import pyarrow as pa

        from groeibrief.engines.duckdb import answers

        statement = self._statement(question, answers.counts, by_municipality=True)
        found = {asked: numbers for asked, *numbers in self._rows(statement)}
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
        from groeibrief.engines.duckdb import answers

        return answers.counts(self._compiler(question), question, pretty=True).sql

    def table(self, question: Question, writer: Writer) -> pa.Table:
        """The rows of any other statement over one question. Raises as :meth:`count`."""
        return self._table(self._statement(question, writer))

    @abstractmethod
    def _see(self, table: str) -> None:
        """Make a view of a table's files under its name. The latest part has been checked, earlier ones may not be."""

    @abstractmethod
    def _rows(self, statement: Statement) -> list[tuple[Any, ...]]:
        """Run a statement, once everything is ready for it."""

    @abstractmethod
    def _table(self, statement: Statement) -> pa.Table:
        """As :meth:`_rows`, for answers of many rows."""

    @abstractmethod
    def _table_over(self, chosen: pa.Table, statement: Statement) -> pa.Table:
        """As :meth:`_table`, with these children as :data:`~groeibrief.engines.duckdb.answers.CHOSEN`."""

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
        from groeibrief.engines.duckdb import answers

        return self._table_over(children, answers.entitled(self._compiler(question), nodes))

    def _counting(self, question: Question) -> Statement:
        if (known := self._counted.get(question)) is None:
            refuse_uncovered(question, self._store.extracted_on, self._coverage)
            if (known := self._kept.find(question)) is None:
                from groeibrief.engines.duckdb import answers

                known = self._statement(question, answers.counts)
                self._kept.keep(question, known)
            if len(self._counted) >= _STATEMENTS_KEPT:
                self._counted.clear()
            self._counted[question] = known
        return known

    def _statement(self, question: Question, writer: Writer, *, by_municipality: bool = False) -> Statement:
        key = (question, writer, by_municipality)
        if key not in self._written:
            refuse_uncovered(question, self._store.extracted_on, self._coverage)
            if len(self._written) >= _STATEMENTS_KEPT:
                self._written.clear()
            self._written[key] = writer(self._compiler(question, by_municipality=by_municipality), question)
        return self._written[key]

    def _compiler(self, question: Question, *, by_municipality: bool = False) -> Compiler:
        from groeibrief.engines.duckdb.compiler import Compiler

        return Compiler(self._store, self._catalogue, question, by_municipality=by_municipality, dialect=self._dialect)

    def _make_ready(self, statement: Statement) -> None:
        """Check the files that the statement reads, and let the database see the tables that are new to it."""
        files = [file for table, parts in statement.tables.items() for file in self._store.files_of(table, parts)]
        self._store.check_files(files)
        for table in statement.tables.keys() - self._views:
            self._see(table)
            self._views.add(table)
