"""From a folder of letters to a sealed package, and what the print shop does with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from groeibrief.artefacts import sha256_bytes, sha256_file
from groeibrief.catalog import find_project
from groeibrief.errors import RefusedError, UsageError
from groeibrief.printshop.package import PackageSummary, VerifyReport, make_package, open_package, verify_package
from groeibrief.printshop.policy import load_policy
from groeibrief.printshop.ticket import JobInfo
from groeibrief.workflow.recording import record
from groeibrief.workflow.settings import Settings

__all__ = ["PackageSummary", "VerifyReport", "open_package", "pack", "verify_package"]

_SHOWN = 10


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

    Without *job_id* the job is named after the letters' hash, so that the same letters are the same job; never after
    the audience, since the job stands in the package's open part. Raises what ``make_package`` raises, UsageError
    (E247) when *letters* is not a folder of letters, RefusedError (E573) when a file is no longer what was rendered.
    """
    summary = _summary(letters)
    _check_unchanged(letters, summary["bestanden"])
    job = JobInfo(job_id or f"opdracht-{summary['sha256'][:12]}")
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
            "synthetisch": bool(summary["synthetisch"]),
            "sha256": sha256_bytes(data),
            "bestanden": {str(file["bestand"]): str(file["sha256"]) for file in summary["bestanden"]},
        }
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            "E247",
            f"{letters} is geen map met brieven: brieven.json ontbreekt of is beschadigd. Maak eerst de brieven.",
        ) from error


def _check_unchanged(letters: Path, files: Mapping[str, str]) -> None:
    """Compare the letters with the hashes of their rendering: a damaged PDF would be printed as it is."""
    found = {path.name: sha256_file(path) for path in letters.glob("*.pdf")}
    if found != files:
        different = sorted(name for name in {*found, *files} if found.get(name) != files.get(name))
        raise RefusedError(
            "E573",
            f"Deze bestanden zijn niet meer zoals ze gemaakt zijn: {', '.join(different[:_SHOWN])}. Maak de brieven "
            "opnieuw.",
        )
