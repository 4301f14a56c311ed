"""Signed documents: nothing that is altered, cut, of another kind or signed by another is believed or left behind."""

from __future__ import annotations

import json
from datetime import date

import pytest

from groeibrief.artefacts import canonical_json
from groeibrief.errors import RefusedError, UsageError
from groeibrief.keys import fingerprint, read_private_key, read_public_key, write_key_pair
from groeibrief.printshop.destruction import Destruction
from groeibrief.printshop.recall import Recall
from groeibrief.printshop.statement import read_signed, signature_path, write_signed


def statement(signer: str) -> Destruction:
    return Destruction(
        opdracht="opdracht-1", pakket="c" * 64, vernietigd_op=date(2025, 12, 1), door="operator", ondertekenaar=signer
    )


@pytest.fixture
def signed(tmp_path, printer):
    path = tmp_path / "vernietiging.json"
    write_signed(path, read_private_key(printer[0]), statement)
    return path


@pytest.fixture
def trusted(printer):
    return [read_public_key(printer[1])]


def refusal(path, trusted, kind=Destruction) -> tuple[str, str]:
    with pytest.raises(RefusedError) as caught:
        read_signed(path, kind, trusted)
    return caught.value.code, str(caught.value)


def test_what_is_written_is_read(signed, trusted):
    assert read_signed(signed, Destruction, trusted) == statement(fingerprint(trusted[0]))
    assert signed.read_bytes() == canonical_json(json.loads(signed.read_bytes()))
    assert len(signature_path(signed).read_bytes()) == 64


def test_every_altered_bit_is_refused(signed, trusted):
    data = signed.read_bytes()
    for position in range(0, len(data), 7):
        signed.write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
        assert refusal(signed, trusted)[0] in {"E591", "E592"}
    signed.write_bytes(data)
    signature = signature_path(signed).read_bytes()
    for position in range(0, 64, 5):
        signature_path(signed).write_bytes(
            signature[:position] + bytes([signature[position] ^ 1]) + signature[position + 1 :]
        )
        assert refusal(signed, trusted) == (
            "E592",
            "vernietiging.json: De handtekening klopt niet: het document of de handtekening is veranderd. Gebruik het "
            "niet en vraag het opnieuw.",
        )


@pytest.mark.parametrize("which", ["document", "signature"])
@pytest.mark.parametrize("left", [0, 1, 30])
def test_a_cut_file_is_refused(signed, trusted, which, left):
    path = signed if which == "document" else signature_path(signed)
    path.write_bytes(path.read_bytes()[:left])
    assert refusal(signed, trusted)[0] == "E592"


def test_a_longer_signature_is_refused(signed, trusted):
    path = signature_path(signed)
    path.write_bytes(path.read_bytes() + b"\n")
    assert refusal(signed, trusted) == ("E590", "vernietiging.json.sig: Het bestand is te groot om juist te zijn.")


@pytest.mark.parametrize("name", ["vernietiging.json", "vernietiging.json.sig"])
def test_a_missing_file_is_refused(signed, trusted, name):
    (signed.parent / name).unlink()
    assert refusal(signed, trusted) == ("E590", f"{name}: Het bestand kan niet gelezen worden: het bestaat niet.")


def test_a_stranger_is_refused_by_fingerprint(tmp_path, signed, trusted):
    write_key_pair(tmp_path / "ander.key", tmp_path / "ander.pub")
    code, text = refusal(signed, [read_public_key(tmp_path / "ander.pub")])
    assert (code, text) == (
        "E591",
        "vernietiging.json: Dit document is ondertekend met een sleutel die u niet vertrouwt (kenmerk "
        f"{fingerprint(trusted[0])}). Gebruik het niet. Vraag de afzender welk kenmerk zijn sleutel heeft, en geef "
        "zijn publieke sleutel met --trust.",
    )


def test_a_document_of_another_kind_is_refused(signed, trusted):
    assert refusal(signed, trusted, Recall)[0] == "E590"


def test_a_document_that_names_another_signer_is_refused(tmp_path, printer, trusted):
    path = tmp_path / "vernietiging.json"
    write_signed(path, read_private_key(printer[0]), lambda signer: statement("0" * 16))
    assert refusal(path, trusted) == (
        "E592",
        "vernietiging.json: Het document noemt een andere ondertekenaar dan wie het ondertekende. Gebruik het niet.",
    )


@pytest.mark.parametrize("spoil", [b" ", b"\n\n", b"\t"])
def test_what_is_signed_is_canonical_but_for_one_line_end(tmp_path, printer, trusted, spoil):
    key = read_private_key(printer[0])
    data = statement(fingerprint(key.public_key())).as_bytes()
    path = tmp_path / "vernietiging.json"
    path.write_bytes(data + b"\n")
    signature_path(path).write_bytes(key.sign(data + b"\n"))
    assert read_signed(path, Destruction, trusted).as_bytes() == data
    path.write_bytes(data + spoil)
    signature_path(path).write_bytes(key.sign(data + spoil))
    assert refusal(path, trusted)[0] == "E590"


def test_an_existing_document_is_not_replaced(signed, printer):
    before = signed.read_bytes(), signature_path(signed).read_bytes()
    with pytest.raises(UsageError, match="bestaat al") as caught:
        write_signed(signed, read_private_key(printer[0]), lambda signer: statement("1" * 16))
    assert caught.value.code == "E210"
    assert (signed.read_bytes(), signature_path(signed).read_bytes()) == before


def test_after_an_error_neither_file_is_there(tmp_path, printer):
    class FailingError(Exception):
        pass

    key = read_private_key(printer[0])

    class Key:
        def public_key(self):
            return key.public_key()

        def sign(self, data):
            raise FailingError

    with pytest.raises(FailingError):
        write_signed(tmp_path / "v.json", Key(), statement)  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(("v.json", ".v"))] == []


def test_a_signature_that_a_killed_run_left_does_not_stand_in_the_way(tmp_path, printer, trusted):
    path = tmp_path / "v.json"
    signature_path(path).write_bytes(b"half")
    write_signed(path, read_private_key(printer[0]), statement)
    assert read_signed(path, Destruction, trusted).opdracht == "opdracht-1"
