"""Ages, months and school years: the written rule, at its edges."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groeibrief.calendar import Month, SchoolYear, born_by_months, born_by_years, holds_on, months_on, years_on

DATES = st.dates(date(1980, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(2020, 6, 15), date(2025, 6, 14), 4),
        (date(2020, 6, 15), date(2025, 6, 15), 5),
        (date(2020, 2, 29), date(2025, 2, 28), 4),
        (date(2020, 2, 29), date(2025, 3, 1), 5),
        (date(2020, 2, 29), date(2024, 2, 29), 4),
    ],
)
def test_years_on(born: date, day: date, years: int) -> None:
    assert years_on(born, day) == years


@pytest.mark.parametrize(
    ("born", "day", "months"),
    [
        (date(2025, 1, 31), date(2025, 2, 28), 0),
        (date(2025, 1, 31), date(2025, 3, 1), 1),
        (date(2025, 1, 15), date(2025, 2, 15), 1),
        (date(2024, 2, 29), date(2024, 3, 28), 0),
        (date(2024, 2, 29), date(2024, 3, 29), 1),
    ],
)
def test_months_on(born: date, day: date, months: int) -> None:
    assert months_on(born, day) == months


@given(DATES, DATES)
def test_the_last_birth_date_is_exactly_the_edge(born: date, day: date) -> None:
    years = years_on(born, day)
    if years >= 0:
        edge = born_by_years(years, day)
        assert born <= edge
        assert years_on(edge, day) >= years
        assert years_on(edge + timedelta(days=1), day) < years
    months = months_on(born, day)
    if months >= 0:
        edge = born_by_months(months, day)
        assert months_on(edge, day) >= months
        assert months_on(edge + timedelta(days=1), day) < months


@given(DATES, st.integers(0, 30))
def test_an_age_is_never_reached_on_a_different_day_by_interval(day: date, years: int) -> None:
    edge = born_by_years(years, day)
    assert years_on(edge, day) >= years
    assert years_on(edge + timedelta(days=1), day) < years


def test_month_arithmetic() -> None:
    month = Month.parse("2025-11")
    assert (str(month), month.plus(2), month.plus(-11)) == ("2025-11", Month(2026, 1), Month(2024, 12))
    assert (month.first_day, month.last_day) == (date(2025, 11, 1), date(2025, 11, 30))
    assert Month.at(month.index) == month == Month.of(date(2025, 11, 30))


@pytest.mark.parametrize("text", ["2025-13", "2025-1", "2025", "2025-11-01", "25-11"])
def test_what_is_not_a_month(text: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        Month.parse(text)


def test_school_years() -> None:
    assert SchoolYear.of(date(2025, 8, 31)) == SchoolYear(2024)
    assert SchoolYear.of(date(2025, 9, 1)) == SchoolYear.parse("2025-2026")
    assert str(SchoolYear(2025)) == "2025-2026"
    for text in ("2025-2027", "2025", "2026-2025"):
        with pytest.raises(ValueError, match="not a school year"):
            SchoolYear.parse(text)


def test_periods_are_half_open() -> None:
    start, end = date(2025, 1, 1), date(2025, 2, 1)
    assert [holds_on(start, end, day) for day in (date(2024, 12, 31), start, date(2025, 1, 31), end)] == [
        False,
        True,
        True,
        False,
    ]
    assert holds_on(start, None, date(2099, 1, 1))
