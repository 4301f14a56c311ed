"""The filing cabinet: the database of the casework, its private folders, and how acts reach the ledger.

An act and its line for the ledger are committed together (``uitgaand``); the line is delivered afterwards, exactly
once, by this process or, when it dies in between, by the next one that writes.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from groeibrief import outbox
from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.casework.ledger import Ledger
from groeibrief.casework.schema import DATABASE, SCHEMA, VERSION
from groeibrief.errors import RefusedError
from groeibrief.state import connection, held, private_directory, transaction

FOLDER = "dossiers"
LEDGER = "logboek.sqlite"


def moment(when: datetime) -> str:
    """A moment as it is kept: UTC, whole seconds."""
    return when.astimezone(UTC).isoformat(timespec="seconds")


def hash_of_request(request_id: str) -> str:
    """How the ledger names a request: it takes hashes only."""
    return sha256_bytes(canonical_json(["aanvraag", request_id]))


class Cabinet:
    """The cabinet in a state folder. Safe over threads and processes.

    Raises RefusedError (E700) when it cannot be read, TryAgainError (E518, E519) on a passing fault.
    """

    def __init__(self, state: Path) -> None:
        self.folder = private_directory(state / FOLDER)
        self._database = self.folder / DATABASE
        self._ledger_path = state / LEDGER
        self._shared = threading.local()

    @property
    def ledger(self) -> Ledger:
        """The ledger beside it."""
        return Ledger(self._ledger_path)

    def room(self, *names: str) -> Path:
        """A private folder inside the cabinet, made when it is not there."""
        return private_directory(self.folder.joinpath(*names))

    @contextmanager
    def together(self) -> Iterator[None]:
        """Do everything that this thread reads inside over one connection: to open one takes longer than to read."""
        with self._opened() as opened:
            self._shared.connection = opened
            try:
                yield
            finally:
                self._shared.connection = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open for reading."""
        shared: sqlite3.Connection | None = getattr(self._shared, "connection", None)
        if shared is not None:
            yield shared
            return
        with self._opened() as opened:
            yield opened

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            with connection(self._database, SCHEMA, VERSION) as opened:
                yield opened
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except sqlite3.DatabaseError as error:
            raise RefusedError(
                "E700", "De dossiers zijn niet leesbaar. Er is niets gewijzigd; verwittig een beheerder."
            ) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, committed on leaving; what :meth:`note` put in it reaches the ledger right after.

        Nothing begins that the ledger could not be told: raises RefusedError (E530) when it is broken.
        """
        self.ledger.require_head()
        # Never the shared one: who reads meanwhile sees what is committed.
        with self._opened() as opened, transaction(opened):
            yield opened
        self.deliver()

    @contextmanager
    def holding(self, name: str) -> Iterator[None]:
        """Hold a lock of the cabinet over threads and processes. Raises TryAgainError (E519)."""
        with held(self.folder / f"{name}.grendel"):
            yield

    def note(
        self,
        opened: sqlite3.Connection,
        who: str,
        role: str,
        act: str,
        hashes: Mapping[str, str],
        when: datetime,
    ) -> None:
        """Put an act in the transaction that it belongs to."""
        outbox.put(opened, who, role, act, hashes, moment(when))

    def deliver(self) -> None:
        """Bring what is committed to the ledger, in order, each line once."""
        with self._opened() as opened:
            # Whoever delivers takes along what others have committed: they need not wait for their turn.
            if outbox.waiting(opened):
                with self.holding("bezorgen"):
                    outbox.tell_all(opened, self.ledger.append_once)
