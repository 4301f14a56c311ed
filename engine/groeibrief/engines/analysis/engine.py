"""The DuckDB engine, with statements of the analysis beside its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from groeibrief.engines.duckdb.answers import Statement
from groeibrief.engines.duckdb.compiler import Compiler
from groeibrief.engines.duckdb.engine import DuckDBEngine
from groeibrief.query import Question

if TYPE_CHECKING:
    import pyarrow as pa


class AnalysisEngine(DuckDBEngine):
    """Answers what the interface asks, and any other statement over one question."""

    def rows(self, question: Question, writer: Callable[[Compiler, Question], Statement]) -> pa.Table:
        """The rows of the statement that *writer* makes. Raises as :meth:`~groeibrief.engines.base.Engine.count`."""
        return self._table(self._statement(question, writer))
