"""Messages between a municipality and the agency about a request. ``internal`` ones stay inside the agency."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from groeibrief.casework.accounts import Role, Viewer, require_role
from groeibrief.casework.cabinet import moment
from groeibrief.casework.content import check_text
from groeibrief.casework.requests import Request, Requests


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was written."""

    when: datetime
    who: str
    role: Role
    internal: bool
    text: str


def write_message(
    opened: sqlite3.Connection, viewer: Viewer, request: Request, text: str, when: datetime, *, internal: bool = False
) -> None:
    """Add a message, inside the transaction of its act.

    Raises UsageError (E711), RefusedError (E712) for an internal one by a municipality.
    """
    check_text("bericht", text)
    if internal:
        require_role(viewer, (Role.ANALYST, Role.DPO), "Een intern bericht schrijft alleen het agentschap.")
    opened.execute(
        "INSERT INTO bericht (aanvraag, wanneer, wie, rol, intern, tekst) VALUES (?, ?, ?, ?, ?, ?)",
        (request.id, moment(when), viewer.account, viewer.role.value, int(internal), text.strip()),
    )


def messages(requests: Requests, viewer: Viewer, request_id: str) -> tuple[Message, ...]:
    """The messages that this viewer may read, oldest first. Raises RefusedError (E701)."""
    with requests.seen(viewer, request_id) as (opened, _):
        rows = opened.execute(
            "SELECT wanneer, wie, rol, intern, tekst FROM bericht WHERE aanvraag = ? ORDER BY nummer", (request_id,)
        ).fetchall()
    found = (Message(datetime.fromisoformat(row[0]), row[1], Role(row[2]), bool(row[3]), row[4]) for row in rows)
    return tuple(each for each in found if viewer.role.sees_requests or not each.internal)
