"""The days on which a right may have run, for each kind of period: then someone held the volgorde."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from selection_world import World, definition

from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog import Catalogue
from groeibrief.language.definition import AddressedTo
from groeibrief.query import Condition, Days, Granted, Has, Months, Not, Or, Period, SchoolYears


@pytest.fixture
def granting(world: World, catalogue: Catalogue) -> World:
    """A world in which every source has ``toegekend_aan``."""
    sources = {name: replace(source, toegekend_aan=True) for name, source in catalogue.sources.items()}
    world.catalogue = replace(catalogue, sources=sources)
    return world


def who(world: World, change: date, child: Condition) -> list[list[int]]:
    """Who is written to when volgorde 1 passes from 11 to 12 on *change*; 99, in another gezin, always is."""
    world.family(1, entitled={0: (1,)})
    world.beneficiary(1, 1, world.person(11), tot=change)
    world.beneficiary(1, 1, world.person(12), van=change)
    world.family(2, world.person(99))
    recipients = world.select(definition(AddressedTo.ENTITLED, child=child)).recipients
    found: list[list[int]] = recipients["persoon_ids"].to_pylist()
    return found


WINDOWS = pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (Months(Month(2025, 3), Month(2025, 6)), date(2025, 3, 1), date(2025, 6, 30)),
        (Days(date(2025, 3, 5), date(2025, 3, 9)), date(2025, 3, 5), date(2025, 3, 9)),
        (Granted(4, Days(date(2025, 3, 5), date(2025, 3, 9))), date(2025, 3, 5), date(2025, 3, 9)),
        (SchoolYears(SchoolYear(2024)), date(2024, 9, 1), date(2025, 8, 31)),
    ],
)


@WINDOWS
def test_a_change_by_the_first_day_of_the_window_is_in_time(
    granting: World, period: Period, first: date, last: date
) -> None:
    assert who(granting, first, Has("schooltoeslag", period)) == [[12], [99]]


@WINDOWS
def test_a_change_in_the_window_leaves_nobody_certain(granting: World, period: Period, first: date, last: date) -> None:
    assert who(granting, last, Has("schooltoeslag", period)) == [[99]]


def test_a_grant_at_an_age_may_have_been_on_any_day(granting: World) -> None:
    assert who(granting, date(2021, 5, 5), Has("kleutertoeslag", Granted(4))) == [[99]]


def test_every_heeft_counts_also_under_niet(granting: World) -> None:
    march, may = (Months(Month(2025, month), Month(2025, month)) for month in (3, 5))
    child = Or((Has("sociale_toeslag", may), Not(Has("sociale_toeslag", march))))
    assert who(granting, date(2025, 4, 1), child) == [[99]]
