"""Figures over the register, as a parliamentary answer asks for them: by track and year, on a day.

A request and an authority are not the same: joint applicants are one request of several authorities, and an authority
may ask more than once. Both stand beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from groeibrief.casework.register import STATUSES, Event, Track
from groeibrief.catalog import Municipalities

COUNTED = tuple(status for status in STATUSES if status != "geïnformeerd")
STEPS = (
    ("geïnformeerd", "interesse"),
    ("interesse", "afgesloten"),
    ("aanvraag", "afgesloten"),
    ("afgesloten", "verstuurd"),
)
"""Between which events a lead time is taken."""


@dataclass(frozen=True, slots=True)
class Row:
    """How often a status was registered in a year (None: in all years), and of how many authorities."""

    track: Track
    year: int | None
    status: str
    requests: int
    authorities: int

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "piste": self.track.value,
            "jaar": self.year,
            "stand": self.status,
            "aanvragen": self.requests,
            "besturen": self.authorities,
        }


@dataclass(frozen=True, slots=True)
class LeadTime:
    """How many days a step took: the median over those whose days are both certain, and how many those are."""

    track: Track
    step: tuple[str, str]
    cases: int
    days: float | None

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "piste": self.track.value,
            "van": self.step[0],
            "tot": self.step[1],
            "gevallen": self.cases,
            "mediaan_dagen": self.days,
        }


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything on a day. ``approximate``: how many events have a day that their source does not name.

    ``both``: authorities that turned to both tracks; ``never``: by track, municipalities that never did.
    """

    on: date
    rows: tuple[Row, ...]
    lead_times: tuple[LeadTime, ...]
    both: int
    never: dict[str, int]
    municipalities: int
    approximate: int

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "stand_op": self.on.isoformat(),
            "cijfers": [row.as_json() for row in self.rows],
            "doorlooptijden": [each.as_json() for each in self.lead_times],
            "besturen_op_beide_pistes": self.both,
            "nooit_gebruikt": self.never,
            "gemeenten": self.municipalities,
            "data_bij_benadering": self.approximate,
        }


def figures(events: Iterable[Event], on: date, municipalities: Municipalities, never: dict[str, int]) -> Figures:
    """Count the events up to and including *on*; authorities as the municipalities that they are on that day."""
    told = [event for event in events if event.on <= on]
    rows = []
    for track in Track:
        own = [event for event in told if event.track is track and event.status in COUNTED]
        years: list[int | None] = [*sorted({event.on.year for event in own}), None]
        for year in years:
            for status in COUNTED:
                counted = [each for each in own if each.status == status and year in (None, each.on.year)]
                if counted:
                    rows.append(Row(track, year, status, len(counted), len(_authorities(counted, on, municipalities))))
    turned = [
        _authorities((each for each in told if each.track is track and each.codes), on, municipalities)
        for track in Track
    ]
    return Figures(
        on,
        tuple(rows),
        tuple(_lead_time(told, track, step, on, municipalities) for track in Track for step in STEPS),
        len(set.intersection(*turned)),
        never,
        len(municipalities.valid_on(on)),
        sum(not event.certain for event in told),
    )


def _authorities(events: Iterable[Event], on: date, municipalities: Municipalities) -> set[str]:
    return {code for event in events for code in event.current(on, municipalities)}


def _lead_time(
    events: list[Event], track: Track, step: tuple[str, str], on: date, municipalities: Municipalities
) -> LeadTime:
    own = [event for event in events if event.track is track and event.certain]
    everywhere = min((each.on for each in own if each.status == step[0] and not each.codes), default=None)
    days = []
    for code in sorted(_authorities((each for each in own if each.status == step[1]), on, municipalities)):
        mine = [each for each in own if code in each.current(on, municipalities)]
        begin = min((each.on for each in mine if each.status == step[0]), default=everywhere)
        end = min(each.on for each in mine if each.status == step[1])
        if begin is not None and begin <= end:
            days.append((end - begin).days)
    return LeadTime(track, step, len(days), float(median(days)) if days else None)
