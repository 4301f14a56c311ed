"""Requests: who sees which, whose change counts, and that every act reaches the ledger once."""

from __future__ import annotations

import dataclasses
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from casework_killed import POINTS
from casework_world import CONTENT, NOW, TORHOUT, ZAVENTEM, World

from groeibrief.casework.accounts import Role, Viewer
from groeibrief.casework.cabinet import hash_of_request
from groeibrief.casework.content import Content, Decision, Service
from groeibrief.casework.lifecycle import Act, State
from groeibrief.casework.messages import messages, write_message
from groeibrief.casework.requests import Request, Step
from groeibrief.casework.versions import Draft, difference, versions, write_version
from groeibrief.errors import RefusedError, TryAgainError, UsageError

UNKNOWN = "Deze aanvraag bestaat niet, of is niet van u. Kijk het nummer na."


def test_a_request_begins_as_a_draft(world: World) -> None:
    request = world.request()
    assert (request.id, request.state, request.version, request.authority) == ("2025-0001", State.DRAFT, 1, TORHOUT)
    assert world.request().id == "2025-0002"
    assert [each.act for each in world.requests.history(world.viewer("torhout"), request.id)] == ["opstellen"]
    entry = world.cabinet.ledger.entries()[-1]
    assert (entry.act, entry.who, entry.role) == ("aanvraag-opstellen", "torhout", "gemeente")
    assert entry.hashes.keys() == {"aanvraag", "kenmerk"}
    assert entry.hashes["aanvraag"] == hash_of_request("2025-0002")


# Every read of what belongs to a request, by someone else's municipality.
READS: dict[str, Callable[[World, Viewer, str], object]] = {
    "get": lambda world, viewer, number: world.requests.get(viewer, number),
    "check": lambda world, viewer, number: world.requests.check(viewer, number, Act.CHANGE),
    "history": lambda world, viewer, number: world.requests.history(viewer, number),
    "messages": lambda world, viewer, number: messages(world.requests, viewer, number),
    "versions": lambda world, viewer, number: versions(world.requests, viewer, number),
    "step": lambda world, viewer, number: world.requests.step(viewer, number, Step(Act.MESSAGE), NOW),
    "clone": lambda world, viewer, number: world.requests.open(viewer, ZAVENTEM, CONTENT, NOW, clone_of=number),
}


@pytest.mark.parametrize("what", READS)
@pytest.mark.parametrize("account", ["zaventem", "drukkerij", "opgroeien", "beheerder"])
@pytest.mark.parametrize("number", ["2025-0001", "2025-9999", "' OR 1=1 --", "../2025-0001", ""])
def test_nobody_else_reaches_a_request(world: World, what: str, account: str, number: str) -> None:
    world.request()
    with pytest.raises(RefusedError) as refusal:
        READS[what](world, world.viewer(account), number)
    assert (refusal.value.code, str(refusal.value)) == ("E701", UNKNOWN)


def test_a_list_holds_ones_own(world: World) -> None:
    mine, other = world.request(), world.request("zaventem", ZAVENTEM)

    def seen(account: str) -> list[str]:
        return [each.id for each in world.requests.all(world.viewer(account))]

    assert seen("torhout") == [mine.id]
    assert seen("zaventem") == [other.id]
    assert seen("analist.een") == seen("dpo") == [mine.id, other.id]
    assert seen("drukkerij") == seen("opgroeien") == seen("beheerder") == []


def test_a_municipality_begins_requests_for_itself_only(world: World) -> None:
    for account in ("zaventem", "dpo", "drukkerij"):
        with pytest.raises(RefusedError) as refusal:
            world.request(account)
        assert refusal.value.code == "E701"
    assert world.request("analist.een").authority == TORHOUT
    with pytest.raises(UsageError) as unknown:
        world.request("analist.een", "0345.678.997")
    assert str(unknown.value) == "Het bestuur 0345.678.997 is niet gekend. Voeg het eerst toe."


def test_who_saw_an_older_version_changes_nothing(world: World) -> None:
    request = world.request()
    viewer = world.viewer("analist.een")
    first = dataclasses.replace(CONTENT, title="Eerste")
    world.requests.step(viewer, request.id, Step(Act.CHANGE, request.version, content=first), NOW)
    before = world.acts()
    late = Step(Act.CHANGE, request.version, content=dataclasses.replace(CONTENT, title="Tweede"))
    with pytest.raises(TryAgainError) as refusal:
        world.requests.step(world.viewer("analist.twee"), request.id, late, NOW)
    assert (refusal.value.code, refusal.value.exit_code) == ("E703", 75)
    assert str(refusal.value) == (
        "Iemand anders wijzigde deze aanvraag intussen: u zag versie 1, nu is het versie 2. Bekijk ze opnieuw en doe "
        "het dan nog eens."
    )
    assert world.requests.get(viewer, request.id).content.title == "Eerste"
    assert world.acts() == before


def test_of_many_at_once_one_wins(world: World) -> None:
    request = world.request()

    def change(number: int) -> bool:
        content = dataclasses.replace(CONTENT, title=f"Titel {number}")
        try:
            world.requests.step(world.viewer("analist.een"), request.id, Step(Act.CHANGE, 1, content=content), NOW)
        except TryAgainError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(change, range(8)))
    assert done.count(True) == 1
    assert world.requests.get(world.viewer("analist.een"), request.id).version == 2
    assert world.acts().count("aanvraag-wijzigen") == 1
    assert world.cabinet.ledger.verify().valid


def test_what_an_effect_refuses_undoes_everything(world: World) -> None:
    request = world.request()
    before = world.acts()

    def refuse(opened: sqlite3.Connection, found: Request) -> None:
        write_message(opened, world.viewer("torhout"), found, "Een bericht", NOW)
        raise RefusedError("E742", "Nee.")

    with pytest.raises(RefusedError):
        world.requests.step(world.viewer("torhout"), request.id, Step(Act.SUBMIT, change=refuse), NOW)
    assert world.requests.get(world.viewer("torhout"), request.id) == request
    assert messages(world.requests, world.viewer("torhout"), request.id) == ()
    assert world.acts() == before


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_act_is_whole_and_told_once(world: World, point: str) -> None:
    request = world.request()
    before = world.acts()
    program = Path(__file__).with_name("casework_killed.py")
    killed = subprocess.run([sys.executable, program, world.state, request.id, point], check=False)
    assert killed.returncode == -signal.SIGKILL
    done = point != "inside"
    assert world.requests.get(world.viewer("torhout"), request.id).version == (2 if done else 1)
    world.requests.step(world.viewer("torhout"), request.id, Step(Act.SUBMIT), NOW)
    told = ["aanvraag-bericht"] if done else []
    assert world.acts() == [*before, *told, "aanvraag-indienen"]
    assert world.cabinet.ledger.verify().valid


def test_nothing_is_done_that_the_ledger_cannot_be_told(world: World) -> None:
    request = world.request()
    (world.state / "logboek.sqlite.hoofd").unlink()
    with pytest.raises(RefusedError) as refusal:
        world.requests.step(world.viewer("torhout"), request.id, Step(Act.SUBMIT), NOW)
    assert refusal.value.code == "E530"
    assert world.requests.get(world.viewer("torhout"), request.id) == request


def test_what_happened_cannot_be_changed(world: World) -> None:
    request = world.request()

    def write(opened: sqlite3.Connection, found: Request) -> None:
        write_message(opened, world.viewer("torhout"), found, "Een bericht", NOW)

    world.requests.step(world.viewer("torhout"), request.id, Step(Act.MESSAGE, change=write), NOW)
    with closing(sqlite3.connect(world.cabinet.folder / "dossiers.sqlite")) as opened:
        for table in ("gebeurtenis", "bericht", "bestuur_gemeente"):
            for statement in (f"UPDATE {table} SET rowid = 99", f"DELETE FROM {table}"):
                if table == "bestuur_gemeente":
                    statement = statement.replace("rowid = 99", "van = 'x'")
                with pytest.raises(sqlite3.IntegrityError, match="een regel blijft"):
                    opened.execute(statement)


def test_a_damaged_cabinet_is_refused(world: World) -> None:
    (world.cabinet.folder / "dossiers.sqlite").write_bytes(b"geen databank " * 100)
    with pytest.raises(RefusedError) as refusal:
        world.request()
    assert (refusal.value.code, str(refusal.value)) == (
        "E700",
        "De dossiers zijn niet leesbaar. Er is niets gewijzigd; verwittig een beheerder.",
    )


# Content

WHOLE = Content(
    title="Hulp",
    purpose="hulp-bij-rechten",
    offer="dienstverlening",
    offer_text="Wij helpen u.",
    template="informatiebrief",
    texts={"slot": "Kom langs."},
    wished_on=date(2026, 1, 5),
    per_week=500,
    rounds=3,
    service=Service(name="Sociaal Huis", phone="050 00 00 00"),
    decision=Decision(reference="2025/12", decided_on=date(2025, 10, 1), sha256="ab" * 32, pages=2, bytes=100),
)


def test_content_comes_back_as_it_was() -> None:
    assert Content.from_json(WHOLE.as_json()) == WHOLE
    assert Content.from_json(CONTENT.as_json()) == CONTENT


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": " "}, "Geef de aanvraag een titel."),
        ({"title": "x" * 201}, "'titel' telt 201 tekens; er is plaats voor 200. Kort de tekst in."),
        ({"offer_text": "x" * 4001}, "'aanbod.tekst' telt 4001 tekens; er is plaats voor 4000. Kort de tekst in."),
        ({"template": "../geheim"}, "'sjabloon' is een korte naam: kleine letters, cijfers, '-' en '_'."),
        ({"texts": {"A b": "x"}}, "'teksten.A b' is een korte naam: kleine letters, cijfers, '-' en '_'."),
        ({"texts": {f"t{n}": "x" for n in range(21)}}, "Er zijn meer dan 20 eigen teksten. Kort de brief in."),
        ({"per_week": 0}, "Het aantal rondes en het aantal brieven per week zijn minstens 1."),
        ({"title": "a\x00b"}, "In 'titel' staat een onzichtbaar teken. Typ de tekst opnieuw."),
        (
            {"offer_text": "Bel 85.07.30-000.61 op."},
            "In 'aanbod.tekst' staat een rijksregisternummer. Haal het weg: een dossier bevat geen gezinnen.",
        ),
    ],
)
def test_content_that_is_refused(world: World, changes: dict[str, object], told: str) -> None:
    content = dataclasses.replace(CONTENT, **changes)  # type: ignore[arg-type]
    with pytest.raises(UsageError) as refusal:
        world.requests.open(world.viewer("torhout"), TORHOUT, content, NOW)
    assert (refusal.value.code, str(refusal.value)) == ("E711", told)


def test_a_number_that_is_no_national_number_may_stand_there(world: World) -> None:
    content = dataclasses.replace(
        CONTENT, offer_text="Rekening BE68 5390 0754 7034, tel. 050 00 00 00, 85.07.30-000.62"
    )
    assert world.requests.open(world.viewer("torhout"), TORHOUT, content, NOW).content == content


# Messages and versions


def test_an_internal_message_stays_inside(world: World) -> None:
    request = world.request()

    def write(account: str, text: str, *, internal: bool = False) -> None:
        viewer = world.viewer(account)

        def change(opened: sqlite3.Connection, found: Request) -> None:
            write_message(opened, viewer, found, text, NOW, internal=internal)

        world.requests.step(viewer, request.id, Step(Act.MESSAGE, change=change), NOW)

    write("torhout", "Dag")
    write("analist.een", "Onder ons", internal=True)
    write("analist.een", "Dag terug")
    assert [each.text for each in messages(world.requests, world.viewer("torhout"), request.id)] == ["Dag", "Dag terug"]
    assert len(messages(world.requests, world.viewer("dpo"), request.id)) == 3
    with pytest.raises(RefusedError) as refusal:
        write("torhout", "Geheim", internal=True)
    assert str(refusal.value) == "Een intern bericht schrijft alleen het agentschap."
    with pytest.raises(UsageError) as empty:
        write("torhout", "  ")
    assert str(empty.value) == "Schrijf een tekst bij 'bericht'."


def draft(text: str, **changes: object) -> Draft:
    made = Draft("proef", text, None, {}, "ab" * 32, "cd" * 32, False, 1)
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def test_every_version_of_a_definition_is_kept(world: World) -> None:
    request = world.request()
    viewer = world.viewer("analist.een")
    drafts = (
        draft("eenheid: gezin\n"),
        draft("eenheid: kind", cases="gevallen: []\n", binding={"gemeenten": ["31033"]}),
    )
    for each in drafts:

        def keep(opened: sqlite3.Connection, found: Request, each: Draft = each) -> None:
            write_version(opened, viewer, found, each, NOW)

        world.requests.step(viewer, request.id, Step(Act.DEFINE, change=keep), NOW)
    found = versions(world.requests, world.viewer("torhout"), request.id)
    assert [each.number for each in found] == [1, 2]
    assert tuple(each.draft for each in found) == drafts
    assert {each.who for each in found} == {"analist.een"}
    assert difference(found, 1, 2).splitlines()[:5] == [
        "--- versie 1", "+++ versie 2", "@@ -1 +1,9 @@", "-eenheid: gezin", "+eenheid: kind",
    ]  # fmt: skip
    assert difference(found, 1, 1) == ""
    with pytest.raises(UsageError) as refusal:
        difference(found, 1, 3)
    assert str(refusal.value) == "Er is geen versie 3 van de definitie; er zijn er 2."


def test_the_hash_of_a_version_covers_all_that_was_written() -> None:
    base = draft("eenheid: gezin")
    others = (draft("eenheid: kind"), draft("eenheid: gezin", cases="x"), draft("eenheid: gezin", binding={"a": 1}))
    assert len({each.sha256 for each in (base, *others)}) == 4


def test_only_roles_of_the_agency_see_all() -> None:
    assert {role for role in Role if role.sees_requests} == {Role.ANALYST, Role.DPO}
