from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from disclosure_world import ROOT, Clock, Recorded, cities

from groeibrief.catalog import Project
from groeibrief.disclosure import DisclosurePolicy, Teller, load_disclosure_policy


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A copy of the shipped policies that a test may spoil."""
    (tmp_path / "catalog").mkdir()
    shutil.copytree(ROOT / "rules" / "policies", tmp_path / "rules" / "policies")
    return Project(tmp_path)


@pytest.fixture(scope="session")
def policy() -> DisclosurePolicy:
    return load_disclosure_policy(Project(ROOT))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def noise() -> Recorded:
    return Recorded()


@pytest.fixture
def teller(tmp_path: Path, policy: DisclosurePolicy, noise: Recorded, clock: Clock) -> Teller:
    return Teller(tmp_path / "toestand", policy, noise, clock, municipalities=cities())
