"""The statements in Spark's SQL: what Spark calls or does otherwise than DuckDB, in one place."""

from __future__ import annotations

from sqlglot import exp

from groeibrief.engines.duckdb.expressions import call, literal

_MONTHS_A_YEAR = 12


def text(statement: exp.Expr, *, pretty: bool = False) -> str:
    """The statement in Spark's SQL, for a session in ANSI mode."""
    return statement.transform(_as_in_spark).sql(dialect="spark", pretty=pretty)


def _as_in_spark(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.DateDiff):
        return _months_apart(node.expression, node.this)
    return node


def _months_apart(base: exp.Expr, day: exp.Expr) -> exp.Expr:
    """DuckDB counts the months begun; Spark's own difference is in whole months, and too wide for a shift."""
    years, months = (
        exp.paren(exp.Sub(this=call(part, day), expression=call(part, base)), copy=False) for part in ("year", "month")
    )
    return exp.Add(this=exp.Mul(this=years, expression=literal(_MONTHS_A_YEAR)), expression=months)
