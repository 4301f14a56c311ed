"""Stopped half-way: by Ctrl-C, which cleans up, and by a kill, after which the same command simply works."""

from __future__ import annotations

import fcntl
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from functional_command import AUDIENCE, BOUND, Command, content, half_made
from functional_world import World

STOPPED = "Fout E130: Afgebroken. Er is niets half geschreven.\n"
TRIES = 10


def writing(folder: Path) -> Callable[[], bool]:
    """Whether something in *folder* has been started and has no name yet."""
    return lambda: any(path.suffix == ".deel" for path in folder.iterdir())


def slow_commands(world: World, folder: Path) -> dict[str, tuple[Path, tuple[object, ...]]]:
    """What takes long enough to be stopped half-way: what appears, and the words."""
    letters = ("letters", "render", world.selection, "--out", folder / "uit")
    return {
        "synth": (folder / "uit", ("snapshot", "synth", folder / "uit", "--families", 1000, "--key", world.signer)),
        "prepare": (folder, ("snapshot", "prepare", world.real, "--trust", world.trust, "--store", folder)),
        "render": (folder / "uit", letters),
        "render with processes": (folder / "uit", (*letters, "--processes", 2)),
        "make": (folder / "uit", world.make(folder / "uit")),
    }


SLOW = ["synth", "prepare", "render", "render with processes", "make"]


def stopped(run: Command, words: tuple[object, ...], folder: Path, number: int) -> str:
    """Stop the command while it writes; some are done in a few milliseconds, so that it takes more than one try."""
    for _ in range(TRIES):
        result = run.interrupted(*words, when=writing(folder), number=number)
        if result.code != 0:
            assert result.code == (-signal.SIGKILL if number == signal.SIGKILL else 130)
            return result.err
        shutil.rmtree(folder)
        folder.mkdir()
    raise AssertionError("it was always faster")


@pytest.mark.parametrize("name", SLOW)
def test_ctrl_c_leaves_nothing(run: Command, world: World, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "map"
    folder.mkdir()
    out, words = slow_commands(world, folder)[name]
    assert stopped(run, words, folder, signal.SIGINT).endswith(STOPPED)
    assert not [path for path in folder.iterdir() if path.is_dir()]
    assert half_made(tmp_path) == []
    assert run(*words).code == 0
    assert out.is_dir()


@pytest.mark.parametrize("name", ["synth", "prepare", "render with processes", "make"])
def test_after_a_kill_the_same_command_works(run: Command, world: World, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "map"
    folder.mkdir()
    out, words = slow_commands(world, folder)[name]
    stopped(run, words, folder, signal.SIGKILL)
    assert not (folder / "uit").exists()
    assert run(*words).code == 0
    assert content(out)
    assert half_made(folder) == [], "what was killed is cleared away"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_selection_that_is_stopped(run: Command, world: World, tmp_path: Path, number: int) -> None:
    """It waits for the ledger, which another took meanwhile, before the selection gets its name."""
    state, copy = tmp_path / "staat", tmp_path / "voorbereid"
    state.mkdir(mode=0o700)
    words = ("select", AUDIENCE, *BOUND, "--snapshot", world.snapshot, "--store", copy, "--suppression", world.lists)
    with (state / "logboek.sqlite.grendel").open("w") as lock:

        def taken() -> bool:
            if not copy.is_dir() or not any((path / "index.sha256").exists() for path in copy.iterdir()):
                return False
            fcntl.flock(lock, fcntl.LOCK_EX)
            return True

        result = run.interrupted(*words, "--out", tmp_path / "uit", when=taken, number=number)
    assert (result.code, result.out) == (130, "")
    assert result.err.endswith(STOPPED)
    assert not (tmp_path / "uit").exists()


def test_an_interruption_as_json(run: Command, tmp_path: Path) -> None:
    words = ("snapshot", "synth", tmp_path / "uit", "--families", 5000, "--json")
    result = run.interrupted(*words, when=writing(tmp_path))
    assert result.error == ("E130", 130)


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.12, 0.25])
def test_ctrl_c_at_any_moment_is_quiet(run: Command, world: World, tmp_path: Path, delay: float) -> None:
    """From the moment that the program listens; before that it is Python that starts."""
    began: list[float] = []

    def ready() -> bool:
        began.append(time.monotonic())
        return began[-1] >= began[0] + delay

    result = run.interrupted(*world.select(tmp_path / "uit"), when=ready)
    assert result.code in (0, 130)
    assert (result.code == 0) == (tmp_path / "uit").exists()
    assert half_made(tmp_path) == []
