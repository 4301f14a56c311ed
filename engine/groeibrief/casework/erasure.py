"""Erasure: what is personal of a request is destroyed after its term, and a signed statement says so.

The pseudonym keys go too: after that, nobody can tell whom the request wrote to.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from groeibrief.artefacts import canonical_json, sha256_file, sync_directory
from groeibrief.casework.cabinet import Cabinet, moment
from groeibrief.casework.families import ROOM as FAMILIES
from groeibrief.casework.lifecycle import ENDED, NAMES, State
from groeibrief.casework.policy import Retention, months_after
from groeibrief.casework.requests import Request
from groeibrief.errors import RefusedError

RUNS = "uitvoeringen"
"""Where selections, letters and packages of runs lie, a folder for each request."""
KIND = "wissing"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased of a request: each file by its place, with its hash before; when, by whom."""

    request: str
    begun: datetime
    who: str
    files: Mapping[str, str]

    def statement(self, retention: Retention) -> bytes:
        """What is signed. ``reservekopieen_weg_op``: the day on which the last backup that holds it must be gone."""
        last = self.begun.date() + timedelta(days=retention.reservekopie_dagen)
        return canonical_json(
            {
                "soort": KIND,
                "aanvraag": self.request,
                "gewist_op": moment(self.begun),
                "wie": self.who,
                "bestanden": [{"bestand": name, "sha256": digest} for name, digest in sorted(self.files.items())],
                "sleutels_vernietigd": sum(name.endswith(".sleutel") for name in self.files),
                "reservekopieen_weg_op": last.isoformat(),
            }
        )


def due_on(request: Request, retention: Retention) -> date:
    """From which day a request that has ended may be erased."""
    return months_after(request.changed.date(), retention.maanden)


def check_term(request: Request, retention: Retention, today: date) -> None:
    """Raise RefusedError (E730) while a request is open, erased already, or its term has not passed."""
    if request.state is State.ERASED:
        raise RefusedError(
            "E730", f"Aanvraag {request.id} is al gewist. Het bewijs staat in de ondertekende verklaring."
        )
    if request.state not in ENDED:
        raise RefusedError(
            "E730", f"Aanvraag {request.id} loopt nog ({NAMES[request.state]}). Sluit ze eerst af of trek ze in."
        )
    due = due_on(request, retention)
    if today < due:
        raise RefusedError("E730", f"Aanvraag {request.id} wordt bewaard tot {due.isoformat()}. Wis ze vanaf die dag.")


def plan(cabinet: Cabinet, request: Request, who: str, when: datetime) -> Erasure:
    """What is to be erased, remembered before the first file goes: a killed erasure still knows what there was."""
    with cabinet.writing() as opened:
        known = _known(opened, request.id)
        if known is not None:
            return known
        made = Erasure(
            request.id, when, who, {_place(cabinet, path): sha256_file(path) for path in _files(cabinet, request.id)}
        )
        opened.execute(
            "INSERT INTO wissing (aanvraag, begonnen, wie, gewist) VALUES (?, ?, ?, ?)",
            (request.id, moment(when), who, canonical_json(dict(made.files)).decode()),
        )
    return made


def destroy(cabinet: Cabinet, request_id: str) -> None:
    """Destroy everything personal of a request, keys first. Raises RefusedError (E731) when something stays."""
    keys = [path for path in _files(cabinet, request_id) if path.suffix == ".sleutel"]
    for path in keys:
        with path.open("r+b") as stream:
            stream.write(secrets.token_bytes(path.stat().st_size))
            stream.flush()
            os.fsync(stream.fileno())
        path.unlink()
    for path in _files(cabinet, request_id):
        path.unlink()
    shutil.rmtree(cabinet.room(RUNS) / request_id, ignore_errors=True)
    for room in (RUNS, FAMILIES):
        sync_directory(cabinet.room(room))
    left = _files(cabinet, request_id)
    if left:
        raise RefusedError(
            "E731", f"Van aanvraag {request_id} kon niet alles gewist worden: {len(left)} bestanden staan er nog."
        )


def _known(opened: sqlite3.Connection, request_id: str) -> Erasure | None:
    row = opened.execute("SELECT begonnen, wie, gewist FROM wissing WHERE aanvraag = ?", (request_id,)).fetchone()
    if row is None:
        return None
    files: dict[str, Any] = json.loads(row[2])
    return Erasure(request_id, datetime.fromisoformat(row[0]), row[1], files)


def _files(cabinet: Cabinet, request_id: str) -> list[Path]:
    runs = cabinet.room(RUNS) / request_id
    found = [path for path in runs.rglob("*") if path.is_file()] if runs.is_dir() else []
    found += [path for path in cabinet.room(FAMILIES).glob(f"{request_id}-*") if path.is_file()]
    return sorted(found)


def _place(cabinet: Cabinet, path: Path) -> str:
    return path.relative_to(cabinet.folder).as_posix()
