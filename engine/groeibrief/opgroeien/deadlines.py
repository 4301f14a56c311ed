"""What a protocol waits for, and until when: each term counts from the step before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from groeibrief.opgroeien.lifecycle import Act, State
from groeibrief.opgroeien.policy import Terms
from groeibrief.opgroeien.protocols import Event, Record


@dataclass(frozen=True, slots=True)
class Deadline:
    """A term that runs: what for, its last day, and how many days are left (less than 0: so many too late)."""

    what: str
    until: date
    days: int

    @property
    def text(self) -> str:
        """The term in words."""
        match self.days:
            case 0:
                left = "vandaag de laatste dag"
            case 1:
                left = "nog 1 dag"
            case -1:
                left = "1 dag te laat"
            case days:
                left = f"nog {days} dagen" if days > 0 else f"{-days} dagen te laat"
        return f"{self.what}: tot en met {self.until} ({left})"

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {"wat": self.what, "tot_en_met": self.until.isoformat(), "dagen": self.days}


_STARTS = {
    State.DECIDED: (Act.ATTACH, "advies van beide DPO's", "advies"),
    State.CONCLUDED: (Act.CONCLUDE, "lijst van het bestuur", "lijst"),
    State.RECEIVED: (Act.RECEIVE, "antwoord op de lijst", "antwoord"),
    State.STOPPED: (Act.RECEIVE, "antwoord op de lijst", "antwoord"),
    State.READY: (Act.RECEIVE, "antwoord op de lijst", "antwoord"),
    State.ANSWERED: (Act.ANSWER, "ontvangstbewijs van het bestuur", "ontvangst"),
}
_ENDED = (State.CLOSED, State.EXPIRED, State.WITHDRAWN)


def deadlines(record: Record, events: tuple[Event, ...], terms: Terms, day: date) -> tuple[Deadline, ...]:
    """The terms that run on *day*: the one of the state, and that of the protocol itself."""
    found = []
    if start := _STARTS.get(record.state):
        act, what, term = start
        # A list that was dropped starts its term anew.
        acts = (act.value, Act.DROP.value) if record.state is State.CONCLUDED else (act.value,)
        since = next(event.when.date() for event in reversed(events) if event.act in acts)
        until = since + timedelta(getattr(terms, term))
        found.append(Deadline(what, until, (until - day).days))
    if record.state not in _ENDED:
        until = record.content.looptijd.tot_en_met
        found.append(Deadline("looptijd van het protocol", until, (until - day).days))
    return tuple(found)
