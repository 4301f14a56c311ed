"""The cabinet of the list track: its database, its private folders, and how acts reach its ledger.

An act and its line for the ledger are committed together (``uitgaand``); the line is delivered afterwards, once, by
this process or, when it dies in between, by the next one that writes.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol as Interface

from groeibrief import outbox
from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.errors import RefusedError, UsageError
from groeibrief.opgroeien.lifecycle import Role
from groeibrief.opgroeien.schema import DATABASE, MIGRATIONS, SCHEMA, VERSION
from groeibrief.state import BUSY_SECONDS, connection, held, private_directory, transaction

FOLDER = "opgroeien"
"""Apart from the casework of VUTG, in the state folder."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,63}")


class Ledger(Interface):
    """Where acts are told: who, in which role, did what, on which hashes."""

    def append_once(self, who: str, role: str, act: str, hashes: Mapping[str, str], when: datetime) -> object:
        """Add an act unless the very same stands there."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account in its role."""

    account: str
    role: Role


SYSTEM = Actor("groeibrief", Role.SYSTEM)
"""What lapses by itself."""


def moment(when: datetime) -> str:
    """A moment as it is kept: UTC, whole seconds."""
    return when.astimezone(UTC).isoformat(timespec="seconds")


def hash_of_protocol(protocol_id: str) -> str:
    """How the ledger names a protocol: it takes hashes only."""
    return sha256_bytes(canonical_json(["protocol", protocol_id]))


def _named(account: str) -> dict[str, str]:
    return {"account": sha256_bytes(canonical_json(["account", account]))}


class Cabinet:
    """The cabinet in *folder*. Safe over threads and processes.

    Raises RefusedError (E801) when it cannot be read, TryAgainError (E518, E519) on a passing fault.
    """

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self.folder = private_directory(folder)
        self._database = self.folder / DATABASE
        self._ledger = ledger

    def room(self, *names: str) -> Path:
        """A private folder inside the cabinet, made when it is not there."""
        return private_directory(self.folder.joinpath(*names))

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open for reading."""
        try:
            with connection(self._database, SCHEMA, VERSION, MIGRATIONS) as opened:
                yield opened
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except sqlite3.DatabaseError as error:
            raise RefusedError(
                "E801", "De protocollen zijn niet leesbaar. Er is niets gewijzigd; verwittig een beheerder."
            ) from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, committed on leaving; what :meth:`note` put in it reaches the ledger right after."""
        with self.reading() as opened, transaction(opened):
            yield opened
        self.deliver()

    @contextmanager
    def holding(self, name: str, *, seconds: float = BUSY_SECONDS) -> Iterator[None]:
        """Hold a lock of the cabinet over threads and processes. Raises TryAgainError (E519) after *seconds*."""
        with held(self.folder / f"{name}.grendel", seconds=seconds):
            yield

    def note(
        self, opened: sqlite3.Connection, actor: Actor, act: str, hashes: Mapping[str, str], when: datetime
    ) -> None:
        """Put an act in the transaction that it belongs to."""
        outbox.put(opened, actor.account, actor.role.value, act, hashes, moment(when))

    def deliver(self) -> None:
        """Bring what is committed to the ledger, in order, each line once."""
        with self.reading() as opened:
            if outbox.waiting(opened):
                with self.holding("bezorgen"):
                    outbox.tell_all(opened, self._ledger.append_once)

    def add_account(self, account: str, role: Role, by: str, when: datetime) -> Actor:
        """Add an account of Opgroeien. Raises UsageError (E803): a name that is none, or is taken."""
        if not _NAME.fullmatch(account):
            raise UsageError(
                "E803",
                "Een accountnaam begint met een letter en telt hoogstens 64 letters, cijfers, '.', '_' en '-'.",
            )
        with self.writing() as opened:
            if opened.execute("SELECT 1 FROM account WHERE account = ?", (account,)).fetchone():
                raise UsageError("E803", f"Het account '{account}' bestaat al. Kies een andere naam.")
            opened.execute("INSERT INTO account (account, rol) VALUES (?, ?)", (account, role.value))
            self.note(opened, Actor(by, Role.SYSTEM), "account-toegevoegd", _named(account), when)
        return Actor(account, role)

    def admit(self, account: str, role: Role, kbo: str, when: datetime) -> None:
        """Let someone in at the counter whom a sign-in provider vouches for; the first time, the account is added.

        *kbo*: of the municipality that is acted for, which is the provider's to say at every sign-in; empty for an
        account of Opgroeien. Raises RefusedError (E802): closed here, or known in another role.
        """
        with self.writing() as opened:
            known = opened.execute(
                "SELECT rol, gesloten_op FROM account WHERE account = ?1 "
                "UNION ALL SELECT ?2, gesloten_op FROM gast WHERE account = ?1",
                (account, Role.PARTY.value),
            ).fetchone()
            if known is not None:
                if known != (role.value, None):
                    raise _unknown()
                return
            if role is Role.PARTY:
                opened.execute("INSERT INTO gast (account, kbo) VALUES (?, ?)", (account, kbo))
            else:
                opened.execute("INSERT INTO account (account, rol) VALUES (?, ?)", (account, role.value))
            self.note(opened, Actor(account, Role.SYSTEM), "account-toegevoegd", _named(account), when)

    def close_account(self, account: str, by: str, when: datetime) -> None:
        """Close an account, for good. Raises RefusedError (E802) when there is none."""
        if self.is_closed(account):
            raise _unknown()
        with self.writing() as opened:
            opened.execute("UPDATE account SET gesloten_op = ? WHERE account = ?", (moment(when), account))
            opened.execute("UPDATE gast SET gesloten_op = ? WHERE account = ?", (moment(when), account))
            self.note(opened, Actor(by, Role.SYSTEM), "account-gesloten", _named(account), when)

    def actor(self, account: str) -> Actor:
        """Who acts under this account. Raises RefusedError (E802): unknown or closed."""
        with self.reading() as opened:
            row = opened.execute(
                "SELECT rol FROM account WHERE account = ? AND gesloten_op IS NULL", (account,)
            ).fetchone()
        if row is None:
            raise _unknown()
        return Actor(account, Role(row[0]))

    def is_closed(self, account: str) -> bool:
        """Whether nobody can act under this account: it was closed, or there is none."""
        with self.reading() as opened:
            row = opened.execute(
                "SELECT 1 FROM account WHERE account = ?1 AND gesloten_op IS NULL "
                "UNION ALL SELECT 1 FROM gast WHERE account = ?1 AND gesloten_op IS NULL",
                (account,),
            ).fetchone()
        return row is None

    def accounts(self) -> tuple[str, ...]:
        """The names of every account, closed or not."""
        with self.reading() as opened:
            rows = opened.execute("SELECT account FROM account UNION SELECT account FROM gast ORDER BY 1").fetchall()
        return tuple(row[0] for row in rows)


def _unknown() -> RefusedError:
    return RefusedError(
        "E802",
        "Dit account is bij Opgroeien niet gekend of is gesloten. Voeg het toe met 'opgroeien account add', of "
        "kies een ander met --account.",
    )
