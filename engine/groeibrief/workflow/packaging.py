"""From a folder of letters to a sealed package, and what the print shop does with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from groeibrief.artefacts import sha256_bytes
from groeibrief.catalog import find_project
from groeibrief.errors import UsageError
from groeibrief.printshop.package import PackageSummary, VerifyReport, make_package, open_package, verify_package
from groeibrief.printshop.policy import load_policy
from groeibrief.printshop.ticket import JobInfo
from groeibrief.workflow.recording import record
from groeibrief.workflow.settings import Settings

__all__ = ["PackageSummary", "VerifyReport", "open_package", "pack", "verify_package"]


def pack(
    letters: Path,
    out: Path,
    *,
    recipients: Sequence[Path],
    sign_key: Path,
    settings: Settings,
    job_id: str | None = None,
    project: Path | None = None,
) -> PackageSummary:
    """Seal the letters for the print shop, and record it.

    Without *job_id* the job is named after the audience and the letters' hash, so that the same letters are the same
    job. Raises what ``make_package`` raises, and UsageError (E247) when *letters* is not a folder of letters.
    """
    summary = _summary(letters)
    job = JobInfo(job_id or f"{summary['doelgroep']}-{summary['sha256'][:8]}")
    policy = load_policy(find_project(chosen=project))
    made = make_package(
        letters, out, recipients=recipients, sign_key=sign_key, job=job, policy=policy, synthetic=summary["synthetisch"]
    )
    record(settings, "pakket", {"brieven": summary["sha256"], "pakket": made.manifest.inhoud.sha256})
    return made


def _summary(letters: Path) -> dict[str, Any]:
    """``brieven.json`` as ``letters render`` wrote it, with its hash, which names the job."""
    path = letters / "brieven.json"
    try:
        data = path.read_bytes()
        summary = dict(json.loads(data))
        return {
            "doelgroep": summary["doelgroep"],
            "synthetisch": bool(summary["synthetisch"]),
            "sha256": sha256_bytes(data),
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "E247",
            f"{letters} is geen map met brieven: brieven.json ontbreekt of is beschadigd. Maak eerst de brieven.",
        ) from error
