"""A folder for what is needed on the way: private, and gone whatever happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from groeibrief.artefacts import new_directory, scratch_directory


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_is_private_and_goes_away(tmp_path: Path) -> None:
    with scratch_directory(tmp_path / "uit") as scratch:
        assert scratch.stat().st_mode & 0o777 == 0o700
        (scratch / "brief").write_text("Kanarie")
    assert names(tmp_path) == []


def test_it_goes_away_after_an_error(tmp_path: Path) -> None:
    def interrupted() -> None:
        with scratch_directory(tmp_path / "uit") as scratch:
            (scratch / "brief").write_text("Kanarie")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert names(tmp_path) == []


def test_what_it_is_for_can_be_made_meanwhile(tmp_path: Path) -> None:
    with scratch_directory(tmp_path / "uit") as scratch:
        (scratch / "brief").write_text("Kanarie")
        with new_directory(tmp_path / "uit") as out:
            (out / "pakket").write_text((scratch / "brief").read_text())
        assert (scratch / "brief").exists()
    assert names(tmp_path) == ["uit"]


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / ".uit.0a1b2c3d.deel"
    left.mkdir()
    (left / "brief").write_text("Kanarie")
    with scratch_directory(tmp_path / "uit"):
        assert not left.exists()
    assert names(tmp_path) == []
