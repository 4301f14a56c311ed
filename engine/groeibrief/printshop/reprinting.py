"""Which letters may be printed again, and under which number; and which may still be called back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.errors import RefusedError
from groeibrief.printshop.jobs import Job, Jobs
from groeibrief.printshop.reconciliation import posted_by_report
from groeibrief.printshop.sequences import Range, outside, shown, shown_ranges, within

_LONGEST = 64


def reprint_id(job_id: str, sequences: Collection[int]) -> str:
    """The number of a reprint: the same pieces of the same job are the same reprint, so that none goes out twice."""
    digest = sha256_bytes(canonical_json([job_id, sorted(set(sequences))]))[:8]
    name = f"{job_id}-h{digest}"
    return name if len(name) <= _LONGEST else f"{job_id[: _LONGEST - 10]}-h{digest}"


def check_reprint(jobs: Jobs, job: Job, ranges: Sequence[Range], new_id: str, *, renewed: bool) -> set[int]:
    """Return the sequence numbers in *ranges*; refuse what would send a family nothing, or two letters.

    *renewed*: the reprint was given a number of its own, as pieces that were called back need. Raises RefusedError:
    E595 not in the job, E596 called back, E597 posted already, or reprinted elsewhere.
    """
    strangers = outside(ranges, job.pieces)
    if strangers:
        raise RefusedError(
            "E595",
            f"Stuk {shown_ranges(strangers)} zit niet in opdracht {job.job_id}. Kijk het opdrachtnummer en de "
            "volgnummers na.",
        )
    wanted = within(ranges, job.pieces)
    posted = posted_by_report(jobs, job)
    back = wanted & job.recalled_pieces
    if back and not renewed:
        raise RefusedError(
            "E596",
            f"Stuk {shown(back)} van opdracht {job.job_id} is teruggeroepen en wordt niet herdrukt. Moet het toch "
            "verstuurd worden, geef dan een nieuw opdrachtnummer met --job.",
        )
    if back and posted is None:
        raise RefusedError(
            "E596",
            f"Stuk {shown(back)} van opdracht {job.job_id} is teruggeroepen, en het is niet zeker dat het niet gepost "
            "is. Lees eerst het productieverslag van die opdracht in.",
        )
    gone = wanted & (posted or set())
    if gone:
        raise RefusedError(
            "E597",
            f"Stuk {shown(gone)} van opdracht {job.job_id} is volgens de drukkerij al gepost: een herdruk zou een "
            "tweede brief zijn.",
        )
    jobs.check_successors(job.job_id, wanted, new_id)
    return wanted


def check_selection(job: Job, selection: str) -> None:
    """Raise RefusedError (E593) unless the job's letters were made from this selection."""
    if job.origin.selectie != selection:
        raise RefusedError(
            "E593",
            f"De brieven van opdracht {job.job_id} zijn niet van deze selectie. Geef de selectie waarvan ze gemaakt "
            "zijn.",
        )


def check_template(job: Job, template: str | None) -> None:
    """Raise RefusedError (E593) unless the job's letters were made with this template."""
    if job.origin.sjabloon != template:
        raise RefusedError(
            "E593",
            f"Het sjabloon is veranderd sinds opdracht {job.job_id}: een herdruk zou een andere brief geven. Zet het "
            "sjabloon van toen terug, of geef het met --project.",
        )


def check_recall(jobs: Jobs, job: Job, batches: Collection[int]) -> None:
    """Raise RefusedError (E597) for a batch that was posted to the last piece: nothing can call it back."""
    posted = posted_by_report(jobs, job) or set()
    for batch in sorted(batches):
        pieces = {sequence for sequence, number in job.pieces.items() if number == batch}
        if pieces and pieces <= posted:
            raise RefusedError(
                "E597",
                f"Partij {batch} van opdracht {job.job_id} is volgens de drukkerij al helemaal gepost en kan niet meer "
                "teruggeroepen worden.",
            )
