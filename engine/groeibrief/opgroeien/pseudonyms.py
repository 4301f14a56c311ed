"""How a child that was asked about is remembered: under a key of one month, which is destroyed when the month is over.

It serves one question: did another protocol ask about the same child in this month? After the month nobody can tell.
"""

from __future__ import annotations

import hmac
import secrets
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from groeibrief.artefacts import new_file
from groeibrief.calendar import Month
from groeibrief.errors import RefusedError
from groeibrief.opgroeien.cabinet import Cabinet

ROOM = "pseudoniemen"
_KEY_BYTES, _BYTES = 32, 16
_TYPE = f"S{_BYTES}"
_SUFFIX = ".sleutel"


def pseudonyms(cabinet: Cabinet, month: Month, numbers: Sequence[str]) -> bytes:
    """HMAC-SHA256 (FIPS 198-1) of each number under the month's key: the first 128 bits of each, sorted, in a row.

    Raises RefusedError (E843) when the key was altered.
    """
    key = _key(cabinet, month)
    digest = hmac.digest
    return b"".join(sorted([digest(key, number.encode(), "sha256")[:_BYTES] for number in numbers]))


def _key(cabinet: Cabinet, month: Month) -> bytes:
    path = _path(cabinet, month)
    with cabinet.holding(ROOM):
        if not path.exists():
            with new_file(path) as stream:
                stream.write(secrets.token_bytes(_KEY_BYTES))
    key = path.read_bytes()
    if len(key) != _KEY_BYTES:
        raise RefusedError("E843", "De maandsleutel van de pseudoniemen is gewijzigd. Verwittig de DPO.")
    return key


def _path(cabinet: Cabinet, month: Month) -> Path:
    return cabinet.room(ROOM) / f"{month}{_SUFFIX}"


def asked_elsewhere(opened: sqlite3.Connection, month: Month, protocol: str, asked: bytes) -> int:
    """How many of these children other protocols asked about in this month."""
    import numpy as np

    own = np.frombuffer(asked, _TYPE)
    found = np.zeros(len(own), dtype=bool)
    for (other,) in opened.execute(
        "SELECT pseudoniemen FROM gevraagd WHERE maand = ? AND protocol <> ?", (str(month), protocol)
    ):
        found |= np.isin(own, np.frombuffer(other, _TYPE), assume_unique=True)
    return int(found.sum())


def remember(opened: sqlite3.Connection, month: Month, protocol: str, number: int, asked: bytes) -> None:
    """Remember which children a list asked about, inside the transaction of the comparison."""
    opened.execute(
        "INSERT OR REPLACE INTO gevraagd (maand, protocol, ronde, pseudoniemen) VALUES (?, ?, ?, ?)",
        (str(month), protocol, number, asked),
    )


def forget(opened: sqlite3.Connection, cabinet: Cabinet, month: Month) -> None:
    """Forget everything of earlier months, keys first."""
    for path in cabinet.room(ROOM).glob(f"*{_SUFFIX}"):
        if path.stem < str(month):
            path.unlink(missing_ok=True)
    opened.execute("DELETE FROM gevraagd WHERE maand < ?", (str(month),))


def forget_list(opened: sqlite3.Connection, protocol: str, number: int) -> None:
    """Forget a list that was dropped: nobody was answered."""
    opened.execute("DELETE FROM gevraagd WHERE protocol = ? AND ronde = ?", (protocol, number))
