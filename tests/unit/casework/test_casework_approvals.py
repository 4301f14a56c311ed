"""Approvals: four eyes, the DPO as a third, and hashes that void them when anything changes."""

from __future__ import annotations

import dataclasses
import sqlite3

import pytest
from casework_world import CONTENT, NOW, World

from groeibrief.casework.accounts import Role
from groeibrief.casework.approvals import PARTS, Bundle, Standing, standing, write_approval
from groeibrief.casework.lifecycle import Act
from groeibrief.casework.requests import Request, Step
from groeibrief.casework.versions import Draft, read_versions, write_version
from groeibrief.errors import RefusedError

BUNDLE = Bundle(dict.fromkeys(PARTS, "ab" * 32))


def changed(*parts: str) -> Bundle:
    return Bundle({**BUNDLE.hashes, **dict.fromkeys(parts, "cd" * 32)})


def define(world: World, request: Request, account: str, *, dpo: bool = False) -> Request:
    viewer = world.viewer(account)
    draft = Draft("proef", "eenheid: gezin", None, {}, "ab" * 32, "cd" * 32, dpo, 1)

    def keep(opened: sqlite3.Connection, found: Request) -> None:
        write_version(opened, viewer, found, draft, NOW)

    return world.requests.step(viewer, request.id, Step(Act.DEFINE, change=keep), NOW)


def approve(world: World, request: Request, account: str, bundle: Bundle = BUNDLE) -> Standing:
    viewer = world.viewer(account)
    with world.cabinet.writing() as opened:
        return write_approval(opened, viewer, request, read_versions(opened, request.id), bundle, NOW)


def stands(world: World, request: Request, bundle: Bundle = BUNDLE) -> Standing:
    with world.cabinet.reading() as opened:
        return standing(opened, request.id, read_versions(opened, request.id), bundle)


def test_one_other_analyst_is_enough_for_ordinary_sources(world: World) -> None:
    request = define(world, world.request(), "analist.een")
    assert stands(world, request).missing == (Role.ANALYST,)
    with pytest.raises(RefusedError) as waiting:
        stands(world, request).require()
    assert str(waiting.value) == "De aanvraag is nog niet goedgekeurd door een analist."
    made = approve(world, request, "analist.twee")
    made.require()
    assert (made.valid, [each.who for each in made.approved]) == (True, ["analist.twee"])
    with pytest.raises(RefusedError) as twice:
        approve(world, request, "analist.twee")
    assert str(twice.value) == "U keurde dit al goed. Wie nog moet goedkeuren, staat in de aanvraag."


def test_the_dpo_is_a_third_where_the_definition_asks_for_one(world: World) -> None:
    request = define(world, world.request(), "analist.een", dpo=True)
    assert stands(world, request).missing == (Role.ANALYST, Role.DPO)
    assert approve(world, request, "dpo").missing == (Role.ANALYST,)
    assert approve(world, request, "analist.twee").valid


def test_whoever_wrote_anything_of_it_does_not_approve(world: World) -> None:
    told = "Wie aan de aanvraag of de definitie schreef, keurt ze niet goed. Vraag het aan een ander."
    request = define(world, define(world, world.request(), "analist.een"), "analist.twee")
    for account in ("analist.een", "analist.twee"):
        with pytest.raises(RefusedError) as refusal:
            approve(world, request, account)
        assert (refusal.value.code, str(refusal.value)) == ("E715", told)
    other = define(world, world.request(), "torhout")
    content = dataclasses.replace(CONTENT, title="Anders")
    world.requests.step(world.viewer("analist.een"), other.id, Step(Act.CHANGE, content=content), NOW)
    with pytest.raises(RefusedError):
        approve(world, other, "analist.een")
    assert approve(world, other, "analist.twee").valid


def test_there_must_be_something_to_approve(world: World) -> None:
    with pytest.raises(RefusedError) as refusal:
        approve(world, world.request(), "analist.een")
    assert str(refusal.value) == "Er is nog geen definitie om goed te keuren."


@pytest.mark.parametrize("part", PARTS)
def test_any_change_voids_it(world: World, part: str) -> None:
    request = define(world, world.request(), "torhout")
    approve(world, request, "analist.een")
    now = stands(world, request, changed(part))
    assert (now.valid, now.changed) == (False, (part,))
    with pytest.raises(RefusedError) as refusal:
        now.require()
    assert (refusal.value.code, str(refusal.value)) == (
        "E714",
        f"De goedkeuring is vervallen: {PARTS[part]} veranderde sindsdien. Laat de aanvraag opnieuw goedkeuren.",
    )
    assert stands(world, request).valid, "and what was approved stays approved when the change is undone"


def test_a_new_version_voids_it_even_when_it_says_the_same(world: World) -> None:
    request = define(world, world.request(), "torhout")
    approve(world, request, "analist.een")
    assert not stands(world, define(world, request, "torhout")).valid


def test_an_approval_of_one_does_not_carry_anothers_change(world: World) -> None:
    request = define(world, world.request(), "torhout", dpo=True)
    approve(world, request, "analist.een")
    assert approve(world, request, "dpo", changed("logo")).missing == (Role.ANALYST,)


def test_a_bundle_binds_every_part() -> None:
    with pytest.raises(AssertionError):
        Bundle({"definitie": "ab" * 32})
    assert changed("logo").sha256 != BUNDLE.sha256
