"""Keys come and go: what an old one signed stays valid until it is revoked; a revoked one is of no use for anything."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from groeibrief.casework.checkpoints import check_checkpoint, write_checkpoint
from groeibrief.casework.ledger import Ledger
from groeibrief.catalog import Project, load_catalogue
from groeibrief.cli.entry import groeibrief
from groeibrief.errors import RefusedError, SnapshotError, UsageError
from groeibrief.keys import REVOKED, fingerprint, read_private_key, read_public_key, write_key_pair
from groeibrief.portal.identity import Visitor
from groeibrief.portal.sessions import Sessions
from groeibrief.printshop.seal import make_age_keys, read_recipients
from groeibrief.snapshot.folder import open_snapshot
from groeibrief.snapshot.synthetic import synthesise
from groeibrief.workflow.office import Role

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DIGEST = "0" * 64


class Keys:
    """An old and a new key pair, and the file of revoked ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("oud", "nieuw"):
            write_key_pair(folder / f"{name}.key", folder / f"{name}.pub")
        self.old, self.new = folder / "oud.pub", folder / "nieuw.pub"

    def secret(self, name: str) -> Path:
        return self.folder / f"{name}.key"


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    folder = tmp_path / "sleutels"
    folder.mkdir()
    return Keys(folder)


@pytest.fixture
def revoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def revoked(mark: str) -> None:
        path = tmp_path / "ingetrokken.txt"
        path.write_text(f"# vingerafdruk, dag en reden\n\n{mark} 2026-03-02 laptop gestolen\n", encoding="utf-8")
        monkeypatch.setenv(REVOKED, str(path))

    return revoked


def refusal(path: Path, mark: str) -> str:
    return f"De sleutel in {path} ({mark}) is ingetrokken. Gebruik de sleutel die in de plaats kwam, en haal deze weg."


def test_snapshots_of_the_old_and_the_new_key_are_both_trusted(tmp_path: Path, keys: Keys) -> None:
    catalogue = load_catalogue(Project(Path(__file__).parents[3]))
    for name in ("oud", "nieuw"):
        folder = tmp_path / name
        synthesise(folder / "proef", catalogue=catalogue, families=20, key=keys.secret(name))
        # Not beside the snapshot: what lies there is trusted by itself when everyone is invented.
        for beside in folder.glob("*.pub"):
            beside.unlink()
        opened = open_snapshot(folder / "proef", [keys.old, keys.new])
        assert opened.signer == fingerprint(read_public_key(keys.folder / f"{name}.pub"))
    with pytest.raises(SnapshotError) as refused:
        open_snapshot(tmp_path / "oud" / "proef", [keys.new])
    assert refused.value.code == "E413"


def test_a_revoked_key_is_refused_for_reading_and_for_signing(keys: Keys, revoke: Callable[[str], None]) -> None:
    mark = fingerprint(read_public_key(keys.old))
    revoke(mark)
    for path, read in ((keys.old, read_public_key), (keys.secret("oud"), read_private_key)):
        with pytest.raises(RefusedError) as refused:
            read(path)  # type: ignore[operator]
        assert (refused.value.code, str(refused.value)) == ("E756", refusal(path, mark))
    assert read_public_key(keys.new) == read_private_key(keys.secret("nieuw")).public_key()


def test_nothing_is_sealed_to_a_revoked_reader(tmp_path: Path, revoke: Callable[[str], None]) -> None:
    old = make_age_keys(tmp_path / "druk-oud.key", tmp_path / "druk-oud.pub")
    new = make_age_keys(tmp_path / "druk-nieuw.key", tmp_path / "druk-nieuw.pub")
    both = [tmp_path / "druk-oud.pub", tmp_path / "druk-nieuw.pub"]
    assert set(read_recipients(both)) == {old, new}
    revoke(old.fingerprint)
    with pytest.raises(RefusedError) as refused:
        read_recipients(both)
    assert str(refused.value) == refusal(both[0], old.fingerprint)
    assert read_recipients(both[1:]) == (new,)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"0123456789abcdef\nvutg.pub\n", "regel 2"),
        (b"\xff\xfe", "het is geen tekst"),
        (None, "het bestaat niet"),
    ],
)
def test_without_a_usable_list_of_revoked_keys_nothing_is_trusted(
    content: bytes | None, told: str, tmp_path: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ingetrokken.txt"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv(REVOKED, str(path))
    with pytest.raises(UsageError) as refused:
        read_public_key(keys.new)
    assert refused.value.code == "E266"
    if told == "regel 2":
        wanted = f"{path}:2: Een regel begint met een vingerafdruk van 16 hexadecimale cijfers, of met '#'."
    else:
        wanted = f"De lijst van ingetrokken sleutels {path} kan niet gelezen worden: {told}."
    assert str(refused.value) == wanted


def test_the_fingerprints_are_those_that_openssl_gives(keys: Keys) -> None:
    """As the operator's handbook computes them."""
    told = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", keys.old, "-outform", "DER"], capture_output=True, check=True
    )
    assert hashlib.sha256(told.stdout[-32:]).hexdigest()[:16] == fingerprint(read_public_key(keys.old))


def test_a_chain_of_checkpoints_goes_on_under_a_new_key(
    tmp_path: Path, keys: Keys, revoke: Callable[[str], None]
) -> None:
    ledger = Ledger(tmp_path / "logboek.sqlite")
    first, second = tmp_path / "punt-1.json", tmp_path / "punt-2.json"
    ledger.append("ana.een", "analist", "doelgroep-geteld", {"definitie": DIGEST}, NOW)
    write_checkpoint(ledger, first, keys.secret("oud"), NOW)
    ledger.append("ana.een", "analist", "doelgroep-geteld", {"definitie": DIGEST}, NOW)
    write_checkpoint(ledger, second, keys.secret("nieuw"), NOW)
    for point in (first, second):
        assert check_checkpoint(ledger, point, [keys.old, keys.new]).valid
    with pytest.raises(RefusedError) as unknown:
        check_checkpoint(ledger, first, [keys.new])
    assert unknown.value.code == "E737"
    revoke(fingerprint(read_public_key(keys.old)))
    with pytest.raises(RefusedError) as refused:
        check_checkpoint(ledger, first, [keys.old, keys.new])
    assert refused.value.code == "E756"
    assert check_checkpoint(ledger, second, [keys.new]).valid


def test_the_head_gets_a_new_key_and_the_old_one_seals_nothing(tmp_path: Path) -> None:
    path = tmp_path / "logboek.sqlite"
    ledger, key = Ledger(path), path.with_name("logboek.sqlite.sleutel")
    ledger.append("ana.een", "analist", "doelgroep-geteld", {"definitie": DIGEST}, NOW)
    old, head = key.read_bytes(), path.with_name("logboek.sqlite.hoofd").read_bytes()
    entry = ledger.renew_key("beheerder", "beheerder", NOW)
    assert (entry.number, entry.act) == (2, "sleutel-vernieuwd")
    assert ledger.verify().valid
    new = key.read_bytes()
    assert (len(new), key.stat().st_mode & 0o777) == (32, 0o600)
    assert new != old
    key.write_bytes(old)
    assert ledger.verify().reason == "Het hoofd ontbreekt of zijn zegel klopt niet."
    key.write_bytes(new)
    path.with_name("logboek.sqlite.hoofd").write_bytes(head)
    assert not ledger.verify().valid


@pytest.mark.parametrize("place", ["before the key", "after the key"])
def test_a_renewal_that_is_killed_leaves_a_whole_ledger(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from groeibrief.casework import ledger as module

    path = tmp_path / "logboek.sqlite"
    ledger = Ledger(path)
    ledger.append("ana.een", "analist", "doelgroep-geteld", {"definitie": DIGEST}, NOW)
    real, written = module.new_file, []

    def killed(target: Path, **more: bool) -> object:
        written.append(target.name)
        if len(written) == (2 if place == "before the key" else 3):
            raise KeyboardInterrupt
        return real(target, **more)

    monkeypatch.setattr(module, "new_file", killed)
    with pytest.raises(KeyboardInterrupt):
        ledger.renew_key("beheerder", "beheerder", NOW)
    monkeypatch.undo()
    assert written[:2] == ["logboek.sqlite.hoofd", "logboek.sqlite.sleutel"]
    assert Ledger(path).verify().valid
    Ledger(path).renew_key("beheerder", "beheerder", NOW)
    assert Ledger(path).verify().valid


def test_a_broken_ledger_is_not_sealed_anew(tmp_path: Path) -> None:
    path = tmp_path / "logboek.sqlite"
    ledger = Ledger(path)
    path.with_name("logboek.sqlite.hoofd").unlink()
    with pytest.raises(RefusedError) as refused:
        ledger.renew_key("beheerder", "beheerder", NOW)
    assert refused.value.code == "E530"


def test_every_session_of_an_account_or_of_everyone_ends_at_once(tmp_path: Path) -> None:
    sessions = Sessions.in_state(tmp_path, lambda: NOW)
    tokens = {who: [sessions.begin(Visitor(who, Role.ANALYST)) for _ in range(2)] for who in ("ana.een", "ana.twee")}
    assert Sessions.in_state(tmp_path, lambda: NOW).revoke("ana.een") == 2
    assert [sessions.visitor(token) for token in tokens["ana.een"]] == [None, None]
    assert all(sessions.visitor(token) for token in tokens["ana.twee"])
    assert sessions.revoke(None) == 2
    assert sessions.number() == 0


def test_signing_out_asks_whom(tmp_path: Path) -> None:
    for words in ([], ["ana.een", "--all"]):
        done = CliRunner().invoke(groeibrief, ["state", "sign-out", *words, "--state", str(tmp_path)])
        assert isinstance(done.exception, UsageError)
        assert (done.exception.code, str(done.exception)) == ("E267", "Kies: één account, of iedereen met --all.")
    done = CliRunner().invoke(groeibrief, ["state", "sign-out", "--all", "--state", str(tmp_path), "--json"])
    assert json.loads(done.output) == {"beeindigd": 0}
