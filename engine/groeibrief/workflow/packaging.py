"""From a folder of letters to a sealed package, and what the print shop does with it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Any

from groeibrief.artefacts import sha256_bytes, sha256_file
from groeibrief.catalog import find_project
from groeibrief.errors import RefusedError, UsageError
from groeibrief.printshop.jobs import Job, Jobs, Origin
from groeibrief.printshop.manifest import PackageManifest
from groeibrief.printshop.package import (
    PackageSummary,
    VerifyReport,
    make_package,
    open_package,
    reprint,
    verify_package,
)
from groeibrief.printshop.policy import load_policy
from groeibrief.workflow.delivery import Delivery, check_pages
from groeibrief.workflow.recording import record
from groeibrief.workflow.settings import Settings

__all__ = ["PackageSummary", "VerifyReport", "open_package", "pack", "verify_package"]

_SHOWN = 10
_AS_RENDERED = Delivery()


def pack(
    letters: Path,
    out: Path,
    *,
    recipients: Sequence[Path],
    sign_key: Path,
    settings: Settings,
    job_id: str | None = None,
    reprint_of: str | None = None,
    sequences: Collection[int] = (),
    delivery: Delivery = _AS_RENDERED,
    project: Path | None = None,
) -> PackageSummary:
    """Seal the letters for the print shop, and record it.

    Without *job_id* the job is named after the letters' hash, so that the same letters are the same job; never after
    the audience, since the job stands in the package's open part. *reprint_of*: the job of which these letters are a
    reprint, of these *sequences*. *delivery*: what goes in with the letters, and when and how they are posted. The
    letters of the proof set are looked at: through the envelope's window, and at their marks. Which pieces the job has
    is remembered before the package gets its name. Raises what ``Jobs.register``, ``make_package`` and ``reprint``
    raise, UsageError (E247) when *letters* is not a folder of letters, RefusedError: E573 a file is no longer what was
    rendered, E583 something else than the address shows in the window, E558 and E559 marks that tell another thing.
    """
    summary = letters_summary(letters)
    _check_unchanged(letters, summary["bestanden"])
    job = delivery.job(letters, summary, job_id or _job_id(summary), reprint_of)
    policy = load_policy(find_project(chosen=project))
    check_pages(letters, summary["naam"], job, project, policy)
    jobs = Jobs(settings.state)
    origin = Origin(summary["selectie"], summary["sjabloon"], summary["sha256"], summary["synthetisch"])

    def remember(manifest: PackageManifest, batches: Mapping[int, int]) -> None:
        packages = frozenset({manifest.inhoud.sha256})
        jobs.register(Job(manifest.opdracht, reprint_of, origin, batches, packages, recalled={}, inserts=job.inserts))
        # Before the package has its name as well: one that lies there, and of which the ledger knows nothing, would be
        # worse than a line about one that a killed process never finished.
        record(settings, "pakket", {"brieven": summary["sha256"], "pakket": manifest.inhoud.sha256})

    seal = make_package if reprint_of is None else partial(reprint, sequences=sequences)
    return seal(
        letters,
        out=out,
        recipients=recipients,
        sign_key=sign_key,
        job=job,
        policy=policy,
        synthetic=summary["synthetisch"],
        remember=remember,
    )


def new_job_id(letters: Path, settings: Settings) -> str:
    """Under which job these letters are sealed: after a job that was called back, another one of the same letters."""
    first, jobs = _job_id(letters_summary(letters)), Jobs(settings.state)
    names = chain([first], (f"{first}-{number}" for number in count(2)))
    return next(name for name in names if not jobs.is_known(name) or not jobs.job(name).recalled)


def _job_id(summary: Mapping[str, Any]) -> str:
    return f"opdracht-{summary['sha256'][:12]}"


def letters_summary(letters: Path) -> dict[str, Any]:
    """``brieven.json`` as ``letters render`` wrote it, with its hash, which names the job."""
    path = letters / "brieven.json"
    try:
        data = path.read_bytes()
        summary = dict(json.loads(data))
        return {
            "synthetisch": bool(summary["synthetisch"]),
            "selectie": summary.get("selectie"),
            "sjabloon": summary.get("sjabloon_sha256"),
            "sha256": sha256_bytes(data),
            "naam": str(summary["sjabloon"]),
            "merktekens": summary["merktekens"],
            "merktekens_opdracht": summary["merktekens_opdracht"],
            "bestanden": {str(file["bestand"]): str(file["sha256"]) for file in summary["bestanden"]}
            | {str(name): str(checksum) for name, checksum in summary["bijgevoegd"].items()},
        }
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            "E247",
            f"{letters} is geen map met brieven: brieven.json ontbreekt of is beschadigd. Maak eerst de brieven.",
        ) from error


def _check_unchanged(letters: Path, files: Mapping[str, str]) -> None:
    """Compare the letters with the hashes of their rendering: a damaged PDF would be printed as it is."""
    found = {
        path.name: sha256_file(path)
        for path in (*letters.glob("*.pdf"), *map(letters.joinpath, files))
        if path.is_file()
    }
    if found != files:
        different = sorted(name for name in {*found, *files} if found.get(name) != files.get(name))
        raise RefusedError(
            "E573",
            f"Deze bestanden zijn niet meer zoals ze gemaakt zijn: {', '.join(different[:_SHOWN])}. Maak de brieven "
            "opnieuw.",
        )
