"""The nouns that a synthetic world is made of, each by itself."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from groeibrief.calendar import Month
from groeibrief.catalog import Catalogue
from groeibrief.snapshot.synthetic.amounts import Amounts, Tariff
from groeibrief.snapshot.synthetic.arrays import NEVER, ints
from groeibrief.snapshot.synthetic.dice import Dice, apportion, chance
from groeibrief.snapshot.synthetic.month_rights import Spells, renewals
from groeibrief.snapshot.synthetic.places import Places
from groeibrief.snapshot.synthetic.timeline import (
    Timeline,
    birthday,
    day_number,
    first_day,
    month_at,
    month_number,
    month_of,
    working_day,
)
from groeibrief.snapshot.synthetic.writer import Vocabulary, Words


def days(*texts: str) -> np.ndarray:
    return ints([day_number(date.fromisoformat(text)) for text in texts])


def months(*texts: str) -> np.ndarray:
    return ints([NEVER if text == "" else month_number(Month.parse(text)) for text in texts])


def test_streams_are_independent_and_repeatable() -> None:
    dice = Dice(1)
    assert dice.stream("a").unit(3).tolist() == Dice(1).stream("a").unit(3).tolist()
    assert dice.stream("a").unit(3).tolist() != dice.stream("b").unit(3).tolist()
    assert dice.stream("a").unit(3).tolist() != Dice(2).stream("a").unit(3).tolist()


@pytest.mark.parametrize(("count", "expected"), [(10, [5, 3, 2]), (1, [1, 0, 0]), (0, [0, 0, 0]), (3, [1, 1, 1])])
def test_apportioning_leaves_nothing_over(count: int, expected: list[int]) -> None:
    assert apportion(count, (0.5, 0.3, 0.2)).tolist() == expected


def test_a_vocabulary_has_each_string_once() -> None:
    vocabulary = Vocabulary.of(["laan", "straat", "laan", "weg"])
    assert vocabulary.texts.to_pylist() == ["laan", "straat", "weg"]
    assert vocabulary.position.tolist() == [0, 1, 0, 2]
    words = Words(ints([2, -1, 3]), vocabulary)
    assert words.array(pa.field("straat", pa.string())).to_pylist() == ["laan", None, "weg"]


def test_quotas_are_exact() -> None:
    drawn = Dice(3).stream("quota").quota((0.45, 0.39, 0.16), 100)
    assert np.bincount(drawn).tolist() == [45, 39, 16]


def test_picks_are_eligible_and_at_least_one() -> None:
    eligible = np.arange(1000) % 2 == 0
    stream = Dice(3).stream("pick")
    chosen = stream.pick(eligible, 0.1)
    assert chosen.sum() == 100
    assert not chosen[~eligible].any()
    assert stream.pick(eligible, 0.00001).sum() == 1
    assert stream.pick(np.zeros(5, np.bool_), 0.5).sum() == 0


def test_chance_is_the_normal_distribution() -> None:
    assert chance(np.asarray([-1.96, 0.0, 1.0])) == pytest.approx([0.025, 0.5, 0.8413], abs=0.0005)


def test_birthdays_of_29_february() -> None:
    born = days("2020-02-29", "2020-02-29", "2019-12-31")
    assert birthday(born, ints([1, 4, 6])).tolist() == days("2021-03-01", "2024-02-29", "2025-12-31").tolist()


def test_months_and_days_are_each_others_inverse() -> None:
    assert month_of(first_day(months("1969-12", "2024-02"))).tolist() == months("1969-12", "2024-02").tolist()
    assert str(month_at(month_number(Month(2025, 11)))) == "2025-11"


def test_a_weekend_moves_to_the_friday_before() -> None:
    drawn = working_day(days("2025-11-01", "2025-11-02", "2025-11-03"))
    assert drawn.tolist() == days("2025-10-31", "2025-10-31", "2025-11-03").tolist()


@pytest.mark.parametrize(
    ("day", "anchor"),
    [("2025-11-03", "2025-11-03"), ("2025-11-04", "2026-11-03"), ("2025-01-31", "2025-11-03")],
)
def test_extractions_of_one_year_see_one_world(day: str, anchor: str) -> None:
    assert Timeline(date.fromisoformat(day)).anchor == day_number(date.fromisoformat(anchor))


def test_coverage_goes_back_three_years_and_four_school_years() -> None:
    timeline = Timeline(date(2025, 8, 31))
    assert str(month_at(timeline.first_month)) == "2022-08"
    assert [str(year) for year in timeline.school_years] == ["2021-2022", "2022-2023", "2023-2024", "2024-2025"]


def test_an_amount_moves_from_its_date_by_september(catalogue: Catalogue) -> None:
    amounts = Amounts(catalogue, "wezentoeslag")
    half = Tariff("Halve wezentoeslag")
    found = [amounts.cents(half, int(month)) for month in months("2023-08", "2023-09", "2024-08", "2024-09", "2025-09")]
    assert found == [13856, 14133, 14133, 14416, 14704]
    assert amounts.cents(Tariff("Halve wezentoeslag", 0.5), int(months("2023-09")[0])) == 7067


def test_renewals_cut_a_spell_and_leave_it_running(catalogue: Catalogue) -> None:
    spells = Spells(
        child=ints([0, 1, 2, 3]),
        start=months("2020-01", "2023-02", "2025-10", "2024-03"),
        end=months("", "2023-08", "2026-09", "2026-02"),
        tariff=ints([0, 0, 0, 0]),
        end_known=np.asarray([False, False, False, True]),
    )
    rows = list(
        renewals(
            spells, (Tariff("Pleegzorgtoeslag"),), Amounts(catalogue, "pleegzorgtoeslag"), Timeline(date(2025, 11, 3))
        )
    )
    found = [
        (int(child), str(month_at(int(start))), None if end == NEVER else str(month_at(int(end))), int(cents))
        for part in rows
        for child, start, end, cents in zip(
            part.spells.child, part.spells.start, part.spells.end, part.cents, strict=True
        )
    ]
    assert found == [
        (0, "2022-09", "2023-09", 6689),
        (1, "2023-02", "2023-08", 6689),
        (0, "2023-09", "2024-09", 6823),
        (3, "2024-03", "2024-09", 6823),
        (0, "2024-09", "2025-09", 6959),
        (3, "2024-09", "2025-09", 6959),
        (0, "2025-09", None, 7099),
        (2, "2025-10", None, 7099),
        (3, "2025-09", "2026-02", 7099),
    ]


def test_a_gap_stops_and_restarts_a_spell() -> None:
    spells = Spells(
        ints([0, 1]), months("2024-01", "2024-01"), months("", "2024-06"), ints([0, 0]), np.zeros(2, np.bool_)
    )
    cut = spells.without(np.asarray([True, False]), months("2024-03", "2024-03"), months("2024-05", "2024-05"))
    assert list(zip(cut.child.tolist(), cut.start.tolist(), cut.end.tolist(), strict=True)) == [
        (0, *months("2024-01", "2024-03").tolist()),
        (1, *months("2024-01", "2024-06").tolist()),
        (0, *months("2024-05", "").tolist()),
    ]


def test_a_locality_is_read_by_the_code_of_the_day(catalogue: Catalogue) -> None:
    places = Places(catalogue, date(2025, 11, 3))
    merged = places.municipality("73110")
    assert merged is not None
    group = places.groups[merged]
    codes, names = places.codes.texts, places.names.texts
    era = places.era(days("2024-12-31", "2025-01-01"))
    read = set()
    for locality in range(group.first, group.first + len(group.weights)):
        before, after = places.code[locality, era]
        read.add((codes[before], names[places.name[locality, era[0]]], codes[after]))
    assert read == {("73006", "Bilzen", "73110"), ("73032", "Hoeselt", "73110")}


def test_every_flemish_locality_has_a_postcode_of_its_own_part(catalogue: Catalogue) -> None:
    places = Places(catalogue, date(2025, 11, 3))
    last = max(group.first + len(group.weights) for group in places.groups)
    assert (places.postcode[:last] >= 0).all()
    postcodes = {
        (places.codes.texts[code], places.postcodes.texts[postcode])
        for code, postcode in zip(places.code[:last, 0], places.postcode[:last], strict=True)
    }
    assert ("11007", "2150") in postcodes
    assert ("11002", "2150") not in postcodes
    assert ("31033", "8820") in postcodes


def test_before_a_merger_its_municipalities_are_still_apart(catalogue: Catalogue) -> None:
    places = Places(catalogue, date(2024, 11, 3))
    assert places.municipality("73110") is None
    assert places.municipality("73006") is not None
    assert len(places.flemish) == 300
