"""The threat model and the ASVS table name files that exist, and every item once; the lock file fixes what is used."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
THREATS, ASVS = ROOT / "docs" / "design" / "threats.md", ROOT / "docs" / "design" / "asvs.md"
ITEMS = Path(__file__).with_name("asvs_items.txt").read_text().split()
FILE = re.compile(r"`([\w./-]+\.(?:py|yaml|md|service|conf|sqlite))`")
OF_THE_STATE = {"telbeurten.sqlite"}
STATES = {"met", "n/a", "partly", "open"}


def rows(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [row for row in cells if row[0] and re.match(r"[VT]\d", row[0])]


def numbered(written: str) -> Iterator[str]:
    """``V6.2.1–V6.2.3, V6.3.1`` written out."""
    for part in written.split(", "):
        first, dash, last = part.partition("–")
        section, _, number = first.rpartition(".")
        end = last.rpartition(".")[2] if dash else number
        assert not dash or last.rpartition(".")[0] == section, written
        yield from (f"{section}.{each}" for each in range(int(number), int(end) + 1))


def exists(name: str) -> bool:
    places = (ROOT / name, ROOT / "engine" / "groeibrief" / name, ROOT / "docs" / "design" / name)
    return any(place.is_file() for place in places) or bool(list((ROOT / "tests").rglob(name)))


@pytest.mark.parametrize("path", [THREATS, ASVS], ids=lambda path: path.name)
def test_every_file_that_is_named_exists(path: Path) -> None:
    named = set(FILE.findall(path.read_text(encoding="utf-8"))) - OF_THE_STATE
    assert len(named) > 40
    assert sorted(name for name in named if not exists(name)) == []


def test_every_threat_has_a_control_and_a_test() -> None:
    found = [row for row in rows(THREATS) if row[0].startswith("T")]
    assert [row[0] for row in found] == [f"T{number}" for number in range(1, len(found) + 1)]
    assert len(found) >= 30
    for number, _, threat, control, tests in found:
        assert threat, number
        assert control, number
        assert re.search(r"`tests/\S+\.py`", tests), number


def test_every_item_of_the_standard_is_answered_once() -> None:
    told = Counter(item for row in rows(ASVS) for item in numbered(row[0]))
    assert {item: count for item, count in told.items() if count > 1} == {}
    missing = set(ITEMS) - told.keys()
    assert missing == set()
    # A range may go over items of level 3, which are not asked for; nothing else is made up.
    assert all(item.rpartition(".")[0] in {each.rpartition(".")[0] for each in ITEMS} for item in told)


def test_what_is_met_has_evidence_and_the_rest_says_why() -> None:
    for items, asked, state, evidence in rows(ASVS):
        assert asked, items
        assert state in STATES, items
        assert len(evidence) > 10, items
        if state == "met":
            assert FILE.search(evidence) or re.match(r"as V\d", evidence), items


def test_the_lock_file_has_a_hash_of_everything() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    packages = [package for package in lock["package"] if "editable" not in package["source"]]
    assert len(packages) > 40
    for package in packages:
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        assert files, package["name"]
        assert all(file["hash"].startswith("sha256:") for file in files), package["name"]


def test_no_source_control_is_shipped() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["engine/groeibrief"]
    assert set(wheel["force-include"]) == {"catalog", "rules", "letter_templates"}
