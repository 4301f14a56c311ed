"""What the tests of selection share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from selection_world import BRUGGE, TORHOUT, World

from groeibrief.catalog import Catalogue, Municipalities, Municipality, find_project, load_catalogue
from groeibrief.selection import SelectionPolicy, load_policy


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The shipped sources, with a handful of municipalities of which two merge on 1 January 2025."""
    merged, day = {"44012": "44086", "44048": "44086"}, date(2025, 1, 1)
    shipped = load_catalogue(find_project())
    rows = [
        *(Municipality(nis=nis, naam=nis, gewest="vlaanderen", van=date(1977, 1, 1)) for nis in (TORHOUT, BRUGGE)),
        *(
            Municipality(nis=old, naam=old, gewest="vlaanderen", van=date(1977, 1, 1), tot=day, opvolger=new)
            for old, new in merged.items()
        ),
        Municipality(nis="44086", naam="44086", gewest="vlaanderen", van=day),
    ]
    return replace(shipped, municipalities=Municipalities(rows))


@pytest.fixture(scope="session")
def policy() -> SelectionPolicy:
    return load_policy(find_project())


@pytest.fixture
def world(tmp_path: Path, catalogue: Catalogue, policy: SelectionPolicy) -> World:
    return World(tmp_path / "store", catalogue, policy)
