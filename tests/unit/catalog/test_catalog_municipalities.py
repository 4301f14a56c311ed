from __future__ import annotations

from datetime import date

import pytest

from groeibrief.catalog import Catalogue

MERGERS = {
    date(2019, 1, 1): "12030+12034>12041 44011+44049>44083 44001+44029>44084 44036+44072+44080>44085 45017+45057>45068 "
    "71047+72040>72042 72025+72029>72043",
    date(2025, 1, 1): "11007>11002 23023+23024+23032>23106 37012+37018>37021 37007+37015>37022 44012+44048>44086 "
    "44034+44073>44087 44040+44043>44088 44045+46014>46029 46003+46013+11056>46030 71057+71069>71071 71022+73040>71072 "
    "73006+73032>73110 73009+73083>73111",
}  # fmt: skip
PAIRS = [
    (day, former, merger.split(">")[1])
    for day, text in MERGERS.items()
    for merger in text.split()
    for former in merger.split(">")[0].split("+")
]
NAMES = {
    "73110": "Bilzen-Hoeselt", "31033": "Torhout", "23094": "Zaventem", "24062": "Leuven", "31043": "Knokke-Heist",
    "36010": "Ledegem", "73028": "Herstappe", "44064": "Sint-Martens-Latem", "12034": "Sint-Amands",
    "72040": "Meeuwen-Gruitrode", "44072": "Waarschoot", "46003": "Beveren", "11056": "Zwijndrecht",
    "73009": "Borgloon", "73083": "Tongeren", "23103": "Wezembeek-Oppem", "21004": "Brussel", "11007": "Borsbeek",
}  # fmt: skip


@pytest.mark.parametrize(
    ("day", "number"), [(date(2018, 12, 31), 308), (date(2024, 12, 31), 300), (date(2025, 1, 1), 285)]
)
def test_flanders_has_as_many_municipalities_as_on_that_day(shipped: Catalogue, day: date, number: int) -> None:
    assert len(shipped.municipalities.valid_on(day)) == number


@pytest.mark.parametrize(
    ("day", "region", "number"),
    [
        (date(2025, 1, 1), "brussel", 19),
        (date(2025, 1, 1), "wallonie", 261),
        (date(2024, 12, 31), "wallonie", 262),
        (date(2018, 12, 31), "wallonie", 262),
        (date(2018, 12, 31), None, 589),
    ],
)
def test_so_have_the_other_regions(shipped: Catalogue, day: date, region: str | None, number: int) -> None:
    assert len(shipped.municipalities.valid_on(day, region)) == number


@pytest.mark.parametrize(("day", "former", "heir"), PAIRS)
def test_a_merged_municipality_is_read_as_its_successor_from_the_day_of_the_merger(
    shipped: Catalogue, day: date, former: str, heir: str
) -> None:
    before = date(day.year - 1, 12, 31)
    assert shipped.municipalities.is_valid(former, before)
    assert not shipped.municipalities.is_valid(former, day)
    assert shipped.municipalities.resolve(former, before) == former
    assert shipped.municipalities.resolve(former, day) == heir
    assert shipped.municipalities.final(former) == heir
    assert former in shipped.municipalities.read_as(heir, day)


def test_mergers_are_all_that_ended(shipped: Catalogue) -> None:
    ended = {row.nis for row in shipped.municipalities.rows if row.tot is not None and row.gewest == "vlaanderen"}
    assert ended == {former for _, former, _ in PAIRS}


@pytest.mark.parametrize(("code", "name"), NAMES.items())
def test_a_municipality_has_its_dutch_name(shipped: Catalogue, code: str, name: str) -> None:
    assert shipped.municipalities[code].naam == name


def test_the_same_name_can_have_two_codes(shipped: Catalogue) -> None:
    codes = [(row.nis, row.tot) for row in shipped.municipalities.rows if row.naam == "Hasselt"]
    assert codes == [("71022", date(2025, 1, 1)), ("71072", None)]


def test_inhabitants_are_given_for_today_s_flemish_municipalities_only(shipped: Catalogue) -> None:
    today = shipped.municipalities.valid_on(date(2025, 1, 1))
    with_figure = {row.nis: row.inwoners for row in shipped.municipalities.rows if row.inwoners is not None}
    assert set(with_figure) == {row.nis for row in today}
    assert 6_790_000 < sum(with_figure.values()) < 6_810_000
    assert with_figure["11002"] == 565_000
    assert with_figure["31033"] == 20_467
    assert min(with_figure, key=lambda code: with_figure[code]) == "73028"
    assert with_figure["73028"] == 79
