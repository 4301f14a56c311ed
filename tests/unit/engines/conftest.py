from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engines_suite import ALL, LOCAL, OpenEngine, closed, opened
from engines_world import World

from groeibrief.catalog import Catalogue, Project, load_catalogue
from groeibrief.engines import Engine


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(Project(Path(__file__).parents[3]))


@pytest.fixture(scope="module")
def module_world(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(catalogue, tmp_path_factory.mktemp("world"))


@pytest.fixture
def world(catalogue: Catalogue, tmp_path: Path) -> World:
    return World(catalogue, tmp_path)


@pytest.fixture(scope="module", params=ALL)
def open_engine(request: pytest.FixtureRequest) -> Iterator[OpenEngine]:
    """Opens each of the engines over a world."""
    engines: list[Engine] = []

    def open_one(world: World) -> Engine:
        engines.append(opened(request.param, world))
        return engines[-1]

    yield open_one
    for engine in engines:
        closed(engine)


@pytest.fixture(scope="module")
def engine(populated: World, open_engine: OpenEngine) -> Engine:
    """Each of the engines over the world that the module populates."""
    return open_engine(populated)


@pytest.fixture(scope="module", params=LOCAL)
def local_engine(populated: World, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """As ``engine``, without Spark: for tests that ask more questions than its start-up allows."""
    engine = opened(request.param, populated)
    yield engine
    closed(engine)
