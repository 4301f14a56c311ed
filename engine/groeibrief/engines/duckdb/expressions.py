"""SQL expressions as sqlglot nodes. A value is always a typed literal; no text is ever pasted.

SQL's own three-valued logic is Kleene's, so and, or and not are what LANGUAGE asks for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlglot import exp

from groeibrief.query import Count

TRUE, FALSE = exp.true(), exp.false()


def column(name: str, table: str | None = None) -> exp.Expr:
    """A column, of a table or of the only one."""
    return exp.column(name, table)


def literal(value: str | bool | int | Decimal | date) -> exp.Expr:
    """A value with its type."""
    match value:
        case bool():
            return exp.true() if value else exp.false()
        case int() | Decimal():
            magnitude = exp.Literal.number(f"{abs(value):f}" if isinstance(value, Decimal) else str(abs(value)))
            return exp.Neg(this=magnitude) if value < 0 else magnitude
        case str():
            return exp.Literal.string(value)
        case date():
            return exp.cast(exp.Literal.string(value.isoformat()), exp.DataType.Type.DATE)
    raise AssertionError(f"Unhandled value: {value!r}")


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function that goes by one name and means one thing in every database that an engine uses."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def months_after(base: exp.Expr, day: exp.Expr) -> exp.Expr:
    """How many firsts of a month lie after *base*, itself a first, up to and with *day*; negative before it."""
    return exp.DateDiff(this=day, expression=base, unit=exp.Var(this="month"))


def all_of(parts: Iterable[exp.Expr]) -> exp.Expr:
    """Every part; none: true."""
    return exp.and_(*parts)


def any_of(parts: Iterable[exp.Expr]) -> exp.Expr:
    """Some part."""
    return exp.or_(*parts)


def negation(part: exp.Expr) -> exp.Expr:
    """Not the part."""
    return exp.Not(this=exp.paren(part, copy=False))


def possible(part: exp.Expr) -> exp.Expr:
    """The part is true or unknown."""
    return exp.Not(this=exp.Is(this=exp.paren(part, copy=False), expression=exp.false()))


def unknown(part: exp.Expr) -> exp.Expr:
    """The part is unknown."""
    return exp.Is(this=part, expression=exp.null())


def equal(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Equality."""
    return exp.EQ(this=left, expression=right)


def at_least(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Left ≥ right."""
    return exp.GTE(this=left, expression=right)


def at_most(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Left ≤ right."""
    return exp.LTE(this=left, expression=right)


def more(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Left > right."""
    return exp.GT(this=left, expression=right)


def less(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Left < right."""
    return exp.LT(this=left, expression=right)


def among(subject: exp.Expr, values: Sequence[str | bool | int | Decimal]) -> exp.Expr:
    """The subject is one of the values; unknown without a subject."""
    if len(values) == 1:
        return equal(subject, literal(values[0]))
    return exp.In(this=subject, expressions=[literal(value) for value in values])


def found_in(subject: exp.Expr, rows: exp.Select) -> exp.Expr:
    """The subject, which is never missing, stands in the one column of the rows; never unknown."""
    return exp.In(this=subject, query=exp.Subquery(this=rows))


def case(*branches: tuple[exp.Expr, exp.Expr], otherwise: exp.Expr | None = None) -> exp.Expr:
    """The first branch whose condition is true."""
    result = exp.Case()
    for condition, value in branches:
        result = result.when(condition, value, copy=False)
    return result if otherwise is None else result.else_(otherwise, copy=False)


def aliased(part: exp.Expr, name: str) -> exp.Expr:
    """The part under a name."""
    return exp.alias_(part, name, copy=False)


def how_many(condition: exp.Expr | None = None) -> exp.Expr:
    """The number of rows, or of those for which the condition is true."""
    total = exp.Count(this=exp.Star())
    return total if condition is None else exp.Filter(this=total, expression=exp.Where(this=condition))


def valid_on(day: date, table: str | None = None) -> exp.Expr:
    """The row's period holds on the day; the store writes the last of days for what still runs."""
    on = literal(day)
    return exp.and_(at_most(column("van", table), on), more(column("tot", table), on.copy()))


def bounded(count: Count, true: exp.Expr, unknown_too: exp.Expr | None) -> exp.Expr:
    """Bounds on a number: *true* is sure, *unknown_too* more are possible (None: none are)."""
    parts = []
    if count.low >= 1:
        parts.append(_reached(count.low, true, unknown_too))
    if count.high is not None:
        parts.append(negation(_reached(count.high + 1, true.copy(), unknown_too and unknown_too.copy())))
    return all_of(parts)


def _reached(number: int, true: exp.Expr, unknown_too: exp.Expr | None) -> exp.Expr:
    if unknown_too is None:
        return at_least(true, literal(number))
    most = exp.Add(this=true.copy(), expression=unknown_too)
    return case((at_least(true, literal(number)), TRUE.copy()), (less(most, literal(number)), FALSE.copy()))
