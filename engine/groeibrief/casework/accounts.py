"""Accounts: a name, one role, and for a municipality's account its authority. Who may look is a :class:`Viewer`."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from groeibrief.casework.cabinet import Cabinet
from groeibrief.errors import RefusedError, UsageError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,63}")


class Role(Enum):
    """What someone comes to do."""

    MUNICIPALITY = "gemeente"
    ANALYST = "analist"
    DPO = "dpo"
    PRINTER = "drukkerij"
    OPGROEIEN = "opgroeien"
    ADMINISTRATOR = "beheerder"

    @property
    def sees_requests(self) -> bool:
        """Whether the role sees requests of every authority."""
        return self in (Role.ANALYST, Role.DPO)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks or acts: an account in its role; ``authority`` is the KBO number of a municipality's account."""

    account: str
    role: Role
    authority: str | None = None

    def __post_init__(self) -> None:
        assert (self.authority is not None) is (self.role is Role.MUNICIPALITY), "an authority comes with its role"


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it is kept. ``demo``: made for a demonstration, of no use otherwise."""

    account: str
    role: Role
    authority: str | None
    demo: bool
    closed_on: date | None

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "account": self.account,
            "rol": self.role.value,
            "bestuur": self.authority,
            "demo": self.demo,
            "gesloten_op": self.closed_on.isoformat() if self.closed_on else None,
        }


class Accounts:
    """The accounts in a cabinet."""

    def __init__(self, cabinet: Cabinet) -> None:
        self._cabinet = cabinet

    def add(
        self, account: str, role: Role, authority: str | None, by: str, when: datetime, *, demo: bool = False
    ) -> Account:
        """Add an account. Raises UsageError: E704 a name that is none or is taken, E705 role and authority differ."""
        if not _NAME.fullmatch(account):
            raise UsageError(
                "E704",
                "Een accountnaam begint met een letter en telt hoogstens 64 letters, cijfers, '.', '_' en '-'.",
            )
        if (authority is not None) is not (role is Role.MUNICIPALITY):
            raise UsageError(
                "E705", "Een account van een gemeente hoort bij een bestuur (--authority), een ander account niet."
            )
        with self._cabinet.writing() as opened:
            if _find(opened, account) is not None:
                raise UsageError("E704", f"Het account '{account}' bestaat al. Kies een andere naam.")
            if authority and not opened.execute("SELECT 1 FROM bestuur WHERE kbo = ?", (authority,)).fetchone():
                raise UsageError("E706", f"Het bestuur {authority} is niet gekend. Voeg het eerst toe.")
            opened.execute(
                "INSERT INTO account (account, rol, kbo, demo) VALUES (?, ?, ?, ?)",
                (account, role.value, authority, int(demo)),
            )
            self._cabinet.note(opened, by, Role.ADMINISTRATOR.value, "account-toegevoegd", {}, when)
        return Account(account, role, authority, demo, None)

    def close(self, account: str, by: str, when: datetime) -> None:
        """Close an account, for good. Raises RefusedError (E702) when there is none."""
        with self._cabinet.writing() as opened:
            if _find(opened, account) is None:
                raise _unknown()
            day = when.date().isoformat()
            opened.execute(
                "UPDATE account SET gesloten_op = ? WHERE account = ? AND gesloten_op IS NULL", (day, account)
            )
            self._cabinet.note(opened, by, Role.ADMINISTRATOR.value, "account-gesloten", {}, when)

    def viewer(self, account: str, *, demo: bool = False) -> Viewer:
        """Who acts under this account. Raises RefusedError (E702): unknown, closed, or for a demo only."""
        with self._cabinet.reading() as opened:
            found = _find(opened, account)
        if found is None or found.closed_on is not None or (found.demo and not demo):
            raise _unknown()
        return Viewer(found.account, found.role, found.authority)

    def admit(self, account: str, role: Role, authority: str | None, when: datetime) -> None:
        """Let someone in whom a sign-in provider vouches for; the first time, the account is added.

        Its role and authority are the provider's at every sign-in; what is kept are those of the first time. Raises
        RefusedError (E702) when the account was closed here, whatever the provider says; otherwise as :meth:`add`.
        """
        with self._cabinet.reading() as opened:
            found = _find(opened, account)
        if found is None:
            self.add(account, role, authority, account, when)
        elif found.closed_on is not None:
            raise _unknown()

    def is_closed(self, account: str) -> bool:
        """Whether this account was closed."""
        with self._cabinet.reading() as opened:
            found = _find(opened, account)
        return found is not None and found.closed_on is not None

    def all(self) -> tuple[Account, ...]:
        """Every account, by name."""
        with self._cabinet.reading() as opened:
            rows = opened.execute(f"{_COLUMNS} ORDER BY account").fetchall()
        return tuple(_account(row) for row in rows)


_COLUMNS = "SELECT account, rol, kbo, demo, gesloten_op FROM account"


def _find(opened: sqlite3.Connection, account: str) -> Account | None:
    row = opened.execute(f"{_COLUMNS} WHERE account = ?", (account,)).fetchone()
    return None if row is None else _account(row)


def _account(row: tuple[Any, ...]) -> Account:
    name, role, authority, demo, closed = row
    return Account(name, Role(role), authority, bool(demo), date.fromisoformat(closed) if closed else None)


def require_role(viewer: Viewer, roles: Collection[Role], told: str) -> None:
    """Raise RefusedError (E712) with the sentence *told* unless the viewer has one of *roles*."""
    if viewer.role not in roles:
        raise RefusedError("E712", told)


def _unknown() -> RefusedError:
    return RefusedError(
        "E702", "Dit account is hier niet gekend of is gesloten. Laat een beheerder het toevoegen, of kies een ander."
    )
