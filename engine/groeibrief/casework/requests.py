"""Requests: kept with everything that happened to them, and read only by who may see them.

Every read names its viewer. A municipality reaches the requests of its own authority; another's does not exist for it.
A change names the version that its author saw (optimistic locking).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.casework.accounts import Role, Viewer
from groeibrief.casework.cabinet import Cabinet, hash_of_request, moment
from groeibrief.casework.content import Content, check_content
from groeibrief.casework.lifecycle import Act, State, after
from groeibrief.errors import RefusedError, TryAgainError, UsageError

UNKNOWN_REQUEST = "E701"
"""The code of a request that is not there, or not for this viewer."""
OPENED = "opstellen"
"""The act that a request begins with."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands. ``version`` counts its changes; ``agreement``: reference and day, signed by both."""

    id: str
    authority: str
    state: State
    version: int
    content: Content
    created: datetime
    changed: datetime
    clone_of: str | None
    agreement: tuple[str, date] | None


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened: when, by whom in which role, and how the state changed."""

    when: datetime
    who: str
    role: Role
    act: str
    before: State
    after: State


@dataclass(frozen=True, slots=True)
class Step:
    """An act on a request, as :meth:`Requests.step` does it.

    ``change`` runs inside the transaction, with the request before the act; what it raises undoes everything.
    ``hashes`` go to the ledger, besides the request's own.
    """

    act: Act
    version: int | None = None
    content: Content | None = None
    agreement: tuple[str, date] | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)
    change: Callable[[sqlite3.Connection, Request], None] | None = None


class Requests:
    """The requests in a cabinet."""

    def __init__(self, cabinet: Cabinet) -> None:
        self._cabinet = cabinet

    def open(
        self, viewer: Viewer, authority: str, content: Content, when: datetime, *, clone_of: str | None = None
    ) -> Request:
        """Begin a request: a municipality for its own authority, an analyst for any.

        Raises UsageError (E706 unknown authority, E711 content), RefusedError (E701).
        """
        check_content(content)
        if not (viewer.role is Role.ANALYST or viewer.authority == authority):
            raise unknown_request()
        with self._cabinet.writing() as opened:
            if not opened.execute("SELECT 1 FROM bestuur WHERE kbo = ?", (authority,)).fetchone():
                raise UsageError("E706", f"Het bestuur {authority} is niet gekend. Voeg het eerst toe.")
            if clone_of is not None:
                seen_request(opened, viewer, clone_of)
            request_id = _next_id(opened, when.year)
            opened.execute(
                "INSERT INTO aanvraag (id, kbo, toestand, versie, inhoud, gemaakt_op, gewijzigd_op, kloon_van) "
                "VALUES (?, ?, ?, 1, ?, ?, ?, ?)",
                (
                    request_id, authority, State.DRAFT.value, canonical_json(content.as_json()).decode(), moment(when),
                    moment(when), clone_of,
                ),
            )  # fmt: skip
            self._happened(opened, viewer, request_id, OPENED, (State.DRAFT, State.DRAFT), when, {})
            return seen_request(opened, viewer, request_id)

    def get(self, viewer: Viewer, request_id: str) -> Request:
        """A request. Raises RefusedError (E701) when there is none that this viewer may see."""
        with self._cabinet.reading() as opened:
            return seen_request(opened, viewer, request_id)

    def all(self, viewer: Viewer, states: Collection[State] = ()) -> tuple[Request, ...]:
        """Every request that this viewer may see, in one of *states* when given; the longest untouched first."""
        with self._cabinet.reading() as opened:
            rows = opened.execute(f"{_COLUMNS} ORDER BY gewijzigd_op, id").fetchall()
        found = (_request(row) for row in rows)
        return tuple(each for each in found if _may_see(viewer, each) and (not states or each.state in states))

    def history(self, viewer: Viewer, request_id: str) -> tuple[Happening, ...]:
        """What happened to a request, oldest first. Raises RefusedError (E701)."""
        with self._cabinet.reading() as opened:
            seen_request(opened, viewer, request_id)
            rows = opened.execute(
                "SELECT wanneer, wie, rol, daad, van, naar FROM gebeurtenis WHERE aanvraag = ? ORDER BY nummer",
                (request_id,),
            ).fetchall()
        return tuple(
            Happening(datetime.fromisoformat(when), who, Role(role), act, State(before), State(later))
            for when, who, role, act, before, later in rows
        )

    @contextmanager
    def seen(self, viewer: Viewer, request_id: str) -> Iterator[tuple[sqlite3.Connection, Request]]:
        """Open for reading what belongs to a request that this viewer may see. Raises RefusedError (E701)."""
        with self._cabinet.reading() as opened:
            yield opened, seen_request(opened, viewer, request_id)

    def check(self, viewer: Viewer, request_id: str, act: Act) -> Request:
        """The request, when this viewer can do this act with it now. Raises RefusedError (E701, E710)."""
        request = self.get(viewer, request_id)
        after(request.state, act, viewer.role)
        return request

    def step(self, viewer: Viewer, request_id: str, step: Step, when: datetime) -> Request:
        """Do an act, whole or not at all, and note it for the ledger.

        Raises RefusedError (E701 no such request for this viewer, E710 not in this state or role), TryAgainError
        (E703 someone changed it meanwhile), UsageError (E711 content), and what ``step.change`` raises.
        """
        if step.content is not None:
            check_content(step.content)
        with self._cabinet.writing() as opened:
            request = seen_request(opened, viewer, request_id)
            target = after(request.state, step.act, viewer.role)
            if step.version is not None and step.version != request.version:
                raise TryAgainError(
                    "E703",
                    f"Iemand anders wijzigde deze aanvraag intussen: u zag versie {step.version}, nu is het versie "
                    f"{request.version}. Bekijk ze opnieuw en doe het dan nog eens.",
                )
            if step.change is not None:
                step.change(opened, request)
            content, agreement = step.content or request.content, step.agreement or request.agreement
            opened.execute(
                "UPDATE aanvraag SET toestand = ?, versie = versie + 1, inhoud = ?, gewijzigd_op = ?, overeenkomst = ?,"
                " overeenkomst_op = ? WHERE id = ?",
                (
                    target.value, canonical_json(content.as_json()).decode(), moment(when),
                    agreement[0] if agreement else None, agreement[1].isoformat() if agreement else None, request_id,
                ),
            )  # fmt: skip
            hashes = {"inhoud": sha256_bytes(canonical_json(content.as_json())), **step.hashes}
            self._happened(opened, viewer, request_id, step.act.value, (request.state, target), when, hashes)
            return seen_request(opened, viewer, request_id)

    def _happened(
        self,
        opened: sqlite3.Connection,
        viewer: Viewer,
        request_id: str,
        act: str,
        states: tuple[State, State],
        when: datetime,
        hashes: Mapping[str, str],
    ) -> None:
        opened.execute(
            "INSERT INTO gebeurtenis (aanvraag, wanneer, wie, rol, daad, van, naar) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                request_id, moment(when), viewer.account, viewer.role.value, act, states[0].value, states[1].value,
            ),
        )  # fmt: skip
        told = {"aanvraag": hash_of_request(request_id), **hashes}
        self._cabinet.note(opened, viewer.account, viewer.role.value, f"aanvraag-{act}", told, when)


_COLUMNS = (
    "SELECT id, kbo, toestand, versie, inhoud, gemaakt_op, gewijzigd_op, kloon_van, overeenkomst, overeenkomst_op "
    "FROM aanvraag"
)


def _request(row: tuple[object, ...]) -> Request:
    request_id, kbo, state, version, content, created, changed, clone_of, reference, agreed = row
    return Request(
        str(request_id),
        str(kbo),
        State(state),
        int(str(version)),
        Content.from_json(json.loads(str(content))),
        datetime.fromisoformat(str(created)),
        datetime.fromisoformat(str(changed)),
        None if clone_of is None else str(clone_of),
        None if reference is None else (str(reference), date.fromisoformat(str(agreed))),
    )


def _may_see(viewer: Viewer, request: Request) -> bool:
    return viewer.role.sees_requests or viewer.authority == request.authority


def seen_request(opened: sqlite3.Connection, viewer: Viewer, request_id: str) -> Request:
    """A request, for whoever reads what belongs to it. Raises RefusedError (E701) unless this viewer may see it."""
    row = opened.execute(f"{_COLUMNS} WHERE id = ?", (request_id,)).fetchone()
    if row is None or not _may_see(viewer, _request(row)):
        raise unknown_request()
    return _request(row)


def unknown_request() -> RefusedError:
    """One answer, so that nobody learns which requests of others there are."""
    return RefusedError(UNKNOWN_REQUEST, "Deze aanvraag bestaat niet, of is niet van u. Kijk het nummer na.")


def _next_id(opened: sqlite3.Connection, year: int) -> str:
    last = opened.execute(
        "SELECT max(CAST(substr(id, 6) AS INTEGER)) FROM aanvraag WHERE substr(id, 1, 5) = ?", (f"{year}-",)
    ).fetchone()[0]
    return f"{year}-{(last or 0) + 1:04d}"
