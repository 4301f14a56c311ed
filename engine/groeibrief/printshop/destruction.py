"""The print shop's signed statement that it destroyed what it made from a package.

``vernietiging.schema.json`` beside this module is the published JSON Schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from groeibrief.errors import RefusedError
from groeibrief.printshop.jobs import Job
from groeibrief.printshop.manifest import PackageManifest
from groeibrief.printshop.reconciliation import Outcome
from groeibrief.printshop.statement import Statement, published_schema
from groeibrief.printshop.ticket import JOB_ID, SHA256

SCHEMA = Path(__file__).with_name("vernietiging.schema.json")
Role = Literal["operator", "productieleider", "veiligheidsverantwoordelijke"]
ROLES = ("operator", "productieleider", "veiligheidsverantwoordelijke")


class Destruction(Statement):
    """The content of ``vernietiging.json``. Who destroyed it is a role, never a name."""

    what = "een verklaring van vernietiging"

    formaat: Literal["groeibrief-vernietiging"] = Field(
        default="groeibrief-vernietiging", description="Soort document."
    )
    versie: Literal[1] = Field(default=1, description="Versie van dit formaat.")
    opdracht: str = Field(pattern=JOB_ID, description="Opdrachtnummer.")
    pakket: str = Field(pattern=SHA256, description="SHA-256 van inhoud.tar.age, zoals in het manifest.")
    vernietigd_op: date = Field(
        description="Dag waarop het pakket, de geopende map en alle drukbestanden vernietigd zijn."
    )
    door: Role = Field(description="Functie van wie vernietigde; geen naam.")
    ondertekenaar: str = Field(
        pattern=r"^[0-9a-f]{16}$", description="Kenmerk van de sleutel die deze verklaring ondertekent."
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """A statement that holds; ``due``: the last day of destruction that was in time, None when nothing was posted."""

    statement: Destruction
    due: date | None
    synthetic: bool

    @property
    def in_time(self) -> bool:
        """Whether the print shop kept to the retention."""
        return self.due is None or self.statement.vernietigd_op <= self.due

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        statement = self.statement
        return {
            "geldig": True,
            "opdracht": statement.opdracht,
            "synthetisch": self.synthetic,
            "pakket": statement.pakket,
            "vernietigd_op": statement.vernietigd_op.isoformat(),
            "door": statement.door,
            "uiterlijk": self.due.isoformat() if self.due else None,
            "op_tijd": self.in_time,
        }


def make_destruction(manifest: PackageManifest, on: date, role: Role, signer: str) -> Destruction:
    """Write down that what came from a package was destroyed."""
    return Destruction(
        opdracht=manifest.opdracht, pakket=manifest.inhoud.sha256, vernietigd_op=on, door=role, ondertekenaar=signer
    )


def judge(statement: Destruction, job: Job, stand: Outcome, *, days: int, today: date) -> Verdict:
    """Hold a statement against what is known of its job. *days*: how long after posting files may be kept.

    Raises RefusedError (E598): another package, a day that has not come, pieces that were not posted yet, or destroyed
    before the last was.
    """
    if statement.pakket not in job.packages:
        raise _refused(f"ze gaat over een pakket dat geen pakket van opdracht {job.job_id} is")
    if statement.vernietigd_op > today:
        raise _refused("de dag van vernietiging is nog niet gekomen")
    if stand.faults or stand.open:
        raise _refused(
            f"opdracht {job.job_id} is nog niet afgesloten ({len(stand.open)} stukken staan open, "
            f"{len(stand.faults)} fouten in het verslag). Lees eerst het laatste productieverslag in"
        )
    last = stand.last_posting
    if last is not None and statement.vernietigd_op < last:
        raise _refused(f"de laatste stukken zijn pas op {last:%d/%m/%Y} gepost")
    return Verdict(statement, last + timedelta(days=days) if last else None, stand.synthetic)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of ``vernietiging.json``."""
    return published_schema(Destruction, "Verklaring van vernietiging van groeibrief")


def _refused(why: str) -> RefusedError:
    return RefusedError("E598", f"Deze verklaring van vernietiging klopt niet: {why}.")
