"""Right of access: which letters a gezin got and why; recorded without the gezin; nothing to tell after erasure."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from workflow_office import NOW, World

from groeibrief.errors import RefusedError, UsageError
from groeibrief.selection import read_selection
from groeibrief.workflow import requests
from groeibrief.workflow.erasing import erase_request
from groeibrief.workflow.office import Act, State
from groeibrief.workflow.requests import Step
from groeibrief.workflow.subjectaccess import GROUNDS, read_dossier, subject_access

NUMBER = "2025-0001"
STRANGER = 999_999_999_999


def written(world: World) -> int:
    """A dossier that got a letter."""
    stored = read_selection(world.folder / "selectie")
    found: int = stored.recipients.column("dossier_id").to_pylist()[0]
    return found


def sent(world: World) -> None:
    analyst = world.viewer("analist.een")
    requests.hand_over(world.office, analyst, NUMBER)
    world.later(days=3)
    world.office.requests.step(analyst, NUMBER, Step(Act.SENT), world.now)


def test_a_gezin_hears_which_letters_it_got_and_why(finished: World) -> None:
    dossier = written(finished)
    sent(finished)
    found = subject_access(finished.office, finished.viewer("dpo"), dossier, "verzoek")
    (mailed,) = found.mailed
    assert (mailed.request, mailed.authority, mailed.title) == (NUMBER, "OCMW Proef", "Toelage")
    assert mailed.purpose == "bijkomende financiële steun"
    assert mailed.offer == "Uw gezin kan een bijkomende toelage krijgen."
    assert "recht op de sociale toeslag" in mailed.why
    assert (mailed.made_on.isoformat(), mailed.sent_on and mailed.sent_on.isoformat()) == ("2025-11-10", "2025-11-13")
    assert (mailed.state, mailed.synthetic) == (State.SENT, True)
    stored = read_selection(finished.folder / "selectie").recipients.to_pylist()
    assert mailed.letters == tuple(row["volgnummer"] for row in stored if row["dossier_id"] == dossier)
    run = finished.office.runs.of(finished.viewer("dpo"), NUMBER)[0]
    assert (mailed.package, mailed.job) == (run.steps["pakket"].hash, run.job)
    told = found.text()
    assert told.startswith(
        "Opgezocht op 2025-11-13T09:00:00+00:00, op grond van: verzoek van de betrokkene (art. 15 AVG)."
    )
    assert "  Op de post: 2025-11-13\n" in told
    assert "    2. Wie geselecteerd wordt\n" in told
    assert str(dossier) not in json.dumps(found.as_json()["zendingen"][0]["pseudoniem"])


def test_who_got_no_letter_hears_that(finished: World) -> None:
    found = subject_access(finished.office, finished.viewer("dpo"), STRANGER, "klacht")
    assert (found.mailed, found.searched) == ((), 1)
    assert found.text().splitlines()[-1] == "Dit gezin kreeg geen brief in de 1 uitvoeringen die nog te bekijken zijn."


@pytest.mark.parametrize("ground", GROUNDS)
def test_every_access_stands_in_the_ledger_without_the_dossier(finished: World, ground: str) -> None:
    dossier = written(finished)
    before = len(finished.acts())
    for _ in range(2):
        subject_access(finished.office, finished.viewer("dpo"), dossier, ground)
    ledger = finished.office.cabinet.ledger
    entries = ledger.entries()[before:]
    assert [(each.who, each.role, each.act) for each in entries] == [("dpo", "dpo", f"inzage-{ground}")] * 2
    assert all(each.when == NOW.isoformat() for each in entries)
    assert str(dossier) not in json.dumps([each.as_json()["hashes"] for each in entries])
    assert not any("dossier" in each.hashes for each in entries)
    assert ledger.verify().valid


def test_who_asks_without_being_the_dpo_learns_nothing_and_leaves_nothing(finished: World) -> None:
    before = finished.acts()
    for account in ("analist.een", "gemeente", "beheerder", "drukkerij"):
        with pytest.raises(RefusedError) as refused:
            subject_access(finished.office, finished.viewer(account), written(finished), "verzoek")
        assert (refused.value.code, str(refused.value)) == ("E712", "Inzage geeft de DPO.")
    assert finished.acts() == before


def test_a_broken_ledger_gives_no_access(finished: World) -> None:
    (finished.office.settings.state / "logboek.sqlite.hoofd").unlink()
    with pytest.raises(RefusedError) as refused:
        subject_access(finished.office, finished.viewer("dpo"), 1, "verzoek")
    assert refused.value.code == "E530"


def test_after_erasure_nothing_can_be_told_and_the_answer_says_why(finished: World, tmp_path: Path) -> None:
    dossier = written(finished)
    analyst = finished.viewer("analist.een")
    sent(finished)
    requests.close(finished.office, analyst, NUMBER)
    finished.later(days=400)
    erase_request(finished.office, analyst, NUMBER, finished.keys / "vutg.key", tmp_path / "gewist.json")
    found = subject_access(finished.office, finished.viewer("dpo"), dossier, "verzoek")
    assert (found.mailed, found.searched) == ((), 0)
    assert found.as_json()["gewist"] == [{"aanvraag": NUMBER, "ronde": 1, "gewist_op": "2026-12-18"}]
    assert found.text().endswith(
        "Over deze uitvoeringen kan niets meer gezegd worden: de sleutel van hun pseudoniemen is\n"
        "vernietigd, en zonder sleutel kan niemand nog zien wie een brief kreeg.\n"
        "- aanvraag 2025-0001, ronde 1: gewist op 2026-12-18"
    )


@pytest.mark.parametrize("ending", ["sleutel", "lijst"])
def test_a_key_or_list_that_is_gone_without_erasure_stops_everything(finished: World, ending: str) -> None:
    dossier = written(finished)
    (finished.office.cabinet.room("gezinnen") / f"{NUMBER}-1.{ending}").unlink()
    with pytest.raises(RefusedError) as refused:
        subject_access(finished.office, finished.viewer("dpo"), dossier, "verzoek")
    assert (refused.value.code, str(refused.value)) == (
        "E294",
        "Van aanvraag 2025-0001, ronde 1, is niet te zien wie een brief kreeg, en ze is niet gewist. Een antwoord zou "
        "onvolledig zijn: zet eerst de reservekopie terug.",
    )


def test_a_key_that_was_damaged_stops_everything_too(finished: World) -> None:
    dossier = written(finished)
    (finished.office.cabinet.room("gezinnen") / f"{NUMBER}-1.sleutel").write_bytes(bytes(32))
    with pytest.raises(RefusedError) as refused:
        subject_access(finished.office, finished.viewer("dpo"), dossier, "verzoek")
    assert refused.value.code == "E294", "under another key nobody got a letter"


def test_a_run_that_has_not_written_to_anyone_is_not_searched(finished: World) -> None:
    with closing(sqlite3.connect(finished.office.cabinet.folder / "dossiers.sqlite")) as opened, opened:
        opened.execute("DELETE FROM stap WHERE stap <> 'selectie'")
    found = subject_access(finished.office, finished.viewer("dpo"), written(finished), "verzoek")
    assert (found.mailed, found.forgotten, found.searched) == ((), (), 0)


def test_what_is_not_there_any_more_is_left_out(finished: World, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = written(finished)

    def changed(*_: object) -> None:
        raise RefusedError("E728", "De catalogus veranderde.")

    monkeypatch.setattr("groeibrief.workflow.subjectaccess.bound_of", changed)
    (finished.folder / "selectie").rename(finished.folder / "weg")
    with closing(sqlite3.connect(finished.office.cabinet.folder / "dossiers.sqlite")) as opened, opened:
        opened.execute("DELETE FROM stap WHERE stap = 'pakket'")
        opened.execute("UPDATE uitvoering SET opdracht = NULL")
    found = subject_access(finished.office, finished.viewer("dpo"), dossier, "datalek")
    (mailed,) = found.mailed
    assert (mailed.letters, mailed.package, mailed.sent_on) == (None, None, None)
    assert mailed.why.startswith("doelgroep: proef-sociale-toeslag\n"), "the definition as it was written"
    assert "  Op de post: nog niet gemeld\n  Waarom:\n" in found.text()
    assert "Volgnummers" not in found.text()


@pytest.mark.parametrize("data", [b"123", b" 123 \n", b"\xef\xbb\xbf123\r\n", b"1" * 18])
def test_a_dossier_number_is_read(data: bytes) -> None:
    assert str(read_dossier(data)) in data.decode("utf-8-sig")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"0",
        b"-1",
        b"12 3",
        b"1\n2",
        b"1" * 19,
        b"12a",
        b"\xff",
        b"1" + b" " * 1000,
        "١٢".encode(),
        b"85.07.30",
    ],
)
def test_what_is_no_dossier_number_is_not_shown(data: bytes) -> None:
    with pytest.raises(UsageError) as refused:
        read_dossier(data)
    assert (refused.value.code, str(refused.value)) == (
        "E296",
        "Hier staat geen dossiernummer. Geef één nummer van hoogstens 18 cijfers, in een bestand met --from of op de "
        "standaardinvoer. Nooit als woord van de opdracht: anderen op de computer zien dat.",
    )
