"""Suppression lists: signed, whole, understood, or refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from groeibrief.artefacts import sha256_bytes
from groeibrief.errors import RefusedError
from groeibrief.keys import fingerprint
from groeibrief.selection import ListFile, SuppressionLists, load_suppression, no_lists

DAY = date(2025, 11, 3)
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
HEADER = "persoon_id,dossier_id,lijst,geldig_van,geldig_tot\n"


def sign(path: Path, data: bytes, key: Ed25519PrivateKey = KEY) -> Path:
    path.write_bytes(data)
    path.with_name(path.name + ".sig").write_bytes(key.sign(data))
    return path


def load(folder: Path, on: date = DAY) -> SuppressionLists:
    return load_suppression(folder, [OTHER.public_key(), KEY.public_key()], on)


def refusal(folder: Path) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        load(folder)
    assert caught.value.exit_code == 5
    return caught.value


def test_lists_in_csv_and_parquet_with_their_hashes(tmp_path: Path) -> None:
    csv = (HEADER + "11,,verzet,2025-01-01,\n,7,verzet,2025-01-01,2025-12-31\n").encode()
    sign(tmp_path / "verzet.csv", csv)
    sink = pa.BufferOutputStream()
    table = pa.table(
        {"persoon_id": [21, None], "dossier_id": [5, 6], "lijst": ["beschermd"] * 2, "geldig_van": [DAY] * 2}
    )
    pq.write_table(table, sink)
    parquet = sink.getvalue().to_pybytes()
    sign(tmp_path / "beschermd-1.parquet", parquet)
    lists = load(tmp_path)
    assert lists.persons == {"verzet": frozenset({11}), "beschermd": frozenset({21})}
    assert lists.dossiers == {"verzet": frozenset({7}), "beschermd": frozenset({5, 6})}
    signed_by = fingerprint(KEY.public_key())
    assert lists.files == (
        ListFile("beschermd", sha256_bytes(parquet), signed_by, 2),
        ListFile("verzet", sha256_bytes(csv), signed_by, 2),
    )
    assert lists.present == {"verzet", "beschermd"}


@pytest.mark.parametrize(
    ("van", "tot", "holds"),
    [
        ("2025-11-03", "", True),
        ("2025-11-04", "", False),
        ("2025-01-01", "2025-11-04", True),
        ("2025-01-01", "2025-11-03", False),
    ],
)
def test_an_entry_holds_half_open(tmp_path: Path, van: str, tot: str, holds: bool) -> None:
    sign(tmp_path / "verzet.csv", f"{HEADER}11,,verzet,{van},{tot}\n".encode())
    lists = load(tmp_path)
    assert (11 in lists.persons["verzet"]) is holds
    assert lists.files[0].geldig == int(holds)


def test_semicolons_a_byte_order_mark_and_only_the_needed_columns(tmp_path: Path) -> None:
    sign(tmp_path / "verzet.csv", "\ufeffpersoon_id;lijst;geldig_van\r\n11;verzet;2025-01-01\r\n".encode())
    assert load(tmp_path).persons["verzet"] == {11}


def test_an_empty_list_is_a_list(tmp_path: Path) -> None:
    sign(tmp_path / "verzet.csv", HEADER.encode())
    assert load(tmp_path).present == {"verzet"}


def test_no_folder_is_no_lists() -> None:
    assert load_suppression(None, [], DAY) == no_lists(DAY)
    assert no_lists(DAY).present == frozenset()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    error = refusal(tmp_path / "weg")
    assert error.code == "E560"
    assert str(error) == (f"De map met de lijsten, {tmp_path / 'weg'}, kan niet gelezen worden: het bestaat niet.")


def test_not_signed(tmp_path: Path) -> None:
    path = tmp_path / "verzet.csv"
    path.write_text(HEADER)
    error = refusal(tmp_path)
    assert error.code == "E561"
    assert str(error) == f"{path}: De lijst is niet ondertekend: verzet.csv.sig ontbreekt."


def strange_signer(path: Path) -> None:
    sign(path, HEADER.encode(), STRANGER)


def changed(path: Path) -> None:
    sign(path, HEADER.encode())
    path.write_bytes(HEADER.encode() + b"\n")


def short_signature(path: Path) -> None:
    sign(path, HEADER.encode())
    path.with_name(path.name + ".sig").write_bytes(b"x")


@pytest.mark.parametrize("spoil", [strange_signer, changed, short_signature])
def test_signed_by_a_stranger_or_changed_since(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    path = tmp_path / "verzet.csv"
    spoil(path)
    error = refusal(tmp_path)
    assert error.code == "E562"
    assert str(error) == (
        f"{path}: De handtekening klopt niet: de lijst is gewijzigd, of ondertekend door iemand die u niet vertrouwt. "
        "Vraag de lijst opnieuw op."
    )


OTHER_LIST = "In het bestand van de lijst 'verzet' staat een rij van een andere lijst."
ROW = (
    "Deze rij is onvolledig of onjuist: geef persoon_id of dossier_id, lijst, geldig_van (JJJJ-MM-DD) en eventueel een "
    "latere geldig_tot."
)
COLUMNS = "De kolommen zijn persoon_id en/of dossier_id, lijst, geldig_van en eventueel geldig_tot."


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (HEADER + "11,,verzet,2025-01-01,\n,,verzet,2025-01-01,\n", ":3", ROW),
        (HEADER + "elf,,verzet,2025-01-01,\n", ":2", ROW),
        (HEADER + "-1,,verzet,2025-01-01,\n", ":2", ROW),
        (HEADER + f"{2**63},,verzet,2025-01-01,\n", ":2", ROW),
        (HEADER + "11,,verzet,1/1/2025,\n", ":2", ROW),
        (HEADER + "11,,verzet,,\n", ":2", ROW),
        (HEADER + "11,,verzet,2025-01-01,2025-01-01\n", ":2", ROW),
        (HEADER + "11,,beschermd,2025-01-01,\n", ":2", OTHER_LIST),
        (HEADER + "11,,verzet\n", ":2", "Deze rij heeft 3 velden in plaats van 5."),
        (HEADER + '"11', ":2", "Deze rij is geen geldige CSV."),
        ("persoon_id,lijst\n", "", COLUMNS),
        ("lijst,geldig_van\n", "", COLUMNS),
        ("persoon_id,persoon_id,lijst,geldig_van\n", "", COLUMNS),
        (HEADER.replace("\n", ",naam\n"), "", COLUMNS),
        ("", "", COLUMNS),
        (b"\xff\xfe", "", "De lijst is geen UTF-8. Bewaar ze als UTF-8."),
    ],
)  # fmt: skip
def test_not_a_list(tmp_path: Path, data: str | bytes, place: str, message: str) -> None:
    path = sign(tmp_path / "verzet.csv", data.encode() if isinstance(data, str) else data)
    error = refusal(tmp_path)
    assert error.code == "E563"
    assert str(error) == f"{path}{place}: {message}"


def test_not_a_parquet_file(tmp_path: Path) -> None:
    path = sign(tmp_path / "beschermd.parquet", b"PAR1")
    error = refusal(tmp_path)
    assert (error.code, str(error)) == ("E563", f"{path}: De lijst is geen leesbaar Parquet-bestand.")


def test_a_file_that_does_not_belong_there_and_a_signature_alone(tmp_path: Path) -> None:
    sign(tmp_path / "beschemd.csv", HEADER.encode())
    (tmp_path / "verzet.csv.sig").write_bytes(b"x" * 64)
    (tmp_path / ".verborgen").touch()
    error = refusal(tmp_path)
    assert error.code == "E564"
    assert str(error) == (
        f"{tmp_path / 'beschemd.csv'}: Dit bestand hoort niet in de map met de lijsten: een lijst heet verzet of "
        "beschermd, met .csv of .parquet erachter. Hernoem of verwijder het.\n"
        f"{tmp_path / 'verzet.csv.sig'}: Bij deze handtekening ontbreekt de lijst zelf. Zet ze terug."
    )


def test_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "verzet.csv"
    path.mkdir()
    path.with_name("verzet.csv.sig").write_bytes(b"x" * 64)
    error = refusal(tmp_path)
    assert (error.code, str(error)) == ("E560", f"{path}: De lijst kan niet gelezen worden: het is een map.")
