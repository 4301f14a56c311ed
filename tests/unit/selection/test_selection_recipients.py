"""The recipients: shared letters, address lines, greetings, children, order."""

from __future__ import annotations

from typing import Any

import pytest
from selection_world import TORHOUT, World, definition, fallen

from groeibrief.language.definition import AddressedTo, LetterPer
from groeibrief.selection import SelectionPolicy
from groeibrief.selection.policy import Choice
from groeibrief.selection.recipients import RECIPIENTS


def rows(world: World, **kwargs: Any) -> list[dict[str, Any]]:
    return world.select(**kwargs).recipients.to_pylist()


def test_two_beneficiaries_at_one_address_share_a_letter_with_both_names(world: World) -> None:
    world.family(7, world.person(71, "Peeters", "Jan"), world.person(72, "El Amrani", "Fatima", bus="3"), children=2)
    world.address(71, van=world.store.extracted_on, bus="3")
    world.rows["adres"][0]["tot"] = world.store.extracted_on
    selection = world.select()
    assert selection.recipients.schema == RECIPIENTS
    assert selection.recipients.to_pylist() == [
        {
            "volgnummer": 1,
            "dossier_id": 7,
            "persoon_ids": [71, 72],
            "regels": ["Jan Peeters", "Fatima El Amrani", "Kerkstraat 12 bus 3", "8820 Torhout"],
            "kind_ids": [7000, 7001],
            "aanschrijving": "Jan Peeters en Fatima El Amrani",
            "postcode": "8820",
        }
    ]


def test_per_person_never_shares(world: World) -> None:
    world.family(7, world.person(71), world.person(72))
    selection = world.select(definition(per=LetterPer.PERSON))
    assert selection.recipients["persoon_ids"].to_pylist() == [[71], [72]]
    assert fallen(selection) == {}


def test_two_dossiers_at_one_address_are_two_letters(world: World) -> None:
    world.family(7, world.person(71))
    world.family(8, world.person(81))
    assert [row["persoon_ids"] for row in rows(world)] == [[71], [81]]


def test_who_fell_off_does_not_stand_on_the_letter(world: World) -> None:
    world.family(7, world.person(71, adres_niet_meedelen=True), world.person(72, "Claes", "Bo"))
    (row,) = rows(world)
    assert (row["persoon_ids"], row["aanschrijving"], row["regels"][0]) == ([72], "Bo Claes", "Bo Claes")


@pytest.mark.parametrize(
    "other",
    [
        {"straat": "KERKSTRAAT"},
        {"straat": "Kerkstr."},
        {"straat": "Kerk straat"},
        {"straat": "Kèrkstraat"},
        {"huisnummer": " 12 "},
        {"postcode": "8820 "},
        {"bus": ""},
        {"bus": "."},
        {"gemeente": "Wijnendale"},
        {"nis": None},
    ],
)
def test_the_same_address_written_otherwise(world: World, other: dict[str, Any]) -> None:
    world.family(7, world.person(71), world.person(72, **other))
    (row,) = rows(world)
    assert row["persoon_ids"] == [71, 72]
    assert row["regels"][2:] == ["Kerkstraat 12", "8820 Torhout"]


@pytest.mark.parametrize(
    "other",
    [{"straat": "Kerkplein"}, {"huisnummer": "121"}, {"huisnummer": "12A"}, {"postcode": "8821"}, {"bus": "1"}],
)
def test_another_address(world: World, other: dict[str, Any]) -> None:
    world.family(7, world.person(71), world.person(72, **other))
    assert sorted(row["persoon_ids"] for row in rows(world)) == [[71], [72]]


def test_the_same_address_in_another_country_is_another(world: World, policy: SelectionPolicy) -> None:
    world.family(7, world.person(71), world.person(72, land="FR"))
    written = rows(world, policy=policy.model_copy(update={"buitenland": Choice.WRITE}))
    assert [row["regels"][-1] for row in written] == ["8820 Torhout", "FRANKRIJK"]


def test_an_unknown_country_code_is_printed_as_it_is(world: World, policy: SelectionPolicy) -> None:
    world.family(7, world.person(71, land="XQ"))
    (row,) = rows(world, policy=policy.model_copy(update={"buitenland": Choice.WRITE}))
    assert row["regels"][-1] == "XQ"


def test_siblings_share_one_letter_with_the_selected_children(world: World) -> None:
    kids = world.family(7, world.person(71), children=3)
    world.children.pop()
    assert [row["kind_ids"] for row in rows(world)] == [kids[:2]]


def test_a_child_whose_right_is_the_others_is_not_on_the_list(world: World) -> None:
    """Child 0: right of both; 1: of volgorde 1; 2: of volgorde 2; 3: of nobody, so nothing can be told from it."""
    world.person(71), world.person(72, straat="Elders")
    kids = world.family(7, 71, 72, children=4, entitled={0: (1, 2), 1: (1,), 2: (2,)})
    found = {row["persoon_ids"][0]: row["kind_ids"] for row in rows(world, what=definition(AddressedTo.ENTITLED))}
    assert found == {71: [kids[0], kids[1], kids[3]], 72: [kids[0], kids[2], kids[3]]}


def test_a_shared_letter_lists_the_children_of_both(world: World) -> None:
    kids = world.family(7, world.person(71), world.person(72), children=2, entitled={0: (1,), 1: (2,)})
    assert [row["kind_ids"] for row in rows(world, what=definition(AddressedTo.ENTITLED))] == [kids]


def test_punctuation_and_control_characters_stay_out_of_the_lines(world: World) -> None:
    world.person(71, "D’Hondt-Van\u00adhove", " J.P.\n ", straat="St.-Jansstr.", huisnummer="12, A", bus="bus 2.1")
    world.family(7, 71)
    (row,) = rows(world)
    assert row["regels"] == ["J P D’Hondt-Vanhove", "St -Jansstr 12 A bus 2 1", "8820 Torhout"]
    assert row["aanschrijving"] == "J.P. D’Hondt-Vanhove"


@pytest.mark.parametrize(
    ("bus", "shown"),
    [("bus 3", " bus 3"), ("Bus3", " bus 3"), ("B", " bus B"), ("b002", " bus b002"), ("bus", ""), (None, "")],
)
def test_the_word_bus_stands_once(world: World, bus: str | None, shown: str) -> None:
    world.family(7, world.person(71, bus=bus))
    assert rows(world)[0]["regels"][1] == f"Kerkstraat 12{shown}"


def test_diacritics_and_decomposed_letters(world: World) -> None:
    world.family(7, world.person(71, "Özdemir", "Zoe\u0308", straat="Champs-Élyséesstraat"))
    (row,) = rows(world)
    assert row["regels"][:2] == ["Zoë Özdemir", "Champs-Élyséesstraat 12"]
    assert row["aanschrijving"] == "Zoë Özdemir"


def test_lines_that_are_too_long_are_shortened_in_place(world: World) -> None:
    surname = "Van den Bossche-Vandersteen de Hemricourt"
    world.person(61, "Aerts", "Bo", postcode="1000", gemeente="Brussel")
    world.person(71, surname, "Marie", straat="Burgemeester Jozef Van den Eeckhoutlaan", bus="0405")
    world.person(81, "Peeters", "Jan", postcode="9000", gemeente="Gent")
    for dossier, person in ((6, 61), (7, 71), (8, 81)):
        world.family(dossier, person)
    found = rows(world)
    assert [row["regels"] for row in found] == [
        ["Bo Aerts", "Kerkstraat 12", "1000 Brussel"],
        [
            "Van den Bossche-Vandersteen de",
            "Hemricourt",
            "Burg J V d Eeckhoutln 12 bus 0405",
            "8820 Torhout",
        ],
        ["Jan Peeters", "Kerkstraat 12", "9000 Gent"],
    ]
    assert found[1]["aanschrijving"] == f"Marie {surname}"


def test_the_order_is_that_of_the_post(world: World, policy: SelectionPolicy) -> None:
    places = {
        1: {"postcode": "9000"},
        2: {"straat": "Abdijstraat", "huisnummer": "100"},
        3: {"straat": "Abdijstraat", "huisnummer": "12B"},
        4: {"straat": "Abdijstraat", "huisnummer": "12"},
        5: {"straat": "Abdijstraat", "huisnummer": "12", "bus": "1"},
        6: {"straat": "Abdijstraat", "huisnummer": "12"},
        7: {"straat": "Abdijstraat", "huisnummer": "z.n."},
        8: {"land": "DE", "postcode": "01067"},
    }
    for dossier in (3, 8, 1, 6, 2, 7, 5, 4):
        world.family(dossier, world.person(dossier * 10, **places[dossier]))
    found = rows(world, policy=policy.model_copy(update={"buitenland": Choice.WRITE}))
    assert [row["dossier_id"] for row in found] == [4, 6, 5, 3, 2, 7, 1, 8]
    assert [row["volgnummer"] for row in found] == list(range(1, 9))


def test_the_same_selection_twice_is_the_same_table(world: World) -> None:
    for dossier in range(1, 30):
        world.family(dossier, world.person(dossier * 10), world.person(dossier * 10 + 1, nis=TORHOUT, bus="2"))
    assert world.select().recipients.equals(world.select().recipients)


def test_names_and_addresses_do_not_show_in_a_selection_that_is_printed(world: World) -> None:
    world.family(7, world.person(71, "Kanarievogel"))
    assert "Kanarievogel" not in repr(world.select())
