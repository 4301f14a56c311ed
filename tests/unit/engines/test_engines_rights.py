"""``heeft``: every kind of period, fields on the same row, and what is unknown."""

from __future__ import annotations

from decimal import Decimal

import pytest
from engines_suite import OpenEngine
from engines_world import NOVEMBER, TORHOUT, D, World, ask, day, months, value, values

from groeibrief.calendar import SchoolYear
from groeibrief.catalog import PeriodKind
from groeibrief.engines import Engine
from groeibrief.query import (
    And,
    Days,
    Field,
    Granted,
    Has,
    IsUnknown,
    Months,
    Not,
    OneOf,
    Or,
    Range,
    SchoolYears,
)

NONE, WHOLE, RELAY, GAP, ENDED, COPARENT = 1, 2, 3, 4, 5, 6
BAND_LOW, BAND_UNKNOWN, BAND_BOTH, BAND_MONTHS = 11, 12, 13, 14
CARE, CARE_UNKNOWN = 21, 22
DAYCARE, NO_DAYS, HALF_DAY, BUSY = 31, 32, 33, 34
PRESCHOOL, SCHOOL, BIRTH, STILL = 41, 42, 43, 44


@pytest.fixture(scope="module")
def populated(module_world: World) -> World:
    world = module_world
    for child in (NONE, WHOLE, RELAY, GAP, ENDED, COPARENT, BAND_LOW, BAND_UNKNOWN, BAND_BOTH, BAND_MONTHS, CARE,
                  CARE_UNKNOWN, DAYCARE, NO_DAYS, HALF_DAY, BUSY, PRESCHOOL, SCHOOL, BIRTH, STILL):  # fmt: skip
        world.only_child(child)
    social = "sociale_toeslag"
    world.right(social, WHOLE, van="2024-01-01", schijf="laag")
    # Two rows that follow each other, over the September in which a block of the store starts.
    world.right(social, RELAY, van="2025-01-01", tot="2025-08-01", schijf="laag")
    world.right(social, RELAY, van="2025-08-01", tot="2025-11-01", schijf="midden")
    world.right(social, GAP, van="2025-01-01", tot="2025-04-01", schijf="laag")
    world.right(social, GAP, van="2025-05-01", schijf="laag")
    world.right(social, ENDED, van="2025-01-01", tot="2025-11-01", schijf="laag")
    # Co-parents of whom one has the half at the low band, the other at the high.
    world.right(social, COPARENT, van="2025-10-01", schijf="hoog", helft=True, toegekend_aan=1)
    world.right(social, COPARENT, van="2025-11-01", schijf="laag", helft=True, toegekend_aan=2, bedrag=Decimal("0.00"))
    world.right(social, BAND_LOW, van="2025-11-01", schijf="laag", bedrag=Decimal("69.12"))
    world.right(social, BAND_UNKNOWN, van="2025-11-01", schijf=None, bedrag=Decimal("69.12"))
    world.right(social, BAND_BOTH, van="2025-11-01", schijf=None, toegekend_aan=1)
    world.right(social, BAND_BOTH, van="2025-11-01", schijf="laag", toegekend_aan=2)
    # September: low; October: unknown; November: high.
    world.right(social, BAND_MONTHS, van="2025-09-01", tot="2025-10-01", schijf="laag")
    world.right(social, BAND_MONTHS, van="2025-10-01", tot="2025-11-01", schijf=None)
    world.right(social, BAND_MONTHS, van="2025-11-01", schijf="hoog")
    world.right("zorgtoeslag", CARE, van="2025-01-01", punten_totaal=7, punten_p1=3)
    world.right("zorgtoeslag", CARE_UNKNOWN, van="2025-01-01", punten_totaal=None, punten_p1=4)
    for month in ("2025-09-01", "2025-11-01"):
        world.right("kinderopvangtoeslag", DAYCARE, maand=month, volle_dagen=3, halve_dagen=0)
    world.right("kinderopvangtoeslag", NO_DAYS, maand="2025-11-01", volle_dagen=0, halve_dagen=0)
    world.right("kinderopvangtoeslag", HALF_DAY, maand="2025-11-01", volle_dagen=0, halve_dagen=1)
    # More together than a TINYINT holds.
    world.right("kinderopvangtoeslag", BUSY, maand="2025-11-01", volle_dagen=100, halve_dagen=100)
    world.right("kleutertoeslag", PRESCHOOL, leeftijd=3, toegekend_op="2025-03-10")
    world.right("kleutertoeslag", PRESCHOOL, leeftijd=4, toegekend_op="2025-10-20")
    world.right("schooltoeslag", SCHOOL, schooljaar="2025-2026", niveau="lager")
    world.right("startbedrag", BIRTH, datum="2025-02-01", aard="geboorte")
    world.right("startbedrag", STILL, datum="2025-02-01", aard="levenloos_geboren")
    return world


def social(period: Months = NOVEMBER, *where: Field) -> Has:
    return Has("sociale_toeslag", period, where)


LOW = Field("schijf", OneOf(("laag",)))


def test_no_row_is_false(engine: Engine) -> None:
    assert value(engine, social(), NONE) is False
    assert value(engine, Not(social()), NONE) is True


def test_a_right_holds_from_its_first_month_to_the_one_before_its_end(engine: Engine) -> None:
    assert value(engine, social(), WHOLE) is True
    assert value(engine, social(), ENDED) is False
    assert value(engine, social(months("2025-10")), ENDED) is True
    assert value(engine, social(months("2024-12")), ENDED) is False
    assert value(engine, social(months("2025-01")), ENDED) is True


def test_one_month_of_a_period_is_enough_by_default(engine: Engine) -> None:
    assert value(engine, social(months("2024-10", "2025-01")), GAP) is True
    assert value(engine, social(months("2025-04", "2025-04")), GAP) is False


@pytest.mark.parametrize("where", [(), (Field("helft", OneOf((False,))),), (Field("schijf", IsUnknown(False)),)])
def test_every_month_is_a_cover_without_a_gap_by_one_row_or_several(engine: Engine, where: tuple[Field, ...]) -> None:
    whole_year = social(months("2025-01", "2025-10", None), *where)
    found = values(engine, ask(whole_year))
    assert (found[WHOLE], found[RELAY], found[ENDED], found[GAP], found[NONE]) == (True, True, True, False, False)
    assert value(engine, social(months("2025-01", "2025-11", None), *where), RELAY) is False
    assert value(engine, social(months("2025-05", "2025-11", None), *where), GAP) is True


@pytest.mark.parametrize("where", [(), (Field("helft", OneOf((False,))),)])
def test_distinct_months_are_counted_once(engine: Engine, where: tuple[Field, ...]) -> None:
    assert value(engine, social(months("2025-01", "2025-06", 5), *where), GAP) is True
    assert value(engine, social(months("2025-01", "2025-06", 6), *where), GAP) is False
    # Two co-parents' rows in November and one in October are two months, not three.
    assert value(engine, social(months("2025-09", "2025-11", 2)), COPARENT) is True
    assert value(engine, social(months("2025-09", "2025-11", 3)), COPARENT) is False


def test_fields_hold_on_the_same_row(engine: Engine) -> None:
    low_and_paid = social(NOVEMBER, LOW, Field("bedrag", Range(at_least=Decimal("50"))))
    assert value(engine, social(NOVEMBER, LOW), COPARENT) is True
    assert value(engine, low_and_paid, COPARENT) is False
    assert value(engine, low_and_paid, BAND_LOW) is True
    # And the row that has the field covers the month itself.
    assert value(engine, social(months("2025-10"), LOW), COPARENT) is False


def test_a_row_with_amount_0_is_a_row(engine: Engine) -> None:
    assert value(engine, social(NOVEMBER, Field("bedrag", Range(at_most=0))), COPARENT) is True


def test_a_missing_field_makes_the_row_unknown(engine: Engine) -> None:
    found = values(engine, ask(social(NOVEMBER, LOW)))
    assert (found[BAND_LOW], found[BAND_UNKNOWN], found[BAND_BOTH], found[NONE]) == (True, None, True, False)
    high = values(engine, ask(social(NOVEMBER, Field("schijf", OneOf(("hoog", "midden"))))))
    assert (high[BAND_LOW], high[BAND_UNKNOWN], high[BAND_BOTH]) == (False, None, None)
    # Unknown and false together are false: nobody needs the band of a row that is too low.
    rich = social(NOVEMBER, LOW, Field("bedrag", Range(at_least=100)))
    assert value(engine, rich, BAND_UNKNOWN) is False


def test_unknown_as_a_value_is_never_unknown(engine: Engine) -> None:
    missing = values(engine, ask(social(NOVEMBER, Field("schijf", IsUnknown(True)))))
    assert (missing[BAND_LOW], missing[BAND_UNKNOWN], missing[BAND_BOTH]) == (False, True, True)
    present = values(engine, ask(social(NOVEMBER, Field("schijf", IsUnknown(False)))))
    assert (present[BAND_LOW], present[BAND_UNKNOWN], present[BAND_BOTH]) == (True, False, True)


@pytest.mark.parametrize(
    ("at_least", "expected"), [(1, True), (2, None), (3, False), (None, False)], ids=["1", "2", "3", "elke_maand"]
)
def test_months_are_true_false_or_unknown_each_by_itself(
    engine: Engine, at_least: int | None, expected: bool | None
) -> None:
    assert value(engine, social(months("2025-09", "2025-11", at_least), LOW), BAND_MONTHS) is expected


def test_every_month_is_unknown_when_one_is_and_none_is_false(engine: Engine) -> None:
    assert value(engine, social(months("2025-09", "2025-10", None), LOW), BAND_MONTHS) is None


def test_numbers_and_listed_values(engine: Engine) -> None:
    def care(*where: Field) -> Has:
        return Has("zorgtoeslag", NOVEMBER, where)

    points = Field("punten_totaal", Range(6, 8))
    assert value(engine, care(points), CARE) is True
    assert value(engine, care(points), CARE_UNKNOWN) is None
    assert value(engine, care(Field("punten_p1", Range(at_least=4))), CARE) is False
    assert value(engine, care(Field("punten_p1", OneOf((3, 4)))), CARE) is True
    assert value(engine, care(Field("punten_p1", OneOf((300,)))), CARE) is False
    assert value(engine, care(Field("bedrag", OneOf((Decimal("50.00"),)))), CARE) is True
    assert value(engine, care(Field("bedrag", Range(at_least=Decimal("50.001")))), CARE) is False
    assert value(engine, care(Field("bedrag", Range(at_most=10**15))), CARE) is True


@pytest.mark.parametrize("where", [(), (Field("bedrag", Range(at_least=0)),)])
def test_a_month_of_childcare_counts_from_half_a_day(engine: Engine, where: tuple[Field, ...]) -> None:
    found = values(engine, ask(Has("kinderopvangtoeslag", NOVEMBER, where)))
    assert (found[DAYCARE], found[NO_DAYS], found[HALF_DAY], found[BUSY]) == (True, False, True, True)
    assert value(engine, Has("kinderopvangtoeslag", months("2025-09", "2025-11", 2), where), DAYCARE) is True
    assert value(engine, Has("kinderopvangtoeslag", months("2025-09", "2025-11", None), where), DAYCARE) is False
    assert value(engine, Has("kinderopvangtoeslag", months("2025-10"), where), DAYCARE) is False


def test_a_preschool_grant_by_age_days_or_both(engine: Engine) -> None:
    def granted(age: int | None = None, first: str | None = None, last: str = "2025-11-03") -> Has:
        days = Days(day(first), day(last)) if first else None
        return Has("kleutertoeslag", Granted(age, days))

    assert value(engine, granted(3), PRESCHOOL) is True
    assert value(engine, granted(3), NONE) is False
    assert value(engine, granted(None, "2025-03-10", "2025-03-10"), PRESCHOOL) is True
    assert value(engine, granted(None, "2025-03-11", "2025-10-19"), PRESCHOOL) is False
    assert value(engine, granted(4, "2025-03-01", "2025-03-31"), PRESCHOOL) is False


@pytest.mark.parametrize("where", [(), (Field("niveau", OneOf(("lager",))),)])
def test_a_school_year(engine: Engine, where: tuple[Field, ...]) -> None:
    assert value(engine, Has("schooltoeslag", SchoolYears(SchoolYear(2025)), where), SCHOOL) is True
    assert value(engine, Has("schooltoeslag", SchoolYears(SchoolYear(2024)), where), SCHOOL) is False


def test_a_birth_grant_by_days_but_never_after_a_stillbirth(engine: Engine) -> None:
    february = Days(day("2025-02-01"), day("2025-02-28"))
    assert value(engine, Has("startbedrag", february), BIRTH) is True
    assert value(engine, Has("startbedrag", february), STILL) is False
    assert value(engine, Has("startbedrag", february, (Field("bedrag", Range(at_least=0)),)), STILL) is False
    assert value(engine, Has("startbedrag", february, (Field("aard", OneOf(("levenloos_geboren",))),)), STILL) is False
    assert value(engine, Has("startbedrag", Days(day("2025-02-02"), D)), BIRTH) is False


def test_conditions_on_the_same_source_do_not_get_mixed_up(engine: Engine) -> None:
    both = And((social(months("2025-10"), LOW), social(NOVEMBER, LOW)))
    either = Or((social(months("2025-10"), LOW), social(NOVEMBER, LOW)))
    assert value(engine, both, ENDED) is False
    assert value(engine, either, ENDED) is True


@pytest.mark.parametrize("where", [(), (Field("bedrag", Range(at_least=0)),)], ids=["bits", "rows"])
def test_periods_of_more_months_than_a_word_has_bits(
    world: World, open_engine: OpenEngine, where: tuple[Field, ...]
) -> None:
    world.coverage[PeriodKind.MONTH_RIGHT] = ("2014-01", "2025-11")
    world.only_child(1, born="2013-01-01")
    world.only_child(2, born="2013-01-01")
    world.right("basisbedrag", 1, van="2013-06-01")
    world.right("basisbedrag", 2, van="2013-06-01", tot="2019-01-01")
    world.right("basisbedrag", 2, van="2019-02-01")
    engine = open_engine(world)
    length = 11 * 12 + 11

    def base(first: str, last: str, at_least: int | None) -> dict[int, bool | None]:
        condition = Has("basisbedrag", months(first, last, at_least), where)
        return values(engine, ask(condition, TORHOUT))

    assert base("2014-01", "2025-11", None) == {1: True, 2: False}
    assert base("2014-01", "2025-11", length - 1) == {1: True, 2: True}
    assert base("2019-01", "2019-01", 1) == {1: True, 2: False}
    assert base("2018-12", "2019-02", 2) == {1: True, 2: True}
    assert base("2018-12", "2019-02", None) == {1: True, 2: False}
