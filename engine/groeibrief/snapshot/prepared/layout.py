"""How the prepared store is laid out: municipalities as numbers, blocks of twelve months, one bit a month.

Both the preparation and the engine read these rules here, so that a question looks where its rows were put.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog import PeriodKind, Source

LAYOUT_VERSION = 2

FOREVER = date.max
"""``tot`` of what still runs: a plain comparison then does for every row."""

RUNNING = 9999
"""The ``eind`` of rows without an end, or with one after the block of the extraction."""

BLOCKS_APART = 4
"""So many ended blocks before the running one have an ``eind`` of their own; older ones share the first."""

WORD = 60
"""Bits in a word of a mask: whole years, and the highest bit of a BIGINT stays free."""

NO_CODE = -1
"""The ``nis`` that is written for a code of other than five digits: a code, but of no municipality."""

NOWHERE = 0
"""The cluster of those who never had a domicile with a code."""

_SEPTEMBER = 9


def number(code: str) -> int:
    """A NIS code as the number that the store holds."""
    return int(code) if len(code) == 5 and code.isascii() and code.isdigit() else NO_CODE


def cluster_of(final: str) -> int:
    """The cluster of a final code."""
    return max(number(final), NOWHERE)


def block_of(day: date) -> int:
    """The block of twelve months that *day* falls in: the year of its September, as school and grant years run."""
    return day.year if day.month >= _SEPTEMBER else day.year - 1


def first_day(block: int) -> date:
    """The first day of a block."""
    return date(block, _SEPTEMBER, 1)


@dataclass(frozen=True, slots=True)
class Mask:
    """The months, or school years, of a source's coverage as bits on the child: 1 where some row counts.

    ``first`` is the index of the month (see :class:`~groeibrief.calendar.Month`) or the starting year; ``length`` how
    many there are. Bit ``n`` of the mask stands in word ``n // WORD``.
    """

    source: str
    first: int
    length: int

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of table ``kind`` that hold the words."""
        return tuple(f"{self.source}_m{word}" for word in range(-(-self.length // WORD)))

    def words(self, first: int, last: int) -> Iterator[tuple[str, int]]:
        """The columns that hold *first* to *last* (indexes like ``first``, inside the coverage), with their bits."""
        low, high = first - self.first, last - self.first
        assert 0 <= low <= high < self.length, "the period lies inside the coverage"
        for word, column in enumerate(self.columns):
            start, end = max(low - word * WORD, 0), min(high - word * WORD, WORD - 1)
            if start <= end:
                yield column, (1 << (end + 1)) - (1 << start)


def mask_of(source: Source, coverage: tuple[str, str] | None) -> Mask | None:
    """The mask of a source with that coverage; None where bits could not tell.

    A single day or grant has no month of its own; and a row that may or may not count is no single bit.
    """
    deciding = (*source.nooit, *(source.telt_als.velden if source.telt_als else ()))
    uncertain = any(field.kan_ontbreken for field in source.velden if field.veld in deciding)
    if coverage is None or uncertain:
        return None
    match source.soort_periode:
        case PeriodKind.MONTH_RIGHT | PeriodKind.MONTH:
            first, last = (Month.parse(bound).index for bound in coverage)
        case PeriodKind.SCHOOL_YEAR:
            first, last = (SchoolYear.parse(bound).start for bound in coverage)
        case PeriodKind.GRANT | PeriodKind.DAY:
            return None
    return Mask(source.bron, first, last - first + 1)


def blocks_of(source: Source, coverage: tuple[str, str] | None) -> range | None:
    """The blocks that a source's rows are divided over; None: not divided (a grant can be asked without a period)."""
    if coverage is None:
        return range(0)
    match source.soort_periode:
        case PeriodKind.MONTH_RIGHT | PeriodKind.MONTH:
            first, last = (block_of(Month.parse(bound).first_day) for bound in coverage)
        case PeriodKind.SCHOOL_YEAR:
            first, last = (SchoolYear.parse(bound).start for bound in coverage)
        case PeriodKind.DAY:
            first, last = (block_of(date.fromisoformat(bound)) for bound in coverage)
        case PeriodKind.GRANT:
            return None
    return range(first, last + 1)
