"""Each step of the waterfall, by hand: who falls off where, and that everyone falls off once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from selection_world import (
    BRUGGE,
    EXTRACTED,
    REFERENCE,
    TORHOUT,
    World,
    definition,
    fallen,
)

from groeibrief.calendar import Month
from groeibrief.catalog import Catalogue
from groeibrief.errors import NothingSelectedError, RefusedError
from groeibrief.language.definition import AddressedTo
from groeibrief.query import Months
from groeibrief.selection import STEPS, SelectionPolicy, SuppressionLists, no_lists
from groeibrief.selection.policy import Choice, ThroughThirds

GONE = date(2025, 11, 3)
"""Died on the day of the extraction: dead."""


def letters_to(world: World, **kwargs: object) -> list[list[int]]:
    return world.select(**kwargs).recipients["persoon_ids"].to_pylist()  # type: ignore[arg-type]


def test_the_steps_have_the_names_and_the_order_of_the_language(world: World) -> None:
    world.family(1, world.person(11))
    names = [step.stap for step in world.select().waterfall]
    assert names == [
        "geselecteerd", "kind_overleden", "instelling", "geen_gerechtigde", "overleden", "buitenland",
        "adres_onvolledig", "buiten_gemeente", "geheim_adres", "adres_via_derde", "verzet", "beschermd",
        "reeds_aangeschreven", "brieven_per_persoon", "samengevoegd", "brieven",
    ]  # fmt: skip
    assert tuple(names) == STEPS


def test_a_plain_family_gets_a_letter(world: World) -> None:
    world.family(1, world.person(11), world.person(12), children=2)
    selection = world.select()
    assert [step.as_json() for step in selection.waterfall if step.geadresseerden] == [
        {"stap": "geselecteerd", "geadresseerden": 2, "gezinnen": 1},
        {"stap": "brieven_per_persoon", "geadresseerden": 2, "gezinnen": 1},
        {"stap": "samengevoegd", "geadresseerden": 1, "gezinnen": 0},
        {"stap": "brieven", "geadresseerden": 1, "gezinnen": 1},
    ]
    assert selection.recipients["kind_ids"].to_pylist() == [[1000, 1001]]
    assert (selection.snapshot, selection.extracted_on, selection.synthetic) == ("proef-1", EXTRACTED, True)
    assert world.store.checked == ["persoon", "adres", "dossierbegunstigde"]


def test_kind_overleden_when_no_selected_child_lives_on_the_day_of_extraction(world: World) -> None:
    world.family(1, world.person(11), world.person(12), dead=GONE)
    world.family(2, world.person(21), dead=date(2025, 11, 4))
    assert fallen(world.select()) == {"kind_overleden": (2, 1)}


def test_a_family_with_one_living_child_stays_and_the_dead_child_is_not_named(world: World) -> None:
    kids = world.family(1, world.person(11), children=2)
    world.rows["persoon"][-1]["overleden"] = date(2025, 6, 1)
    selection = world.select()
    assert fallen(selection) == {}
    assert selection.recipients["kind_ids"].to_pylist() == [kids[:1]]


def test_a_family_without_counted_children_falls_off_at_kind_overleden(world: World) -> None:
    world.family(1, world.person(11), children=0)
    assert fallen(world.select()) == {"kind_overleden": (1, 1)}


def test_kind_overleden_counts_the_entitled_as_they_were(world: World) -> None:
    world.family(1, world.person(11), world.person(12), dead=GONE, entitled={0: (1, 2)})
    assert fallen(world.select(definition(AddressedTo.ENTITLED))) == {"kind_overleden": (2, 1)}


def test_instelling_when_no_beneficiary_is_a_person(world: World) -> None:
    world.family(1, None)
    world.family(2, None, world.person(22))
    selection = world.select()
    assert fallen(selection) == {"instelling": (1, 1)}
    assert selection.waterfall[0].geadresseerden == 2
    assert selection.recipients["persoon_ids"].to_pylist() == [[22]]


def test_instelling_when_there_is_no_beneficiary_at_all_on_the_day_of_extraction(world: World) -> None:
    world.family(1)
    world.beneficiary(1, 1, world.person(11), tot=EXTRACTED)
    assert fallen(world.select()) == {"instelling": (1, 1)}


def test_instelling_also_when_the_institution_is_the_one_entitled(world: World) -> None:
    world.family(1, None)
    assert fallen(world.select(definition(AddressedTo.ENTITLED))) == {"instelling": (1, 1)}


@pytest.mark.parametrize(
    ("people", "entitled"),
    [
        pytest.param((None, 12), {0: (1,)}, id="the institution is entitled, the person is not"),
        pytest.param((11,), {0: (2,)}, id="nobody has that volgorde"),
        pytest.param((11, 12), {}, id="no right is granted to anyone"),
    ],
)
def test_geen_gerechtigde(world: World, people: tuple[int | None, ...], entitled: dict[int, tuple[int, ...]]) -> None:
    for person in people:
        if person:
            world.person(person)
    world.family(1, *people, entitled=entitled)
    assert fallen(world.select(definition(AddressedTo.ENTITLED))) == {"geen_gerechtigde": (1, 1)}


def test_only_the_entitled_parent_is_written_to(world: World) -> None:
    world.family(1, world.person(11), world.person(12), entitled={0: (2,)})
    selection = world.select(definition(AddressedTo.ENTITLED))
    assert selection.waterfall[0].geadresseerden == 1
    assert selection.recipients["persoon_ids"].to_pylist() == [[12]]


def test_a_right_for_a_child_that_died_makes_nobody_an_addressee(world: World) -> None:
    world.family(1, world.person(11), world.person(12), children=2, entitled={0: (1,), 1: (2,)})
    world.rows["persoon"][-1]["overleden"] = GONE
    assert letters_to(world, what=definition(AddressedTo.ENTITLED)) == [[11]]


def test_a_right_is_the_one_of_who_held_the_volgorde_then(world: World) -> None:
    """11 was volgorde 1 when the right ran and is no beneficiary any more; 12 must not read about 11's income."""
    world.family(1, entitled={0: (1,)})
    world.beneficiary(1, 1, world.person(11), tot=date(2025, 12, 1))
    world.beneficiary(1, 1, world.person(12), van=date(2025, 12, 1))
    world.store.extracted_on = date(2025, 12, 5)
    assert fallen(world.select(definition(AddressedTo.ENTITLED))) == {"geen_gerechtigde": (1, 1)}


def test_an_entitled_who_changed_places_is_still_the_entitled(world: World) -> None:
    world.family(1, entitled={0: (1,)})
    world.person(11), world.person(12)
    world.beneficiary(1, 1, 11, tot=date(2025, 12, 1))
    world.beneficiary(1, 2, 12, tot=date(2025, 12, 1))
    world.beneficiary(1, 1, 12, van=date(2025, 12, 1))
    world.beneficiary(1, 2, 11, van=date(2025, 12, 1))
    world.store.extracted_on = date(2025, 12, 5)
    assert letters_to(world, what=definition(AddressedTo.ENTITLED)) == [[11]]


def test_a_change_of_beneficiary_within_the_months_of_the_right_leaves_nobody_certain(world: World) -> None:
    world.family(1, entitled={0: (1,)})
    world.beneficiary(1, 1, world.person(11), tot=date(2025, 9, 1))
    world.beneficiary(1, 1, world.person(12), van=date(2025, 9, 1))
    summer = definition(AddressedTo.ENTITLED, months=Months(Month(2025, 7), Month(2025, 10)))
    assert fallen(world.select(summer)) == {"geen_gerechtigde": (1, 1)}


def test_a_change_before_the_months_of_the_right_does_not_matter(world: World) -> None:
    world.family(1, entitled={0: (1,)})
    world.beneficiary(1, 1, world.person(11), tot=date(2025, 11, 1))
    world.beneficiary(1, 1, world.person(12), van=date(2025, 11, 1))
    assert letters_to(world, what=definition(AddressedTo.ENTITLED)) == [[12]]


def test_a_beneficiary_later_than_the_right_with_nobody_before_counts(world: World) -> None:
    world.family(1, entitled={0: (1,)})
    world.beneficiary(1, 1, world.person(11), van=date(2025, 12, 2))
    world.store.extracted_on = date(2025, 12, 5)
    assert letters_to(world, what=definition(AddressedTo.ENTITLED)) == [[11]]


def test_overleden(world: World) -> None:
    world.family(1, world.person(11, dead=GONE), world.person(12))
    world.family(2, world.person(21, dead=GONE))
    world.family(3, world.person(31, dead=date(2025, 11, 4)))
    assert fallen(world.select()) == {"overleden": (2, 1)}


def test_the_first_beneficiary_is_the_lowest_who_lives(world: World) -> None:
    world.family(1, world.person(11, dead=GONE), world.person(12))
    world.family(2, world.person(21), world.person(22))
    world.family(3, world.person(31, dead=GONE), world.person(32, dead=GONE))
    world.family(4, None, world.person(42))
    selection = world.select(definition(AddressedTo.FIRST))
    assert fallen(selection) == {"overleden": (1, 1)}
    assert selection.waterfall[0].geadresseerden == 4
    assert selection.recipients["persoon_ids"].to_pylist() == [[12], [21], [42]]


def test_buitenland_by_policy(world: World, policy: SelectionPolicy) -> None:
    abroad = {"land": "NL", "nis": None, "postcode": "4501 AB", "gemeente": "Oostburg"}
    world.family(1, world.person(11, **abroad))
    assert fallen(world.select()) == {"buitenland": (1, 1)}
    written = world.select(policy=policy.model_copy(update={"buitenland": Choice.WRITE}))
    assert written.recipients["regels"].to_pylist() == [
        ["An Peeters11", "Kerkstraat 12", "4501 AB Oostburg", "NEDERLAND"]
    ]


def test_abroad_but_incomplete_falls_off_at_buitenland_first(world: World) -> None:
    world.family(1, world.person(11, land="NL", straat=None))
    assert fallen(world.select()) == {"buitenland": (1, 1)}


@pytest.mark.parametrize("part", ["straat", "huisnummer", "postcode", "gemeente"])
@pytest.mark.parametrize("empty", [None, "", " ", "\t.\u00ad"])
def test_adres_onvolledig(world: World, part: str, empty: str | None) -> None:
    world.family(1, world.person(11, **{part: empty}))
    assert fallen(world.select()) == {"adres_onvolledig": (1, 1)}


def test_adres_onvolledig_without_a_surname_but_not_without_a_first_name(world: World) -> None:
    world.family(1, world.person(11, " "))
    world.family(2, world.person(21, voornaam=None))
    world.family(3, world.person(31, voornaam=""))
    selection = world.select()
    assert fallen(selection) == {"adres_onvolledig": (1, 1)}
    assert selection.recipients["aanschrijving"].to_pylist() == ["Peeters21", "Peeters31"]


@pytest.mark.parametrize(
    ("van", "tot"),
    [(date(2025, 11, 4), None), (date(2020, 1, 1), date(2025, 11, 3))],
    ids=["not yet", "no longer"],
)
def test_adres_onvolledig_without_an_address_on_the_day_of_extraction(
    world: World, van: date, tot: date | None
) -> None:
    world.family(1, world.person(11, van=van, tot=tot))
    world.family(2, world.person(21, home=False))
    assert fallen(world.select()) == {"adres_onvolledig": (2, 2)}


def test_the_address_is_the_one_on_the_day_of_extraction(world: World) -> None:
    world.family(1, world.person(11, tot=EXTRACTED))
    world.address(11, van=EXTRACTED, straat="Nieuwstraat")
    assert world.select().recipients["regels"].to_pylist()[0][1] == "Nieuwstraat 12"


def test_buiten_gemeente_only_when_the_definition_stays_inside(world: World) -> None:
    world.family(1, world.person(11, nis=BRUGGE), world.person(12))
    world.family(2, world.person(21, nis=None))
    assert fallen(world.select(definition(outside=False))) == {"buiten_gemeente": (2, 1)}
    assert "buiten_gemeente" not in fallen(world.select(definition(outside=True)))


@pytest.mark.parametrize(
    ("code", "asked", "reference", "stays"),
    [
        ("44012", "44086", date(2025, 11, 1), True),
        ("44048", "44086", date(2025, 11, 1), True),
        ("44086", "44086", date(2025, 11, 1), True),
        ("44012", "44012", date(2024, 12, 1), True),
        ("44048", "44012", date(2024, 12, 1), False),
        ("44086", "44012", date(2024, 12, 1), True),
        (TORHOUT, "44012", date(2024, 12, 1), False),
        ("99999", "44086", date(2025, 11, 1), False),
    ],
)
def test_codes_are_read_through_their_successors(
    world: World, code: str, asked: str, reference: date, stays: bool
) -> None:
    world.family(1, world.person(11, nis=code))
    what = definition(outside=False, municipalities=(asked,), reference=reference)
    assert fallen(world.select(what)) == ({} if stays else {"buiten_gemeente": (1, 1)})


def test_geheim_adres_always(world: World) -> None:
    world.family(1, world.person(11, adres_niet_meedelen=True), world.person(12))
    assert fallen(world.select()) == {"geheim_adres": (1, 0)}


@pytest.mark.parametrize("kind", ["referentieadres", "collectief"])
def test_adres_via_derde_unless_policy_says_otherwise(world: World, policy: SelectionPolicy, kind: str) -> None:
    world.family(1, world.person(11, soort=kind))
    assert fallen(world.select()) == {"adres_via_derde": (1, 1)}
    choices = {"referentieadres": Choice.HOLD, "collectief": Choice.HOLD, kind: Choice.WRITE}
    lenient = policy.model_copy(update={"adres_via_derde": ThroughThirds(**choices)})
    assert fallen(world.select(policy=lenient)) == {}


def lists(**ids: dict[str, set[int]]) -> SuppressionLists:
    empty = no_lists(EXTRACTED)
    return replace(
        empty,
        persons={name: frozenset(ids.get(name, {}).get("persons", ())) for name in empty.persons},
        dossiers={name: frozenset(ids.get(name, {}).get("dossiers", ())) for name in empty.dossiers},
    )


@pytest.mark.parametrize("name", ["verzet", "beschermd"])
def test_verzet_and_beschermd_by_person_and_by_dossier(world: World, name: str) -> None:
    world.family(1, world.person(11), world.person(12))
    world.family(2, world.person(21), world.person(22))
    world.family(3, world.person(31))
    found = world.select(suppression=lists(**{name: {"persons": {11}, "dossiers": {2}}}))
    assert fallen(found) == {name: (3, 1)}
    assert found.recipients["persoon_ids"].to_pylist() == [[12], [31]]


def test_who_objects_and_is_protected_falls_off_at_verzet(world: World) -> None:
    world.family(1, world.person(11))
    assert fallen(world.select(suppression=lists(verzet={"persons": {11}}, beschermd={"persons": {11}}))) == {
        "verzet": (1, 1)
    }


def test_reeds_aangeschreven_is_about_the_pair(world: World) -> None:
    world.family(1, world.person(11), world.person(12))
    world.family(2, 11)
    for written in (
        [(1, 11), (3, 12)],
        pa.table({"dossier_id": [1, 3], "persoon_id": [11, 12], "brief": ["a", "b"]}),
    ):
        selection = world.select(written=written)
        assert fallen(selection) == {"reeds_aangeschreven": (1, 0)}
        assert selection.recipients["persoon_ids"].to_pylist() == [[12], [11]]


def test_someone_in_two_dossiers_is_two_pairs(world: World) -> None:
    world.person(11)
    world.family(1, 11)
    world.family(2, 11)
    assert world.select().waterfall[0].geadresseerden == 2
    assert world.select().letters == 2


FAULTS: list[tuple[str, Callable[[dict[str, object]], None]]] = [
    ("geheim_adres", lambda address: address.update(adres_niet_meedelen=True)),
    ("buiten_gemeente", lambda address: address.update(nis=BRUGGE)),
    ("adres_onvolledig", lambda address: address.update(straat=None)),
    ("buitenland", lambda address: address.update(land="FR")),
]


def test_who_falls_off_twice_falls_off_at_the_first_step(world: World) -> None:
    """Faults are piled up from last to first: each time the newer, earlier step is the one that counts."""
    world.family(1, world.person(11, soort="collectief"))
    what, written = definition(outside=False), [(1, 11)]
    everything = lists(verzet={"persons": {11}}, beschermd={"persons": {11}})
    address = world.rows["adres"][0]
    seen = []
    for step, spoil in [("adres_via_derde", lambda _: None), *FAULTS]:
        spoil(address)
        seen.append((step, fallen(world.select(what, suppression=everything, written=written))))
    assert seen == [(step, {step: (1, 1)}) for step, _ in seen]


def test_a_family_is_lost_where_its_last_pair_falls_off(world: World) -> None:
    world.family(1, world.person(11, dead=GONE), world.person(12, adres_niet_meedelen=True))
    selection = world.select(suppression=no_lists(EXTRACTED))
    assert fallen(selection) == {"overleden": (1, 0), "geheim_adres": (1, 1)}
    assert selection.step_of(1) == "geheim_adres"


def test_step_of(world: World) -> None:
    world.family(1, world.person(11))
    world.family(2, None)
    selection = world.select()
    assert [selection.step_of(dossier) for dossier in (1, 2, 3)] == [None, "instelling", None]


def test_a_required_list_that_is_missing_stops_before_any_data_is_read(world: World) -> None:
    world.family(1, world.person(11))
    world.store.synthetic = False
    with pytest.raises(RefusedError) as caught:
        world.select()
    assert caught.value.code == "E565"
    assert str(caught.value) == (
        "De lijst 'verzet' ontbreekt, en zonder die lijst wordt er niet geselecteerd. "
        "Zet verzet.csv en verzet.csv.sig in de map met de lijsten.\n"
        "De lijst 'beschermd' ontbreekt, en zonder die lijst wordt er niet geselecteerd. "
        "Zet beschermd.csv en beschermd.csv.sig in de map met de lijsten."
    )
    assert world.store.checked == []


def test_lists_of_another_day_are_a_defect(world: World) -> None:
    with pytest.raises(ValueError, match="day of the extraction"):
        world.select(suppression=no_lists(REFERENCE))


def test_nobody_selected(world: World) -> None:
    world.person(11)
    selection = world.select()
    assert [step.geadresseerden for step in selection.waterfall] == [0] * len(STEPS)
    assert selection.recipients.num_rows == 0
    with pytest.raises(NothingSelectedError) as caught:
        selection.require_letters()
    assert caught.value.code == "E640"
    assert str(caught.value) == "Niemand is geselecteerd: de voorwaarden zijn voor geen enkel gezin waar."


def test_everybody_fell_off(world: World) -> None:
    world.family(1, None)
    world.family(2, world.person(21, adres_niet_meedelen=True), world.person(22, dead=GONE))
    with pytest.raises(NothingSelectedError) as caught:
        world.select().require_letters()
    assert str(caught.value) == (
        "Er is geen enkele brief: alle geselecteerde gezinnen (2) vielen af. Per stap: instelling 1, geheim_adres 1."
    )


def test_only_the_three_tables_can_be_read(world: World, catalogue: Catalogue, tmp_path: Path) -> None:
    import duckdb

    from groeibrief.selection.workspace import workspace

    world.family(1, world.person(11))
    world.select()
    (tmp_path / "elders.csv").write_text("a\n1\n")
    with workspace(world.store) as connection:
        with pytest.raises(duckdb.PermissionException):
            connection.execute(f"SELECT * FROM read_csv('{tmp_path / 'elders.csv'}')")
        with pytest.raises(duckdb.InvalidInputException):
            connection.execute("SET enable_external_access = true")
