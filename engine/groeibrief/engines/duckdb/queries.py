"""Queries put together from expressions, without a parser: names come from this program and the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from sqlglot import exp


class Dialect(Protocol):
    """Writes a statement in the SQL of one database; *pretty*: laid out for reading."""

    def __call__(self, statement: exp.Expr, *, pretty: bool = False) -> str:
        """Write it."""


def query(
    columns: Iterable[exp.Expr],
    table: str,
    *,
    joins: Iterable[tuple[str, exp.Expr, str]] = (),
    where: Iterable[exp.Expr] = (),
    distinct: bool = False,
) -> exp.Select:
    """Select the columns from a table. *joins*: table, condition, ``inner`` or ``left``; *where*: all have to hold."""
    select = exp.Select(expressions=list(columns)).from_(exp.table_(table), copy=False)
    for other, on, kind in joins:
        select.append("joins", exp.Join(this=exp.table_(other), on=on, side="LEFT" if kind == "left" else None))
    if tests := list(where):
        select.set("where", exp.Where(this=exp.and_(*tests, copy=False)))
    if distinct:
        select.set("distinct", exp.Distinct())
    return select


def grouped(select: exp.Select, by: Iterable[exp.Expr], having: exp.Expr | None = None) -> exp.Select:
    """Group the rows of a query."""
    select.set("group", exp.Group(expressions=list(by)))
    if having is not None:
        select.set("having", exp.Having(this=having))
    return select


def ordered(select: exp.Select, by: Iterable[exp.Expr]) -> exp.Select:
    """Order the rows of a query."""
    select.set("order", exp.Order(expressions=[exp.Ordered(this=column) for column in by]))
    return select


def with_steps(final: exp.Select, steps: Mapping[str, exp.Query]) -> exp.Select:
    """Put the steps, by name, before the final query."""
    if steps:
        ctes = [exp.CTE(this=step, alias=exp.TableAlias(this=exp.to_identifier(name))) for name, step in steps.items()]
        final.set("with_", exp.With(expressions=ctes))
    return final


def text(statement: exp.Expr, *, pretty: bool = False) -> str:
    """The statement in DuckDB's SQL."""
    return statement.sql(dialect="duckdb", pretty=pretty)
