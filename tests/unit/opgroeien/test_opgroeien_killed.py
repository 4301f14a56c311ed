"""kill −9 after each named step: the next process finishes it, and nothing is delivered twice or left in between."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from opgroeien_killed import ANSWER, MATCH, RECEIVE
from opgroeien_world import Office, People, listed, number

from groeibrief.catalog import Catalogue
from groeibrief.errors import RefusedError
from groeibrief.opgroeien.lifecycle import State
from groeibrief.workflow.opgroeienlists import answer_list

NUMBERS = [number(1), number(2)]


@pytest.fixture
def snapshot(catalogue: Catalogue, tmp_path: Path) -> Path:
    people = People(catalogue)
    for child, insz in enumerate(NUMBERS, 1):
        people.child(child, insz, [None])
        people.right(child)
    return people.write(tmp_path / "s" / "proef").folder


def killed(office: Office, deed: str, name: str, snapshot: Path, step: str) -> None:
    office.approved(name)
    script = Path(__file__).with_name("opgroeien_killed.py")
    words = [sys.executable, script, office.folder, deed, name, snapshot, step]
    done = subprocess.run([str(word) for word in words], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    office.reopened()


@pytest.mark.parametrize("step", RECEIVE)
def test_receiving(office: Office, snapshot: Path, step: str) -> None:
    name = office.concluded()
    office.municipality.send(listed(NUMBERS), name)
    killed(office, "receive", name, snapshot, step)
    work = office.folder / "staat" / "opgroeien" / "werk"
    if step == "ontvangen":
        assert office.state(name) is State.RECEIVED
    else:
        assert office.state(name) is State.CONCLUDED
        assert list(work.iterdir()) == [], "what was kept of a list that was not taken in is gone"
        assert office.receive(name, listed(NUMBERS)).number == 1
    assert office.match(name, snapshot).totals.ja == 2
    assert office.ledger.count("lijst-ontvangen") == 1


@pytest.mark.parametrize("step", MATCH)
def test_comparing(office: Office, snapshot: Path, step: str) -> None:
    name = office.received(NUMBERS)
    killed(office, "match", name, snapshot, step)
    assert office.state(name) is (State.READY if step == "klaar" else State.RECEIVED)
    office.match(name, snapshot)
    assert len(list((office.folder / "staat" / "opgroeien" / "werk").rglob("*.zip.age"))) == 1
    assert office.answer(name, office.folder / "uit").totals.ja == 2


@pytest.mark.parametrize("step", ANSWER)
def test_delivering(office: Office, snapshot: Path, step: str) -> None:
    name = office.received(NUMBERS)
    office.match(name, snapshot)
    killed(office, "answer", name, snapshot, step)
    out = office.folder / "uit"
    before = (out / "antwoord.zip.age").read_bytes() if out.exists() else None
    assert (before is None) is (step == "begonnen")
    with pytest.raises(RefusedError) as refusal:
        answer_list(office.track, name, out, office.signer, office.an)
    assert refusal.value.code == "E850"
    with pytest.raises(RefusedError) as refusal:
        office.match(name, snapshot)
    assert refusal.value.code == ("E851" if step in ("begonnen", "geschreven") else "E810")
    with pytest.raises(RefusedError) as refusal:
        office.answer(name, office.folder / "elders")
    assert str(refusal.value) == "De levering is al begonnen naar een andere map. Geef dezelfde map met --out."
    assert not (office.folder / "elders").exists()
    made = office.answer(name, out)
    assert before in (None, (out / "antwoord.zip.age").read_bytes())
    assert office.state(name) is State.ANSWERED
    assert (office.ledger.count("antwoorden"), office.ledger.count("gewist")) == (1, 1)
    assert len(json.loads(made.proof.read_bytes())["gewist"]) == 2
    with pytest.raises(RefusedError) as refusal:
        office.answer(name, out)
    assert refusal.value.code == "E851"


@pytest.mark.parametrize("step", ["begonnen", "geschreven"])
def test_withdrawn_after_a_delivery_was_killed(office: Office, snapshot: Path, step: str) -> None:
    name = office.received(NUMBERS)
    office.match(name, snapshot)
    killed(office, "answer", name, snapshot, step)
    office.track.withdraw(name, "op vraag", office.an)
    assert not (office.folder / "uit").exists(), "it was written and never left"
    with pytest.raises(RefusedError) as refusal:
        office.answer(name, office.folder / "uit")
    assert refusal.value.code == "E810"
