from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from analysis_world import Data, engine_over, torhout

from groeibrief.catalog import Catalogue, Project, load_catalogue
from groeibrief.snapshot.folder import open_snapshot
from groeibrief.snapshot.synthetic import synthesise


@pytest.fixture(scope="session")
def shipped() -> Project:
    return Project(Path(__file__).parents[3])


@pytest.fixture(scope="session")
def catalogue(shipped: Project) -> Catalogue:
    return load_catalogue(shipped)


@pytest.fixture(scope="session")
def hand(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Data]:
    """The families of ``analysis_world.torhout``."""
    snapshot = torhout(catalogue).write(tmp_path_factory.mktemp("hand") / "h")
    engine = engine_over(snapshot, catalogue)
    yield Data(snapshot, engine)
    engine.close()


@pytest.fixture(scope="session")
def synthetic(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Data]:
    """Six hundred invented families, with every hard case."""
    folder = tmp_path_factory.mktemp("synth") / "s"
    synthesise(folder, catalogue=catalogue, families=600, seed=5, extracted_on=date(2025, 11, 3))
    snapshot = open_snapshot(folder)
    engine = engine_over(snapshot, catalogue)
    yield Data(snapshot, engine)
    engine.close()
