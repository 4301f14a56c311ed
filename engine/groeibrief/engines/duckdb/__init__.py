"""The engine that is used: questions as SQL over the prepared store."""

from groeibrief.engines.duckdb.engine import DuckDBEngine

__all__ = ["DuckDBEngine"]
