"""What mutants of the ledger, its checkpoints, the signed statements and the outbox showed to be missing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from groeibrief import outbox
from groeibrief.artefacts import canonical_json
from groeibrief.casework import ledger as ledger_module
from groeibrief.casework import statements
from groeibrief.casework.checkpoints import check_checkpoint, write_checkpoint
from groeibrief.casework.ledger import GENESIS, Ledger, Verdict
from groeibrief.casework.statements import read_statement, write_statement
from groeibrief.errors import RefusedError, UsageError
from groeibrief.keys import write_key_pair
from groeibrief.state import connection

NOW = datetime(2025, 11, 3, 9, 30, tzinfo=UTC)
DIGEST, OTHER = "a" * 64, "b" * 64
HEAD_BROKEN = "Het hoofd ontbreekt of zijn zegel klopt niet."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "grootboek" / "grootboek.sqlite"


@pytest.fixture
def ledger(path: Path) -> Ledger:
    ledger = Ledger(path)
    for number in range(4):
        ledger.append("analist.een", "analist", "selectie-gemaakt", {"definitie": DIGEST, "n": f"{number:012}"}, NOW)
    return ledger


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    write_key_pair(tmp_path / "k.key", tmp_path / "k.pub")
    return tmp_path / "k.key", tmp_path / "k.pub"


def head_of(path: Path) -> Path:
    return path.with_name("grootboek.sqlite.hoofd")


def key_of(path: Path) -> Path:
    return path.with_name("grootboek.sqlite.sleutel")


def without_triggers(path: Path, *commands: str) -> None:
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("DROP TRIGGER regel_blijft")
        opened.execute("DROP TRIGGER regel_verdwijnt_niet")
        for command in commands:
            opened.execute(command)


# The files of a ledger.


def test_a_new_ledger_has_a_key_of_32_bytes_an_empty_head_and_the_second_schema(path: Path) -> None:
    ledger = Ledger(path)
    assert len(key_of(path).read_bytes()) == 32
    head = json.loads(head_of(path).read_bytes())
    assert (head["aantal"], head["hash"], set(head)) == (0, "0" * 64, {"aantal", "hash", "zegel"})
    ledger.append("analist.een", "analist", "selectie-gemaakt", {}, NOW)
    with closing(sqlite3.connect(path)) as opened:
        assert opened.execute("PRAGMA user_version").fetchone() == (2,)


def test_a_ledger_of_the_first_schema_is_brought_forward(path: Path) -> None:
    Ledger(path)
    first = ledger_module.SCHEMA.replace("CREATE INDEX regel_hashes ON regel (hashes, daad)", "")
    with connection(path, first, 1):
        pass
    assert Ledger(path).append("analist.een", "analist", "selectie-gemaakt", {}, NOW).number == 1
    with closing(sqlite3.connect(path)) as opened:
        assert opened.execute("SELECT name FROM sqlite_master WHERE name = 'regel_hashes'").fetchall()


def test_a_key_that_a_killed_process_left_alone_is_replaced(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    key_of(path).write_bytes(b"half")
    assert Ledger(path).verify().valid
    assert len(key_of(path).read_bytes()) == 32


@pytest.mark.parametrize("changed", [{"aantal": 3}, {"hash": OTHER}])
def test_the_seal_is_over_both_parts_of_the_head(ledger: Ledger, path: Path, changed: dict[str, object]) -> None:
    head_of(path).write_bytes(canonical_json({**json.loads(head_of(path).read_bytes()), **changed}))
    assert ledger.verify() == Verdict(4, HEAD_BROKEN)


@pytest.mark.parametrize("left", ["head", "database"])
def test_what_is_left_of_a_ledger_is_not_made_anew(ledger: Ledger, path: Path, left: str) -> None:
    for each in path.parent.iterdir():
        if each != (head_of(path) if left == "head" else path) and not each.name.endswith("-wal"):
            each.unlink()
    before = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    again = Ledger(path)
    assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == before
    assert again.verify().reason == HEAD_BROKEN


@pytest.mark.parametrize("left", ["head", "database"])
def test_to_open_a_ledger_that_is_there_waits_for_nobody(
    ledger: Ledger, path: Path, left: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(lock: Path) -> None:
        raise AssertionError(f"{lock} is asked for")

    (path if left == "head" else head_of(path)).unlink()
    monkeypatch.setattr(ledger_module, "held", taken)
    Ledger(path)


@pytest.mark.parametrize("made", ["head", "database"])
def test_what_another_process_made_while_this_one_waited_is_kept(
    path: Path, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = head_of(path) if made == "head" else path

    @contextmanager
    def after_another(lock: Path) -> Iterator[None]:
        other.write_bytes(b"van een ander")
        yield

    monkeypatch.setattr(ledger_module, "held", after_another)
    Ledger(path)
    assert [each.name for each in path.parent.iterdir()] == [other.name]
    assert other.read_bytes() == b"van een ander"


# What is added.


def test_the_same_act_on_the_same_hashes_is_told_once(ledger: Ledger) -> None:
    first = ledger.append_once("dpo.een", "dpo", "bewaard", {"a": DIGEST, "b": OTHER}, NOW)
    assert first is not None
    later = NOW + timedelta(days=1)
    assert ledger.append_once("dpo.twee", "dpo", "bewaard", {"b": OTHER, "a": DIGEST}, later) is None
    assert ledger.append_once("dpo.een", "dpo", "gewist", {"a": DIGEST, "b": OTHER}, NOW) is not None
    assert ledger.append_once("dpo.een", "dpo", "bewaard", {"a": DIGEST}, NOW) is not None
    assert ledger.append("dpo.een", "dpo", "bewaard", {"a": DIGEST}, NOW).number == 8
    assert ledger.verify() == Verdict(8)


@pytest.mark.parametrize("value", ["a" * 12, "a" * 128])
def test_the_shortest_and_the_longest_hash(ledger: Ledger, value: str) -> None:
    assert ledger.append("analist.een", "analist", "selectie-gemaakt", {"x": value}, NOW).hashes == {"x": value}


@pytest.mark.parametrize(
    ("who", "role", "act", "hashes"),
    [
        ("analist.een", "analist", "selectie-gemaakt", {"x": "a" * 11}),
        ("analist.een", "analist", "selectie-gemaakt", {"x": "a" * 129}),
        ("analist.een", "analist", "selectie-gemaakt", {"x": DIGEST, "Y": DIGEST}),
        ("analist.een", "analist", "selectie-gemaakt", {"x": DIGEST, "y": "Janssens"}),
        ("analist.een", "analist", "", {}),
        ("analist.een", "", "selectie-gemaakt", {}),
        ("", "analist", "selectie-gemaakt", {}),
    ],
)
def test_one_wrong_word_is_enough_to_refuse(
    ledger: Ledger, who: str, role: str, act: str, hashes: dict[str, str]
) -> None:
    with pytest.raises(RefusedError) as caught:
        ledger.append(who, role, act, hashes, NOW)
    assert caught.value.code == "E529"
    assert len(ledger.entries()) == 4


def test_the_head_tells_after_every_entry_how_many_there_are(ledger: Ledger, path: Path) -> None:
    head = json.loads(head_of(path).read_bytes())
    assert (head["aantal"], head["hash"]) == (4, ledger.entries()[-1].hash)
    ledger.append("analist.een", "analist", "selectie-gemaakt", {}, NOW)
    assert json.loads(head_of(path).read_bytes())["aantal"] == 5


# What is asked.


def test_where_the_ledger_stands(ledger: Ledger, tmp_path: Path) -> None:
    entries = ledger.entries()
    assert ledger.head() == (4, entries[-1].hash)
    assert [ledger.hash_at(number) for number in range(6)] == [GENESIS, *(entry.hash for entry in entries), None]
    empty = Ledger(tmp_path / "leeg" / "grootboek.sqlite")
    assert empty.head() == (0, "0" * 64)
    empty.require_head()


def test_the_head_of_a_broken_ledger_is_not_given(ledger: Ledger, path: Path) -> None:
    without_triggers(path, "UPDATE regel SET wie = 'iemand.anders' WHERE nummer = 2")
    with pytest.raises(RefusedError) as caught:
        ledger.head()
    assert str(caught.value) == "Het grootboek is niet gaaf. Regel 2 is gewijzigd. Verwittig de DPO."


def test_a_quick_look_sees_what_does_not_fit_the_head(ledger: Ledger, path: Path) -> None:
    ledger.require_head()
    without_triggers(path, "DELETE FROM regel WHERE nummer = 4")
    with pytest.raises(RefusedError) as caught:
        ledger.require_head()
    assert str(caught.value) == (
        "Het grootboek is niet gaaf. Er staan 3 regels in, het hoofd noemt er 4: regel 4 ontbreekt. Verwittig de DPO."
    )


def test_a_quick_look_at_a_ledger_without_any_entry_left(ledger: Ledger, path: Path) -> None:
    without_triggers(path, "DELETE FROM regel")
    with pytest.raises(RefusedError, match="Er staan 0 regels in, het hoofd noemt er 4: regel 1 ontbreekt"):
        ledger.require_head()


def test_how_many_entries_a_broken_ledger_has(ledger: Ledger, path: Path) -> None:
    without_triggers(path, "UPDATE regel SET wie = 'iemand.anders' WHERE nummer = 2")
    assert ledger.verify() == Verdict(4, "Regel 2 is gewijzigd.", 2)
    path.write_bytes(b"geen databank " * 100)
    assert ledger.verify() == Verdict(0, "Het grootboek kan niet gelezen worden.")


def test_one_entry_too_many_is_let_through_and_two_are_not(ledger: Ledger, path: Path) -> None:
    before = head_of(path).read_bytes()
    ledger.append("analist.een", "analist", "selectie-gemaakt", {}, NOW)
    head_of(path).write_bytes(before)
    assert ledger.verify() == Verdict(5)
    ledger.require_head()
    ledger.append("analist.een", "analist", "selectie-gemaakt", {}, NOW)
    head_of(path).write_bytes(before)
    told = "Er staan 6 regels in, het hoofd noemt er 4: regel 6 is onbekend."
    assert ledger.verify() == Verdict(6, told, 6)


def test_a_head_of_nothing_fits_no_ledger_whose_first_entry_it_does_not_know(path: Path) -> None:
    ledger = Ledger(path)
    before = head_of(path).read_bytes()
    ledger.append("analist.een", "analist", "selectie-gemaakt", {}, NOW)
    head_of(path).write_bytes(before)
    assert ledger.verify() == Verdict(1)


def test_a_newer_ledger_is_not_judged(ledger: Ledger, path: Path) -> None:
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA user_version = 3")
    with pytest.raises(RefusedError) as caught:
        ledger.verify()
    assert caught.value.code == "E755"


@pytest.mark.parametrize("content", ["[]", "{}", '{"aantal": "x"}', '{"aantal": 4, "hash": "x"}', "geen json"])
def test_a_head_that_cannot_be_read_is_no_head(ledger: Ledger, path: Path, content: str) -> None:
    head_of(path).write_text(content)
    assert ledger.verify() == Verdict(4, HEAD_BROKEN)


@pytest.mark.parametrize("hashes", ["x", "7", "[]", "null"])
def test_hashes_that_are_no_table_are_a_changed_entry(ledger: Ledger, path: Path, hashes: str) -> None:
    without_triggers(path, f"UPDATE regel SET hashes = '{hashes}' WHERE nummer = 3")
    assert ledger.verify() == Verdict(4, "Regel 3 is gewijzigd.", 3)


# A new key.


def test_a_new_key_seals_the_head_and_the_ledger_says_so(ledger: Ledger, path: Path) -> None:
    old, last = key_of(path).read_bytes(), ledger.entries()[-1].hash
    entry = ledger.renew_key("beheerder.een", "beheerder", NOW)
    assert (entry.number, entry.act, entry.hashes) == (5, "sleutel-vernieuwd", {"regel": last})
    new = key_of(path).read_bytes()
    assert (len(new), new != old) == (32, True)
    assert "volgend_zegel" not in json.loads(head_of(path).read_bytes())
    assert ledger.verify() == Verdict(5)
    key_of(path).write_bytes(old)
    assert ledger.verify() == Verdict(5, HEAD_BROKEN)


@pytest.mark.parametrize("stop_at", [1, 2, 3])
def test_a_process_that_dies_while_it_renews_the_key_leaves_a_whole_ledger(
    ledger: Ledger, path: Path, stop_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three files are written: the head under both keys, the key, the head under the new one."""
    written, real = [], ledger_module.new_file

    def dying(target: Path, *, replace: bool) -> object:
        written.append(target)
        if len(written) == stop_at:
            raise KeyboardInterrupt
        return real(target, replace=replace)

    monkeypatch.setattr(ledger_module, "new_file", dying)
    with pytest.raises(KeyboardInterrupt):
        ledger.renew_key("beheerder.een", "beheerder", NOW)
    monkeypatch.undo()
    assert Ledger(path).verify() == Verdict(4)


def test_nothing_is_sealed_anew_that_is_broken(ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = key_of(path).read_bytes()
    without_triggers(path, "UPDATE regel SET wie = 'iemand.anders' WHERE nummer = 2")
    with pytest.raises(RefusedError) as caught:
        ledger.renew_key("beheerder.een", "beheerder", NOW)
    assert caught.value.code == "E530"
    assert key_of(path).read_bytes() == key
    monkeypatch.setattr(ledger, "verify", lambda: Verdict(4))
    head_of(path).unlink()
    with pytest.raises(RefusedError) as caught:
        ledger.renew_key("beheerder.een", "beheerder", NOW)
    assert str(caught.value) == f"Het grootboek is niet gaaf. {HEAD_BROKEN}"
    assert key_of(path).read_bytes() == key


def test_the_files_that_are_copied_as_one(ledger: Ledger, path: Path) -> None:
    with ledger.standing_still() as files:
        assert files == (path, head_of(path), key_of(path))


# Checkpoints and statements.


def test_a_checkpoint_says_how_many_entries_there_were_and_when(
    ledger: Ledger, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    write_checkpoint(ledger, tmp_path / "punt.json", keys[0], NOW)
    assert json.loads((tmp_path / "punt.json").read_bytes()) == {
        "soort": "controlepunt",
        "aantal": 4,
        "hash": ledger.entries()[-1].hash,
        "wanneer": "2025-11-03T09:30:00+00:00",
    }
    assert len((tmp_path / "punt.json.sig").read_bytes()) == 64
    ledger.append("analist.een", "analist", "selectie-gemaakt", {}, NOW)
    assert check_checkpoint(ledger, tmp_path / "punt.json", [keys[1]]) == Verdict(5)


def test_a_ledger_made_anew_does_not_fit_an_old_checkpoint(
    ledger: Ledger, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    write_checkpoint(ledger, tmp_path / "punt.json", keys[0], NOW)
    other = Ledger(tmp_path / "ander" / "grootboek.sqlite")
    for number in range(5):
        assert check_checkpoint(other, tmp_path / "punt.json", [keys[1]]) == Verdict(
            number, "Het controlepunt kent een andere regel 4: de regels ervoor zijn herschreven of weg.", 4
        )
        other.append("analist.twee", "analist", "selectie-gemaakt", {}, NOW)


def test_a_broken_ledger_is_broken_also_when_the_checkpoint_fits(
    ledger: Ledger, keys: tuple[Path, Path], path: Path, tmp_path: Path
) -> None:
    write_checkpoint(ledger, tmp_path / "punt.json", keys[0], NOW)
    without_triggers(path, "UPDATE regel SET wie = 'iemand.anders' WHERE nummer = 2")
    assert check_checkpoint(ledger, tmp_path / "punt.json", [keys[1]]) == Verdict(4, "Regel 2 is gewijzigd.", 2)
    without_fit = Verdict(4, "Regel 2 is gewijzigd.", 2)
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("UPDATE regel SET hash = 'x' WHERE nummer = 4")
    assert check_checkpoint(ledger, tmp_path / "punt.json", [keys[1]]) == without_fit


def test_no_checkpoint_of_a_broken_ledger(ledger: Ledger, keys: tuple[Path, Path], path: Path, tmp_path: Path) -> None:
    head_of(path).unlink()
    with pytest.raises(RefusedError):
        write_checkpoint(ledger, tmp_path / "punt.json", keys[0], NOW)
    assert not (tmp_path / "punt.json").exists()


def untrusted(path: Path) -> str:
    return (
        f"{path}: Dit document is onvolledig, gewijzigd of ondertekend door iemand die u niet vertrouwt. Geef het met "
        "zijn handtekening (.sig) ernaast, en met --trust de publieke sleutel van wie tekende."
    )


def test_a_statement_comes_back_as_it_was_signed(keys: tuple[Path, Path], tmp_path: Path) -> None:
    data = canonical_json({"soort": "proef", "a": 1})
    write_statement(tmp_path / "stuk.json", data, keys[0])
    assert read_statement(tmp_path / "stuk.json", "proef", [keys[1]]) == data


def test_a_signature_left_by_a_killed_process_is_replaced_and_a_statement_is_not(
    keys: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "stuk.json"
    (tmp_path / "stuk.json.sig").write_bytes(b"van wie stierf")
    write_statement(out, canonical_json({"soort": "proef"}), keys[0])
    kept = out.read_bytes(), (tmp_path / "stuk.json.sig").read_bytes()
    with pytest.raises(UsageError) as caught:
        write_statement(out, canonical_json({"soort": "ander"}), keys[0])
    assert caught.value.code == "E210"
    assert (out.read_bytes(), (tmp_path / "stuk.json.sig").read_bytes()) == kept


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"geen json",
        b"[]",
        b'{"soort":"ander"}',
        b"[" * 100_000,
        b'{"soort":"proef","x":"' + b"x" * (statements.MAX_BYTES - 23) + b'"}',
    ],
    ids=["empty", "text", "list", "other kind", "deep", "too large"],
)
def test_a_statement_that_is_none_is_refused_whoever_signed_it(
    data: bytes, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "stuk.json"
    write_statement(out, data, keys[0])
    with pytest.raises(RefusedError) as caught:
        read_statement(out, "proef", [keys[1]])
    assert (caught.value.code, str(caught.value)) == ("E737", untrusted(out))


def test_the_largest_statement(keys: tuple[Path, Path], tmp_path: Path) -> None:
    data = b'{"soort":"proef","x":"' + b"x" * 999_976 + b'"}'
    assert len(data) == 1_000_000
    write_statement(tmp_path / "stuk.json", data, keys[0])
    assert read_statement(tmp_path / "stuk.json", "proef", [keys[1]]) == data


def test_one_byte_more_is_too_large(keys: tuple[Path, Path], tmp_path: Path) -> None:
    write_statement(tmp_path / "stuk.json", b'{"soort":"proef","x":"' + b"x" * 999_977 + b'"}', keys[0])
    with pytest.raises(RefusedError):
        read_statement(tmp_path / "stuk.json", "proef", [keys[1]])


@pytest.mark.parametrize("fault", ["changed", "other signer", "no signature", "no statement"])
def test_a_statement_that_nobody_vouches_for_is_refused(fault: str, keys: tuple[Path, Path], tmp_path: Path) -> None:
    out, trusted = tmp_path / "stuk.json", keys[1]
    write_statement(out, canonical_json({"soort": "proef", "a": 1}), keys[0])
    match fault:
        case "changed":
            out.write_bytes(canonical_json({"soort": "proef", "a": 2}))
        case "other signer":
            trusted = tmp_path / "ander.pub"
            write_key_pair(tmp_path / "ander.key", trusted)
        case "no signature":
            (tmp_path / "stuk.json.sig").unlink()
        case _:
            out.unlink()
    with pytest.raises(RefusedError) as caught:
        read_statement(out, "proef", [trusted])
    assert (caught.value.code, str(caught.value)) == ("E737", untrusted(out))


# The outbox.


@pytest.fixture
def waiting_acts(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with connection(tmp_path / "post.sqlite", outbox.SCHEMA, 1) as opened:
        yield opened


def test_acts_are_told_in_order_and_once(waiting_acts: sqlite3.Connection) -> None:
    assert not outbox.waiting(waiting_acts)
    for number in range(3):
        outbox.put(waiting_acts, "dpo.een", "dpo", f"daad-{number}", {"a": DIGEST}, NOW.isoformat())
    assert outbox.waiting(waiting_acts)
    told: list[tuple[object, ...]] = []
    outbox.tell_all(waiting_acts, lambda *act: told.append(act))
    assert not outbox.waiting(waiting_acts)
    assert [act[2] for act in told] == ["daad-0", "daad-1", "daad-2"]
    marks = [act[3].pop("kenmerk") for act in told]  # type: ignore[attr-defined]
    assert (len(set(marks)), {len(mark) for mark in marks}) == (3, {32})
    assert told[0] == ("dpo.een", "dpo", "daad-0", {"a": DIGEST}, NOW)
    outbox.tell_all(waiting_acts, lambda *act: told.append(act))
    assert len(told) == 3


def test_what_could_not_be_told_waits(waiting_acts: sqlite3.Connection) -> None:
    for number in range(3):
        outbox.put(waiting_acts, "dpo.een", "dpo", f"daad-{number}", {}, NOW.isoformat())
    told: list[str] = []

    def failing(who: str, role: str, act: str, hashes: dict[str, str], when: datetime) -> None:
        if act == "daad-1":
            raise OSError("vol")
        told.append(act)

    with pytest.raises(OSError, match="vol"):
        outbox.tell_all(waiting_acts, failing)
    assert (told, outbox.waiting(waiting_acts)) == (["daad-0"], True)
    outbox.tell_all(waiting_acts, lambda who, role, act, hashes, when: told.append(act))
    assert told == ["daad-0", "daad-1", "daad-2"]


# The database around the entries.

DAMAGED = "De databank is beschadigd, al zijn de regels het niet."


@pytest.mark.parametrize("gone", ["TRIGGER regel_blijft", "TRIGGER regel_verdwijnt_niet", "INDEX regel_hashes"])
def test_a_guard_or_an_index_that_is_gone_is_found(ledger: Ledger, path: Path, gone: str) -> None:
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute(f"DROP {gone}")
    assert ledger.verify() == Verdict(4, DAMAGED)


def test_an_index_that_does_not_know_every_entry_is_found(ledger: Ledger, path: Path) -> None:
    """Its description is taken away while an entry is added, and put back."""
    columns = "type, name, tbl_name, rootpage, sql"
    with closing(sqlite3.connect(path)) as opened, opened:
        hidden = opened.execute(f"SELECT {columns} FROM sqlite_master WHERE name = 'regel_hashes'").fetchone()
        opened.execute("PRAGMA writable_schema = ON")
        opened.execute("DELETE FROM sqlite_master WHERE name = 'regel_hashes'")
    ledger.append("analist.een", "analist", "selectie-gemaakt", {}, NOW)
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("PRAGMA writable_schema = ON")
        opened.execute(f"INSERT INTO sqlite_master ({columns}) VALUES (?, ?, ?, ?, ?)", hidden)
    assert ledger.verify() == Verdict(5, DAMAGED)


def test_a_defect_of_the_program_is_not_called_a_broken_ledger(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "_digest", lambda content: ledger.entries()[-1].hash)
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        ledger.append("analist.een", "analist", "selectie-gemaakt", {}, NOW)
