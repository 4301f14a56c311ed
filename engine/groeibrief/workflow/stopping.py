"""Ending a run without letters: stopped, or its round skipped. What it made is destroyed.

A municipality sees no difference between one reason and another: that nobody was selected is an exact count.
"""

from __future__ import annotations

import shutil
import sqlite3

from groeibrief.artefacts import sha256_bytes
from groeibrief.casework.accounts import Viewer
from groeibrief.casework.lifecycle import Act
from groeibrief.casework.messages import write_message
from groeibrief.casework.requests import Request, Step
from groeibrief.casework.runs import Done, Run, forget_run, skip_run
from groeibrief.errors import RefusedError
from groeibrief.workflow.aftercare import standing as job_standing
from groeibrief.workflow.office import Office
from groeibrief.workflow.running import run_folder


def stop_run(office: Office, viewer: Viewer, request_id: str) -> Request:
    """Stop a run that sealed nothing, or whose package was called back whole; the request is approved as before.

    What it made is destroyed. Raises RefusedError (E710, E736 there is a package that was not called back whole).
    """
    with office.cabinet.holding(f"uitvoering-{request_id}"):
        request = office.requests.check(viewer, request_id, Act.STOP)
        run = office.runs.of(viewer, request_id)[-1]
        if not _is_recalled(office, run):
            _refuse_sealed(office, run)

        def forget(opened: sqlite3.Connection, _: Request) -> None:
            forget_run(opened, request_id, run.round)

        stopped = office.requests.step(viewer, request_id, Step(Act.STOP, request.version, change=forget), office.now())
        _destroy(office, run)
        return stopped


def skip_round(office: Office, viewer: Viewer, request_id: str, why: str) -> Request:
    """Let a later round of a series pass without letters, for a reason that stays inside the agency.

    For any reason, and always the same to the municipality: that there was nobody is an exact count. Raises
    RefusedError (E710, E736 there is a package, E776 it is the first round), UsageError (E711).
    """
    with office.cabinet.holding(f"uitvoering-{request_id}"):
        request = office.requests.check(viewer, request_id, Act.SKIP)
        run = office.runs.of(viewer, request_id)[-1]
        _refuse_sealed(office, run)
        if run.round == 1:
            raise RefusedError(
                "E776", "De eerste ronde slaat u niet over. Stop ze met 'request stop', en trek de aanvraag in."
            )
        reason = sha256_bytes(why.encode())

        def keep(opened: sqlite3.Connection, found: Request) -> None:
            write_message(opened, viewer, found, why, office.now(), internal=True)
            skip_run(opened, request_id, run.round, Done(office.now(), reason, 0))

        step = Step(Act.SKIP, request.version, hashes={"reden": reason}, change=keep)
        skipped = office.requests.step(viewer, request_id, step, office.now())
        _destroy(office, run)
        return skipped


def _is_recalled(office: Office, run: Run) -> bool:
    """Whether every letter of the run's package was called back, and none was posted."""
    if run.job is None:
        return False
    outcome = job_standing(run.job, office.settings)
    return bool(outcome.recalled) and not outcome.open and not outcome.posted


def _refuse_sealed(office: Office, run: Run) -> None:
    if run.job is not None:
        raise RefusedError(
            "E736",
            "Het pakket is niet helemaal teruggeroepen. Roep eerst alle partijen terug met 'groeibrief package "
            "recall'; wat gepost is, kan niet terug.",
        )
    if "pakket" in run.steps or (run_folder(office, run) / "opdracht.pakket").exists():
        raise RefusedError("E736", "Er is al een pakket verzegeld. Ga voort met 'run', of roep het pakket terug.")


def _destroy(office: Office, run: Run) -> None:
    shutil.rmtree(run_folder(office, run), ignore_errors=True)
    for path in office.cabinet.room("gezinnen").glob(f"{run.request}-{run.round}.*"):
        path.unlink()
