from __future__ import annotations

from pathlib import Path

import pytest
from opgroeien_world import ROOT, Office

from groeibrief.catalog import Catalogue, Project, load_catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(Project(ROOT))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "kantoor")
