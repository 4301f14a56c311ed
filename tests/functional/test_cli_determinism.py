"""The same in, the same out, to the byte."""

from __future__ import annotations

from pathlib import Path

from functional_command import AUDIENCE, BOUND, Command, content
from functional_world import World


def test_selecting_and_rendering_again_gives_the_same_bytes(run: Command, world: World, tmp_path: Path) -> None:
    again = tmp_path / "selectie"
    assert run(*world.select(again)).code == 0
    assert content(again) == content(world.selection)
    for processes in (1, 2):
        out = tmp_path / f"brieven-{processes}"
        assert run("letters", "render", again, "--out", out, "--insert", "folder=8", "--processes", processes).code == 0
        assert content(out) == content(world.letters)


def test_another_store_gives_the_same_selection(run: Command, world: World, tmp_path: Path) -> None:
    assert run(*world.select(tmp_path / "selectie"), "--store", tmp_path / "voorbereid").code == 0
    assert content(tmp_path / "selectie") == content(world.selection)


def test_a_seed_is_a_snapshot(run: Command, world: World, tmp_path: Path) -> None:
    words = ("--families", 300, "--key", world.signer)
    for name, seed in (("een", 7), ("twee", 7), ("drie", 8)):
        assert run("snapshot", "synth", tmp_path / name, "--seed", seed, *words).code == 0
    assert content(tmp_path / "een") == content(tmp_path / "twee")
    assert content(tmp_path / "een") != content(tmp_path / "drie")


def test_a_sealed_package_opens_to_the_same_content(run: Command, world: World, tmp_path: Path) -> None:
    keys = ("--trust", world.vutg_public, "--key", world.printer)
    assert run(*world.make(tmp_path / "pakket")).code == 0
    for name, package in (("een", world.package), ("twee", tmp_path / "pakket")):
        assert run("package", "open", package, "--out", tmp_path / name, *keys).code == 0
    assert content(tmp_path / "een") == content(tmp_path / "twee")


def test_the_ledger_tells_the_same_hashes(run: Command, world: World, tmp_path: Path) -> None:
    words = ("count", AUDIENCE, *BOUND, "--snapshot", world.snapshot, "--exact")
    for _ in range(2):
        assert run(*words).code == 0
    first, second = run("ledger", "show", "--json").json["regels"]
    assert first["hashes"] == second["hashes"]
    assert second["vorige"] == first["hash"]
    assert run("ledger", "export", "--out", tmp_path / "logboek.jsonl").code == 0
    assert (tmp_path / "logboek.jsonl").read_bytes().count(b"\n") == 2
