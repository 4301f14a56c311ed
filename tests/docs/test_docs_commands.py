"""What the handbooks and README say to type can be typed; what the operator's handbook and README show is run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pyarrow.parquet as pq
import pytest

from groeibrief.catalog import Project, load_catalogue
from groeibrief.cli.entry import groeibrief
from groeibrief.keys import write_key_pair
from groeibrief.printshop.seal import make_age_keys
from groeibrief.snapshot.synthetic import synthesise

ROOT = Path(__file__).parents[2]
HANDBOOKS = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"])
PROGRAM = Path(sys.executable).with_name("groeibrief")
BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(groeibrief [a-z][^`]*)`")
TYPED = re.compile(r"(?:^|\s)(?:\S*/)?groeibrief (?=[a-z])(.*)$")
# Words that stand for more of them.
LEFT_OUT = ("…", "...")

# Not run here, with the test that does: what asks for extracts of the agency.
ELSEWHERE = {"groeibrief snapshot import": "tests/unit/snapshot/test_snapshot_import.py"}
# Of requests that are further than their first step; tests/functional/test_cli_casework.py does these in order.
OF_A_RUN = ("groeibrief run ", "groeibrief erase ", "groeibrief desk breach")
# What changes the machine itself.
OF_THE_MACHINE = ("sudo ", "python3.11 ", "groeibrief/bin/", "make ", ".venv/")
CONTENT = ("rules", "catalog", "letter_templates")
BOUND = "rules/standaard/sociale-toeslag.yaml --gemeente 31033 --gemeente 11002 --gemeente 44021 --peildatum 2025-11-01"


def lines_of(text: str) -> list[str]:
    """The lines of a handbook's blocks; what goes on after a backslash as one, without what comes after ``#``."""
    joined = [block.replace("\\\n", " ") for block in BLOCK.findall(text)]
    return [re.sub(r"\s+#.*$", "", line).strip() for block in joined for line in block.splitlines()]


def commands(path: Path) -> Iterator[str]:
    """What a handbook tells to type of groeibrief, after its name."""
    text = path.read_text(encoding="utf-8")
    for line in lines_of(text):
        if not line.startswith("#") and (typed := TYPED.search(line)):
            yield typed[1].partition("&&")[0].partition(" | ")[0]
    for written in INLINE.findall(BLOCK.sub("", text)):
        yield " ".join(written.split()).removeprefix("groeibrief ")


@pytest.mark.parametrize("path", HANDBOOKS, ids=lambda path: path.name)
def test_what_a_handbook_says_to_type_is_a_command(path: Path) -> None:
    for typed in commands(path):
        words = [word for word in shlex.split(typed) if word not in LEFT_OUT]
        context, command = click.Context(groeibrief), groeibrief
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            name = words.pop(0)
            found = command.get_command(context, name)
            assert found is not None, f"{path.name}: there is no '{name}' in: {typed}"
            command = found
        try:
            command.make_parser(context).parse_args(words)
        except click.UsageError as error:
            pytest.fail(f"{path.name}: {typed}: {error.format_message()}")


def test_the_handbooks_hold_what_is_looked_for() -> None:
    found = {path.name: len(list(commands(path))) for path in HANDBOOKS}
    assert sum(found.values()) > 80
    assert all(found[name] >= 5 for name in ("README.md", "beheer.md", "dossierbeheer.md", "nazorg.md")), found


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of someone who follows the operator's handbook, with what others gave."""
    folder = tmp_path_factory.mktemp("beheerder")
    for name in CONTENT:
        (folder / name).symlink_to(ROOT / name)
    for name in ("bron", "controlepunt", "vutg"):
        write_key_pair(folder / f"{name}.key", folder / f"{name}.pub")
    make_age_keys(folder / "drukkerij.key", folder / "drukkerij.pub")
    catalogue = load_catalogue(Project(ROOT))
    synthesise(folder / "snapshot-2025-11", catalogue=catalogue, families=500, key=folder / "bron.key")
    (folder / "lijsten").mkdir()
    for name in ("verzet", "beschermd"):
        (folder / "lijsten" / f"{name}.csv").write_text("persoon_id,dossier_id,lijst,geldig_van,geldig_tot\n")
    return folder


def typed_in(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("LANG", "HOME") if name in os.environ}
    environment = kept | {
        "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "GROEIBRIEF_STATE": str(folder / "staat"),
        "GROEIBRIEF_ACCOUNT": "ana.een", "PYTHONWARNINGS": "ignore::DeprecationWarning",
    }  # fmt: skip
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line], cwd=folder, env=environment, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


def run_in_order(folder: Path, lines: list[str]) -> list[str]:
    """Run what can be run; returns it."""
    done = []
    for line in lines:
        program = line.partition(" ")[0]
        if line.startswith((*OF_THE_MACHINE, *ELSEWHERE)) or program not in ("groeibrief", "openssl", "tr"):
            continue
        result = typed_in(folder, line.replace("DEFINITIE", BOUND).replace("MAP", "snapshot-2025-11"))
        assert result.returncode == 0, f"{line}: {result.stderr}"
        done.append(line)
    return done


def test_the_operators_handbook_can_be_followed(desk: Path) -> None:
    lines = lines_of((ROOT / "docs" / "beheer.md").read_text(encoding="utf-8"))
    done = run_in_order(desk, lines)
    assert len(done) > 16
    assert (desk / "terug" / "logboek.sqlite").exists()
    for named, test in ELSEWHERE.items():
        assert any(line.startswith(named) for line in lines)
        assert (ROOT / test).exists()


def test_the_casework_handbook_can_be_followed(desk: Path) -> None:
    """With the request that its own example describes; running and erasing one have tests of their own."""
    text = (ROOT / "docs" / "dossierbeheer.md").read_text(encoding="utf-8")
    content = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert content
    (desk / "inhoud.yaml").write_text(content[1], encoding="utf-8")
    (someone, *_) = pq.read_table(desk / "snapshot-2025-11" / "persoon.parquet", columns=["insz"])["insz"].to_pylist()
    (desk / "verzet.csv").write_text(f"insz\n{someone}\n", encoding="utf-8")
    lines = [line for line in lines_of(text) if not line.startswith(OF_A_RUN)]
    lines = [line.replace("/var/lib/groeibrief-terug", "terug-2") for line in lines]
    begun = next(number for number, line in enumerate(lines) if line.startswith("groeibrief desk processor"))
    lines[begun:begun] = [
        "groeibrief desk account de-dpo --rol dpo",
        "groeibrief request new inhoud.yaml --authority 0123.456.749 --account torhout",
    ]
    told = typed_in(desk, "groeibrief request quote --gezinnen 140")
    assert told.returncode == 0, told.stderr
    done = run_in_order(desk, [line.replace("2026-0001", f"{date.today().year}-0001") for line in lines])
    assert len(done) > 14


def test_the_handbook_on_data_protection_can_be_followed(desk: Path, tmp_path: Path) -> None:
    (desk / "snapshots").mkdir()
    (desk / "dossier.txt").write_text("1\n", encoding="utf-8")
    for account, role in (("ana.een", "analist"), ("de-dpo", "dpo")):
        # Another handbook may have made it.
        typed_in(desk, f"groeibrief desk account {account} --rol {role}")
    text = (ROOT / "docs" / "gegevensbescherming.md").read_text(encoding="utf-8")
    lines = [line for line in lines_of(text) if not line.startswith("groeibrief erase 2026-0001")]
    lines = [line.replace("--out punt.json", "--out punt-dpo.json") for line in lines]
    lines = [line.replace("checkpoint punt.json", "checkpoint punt-dpo.json") for line in lines]
    lines = [line.replace("--out logboek.jsonl", "--out logboek-dpo.jsonl") for line in lines]
    begun = next(number for number, line in enumerate(lines) if "--soort snapshot" in line)
    done = run_in_order(desk, lines[:begun])
    shutil.copytree(desk / "snapshot-2025-11", desk / "snapshots" / "2026-01")
    lines[begun] += f" --trust bron.pub --store {tmp_path}"
    done += run_in_order(desk, lines[begun:])
    assert len(done) > 12
    assert not (desk / "snapshots" / "2026-01").exists()


@pytest.mark.parametrize("name", ["nazorg.md", "handleiding-drukkerij.md"])
def test_what_the_print_shop_and_its_aftercare_type_is_typed_by_a_test(name: str) -> None:
    """Between two parties and over weeks; the steps without groeibrief are run by the tests of ``printshop``."""
    told = {tuple(typed.split()[:2]) for typed in commands(ROOT / "docs" / name)}
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "functional").glob("test_*.py"))
    assert len(told) > 4
    assert [words for words in sorted(told) if f'"{words[0]}", "{words[1]}"' not in tests] == []


def test_what_the_readme_shows_can_be_typed(tmp_path: Path) -> None:
    for name in CONTENT:
        (tmp_path / name).symlink_to(ROOT / name)
    done = run_in_order(tmp_path, lines_of((ROOT / "README.md").read_text(encoding="utf-8").replace("5000", "2000")))
    assert len(done) >= 5


def test_the_examples_that_the_handbook_names_are_there() -> None:
    text = (ROOT / "docs" / "beheer.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\(voorbeelden/([^)]+)\)", text))
    assert named == {path.name for path in (ROOT / "docs" / "voorbeelden").iterdir()}
    written = set(re.findall(r"^([A-Z_]+)=", (ROOT / "docs/voorbeelden/omgeving").read_text(), re.MULTILINE))
    assert written <= set(re.findall(r"`(GROEIBRIEF_[A-Z]+)`", text))
