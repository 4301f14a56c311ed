"""Sessions, kept on the server: a cookie holds a random token and nothing else, and a session can be revoked.

The database holds the SHA-256 of a token, so that who reads it cannot take over a session.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from groeibrief.portal.identity import Visitor
from groeibrief.state import connection, private_directory, transaction
from groeibrief.workflow.office import Role

FOLDER, DATABASE = "portaal", "sessies.sqlite"
VERSION = 1
TOKEN_BYTES = 32
LIFETIME = timedelta(hours=10)
"""A working day: however busy, one signs in again after it (OWASP ASVS 5.0, 7.3.2)."""
IDLE = timedelta(hours=1)
"""Left alone for this long, a session ends (OWASP ASVS 5.0, 7.3.1)."""
_NOTED_AFTER = timedelta(minutes=1)

SCHEMA = """
CREATE TABLE sessie (
    sleutel TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    rol TEXT NOT NULL,
    kbo TEXT NOT NULL,
    bestuur TEXT NOT NULL,
    gemeenten TEXT NOT NULL,
    begonnen TEXT NOT NULL,
    gezien TEXT NOT NULL
) STRICT;
CREATE INDEX sessie_account ON sessie (account)
"""


class Sessions:
    """The sessions in the folder *state*. Safe over threads and processes.

    *clock* gives the moment with its time zone; *closed* says whether an account was closed, which is asked at every
    page, so that it ends its sessions wherever it was closed.
    """

    def __init__(
        self, state: Path, clock: Callable[[], datetime], closed: Callable[[str], bool] = lambda _: False
    ) -> None:
        self._path = private_directory(state) / DATABASE
        self._clock = clock
        self._closed = closed

    @classmethod
    def in_state(
        cls, state: Path, clock: Callable[[], datetime], closed: Callable[[str], bool] = lambda _: False
    ) -> Sessions:
        """The portal's sessions in a state folder."""
        return cls(state / FOLDER, clock, closed)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with connection(self._path, SCHEMA, VERSION) as opened:
            yield opened

    def begin(self, visitor: Visitor) -> str:
        """Begin a session and return its token; what has ended meanwhile is removed."""
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        with self._open() as opened, transaction(opened):
            opened.execute("DELETE FROM sessie WHERE begonnen < ?", ((now - LIFETIME).isoformat(),))
            opened.execute(
                "INSERT INTO sessie VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    _key(token), visitor.account, visitor.role.value, visitor.kbo, visitor.authority,
                    json.dumps(visitor.municipalities), now.isoformat(), now.isoformat(),
                ),
            )  # fmt: skip
        return token

    def visitor(self, token: str) -> Visitor | None:
        """Who the session is of; None when there is none, when it has ended, or when its account was closed."""
        now = self._clock()
        with self._open() as opened:
            row = opened.execute("SELECT * FROM sessie WHERE sleutel = ?", (_key(token),)).fetchone()
            if row is None:
                return None
            _, account, role, kbo, authority, municipalities, begun, seen = row
            if datetime.fromisoformat(begun) + LIFETIME <= now or datetime.fromisoformat(seen) + IDLE <= now:
                _end(opened, token)
                return None
            if self._closed(account):
                _end_all(opened, account)
                return None
            # Not at every page: a page that only reads should not wait for the disk.
            if now - datetime.fromisoformat(seen) >= _NOTED_AFTER:
                opened.execute("UPDATE sessie SET gezien = ? WHERE sleutel = ?", (now.isoformat(), _key(token)))
        return Visitor(account, Role(role), kbo, authority, tuple(json.loads(municipalities)))

    def end(self, token: str) -> None:
        """End one session: its visitor signs out."""
        with self._open() as opened:
            _end(opened, token)

    def number(self) -> int:
        """How many sessions have begun and not been ended."""
        with self._open() as opened:
            found: int = opened.execute("SELECT count(*) FROM sessie").fetchone()[0]
            return found

    def revoke(self, account: str | None) -> int:
        """End every session of an account, of everyone for None; returns how many."""
        with self._open() as opened:
            return _end_all(opened, account)


def _end(opened: sqlite3.Connection, token: str) -> None:
    opened.execute("DELETE FROM sessie WHERE sleutel = ?", (_key(token),))


def _end_all(opened: sqlite3.Connection, account: str | None) -> int:
    return opened.execute("DELETE FROM sessie WHERE account = ? OR ? IS NULL", (account, account)).rowcount


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
