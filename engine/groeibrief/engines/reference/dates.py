"""The reference engine's own calendar, written step by step instead of by formula."""

from __future__ import annotations

from datetime import date, timedelta


def birthdays_passed(born: date, day: date) -> int:
    """Count the birthdays on or before *day*; one that does not exist that year falls on 1 March. Negative: unborn."""
    if day < born:
        return -1
    passed = 0
    while _birthday(born, born.year + passed + 1) <= day:
        passed += 1
    return passed


def _birthday(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def months_passed(born: date, day: date) -> int:
    """Count the months completed on *day*; a missing day number counts on the first of the next month."""
    if day < born:
        return -1
    passed = 0
    year, month = born.year, born.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        if _same_day_number(year, month, born.day) > day:
            return passed
        passed += 1


def _same_day_number(year: int, month: int, number: int) -> date:
    try:
        return date(year, month, number)
    except ValueError:
        return date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)


def first_days(first: date, last: date) -> list[date]:
    """The first day of each month from *first* to *last*, both of them first days."""
    days = [first]
    while days[-1] < last:
        days.append((days[-1] + timedelta(days=31)).replace(day=1))
    return days
