from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from casework_world import World, make_world


@pytest.fixture(scope="session")
def made_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("dossiers") / "staat").state


@pytest.fixture
def world(made_world: Path, tmp_path: Path) -> World:
    """A copy of a world that was made once: every commit of the real one reaches the disk."""
    shutil.copytree(made_world, tmp_path / "staat")
    return World(tmp_path / "staat")
