"""Snapshots that are not what their maker signed: noticed at once, and after they were counted on before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from functional_command import AUDIENCE, BOUND, Command, content, half_made
from functional_world import World

Spoil = Callable[[Path], None]


def flip(path: Path, position: int) -> None:
    """One bit, in a file that keeps its size and its date."""
    data, status = bytearray(path.read_bytes()), path.stat()
    data[position] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def flip_in(name: str) -> Spoil:
    return lambda folder: flip(folder / name, (folder / name).stat().st_size // 2)


def cut(folder: Path) -> None:
    path = folder / "dossier.parquet"
    path.write_bytes(path.read_bytes()[:-1])


def edit_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"extracted_on":"2025-11-03"', '"extracted_on":"2025-11-04"'))


def remove(name: str) -> Spoil:
    return lambda folder: (folder / name).unlink()


def add(folder: Path) -> None:
    shutil.copy(folder / "dossier.parquet", folder / "extra.parquet")


def garble(folder: Path) -> None:
    (folder / "manifest.json").write_bytes(b"{" * 100_000)


def lead_out(folder: Path) -> None:
    outside = folder.parent / "buiten.parquet"
    (folder / "dossier.parquet").rename(outside)
    (folder / "dossier.parquet").symlink_to(outside)


SPOILS: dict[str, tuple[Spoil, str]] = {
    "a bit of a name": (flip_in("persoon.parquet"), "E420"),
    "a bit of a source": (flip_in("sociale_toeslag-2025-09.parquet"), "E420"),
    "a file cut short": (cut, "E420"),
    "a file removed": (remove("begunstigde.parquet"), "E420"),
    "a file added": (add, "E420"),
    "a file elsewhere": (lead_out, "E415"),
    "another manifest": (edit_manifest, "E413"),
    "no manifest": (remove("manifest.json"), "E410"),
    "a garbled manifest": (garble, "E411"),
    "another signature": (flip_in("manifest.sig"), "E413"),
    "no signature": (remove("manifest.sig"), "E410"),
}


@pytest.fixture(scope="module")
def counted(world: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[object, ...]]:
    """A snapshot that is mended after each test, and the words that count on it; prepared once."""
    return world.copy(tmp_path_factory.mktemp("geteld"))


@pytest.mark.parametrize("name", SPOILS)
def test_a_spoiled_snapshot_is_refused(
    run: Command, world: World, tmp_path: Path, counted: tuple[Path, tuple[object, ...]], name: str
) -> None:
    spoil, code = SPOILS[name]
    copy, count = counted
    shutil.rmtree(copy)
    shutil.copytree(world.real, copy)
    assert run(*count).code == 0
    state = content(tmp_path / "staat")
    spoil(copy)
    verdict = run("snapshot", "verify", copy, "--trust", world.trust, "--json")
    assert (verdict.code, verdict.json["geldig"]) == (4, False)
    again = run(*count, "--json")
    assert again.error == (code, 4), "also after it was found good"
    assert content(tmp_path / "staat") == state, "nothing was counted, so nothing is recorded"


def test_a_spoiled_snapshot_gives_no_selection(run: Command, world: World, tmp_path: Path) -> None:
    copy, _ = world.copy(tmp_path)
    flip(copy / "woonplaats.parquet", 5000)
    words = ("--snapshot", copy, "--trust", world.trust, "--suppression", world.lists, "--out", tmp_path / "uit")
    result = run("select", AUDIENCE, *BOUND, *words)
    assert (result.code, result.out) == (4, "")
    assert result.err == (
        "Fout E420: woonplaats.parquet: Snapshot echt-2025-11, regel 'bestand', tabel 'woonplaats': 1 keer: de inhoud "
        "is niet die van het manifest (SHA-256); haal de snapshot opnieuw op (woonplaats.parquet).\n"
    )
    assert not (tmp_path / "uit").exists()
    assert half_made(tmp_path) == []
    assert not [path for path in (tmp_path / "voorbereid").iterdir() if path.is_dir()], "nothing was prepared"


def test_every_file_is_looked_at(run: Command, world: World, tmp_path: Path) -> None:
    copy, _ = world.copy(tmp_path)
    names = sorted(path.name for path in copy.glob("*.parquet"))
    for name in names:
        flip(copy / name, 4)
    rules = run("snapshot", "verify", copy, "--trust", world.trust, "--json").json["regels"]
    assert {rule["regel"] for rule in rules} == {"bestand"}
    assert sorted(example for rule in rules for example in rule["voorbeelden"]) == names


def test_prepared_data_that_changed_is_refused(run: Command, world: World, tmp_path: Path) -> None:
    _, count = world.copy(tmp_path)
    assert run(*count).code == 0
    (store,) = (path for path in (tmp_path / "voorbereid").iterdir() if path.is_dir())
    for path in store.rglob("*.parquet"):
        flip(path, path.stat().st_size // 2)
    result = run(*count, "--json")
    assert result.error == ("E440", 4)
    assert result.json["fout"]["meldingen"][0]["melding"].endswith(f"verwijder {store}, ze worden opnieuw gemaakt")
    shutil.rmtree(store)
    assert run(*count).code == 0


def test_a_prepared_store_that_lost_a_file_is_made_again(run: Command, world: World, tmp_path: Path) -> None:
    _, count = world.copy(tmp_path)
    first = run(*count, "--json")
    next((tmp_path / "voorbereid").rglob("*.parquet")).unlink()
    assert run(*count, "--json").out == first.out
