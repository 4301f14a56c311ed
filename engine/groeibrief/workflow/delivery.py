"""What the agency chooses for a job when it packs the letters: inserts, posting day, waves, a shared deposit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from groeibrief.artefacts import new_file
from groeibrief.catalog import find_project
from groeibrief.errors import RefusedError, UsageError
from groeibrief.keys import read_public_key
from groeibrief.letters import load_template
from groeibrief.printshop.approval import Approval, approve_package
from groeibrief.printshop.content import read_destinations, read_letters
from groeibrief.printshop.deposit import Deposit, common_deposit
from groeibrief.printshop.envelope import Rectangle, check_window
from groeibrief.printshop.inserts import Insert, from_data, insert_of, told
from groeibrief.printshop.marks import Marking, check_marks
from groeibrief.printshop.package import package_ticket
from groeibrief.printshop.policy import PrintPolicy, load_policy
from groeibrief.printshop.proof import proof_set
from groeibrief.printshop.ticket import JobInfo
from groeibrief.workflow.mailing import PLANNING
from groeibrief.workflow.recording import record, require_ledger
from groeibrief.workflow.settings import Settings

__all__ = ["Approval", "Delivery", "Deposit", "approve", "deposit", "insert_of"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a job is delivered. ``per_week`` and ``inserts`` None: as the letters were made for."""

    inserts: tuple[Insert, ...] | None = None
    post_on: date | None = None
    per_week: int | None = None
    deposit: str | None = None

    def job(self, letters: Path, summary: Mapping[str, Any], job_id: str, reprint_of: str | None) -> JobInfo:
        """The job of a folder of letters; *summary* is its ``brieven.json``.

        Raises RefusedError (E558) for other inserts than the letters' marks tell of.
        """
        per_week, inserts = _planned(letters)
        if self.inserts is not None and self.inserts != inserts:
            if summary["merktekens"] != "geen":
                raise RefusedError(
                    "E558",
                    f"De merken op de brieven zijn gemaakt voor deze bijlagen: {told(inserts)}. Laat --insert weg, of "
                    "maak de brieven opnieuw met dezelfde --insert.",
                )
            inserts = self.inserts
        return JobInfo(
            job_id,
            deliver_on=self.post_on,
            marks=summary["merktekens"],
            mark_job=summary["merktekens_opdracht"],
            inserts=inserts,
            reprint_of=reprint_of,
            per_week=self.per_week or per_week,
            deposit=self.deposit,
            # A reprint is the same bytes as what was approved.
            proof=reprint_of is None,
        )


def check_pages(letters: Path, template: str, job: JobInfo, project: Path | None, policy: PrintPolicy) -> None:
    """Look at the letters of the proof set as they are printed: through the envelope's window, and at their marks.

    Raises RefusedError (E583 something else shows in the window, E559 a mark says something else than the job).
    """
    layout = load_template(find_project(chosen=project), template).layout
    window, area = layout.venster, layout.merkteken
    marking = None
    if area is not None and job.mark_job is not None:
        place = Rectangle(area.x, area.y, area.right, area.bottom)
        marking = Marking(job.marks, place, job.mark_job, len(job.inserts), policy.dubbelzijdig)
    pieces = read_letters(letters)
    for piece in proof_set(pieces, read_destinations(letters, pieces)):
        visible = (window.zichtbaar.x, window.zichtbaar.y, window.zichtbaar.right, window.zichtbaar.bottom)
        address = (window.adres.x, window.adres.y, window.adres.right, window.adres.bottom)
        check_window(
            letters / piece.bestand, piece.eerste_pagina, piece.volgnummer, visible, address, policy.omslagspeling
        )
        if marking is not None:
            check_marks(letters / piece.bestand, marking, piece.volgnummer, piece.eerste_pagina, piece.paginas)


def approve(path: Path, out: Path, *, sign_key: Path, trust: Sequence[Path], settings: Settings) -> Approval:
    """Approve the proof of a package, and record it. Raises as ``approve_package``."""
    require_ledger(settings)
    approval = approve_package(path, out, sign_key=sign_key, trusted=[read_public_key(file) for file in trust])
    record(settings, "proef", {"manifest": approval.manifest_sha256, "goedkeuring": approval.sha256})
    return approval


def deposit(
    packages: Sequence[Path], out: Path, *, identity: Path, trust: Sequence[Path], project: Path | None
) -> Deposit:
    """Write the common postage sheet of packages to the new file *out*.

    Raises as ``package_ticket`` for each, RefusedError (E581, E582, E586), UsageError (E210).
    """
    policy = load_policy(find_project(chosen=project))
    made = common_deposit([package_ticket(path, identity, trust) for path in packages], policy.port)
    with new_file(out) as stream:
        stream.write(made.as_csv())
    return made


def _planned(letters: Path) -> tuple[int | None, tuple[Insert, ...]]:
    """How many letters a week the batches were cut for, and the inserts, as ``letters render`` wrote them."""
    try:
        planned = json.loads((letters / PLANNING).read_bytes())
        per_week = planned["brieven_per_week"]
        return int(per_week) if per_week is not None else None, from_data(planned["bijlagen"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "E247",
            f"{letters} is geen map met brieven: planning.json ontbreekt of is beschadigd. Maak eerst de brieven.",
        ) from error
