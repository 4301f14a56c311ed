"""Same addresses, and address lines that fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groeibrief.selection import SelectionPolicy
from groeibrief.selection.policy import Abbreviations
from groeibrief.selection.recipients.address import SameAddress
from groeibrief.selection.recipients.lines import name_lines, place_lines, street_lines

SHORT = Abbreviations(
    achtervoegsels={"straat": ("str",), "steenweg": ("stwg", "stw"), "laan": ("ln",), "plein": ("pl",)},
    woorden={"sint": ("St",), "burgemeester": ("Burg", "Bgm")},
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kerkstraat", "KERKSTR."),
        ("Brusselsesteenweg", "Brusselse stwg"),
        ("Brusselsesteenweg", "Brusselsestw."),
        ("Sint-Jansplein", "St. Janspl"),
        ("Burgemeester Nolflaan", "Bgm. Nolfln"),
        ("Élisabethlaan", "Elisabethlaan"),
        ("’t Zand", "'t Zand"),
        ("Groſse Straße", "Grosse Strasse"),
    ],
)
def test_the_same_street(one: str, other: str) -> None:
    same = SameAddress(SHORT)
    assert same.key("BE", "8820", one, "1", "") == same.key("BE", "8820", other, "1", "")


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("12 A", "12a", True),
        ("12-A", "12/A", True),
        ("12/1", "12-1", True),
        ("12/1", "121", False),
        ("12A1", "12-1", False),
        ("", "1", False),
    ],
)
def test_house_numbers_and_boxes(one: str, other: str, equal: bool) -> None:
    same = SameAddress(SHORT)
    assert (same.key("BE", "1", "a", one, "") == same.key("BE", "1", "a", other, "")) is equal
    assert (same.key("BE", "1", "a", "9", one) == same.key("BE", "1", "a", "9", other)) is equal


def test_a_number_does_not_run_into_a_box() -> None:
    same = SameAddress(SHORT)
    assert same.key("BE", "8820", "Kerkstraat", "1", "2") != same.key("BE", "8820", "Kerkstraat", "12", "")


@pytest.mark.parametrize(
    ("given_names", "surname", "lines"),
    [
        ("Jan", "Peeters", ["Jan Peeters"]),
        ("Anna Maria Josepha", "Van den Bossche-Vandevelde", ["Anna M J Van den Bossche-Vandevelde"]),
        ("Anna Maria Josepha", "Van den Bossche-Vandeveldekens Dewit", ["A Van den Bossche-Vandeveldekens Dewit"]),
        ("Anna Maria", "Van den Bossche-Vandevelde-Janssens", ["Anna Van den Bossche-Vandevelde-Janssens"]),
        ("Jean-Pierre", "Vanderstraeten-Vandevelde De Wilde", ["J-P Vanderstraeten-Vandevelde De Wilde"]),
        ("Bo", "V" * 40, ["V" * 40]),
        ("Bo", "V" * 41, ["V" * 40, "V"]),
        ("", "Vandersteen-Vandervelde-Vandeputte-Vandoren", ["Vandersteen-Vandervelde-Vandeputte-", "Vandoren"]),
        ("Bo", "De Hemricourt de Grunne van den Bossche Hof", ["De Hemricourt de Grunne van den Bossche", "Hof"]),
    ],
)
def test_names(given_names: str, surname: str, lines: list[str]) -> None:
    assert name_lines(given_names, surname, 40) == lines


@pytest.mark.parametrize(
    ("street", "number", "box", "lines"),
    [
        ("Kerkstraat", "12", "", ["Kerkstraat 12"]),
        ("Kerkstraat", "12", "3", ["Kerkstraat 12 bus 3"]),
        ("Vandenpeereboomvandewallelaan", "12", "0405", ["Vandenpeereboomvandewalleln 12 bus 0405"]),
        ("Grote Oude Brusselse Steenweg", "123", "0405", ["Grote Oude Brusselse Stwg 123 bus 0405"]),
        ("BURGEMEESTER VANDENPEERESTRAAT", "123", "04", ["BURGEMEESTER VANDENPEEREstr 123 bus 04"]),
        ("Burgemeester Jozef Vandenpeereplein", "1", "0405", ["Burg Jozef Vandenpeerepl 1 bus 0405"]),
        ("Sint Jan Baptist de la Salle van Torhout", "1", "0405", ["St J B d l S v Torhout 1 bus 0405"]),
        ("X" * 50, "1", "0405", ["X" * 29 + " 1 bus 0405"]),
        ("Kerkstraat", "12345678901234567890", "123456", ["Kerkstraat", "12345678901234567890 bus 123456"]),
        ("Kerkstraat", "1" * 30, "2" * 12, ["Kerkstraat", "1" * 30 + " bus", "2" * 12]),
    ],
)
def test_streets(street: str, number: str, box: str, lines: list[str]) -> None:
    assert street_lines(street, number, box, 40, SHORT) == lines


@pytest.mark.parametrize(
    ("postcode", "place", "lines"),
    [
        ("8820", "Torhout", ["8820 Torhout"]),
        ("1600", "Sint-Pieters-Leeuw", ["1600 Sint-Pieters-Leeuw"]),
        ("1600", "Sint-Pieters-Leeuw-aan-den-Vandebosch", ["1600 St-Pieters-Leeuw-aan-den-Vandebosch"]),
        ("1600", "Sint Pieters-Leeuw aan den Vandenbosschekens", ["1600 St P L a d Vandenbosschekens"]),
        ("1" * 32, "Torhout", ["1" * 32, "Torhout"]),
    ],
)
def test_places(postcode: str, place: str, lines: list[str]) -> None:
    assert place_lines(postcode, place, 40, SHORT) == lines


words = st.text(st.sampled_from("abcéW-' 19"), max_size=70).map(lambda text: " ".join(text.split()))
names = words.filter(bool)


def kept(part: str, lines: list[str]) -> bool:
    return part.replace(" ", "") in "".join(lines).replace(" ", "")


@given(words, names)
def test_a_name_fits_and_its_surname_is_whole(given_names: str, surname: str) -> None:
    lines = name_lines(given_names, surname, 40)
    assert all(0 < len(line) <= 40 for line in lines)
    assert kept(surname, lines)


@given(names, names, words)
def test_a_street_fits_and_its_number_is_whole(street: str, number: str, box: str) -> None:
    lines = street_lines(street, number, box, 40, SHORT)
    assert all(len(line) <= 40 for line in lines)
    assert kept(f"{number} bus {box}" if box else number, lines)


@given(names, names)
def test_a_place_fits_and_its_postcode_is_whole(postcode: str, place: str) -> None:
    lines = place_lines(postcode, place, 40, SHORT)
    assert all(len(line) <= 40 for line in lines)
    assert kept(postcode, lines)


def test_the_shipped_abbreviations_do_not_contradict_each_other(policy: SelectionPolicy) -> None:
    endings, whole = policy.afkortingen.achtervoegsels, policy.afkortingen.woorden
    shorts = [short.casefold() for group in (endings, whole) for shorts in group.values() for short in shorts]
    assert len(set(shorts)) == len(shorts)
    assert not set(shorts) & {word for group in (endings, whole) for word in group}
    assert all(shorts and full == full.casefold() for group in (endings, whole) for full, shorts in group.items())
