"""Writing: nothing half, nothing replaced unasked; keys that other tools read."""

import re
import subprocess
from pathlib import Path

import pytest

from groeibrief.artefacts import canonical_json, new_directory, new_file, sha256_bytes, sha256_file
from groeibrief.errors import DefinitionError, Finding, RefusedError, UsageError, closest
from groeibrief.keys import fingerprint, read_private_key, read_public_key, signer, write_key_pair


def test_a_file_appears_whole_and_private(tmp_path: Path) -> None:
    with new_file(tmp_path / "a") as stream:
        stream.write(b"x")
        assert not (tmp_path / "a").exists()
    assert (tmp_path / "a").read_bytes() == b"x"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert sha256_file(tmp_path / "a") == sha256_bytes(b"x")


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_an_interrupted_file_or_directory_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    def half_a_file() -> None:
        with new_file(tmp_path / "a") as stream:
            stream.write(b"half")
            raise error

    def half_a_directory() -> None:
        with new_directory(tmp_path / "b") as folder:
            (folder / "x").write_bytes(b"half")
            raise error

    for half in (half_a_file, half_a_directory):
        with pytest.raises(error):
            half()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(UsageError) as caught, new_file(tmp_path / "a"):
        pass
    name = tmp_path / "a"
    assert str(caught.value) == f"{name} bestaat al. Kies een andere naam of verwijder het bestand eerst."
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x").touch()
    with (
        pytest.raises(UsageError, match=re.escape("bestaat al. Kies een andere map of verwijder ze eerst.")),
        new_directory(tmp_path / "b"),
    ):
        pass
    with new_file(tmp_path / "a", replace=True) as stream:
        stream.write(b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


def test_an_empty_directory_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    with new_directory(tmp_path / "b") as folder:
        (folder / "x").write_bytes(b"1")
    assert (tmp_path / "b" / "x").read_bytes() == b"1"
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o700


def test_canonical_json() -> None:
    assert canonical_json({"b": [1, None], "a": "é"}) == '{"a":"é","b":[1,null]}'.encode()


def test_errors_show_place_and_suggestion() -> None:
    error = DefinitionError("E302", Finding("Fout hier.", bestand="a.yaml", regel=2, kolom=3, bedoelde="bron"))
    assert str(error) == "a.yaml:2:3: Fout hier. Bedoelde u 'bron'?"
    assert error.as_json() == {
        "fout": {
            "code": "E302",
            "exit": 3,
            "meldingen": [
                {
                    "bestand": "a.yaml", "regel": 2, "kolom": 3, "gevonden": None, "verwacht": None,
                    "bedoelde": "bron", "melding": "Fout hier.",
                }
            ],
        }
    }  # fmt: skip
    assert closest("sociale_toeslg", ["sociale_toeslag", "zorgtoeslag"]) == "sociale_toeslag"
    assert closest("qqq", ["sociale_toeslag"]) is None


def test_keys_are_read_in_every_usual_form(tmp_path: Path) -> None:
    key = write_key_pair(tmp_path / "k", tmp_path / "k.pub")
    raw = key.public_key().public_bytes_raw()
    (tmp_path / "raw").write_bytes(raw)
    (tmp_path / "hex").write_text(raw.hex() + "\n")
    for name in ("k.pub", "raw", "hex"):
        assert read_public_key(tmp_path / name).public_bytes_raw() == raw
    assert read_private_key(tmp_path / "k").public_key().public_bytes_raw() == raw
    assert (tmp_path / "k").stat().st_mode & 0o777 == 0o600
    assert len(fingerprint(key.public_key())) == 16
    assert signer(b"data", key.sign(b"data"), [key.public_key()]) is not None
    assert signer(b"data!", key.sign(b"data"), [key.public_key()]) is None


def test_openssl_verifies_our_signature(tmp_path: Path) -> None:
    key = write_key_pair(tmp_path / "k", tmp_path / "k.pub")
    (tmp_path / "data").write_bytes(b"data")
    (tmp_path / "sig").write_bytes(key.sign(b"data"))
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "k.pub", "-in", "data", "-sigfile", "sig"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Signature Verified Successfully" in done.stdout


def test_what_is_not_a_key(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("not a key")
    what = tmp_path / "x"
    with pytest.raises(UsageError) as caught:
        read_public_key(what)
    assert str(caught.value) == f"{what} is geen publieke sleutel (Ed25519). Geef een sleutelbestand in PEM-vorm."
    with pytest.raises(UsageError, match="is geen geheime sleutel"):
        read_private_key(what)
    with pytest.raises(UsageError, match=re.escape("kan niet gelezen worden: het bestaat niet.")):
        read_public_key(tmp_path / "absent")


def test_a_private_key_that_fits_no_more_is_refused(tmp_path: Path) -> None:
    """Any 32 bytes are a key: one that was damaged would sign as somebody whom nobody knows."""
    write_key_pair(tmp_path / "vutg.key", tmp_path / "vutg.pub")
    good = (tmp_path / "vutg.key").read_bytes()
    write_key_pair(tmp_path / "ander.key", tmp_path / "ander.pub")
    (tmp_path / "vutg.key").write_bytes((tmp_path / "ander.key").read_bytes())
    with pytest.raises(RefusedError) as refusal:
        read_private_key(tmp_path / "vutg.key")
    assert (refusal.value.code, str(refusal.value)) == (
        "E450",
        f"De geheime sleutel {tmp_path / 'vutg.key'} hoort niet bij de publieke sleutel {tmp_path / 'vutg.pub'}: een "
        "van de twee is beschadigd of vervangen. Zet de juiste terug van de reservekopie.",
    )
    (tmp_path / "vutg.key").write_bytes(good)
    read_private_key(tmp_path / "vutg.key")
    for beside in (b"age1qyqszqgp", b"-----BEGIN CERTIFICATE-----", b""):
        (tmp_path / "vutg.pub").write_bytes(beside)
        read_private_key(tmp_path / "vutg.key")
    (tmp_path / "vutg.pub").unlink()
    read_private_key(tmp_path / "vutg.key")
