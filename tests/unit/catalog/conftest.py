from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from groeibrief.catalog import Catalogue, Project, load_catalogue

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def shipped() -> Catalogue:
    return load_catalogue(Project(ROOT))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A copy of the shipped content that a test may spoil."""
    for folder in ("catalog", "rules/policies"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return Project(tmp_path)
