"""Days and months as numbers, and the two ends of a synthetic world: its anchor and the day of extraction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from groeibrief.calendar import Month, SchoolYear
from groeibrief.snapshot.synthetic.arrays import Ints, ints

_EPOCH = date(1970, 1, 1)
_EPOCH_MONTH = Month(1970, 1).index
MONTHS_BEFORE = 36
"""Coverage reaches back this many months before the month of extraction."""
SCHOOL_YEARS = 4


def day_number(day: date) -> int:
    """Days since 1 January 1970, as Parquet stores a date."""
    return (day - _EPOCH).days


def month_number(month: Month) -> int:
    """Months since January 1970."""
    return month.index - _EPOCH_MONTH


def month_at(number: int) -> Month:
    """The inverse of :func:`month_number`."""
    return Month.at(number + _EPOCH_MONTH)


def first_day(months: Ints) -> Ints:
    """The day number of the first of each month."""
    return ints(months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64))


def month_of(days: Ints) -> Ints:
    """The month number of each day."""
    return ints(days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64))


def year_of(days: Ints) -> Ints:
    """The calendar year of each day."""
    return ints(days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)) + 1970


def birthday(born: Ints, years: Ints | int) -> Ints:
    """The day on which *years* are completed; born on 29 February: 1 March in a common year."""
    month = month_of(born)
    return first_day(month + 12 * years) + born - first_day(month)


def working_day(days: Ints) -> Ints:
    """The day itself, or the Friday before it."""
    weekday = (days + 3) % 7
    return days - np.maximum(weekday - 4, 0)


@dataclass(frozen=True, slots=True)
class Timeline:
    """When a world ends (``anchor``) and what an extraction of it on ``extracted_on`` sees.

    Every extraction from 4 November to 3 November sees one world, so that two monthly snapshots of one seed tell of
    the same people; what happens after the extraction is not in it.
    """

    extracted_on: date

    @property
    def anchor(self) -> int:
        """The day number on which the world ends and is calibrated."""
        year = self.extracted_on.year + ((self.extracted_on.month, self.extracted_on.day) > (11, 3))
        return day_number(date(year, 11, 3))

    @property
    def today(self) -> int:
        """The day number of the extraction."""
        return day_number(self.extracted_on)

    @property
    def anchor_month(self) -> int:
        """The month of the anchor."""
        return int(month_of(ints([self.anchor]))[0])

    @property
    def last_month(self) -> int:
        """The month of the extraction."""
        return month_number(Month.of(self.extracted_on))

    @property
    def first_month(self) -> int:
        """The first month of the coverage."""
        return self.last_month - MONTHS_BEFORE

    @property
    def school_years(self) -> tuple[SchoolYear, ...]:
        """The covered school years, the running one last."""
        last = SchoolYear.of(self.extracted_on).start
        return tuple(SchoolYear(year) for year in range(last - SCHOOL_YEARS + 1, last + 1))

    @property
    def world_years(self) -> range:
        """The years in whose September a grant year of the world starts, whatever the day of extraction."""
        last = (date.fromordinal(self.anchor + _EPOCH.toordinal())).year
        return range(last - 5, last + 1)
