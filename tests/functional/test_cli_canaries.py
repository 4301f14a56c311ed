"""Nobody's name, street or number leaves a selection, its letters or what is sealed.

Every run of these tests is searched for canaries as well (``Command.judged``).
"""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
from functional_command import CANARIES, REPOSITORY, content
from functional_world import World


def sings(data: bytes) -> bool:
    return any(canary.encode() in data.lower() for canary in CANARIES)


def test_the_canaries_are_really_there(world: World) -> None:
    """Or these tests would find nothing whatever went wrong."""
    lines = pq.read_table(world.selection / "recipients.parquet").column("regels").to_pylist()
    assert len(lines) > 20
    assert all("Kanarienaam" in address[0] for address in lines)
    assert all(any("Kanariestraat" in line for line in address) for address in lines)


def test_only_recipients_hold_people(world: World) -> None:
    files = {**content(world.selection), **content(world.letters), **content(world.package)}
    files |= content(world.home / "staat")
    assert {name for name, data in files.items() if sings(data)} <= {"recipients.parquet"}
    assert {"selectie.json", "invulling.json", "brieven.json", "stukken.csv", "manifest.json"} < files.keys()
    assert any(name.startswith("logboek.sqlite") for name in files)


def test_no_file_is_named_after_anyone(world: World) -> None:
    assert [path for path in world.home.rglob("*") if sings(str(path.relative_to(world.home)).encode())] == []


def test_letters_and_sealed_part_cannot_be_read_without_opening_them(world: World, tmp_path: Path) -> None:
    opened = tmp_path / "open"
    keys = ("--trust", world.vutg_public, "--key", world.printer)
    assert world.run("package", "open", world.package, "--out", opened, *keys).code == 0
    assert not any(sings(data) for name, data in content(opened).items() if not name.endswith(".pdf"))
    assert opened.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in opened.iterdir()} == {0o600}


def test_the_clear_part_of_a_package_tells_little(world: World) -> None:
    told = json.loads((world.package / "manifest.json").read_bytes())
    assert not told.keys() & {"dossiers", "namen", "adressen", "gemeenten"}
    assert sorted(path.name for path in world.package.iterdir()) == ["inhoud.tar.age", "manifest.json", "manifest.sig"]


def test_everything_personal_is_private(world: World) -> None:
    for folder in (world.selection, world.letters, world.package, world.real.parent / "voorbereid"):
        assert folder.stat().st_mode & 0o077 == 0
        loose = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
        assert loose == []


def test_the_code_of_the_repository_does_not_sing(world: World) -> None:
    """A canary in a shipped text would hide a leak."""
    for name in ("catalog", "rules", "letter_templates", "engine"):
        files = (path for path in (REPOSITORY / name).rglob("*") if path.suffix in (".py", ".yaml", ".j2", ".csv"))
        assert not [path for path in files if sings(path.read_bytes())]
    assert world.home
