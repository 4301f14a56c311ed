from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from workflow_office import World, approved, in_review, make_shared, make_world


@pytest.fixture(scope="session")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Offices that were made once: empty, with a request in review, approved, run."""
    folder = tmp_path_factory.mktemp("kantoren")
    make_shared(folder / "gedeeld")
    make_world(folder / "leeg-kantoor")
    for name, make in (("nazicht", in_review), ("goedgekeurd", approved)):
        shutil.copytree(folder / "leeg-kantoor", folder / name)
        make(World(folder / name))
    shutil.copytree(folder / "goedgekeurd", folder / "uitgevoerd")
    World(folder / "uitgevoerd").run()
    return folder


def _copy(offices: Path, name: str, to: Path) -> World:
    (to / "gedeeld").symlink_to(offices / "gedeeld")
    shutil.copytree(offices / name, to / "kantoor")
    return World(to / "kantoor")


@pytest.fixture
def world(offices: Path, tmp_path: Path) -> World:
    return _copy(offices, "leeg-kantoor", tmp_path)


@pytest.fixture
def reviewed(offices: Path, tmp_path: Path) -> World:
    """Request 2025-0001 is in review."""
    return _copy(offices, "nazicht", tmp_path)


@pytest.fixture
def ready(offices: Path, tmp_path: Path) -> World:
    """Request 2025-0001 is approved."""
    return _copy(offices, "goedgekeurd", tmp_path)


@pytest.fixture
def finished(offices: Path, tmp_path: Path) -> World:
    """Request 2025-0001 was run."""
    return _copy(offices, "uitgevoerd", tmp_path)


@pytest.fixture(scope="session")
def whole(offices: Path) -> World:
    """The same, to look at only."""
    return World(offices / "uitgevoerd")
