from __future__ import annotations

import hashlib
import hmac
import stat
from pathlib import Path

import pytest

from groeibrief.casework import Pseudonyms
from groeibrief.errors import RefusedError, UsageError


def test_a_pseudonym_is_a_keyed_hash(tmp_path: Path) -> None:
    path = tmp_path / "sleutel"
    path.write_bytes(bytes(range(32)))
    expected = hmac.new(bytes(range(32)), b"dossier:12", hashlib.sha256).hexdigest()[:32]
    assert Pseudonyms(path).of(12) == expected


def test_a_dossier_keeps_its_pseudonym_under_one_key_only(tmp_path: Path) -> None:
    first = Pseudonyms.create(tmp_path / "een")
    second = Pseudonyms.create(tmp_path / "twee")
    assert first.of(12) == Pseudonyms(tmp_path / "een").of(12)
    assert first.of(12) != second.of(12)
    assert len({first.of(number) for number in range(1000)}) == 1000
    assert stat.S_IMODE((tmp_path / "een").stat().st_mode) == 0o600


def test_a_key_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "sleutel"
    with pytest.raises(RefusedError) as caught:
        Pseudonyms(path)
    assert caught.value.code == "E528"
    assert str(caught.value) == (f"De sleutel voor pseudoniemen kan niet gelezen worden ({path}): het bestaat niet.")
    assert not path.exists()


def test_a_key_of_another_length_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sleutel"
    path.write_bytes(b"kort")
    with pytest.raises(RefusedError) as caught:
        Pseudonyms(path)
    assert str(caught.value) == f"{path} is geen sleutel voor pseudoniemen: die telt precies 32 bytes."


def test_an_existing_key_is_not_replaced(tmp_path: Path) -> None:
    Pseudonyms.create(tmp_path / "sleutel")
    with pytest.raises(UsageError):
        Pseudonyms.create(tmp_path / "sleutel")
