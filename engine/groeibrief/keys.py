"""Ed25519 keys and signatures (RFC 8032), as files that OpenSSL and other tools read too.

A signature file holds the 64 raw bytes. Seals to a reader's age key are made in ``printshop``.

A key is trusted because a user names it, and until it stands in the file that ``GROEIBRIEF_REVOKED`` names: one
fingerprint a line, and after it whatever the operator wants to remember. From then on nothing reads it any more.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from groeibrief.artefacts import new_file, sha256_bytes
from groeibrief.errors import Finding, RefusedError, UsageError, reason

SIGNATURE_BYTES = 64
REVOKED = "GROEIBRIEF_REVOKED"
"""The environment variable that names the file of revoked keys: one place for every command and the portal."""
_KEY_BYTES = 32
_MAX_KEY_FILE = 10_000
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")


def _bad(path: Path, what: str) -> UsageError:
    return UsageError("E220", f"{path} is geen {what} (Ed25519). Geef een sleutelbestand in PEM-vorm.")


def _read(path: Path, what: str) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_MAX_KEY_FILE)
    except OSError as error:
        raise UsageError("E221", f"Het sleutelbestand {path} kan niet gelezen worden: {reason(error)}.") from error


def refuse_revoked(mark: str, path: Path) -> None:
    """Refuse a key whose fingerprint *mark* was revoked, read from *path*.

    Raises RefusedError (E756), UsageError (E266) when the file of revoked keys cannot be used: then nothing is trusted.
    """
    named = os.environ.get(REVOKED)
    if named and mark in _revoked(Path(named)):
        raise RefusedError(
            "E756",
            f"De sleutel in {path} ({mark}) is ingetrokken. Gebruik de sleutel die in de plaats kwam, en haal deze "
            "weg.",
        )


def _revoked(path: Path) -> set[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "het is geen tekst"
        raise UsageError("E266", f"De lijst van ingetrokken sleutels {path} kan niet gelezen worden: {why}.") from error
    found = set()
    for number, line in enumerate(lines, 1):
        mark, *_ = line.split() or [""]
        if not mark or mark.startswith("#"):
            continue
        if not _FINGERPRINT.fullmatch(mark):
            told = "Een regel begint met een vingerafdruk van 16 hexadecimale cijfers, of met '#'."
            raise UsageError("E266", Finding(told, bestand=str(path), regel=number))
        found.add(mark)
    return found


def read_public_key(path: Path) -> Ed25519PublicKey:
    """Read a public key: PEM, OpenSSH, or its 32 bytes raw, in hexadecimal or in base64.

    Raises UsageError (E220, E221), and as :func:`refuse_revoked`.
    """
    try:
        key = _public_key(_read(path, "publieke sleutel"))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _bad(path, "publieke sleutel") from error
    if not isinstance(key, Ed25519PublicKey):
        raise _bad(path, "publieke sleutel")
    refuse_revoked(fingerprint(key), path)
    return key


def _public_key(data: bytes) -> object:
    """The key in *data*, of whatever kind. Raises ValueError, UnsupportedAlgorithm."""
    text = data.strip()
    if text.startswith(b"-----BEGIN"):
        return serialization.load_pem_public_key(text)
    if text.startswith(b"ssh-"):
        return serialization.load_ssh_public_key(text)
    return Ed25519PublicKey.from_public_bytes(_raw(data))


def _raw(data: bytes) -> bytes:
    if len(data) == _KEY_BYTES:
        return data
    text = data.strip()
    try:
        return binascii.unhexlify(text) if len(text) == 2 * _KEY_BYTES else base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not a raw key") from error


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """Read an unencrypted private key in PEM (PKCS 8). Raises as :func:`read_public_key`.

    Any 32 bytes are a private key, a damaged one too, and would sign as somebody whom nobody knows. So it is compared
    with its public half, where that lies beside it under the same name and ``.pub``: RefusedError (E450).
    """
    try:
        key = serialization.load_pem_private_key(_read(path, "geheime sleutel").strip(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _bad(path, "geheime sleutel") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _bad(path, "geheime sleutel")
    _refuse_stranger(key.public_key(), path)
    refuse_revoked(fingerprint(key.public_key()), path)
    return key


def _refuse_stranger(public: Ed25519PublicKey, private: Path) -> None:
    beside = private.with_suffix(".pub")
    try:
        known = _public_key(_read(beside, "publieke sleutel"))
    except (UsageError, ValueError, UnsupportedAlgorithm):
        return
    if isinstance(known, Ed25519PublicKey) and known.public_bytes_raw() != public.public_bytes_raw():
        raise RefusedError(
            "E450",
            f"De geheime sleutel {private} hoort niet bij de publieke sleutel {beside}: een van de twee is beschadigd "
            "of vervangen. Zet de juiste terug van de reservekopie.",
        )


def write_key_pair(private: Path, public: Path) -> Ed25519PrivateKey:
    """Make a key pair; the private half is readable by its owner only. Existing files are refused (E210)."""
    key = Ed25519PrivateKey.generate()
    with new_file(private) as stream:
        stream.write(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    write_public_key(key.public_key(), public)
    return key


def write_public_key(key: Ed25519PublicKey, path: Path) -> None:
    """Write a public key in PEM (SubjectPublicKeyInfo). An existing file is refused (E210)."""
    with new_file(path, mode=0o644) as stream:
        stream.write(key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))


def fingerprint(key: Ed25519PublicKey) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the key's 32 bytes: what people compare aloud."""
    return sha256_bytes(key.public_bytes_raw())[:16]


def signer(data: bytes, signature: bytes, trusted: Iterable[Ed25519PublicKey]) -> Ed25519PublicKey | None:
    """Return the trusted key that signed *data*, or None."""
    for key in trusted:
        try:
            key.verify(signature, data)
        except InvalidSignature:
            continue
        return key
    return None
