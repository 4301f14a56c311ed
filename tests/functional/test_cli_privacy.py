"""For the DPO, through real processes: record and DPIA inputs, what is due, erasure of a snapshot, right of access."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest
from functional_command import REPOSITORY, Command
from functional_world import World

DOSSIER = 123_456_789_012


@pytest.fixture
def accounts(run: Command) -> None:
    for name, role in (("ana.een", "analist"), ("de.dpo", "dpo")):
        assert run("desk", "account", name, "--rol", role).code == 0


def test_the_record_of_processing(run: Command) -> None:
    text = run("privacy", "record")
    assert text.code == 0
    assert text.out.startswith("# Register van verwerkingsactiviteiten\n\nArt. 30 AVG. ")
    assert run("privacy", "record", "--out", "a.md").code == 0
    assert (run.home / "a.md").read_bytes() == text.out.encode()
    assert run("privacy", "record", "--out", "a.md", "--json").error == ("E210", 2)
    assert run("privacy", "record", "--out", "a.ods", "--vorm", "ods", "--json").json["vorm"] == "ods"
    assert len(run("privacy", "record", "--json").json["verwerkingen"]) == 6


def test_dpia_inputs(run: Command) -> None:
    path = REPOSITORY / "rules" / "knokke-heist-zorgtoeslag.yaml"
    told = run("privacy", "dpia", path)
    assert told.code == 0
    assert "- de zorgtoeslag (gevoelig). " in told.out
    assert run("privacy", "dpia", path, "--out", "d.json", "--vorm", "json").code == 0
    written = json.loads((run.home / "d.json").read_bytes())
    assert written == run("privacy", "dpia", path, "--json").json
    standard = REPOSITORY / "rules" / "standaard" / "sociale-toeslag.yaml"
    assert run("privacy", "dpia", standard, "--snapshot", run.home, "--json").error == ("E365", 3)


def test_terms_and_schema(run: Command) -> None:
    told = run("privacy", "retention")
    assert told.out.startswith("Status: te bevestigen door VUTG en haar DPO.\nsnapshot: de snapshot. ")
    assert {each["soort"] for each in run("privacy", "retention", "--json").json["soorten"]} >= {"logboek", "retouren"}
    assert run("privacy", "schema").json == run("privacy", "schema", "--json").json


def test_what_is_due_and_a_snapshot_that_goes(run: Command, world: World, accounts: None) -> None:
    by = ("--account", "ana.een", "--trust", world.trust)
    place = run.home / "snapshots"
    shutil.copytree(world.real, place / "oud")
    empty = run("erase", "--due", *by)
    assert (empty.code, empty.out) == (0, "Niets is over zijn termijn.\n")
    due = run("erase", "--due", "--in", place, *by, "--json")
    assert (due.code, due.json["geldig"]) == (5, False)
    assert [(row["soort"], row["wat"], row["nu"]) for row in due.json["te_wissen"]] == [("snapshot", "oud", True)]
    told = run("erase", "--due", "--in", place, *by)
    assert (told.code, told.out.splitlines()[-1]) == (5, "Over de termijn: 1.")
    words = ("erase", place / "oud", "--soort", "snapshot", "--key", world.vutg, "--out", "gewist.json", *by)
    assert run(*words).code == 0
    assert not (place / "oud").exists()
    assert json.loads((run.home / "gewist.json").read_bytes())["gegevens"] == "snapshot"
    assert run("ledger", "verify", "--json").json["geldig"] is True
    assert run(*words, "--json").error == ("E293", 5)


@pytest.mark.parametrize(
    "words",
    [
        (), ("--due", "2025-0001"), ("2025-0001", "--out", "x.json"),
    ],
)  # fmt: skip
def test_an_order_to_erase_that_is_not_whole(run: Command, words: tuple[str, ...]) -> None:
    assert run("erase", *words, "--json").error == ("E299", 2)


def test_access_reads_the_number_from_a_file_and_writes_for_its_owner_only(run: Command, accounts: None) -> None:
    number = run.home / "dossier.txt"
    number.write_text(f"{DOSSIER}\n")
    asked = ("ledger", "subject", "--from", number, "--grond", "verzoek", "--account", "de.dpo")
    told = run(*asked)
    assert told.code == 0
    assert told.out.endswith("Dit gezin kreeg geen brief in de 0 uitvoeringen die nog te bekijken zijn.\n")
    assert run(*asked, "--out", "inzage.txt").code == 0
    out: Path = run.home / "inzage.txt"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "geen brief" in out.read_text()
    answer = run(*asked, "--out", "inzage.json", "--json").json
    assert (answer["zendingen"], answer["gewist"]) == (0, 0)
    assert json.loads((run.home / "inzage.json").read_bytes())["grond"] == "verzoek"
    entries = run("ledger", "show", "--json").json["regels"]
    assert [each["daad"] for each in entries if each["wie"] == "de.dpo"] == ["inzage-verzoek"] * 3
    assert str(DOSSIER).encode() not in b"".join(path.read_bytes() for path in (run.home / "staat").rglob("*.sqlite*"))
    assert run(*asked, "--out", "inzage.txt", "--json").error == ("E210", 2)
    assert len(run("ledger", "show", "--json").json["regels"]) == len(entries), "nothing was looked up"


def test_access_without_a_number_or_a_right(run: Command, accounts: None) -> None:
    subject = ("ledger", "subject", "--grond", "klacht", "--json")
    assert run(*subject, "--account", "de.dpo").error == ("E296", 2)
    number = run.home / "dossier.txt"
    number.write_text("12 of zo\n")
    assert run(*subject, "--account", "de.dpo", "--from", number).error == ("E296", 2)
    number.write_text("12\n")
    assert run(*subject, "--account", "ana.een", "--from", number).error == ("E712", 5)
    assert run("ledger", "subject", "--account", "de.dpo", "--from", number, "--json").error == ("E200", 2)
