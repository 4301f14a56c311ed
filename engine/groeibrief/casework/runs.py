"""Runs: one for each round of a request, in steps that are noted with the hash of what they made.

A step is noted after its artefact has its final name, and done again when it is not noted; so a killed run goes on
where it was, and makes the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from groeibrief.casework.accounts import Viewer
from groeibrief.casework.cabinet import Cabinet, hash_of_request, moment
from groeibrief.casework.requests import seen_request, unknown_request

STEPS = ("selectie", "gezinnen", "brieven", "pakket")
"""The steps of a run, in order."""
_SKIPPED = "overgeslagen"


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was done: when, the hash of what it made, and how many there are in it."""

    when: datetime
    hash: str
    number: int


@dataclass(frozen=True, slots=True)
class Run:
    """A run: on which snapshot, by whom, for which print shop; the steps that are done, and the job that came of it.

    ``skipped``: nobody was written to in this round, and it counts as past.
    """

    request: str
    round: int
    begun: datetime
    who: str
    snapshot: str
    snapshot_hash: str
    extracted_on: date
    definitie: str
    bundle: str
    processor: str
    synthetic: bool
    job: str | None
    steps: Mapping[str, Done]
    skipped: bool = False

    @property
    def done(self) -> bool:
        """Whether every step is done."""
        return all(step in self.steps for step in STEPS)

    def as_json(self) -> dict[str, Any]:
        """The JSON form; exact figures, for the agency only."""
        return {
            "ronde": self.round,
            "begonnen": moment(self.begun),
            "wie": self.who,
            "snapshot": self.snapshot,
            "onttrokken_op": self.extracted_on.isoformat(),
            "verwerker": self.processor,
            "synthetisch": self.synthetic,
            "opdracht": self.job,
            "klaar": self.done,
            "overgeslagen": self.skipped,
            "stappen": [
                {"stap": step, "wanneer": moment(done.when), "hash": done.hash, "aantal": done.number}
                for step, done in self.steps.items()
            ],
        }


def write_run(opened: sqlite3.Connection, run: Run) -> None:
    """Note that a run begins, inside the transaction of its act."""
    opened.execute(
        "INSERT INTO uitvoering (aanvraag, ronde, begonnen_op, wie, snapshot, snapshot_hash, onttrokken_op, definitie,"
        " bundel, verwerker, synthetisch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run.request, run.round, moment(run.begun), run.who, run.snapshot, run.snapshot_hash,
            run.extracted_on.isoformat(), run.definitie, run.bundle, run.processor, int(run.synthetic),
        ),
    )  # fmt: skip


def forget_run(opened: sqlite3.Connection, request_id: str, number: int) -> None:
    """Forget a run that was stopped before anything was sealed, inside the transaction of its act."""
    opened.execute("DELETE FROM stap WHERE aanvraag = ? AND ronde = ?", (request_id, number))
    opened.execute("DELETE FROM uitvoering WHERE aanvraag = ? AND ronde = ?", (request_id, number))


def skip_run(opened: sqlite3.Connection, request_id: str, number: int, done: Done) -> None:
    """Note that a round passes without letters, inside the transaction of its act: what it did is forgotten."""
    opened.execute("DELETE FROM stap WHERE aanvraag = ? AND ronde = ?", (request_id, number))
    opened.execute(
        "INSERT INTO stap (aanvraag, ronde, stap, wanneer, hash, aantal) VALUES (?, ?, ?, ?, ?, 0)",
        (request_id, number, _SKIPPED, moment(done.when), done.hash),
    )


def name_job(opened: sqlite3.Connection, request_id: str, number: int, job: str) -> None:
    """Note under which job the print shop knows a run."""
    opened.execute("UPDATE uitvoering SET opdracht = ? WHERE aanvraag = ? AND ronde = ?", (job, request_id, number))


class Runs:
    """The runs in a cabinet."""

    def __init__(self, cabinet: Cabinet) -> None:
        self._cabinet = cabinet

    def of(self, viewer: Viewer, request_id: str) -> tuple[Run, ...]:
        """The runs of a request, by round; exact figures, for the agency only. Raises RefusedError (E701)."""
        with self._cabinet.reading() as opened:
            seen_request(opened, viewer, request_id)
            if not viewer.role.sees_requests:
                raise unknown_request()
            return _read(opened, "WHERE aanvraag = ?", (request_id,))

    def outline(self, viewer: Viewer, request_id: str) -> tuple[tuple[int, date, bool], ...]:
        """Of each round that has letters: its day and whether its families are invented. Raises RefusedError (E701)."""
        with self._cabinet.reading() as opened:
            seen_request(opened, viewer, request_id)
            found = _read(opened, "WHERE aanvraag = ?", (request_id,))
        return tuple((run.round, run.begun.date(), run.synthetic) for run in found if not run.skipped)

    def since(self, day: date) -> tuple[Run, ...]:
        """The runs on snapshots of *day* or later, of every request."""
        with self._cabinet.reading() as opened:
            return _read(opened, "WHERE onttrokken_op >= ?", (day.isoformat(),))

    def newest(self, *, synthetic: bool) -> tuple[str, date] | None:
        """The newest snapshot that was ever used, real or invented: its id and day."""
        with self._cabinet.reading() as opened:
            row = opened.execute(
                "SELECT snapshot, onttrokken_op FROM uitvoering WHERE synthetisch = ? ORDER BY onttrokken_op DESC",
                (int(synthetic),),
            ).fetchone()
        return None if row is None else (row[0], date.fromisoformat(row[1]))

    def note(self, viewer: Viewer, run: Run, step: str, done: Done) -> Run:
        """Note a step, here and in the ledger; the first one stays. Returns the run as it stands then."""
        with self._cabinet.writing() as opened:
            added = opened.execute(
                "INSERT OR IGNORE INTO stap (aanvraag, ronde, stap, wanneer, hash, aantal) VALUES (?, ?, ?, ?, ?, ?)",
                (run.request, run.round, step, moment(done.when), done.hash, done.number),
            )
            if added.rowcount:
                hashes = {"aanvraag": hash_of_request(run.request), step: done.hash}
                act = f"uitvoering-{step}"
                self._cabinet.note(opened, viewer.account, viewer.role.value, act, hashes, done.when)
            return _read(opened, "WHERE aanvraag = ? AND ronde = ?", (run.request, run.round))[0]


_COLUMNS = (
    "SELECT aanvraag, ronde, begonnen_op, wie, snapshot, snapshot_hash, onttrokken_op, definitie, bundel, verwerker,"
    " synthetisch, opdracht FROM uitvoering"
)


def _read(opened: sqlite3.Connection, where: str, values: tuple[str | int, ...]) -> tuple[Run, ...]:
    rows = opened.execute(f"{_COLUMNS} {where} ORDER BY aanvraag, ronde", values).fetchall()
    return tuple(_run(opened, row) for row in rows)


def _run(opened: sqlite3.Connection, row: tuple[Any, ...]) -> Run:
    request, number, begun, who, snapshot, digest, day, definitie, bundle, processor, synthetic, job = row
    found = {
        step: Done(datetime.fromisoformat(when), made, count)
        for step, when, made, count in opened.execute(
            "SELECT stap, wanneer, hash, aantal FROM stap WHERE aanvraag = ? AND ronde = ?", (request, number)
        )
    }
    return Run(
        request, number, datetime.fromisoformat(begun), who, snapshot, digest, date.fromisoformat(day), definitie,
        bundle, processor, bool(synthetic), job, {step: found[step] for step in STEPS if step in found},
        _SKIPPED in found,
    )  # fmt: skip
