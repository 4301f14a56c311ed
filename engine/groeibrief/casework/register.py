"""The register of local authorities by track: events, not one status, so that an authority can be both.

Names stand as printed; municipalities are NIS codes of the day, followed to their successors when they are shown. Joint
applicants are one event with two codes. An event without codes is about all municipalities (an information mailing).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from groeibrief.casework.accounts import Role, Viewer, require_role
from groeibrief.casework.cabinet import Cabinet, moment
from groeibrief.casework.content import check_text
from groeibrief.catalog import Municipalities
from groeibrief.errors import UsageError, closest


class Track(Enum):
    """The two tracks: a list through Opgroeien, a letter through VUTG."""

    OPGROEIEN = "opgroeien"
    VUTG = "vutg"


STATUSES = ("geïnformeerd", "interesse", "aanvraag", "advies", "afgesloten", "verstuurd", "geweigerd", "beëindigd")
"""What can be registered, in the order in which it happens. ``afgesloten``: an agreement or protocol was concluded."""
_BEFORE_MERGERS = (date(2024, 12, 31), date(2018, 12, 31))
"""The last days with municipalities that merged since."""
USED = frozenset({"interesse", "aanvraag", "advies", "afgesloten", "verstuurd"})
"""What shows that an authority turned to a track."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event. ``certain``: the source names the day; else ``on`` is the earliest day that it can mean.

    ``reason``: "reden van keuze"; ``public``: may be shown to anyone.
    """

    name: str
    codes: tuple[str, ...]
    track: Track
    status: str
    on: date
    certain: bool
    source: str
    reason: str = ""
    public: bool = False

    def current(self, day: date, municipalities: Municipalities) -> tuple[str, ...]:
        """Its municipalities as they are on *day*."""
        return tuple(sorted({municipalities.resolve(code, day) for code in self.codes}))

    def as_json(self, day: date, municipalities: Municipalities) -> dict[str, Any]:
        """The JSON form, with the successors on *day* beside the codes as they were."""
        now = self.current(day, municipalities)
        return {
            "naam": self.name,
            "nis": list(self.codes),
            "nis_nu": list(now),
            "gemeenten_nu": [municipalities[code].naam for code in now],
            "piste": self.track.value,
            "stand": self.status,
            "datum": self.on.isoformat(),
            "datum_zeker": self.certain,
            "bron": self.source,
            "reden": self.reason,
            "openbaar": self.public,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which events: each part narrows down; ``until`` included. ``name``: as printed, or of a municipality now."""

    track: Track | None = None
    status: str | None = None
    name: str | None = None
    code: str | None = None
    since: date | None = None
    until: date | None = None
    public: bool = False

    def takes(self, event: Event, day: date, municipalities: Municipalities) -> bool:
        """Whether an event passes; a code is looked for as it was and as it is on *day*."""
        current = event.current(day, municipalities)
        codes = {*event.codes, *current}
        names = (event.name, *(municipalities[code].naam for code in current))
        return (
            (self.track is None or event.track is self.track)
            and (self.status is None or event.status == self.status)
            and (self.name is None or any(self.name.casefold() in name.casefold() for name in names))
            and (self.code is None or self.code in codes)
            and (self.since is None or event.on >= self.since)
            and (self.until is None or event.on <= self.until)
            and (event.public or not self.public)
        )


class Register:
    """The register in a cabinet. Events are added, never changed."""

    def __init__(self, cabinet: Cabinet, municipalities: Municipalities) -> None:
        self._cabinet = cabinet
        self._municipalities = municipalities

    def add(self, viewer: Viewer, event: Event, when: datetime) -> Event:
        """Add an event. Raises RefusedError (E712), UsageError (E724 a fault in it, E725 it is there already)."""
        keepers = (Role.ANALYST, Role.DPO, Role.OPGROEIEN)
        require_role(viewer, keepers, "Het register wordt bijgehouden door een analist, de DPO of Opgroeien.")
        with self._cabinet.writing() as opened:
            if not self.insert(opened, viewer, event, when):
                raise UsageError("E725", "Dit feit staat al in het register.")
        return event

    def insert(self, opened: sqlite3.Connection, viewer: Viewer, event: Event, when: datetime) -> bool:
        """Add an event inside the transaction of another act; False when it is there. Raises UsageError (E724)."""
        self._check(event)
        done = opened.execute(
            "INSERT OR IGNORE INTO registerfeit (naam, nis, piste, stand, datum, zeker, bron, reden, openbaar, wie,"
            " ingevoerd_op) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                event.name, " ".join(event.codes), event.track.value, event.status, event.on.isoformat(),
                int(event.certain), event.source, event.reason, int(event.public), viewer.account, moment(when),
            ),
        )  # fmt: skip
        return done.rowcount == 1

    def load(self, events: Iterable[Event], when: datetime) -> int:
        """Load first entries that are not there yet; how many were added. Raises UsageError (E724)."""
        loader = Viewer("register", Role.ANALYST)
        with self._cabinet.writing() as opened:
            return sum(self.insert(opened, loader, event, when) for event in events)

    def events(self, wanted: Filter, day: date) -> tuple[Event, ...]:
        """The events that pass, by day, name and track."""
        with self._cabinet.reading() as opened:
            rows = opened.execute(
                "SELECT naam, nis, piste, stand, datum, zeker, bron, reden, openbaar FROM registerfeit "
                "ORDER BY datum, nummer"
            ).fetchall()
        found = (
            Event(
                name, tuple(codes.split()), Track(track), status, date.fromisoformat(on), bool(certain), source,
                reason, bool(public),
            )
            for name, codes, track, status, on, certain, source, reason, public in rows
        )  # fmt: skip
        return tuple(event for event in found if wanted.takes(event, day, self._municipalities))

    def never(self, track: Track, day: date) -> tuple[tuple[str, str], ...]:
        """The Flemish municipalities (code, name) on *day* that never turned to a track; a predecessor's counts."""
        turned = {
            code
            for event in self.events(Filter(track=track, until=day), day)
            if event.status in USED
            for code in event.current(day, self._municipalities)
        }
        rows = self._municipalities.valid_on(day)
        return tuple(sorted(((row.nis, row.naam) for row in rows if row.nis not in turned), key=lambda row: row[1]))

    def _check(self, event: Event) -> None:
        for name, text in (("naam", event.name), ("bron", event.source)):
            check_text(name, text)
        if event.reason:
            check_text("reden", event.reason)
        if event.status not in STATUSES:
            raise UsageError(
                "E724",
                f"'{event.status}' is geen stand. Kies uit: {', '.join(STATUSES)}."
                + (f" Bedoelde u '{meant}'?" if (meant := closest(event.status, STATUSES)) else ""),
            )
        flemish = {row.nis for row in self._municipalities.valid_on(event.on)}
        if strangers := sorted(set(event.codes) - flemish):
            raise UsageError("E724", f"{strangers[0]} is op {event.on.isoformat()} geen Vlaamse gemeente.")
        if not event.codes and event.status != "geïnformeerd":
            raise UsageError(
                "E724", "Geef de NIS-code van het bestuur; alleen een informatieronde gaat over alle gemeenten."
            )


def code_of(name: str, day: date, municipalities: Municipalities) -> str:
    """The code of the Flemish municipality with this name on *day*. Raises UsageError (E724)."""
    rows = {row.naam: row.nis for row in municipalities.valid_on(day)}
    if name not in rows:
        for earlier in _BEFORE_MERGERS:
            for row in municipalities.valid_on(earlier):
                if row.naam == name and earlier < day:
                    heir = municipalities[municipalities.resolve(row.nis, day)].naam
                    raise UsageError("E724", f"'{name}' bestaat op {day.isoformat()} niet meer: het is '{heir}'.")
        meant = closest(name, rows)
        message = f"Er is op {day.isoformat()} geen Vlaamse gemeente '{name}'."
        raise UsageError("E724", message + (f" Bedoelde u '{meant}'?" if meant else ""))
    return rows[name]


def made_public(event: Event) -> Event:
    """The event as anyone may see it: without the reason, which was told to the agency."""
    return replace(event, reason="")
