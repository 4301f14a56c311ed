"""What the snapshot cannot answer is refused, with every reason at once, before anything is read."""

from __future__ import annotations

from datetime import date

import pytest
from engines_suite import OpenEngine
from engines_world import LEUVEN, NOVEMBER, World, ask, day, months

from groeibrief.calendar import SchoolYear
from groeibrief.catalog import PeriodKind
from groeibrief.engines import Engine
from groeibrief.errors import SnapshotError
from groeibrief.query import And, Condition, Days, Granted, Has, LivesIn, Not, Or, SchoolYears, Sort

OUTSIDE = "valt buiten de dekking van deze snapshot"


@pytest.fixture(scope="module")
def populated(module_world: World) -> World:
    world = module_world
    del world.coverage[PeriodKind.DAY]
    return world


def refusal(engine: Engine, condition: Condition, on: date = date(2025, 11, 1)) -> tuple[str, list[str]]:
    question = ask(condition, LEUVEN, on=on)
    found = set()
    for answer in (engine.count, engine.select, engine.outcomes, engine.count_by_municipality):
        with pytest.raises(SnapshotError) as caught:
            answer(question)
        found.add((caught.value.code, tuple(finding.melding for finding in caught.value.findings)))
    assert len(found) == 1
    code, messages = found.pop()
    return code, list(messages)


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (Has("sociale_toeslag", months("2024-08")), "sociale_toeslag: 2024-08"),
        (Has("sociale_toeslag", months("2025-12")), "sociale_toeslag: 2025-12"),
        (Has("basisbedrag", months("2024-08", "2024-10")), "basisbedrag: 2024-08 tot en met 2024-10"),
        (Has("basisbedrag", months("2025-10", "2026-01", None)), "basisbedrag: 2025-10 tot en met 2026-01"),
        (Has("kinderopvangtoeslag", months("2023-01")), "kinderopvangtoeslag: 2023-01"),
        (Has("schooltoeslag", SchoolYears(SchoolYear(2022))), "schooltoeslag: 2022-2023"),
        (Has("schooltoeslag", SchoolYears(SchoolYear(2026))), "schooltoeslag: 2026-2027"),
        (
            Has("kleutertoeslag", Granted(3, Days(day("2024-08-31"), day("2025-01-01")))),
            "kleutertoeslag: 2024-08-31 tot en met 2025-01-01",
        ),
        (
            Has("kleutertoeslag", Granted(None, Days(day("2025-11-04"), day("2025-11-04")))),
            "kleutertoeslag: 2025-11-04",
        ),
        # No coverage of the source at all.
        (
            Has("startbedrag", Days(day("2025-01-01"), day("2025-01-31"))),
            "startbedrag: 2025-01-01 tot en met 2025-01-31",
        ),
    ],
)
def test_a_period_outside_the_coverage(engine: Engine, node: Has, words: str) -> None:
    assert refusal(engine, Not(node)) == ("E430", [f"{words} {OUTSIDE}"])


def test_every_period_is_named_once(engine: Engine) -> None:
    school, early = Has("schooltoeslag", SchoolYears(SchoolYear(2026))), Has("wezentoeslag", months("2024-01"))
    condition = And((Or((school, early)), Not(school), Has("basisbedrag", NOVEMBER)))
    assert refusal(engine, condition) == (
        "E430",
        [f"schooltoeslag: 2026-2027 {OUTSIDE}", f"wezentoeslag: 2024-01 {OUTSIDE}"],
    )


@pytest.mark.parametrize(
    "node",
    [
        Has("sociale_toeslag", months("2024-09", "2025-11")),
        Has("schooltoeslag", SchoolYears(SchoolYear(2023))),
        Has("kleutertoeslag", Granted(3)),
        Has("kleutertoeslag", Granted(3, Days(day("2024-09-01"), day("2025-11-03")))),
    ],
)
def test_both_ends_are_covered_and_an_age_alone_names_no_period(engine: Engine, node: Has) -> None:
    assert engine.count(ask(node, LEUVEN)).children == 0


def test_an_age_alone_still_needs_a_covered_source(world: World, open_engine: OpenEngine) -> None:
    del world.coverage[PeriodKind.GRANT]
    engine = open_engine(world)
    assert refusal(engine, Has("kleutertoeslag", Granted(4))) == ("E430", [f"kleutertoeslag: leeftijd 4 {OUTSIDE}"])


def test_a_reference_date_after_extraction(engine: Engine) -> None:
    assert refusal(engine, Has("basisbedrag", NOVEMBER), on=day("2025-11-04")) == (
        "E431",
        [
            "De peildatum 2025-11-04 ligt na de extractie van de snapshot (2025-11-03). "
            "Kies een vroegere peildatum of neem een nieuwere snapshot in."
        ],
    )
    assert engine.count(ask(Has("basisbedrag", NOVEMBER), LEUVEN, on=day("2025-11-03"))).children == 0


def test_a_domicile_on_a_day_after_extraction(engine: Engine) -> None:
    assert refusal(engine, LivesIn(Sort.KIND, (LEUVEN,), on=day("2025-12-01"))) == (
        "E432",
        [
            "De dag 2025-12-01 in 'woont_in' ligt na de extractie van de snapshot (2025-11-03). "
            "Kies een vroegere dag of neem een nieuwere snapshot in."
        ],
    )
