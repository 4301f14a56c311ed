"""Erasing a request after its term: destroy, sign, note; taken up where a killed erasure stopped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groeibrief.artefacts import sha256_bytes
from groeibrief.casework.accounts import Viewer
from groeibrief.casework.erasure import check_term, destroy, due_on, plan
from groeibrief.casework.lifecycle import ENDED, Act
from groeibrief.casework.requests import Step
from groeibrief.casework.statements import write_statement
from groeibrief.errors import UsageError
from groeibrief.workflow.office import Office


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, and where the signed statement lies."""

    request: str
    files: int
    statement: Path
    sha256: str

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "aanvraag": self.request,
            "gewiste_bestanden": self.files,
            "verklaring": str(self.statement),
            "sha256": self.sha256,
        }


def erase_request(office: Office, viewer: Viewer, request_id: str, key: Path, out: Path) -> Erased:
    """Erase what is personal of a request, and sign a statement of it in the new file *out*.

    Raises RefusedError (E701, E710, E730 too early or still open, E731 something stays), UsageError (E210, E220, E221).
    """
    with office.cabinet.holding(f"uitvoering-{request_id}"):
        request = office.requests.get(viewer, request_id)
        retention = office.policy.bewaring
        check_term(request, retention, office.today)
        office.requests.check(viewer, request_id, Act.ERASE)
        made = plan(office.cabinet, request, viewer.account, office.now())
        data = made.statement(retention)
        written = out.exists() and out.read_bytes() == data
        if out.exists() and not written:
            raise UsageError("E210", f"{out} bestaat al. Kies een andere naam of verwijder het bestand eerst.")
        destroy(office.cabinet, request_id)
        if not written:
            write_statement(out, data, key)
        digest = sha256_bytes(data)
        step = Step(Act.ERASE, request.version, hashes={"verklaring": digest})
        office.requests.step(viewer, request_id, step, office.now())
        return Erased(request_id, len(made.files), out, digest)


def due(office: Office, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """The requests that have ended and are not erased, with the day from which they may be; the first one due first."""
    ended = office.requests.all(viewer, ENDED)
    days = [(due_on(request, office.policy.bewaring).isoformat(), request.id) for request in ended]
    return tuple((request_id, day) for day, request_id in sorted(days))
