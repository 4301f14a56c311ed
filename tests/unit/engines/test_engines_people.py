"""Conditions on a child or beneficiary that look at birth and domicile."""

from __future__ import annotations

from datetime import date

import pytest
from engines_world import LEUVEN, TORHOUT, ZAVENTEM, D, World, ask, day, value, values

from groeibrief.engines import Engine
from groeibrief.query import (
    Age,
    And,
    Beneficiaries,
    Born,
    Count,
    DomicileOf,
    LivesIn,
    Not,
    Or,
    Sort,
)

# On 1 November 2025: three years old today, tomorrow, yesterday; unknown.
TODAY, TOMORROW, YESTERDAY, UNKNOWN, LEAP, MONTH_END = 1, 2, 3, 4, 5, 6
MOVED, ABROAD, NO_CODE, NO_POSTCODE, RECENT = 11, 12, 13, 14, 15


@pytest.fixture(scope="module")
def populated(module_world: World) -> World:
    world = module_world
    world.only_child(TODAY, born="2022-11-01")
    world.only_child(TOMORROW, born="2022-11-02")
    world.only_child(YESTERDAY, born="2022-10-31")
    world.only_child(UNKNOWN, born=None)
    world.only_child(LEAP, born="2020-02-29")
    world.only_child(MONTH_END, born="2025-01-31")
    # In Leuven until 1 March 2025, in Torhout since.
    world.only_child(MOVED, nis=None)
    world.lives(MOVED, LEUVEN, tot=day("2025-03-01"), postcode="3000")
    world.lives(MOVED, TORHOUT, van=day("2025-03-01"))
    # In France, and at home without a code, until a beneficiary in Torhout brings them into the population.
    world.person(ABROAD, nis=None)
    world.lives(ABROAD, None, land="FR", postcode=None)
    world.person(NO_CODE, nis=None)
    world.lives(NO_CODE, None, postcode="8820")
    world.person(NO_POSTCODE, nis=None)
    world.lives(NO_POSTCODE, TORHOUT, postcode=None)
    # No domicile before 1 October 2025.
    world.person(RECENT, nis=None)
    world.lives(RECENT, ZAVENTEM, van=day("2025-10-01"), postcode="1930")
    world.person(90, born="1990-05-05")
    world.person(91, born=None, nis=ZAVENTEM)
    world.family(10, [ABROAD, NO_CODE, NO_POSTCODE, RECENT], parents=[90, 91])
    return world


def kind_age(low: int | None = None, high: int | None = None) -> Age:
    return Age(Sort.KIND, low, high)


def test_an_age_includes_both_ends(engine: Engine) -> None:
    found = values(engine, ask(kind_age(3, 3)))
    assert (found[TODAY], found[TOMORROW], found[YESTERDAY]) == (True, False, True)
    assert value(engine, kind_age(high=2), TOMORROW) is True
    assert value(engine, kind_age(high=2), TODAY) is False


def test_a_missing_birth_date_makes_an_age_unknown(engine: Engine) -> None:
    assert value(engine, kind_age(3), UNKNOWN) is None
    assert value(engine, Not(kind_age(3)), UNKNOWN) is None
    assert value(engine, Born(day("2000-01-01")), UNKNOWN) is None
    assert value(engine, kind_age(high=9000), UNKNOWN) is None
    assert value(engine, kind_age(high=9000), TODAY) is True
    assert value(engine, kind_age(9000), TODAY) is False


def test_and_and_or_are_kleene(engine: Engine) -> None:
    unknown, false, true = kind_age(3), Born(last=day("1950-01-01")), LivesIn(Sort.KIND, (TORHOUT,))
    # Born is unknown too for a child without birth date: only the domicile is known.
    elsewhere = LivesIn(Sort.KIND, (LEUVEN,))
    assert value(engine, And((unknown, elsewhere)), UNKNOWN) is False
    assert value(engine, And((unknown, true)), UNKNOWN) is None
    assert value(engine, Or((unknown, true)), UNKNOWN) is True
    assert value(engine, Or((unknown, elsewhere)), UNKNOWN) is None
    assert value(engine, Or((false, kind_age(3))), TODAY) is True


@pytest.mark.parametrize(("on", "years"), [("2025-02-28", 4), ("2025-03-01", 5), ("2024-02-29", 4), ("2024-02-28", 3)])
def test_born_on_29_february_is_a_year_older_on_1_march_in_a_common_year(engine: Engine, on: str, years: int) -> None:
    assert value(engine, kind_age(years, years), LEAP, on=day(on)) is True


@pytest.mark.parametrize(("on", "months"), [("2025-02-28", 0), ("2025-03-01", 1), ("2025-03-30", 1), ("2025-03-31", 2)])
def test_a_month_is_complete_on_the_day_or_on_the_first_of_the_next(engine: Engine, on: str, months: int) -> None:
    assert value(engine, Age(Sort.KIND, months, months, "maand"), MONTH_END, on=day(on)) is True


def test_born_includes_both_ends(engine: Engine) -> None:
    found = values(engine, ask(Born(day("2022-11-01"), day("2022-11-02"))))
    assert (found[TODAY], found[TOMORROW], found[YESTERDAY]) == (True, True, False)


def lives(*codes: str, on: date | None = None, postcodes: tuple[str, ...] = ()) -> LivesIn:
    return LivesIn(Sort.KIND, codes, postcodes, on)


def by_beneficiary(engine: Engine, condition: LivesIn) -> dict[int, bool | None]:
    return values(engine, ask(condition, of=DomicileOf.BEGUNSTIGDE))


def test_domicile_abroad_is_false_and_a_missing_code_or_row_unknown(engine: Engine) -> None:
    found = by_beneficiary(engine, lives(TORHOUT))
    assert (found[ABROAD], found[NO_CODE], found[NO_POSTCODE], found[RECENT]) == (False, None, True, False)
    before = by_beneficiary(engine, lives(TORHOUT, on=day("2025-09-30")))
    assert (before[ABROAD], before[NO_CODE], before[NO_POSTCODE], before[RECENT]) == (False, None, True, None)


def test_postcodes_are_read_like_municipalities_and_both_have_to_hold(engine: Engine) -> None:
    found = by_beneficiary(engine, lives(postcodes=("8820", "1930")))
    assert (found[ABROAD], found[NO_CODE], found[NO_POSTCODE], found[RECENT]) == (False, True, None, True)
    both = by_beneficiary(engine, lives(TORHOUT, postcodes=("1930",)))
    # No code, but a postcode that does not fit: false, whatever the code is.
    assert (both[NO_CODE], both[NO_POSTCODE], both[RECENT]) == (False, None, False)


def test_domicile_on_another_day(engine: Engine) -> None:
    assert value(engine, lives(LEUVEN), MOVED) is False
    assert value(engine, lives(LEUVEN, on=day("2025-02-28")), MOVED) is True
    assert value(engine, lives(LEUVEN, on=day("2025-03-01")), MOVED) is False
    assert value(engine, lives(TORHOUT, on=D), MOVED) is True
    assert value(engine, And((lives(LEUVEN, on=day("2025-02-28")), lives(TORHOUT))), MOVED) is True


def test_beneficiaries_by_age_and_domicile(engine: Engine) -> None:
    def found(low: int, which: Age | LivesIn | None = None) -> bool | None:
        return value(engine, Beneficiaries(Count(at_least=low), which), 10)

    assert (found(2), found(3)) == (True, False)
    young = Age(Sort.BEGUNSTIGDE, at_most=40)
    # One is 35, of the other the birth date is missing.
    assert (found(1, young), found(2, young)) == (True, None)
    assert found(1, LivesIn(Sort.BEGUNSTIGDE, (ZAVENTEM,))) is True
    assert found(2, LivesIn(Sort.BEGUNSTIGDE, (ZAVENTEM,), on=day("2025-01-01"))) is False
