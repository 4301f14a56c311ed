"""The list track from application to receipt, by the very commands of its handbook, with plain age and openssl."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from functional_command import REPOSITORY, Command, Outcome
from functional_world import World

HANDBOOK = REPOSITORY / "docs" / "handleiding-opgroeien.md"
BLOCK = re.compile(r"^```(sh gemeente|sh opgroeien|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(kind, text) for kind, text in BLOCK.findall(HANDBOOK.read_text(encoding="utf-8"))]
MUNICIPALITY = [text for kind, text in BLOCKS if kind == "sh gemeente"]
AGENCY = [text for kind, text in BLOCKS if kind == "sh opgroeien"]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
NIS = "44021"


def bash(run: Command, text: str) -> str:
    """Run a block of the handbook as someone would type it."""
    environment = {**run.environment, "PROTOCOL": protocol_of_the_year()}
    environment["PATH"] = f"{Path(os.environ.get('VIRTUAL_ENV', REPOSITORY / '.venv')) / 'bin'}:{os.environ['PATH']}"
    script = text.replace("OPG-2026-0001", protocol_of_the_year())
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=run.home, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, (script, done.stdout.decode(), done.stderr.decode())
    return done.stdout.decode()


def protocol_of_the_year() -> str:
    from datetime import UTC, datetime

    return f"OPG-{datetime.now(UTC).year}-0001"


def children(snapshot: Path) -> list[str]:
    """The numbers of children who ever lived in the municipality of the test."""
    homes = pq.read_table(snapshot / "woonplaats.parquet", columns=["persoon_id", "nis"]).to_pylist()
    here = {row["persoon_id"] for row in homes if row["nis"] == NIS}
    kids = set(pq.read_table(snapshot / "dossierkind.parquet", columns=["kind_id"]).column("kind_id").to_pylist())
    people = pq.read_table(snapshot / "persoon.parquet", columns=["persoon_id", "insz"]).to_pylist()
    return sorted({row["insz"] for row in people if row["persoon_id"] in here & kids})


def prepared(run: Command, world: World) -> list[str]:
    """Everything that the handbook takes for granted: the application, a decision, a snapshot, a list."""
    from datetime import UTC, datetime

    year = datetime.now(UTC).year
    application = next(text for kind, text in BLOCKS if kind == "yaml")
    filled = application.replace('"31033"', f'"{NIS}"').replace("2026-", f"{year}-")
    (run.home / "aanvraag.yaml").write_text(filled, encoding="utf-8")
    (run.home / "besluit.pdf").write_bytes(PDF)
    shutil.copytree(world.snapshot, run.home / "proef")
    for key in world.snapshot.parent.glob("*.pub"):
        shutil.copy(key, run.home)
    numbers = children(world.snapshot)
    (run.home / "lijst.csv").write_text("\n".join(["insz", *numbers, "12345678901", ""]))
    return numbers


@pytest.fixture(scope="module")
def told(world: World, tmp_path_factory: pytest.TempPathFactory, compiled: Path) -> tuple[Command, list[str], str]:
    """A home in which the whole handbook was followed once, in the order of the work."""
    run = Command(tmp_path_factory.mktemp("opgroeien"), compiled)
    numbers = prepared(run, world)
    accounts, draw_up, conclude, register, compare, approve, answer, close = AGENCY
    make_keys, fingerprint, send, open_answer, receipt = MUNICIPALITY
    work = (
        make_keys, fingerprint, accounts, draw_up, conclude, register, send, compare, approve, answer, open_answer,
        receipt, close,
    )  # fmt: skip
    said = "".join(bash(run, block.replace("2026-", f"{protocol_of_the_year()[4:8]}-")) for block in work)
    return run, numbers, said


def test_the_answer_has_a_row_for_each_number_and_totals_that_add_up(told: tuple[Command, list[str], str]) -> None:
    run, numbers, _ = told
    with (run.home / "geopend" / "antwoord.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["insz"] for row in rows] == numbers
    totals = json.loads((run.home / "geopend" / "totalen.json").read_bytes())
    assert totals["fouten"] == 1
    assert totals["rijen"] == len(numbers) + 1
    parts = ("ja", "nee", "onbekend", "niet_in_doelgroep", "zonder_antwoord", "dubbel", "fouten")
    assert sum(totals[part] for part in parts) == totals["rijen"]
    assert totals["ja"] == sum(1 for row in rows if row["antwoord"] == "ja") > 10
    assert all(bool(row["toegekend_aan"]) is (row["antwoord"] == "ja") for row in rows)
    assert not [row for row in rows if re.search(r"\d{11}", row["toegekend_aan"])], "the protocol lists no numbers"


def test_everything_is_told_and_the_protocol_ended(told: tuple[Command, list[str], str]) -> None:
    run, _, said = told
    assert "Het logboek is gaaf: 17 regels." in said
    shown = run("opgroeien", "protocol", "show", protocol_of_the_year(), "--json").json
    assert shown["toestand"] == "beeindigd"
    assert shown["termijnen"] == []
    assert [event["daad"] for event in shown["geschiedenis"]] == [
        "opmaken", "sleutels-registreren", "sleutels-bevestigen", "besluit-toevoegen", "adviseren", "advies-volledig",
        "afsluiten", "lijst-ontvangen", "vergelijken", "goedkeuren", "goedkeuren", "antwoorden", "beeindigen",
    ]  # fmt: skip
    listed = run("opgroeien", "protocol", "list", "--json").json["protocollen"]
    assert [(row["piste"], row["toestand"], row["nis"]) for row in listed] == [("opgroeien", "beeindigd", [NIS])]


def test_nothing_of_a_list_or_an_answer_stays_in_clear(told: tuple[Command, list[str], str]) -> None:
    run, numbers, said = told
    names = {
        row["toegekend_aan"].rpartition(" (")[0]
        for row in csv.DictReader((run.home / "geopend" / "antwoord.csv").read_text(encoding="utf-8").splitlines())
        if row["antwoord"] == "ja"
    } - {"een instelling", "naam niet meegedeeld: afgeschermd adres"}
    secrets = [secret.encode() for secret in (*numbers, *names)]
    assert len(names) > 5
    places = [run.home / "staat", run.home / "antwoord"]
    content = b"".join(path.read_bytes() for place in places for path in sorted(place.rglob("*")) if path.is_file())
    content += said.encode() + b"".join(path.read_bytes() for path in run.home.glob("*.pdf"))
    assert [secret for secret in secrets if secret in content] == []
    assert list((run.home / "staat" / "opgroeien" / "werk").iterdir()) == []
    [proof] = (run.home / "staat" / "opgroeien" / "wisbewijzen").iterdir()
    assert [entry["bestand"][-4:] for entry in json.loads(proof.read_bytes())["gewist"]] == [".age", ".age"]
    assert json.loads(proof.read_bytes())["overgebleven"] == []


def test_the_municipality_needs_no_code_of_ours(tmp_path: Path, compiled: Path) -> None:
    """Its blocks against an agency of plain tools: what they seal opens, what they sign verifies."""
    run = Command(tmp_path, compiled)
    plain = AGENCY[0].split("age-keygen", 1)[1]
    bash(run, f"age-keygen{plain}")
    (run.home / "lijst.csv").write_text("insz\n00000000097\n")
    make_keys, fingerprint, send, open_answer, receipt = MUNICIPALITY
    for block in (make_keys, fingerprint, send):
        assert "groeibrief " not in block
        bash(run, block)
    bash(run, "age -d -i opgroeien.key lijst.csv.age | cmp - lijst.csv")
    bash(run, "openssl pkeyutl -verify -rawin -pubin -inkey gemeente-teken.pub -in nota.txt -sigfile lijst.csv.age.sig")
    with zipfile.ZipFile(run.home / "a.zip", "w") as archive:
        archive.writestr("antwoord.csv", "insz\n")
        archive.writestr("controlesommen.sha256", f"{_sha256(b'insz' + chr(10).encode())}  antwoord.csv\n")
    bash(
        run,
        "mkdir antwoord; age -R gemeente.pub -o antwoord/antwoord.zip.age a.zip\n"
        "printf '{\"sha256\":\"%s\"}' $(sha256sum antwoord/antwoord.zip.age | cut -d' ' -f1) > antwoord/manifest.json\n"
        "openssl pkeyutl -sign -rawin -inkey opgroeien-teken.key -in antwoord/manifest.json -out antwoord/manifest.sig",
    )
    assert "OK" in bash(run, open_answer)
    bash(run, receipt)
    bash(
        run, "openssl pkeyutl -verify -rawin -pubin -inkey gemeente-teken.pub -in ontvangst.txt -sigfile ontvangst.sig"
    )


def _sha256(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def refused(outcome: Outcome, code: str) -> None:
    assert outcome.code == 5
    assert outcome.error == (code, 5)


def test_what_is_over_stays_over(told: tuple[Command, list[str], str]) -> None:
    run, _, _ = told
    name = protocol_of_the_year()
    sign = ("--sign-key", "opgroeien-teken.key", "--account", "bert", "--json")
    refused(run("opgroeien", "answer", name, "--out", "nog", *sign), "E851")
    key = ("--key", "opgroeien.key", "--account", "an", "--json")
    refused(run("opgroeien", "receive", name, "lijst.csv.age", *key), "E810")
    refused(run("opgroeien", "match", name, "--snapshot", "proef", *key), "E810")
    refused(run("opgroeien", "protocol", "withdraw", name, "--reason", "te laat", "--account", "an", "--json"), "E810")
    refused(run("opgroeien", "protocol", "conclude", name, "--account", "onbekende", "--json"), "E802")
    assert not (run.home / "nog").exists()


def test_a_protocol_that_is_not_there(run: Command) -> None:
    outcome = run("opgroeien", "protocol", "show", "OPG-2026-0009")
    assert outcome.code == 2
    assert outcome.err == "Fout E806: Er is geen protocol met dit nummer. Zie 'opgroeien protocol list'.\n"


def test_the_public_register_reads_what_opgroeien_signed(told: tuple[Command, list[str], str]) -> None:
    run, _, _ = told
    year = protocol_of_the_year()[4:8]
    assert run("desk", "account", "ada", "--rol", "analist").code == 0
    given = ("register", "import", "feiten.json", "--key", "opgroeien-teken.pub", "--account", "ada", "--json")
    assert run(*given).json == {"toegevoegd": 3, "al_gekend": 0}
    assert run(*given).json == {"toegevoegd": 0, "al_gekend": 3}
    listed = run("register", "list", "--piste", "opgroeien", "--van", f"{year}-01-01", "--openbaar", "--json").json
    assert [(fact["naam"], fact["stand"], fact["nis"], fact["bron"]) for fact in listed["feiten"]] == [
        ("OCMW Torhout", status, [NIS], f"Opgroeien, protocol OPG-{year}-0001")
        for status in ("aanvraag", "advies", "afgesloten")
    ]
    run("opgroeien", "register", "--out", "later.json", "--sign-key", "opgroeien-teken.key")
    later = ("register", "import", "later.json", "--key", "opgroeien-teken.pub", "--account", "ada", "--json")
    assert run(*later).json == {"toegevoegd": 1, "al_gekend": 3}
    facts = (run.home / "feiten.json").read_bytes()
    (run.home / "feiten.json").write_bytes(facts.replace(b"OCMW Torhout", b"OCMW Tielt"))
    refused(run(*given), "E862")


def test_counting_beforehand_goes_through_the_telbeurten(run: Command, world: World) -> None:
    given = ("opgroeien", "count", "--gemeente", NIS, "--peildatum", "2025-11-01", "--snapshot", str(world.snapshot))
    first = run(*given, "--store", str(world.snapshot.parent / "voorbereid"), "--json").json
    assert first["eerder_gesteld"] is False
    assert {"gezinnen", "kinderen", "telbeurten", "synthetisch"} <= set(first)
    again = run(*given, "--store", str(world.snapshot.parent / "voorbereid"), "--json").json
    assert again["eerder_gesteld"] is True
    assert (again["gezinnen"], again["kinderen"]) == (first["gezinnen"], first["kinderen"])
    assert again["telbeurten"]["gebruikt"] == first["telbeurten"]["gebruikt"] == 2
    text = run(*given, "--van", "3", "--tot-en-met", "12", "--store", str(world.snapshot.parent / "voorbereid")).out
    assert text.startswith("Piste Opgroeien: kinderen van 3 tot en met 12 jaar met een sociale toeslag (synthetisch)\n")
    outside = run(*given, "--van", "3", "--tot-en-met", "30", "--json")
    assert outside.error == ("E866", 2)
