from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from groeibrief.keys import write_key_pair
from groeibrief.printshop.package import open_package
from groeibrief.printshop.seal import make_age_keys
from groeibrief.workflow.trial import trial_package


@dataclass(frozen=True)
class Shop:
    """A print shop that opens trial packages in *home*."""

    home: Path

    def __post_init__(self) -> None:
        write_key_pair(self.home / "vutg.key", self.home / "vutg.pub")
        make_age_keys(self.home / "drukkerij.key", self.home / "drukkerij.pub")

    def opened(self, template: str, project: Path | None = None, pieces: int = 9) -> Path:
        """The content of a trial package."""
        sealed, out = self.home / f"{template}.pakket", self.home / template
        keys = {"recipients": [self.home / "drukkerij.pub"], "sign_key": self.home / "vutg.key"}
        trial_package(template, sealed, pieces=pieces, project=project, **keys)
        open_package(sealed, out, self.home / "drukkerij.key", [self.home / "vutg.pub"])
        return out


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    home = tmp_path / "drukkerij"
    home.mkdir()
    return Shop(home)
