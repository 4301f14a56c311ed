from __future__ import annotations

import errno
import io

import pytest

from groeibrief.artefacts import sha256_bytes
from groeibrief.errors import RefusedError, UsageError
from groeibrief.printshop.seal import (
    decrypt,
    encrypt,
    make_age_keys,
    read_identity,
    read_recipients,
    recipient_of,
)

OTHER = "age1suv09ctv70vf3x0ktsxz837hxums6657ner7qu9jz4dr9z423vcqgf2cex"


def _seal(data: bytes, keys) -> bytes:
    out = io.BytesIO()
    sealed = encrypt(io.BytesIO(data), out, read_recipients([keys.public]))
    assert (sealed.size, sealed.sha256) == (len(out.getvalue()), sha256_bytes(out.getvalue()))
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 200_000])
def test_what_goes_in_comes_out(keys, size):
    data = bytes(index % 251 for index in range(size))
    sealed, out = _seal(data, keys), io.BytesIO()
    read = decrypt(io.BytesIO(sealed), out, read_identity(keys.secret))
    assert out.getvalue() == data
    assert (read.size, read.sha256) == (len(sealed), sha256_bytes(sealed))


def test_every_recipient_can_open_it(tmp_path, keys):
    make_age_keys(tmp_path / "tweede.key", tmp_path / "tweede.pub")
    sealed = io.BytesIO()
    encrypt(io.BytesIO(b"brief"), sealed, read_recipients([keys.public, tmp_path / "tweede.pub"]))
    for secret in (keys.secret, tmp_path / "tweede.key"):
        out = io.BytesIO()
        decrypt(io.BytesIO(sealed.getvalue()), out, read_identity(secret))
        assert out.getvalue() == b"brief"


def test_another_key_is_refused(tmp_path, keys):
    make_age_keys(tmp_path / "ander.key", tmp_path / "ander.pub")
    with pytest.raises(RefusedError) as caught:
        decrypt(io.BytesIO(_seal(b"brief", keys)), io.BytesIO(), read_identity(tmp_path / "ander.key"))
    assert (caught.value.code, str(caught.value)) == (
        "E544",
        "Dit pakket is niet voor deze sleutel verzegeld. Gebruik de geheime sleutel die hoort bij de publieke sleutel "
        "die u aan VUTG gaf.",
    )


def _flip(data: bytes, index: int) -> bytes:
    return data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"geen zegel",
        lambda data: data[:100],
        lambda data: data[:-1],
        lambda data: data[: data.index(b"\n--- ") + 49 + 16 + 65_552],
        lambda data: data + b"\0",
        lambda data: _flip(data, 5),
        lambda data: _flip(data, len(data) // 2),
        lambda data: _flip(data, len(data) - 1),
    ],
)
def test_a_damaged_seal_is_refused(keys, damage):
    sealed = _seal(bytes(150_000), keys)
    with pytest.raises(RefusedError) as caught:
        decrypt(io.BytesIO(damage(sealed)), io.BytesIO(), read_identity(keys.secret))
    assert (caught.value.code, str(caught.value)) == (
        "E545",
        "De verzegeling is beschadigd of onvolledig. Druk niets en vraag VUTG om het pakket opnieuw te sturen.",
    )


class Breaking(io.BytesIO):
    """Fails at the call with this number, counting reads and writes from 0."""

    def __init__(self, error: BaseException, at: int, data: bytes = b"") -> None:
        super().__init__(data)
        self.error, self.at, self.calls = error, at, 0

    def _step(self) -> None:
        self.calls += 1
        if self.calls > self.at:
            raise self.error

    def read(self, size=-1):
        self._step()
        return super().read(size)

    def write(self, data):
        self._step()
        return super().write(data)


ERRORS = [OSError(errno.ENOSPC, "vol"), KeyboardInterrupt(), RefusedError("E546", "fout")]


@pytest.mark.parametrize("error", ERRORS, ids=repr)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_what_goes_wrong_in_a_stream_is_raised_as_it_is(keys, error, at):
    readers, data = read_recipients([keys.public]), bytes(150_000)
    sealed = _seal(data, keys)
    for attempt in (
        lambda: encrypt(Breaking(error, at, data), io.BytesIO(), readers),
        lambda: encrypt(io.BytesIO(data), Breaking(error, at), readers),
        lambda: decrypt(Breaking(error, at, sealed), io.BytesIO(), read_identity(keys.secret)),
        lambda: decrypt(io.BytesIO(sealed), Breaking(error, at), read_identity(keys.secret)),
    ):
        with pytest.raises(type(error)) as caught:
            attempt()
        assert caught.value is error


def test_a_full_disk_at_the_very_last_write_is_not_swallowed(keys):
    with pytest.raises(OSError, match="vol"):
        encrypt(io.BytesIO(b"klein"), Breaking(OSError(errno.ENOSPC, "vol"), 0), read_recipients([keys.public]))


def test_a_file_that_did_not_keep_all_bytes_is_noticed(keys):
    class Forgetful(io.BytesIO):
        def write(self, data):
            return super().write(data[:-1])

    with pytest.raises(OSError, match="the sealed file is not complete"):
        encrypt(io.BytesIO(b"klein"), Forgetful(), read_recipients([keys.public]))


def test_keys_are_written_as_age_keygen_does(keys):
    first, second = keys.secret.read_text().splitlines()
    public = keys.public.read_text().strip()
    assert first == f"# public key: {public}"
    assert second.startswith("AGE-SECRET-KEY-1")
    assert keys.secret.stat().st_mode & 0o777 == 0o600
    assert keys.public.stat().st_mode & 0o777 == 0o644
    (recipient,) = read_recipients([keys.public])
    assert recipient == recipient_of(read_identity(keys.secret))
    assert recipient.fingerprint == sha256_bytes(public.encode())[:16]


def test_existing_keys_are_never_replaced(keys):
    before = keys.secret.read_bytes()
    with pytest.raises(UsageError) as caught:
        make_age_keys(keys.secret, keys.public)
    assert caught.value.code == "E210"
    assert keys.secret.read_bytes() == before


def test_recipients_are_sorted_and_each_once(tmp_path, keys):
    file = tmp_path / "samen.pub"
    file.write_text(f"# drukkerij\n\n{OTHER}\n{keys.public.read_text()}")
    assert [recipient.key for recipient in read_recipients([file, keys.public])] == sorted(
        [OTHER, keys.public.read_text().strip()]
    )


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "E242", "{path} is geen publieke sleutel van age. Een publieke sleutel begint met 'age1'."),
        ("# leeg\n", "E242", "{path} is geen publieke sleutel van age. Een publieke sleutel begint met 'age1'."),
        (OTHER[:-1], "E242", "{path} is geen publieke sleutel van age. Een publieke sleutel begint met 'age1'."),
        (
            "AGE-SECRET-KEY-1QQQ",
            "E243",
            "{path} bevat een geheime sleutel. Geef de publieke sleutel van de drukkerij ('age1…').",
        ),
    ],
)
def test_a_wrong_public_key_is_refused_without_showing_it(tmp_path, text, code, message):
    path = tmp_path / "x.pub"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_recipients([path])
    assert (caught.value.code, str(caught.value)) == (code, message.format(path=path))


def test_without_recipients_nothing_is_sealed():
    with pytest.raises(UsageError) as caught:
        read_recipients([])
    assert (caught.value.code, str(caught.value)) == (
        "E240",
        "Geef minstens één publieke sleutel van een drukkerij ('age1…').",
    )


def test_a_wrong_secret_key_is_refused_without_showing_it(tmp_path, keys):
    secret = keys.secret.read_text()
    path = tmp_path / "x.key"
    for text in ("", OTHER, secret[:-4], secret + secret):
        path.write_text(text)
        with pytest.raises(UsageError) as caught:
            read_identity(path)
        assert (caught.value.code, str(caught.value)) == (
            "E245",
            f"{path} is geen geheime sleutel van age. Geef het bestand dat age-keygen maakte, zonder wachtwoord; er "
            "staat één regel in die begint met 'AGE-SECRET-KEY-1'.",
        )
        assert caught.value.__suppress_context__


def test_a_key_that_is_not_there(tmp_path):
    path = tmp_path / "weg"
    for read in (lambda: read_identity(path), lambda: read_recipients([path])):
        with pytest.raises(UsageError) as caught:
            read()
        assert (caught.value.code, str(caught.value)) == (
            "E241",
            f"Het sleutelbestand {path} kan niet gelezen worden: het bestaat niet.",
        )
