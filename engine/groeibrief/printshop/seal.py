"""The seal: age (age-encryption.org/v1) to X25519 keys, in a stream, so that its size costs no memory.

``pyrage`` swallows an error of the last write and turns others into its own: every stream handed to it is wrapped, and
what went wrong there is raised afterwards as it was. It also lets plaintext through before the end is checked: callers
keep what comes out in a temporary folder until everything is verified.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import IOBase
from pathlib import Path
from typing import IO, Protocol

import pyrage

from groeibrief.artefacts import new_file, sha256_bytes
from groeibrief.errors import RefusedError, UsageError, reason
from groeibrief.keys import refuse_revoked

_MAX_KEY_FILE = 20_000
_MAX_HEADER = 100_000
_NONCE, _CHUNK, _TAG = 16, 65_536, 16
_SECRET = "AGE-SECRET-KEY-1"  # noqa: S105 - the public prefix of every secret key


class Source(Protocol):
    """What can be read from."""

    def read(self, size: int, /) -> bytes:
        """Return up to *size* bytes, none at the end."""


class Sink(Protocol):
    """What can be written to."""

    def write(self, data: bytes, /) -> int:
        """Take all of *data*."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A reader's public key, ``age1…``."""

    key: str

    @property
    def fingerprint(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the key as text, without line end."""
        return sha256_bytes(self.key.encode())[:16]


class _Passing:
    """Hashes and counts what passes, and keeps the first thing that goes wrong."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self.size = 0
        self.error: BaseException | None = None

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    @contextmanager
    def _watch(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self.error = self.error or error
            raise

    def _count(self, data: bytes) -> None:
        self._digest.update(data)
        self.size += len(data)


class _PassingSource(_Passing):
    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source

    def read(self, size: int) -> bytes:
        with self._watch():
            data = self._source.read(size)
        self._count(data)
        return data


class _PassingSink(_Passing, IOBase):
    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self._sink = sink

    def write(self, data: bytes) -> int:
        with self._watch():
            self._sink.write(data)
        self._count(data)
        return len(data)


@dataclass(frozen=True, slots=True)
class Ciphertext:
    """What a sealed file is known by."""

    size: int
    sha256: str


def encrypt(source: Source, out: IO[bytes], recipients: Sequence[Recipient]) -> Ciphertext:
    """Seal *source* into *out* for every recipient.

    *out* is a file open for reading and writing, at its start. What *source* or *out* raise is raised as it is; OSError
    when the file did not become as long as it should be.
    """
    reader, writer = _PassingSource(source), _PassingSink(out)
    keys = [pyrage.x25519.Recipient.from_str(recipient.key) for recipient in recipients]
    try:
        pyrage.encrypt_io(reader, writer, keys)
    finally:
        _raise_first(reader, writer)
    out.flush()
    out.seek(0)
    expected = _header_size(out.read(_MAX_HEADER)) + _payload_size(reader.size)
    if writer.size != expected or out.seek(0, os.SEEK_END) != expected:
        raise OSError(errno.EIO, "the sealed file is not complete")
    return Ciphertext(writer.size, writer.sha256)


def decrypt(source: Source, sink: Sink, identity: pyrage.x25519.Identity) -> Ciphertext:
    """Open a seal into *sink*; returns what was read, to compare with what was promised.

    Raises RefusedError (E544 another key, E545 damaged), and what *source* or *sink* raise as it is. After any error
    *sink* may hold part of the content.
    """
    reader, writer = _PassingSource(source), _PassingSink(sink)
    try:
        pyrage.decrypt_io(reader, writer, [identity])
    except (pyrage.DecryptError, OSError) as error:
        _raise_first(reader, writer)
        if "No matching keys" in str(error):
            raise wrong_key() from error
        raise RefusedError(
            "E545",
            "De verzegeling is beschadigd of onvolledig. Druk niets en vraag VUTG om het pakket opnieuw te sturen.",
        ) from error
    _raise_first(reader, writer)
    return Ciphertext(reader.size, reader.sha256)


def _raise_first(*streams: _Passing) -> None:
    for stream in streams:
        if stream.error is not None:
            raise stream.error


def wrong_key() -> RefusedError:
    """The refusal of a key that the seal was not made for."""
    return RefusedError(
        "E544",
        "Dit pakket is niet voor deze sleutel verzegeld. Gebruik de geheime sleutel die hoort bij de publieke sleutel "
        "die u aan VUTG gaf.",
    )


def _header_size(start: bytes) -> int:
    """The length of the header: up to the end of the line that starts with ``---`` and holds its MAC."""
    return start.index(b"\n", start.index(b"\n--- ") + 1) + 1


def _payload_size(plaintext: int) -> int:
    chunks = max(1, -(-plaintext // _CHUNK))
    return _NONCE + plaintext + chunks * _TAG


def make_age_keys(private: Path, public: Path) -> Recipient:
    """Make a key pair in the form of ``age-keygen``; the secret half is readable by its owner only.

    Existing files are refused (E210).
    """
    identity = pyrage.x25519.Identity.generate()
    key = str(identity.to_public())
    with new_file(private) as stream:
        stream.write(f"# public key: {key}\n{identity}\n".encode())
    with new_file(public, mode=0o644) as stream:
        stream.write(f"{key}\n".encode())
    return Recipient(key)


def read_recipients(paths: Sequence[Path]) -> tuple[Recipient, ...]:
    """Read public keys, one or more in a file, ``#`` before a remark; sorted, each once.

    Raises UsageError (E240 none given, E241 unreadable, E242 not a public key, E243 a secret key), RefusedError (E756)
    for a revoked one.
    """
    keys: set[Recipient] = set()
    for path in paths:
        lines = _lines(path)
        if any(line.upper().startswith(_SECRET) for line in lines):
            raise UsageError(
                "E243", f"{path} bevat een geheime sleutel. Geef de publieke sleutel van de drukkerij ('age1…')."
            )
        for line in lines or [""]:
            try:
                recipient = Recipient(str(pyrage.x25519.Recipient.from_str(line)))
            except pyrage.RecipientError as error:
                raise UsageError(
                    "E242", f"{path} is geen publieke sleutel van age. Een publieke sleutel begint met 'age1'."
                ) from error
            refuse_revoked(recipient.fingerprint, path)
            keys.add(recipient)
    if not keys:
        raise UsageError("E240", "Geef minstens één publieke sleutel van een drukkerij ('age1…').")
    return tuple(sorted(keys, key=lambda each: each.key))


def read_identity(path: Path) -> pyrage.x25519.Identity:
    """Read a secret key as ``age-keygen`` writes it. Raises UsageError (E241 unreadable, E245 not one secret key)."""
    secrets = _lines(path)
    try:
        (secret,) = secrets
        return pyrage.x25519.Identity.from_str(secret)
    except (ValueError, pyrage.IdentityError):
        # Not chained: the text of the cause could show part of the key.
        raise UsageError(
            "E245",
            f"{path} is geen geheime sleutel van age. Geef het bestand dat age-keygen maakte, zonder wachtwoord; er "
            "staat één regel in die begint met 'AGE-SECRET-KEY-1'.",
        ) from None


def recipient_of(identity: pyrage.x25519.Identity) -> Recipient:
    """The public half of a secret key."""
    return Recipient(str(identity.to_public()))


def _lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as stream:
            text = stream.read(_MAX_KEY_FILE).decode("utf-8", "replace")
    except OSError as error:
        raise UsageError("E241", f"Het sleutelbestand {path} kan niet gelezen worden: {reason(error)}.") from error
    return [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
