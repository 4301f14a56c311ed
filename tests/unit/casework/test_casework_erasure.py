"""Families as pseudonyms, the cap on letters, erasure with proof, and signed checkpoints of the ledger."""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from casework_world import NOW, ROOT, World

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.casework.checkpoints import check_checkpoint, write_checkpoint
from groeibrief.casework.erasure import check_term, destroy, due_on, plan
from groeibrief.casework.families import key_path, list_path, remember_families, too_often
from groeibrief.casework.ledger import GENESIS
from groeibrief.casework.lifecycle import Act
from groeibrief.casework.policy import load_casework_policy
from groeibrief.casework.pseudonyms import Pseudonyms
from groeibrief.casework.requests import Request, Step
from groeibrief.casework.runs import Done, Run
from groeibrief.casework.statements import read_statement, write_statement
from groeibrief.errors import RefusedError
from groeibrief.keys import write_key_pair

STILL_OPEN = "loopt nog (in opmaak). Sluit ze eerst af of trek ze in."
RETENTION = load_casework_policy(ROOT).bewaring


def run(request: str, number: int = 1) -> Run:
    return Run(request, number, NOW, "a", "s", "h", NOW.date(), "d", "b", "v", True, None, {})


def test_a_family_is_a_pseudonym_of_its_run(world: World) -> None:
    first, second = run("2025-0001"), run("2025-0002")
    digest = remember_families(world.cabinet, first, [3, 1, 2, 2])
    assert remember_families(world.cabinet, first, [1, 2, 3]) == digest, "again gives the same list"
    remember_families(world.cabinet, second, [1])
    path = list_path(world.cabinet, "2025-0001", 1)
    expected = sorted(Pseudonyms(key_path(world.cabinet, "2025-0001", 1)).of(dossier) for dossier in (1, 2, 3))
    assert path.read_bytes()[:-8].hex() == "".join(expected), "and a check of the key"
    assert sha256_bytes(path.read_bytes()) == digest
    assert list_path(world.cabinet, "2025-0002", 1).read_bytes() not in path.read_bytes()
    assert {each.stat().st_mode & 0o777 for each in path.parent.iterdir()} == {0o600}


def test_who_had_so_many_letters_gets_no_more(world: World) -> None:
    runs = [run("2025-0001", number) for number in (1, 2, 3)]
    for each, dossiers in zip(runs, ([1, 2, 3], [1, 2], [1]), strict=True):
        remember_families(world.cabinet, each, dossiers)
    for most, held in ((1, {1, 2, 3}), (2, {1, 2}), (3, {1}), (4, set())):
        assert too_often(world.cabinet, runs, range(10), most) == held
    assert too_often(world.cabinet, runs, [2, 9], 1) == {2}


def test_a_list_that_is_gone_stops_everything(world: World) -> None:
    remember_families(world.cabinet, run("2025-0001"), [1])
    key_path(world.cabinet, "2025-0001", 1).unlink()
    with pytest.raises(RefusedError) as refusal:
        too_often(world.cabinet, [run("2025-0001")], [1], 1)
    assert (refusal.value.code, str(refusal.value)) == (
        "E723",
        "Van aanvraag 2025-0001, ronde 1, is niet meer te zien wie een brief kreeg. Zonder die lijst kan het hoogste "
        "aantal brieven per gezin niet nagekeken worden: zet de reservekopie terug.",
    )


@pytest.mark.parametrize("where", [key_path, list_path])
def test_a_damaged_list_or_key_stops_everything(world: World, where: Callable[..., Path]) -> None:
    """A key with one other bit would know nobody again, and everyone would get a letter more."""
    remember_families(world.cabinet, run("2025-0001"), [1, 2])
    path = where(world.cabinet, "2025-0001", 1)
    good = bytearray(path.read_bytes())
    for place in range(len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 4]) + good[place + 1 :])
        with pytest.raises(RefusedError) as refusal:
            too_often(world.cabinet, [noted(world, good if where is list_path else None)], [1], 1)
        assert refusal.value.code == "E723"
    path.write_bytes(good)
    assert too_often(world.cabinet, [run("2025-0001")], [1], 1) == {1}


def noted(world: World, data: bytes | None) -> Run:
    """The run, with what was noted of its list."""
    kept = list_path(world.cabinet, "2025-0001", 1).read_bytes() if data is None else data
    return replace(run("2025-0001"), steps={"gezinnen": Done(NOW, sha256_bytes(kept), 2)})


def test_a_list_of_before_has_no_check_of_its_key(world: World) -> None:
    remember_families(world.cabinet, run("2025-0001"), [1, 2])
    path = list_path(world.cabinet, "2025-0001", 1)
    path.write_bytes(path.read_bytes()[:-8])
    assert too_often(world.cabinet, [run("2025-0001")], [1, 2, 3], 1) == {1, 2}


# Erasure


def ended(world: World) -> Request:
    request = world.request()
    viewer = world.viewer("torhout")
    folder = world.cabinet.room("uitvoeringen", request.id, "ronde-1", "selectie")
    (folder / "recipients.parquet").write_bytes(b"namen en adressen")
    (folder.parent / "brieven.pdf").write_bytes(b"brieven")
    remember_families(world.cabinet, run(request.id), [1, 2])
    remember_families(world.cabinet, run("2025-0009"), [1, 2])
    return world.requests.step(viewer, request.id, Step(Act.WITHDRAW), NOW)


def test_erasure_waits_for_its_term(world: World) -> None:
    open_request = world.request()
    request = ended(world)
    assert due_on(request, RETENTION) == date(2026, 12, 10)
    cases = (
        (open_request, date(2030, 1, 1), f"Aanvraag {open_request.id} {STILL_OPEN}"),
        (request, date(2026, 12, 9), f"Aanvraag {request.id} wordt bewaard tot 2026-12-10. Wis ze vanaf die dag."),
    )  # fmt: skip
    for each, today, told in cases:
        with pytest.raises(RefusedError) as refusal:
            check_term(each, RETENTION, today)
        assert (refusal.value.code, str(refusal.value)) == ("E730", told)
    check_term(request, RETENTION, date(2026, 12, 10))
    erased = world.requests.step(world.viewer("analist.een"), request.id, Step(Act.ERASE), NOW)
    with pytest.raises(RefusedError) as twice:
        check_term(erased, RETENTION, date(2030, 1, 1))
    assert str(twice.value) == f"Aanvraag {request.id} is al gewist. Het bewijs staat in de ondertekende verklaring."


def test_everything_of_a_request_goes_and_nothing_of_another(world: World) -> None:
    request = ended(world)
    key = key_path(world.cabinet, request.id, 1).read_bytes()
    made = plan(world.cabinet, request, "analist.een", NOW)
    assert sorted(made.files) == [
        f"gezinnen/{request.id}-1.lijst",
        f"gezinnen/{request.id}-1.sleutel",
        f"uitvoeringen/{request.id}/ronde-1/brieven.pdf",
        f"uitvoeringen/{request.id}/ronde-1/selectie/recipients.parquet",
    ]
    destroy(world.cabinet, request.id)
    left = [path for path in world.cabinet.folder.rglob("*") if path.is_file() and request.id in path.as_posix()]
    assert left == []
    assert key_path(world.cabinet, "2025-0009", 1).exists()
    assert not any(key in path.read_bytes() for path in world.state.rglob("*") if path.is_file())
    again = plan(world.cabinet, request, "analist.twee", NOW + timedelta(days=1))
    assert again == made, "what there was is remembered, for an erasure that was killed"
    told = json.loads(made.statement(RETENTION))
    assert (told["soort"], told["aanvraag"], told["sleutels_vernietigd"]) == ("wissing", request.id, 1)
    assert told["reservekopieen_weg_op"] == "2025-12-10"
    assert {each["sha256"] for each in told["bestanden"]} == set(made.files.values())


def test_what_someone_writes_meanwhile_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    request = ended(world)

    def write(folder: Path, **_: object) -> None:
        (folder / "laat.pdf").write_bytes(b"brief")

    with monkeypatch.context() as patched:
        patched.setattr("groeibrief.casework.erasure.shutil.rmtree", write)
        with pytest.raises(RefusedError) as refusal:
            destroy(world.cabinet, request.id)
    assert (refusal.value.code, str(refusal.value)) == (
        "E731", f"Van aanvraag {request.id} kon niet alles gewist worden: 1 bestanden staan er nog.",
    )  # fmt: skip
    destroy(world.cabinet, request.id)
    assert not (world.cabinet.folder / "uitvoeringen" / request.id).exists()


# Statements and checkpoints


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    write_key_pair(tmp_path / "vutg.key", tmp_path / "vutg.pub")
    return tmp_path / "vutg.key", tmp_path / "vutg.pub"


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"1", b"2"))


SPOILED: dict[str, Callable[[Path], object]] = {
    "changed": change,
    "no signature": lambda path: path.with_name(f"{path.name}.sig").unlink(),
    "another kind": lambda path: path.write_bytes(b'{"soort":"iets"}'),
    "no JSON": lambda path: path.write_bytes(b"["),
    "a list": lambda path: path.write_bytes(b"[]"),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_statement_that_is_not_to_be_trusted(tmp_path: Path, keys: tuple[Path, Path], how: str) -> None:
    path = tmp_path / "verklaring.json"
    write_statement(path, b'{"aantal":1,"soort":"proef"}', keys[0])
    assert read_statement(path, "proef", [keys[1]]) == b'{"aantal":1,"soort":"proef"}'
    SPOILED[how](path)
    with pytest.raises(RefusedError) as refusal:
        read_statement(path, "proef", [keys[1]])
    assert (refusal.value.code, str(refusal.value)) == (
        "E737",
        f"{path}: Dit document is onvolledig, gewijzigd of ondertekend door iemand die u niet vertrouwt. Geef het met "
        "zijn handtekening (.sig) ernaast, en met --trust de publieke sleutel van wie tekende.",
    )


def test_a_signature_without_its_statement_is_replaced(tmp_path: Path, keys: tuple[Path, Path]) -> None:
    path = tmp_path / "verklaring.json"
    path.with_name("verklaring.json.sig").write_bytes(b"van een gedode opdracht")
    write_statement(path, b'{"soort":"proef"}', keys[0])
    assert read_statement(path, "proef", [keys[1]])


def test_a_checkpoint_finds_a_ledger_rewritten_whole(world: World, tmp_path: Path, keys: tuple[Path, Path]) -> None:
    world.request()
    ledger, path = world.cabinet.ledger, tmp_path / "punt.json"
    made = write_checkpoint(ledger, path, keys[0], datetime(2025, 11, 10, tzinfo=UTC))
    assert made.entries == len(ledger.entries())
    world.request()
    assert check_checkpoint(ledger, path, [keys[1]]).valid
    for path_of_ledger in world.state.glob("logboek.sqlite*"):
        path_of_ledger.unlink()
    for _ in range(made.entries + 1):
        ledger = world.cabinet.ledger
        ledger.append("iemand", "analist", "iets", {}, NOW)
    assert ledger.verify().valid, "a careful forger is not seen by the ledger itself"
    verdict = check_checkpoint(ledger, path, [keys[1]])
    assert verdict.reason == (
        f"Het controlepunt kent een andere regel {made.entries}: de regels ervoor zijn herschreven of weg."
    )


def forge_head(path: Path, entries: int, digest: str) -> None:
    """Write a head that fits, as someone with the key can."""
    key = path.with_name(f"{path.name}.sleutel").read_bytes()
    seal = hmac.new(key, canonical_json([entries, digest]), hashlib.sha256).hexdigest()
    head = {"aantal": entries, "hash": digest, "zegel": seal}
    path.with_name(f"{path.name}.hoofd").write_bytes(canonical_json(head))


@pytest.mark.parametrize("how", ["cut off", "reordered"])
def test_a_checkpoint_finds_what_someone_with_the_key_did(
    world: World, tmp_path: Path, keys: tuple[Path, Path], how: str
) -> None:
    for _ in range(3):
        world.request()
    ledger, path, point = world.cabinet.ledger, world.state / "logboek.sqlite", tmp_path / "punt.json"
    made = write_checkpoint(ledger, point, keys[0], datetime(2025, 11, 10, tzinfo=UTC))
    kept = ledger.entries()[:-1] if how == "cut off" else (*ledger.entries()[:-2], *reversed(ledger.entries()[-2:]))
    for each in world.state.glob("logboek.sqlite*"):
        if not each.name.endswith(".sleutel"):
            each.unlink()
    forge_head(path, 0, GENESIS)
    again = world.cabinet.ledger
    for entry in kept:
        again.append(entry.who, entry.role, entry.act, entry.hashes, datetime.fromisoformat(entry.when))
    assert again.verify().valid, "the ledger itself cannot see it"
    verdict = check_checkpoint(again, point, [keys[1]])
    assert (verdict.valid, verdict.broken) == (False, made.entries)


def test_a_checkpoint_of_a_broken_ledger_tells_what_the_ledger_tells(
    world: World, tmp_path: Path, keys: tuple[Path, Path]
) -> None:
    world.request()
    point = tmp_path / "punt.json"
    write_checkpoint(world.cabinet.ledger, point, keys[0], datetime(2025, 11, 10, tzinfo=UTC))
    (world.state / "logboek.sqlite.hoofd").unlink()
    verdict = check_checkpoint(world.cabinet.ledger, point, [keys[1]])
    assert verdict.reason == "Het hoofd ontbreekt of zijn zegel klopt niet."
    with pytest.raises(RefusedError) as refusal:
        write_checkpoint(world.cabinet.ledger, tmp_path / "ander.json", keys[0], NOW)
    assert refusal.value.code == "E530"
    assert not (tmp_path / "ander.json").exists()


def test_the_outbox_knows_what_was_told(world: World) -> None:
    world.request()
    with closing(sqlite3.connect(world.cabinet.folder / "dossiers.sqlite")) as opened:
        assert opened.execute("SELECT count(*) FROM uitgaand WHERE bezorgd = 0").fetchone() == (0,)
        opened.execute("UPDATE uitgaand SET bezorgd = 0")
        opened.commit()
    before = world.acts()
    world.cabinet.deliver()
    assert world.acts() == before, "what stands in the ledger is not told twice"
