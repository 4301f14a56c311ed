from __future__ import annotations

from pathlib import Path

import pytest
from engines_world import World

from groeibrief.catalog import Catalogue, Project, load_catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(Project(Path(__file__).parents[3]))


@pytest.fixture(scope="module")
def module_world(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(catalogue, tmp_path_factory.mktemp("world"))


@pytest.fixture
def world(catalogue: Catalogue, tmp_path: Path) -> World:
    return World(catalogue, tmp_path)
