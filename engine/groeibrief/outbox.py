"""What waits in a database to be told to a ledger: put in the transaction that it belongs to, told once, in order."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime

from groeibrief.artefacts import canonical_json
from groeibrief.state import transaction

SCHEMA = """CREATE TABLE uitgaand (
    nummer INTEGER PRIMARY KEY,
    wanneer TEXT NOT NULL,
    wie TEXT NOT NULL,
    rol TEXT NOT NULL,
    daad TEXT NOT NULL,
    hashes TEXT NOT NULL,
    bezorgd INTEGER NOT NULL DEFAULT 0 CHECK (bezorgd IN (0, 1))
) STRICT;
CREATE INDEX uitgaand_open ON uitgaand (nummer) WHERE bezorgd = 0;"""

Tell = Callable[[str, str, str, dict[str, str], datetime], object]
"""Who, in which role, which act, on which hashes, when; told twice, it counts once."""


def put(opened: sqlite3.Connection, who: str, role: str, act: str, hashes: Mapping[str, str], when: str) -> None:
    """Put an act in the transaction of *opened*; *when* in ISO 8601. The mark tells two equal acts apart."""
    marked = {**hashes, "kenmerk": secrets.token_hex(16)}
    opened.execute(
        "INSERT INTO uitgaand (wanneer, wie, rol, daad, hashes) VALUES (?, ?, ?, ?, ?)",
        (when, who, role, act, canonical_json(marked).decode()),
    )


def waiting(opened: sqlite3.Connection) -> bool:
    """Whether something that is committed was not told yet."""
    return opened.execute("SELECT 1 FROM uitgaand WHERE bezorgd = 0").fetchone() is not None


def tell_all(opened: sqlite3.Connection, tell: Tell) -> None:
    """Tell what is committed and was not told yet. One caller at a time."""
    rows = opened.execute(
        "SELECT nummer, wanneer, wie, rol, daad, hashes FROM uitgaand WHERE bezorgd = 0 ORDER BY nummer"
    ).fetchall()
    for number, when, who, role, act, hashes in rows:
        tell(who, role, act, json.loads(hashes), datetime.fromisoformat(when))
        with transaction(opened):
            opened.execute("UPDATE uitgaand SET bezorgd = 1 WHERE nummer = ?", (number,))
