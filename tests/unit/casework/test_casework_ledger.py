from __future__ import annotations

import json
import shutil
import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.casework import Ledger, Verdict
from groeibrief.errors import RefusedError

NOW = datetime(2025, 11, 3, 9, 30, tzinfo=UTC)
DIGEST = sha256_bytes(b"definitie")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "grootboek" / "grootboek.sqlite"


@pytest.fixture
def ledger(path: Path) -> Ledger:
    ledger = Ledger(path)
    for number in range(5):
        act = ("doelgroep-goedgekeurd", "selectie-gemaakt")[number % 2]
        ledger.append("analist.een", "analist", act, {"definitie": DIGEST}, NOW + timedelta(minutes=number))
    return ledger


def tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as opened, opened:
        for trigger in ("regel_blijft", "regel_verdwijnt_niet"):
            opened.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            opened.execute(statement)


def test_an_entry_holds_who_did_what_when_on_which_hashes(path: Path) -> None:
    moment = datetime(2025, 11, 3, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    entry = Ledger(path).append("analist.een", "analist", "selectie-gemaakt", {"snapshot": DIGEST}, moment)
    assert entry.as_json() == {
        "nummer": 1,
        "wanneer": "2025-11-03T09:30:00+00:00",
        "wie": "analist.een",
        "rol": "analist",
        "daad": "selectie-gemaakt",
        "hashes": {"snapshot": DIGEST},
        "vorige": "0" * 64,
        "hash": entry.hash,
    }
    content = {key: value for key, value in entry.as_json().items() if key != "hash"}
    assert entry.hash == sha256_bytes(canonical_json(content))


def test_entries_are_chained_and_outlive_the_object(ledger: Ledger, path: Path) -> None:
    entries = Ledger(path).entries()
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.previous for entry in entries] == ["0" * 64, *(entry.hash for entry in entries[:-1])]
    verdict = ledger.verify()
    assert (verdict.valid, verdict.entries, verdict.broken) == (True, 5, None)


def test_an_empty_ledger_is_whole(path: Path) -> None:
    assert Ledger(path).verify().valid
    assert Ledger(path).export() == b""


def test_the_export_is_one_canonical_line_an_entry(ledger: Ledger) -> None:
    lines = ledger.export().splitlines()
    assert [json.loads(line)["nummer"] for line in lines] == [1, 2, 3, 4, 5]
    assert lines[0] == canonical_json(ledger.entries()[0].as_json())


def rechained(path: Path, start: int) -> list[str]:
    """Statements that change entry *start* and make the chain after it fit again, as a careful forger would."""
    statements, previous = [], None
    for entry in Ledger(path).entries():
        if entry.number < start:
            continue
        content = entry.as_json()
        del content["hash"]
        content["wie"] = "iemand.anders" if entry.number == start else entry.who
        content["vorige"] = previous or entry.previous
        digest = sha256_bytes(canonical_json(content))
        statements.append(
            f"UPDATE regel SET wie = '{content['wie']}', vorige = '{content['vorige']}', hash = '{digest}' "
            f"WHERE nummer = {entry.number}"
        )
        previous = digest
    return statements


SWAP = (
    "UPDATE regel SET nummer = 99 WHERE nummer = 2",
    "UPDATE regel SET nummer = 2 WHERE nummer = 3",
    "UPDATE regel SET nummer = 3 WHERE nummer = 99",
)
TAMPERED: dict[str, tuple[Callable[[Path], object], int | None, str]] = {
    "a changed word": (
        lambda path: tamper(path, "UPDATE regel SET wie = 'iemand.anders' WHERE nummer = 3"),
        3,
        "Regel 3 is gewijzigd.",
    ),
    "a changed hash": (
        lambda path: tamper(path, "UPDATE regel SET hashes = '{\"definitie\":\"0\"}' WHERE nummer = 2"),
        2,
        "Regel 2 is gewijzigd.",
    ),
    "no JSON": (
        lambda path: tamper(path, "UPDATE regel SET hashes = 'x' WHERE nummer = 2"),
        2,
        "Regel 2 is gewijzigd.",
    ),
    "an entry removed": (
        lambda path: tamper(path, "DELETE FROM regel WHERE nummer = 2"),
        2,
        "Regel 2 ontbreekt.",
    ),
    "the last entries cut off": (
        lambda path: tamper(path, "DELETE FROM regel WHERE nummer > 3"),
        4,
        "Er staan 3 regels in, het hoofd noemt er 5: regel 4 ontbreekt.",
    ),
    "all entries removed": (
        lambda path: tamper(path, "DELETE FROM regel"),
        1,
        "Er staan 0 regels in, het hoofd noemt er 5: regel 1 ontbreekt.",
    ),
    "two entries swapped": (lambda path: tamper(path, *SWAP), 2, "Regel 2 is gewijzigd."),
    "a chain written anew": (
        lambda path: tamper(path, *rechained(path, 3)),
        5,
        "Het hoofd kent een andere regel 5: de regels zijn herschreven.",
    ),
    "an entry replaced by a fitting one": (
        lambda path: tamper(path, *rechained(path, 3)[:1]),
        4,
        "Regel 4 volgt niet op regel 3.",
    ),
    "the head removed": (
        lambda path: path.with_name("grootboek.sqlite.hoofd").unlink(),
        None,
        "Het hoofd ontbreekt of zijn zegel klopt niet.",
    ),
    "the key removed": (
        lambda path: path.with_name("grootboek.sqlite.sleutel").unlink(),
        None,
        "Het hoofd ontbreekt of zijn zegel klopt niet.",
    ),
    "the database overwritten": (
        lambda path: path.write_bytes(b"geen databank " * 100),
        None,
        "Het grootboek kan niet gelezen worden.",
    ),
    "the database removed": (
        lambda path: path.unlink(),
        1,
        "Er staan 0 regels in, het hoofd noemt er 5: regel 1 ontbreekt.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_is_found_at_its_first_entry_and_stops_the_ledger(ledger: Ledger, path: Path, what: str) -> None:
    do, broken, reason = TAMPERED[what]
    do(path)
    verdict = Ledger(path).verify()
    assert (verdict.valid, verdict.broken, verdict.reason) == (False, broken, reason)
    with pytest.raises(RefusedError) as caught:
        verdict.require()
    assert (caught.value.code, caught.value.exit_code) == ("E530", 5)
    assert str(caught.value) == f"Het grootboek is niet gaaf. {reason} Verwittig de DPO."
    with pytest.raises(RefusedError):
        ledger.export()


@pytest.mark.parametrize(
    "what", ["the last entries cut off", "a chain written anew", "the head removed", "the database removed"]
)
def test_nothing_is_added_to_a_ledger_that_does_not_fit_its_head(ledger: Ledger, path: Path, what: str) -> None:
    TAMPERED[what][0](path)
    with pytest.raises(RefusedError) as caught:
        ledger.append("analist.een", "analist", "selectie-gemaakt", {}, NOW)
    assert caught.value.code == "E530"


def test_an_old_copy_put_back_is_found(ledger: Ledger, path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(path, tmp_path / "oud")
    for _ in range(2):
        ledger.append("analist.een", "analist", "selectie-gemaakt", {}, NOW)
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(tmp_path / "oud", path)
    assert ledger.verify().reason == "Er staan 5 regels in, het hoofd noemt er 7: regel 6 ontbreekt."


def test_a_head_that_was_made_without_the_key_is_found(ledger: Ledger, path: Path) -> None:
    head = path.with_name("grootboek.sqlite.hoofd")
    data = json.loads(head.read_bytes())
    head.write_bytes(canonical_json({**data, "aantal": 3, "hash": ledger.entries()[2].hash}))
    assert ledger.verify().reason == "Het hoofd ontbreekt of zijn zegel klopt niet."


def test_a_process_that_died_before_the_new_head_leaves_a_whole_ledger(ledger: Ledger, path: Path) -> None:
    head = path.with_name("grootboek.sqlite.hoofd")
    before = head.read_bytes()
    ledger.append("analist.een", "analist", "selectie-gemaakt", {}, NOW)
    head.write_bytes(before)
    assert ledger.verify().valid
    ledger.append("analist.een", "analist", "selectie-gemaakt", {}, NOW)
    assert (ledger.verify().valid, ledger.verify().entries) == (True, 7)
    head.write_bytes(before)
    assert ledger.verify().reason == "Er staan 7 regels in, het hoofd noemt er 5: regel 7 is onbekend."


def test_the_database_itself_refuses_changes(ledger: Ledger, path: Path) -> None:
    with closing(sqlite3.connect(path)) as opened:
        for statement in ("UPDATE regel SET wie = 'x'", "DELETE FROM regel"):
            with pytest.raises(sqlite3.IntegrityError, match="een regel blijft"):
                opened.execute(statement)
        with pytest.raises(sqlite3.IntegrityError, match="cannot store BLOB value in TEXT column"):
            opened.execute("INSERT INTO regel VALUES (9, x'00', '', '', '', '', '', '')")
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize(
    ("who", "role", "act", "hashes"),
    [
        ("Jan Janssens", "analist", "selectie-gemaakt", {}),
        ("jan@voorbeeld.be", "analist", "selectie-gemaakt", {}),
        ("85073000160", "analist", "selectie-gemaakt", {}),
        ("analist.een", "de analist", "selectie-gemaakt", {}),
        ("analist.een", "analist", "Selectie gemaakt voor Jan", {}),
        ("analist.een", "analist", "selectie-gemaakt", {"insz": "85073000160"}),
        ("analist.een", "analist", "selectie-gemaakt", {"naam": "Janssens"}),
        ("analist.een", "analist", "selectie-gemaakt", {"Naam van het kind": DIGEST}),
    ],
)
def test_what_could_be_personal_is_not_taken_in(
    path: Path, who: str, role: str, act: str, hashes: dict[str, str]
) -> None:
    ledger = Ledger(path)
    with pytest.raises(RefusedError) as caught:
        ledger.append(who, role, act, hashes, NOW)
    assert caught.value.code == "E529"
    assert str(caught.value) == (
        "Het grootboek neemt alleen accountnamen zonder spaties, korte woorden en hashes op, geen andere gegevens."
    )
    assert ledger.entries() == ()


def test_threads_add_one_after_the_other(path: Path) -> None:
    def add(number: int) -> None:
        Ledger(path).append(f"analist.{number}", "analist", "selectie-gemaakt", {}, NOW)

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(add, range(20)))
    ledger = Ledger(path)
    assert (ledger.verify().valid, ledger.verify().entries) == (True, 20)
    assert {entry.who for entry in ledger.entries()} == {f"analist.{number}" for number in range(20)}


def test_the_files_are_private(ledger: Ledger, path: Path) -> None:
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(found.stat().st_mode) for found in path.parent.iterdir()} == {0o600}


def test_a_renewed_key_seals_the_head_and_stands_in_the_ledger(ledger: Ledger, path: Path) -> None:
    key, head = path.with_name("grootboek.sqlite.sleutel"), path.with_name("grootboek.sqlite.hoofd")
    old_key = key.read_bytes()
    entry = ledger.renew_key("beheerder", "beheerder", NOW)
    assert (entry.number, entry.act, entry.hashes) == (6, "sleutel-vernieuwd", {"regel": entry.previous})
    assert key.read_bytes() != old_key
    assert ledger.verify().valid
    key.write_bytes(old_key)
    assert ledger.verify().reason == "Het hoofd ontbreekt of zijn zegel klopt niet.", "the old key is of no use"
    head.unlink()
    with pytest.raises(RefusedError) as refused:
        ledger.renew_key("beheerder", "beheerder", NOW)
    assert refused.value.code == "E530"


@pytest.mark.parametrize("last", [1, 2])
def test_a_process_that_died_while_renewing_leaves_a_head_that_fits(
    ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    made, write_head = [], Ledger._write_head

    def die_after(self: Ledger, *arguments: object) -> None:
        write_head(self, *arguments)  # type: ignore[arg-type]
        made.append(arguments)
        if len(made) == last:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "_write_head", die_after)
        with pytest.raises(KeyboardInterrupt):
            ledger.renew_key("beheerder", "beheerder", NOW)
    assert Ledger(path).verify().valid
    assert ledger.renew_key("beheerder", "beheerder", NOW).number == 6


def test_a_head_that_goes_while_its_key_is_renewed_is_not_sealed_anew(
    ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, verify = path.with_name("grootboek.sqlite.hoofd"), Ledger.verify

    def verify_and_lose(self: Ledger) -> Verdict:
        found = verify(self)
        head.unlink()
        return found

    monkeypatch.setattr(Ledger, "verify", verify_and_lose)
    with pytest.raises(RefusedError) as refused:
        ledger.renew_key("beheerder", "beheerder", NOW)
    assert str(refused.value) == "Het grootboek is niet gaaf. Het hoofd ontbreekt of zijn zegel klopt niet."
    assert not head.exists()


def test_what_the_database_itself_refuses_is_no_damage(ledger: Ledger, path: Path) -> None:
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("CREATE TRIGGER dicht BEFORE INSERT ON regel BEGIN SELECT RAISE(ABORT, 'dicht'); END")
    with pytest.raises(sqlite3.IntegrityError):
        ledger.append("a", "analist", "telling", {}, NOW)
    assert ledger.verify().reason == "De databank is beschadigd, al zijn de regels het niet.", "a trigger too many"


def test_a_ledger_of_a_newer_groeibrief_is_not_judged(ledger: Ledger, path: Path) -> None:
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA user_version = 99")
    with pytest.raises(RefusedError) as refused:
        ledger.verify()
    assert refused.value.code == "E755"


def test_a_file_that_is_no_database_is_no_ledger(ledger: Ledger, path: Path) -> None:
    path.write_bytes(b"geen databank" * 100)
    verdict = Ledger(path).verify()
    assert (verdict.valid, verdict.entries) == (False, 0)
    with pytest.raises(RefusedError) as refused:
        ledger.entries()
    assert refused.value.code == "E530"


def test_an_index_that_was_removed_is_found_though_every_entry_fits(ledger: Ledger, path: Path) -> None:
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("DROP INDEX regel_hashes")
    assert ledger.verify().reason == "De databank is beschadigd, al zijn de regels het niet."


def test_the_head_and_each_hash_can_be_asked(ledger: Ledger) -> None:
    entries = ledger.entries()
    assert ledger.head() == (5, entries[-1].hash)
    assert [ledger.hash_at(number) for number in (0, 5, 6)] == ["0" * 64, entries[-1].hash, None]


def test_an_act_is_told_once(ledger: Ledger) -> None:
    first = ledger.append_once("a", "analist", "telling", {"kenmerk": DIGEST}, NOW)
    assert first is not None
    assert ledger.append_once("a", "analist", "telling", {"kenmerk": DIGEST}, NOW) is None
    assert len(ledger.entries()) == 6


def test_a_ledger_stands_still_while_it_is_copied(ledger: Ledger, path: Path) -> None:
    with ledger.standing_still() as files:
        assert [each.name for each in files] == [
            "grootboek.sqlite", "grootboek.sqlite.hoofd", "grootboek.sqlite.sleutel",
        ]  # fmt: skip
        assert all(each.exists() for each in files)


def test_what_guards_the_rows_is_verified_with_them(ledger: Ledger, path: Path) -> None:
    tamper(path)
    assert ledger.verify() == Verdict(5, "De databank is beschadigd, al zijn de regels het niet.")


def test_a_damaged_index_is_noticed(ledger: Ledger, path: Path) -> None:
    with closing(sqlite3.connect(path)) as opened:
        page, size = (
            opened.execute(question).fetchone()[0]
            for question in ("SELECT rootpage FROM sqlite_master WHERE name = 'regel_hashes'", "PRAGMA page_size")
        )
    data = bytearray(path.read_bytes())
    data[page * size - 1] ^= 1
    path.write_bytes(data)
    assert ledger.verify() == Verdict(5, "De databank is beschadigd, al zijn de regels het niet.")


@pytest.mark.parametrize("place", [b"selectie-gemaakt", b"CREATE TRIGGER regel_blijft"])
def test_bytes_that_are_no_text_are_a_fault_of_the_ledger(ledger: Ledger, path: Path, place: bytes) -> None:
    data = bytearray(path.read_bytes())
    data[data.index(place)] ^= 0x80
    path.write_bytes(data)
    assert not ledger.verify().valid


def test_one_process_after_another_may_die_before_its_head(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    write, dying = Ledger._write_head, {6, 7, 8}

    def die_once(self: Ledger, head: Any, *more: Any) -> None:
        if head.entries in dying:
            dying.remove(head.entries)
            raise KeyboardInterrupt
        write(self, head, *more)

    monkeypatch.setattr(Ledger, "_write_head", die_once)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            ledger.append("ana.een", "analist", "proef", {"proef": DIGEST}, NOW)
        assert ledger.verify().valid
    assert ledger.append("ana.een", "analist", "proef", {"proef": DIGEST}, NOW).number == 9
    assert ledger.verify() == Verdict(9)
