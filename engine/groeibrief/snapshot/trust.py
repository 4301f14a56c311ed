"""Whose signature counts: keys that are given, and for a synthetic snapshot also those that lie beside it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from groeibrief.errors import UsageError
from groeibrief.keys import SIGNATURE_BYTES, read_public_key, signer


@dataclass(frozen=True, slots=True)
class TrustedKeys:
    """The public keys that a manifest's signature is tried against."""

    keys: tuple[Ed25519PublicKey, ...] = ()

    @classmethod
    def given(cls, files: Iterable[Path]) -> TrustedKeys:
        """Read the key files that a user names. Raises UsageError (E220, E221)."""
        return cls(tuple(map(read_public_key, files)))

    def with_neighbours(self, folder: Path) -> TrustedKeys:
        """Add every ``*.pub`` file beside the snapshot *folder* that is a key.

        Only for a synthetic snapshot: it holds nobody, and every output says that it is synthetic. For real data a
        key that travels with the data proves nothing.
        """
        found = []
        for path in sorted(folder.resolve().parent.glob("*.pub")):
            try:
                found.append(read_public_key(path))
            except UsageError:
                continue
        return TrustedKeys((*self.keys, *found))

    def signer(self, data: bytes, signature: bytes) -> Ed25519PublicKey | None:
        """The key that signed *data*, or None."""
        return signer(data, signature, self.keys)


def parse_signature(data: bytes) -> bytes:
    """Read a signature: its 64 bytes raw, in hexadecimal or in base64. Raises ValueError."""
    if len(data) == SIGNATURE_BYTES:
        return data
    text = data.strip()
    try:
        raw = binascii.unhexlify(text) if len(text) == 2 * SIGNATURE_BYTES else base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not a signature") from error
    if len(raw) != SIGNATURE_BYTES:
        raise ValueError("not a signature")
    return raw
