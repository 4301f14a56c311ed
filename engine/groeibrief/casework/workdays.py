"""Working days: Monday to Friday, without the holidays that policy names."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

_DAY = timedelta(days=1)
_SATURDAY = 5


def add_working_days(day: date, days: int, holidays: Collection[str] = (), after_easter: Collection[int] = ()) -> date:
    """The day so many working days later.

    *holidays*: month and day, ``12-25``; *after_easter*: how many days after Easter Sunday.
    """
    while days:
        day += _DAY
        free = f"{day:%m-%d}" in holidays or (day - easter(day.year)).days in after_easter
        days -= day.weekday() < _SATURDAY and not free
    return day


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus/Jones/Butcher)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    month, day = divmod(moon + weekday - 7 * ((golden + 11 * moon + 22 * weekday) // 451) + 114, 31)
    return date(year, month, day + 1)
