"""One snapshot for all; one server and one browser for every test of a module that only looks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_world import Enter, Visit, World, browser, make_snapshot, served
from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def families(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("gezinnen")
    make_snapshot(home)
    return home


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Not for longer: as long as it is there an event loop runs in this thread, and no other test can start one."""
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def home(families: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The families again, with a state of its own."""
    made = tmp_path_factory.mktemp("portaal")
    for name in ("proef", "voorbereid"):
        if (families / name).exists():
            shutil.copytree(families / name, made / name)
    for key in families.glob("synthetisch.*"):
        shutil.copy(key, made / key.name)
    return made


@pytest.fixture(scope="module")
def world(home: Path) -> Iterator[World]:
    with served(home, "--demo") as made:
        yield made


@pytest.fixture
def enter(world: World, chromium: Browser) -> Iterator[Enter]:
    """Somebody comes in, signed in as an account or not; nothing went wrong before they leave."""
    inside: list[Visit] = []

    def entered(account: str | None = None, **options: int) -> Visit:
        inside.append(Visit(world, chromium, account, **options))
        return inside[-1]

    yield entered
    for visit in inside:
        visit.close()
