"""A snapshot is verified once, and again as soon as anything in its folder looks different."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from groeibrief.artefacts import new_directory, new_file
from groeibrief.catalog import Catalogue, Project, load_catalogue
from groeibrief.errors import RefusedError, SnapshotError, TryAgainError, UsageError
from groeibrief.snapshot import verification
from groeibrief.snapshot.synthetic import synthesise
from groeibrief.state import private_directory
from groeibrief.workflow.intake import take_in
from groeibrief.workflow.packaging import pack
from groeibrief.workflow.settings import Settings


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(Project(Path(__file__).parents[3]))


@pytest.fixture
def snapshot(tmp_path: Path, catalogue: Catalogue) -> Path:
    synthesise(tmp_path / "proef", catalogue=catalogue, families=20)
    return tmp_path / "proef"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(trust=(), store_root=None, state=tmp_path / "staat")


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The snapshots that were verified, in order."""
    done: list[str] = []
    verify = verification.verify

    def noted(snapshot: object, *more: object) -> object:
        done.append(snapshot.id)  # type: ignore[attr-defined]
        return verify(snapshot, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(verification, "verify", noted)
    return done


def touch(folder: Path) -> None:
    os.utime(folder / "persoon.parquet")


def same_again(folder: Path) -> None:
    """Another file with the same content, size and date."""
    path = folder / "persoon.parquet"
    data, status = path.read_bytes(), path.stat()
    path.unlink()
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def forget(folder: Path) -> None:
    for path in (folder.parent / "voorbereid").glob("*.nagekeken"):
        path.unlink()


def forge(folder: Path) -> None:
    for path in (folder.parent / "voorbereid").glob("*.nagekeken"):
        path.write_bytes(path.read_bytes().replace(b"proef", b"ander")[:-3])


@pytest.mark.parametrize("change", [touch, same_again, forget, forge])
def test_what_looks_different_is_verified_again(
    snapshot: Path, settings: Settings, catalogue: Catalogue, verified: list[str], change: Callable[[Path], None]
) -> None:
    first = take_in(snapshot, settings, catalogue)
    assert take_in(snapshot, settings, catalogue).root == first.root
    assert len(verified) == 1
    change(snapshot)
    take_in(snapshot, settings, catalogue)
    take_in(snapshot, settings, catalogue)
    assert len(verified) == 2


def test_another_catalogue_verifies_again(
    snapshot: Path, settings: Settings, catalogue: Catalogue, verified: list[str]
) -> None:
    take_in(snapshot, settings, catalogue)
    take_in(snapshot, settings, replace(catalogue, version="ander"))
    assert len(verified) == 2


def test_a_file_that_came_is_noticed(snapshot: Path, settings: Settings, catalogue: Catalogue) -> None:
    take_in(snapshot, settings, catalogue)
    (snapshot / "extra.parquet").write_bytes(b"PAR1")
    with pytest.raises(SnapshotError) as refusal:
        take_in(snapshot, settings, catalogue)
    assert refusal.value.code == "E420"


def test_a_snapshot_that_is_refused_is_not_remembered(
    snapshot: Path, settings: Settings, catalogue: Catalogue, verified: list[str]
) -> None:
    (snapshot / "dossier.parquet").unlink()
    for _ in range(2):
        with pytest.raises(SnapshotError):
            take_in(snapshot, settings, catalogue)
    assert len(verified) == 2
    assert list((snapshot.parent / "voorbereid").iterdir()) == []


def test_state_is_private_with_the_folders_above_it(tmp_path: Path) -> None:
    private_directory(tmp_path / "staat" / "tellingen")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")} == {0o700}
    (tmp_path / "bestand").touch()
    with pytest.raises(TryAgainError) as refusal:
        private_directory(tmp_path / "bestand")
    assert str(refusal.value) == (
        f"{tmp_path / 'bestand'} kan niet gebruikt worden: het bestaat al, maar is geen map. "
        "Kijk de rechten en de schijfruimte na."
    )


# Letters that were rendered, on their way to a package


def pack_letters(letters: Path, settings: Settings) -> None:
    pack(letters, letters.parent / "uit", recipients=[], sign_key=letters / "geen", settings=settings)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"synthetisch": true, "bestanden": 1}', b"[" * 100_000])
def test_no_folder_of_letters(tmp_path: Path, settings: Settings, data: bytes) -> None:
    (tmp_path / "brieven.json").write_bytes(data)
    with pytest.raises(UsageError) as refusal:
        pack_letters(tmp_path, settings)
    assert refusal.value.code == "E247"


def test_letters_that_are_not_what_was_rendered(tmp_path: Path, settings: Settings) -> None:
    told = (
        b'{"synthetisch": true, "selectie": "ab", "sjabloon": "informatiebrief", "bijgevoegd": {}, '
        b'"merktekens": "geen", "merktekens_opdracht": null, '
        b'"bestanden": [{"bestand": "brieven-0001.pdf", "sha256": "00"}]}'
    )
    (tmp_path / "brieven.json").write_bytes(told)
    (tmp_path / "brieven-0002.pdf").write_bytes(b"")
    with pytest.raises(RefusedError) as refusal:
        pack_letters(tmp_path, settings)
    assert refusal.value.code == "E573"
    assert str(refusal.value) == (
        "Deze bestanden zijn niet meer zoals ze gemaakt zijn: brieven-0001.pdf, brieven-0002.pdf. Maak de brieven "
        "opnieuw."
    )


# What a killed process leaves behind


def test_the_next_run_clears_what_a_killed_one_left(tmp_path: Path) -> None:
    (tmp_path / ".uit.abc.deel").mkdir()
    (tmp_path / ".uit.abc.deel" / "recipients.parquet").write_text("iemand")
    (tmp_path / ".uit.def.deel").write_text("iemand")
    (tmp_path / ".ander.ghi.deel").write_text("van een ander")
    with new_directory(tmp_path / "uit"):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == [".ander.ghi.deel", "uit"]
    with new_file(tmp_path / "ander"):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ander", "uit"]


def test_a_run_that_is_busy_is_left_alone(tmp_path: Path) -> None:
    with new_directory(tmp_path / "uit") as first, new_file(tmp_path / "bestand") as stream:
        (first / "half").touch()
        with new_directory(tmp_path / "uit") as second, new_file(tmp_path / "bestand") as other:
            other.write(b"tweede")
            assert first.is_dir()
        stream.write(b"eerste")
        assert second != first
        (tmp_path / "uit" / "inhoud").touch()
        with pytest.raises(UsageError) as refusal, new_directory(tmp_path / "uit"):
            pass
        assert refusal.value.code == "E210"
        (tmp_path / "uit" / "inhoud").unlink()
        (tmp_path / "bestand").unlink()
    assert (tmp_path / "bestand").read_bytes() == b"eerste"


def write_second(path: Path) -> None:
    with new_file(path) as stream:
        stream.write(b"tweede")
        path.write_bytes(b"eerste")


def make_second(path: Path) -> None:
    with new_directory(path) as folder:
        (folder / "tweede").touch()
        path.mkdir()
        (path / "eerste").touch()


def test_who_comes_second_replaces_nothing(tmp_path: Path) -> None:
    for comes_second, path in ((write_second, tmp_path / "bestand"), (make_second, tmp_path / "uit")):
        with pytest.raises(UsageError) as refusal:
            comes_second(path)
        assert refusal.value.code == "E210"
    assert (tmp_path / "bestand").read_bytes() == b"eerste"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["bestand", "eerste", "uit"]
