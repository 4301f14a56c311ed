"""``heeft`` in SQL: bits on the child where the question allows, else the rows of the source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlglot import exp

from groeibrief.catalog import Catalogue, PeriodKind, Source
from groeibrief.engines.duckdb.expressions import (
    aliased,
    all_of,
    among,
    any_of,
    at_least,
    at_most,
    call,
    case,
    column,
    equal,
    literal,
    months_after,
    more,
    negation,
    possible,
    unknown,
)
from groeibrief.engines.duckdb.places import Area
from groeibrief.engines.duckdb.queries import grouped, query
from groeibrief.query import Days, Field, Granted, Has, IsUnknown, Months, OneOf, Period, Range, SchoolYears
from groeibrief.snapshot.prepared.layout import WORD, Mask, block_of, mask_of

SURE = "zeker"
"""The column of a step of :meth:`Rights.by_child`."""


class Rights:
    """Writes each ``heeft`` of a question as a test on a child.

    *coverage* is the snapshot's; *area* keeps the reading to the clusters of the question.
    """

    def __init__(self, catalogue: Catalogue, coverage: dict[str, tuple[str, str]], area: Area) -> None:
        self._catalogue, self._area = catalogue, area
        self._masks = {source.bron: mask_of(source, coverage.get(source.bron)) for source in catalogue.sources.values()}

    def mask_words(self, node: Has) -> tuple[tuple[str, int], ...] | None:
        """The columns of the child, with their bits, that answer the condition; None when rows have to be read."""
        mask = self._masks[node.source]
        if node.where or mask is None:
            return None
        return tuple(_words(mask, node.period))

    def never_unknown(self, node: Has) -> bool:
        """Whether the condition is true or false for every child, whatever the rows hold."""
        source = self._catalogue.sources[node.source]
        counted = source.telt_als.velden if source.telt_als else ()
        tested = (*counted, *(part.name for part in node.where if not isinstance(part.test, IsUnknown)))
        return not any(field.kan_ontbreken for field in source.velden if field.veld in tested)

    def holds(self, node: Has, step: str) -> exp.Expr:
        """The condition on a child, left joined with the *step* that :meth:`by_child` is."""
        sure = column(SURE, step)
        if self.never_unknown(node):
            return negation(unknown(sure))
        return case((sure, literal(True)), (unknown(sure.copy()), literal(False)))

    def by_child(self, node: Has) -> exp.Select:
        """Each child for whom the condition is not false, once: ``kind_id``, and ``zeker`` where it is true.

        The rows are read once for both: in a group, those that surely hold are told apart from those that may.
        """
        rows = self.row_holds(node, sure=False)
        certain = None if self.never_unknown(node) else all_of(self._fields(node))
        needed = _needed(node.period)
        by = [column("kind_id")]
        if needed == 1:
            sure = literal(True) if certain is None else call("bool_or", call("coalesce", certain, literal(False)))
            return grouped(query([*by, aliased(sure, SURE)], node.source, where=rows), [column("kind_id")])
        months = self._months_seen(node, None)
        sure = literal(True) if certain is None else at_least(self._months_seen(node, certain), literal(needed))
        columns = [*by, aliased(sure, SURE)]
        return grouped(query(columns, node.source, where=rows), [column("kind_id")], at_least(months, literal(needed)))

    def children(self, node: Has) -> exp.Select:
        """The children for whom the condition is true."""
        rows = query([column("kind_id")], node.source, where=self.row_holds(node, sure=True))
        if (needed := _needed(node.period)) == 1:
            return rows
        return grouped(rows, [column("kind_id")], at_least(self._months_seen(node, None), literal(needed)))

    def _months_seen(self, node: Has, only: exp.Expr | None) -> exp.Expr:
        assert isinstance(node.period, Months)
        return _months_seen(node.period, self._catalogue.sources[node.source].soort_periode, only)

    def row_holds(self, node: Has, *, sure: bool) -> list[exp.Expr]:
        """The tests of a row in the period: on every one true (*sure*), or none false."""
        source = self._catalogue.sources[node.source]
        tests = [self._area.lies_near_clusters(), *_in_period(node.period, source)]
        for name, values in source.nooit.items():
            never = among(column(name), values)
            is_nullable = any(field.veld == name and field.kan_ontbreken for field in source.velden)
            tests.append(negation(call("coalesce", never, literal(False)) if is_nullable else never))
        fields = self._fields(node)
        if sure or self.never_unknown(node):
            return [*tests, *fields]
        return [*tests, *map(possible, fields)]

    def _fields(self, node: Has) -> list[exp.Expr]:
        """The tests of a row that may be unknown when a field is missing."""
        fields = [_field_holds(part) for part in node.where]
        if counted := self._catalogue.sources[node.source].telt_als:
            fields.append(_counts(counted.velden, counted.minstens))
        return fields

    def blocks(self, node: Has) -> range | None:
        """The parts of the source's table that the condition reads; None: it is not divided."""
        bounds = _blocks(node.period)
        return None if bounds is None else range(bounds[0], bounds[1] + 1)


def _needed(period: Period) -> int:
    """In how many months something has to hold; ``elke_maand``: in every one."""
    if isinstance(period, Months):
        return period.length if period.at_least is None else period.at_least
    return 1


def _words(mask: Mask, period: Period) -> Iterator[tuple[str, int]]:
    match period:
        case Months(first, last):
            return mask.words(first.index, last.index)
        case SchoolYears(year):
            return mask.words(year.start, year.start)
    raise AssertionError(f"Unhandled node: {period!r}")


def bits_hold(words: tuple[tuple[str, int], ...], node: Has, table: str) -> exp.Expr:
    """The condition on the child of the row in *table*, by the bits that :meth:`Rights.mask_words` tells."""
    needed = _needed(node.period)
    set_bits = [exp.BitwiseAnd(this=column(name, table), expression=literal(bits)) for name, bits in words]
    if needed == 1:
        return any_of(exp.NEQ(this=exp.paren(bits), expression=literal(0)) for bits in set_bits)
    return at_least(_sum(_bit_count(bits) for bits in set_bits), literal(needed))


def _bit_count(bits: exp.Expr) -> exp.Expr:
    return exp.cast(call("bit_count", bits), exp.DataType.Type.INT)


def _sum(parts: Iterator[exp.Expr]) -> exp.Expr:
    total = next(parts)
    for part in parts:
        total = exp.Add(this=total, expression=part)
    return total


def _months_seen(period: Months, kind: PeriodKind, only: exp.Expr | None) -> exp.Expr:
    """In how many distinct months of the period the rows of a group lie: a bit a month, in words of ``WORD`` bits.

    *only*: of the rows for which this is true.
    """
    words = []
    for offset in range(0, period.length, WORD):
        length = min(WORD, period.length - offset)
        base = literal(period.first.plus(offset).first_day)
        if kind is PeriodKind.MONTH:
            start = months_after(base, column("maand"))
            end: exp.Expr = exp.Add(this=start.copy(), expression=literal(1))
        else:
            start, end = (months_after(base.copy(), column(name)) for name in ("van", "tot"))
        low, high = (call("greatest", literal(0), call("least", literal(length), bound)) for bound in (start, end))
        bits: exp.Expr = exp.Sub(this=exp.paren(_power(high)), expression=exp.paren(_power(low)))
        if only is not None:
            bits = case((only.copy(), bits), otherwise=exp.cast(literal(0), exp.DataType.Type.BIGINT))
        words.append(_bit_count(call("bit_or", bits)))
    return _sum(iter(words))


def _power(bit: exp.Expr) -> exp.Expr:
    one = exp.cast(literal(1), exp.DataType.Type.BIGINT)
    return exp.BitwiseLeftShift(this=one, expression=bit)


def _in_period(period: Period, source: Source) -> list[exp.Expr]:
    """The row lies in the period, wholly or in part: tests that hold together and are never unknown."""
    tests = []
    if (blocks := _blocks(period)) is not None:
        block = column("blok")
        tests += (
            [equal(block, literal(blocks[0]))]
            if blocks[0] == blocks[1]
            else [at_least(block, literal(blocks[0])), at_most(block.copy(), literal(blocks[1]))]
        )
    match period:
        case Months(first, last) if source.soort_periode is PeriodKind.MONTH_RIGHT:
            tests.append(at_most(column("van"), literal(last.first_day)))
            tests.append(more(column("tot"), literal(first.first_day)))
        case Months(first, last):
            tests += _between("maand", first.first_day, last.last_day)
        case SchoolYears(year):
            tests.append(equal(column("schooljaar"), literal(str(year))))
        case Granted(age, days):
            tests += [] if age is None else [equal(column("leeftijd"), literal(age))]
            tests += [] if days is None else _between("toegekend_op", days.first, days.last)
        case Days(first, last):
            tests += _between("datum", first, last)
        case _:
            raise AssertionError(f"Unhandled node: {period!r}")
    return tests


def _between(name: str, first: date, last: date) -> list[exp.Expr]:
    return [at_least(column(name), literal(first)), at_most(column(name), literal(last))]


def _blocks(period: Period) -> tuple[int, int] | None:
    match period:
        case Months(first, last):
            return block_of(first.first_day), block_of(last.first_day)
        case SchoolYears(year):
            return year.start, year.start
        case Days(first, last):
            return block_of(first), block_of(last)
        case Granted():
            return None
    raise AssertionError(f"Unhandled node: {period!r}")


def _field_holds(part: Field) -> exp.Expr:
    value = column(part.name)
    match part.test:
        case OneOf(values):
            return among(value, values)
        case IsUnknown(wanted):
            return unknown(value) if wanted else negation(unknown(value))
        case Range(low, high):
            tests = [] if low is None else [at_least(value, literal(low))]
            return all_of(tests if high is None else [*tests, at_most(value.copy(), literal(high))])
    raise AssertionError(f"Unhandled node: {part!r}")


def _counts(names: tuple[str, ...], minimum: int) -> exp.Expr:
    """Cast first: the sum of two small integers may not fit in one."""
    total = _sum(exp.cast(column(name), exp.DataType.Type.BIGINT) for name in names)
    return at_least(total, literal(minimum))
