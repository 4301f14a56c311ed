"""What lies elsewhere is erased after its term with proof, what is due is listed, and nothing else goes."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest
from workflow_office import NOW, World

from groeibrief.casework.retention import Term
from groeibrief.casework.statements import read_statement
from groeibrief.errors import RefusedError, UserError
from groeibrief.workflow import erasing, requests, retention
from groeibrief.workflow.backup import back_up
from groeibrief.workflow.erasing import erase_place
from groeibrief.workflow.intake import take_in
from groeibrief.workflow.office import Act, open_office
from groeibrief.workflow.requests import Step
from groeibrief.workflow.retention import overview

NUMBER = "2025-0001"


def closed(world: World) -> None:
    analyst = world.viewer("analist.een")
    requests.hand_over(world.office, analyst, NUMBER)
    world.office.requests.step(analyst, NUMBER, Step(Act.SENT), world.now)
    requests.close(world.office, analyst, NUMBER)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder for what is to be erased."""
    folder = tmp_path / "elders"
    folder.mkdir()
    return folder


def own_snapshot(world: World, place: Path) -> Path:
    """A copy of the snapshot, with its prepared store, that may go."""
    copy = place / "proef"
    shutil.copytree(world.snapshot, copy)
    shutil.copy(world.snapshot.with_name("synthetisch.pub"), place)
    settings = dataclasses.replace(world.office.settings, store_root=place / "voorbereid")
    world.office = open_office(settings, clock=lambda: world.now)
    take_in(copy, settings, world.office.catalogue)
    assert any((place / "voorbereid").iterdir())
    return copy


def erase(world: World, kind: str, path: Path, out: Path, account: str = "analist.een") -> dict[str, object]:
    key = world.keys / "vutg.key"
    return erase_place(world.office, world.viewer(account), kind, path, key, out).as_json()


def refusal(world: World, kind: str, path: Path, out: Path, account: str = "analist.een") -> tuple[str, str]:
    with pytest.raises(UserError) as refused:
        erase(world, kind, path, out, account)
    assert not out.exists() or out.is_dir()
    return refused.value.code, str(refused.value)


def test_a_snapshot_goes_with_its_store_after_its_term_and_its_requests(
    finished: World, place: Path, tmp_path: Path
) -> None:
    world, out = finished, tmp_path / "gewist.json"
    copy = own_snapshot(world, place)
    extracted = json.loads((copy / "manifest.json").read_bytes())["extracted_on"]
    assert refusal(world, "snapshot", copy, out) == (
        "E291", "Dit (de snapshot) wordt bewaard tot 2026-05-03. Wis het vanaf die dag.",
    )  # fmt: skip
    world.now = datetime.fromisoformat("2026-05-03T08:00:00+00:00")
    assert refusal(world, "snapshot", copy, out) == (
        "E292", "Deze snapshot is nog nodig voor aanvraag 2025-0001: ze loopt nog. Sluit ze eerst af.",
    )  # fmt: skip
    assert refusal(world, "snapshot", copy, out, "gemeente") == (
        "E712", "Gegevens wist een analist, DPO of beheerder.",
    )  # fmt: skip
    closed(world)
    (due,) = (row for row in overview(world.office, world.viewer("dpo"), [place]).rows if row.what == "proef")
    assert (due.kind, due.on, due.due) == ("snapshot", date(2026, 5, 3), True)
    assert str(copy) in due.how
    answer = erase(world, "snapshot", copy, out, "beheerder")
    assert not copy.exists()
    assert {path.suffix for path in (place / "voorbereid").iterdir()} == {".slot"}, "an empty lock"
    statement = json.loads(read_statement(out, "wissing", [world.keys / "vutg.pub"]))
    assert answer["gewiste_bestanden"] == len(statement["bestanden"]) > 20
    assert (statement["gegevens"], statement["bewaard_sinds"], statement["wie"]) == ("snapshot", extracted, "beheerder")
    entry = world.office.cabinet.ledger.entries()[-1]
    assert (entry.act, set(entry.hashes)) == ("snapshot-gewist", {"verklaring", "snapshot", "kenmerk"})
    assert entry.hashes["verklaring"] == answer["sha256"]
    assert entry.hashes["snapshot"] == statement["hashes"]["snapshot"]
    left = overview(world.office, world.viewer("dpo"), [place])
    assert [row.kind for row in left.rows] == ["selectie", "aanvragen"], "no snapshot is due any more"


@pytest.mark.parametrize("name", ["remove", "write_statement", "forget"])
def test_a_removal_that_was_killed_is_finished_with_the_same_proof(
    world: World, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder, out = place / "retour", tmp_path / "gewist.json"
    folder.mkdir()
    (folder / "retour.csv").write_text("x")
    os.utime(folder / "retour.csv", (NOW.timestamp(), NOW.timestamp()))
    world.later(days=30)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"groeibrief.workflow.erasing.{name}", die)
        with pytest.raises(KeyboardInterrupt):
            erase(world, "retouren", folder, out)
    world.later(hours=1)
    assert erase(world, "retouren", folder, out)["gewiste_bestanden"] == 1
    told = json.loads(read_statement(out, "wissing", [world.keys / "vutg.pub"]))
    assert (told["gewist_op"], [each["bestand"] for each in told["bestanden"]]) == (
        "2025-12-10T09:00:00+00:00", ["retour/retour.csv"],
    )  # fmt: skip
    assert not folder.exists()
    assert not any(world.office.cabinet.room("wissingen").iterdir())


def test_what_is_not_what_it_should_be_stays(world: World, place: Path, tmp_path: Path) -> None:
    out, state = tmp_path / "gewist.json", world.office.settings.state
    world.later(days=900)
    (place / "leeg").mkdir()
    (place / "koppeling").symlink_to(world.keys)
    (place / "vol").mkdir()
    (place / "vol" / "koppeling").symlink_to(world.keys)
    os.mkfifo(place / "pijp")
    inside = "Wat daarin staat, wist u per aanvraag: erase NUMMER."
    cases = {
        place / "weg": "is geen bestand en geen map. Kijk na wat u wist.",
        place / "koppeling": "is geen bestand en geen map. Kijk na wat u wist.",
        place / "leeg": "is leeg. Kijk na wat u wist.",
        place / "vol": "Hierin staat een koppeling, of iets dat geen bestand en geen map is. Kijk na wat u wist.",
        place / "pijp": "Hierin staat een koppeling, of iets dat geen bestand en geen map is. Kijk na wat u wist.",
        state: f"is, bevat of ligt in de map van --state. {inside}",
        state.parent: f"is, bevat of ligt in de map van --state. {inside}",
        state / "dossiers": f"is, bevat of ligt in de map van --state. {inside}",
    }
    for path, told in cases.items():
        code, message = refusal(world, "retouren", path, out)
        assert (code, message.removeprefix(str(path)).lstrip(": ")) == ("E293", told)
    assert refusal(world, "reservekopieen", place / "leeg", out) == (
        "E293", f"{place / 'leeg'} is geen reservekopie. Kijk na wat u wist.",
    )  # fmt: skip
    (place / "leeg" / "x").write_text("x")
    assert refusal(world, "inzage", place / "leeg", place / "leeg" / "uit.json") == (
        "E293", f"{place / 'leeg' / 'uit.json'} ligt in wat u wist. Schrijf de verklaring ergens anders.",
    )  # fmt: skip
    out.mkdir()
    os.utime(place / "leeg" / "x", (world.now.timestamp(), world.now.timestamp()))
    assert refusal(world, "inzage", place / "leeg" / "x", out)[0] == "E291"
    os.utime(place / "leeg" / "x", (0, 0))
    assert refusal(world, "inzage", place / "leeg" / "x", out)[0] == "E210"
    assert (place / "leeg" / "x").exists()
    assert (world.keys / "vutg.key").exists()


def test_what_cannot_be_removed_is_told(
    world: World, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = place / "retour"
    folder.mkdir()
    (folder / "retour.csv").write_text("x")
    os.utime(folder / "retour.csv", (0, 0))
    with monkeypatch.context() as patched:
        patched.setattr("groeibrief.casework.removal.shutil.rmtree", lambda *_, **__: None)
        assert refusal(world, "retouren", folder, tmp_path / "gewist.json") == (
            "E295", f"{folder}: niet alles kon gewist worden. Kijk de rechten na en wis opnieuw.",
        )  # fmt: skip
    assert erase(world, "retouren", folder, tmp_path / "gewist.json")["soort"] == "retouren"


def test_too_many_files_are_not_meant(
    world: World, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groeibrief.casework.removal._TOO_MANY", 1)
    for name in "ab":
        (place / name).write_text("x")
    assert refusal(world, "inzage", place, tmp_path / "gewist.json") == (
        "E293", f"{place}: hierin staan te veel bestanden. Kijk na wat u wist.",
    )  # fmt: skip


def test_a_list_that_was_replaced_may_go_at_once(world: World, place: Path, tmp_path: Path) -> None:
    (place / "verzet.csv").write_text("oud")
    assert erase(world, "lijsten", place / "verzet.csv", tmp_path / "gewist.json")["gewiste_bestanden"] == 1
    assert not (place / "verzet.csv").exists()


def test_what_is_due_is_listed_with_how(finished: World, place: Path) -> None:
    world, dpo = finished, finished.viewer("dpo")
    shutil.copytree(world.snapshot, place / "proef")
    shutil.copy(world.snapshot.with_name("synthetisch.pub"), place)
    shutil.copytree(world.snapshot, place / "vreemd")
    (place / "vreemd" / "manifest.sig").write_bytes(b"x")
    (place / "retour").mkdir()
    (place / "retour" / "retour.csv").write_text("x")
    os.utime(place / "retour" / "retour.csv", (NOW.timestamp(), NOW.timestamp()))
    back_up(world.office, place / "kopie")
    (place / "pakket").mkdir()
    (place / "pakket" / "manifest.json").write_text("{}")
    early = overview(world.office, dpo, [place])
    assert [(row.kind, row.what, row.on.isoformat()) for row in early.rows] == [
        ("reservekopieen", "kopie", "2025-12-10"),
        ("retouren", "retour", "2025-12-10"),
        ("snapshot", "proef", "2026-05-03"),
        ("snapshot", "snapshot synth-2025-11-03-500-1", "2026-05-03"),
    ]
    assert not early.in_order, "what cannot be judged is no proof of order"
    assert [place for place, _ in early.unread] == [str(place / "vreemd")]
    shutil.rmtree(place / "vreemd")
    early = overview(world.office, dpo, [place])
    assert (early.in_order, early.text().splitlines()[-1]) == (True, "Niets is over zijn termijn.")
    closed(world)
    world.later(days=400)
    late = overview(world.office, dpo, [place])
    assert late.as_json()["geldig"] is False
    rows = {row.what: row for row in late.rows}
    assert rows["aanvraag 2025-0001"].kind == "aanvragen"
    assert not rows["aanvraag 2025-0001"].due
    assert sum(row.due for row in late.rows) == 5
    assert late.text().splitlines()[-1] == "Over de termijn: 5."
    assert f"groeibrief erase {NUMBER} --key vutg.key --out gewist.json" in late.text()
    assert f"groeibrief erase {place / 'kopie'} --soort reservekopieen" in late.text()
    with pytest.raises(RefusedError):
        erase_place(
            world.office, world.viewer("drukkerij"), "retouren", place / "retour", world.keys / "vutg.key", place
        )


@pytest.mark.parametrize("account", ["gemeente", "beheerder", "drukkerij"])
def test_who_does_not_see_every_request_is_not_told_that_all_is_well(finished: World, account: str) -> None:
    with pytest.raises(RefusedError) as refused:
        overview(finished.office, finished.viewer(account))
    assert (refused.value.code, str(refused.value)) == ("E712", "Wat weg moet, ziet een analist of de DPO.")


def test_a_dossier_past_its_term_is_for_the_archive(finished: World) -> None:
    closed(finished)
    finished.later(days=3700)
    found = overview(finished.office, finished.viewer("dpo"))
    assert [(row.kind, row.due, row.by_command) for row in found.rows if row.kind == "aanvragen"] == [
        ("aanvragen", True, False)
    ]


def test_what_stays_for_ever_is_never_due(finished: World, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "retour").mkdir()
    (place / "retour" / "retour.csv").write_text("x")
    world = finished
    closed(world)
    policy = erasing.retention_policy(world.office)
    kept = tuple(dataclasses.replace(each, termijn=Term(blijft="voor altijd")) for each in policy.soorten)
    for module in (erasing, retention):
        monkeypatch.setattr(module, "retention_policy", lambda _: dataclasses.replace(policy, soorten=kept))
    # The one term that a request itself goes by stands in ``werkwijze.yaml``.
    assert [row.kind for row in overview(world.office, world.viewer("dpo"), [place]).rows] == ["selectie"]
    assert refusal(world, "retouren", place / "retour", place / "uit.json") == (
        "E291", "Dit (de bestanden met teruggekomen brieven) wordt niet gewist (blijft: voor altijd).",
    )  # fmt: skip
