"""On any world: everyone falls off exactly once, the rows add up, and each step is what a plain reading says."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selection_world import BRUGGE, EXTRACTED, TORHOUT, World, definition

from groeibrief.catalog import Catalogue
from groeibrief.language.definition import AddressedTo, LetterPer
from groeibrief.selection import STEPS, Selection, SelectionPolicy, SuppressionLists

DEAD = date(2025, 5, 5)


@dataclass(frozen=True)
class Person:
    """A beneficiary: an institution, or a person who may be dead, abroad, hidden, ….  ``house`` may be shared."""

    institution: bool
    dead: bool
    land: str
    complete: bool
    nis: str
    secret: bool
    kind: str
    objects: bool
    protected: bool
    written: bool
    house: str


@dataclass(frozen=True)
class Family:
    people: tuple[Person, ...]
    children_dead: tuple[bool, ...]
    entitled: tuple[tuple[int, ...], ...]


def rarely(value: bool = True) -> st.SearchStrategy[bool]:
    return st.integers(0, 5).map(lambda number: value if number == 5 else not value)


people = st.builds(
    Person,
    institution=rarely(),
    dead=rarely(),
    land=st.sampled_from(["BE", "BE", "BE", "NL"]),
    complete=rarely(False),
    nis=st.sampled_from([TORHOUT, TORHOUT, BRUGGE]),
    secret=rarely(),
    kind=st.sampled_from(["gewoon", "gewoon", "gewoon", "referentieadres", "collectief"]),
    objects=rarely(),
    protected=rarely(),
    written=rarely(),
    house=st.sampled_from(["1", "1", "1 ", "2"]),
)
families = st.builds(
    Family,
    people=st.lists(people, max_size=2).map(tuple),
    children_dead=st.lists(rarely(), min_size=0, max_size=3).map(tuple),
    entitled=st.lists(st.sampled_from([(), (1,), (2,), (1, 2)]), min_size=3, max_size=3).map(tuple),
)


def addressees(family: Family, aan: AddressedTo) -> list[Person]:
    persons = {number: person for number, person in enumerate(family.people, 1) if not person.institution}
    match aan:
        case AddressedTo.ALL:
            return list(persons.values())
        case AddressedTo.FIRST:
            return sorted(persons.values(), key=lambda person: person.dead)[:1]
    rights = list(zip(family.children_dead, family.entitled, strict=False))
    counting = [volgordes for dead, volgordes in rights if not dead] or [volgordes for _, volgordes in rights]
    entitled = {number for volgordes in counting for number in volgordes}
    return [person for number, person in persons.items() if number in entitled]


def step(family: Family, person: Person | None, *, outside: bool) -> str | None:
    """The first step at which the pair falls off, as LANGUAGE.md lists them."""
    if all(family.children_dead):
        return "kind_overleden"
    if all(other.institution for other in family.people):
        return "instelling"
    if person is None:
        return "geen_gerechtigde"
    reasons = {
        "overleden": person.dead,
        "buitenland": person.land != "BE",
        "adres_onvolledig": not person.complete,
        "buiten_gemeente": not outside and person.nis != TORHOUT,
        "geheim_adres": person.secret,
        "adres_via_derde": person.kind != "gewoon",
        "verzet": person.objects,
        "beschermd": person.protected,
        "reeds_aangeschreven": person.written,
    }
    return next((name for name, holds in reasons.items() if holds), None)


def expected(found: list[Family], aan: AddressedTo, per: LetterPer, *, outside: bool) -> dict[str, tuple[int, int]]:
    pairs: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    letters = kept = 0
    for family in found:
        people: list[Person | None] = [*addressees(family, aan)] or [None]
        outcomes = [(person, step(family, person, outside=outside)) for person in people]
        pairs.update(outcome for _, outcome in outcomes if outcome)
        staying = [person for person, outcome in outcomes if person and outcome is None]
        if staying:
            kept += 1
            houses = {person.house.strip() for person in staying}
            letters += len(houses) if per is LetterPer.ADDRESS else len(staying)
        else:
            lost[max((outcome for _, outcome in outcomes if outcome), key=STEPS.index)] += 1
        pairs["blijft"] += len(staying)
    rows = {name: (pairs[name], lost[name]) for name in STEPS}
    rows["geselecteerd"] = (sum(pairs.values()), len(found))
    rows["brieven_per_persoon"] = (pairs["blijft"], kept)
    rows["samengevoegd"] = (pairs["blijft"] - letters, 0)
    rows["brieven"] = (letters, kept)
    return rows


def run(
    found: list[Family], aan: AddressedTo, per: LetterPer, outside: bool, catalogue: Catalogue, policy: SelectionPolicy
) -> Selection:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), catalogue, policy)
        objects, protected, written = set(), set(), set()
        for dossier, family in enumerate(found, 1):
            numbers: list[int | None] = []
            for place, person in enumerate(family.people, 1):
                number = dossier * 10 + place
                numbers.append(None if person.institution else number)
                if person.institution:
                    continue
                world.person(
                    number,
                    dead=DEAD if person.dead else None,
                    land=person.land,
                    nis=person.nis,
                    straat="Kerkstraat" if person.complete else None,
                    adres_niet_meedelen=person.secret,
                    soort=person.kind,
                    huisnummer=person.house,
                )
                objects |= {number} if person.objects else set()
                protected |= {number} if person.protected else set()
                written |= {(dossier, number)} if person.written else set()
            entitled = dict(enumerate(family.entitled))
            kids = world.family(dossier, *numbers, children=len(family.children_dead), entitled=entitled)
            for row in world.rows["persoon"]:
                if row["persoon_id"] in kids and family.children_dead[kids.index(row["persoon_id"])]:
                    row["overleden"] = DEAD
        suppression = SuppressionLists(
            EXTRACTED,
            (),
            {"verzet": frozenset(objects), "beschermd": frozenset(protected)},
            {"verzet": frozenset(), "beschermd": frozenset()},
        )
        return world.select(definition(aan, per, outside=outside), suppression=suppression, written=written)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(families, max_size=12), st.sampled_from(AddressedTo), st.sampled_from(LetterPer), st.booleans())
def test_every_step_is_what_a_plain_reading_says_and_the_rows_add_up(
    catalogue: Catalogue,
    policy: SelectionPolicy,
    found: list[Family],
    aan: AddressedTo,
    per: LetterPer,
    outside: bool,
) -> None:
    selection = run(found, aan, per, outside, catalogue, policy)
    rows = {row.stap: (row.geadresseerden, row.gezinnen) for row in selection.waterfall}
    assert rows == expected(found, aan, per, outside=outside)

    first, *falls, per_person, merged, letters = selection.waterfall
    assert first.geadresseerden - sum(row.geadresseerden for row in falls) == per_person.geadresseerden
    assert first.gezinnen - sum(row.gezinnen for row in falls) == per_person.gezinnen == letters.gezinnen
    assert per_person.geadresseerden - merged.geadresseerden == letters.geadresseerden == selection.letters
    assert selection.pairs.num_rows == first.geadresseerden

    recipients = selection.recipients.to_pylist()
    assert sum(len(row["persoon_ids"]) for row in recipients) == per_person.geadresseerden
    assert len({row["dossier_id"] for row in recipients}) == letters.gezinnen
    assert [row["volgnummer"] for row in recipients] == list(range(1, len(recipients) + 1))
    assert all(row["kind_ids"] and len(row["regels"]) == len(row["persoon_ids"]) + 2 for row in recipients)
