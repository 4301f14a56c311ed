"""Keyed pseudonyms: how a dossier appears outside a snapshot. Without the key they lead nowhere."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from groeibrief.artefacts import new_file
from groeibrief.errors import RefusedError, reason

KEY_BYTES = 32
DIGITS = 32


class Pseudonyms:
    """Pseudonyms under the key in a file: HMAC-SHA256 (FIPS 198-1), the first 128 bits.

    Raises RefusedError E528 when the key is not there or is no key. A missing key is never made anew in silence: it
    may have been destroyed on purpose, by erasure.
    """

    def __init__(self, key_path: Path) -> None:
        try:
            self._key = key_path.read_bytes()
        except OSError as error:
            message = f"De sleutel voor pseudoniemen kan niet gelezen worden ({key_path}): {reason(error)}."
            raise RefusedError("E528", message) from error
        if len(self._key) != KEY_BYTES:
            message = f"{key_path} is geen sleutel voor pseudoniemen: die telt precies {KEY_BYTES} bytes."
            raise RefusedError("E528", message)

    @classmethod
    def create(cls, key_path: Path) -> Pseudonyms:
        """Make a new key, readable by its owner only. An existing file is refused (E210)."""
        with new_file(key_path) as stream:
            stream.write(secrets.token_bytes(KEY_BYTES))
        return cls(key_path)

    def of(self, dossier_id: int) -> str:
        """The pseudonym of a dossier: 32 hexadecimal digits."""
        data = b"dossier:" + str(dossier_id).encode()
        return hmac.new(self._key, data, hashlib.sha256).hexdigest()[:DIGITS]
