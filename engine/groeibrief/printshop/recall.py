"""Calling batches back: VUTG's signed instruction not to print them, and not to post what was printed.

It lists every batch of the job that was ever called back; nothing undoes it. The pieces may go out later under a new
job number. ``terugroeping.schema.json`` beside this module is the published JSON Schema.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from groeibrief.printshop.jobs import Job
from groeibrief.printshop.manifest import PackageManifest
from groeibrief.printshop.statement import Statement, published_schema
from groeibrief.printshop.ticket import JOB_ID

SCHEMA = Path(__file__).with_name("terugroeping.schema.json")
REASONS = ("fout-in-brief", "verkeerde-doelgroep", "opdracht-ingetrokken", "fout-in-druk", "andere")
"""A closed list: a sentence could hold a name."""


class RecalledBatch(BaseModel):
    """A batch that is not to be printed or posted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    partij: int = Field(ge=1, description="Nummer van de partij, zoals in de opdrachtbon.")
    reden: Literal["fout-in-brief", "verkeerde-doelgroep", "opdracht-ingetrokken", "fout-in-druk", "andere"] = Field(
        description="Waarom."
    )
    op: date = Field(description="Dag waarop VUTG de partij terugriep.")


class Recall(Statement):
    """The content of ``terugroeping.json``."""

    what = "een terugroeping"

    formaat: Literal["groeibrief-terugroeping"] = Field(
        default="groeibrief-terugroeping", description="Soort document."
    )
    versie: Literal[1] = Field(default=1, description="Versie van dit formaat.")
    opdracht: str = Field(pattern=JOB_ID, description="Opdrachtnummer.")
    pakketten: tuple[str, ...] = Field(
        min_length=1, description="SHA-256 van inhoud.tar.age van elk pakket van deze opdracht."
    )
    volledig: bool = Field(description="Waar: de hele opdracht is teruggeroepen.")
    partijen: tuple[RecalledBatch, ...] = Field(min_length=1, description="De partijen die u niet drukt en niet post.")
    ondertekenaar: str = Field(
        pattern=r"^[0-9a-f]{16}$", description="Kenmerk van de sleutel van VUTG die dit ondertekent."
    )


def make_recall(job: Job, signer: str) -> Recall:
    """Write down what of a job is called back."""
    return Recall(
        opdracht=job.job_id,
        pakketten=tuple(sorted(job.packages)),
        volledig=set(job.recalled) == set(job.batches),
        partijen=tuple(
            RecalledBatch.model_validate({"partij": batch, "reden": reason, "op": on})
            for batch, (reason, on) in sorted(job.recalled.items())
        ),
        ondertekenaar=signer,
    )


def recalled_batches(manifest: PackageManifest, recalls: Iterable[Recall]) -> tuple[int, ...]:
    """The batches of a package that recalls are about; none when they are about other jobs.

    By job number as well as by content: an earlier or later sealing of the same job holds the same letters.
    """
    return tuple(
        sorted({line.partij for recall in recalls if recall.opdracht == manifest.opdracht for line in recall.partijen})
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of ``terugroeping.json``."""
    return published_schema(Recall, "Terugroeping van groeibrief")
