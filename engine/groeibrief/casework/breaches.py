"""Breaches: a letter that went astray, by its request and sequence number; never who wrote or read it.

From the moment that it is found there are 72 hours to decide and report (GDPR article 33); what is late shows.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from groeibrief.casework.accounts import Role, Viewer, require_role
from groeibrief.casework.cabinet import Cabinet, hash_of_request, moment
from groeibrief.casework.content import check_text
from groeibrief.casework.requests import UNKNOWN_REQUEST
from groeibrief.errors import RefusedError, UsageError

VERDICTS = ("melden", "niet-melden")


@dataclass(frozen=True, slots=True)
class Breach:
    """A record. ``verdict``: whether it is reported to the supervisor; each moment in UTC, None: not yet."""

    id: str
    request: str
    sequence: int
    found: datetime
    measures: str
    dpo_told: datetime | None
    verdict: str | None
    reported: datetime | None
    closed: datetime | None

    def deadline(self, hours: int) -> datetime:
        """Until when it may be reported."""
        return self.found + timedelta(hours=hours)

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do before the deadline."""
        return self.reported is not None or self.verdict == "niet-melden"

    def as_json(self, hours: int, now: datetime) -> dict[str, Any]:
        """The JSON form, with the hours that are left (negative: too late) until it is settled."""
        left = None if self.settled else int((self.deadline(hours) - now).total_seconds() // 3600)
        return {
            "id": self.id,
            "aanvraag": self.request,
            "volgnummer": self.sequence,
            "vastgesteld": moment(self.found),
            "maatregelen": self.measures,
            "dpo_verwittigd": moment(self.dpo_told) if self.dpo_told else None,
            "besluit": self.verdict,
            "gemeld": moment(self.reported) if self.reported else None,
            "gesloten": moment(self.closed) if self.closed else None,
            "uiterlijk": moment(self.deadline(hours)),
            "uren_over": left,
        }


class Breaches:
    """The records in a cabinet: for analysts and the DPO."""

    def __init__(self, cabinet: Cabinet) -> None:
        self._cabinet = cabinet

    def open(
        self, viewer: Viewer, request_id: str, sequence: int, found: datetime, measures: str, when: datetime
    ) -> Breach:
        """Open a record. Raises RefusedError (E701, E712), UsageError (E711, E721)."""
        _check_role(viewer)
        check_text("maatregelen", measures)
        if sequence < 1 or found > when:
            raise UsageError("E721", "Geef het volgnummer van de brief, vanaf 1, en een moment dat voorbij is.")
        with self._cabinet.writing() as opened:
            if not opened.execute("SELECT 1 FROM aanvraag WHERE id = ?", (request_id,)).fetchone():
                raise RefusedError(UNKNOWN_REQUEST, "Deze aanvraag bestaat niet, of is niet van u. Kijk het nummer na.")
            count = opened.execute("SELECT count(*) FROM datalek").fetchone()[0]
            breach_id = f"lek-{count + 1:04d}"
            opened.execute(
                "INSERT INTO datalek (id, aanvraag, volgnummer, vastgesteld, maatregelen) VALUES (?, ?, ?, ?, ?)",
                (breach_id, request_id, sequence, moment(found), measures.strip()),
            )
            self._note(opened, viewer, "datalek-geopend", request_id, when)
            return _get(opened, breach_id)

    def tell_dpo(self, viewer: Viewer, breach_id: str, when: datetime) -> Breach:
        """Note that the DPO knows; the first moment stays."""
        return self._set(viewer, breach_id, "datalek-dpo-verwittigd", "dpo_verwittigd", moment(when), when)

    def decide(self, viewer: Viewer, breach_id: str, verdict: str, when: datetime) -> Breach:
        """Note what the DPO decided. Raises RefusedError (E712) for another role, UsageError (E721)."""
        require_role(viewer, (Role.DPO,), "Of een datalek gemeld wordt, besluit de DPO.")
        if verdict not in VERDICTS:
            raise UsageError("E721", f"Een besluit is {' of '.join(VERDICTS)}.")
        return self._set(viewer, breach_id, "datalek-besluit", "besluit", verdict, when)

    def report(self, viewer: Viewer, breach_id: str, when: datetime) -> Breach:
        """Note that it was reported to the supervisor. Raises RefusedError (E722) unless that was decided."""
        if self.get(viewer, breach_id).verdict != "melden":
            raise RefusedError("E722", "De DPO besliste nog niet om dit datalek te melden.")
        return self._set(viewer, breach_id, "datalek-gemeld", "gemeld", moment(when), when)

    def close(self, viewer: Viewer, breach_id: str, when: datetime) -> Breach:
        """Close a record. Raises RefusedError (E722) when the DPO does not know, or it is not settled."""
        breach = self.get(viewer, breach_id)
        if breach.dpo_told is None or not breach.settled:
            raise RefusedError(
                "E722", "Sluit een datalek pas als de DPO verwittigd is en het gemeld is, of de DPO besliste van niet."
            )
        return self._set(viewer, breach_id, "datalek-gesloten", "gesloten", moment(when), when)

    def get(self, viewer: Viewer, breach_id: str) -> Breach:
        """A record. Raises RefusedError (E712), UsageError (E721) when there is none."""
        _check_role(viewer)
        with self._cabinet.reading() as opened:
            return _get(opened, breach_id)

    def all(self, viewer: Viewer, *, only_open: bool = False) -> tuple[Breach, ...]:
        """The records, oldest first. Raises RefusedError (E712)."""
        _check_role(viewer)
        with self._cabinet.reading() as opened:
            rows = opened.execute(f"{_COLUMNS} ORDER BY id").fetchall()
        return tuple(each for each in map(_breach, rows) if not only_open or each.closed is None)

    def _set(self, viewer: Viewer, breach_id: str, act: str, column: str, value: str, when: datetime) -> Breach:
        _check_role(viewer)
        with self._cabinet.writing() as opened:
            breach = _get(opened, breach_id)
            opened.execute(
                f"UPDATE datalek SET {column} = ? WHERE id = ? AND {column} IS NULL",  # noqa: S608
                (value, breach_id),
            )
            self._note(opened, viewer, act, breach.request, when)
            return _get(opened, breach_id)

    def _note(self, opened: sqlite3.Connection, viewer: Viewer, act: str, request_id: str, when: datetime) -> None:
        hashes = {"aanvraag": hash_of_request(request_id)}
        self._cabinet.note(opened, viewer.account, viewer.role.value, act, hashes, when)


_COLUMNS = (
    "SELECT id, aanvraag, volgnummer, vastgesteld, maatregelen, dpo_verwittigd, besluit, gemeld, gesloten FROM datalek"
)


def _check_role(viewer: Viewer) -> None:
    require_role(viewer, (Role.ANALYST, Role.DPO), "Datalekken zijn voor analisten en de DPO.")


def _get(opened: sqlite3.Connection, breach_id: str) -> Breach:
    row = opened.execute(f"{_COLUMNS} WHERE id = ?", (breach_id,)).fetchone()
    if row is None:
        raise UsageError("E721", "Er is geen datalek met dit nummer.")
    return _breach(row)


def _breach(row: tuple[Any, ...]) -> Breach:
    found, told, reported, closed = (datetime.fromisoformat(row[i]) if row[i] else None for i in (3, 5, 7, 8))
    assert found is not None, "a breach was found at some moment"
    return Breach(row[0], row[1], row[2], found, row[4], told, row[6], reported, closed)
