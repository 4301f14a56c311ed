"""The one written rule for ages, months, half-open periods and school years.

Every function takes and returns plain dates and months; nothing here knows about today.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_SCHOOL_YEAR = re.compile(r"(\d{4})-(\d{4})")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month. Ordered; ``index`` counts months from year 0 so that differences are months."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9998 and 1 <= self.month <= 12):
            raise ValueError(f"not a month: {self.year}-{self.month}")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``2025-11``. Raises ValueError on anything else."""
        if not (match := _MONTH.fullmatch(text)):
            raise ValueError(f"not a month: {text}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """The month that *day* falls in."""
        return cls(day.year, day.month)

    @classmethod
    def at(cls, index: int) -> Month:
        """The inverse of :attr:`index`."""
        return cls(index // 12, index % 12 + 1)

    @property
    def index(self) -> int:
        """Months since January of year 0."""
        return self.year * 12 + self.month - 1

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def plus(self, months: int) -> Month:
        """The month *months* later (earlier when negative)."""
        return Month.at(self.index + months)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True, order=True)
class SchoolYear:
    """A school year, 1 September to 31 August; ``start`` is the year of its September."""

    start: int

    @classmethod
    def parse(cls, text: str) -> SchoolYear:
        """Read ``2025-2026``. Raises ValueError on anything else, also on years that do not follow."""
        match = _SCHOOL_YEAR.fullmatch(text)
        if not match or int(match[2]) != int(match[1]) + 1:
            raise ValueError(f"not a school year: {text}")
        return cls(int(match[1]))

    @classmethod
    def of(cls, day: date) -> SchoolYear:
        """The school year that *day* falls in."""
        return cls(day.year if day.month >= 9 else day.year - 1)

    def __str__(self) -> str:
        return f"{self.start:04d}-{self.start + 1:04d}"


def years_on(born: date, day: date) -> int:
    """Completed years on *day*. Born on 29 February: a year older on 1 March in a common year."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def months_on(born: date, day: date) -> int:
    """Completed months on *day*: on the same day number, or on the first of the next month where it is missing."""
    return (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)


def born_by_years(years: int, day: date) -> date:
    """The last date of birth of someone who has completed at least *years* years on *day*."""
    year = day.year - years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def born_by_months(months: int, day: date) -> date:
    """The last date of birth of someone who has completed at least *months* months on *day*."""
    month = Month.of(day).plus(-months)
    return date(month.year, month.month, min(day.day, month.last_day.day))


def holds_on(start: date, end: date | None, day: date) -> bool:
    """Whether the half-open period [start, end) holds on *day*; no end: still running."""
    return start <= day and (end is None or day < end)
