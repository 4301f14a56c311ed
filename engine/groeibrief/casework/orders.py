"""The figure that a municipality sees with an order ("ongeveer"), as it was drawn: kept with its request and round."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from groeibrief.artefacts import canonical_json
from groeibrief.casework.cabinet import moment


@dataclass(frozen=True, slots=True)
class Ordered:
    """A figure of a round, as shown: noisy, rounded, with its invoice band; never exact."""

    round: int
    voorwaarden: str
    when: datetime
    shown: Mapping[str, Any]

    @property
    def band(self) -> tuple[int, int]:
        """The band that is invoiced."""
        return self.shown["factuur"]["van"], self.shown["factuur"]["tot"]


def order_id(request_id: str, number: int, voorwaarden: str) -> str:
    """The number under which a figure is drawn: another target group is another order."""
    return f"{request_id}/{number}/{voorwaarden[:16]}"


def write_ordered(opened: sqlite3.Connection, request_id: str, ordered: Ordered) -> None:
    """Keep a figure, inside a transaction; the first of a round and target group stays."""
    opened.execute(
        "INSERT OR IGNORE INTO besteld (aanvraag, ronde, voorwaarden, wanneer, getoond) VALUES (?, ?, ?, ?, ?)",
        (
            request_id, ordered.round, ordered.voorwaarden, moment(ordered.when),
            canonical_json(dict(ordered.shown)).decode(),
        ),
    )  # fmt: skip


def read_ordered(opened: sqlite3.Connection, request_id: str) -> tuple[Ordered, ...]:
    """The figures of a request, by round, the latest of a round last."""
    rows = opened.execute(
        "SELECT ronde, voorwaarden, wanneer, getoond FROM besteld WHERE aanvraag = ? ORDER BY ronde, wanneer",
        (request_id,),
    ).fetchall()
    return tuple(
        Ordered(number, voorwaarden, datetime.fromisoformat(when), json.loads(shown))
        for number, voorwaarden, when, shown in rows
    )
