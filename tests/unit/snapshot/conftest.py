from __future__ import annotations

from pathlib import Path

import pytest
from snapshot_maker import Maker

from groeibrief.catalog import Catalogue, Project, load_catalogue
from groeibrief.keys import write_key_pair


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(Project(Path(__file__).parents[3]))


@pytest.fixture
def maker(tmp_path: Path, catalogue: Catalogue) -> Maker:
    """A maker of snapshots; its public key lies where no snapshot's neighbours are looked for."""
    keys = tmp_path / "sleutels"
    keys.mkdir()
    key = write_key_pair(keys / "maker.key", keys / "maker.pub")
    return Maker(tmp_path / "snapshot", catalogue, key, keys / "maker.pub")
