"""Objections that work from the next run, erasure with proof, backup while a writer is busy, the register."""

from __future__ import annotations

import dataclasses
import json
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from workflow_office import CONTENT, KBO, World, approved

from groeibrief.casework.cabinet import Cabinet
from groeibrief.casework.statements import read_statement
from groeibrief.errors import RefusedError, UserError
from groeibrief.selection import read_selection
from groeibrief.workflow import registration, requests
from groeibrief.workflow.backup import back_up, restore
from groeibrief.workflow.erasing import due, erase_request
from groeibrief.workflow.objections import add_objections
from groeibrief.workflow.office import Act, State, open_office
from groeibrief.workflow.requests import Step
from groeibrief.workflow.running import run_request
from groeibrief.workflow.settings import Settings

NUMBER = "2025-0001"


def people(world: World, *columns: str, table: str = "persoon") -> list[tuple[str, ...]]:
    rows = pq.read_table(world.snapshot / f"{table}.parquet", columns=["persoon_id", *columns])
    return list(zip(*(column.to_pylist() for column in rows.columns), strict=True))


def trusting(world: World) -> World:
    """The same office, which trusts the key that signs its lists."""
    settings = dataclasses.replace(world.office.settings, trust=(world.keys / "vutg.pub",))
    world.office = open_office(settings, clock=lambda: world.now)
    return world


def enter(world: World, text: str, **more: str) -> dict[str, object]:
    path = world.home.parent / "verzet.csv"
    path.write_text(text)
    viewer, key = world.viewer("analist.een"), world.keys / "vutg.key"
    return add_objections(world.office, viewer, path, world.snapshot, key, **more).as_json()  # type: ignore[arg-type]


def written_to(world: World) -> set[int]:
    stored = read_selection(world.folder / "selectie")
    return {person for row in stored.recipients.column("persoon_ids").to_pylist() for person in row}


def test_an_objection_works_from_the_next_run(ready: World, whole: World) -> None:
    world = trusting(ready)
    numbers = dict(people(world, "insz"))
    who = sorted(written_to(whole))[0]
    answer = enter(world, f"insz\n{numbers[who]}\n")
    assert (answer["toegevoegd"], answer["al_gekend"], answer["geldig"]) == (1, 0, True)
    written = numbers[who]
    assert enter(world, f"insz\n{written[:6]}-{written[6:9]}.{written[9:]}\n")["al_gekend"] == 1
    lists = world.office.cabinet.room("lijsten")
    assert {path.name for path in lists.iterdir()} == {"verzet-dossiers.csv", "verzet-dossiers.csv.sig"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in lists.iterdir()} == {0o600}
    assert written not in (lists / "verzet-dossiers.csv").read_text()
    world.run()
    assert written_to(whole) - written_to(world) == {who}
    assert world.acts().count("verzet-ingevoerd") == 2
    everything = b"".join(path.read_bytes() for path in world.office.settings.state.rglob("*.sqlite*"))
    assert written.encode() not in everything, "the number is kept nowhere"


def test_a_name_and_an_address_find_one_person_or_nobody(ready: World, whole: World) -> None:
    world = trusting(ready)
    names = {row[0]: row[1:] for row in people(world, "voornaam", "naam")}
    places = {row[0]: row[1:] for row in people(world, "straat", "huisnummer", "bus", "postcode", table="woonplaats")}
    who = sorted(written_to(whole))[0]
    (first, last), (street, number, box, postcode) = names[who], places[who]
    header = "voornaam;naam;straat;huisnummer;bus;postcode\n"
    row = f"{first.upper()};{last};{street};{number};{box or ''};{postcode}\n"
    answer = enter(world, header + row + row.replace(last, "Niemand"), kind="beschermd")
    assert answer == {
        "lijst": "beschermd", "toegevoegd": 1, "al_gekend": 0, "niemand_gevonden": [3], "meer_dan_een": [],
        "geldig": False,
    }  # fmt: skip
    world.run()
    assert who not in written_to(world)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("insz\n", "De lijst is leeg."),
        ("insz\n123\n", "Deze regel is onvolledig of onjuist."),
        ("naam\nJanssens\n", "De eerste regel is 'insz', of 'voornaam;naam;straat;huisnummer;bus;postcode'."),
        ("voornaam;naam;straat;huisnummer;bus;postcode\nJan;Janssens\n", "Deze regel is onvolledig of onjuist."),
    ],
)
def test_a_list_that_cannot_be_read(ready: World, text: str, told: str) -> None:
    with pytest.raises(UserError) as refused:
        enter(ready, text)
    assert (refused.value.code, refused.value.findings[0].melding) == ("E260", told)
    assert "Janssens" not in str(refused.value)


def test_nobody_is_looked_up_in_a_snapshot_that_wore(
    ready: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verified long ago, and its disk changed a bit that no time stamp shows."""
    worn = tmp_path / "versleten" / "snapshot"
    shutil.copytree(ready.snapshot, worn)
    for key in ready.snapshot.parent.glob("*.pub"):
        shutil.copy(key, worn.parent)
    data = bytearray((worn / "persoon.parquet").read_bytes())
    data[len(data) // 2] ^= 1
    (worn / "persoon.parquet").write_bytes(data)
    monkeypatch.setattr("groeibrief.workflow.objections.take_in", lambda *_: None)
    path = tmp_path / "verzet.csv"
    path.write_text("insz\n85073000061\n")
    with pytest.raises(UserError) as refused:
        add_objections(ready.office, ready.viewer("analist.een"), path, worn, ready.keys / "vutg.key")
    assert (refused.value.code, refused.value.findings[0].bestand) == ("E420", "persoon.parquet")


def test_who_enters_objections(ready: World) -> None:
    path = ready.home.parent / "verzet.csv"
    path.write_text("insz\n85073000061\n")
    for account in ("gemeente", "dpo"):
        with pytest.raises(RefusedError) as refused:
            add_objections(ready.office, ready.viewer(account), path, ready.snapshot, ready.keys / "vutg.key")
        assert str(refused.value) == "Een verzet voert een analist in."
    with pytest.raises(UserError) as kind:
        enter(ready, "insz\n85073000061\n", kind="anders")
    assert str(kind.value) == "Er is geen lijst 'anders': een lijst is verzet of beschermd."
    assert enter(ready, "insz\n85073000061\n")["niemand_gevonden"] == [2]


def test_a_run_refuses_a_list_that_nobody_trusted_signed(ready: World) -> None:
    (ready.office.cabinet.room("lijsten") / "verzet-dossiers.csv").write_text("persoon_id,lijst,geldig_van\n")
    with pytest.raises(RefusedError) as refused:
        ready.run()
    assert refused.value.code == "E561"


# Erasure


def closed(world: World) -> None:
    analyst = world.viewer("analist.een")
    requests.hand_over(world.office, analyst, NUMBER)
    world.office.requests.step(analyst, NUMBER, Step(Act.SENT), world.now)
    requests.close(world.office, analyst, NUMBER)


def erase(world: World, out: Path) -> dict[str, object]:
    return erase_request(world.office, world.viewer("analist.een"), NUMBER, world.keys / "vutg.key", out).as_json()


def test_erasure_after_the_term_with_proof(finished: World, tmp_path: Path) -> None:
    world, out = finished, tmp_path / "gewist.json"
    with pytest.raises(RefusedError) as running:
        erase(world, out)
    assert str(running.value) == (
        "Aanvraag 2025-0001 loopt nog (klaar voor de drukkerij). Sluit ze eerst af of trek ze in."
    )
    closed(world)
    assert due(world.office, world.viewer("analist.een")) == ((NUMBER, "2026-12-10"),)
    world.later(days=394)
    with pytest.raises(RefusedError) as early:
        erase(world, out)
    assert str(early.value) == "Aanvraag 2025-0001 wordt bewaard tot 2026-12-10. Wis ze vanaf die dag."
    assert world.folder.exists()
    assert not out.exists()
    world.later(days=1)
    with pytest.raises(RefusedError):
        erase_request(world.office, world.viewer("dpo"), NUMBER, world.keys / "vutg.key", out)
    answer = erase(world, out)
    statement = json.loads(read_statement(out, "wissing", [world.keys / "vutg.pub"]))
    assert answer["gewiste_bestanden"] == len(statement["bestanden"]) > 8
    assert not world.folder.parent.exists()
    assert list(world.office.cabinet.room("gezinnen").iterdir()) == []
    assert world.office.requests.get(world.viewer("dpo"), NUMBER).state is State.ERASED
    entry = world.office.cabinet.ledger.entries()[-1]
    assert (entry.act, entry.hashes["verklaring"]) == ("aanvraag-wissen", answer["sha256"])
    with pytest.raises(RefusedError) as twice:
        erase(world, out)
    assert twice.value.code == "E730"
    assert due(world.office, world.viewer("analist.een")) == ()


def test_an_erasure_that_was_killed_is_finished_with_the_same_proof(
    finished: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, out = finished, tmp_path / "gewist.json"
    closed(world)
    world.later(days=395)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for name in ("destroy", "write_statement", "Step"):
        with monkeypatch.context() as patched:
            patched.setattr(f"groeibrief.workflow.erasing.{name}", die)
            with pytest.raises(KeyboardInterrupt):
                erase(world, out)
        world.later(hours=1)
    answer = erase(world, out)
    told = json.loads(out.read_bytes())
    assert (len(told["bestanden"]), told["gewist_op"]) == (answer["gewiste_bestanden"], "2026-12-10T09:00:00+00:00")
    assert answer["gewiste_bestanden"] > 8  # type: ignore[operator]


def test_after_erasure_the_cap_no_longer_counts_it(finished: World, tmp_path: Path) -> None:
    limits = dataclasses.replace(finished.office.policy.grenzen, brieven_per_gezin=1)
    policy = dataclasses.replace(finished.office.policy, grenzen=limits)
    closed(finished)
    finished.later(days=395)
    erase(finished, tmp_path / "gewist.json")
    finished.office.__dict__["policy"] = policy
    second = approved(finished)
    made = run_request(finished.office, finished.viewer("analist.een"), second, finished.means)
    assert made.letters > 5


# Backup


def test_a_backup_while_a_writer_is_busy_is_whole(finished: World, tmp_path: Path) -> None:
    office, stop, written = finished.office, threading.Event(), []
    town = finished.viewer("gemeente")

    def write() -> None:
        while not stop.is_set():
            written.append(office.requests.open(town, KBO, CONTENT, finished.now).id)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies: list[Path] = []
        # Until both have happened, however a busy machine deals out its time.
        while len(copies) < 3 or len(written) <= 3:
            copies.append(back_up(office, tmp_path / f"kopie-{len(copies)}").folder)
    finally:
        stop.set()
        writer.join()
    for number, copy in enumerate(copies):
        state = tmp_path / f"staat-{number}"
        restore(copy, state)
        back = open_office(Settings((), None, state), clock=lambda: finished.now)
        found = back.requests.all(back.viewer("gemeente"))
        assert back.cabinet.ledger.verify().valid
        assert {each.id for each in found} <= {NUMBER, *written}
        told = [entry for entry in back.cabinet.ledger.entries() if entry.act == "aanvraag-opstellen"]
        assert len(told) >= len(found), "the ledger knows whatever the rest knows"
        back.requests.open(back.viewer("gemeente"), KBO, CONTENT, finished.now)
        assert back.cabinet.ledger.verify().valid
        for path in (state / "dossiers").rglob("*.sqlite"):
            with closing(sqlite3.connect(path)) as opened:
                assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in state.rglob("*")} == {0}


def test_a_backup_leaves_out_letters_and_keeps_keys(finished: World, tmp_path: Path) -> None:
    theirs = finished.office.settings.state / "opgroeien"
    theirs.mkdir()
    (theirs / "protocollen.sqlite").write_bytes(b"van een andere verwerkingsverantwoordelijke")
    copy = back_up(finished.office, tmp_path / "kopie").folder
    names = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    assert not [name for name in names if "uitvoeringen" in name or "opgroeien" in name]
    assert names >= {
        "reservekopie.json", "logboek.sqlite", "logboek.sqlite.hoofd", "logboek.sqlite.sleutel",
        "dossiers/dossiers.sqlite", "drukwerk.sqlite", "dossiers/gezinnen/2025-0001-1.sleutel",
        "tellingen/telbeurten.sqlite",
    }  # fmt: skip
    assert not [name for name in names if name.endswith(("-wal", "-shm", ".grendel"))]


SPOILED: dict[str, Callable[[Path], object]] = {
    "changed": lambda copy: (copy / "logboek.sqlite").write_bytes(b"x"),
    "missing": lambda copy: (copy / "dossiers" / "dossiers.sqlite").unlink(),
    "added": lambda copy: (copy / "extra").write_bytes(b"x"),
    "no index": lambda copy: (copy / "reservekopie.json").unlink(),
    "bad index": lambda copy: (copy / "reservekopie.json").write_bytes(b"[]"),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_backup_is_not_put_back(world: World, tmp_path: Path, how: str) -> None:
    copy = back_up(world.office, tmp_path / "kopie").folder
    SPOILED[how](copy)
    with pytest.raises(RefusedError) as refused:
        restore(copy, tmp_path / "staat")
    assert (refused.value.code, str(refused.value)) == (
        "E749", f"{copy} is geen reservekopie, of er is iets in gewijzigd. Neem een andere.",
    )  # fmt: skip
    assert not (tmp_path / "staat").exists()


def test_a_broken_ledger_is_not_backed_up(world: World, tmp_path: Path) -> None:
    (world.office.settings.state / "logboek.sqlite.hoofd").unlink()
    with pytest.raises(RefusedError) as refused:
        back_up(world.office, tmp_path / "kopie")
    assert refused.value.code == "E530"
    assert not (tmp_path / "kopie").exists()


# The register


def test_the_register_begins_with_the_first_entries(world: World) -> None:
    office = world.office
    figures = registration.register_figures(office, date(2021, 6, 30)).as_json()
    rows = {
        (row["piste"], row["jaar"], row["stand"]): (row["aanvragen"], row["besturen"]) for row in figures["cijfers"]
    }
    assert rows[("vutg", None, "interesse")] == (30, 31)
    assert rows[("opgroeien", 2020, "afgesloten")] == (8, 8)
    assert (figures["stand_op"], figures["nooit_gebruikt"]) == ("2021-06-30", {"opgroeien": 272, "vutg": 268})
    assert len(registration.never_used(office, registration.Track.VUTG, date(2021, 6, 30))) == 268
    listed = registration.list_events(office, registration.Filter(name="Bilzen-Hoeselt"), date(2025, 6, 1))
    found = [(row["nis"], row["gemeenten_nu"]) for row in listed.rows]
    assert found[-1] == (["73006", "73032"], ["Bilzen-Hoeselt"])
    assert {tuple(now) for _, now in found} == {("Bilzen-Hoeselt",)}, "a name of today finds what merged into it"


@pytest.mark.parametrize("form", registration.FORMATS)
def test_the_register_is_exported(world: World, form: str) -> None:
    wanted = registration.Filter(track=registration.Track.VUTG, public=True)
    data = registration.export(world.office, wanted, form, date(2021, 6, 30))
    assert data == registration.export(world.office, wanted, form, date(2021, 6, 30))
    if form == "json":
        assert len(json.loads(data)["feiten"]) == 33
    if form == "csv":
        assert data.decode("utf-8-sig").splitlines()[0].startswith("Bestuur, zoals vermeld;NIS-code;")
        assert len(data.decode().splitlines()) == 34
    with pytest.raises(UserError) as refused:
        registration.export(world.office, wanted, "xls")
    assert str(refused.value) == "'xls' is geen vorm om uit te voeren. Kies uit: csv, ods, json."


def test_the_cabinet_is_private(world: World) -> None:
    assert isinstance(world.office.cabinet, Cabinet)
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in world.office.settings.state.rglob("*")} == {0}
