"""After the seal: reprints, the print shop's report, recalls, letters that came back, destruction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from groeibrief.artefacts import new_directory, new_file, scratch_directory, sha256_file
from groeibrief.catalog import find_project
from groeibrief.errors import UsageError
from groeibrief.keys import read_private_key, read_public_key
from groeibrief.letters.marks import job_code
from groeibrief.printshop.destruction import ROLES, Destruction, Role, Verdict, judge, make_destruction
from groeibrief.printshop.jobs import Destroyed, Jobs
from groeibrief.printshop.manifest import MANIFEST, PackageManifest, read_manifest
from groeibrief.printshop.package import PackageSummary
from groeibrief.printshop.policy import load_policy
from groeibrief.printshop.production import ProductionReport, Work, make_report, read_opened
from groeibrief.printshop.recall import REASONS as RECALL_REASONS
from groeibrief.printshop.recall import Recall, make_recall, recalled_batches
from groeibrief.printshop.reconciliation import Outcome, check_belongs, outcome
from groeibrief.printshop.reprinting import check_recall, check_reprint, check_selection, check_template, reprint_id
from groeibrief.printshop.returns import Mailing, Returns, read_codes, read_returns, require_sound, returns_csv
from groeibrief.printshop.sequences import Range, chosen, read_ranges, within
from groeibrief.printshop.statement import MOST_BYTES, Kind, read_signed, write_signed
from groeibrief.selection import read_selection
from groeibrief.workflow.delivery import Delivery, insert_of
from groeibrief.workflow.mailing import reference_of, render_letters
from groeibrief.workflow.packaging import letters_summary, pack
from groeibrief.workflow.recording import record_once
from groeibrief.workflow.settings import Settings

__all__ = [
    "RECALL_REASONS",
    "ROLES",
    "Delivery",
    "Destruction",
    "Outcome",
    "ProductionReport",
    "Recall",
    "Returned",
    "Role",
    "Verdict",
    "Work",
    "check_destruction",
    "check_recalls",
    "chosen",
    "insert_of",
    "read_ranges",
    "recall_batches",
    "reconcile",
    "reprint_letters",
    "standing",
    "state_destruction",
    "take_returns",
    "write_report",
]

_AS_RENDERED = Delivery()

RETURNS = "retour.csv"
"""What came back, for VUTG, in the folder that :func:`take_returns` makes."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How the job of a report stands, and, when it is a reprint, the job that it began with."""

    outcome: Outcome
    first: Outcome | None
    new: bool

    @property
    def valid(self) -> bool:
        """Whether nothing contradicts anything, in the whole of it."""
        return not (self.first or self.outcome).faults and not self.outcome.faults

    def as_json(self) -> dict[str, Any]:
        """The JSON form: the outcome, and the whole under ``eerste_opdracht``."""
        first = self.first.as_json() if self.first else None
        return {**self.outcome.as_json(), "geldig": self.valid, "nieuw": self.new, "eerste_opdracht": first}


@dataclass(frozen=True, slots=True)
class Returned:
    """The letters that came back, and the private folder with the list for VUTG."""

    returns: Returns
    out: Path
    synthetic: bool

    def as_json(self) -> dict[str, Any]:
        """Totals by reason and what could not be read; never a dossier."""
        return {
            "teruggekomen": len(self.returns.reasons),
            "redenen": self.returns.totals,
            "fouten": [fault.as_json() for fault in self.returns.faults],
            "uit": str(self.out),
            "synthetisch": self.synthetic,
        }


def reprint_letters(
    folder: Path,
    ranges: Sequence[Range],
    job_id: str,
    out: Path,
    *,
    recipients: Sequence[Path],
    sign_key: Path,
    settings: Settings,
    new_id: str | None = None,
    delivery: Delivery = _AS_RENDERED,
    project: Path | None = None,
) -> PackageSummary:
    """Render the letters *ranges* of a job again from the selection in *folder*, and seal them as a job of its own.

    Without *new_id* the reprint is named after the job and its pieces. *delivery*: when it is posted; the same goes in
    as with the job's own letters, whose marks say so. What is rendered on the way is private and is gone afterwards.
    Raises UsageError (E250, E251), RefusedError (E558 other inserts, E593 another selection or template, E595–E597).
    """
    jobs = Jobs(settings.state)
    with jobs.alone(), scratch_directory(out) as scratch:
        job = jobs.job(job_id)
        name = new_id or reprint_id(job_id, within(ranges, job.pieces))
        sequences = check_reprint(jobs, job, ranges, name, renewed=new_id is not None)
        check_selection(job, read_selection(folder).manifest.inhoud)
        letters = scratch / "brieven"
        render_letters(folder, letters, settings, only=sequences, inserts=job.inserts, project=project)
        check_template(job, letters_summary(letters)["sjabloon"])
        return pack(
            letters,
            out,
            recipients=recipients,
            sign_key=sign_key,
            settings=settings,
            job_id=name,
            reprint_of=job_id,
            sequences=sequences,
            delivery=delivery,
            project=project,
        )


def write_report(
    package: Path, opened: Path, out: Path, *, trusted: Sequence[Path], sign_key: Path, number: int, work: Work
) -> ProductionReport:
    """At the print shop: write and sign what was done with *package*, of which *opened* is the opened folder.

    Raises UsageError (E210, E220, E221, E254, E255), and what reading the manifest raises.
    """
    manifest = _manifest(package, trusted)
    pieces = read_opened(opened, manifest)
    key = read_private_key(sign_key)
    return write_signed(out, key, lambda signer: make_report(pieces, manifest, number, work, signer))


def reconcile(
    path: Path, *, trusted: Sequence[Path], settings: Settings, package: Path | None = None, today: date | None = None
) -> Reconciled:
    """At VUTG: take in a report and say whether every letter was posted exactly once.

    Reading the same report again changes nothing and answers by what is known now. A report that contradicts something
    is kept, since it is what the print shop says; it never makes anything sent. *package*: compare with its manifest as
    well. Raises RefusedError (E590–E594), UsageError (E250).
    """
    report = _read(path, ProductionReport, trusted)
    jobs = Jobs(settings.state)
    job = jobs.job(report.opdracht)
    check_belongs(report, job)
    if package is not None:
        _same_package(package, report)
    with jobs.alone():
        new = jobs.receive(report.opdracht, report.nummer, report.sha256, report.as_bytes(), today or _today())
    record_once(settings, "productieverslag", {"verslag": report.sha256, "pakket": report.pakket})
    first = report.opdracht
    while (parent := jobs.job(first).reprint_of) is not None:
        first = parent
    result = outcome(jobs, report.opdracht)
    whole = None if first == report.opdracht else outcome(jobs, first)
    root = whole or result
    if root.sent:
        record_once(settings, "verzonden", {"brieven": jobs.job(first).origin.brieven, "aantal": _count(root.posted)})
    return Reconciled(result, whole, new)


def standing(job_id: str, settings: Settings) -> Outcome:
    """How a job stands by what is known now, for casework. Raises UsageError (E250)."""
    return outcome(Jobs(settings.state), job_id)


def recall_batches(
    job_id: str,
    batches: Collection[int],
    reason: str,
    out: Path,
    *,
    sign_key: Path,
    settings: Settings,
    today: date | None = None,
) -> Recall:
    """Call batches of a job back (none named: all), and sign the instruction for the print shop.

    Remembered before the instruction is written: a killed command is run again and gives the same instruction. Raises
    UsageError (E210, E220, E221, E250, E253), RefusedError (E597 it was posted already).
    """
    key = read_private_key(sign_key)
    if out.exists():
        raise UsageError("E210", f"{out} bestaat al. Kies een andere naam of verwijder het bestand eerst.")
    jobs = Jobs(settings.state)
    job = jobs.job(job_id)
    chosen_batches = batches or job.batches
    with jobs.alone():
        check_recall(jobs, job, chosen_batches)
        job = jobs.recall(job_id, chosen_batches, reason, today or _today())
    recall = write_signed(out, key, lambda signer: make_recall(job, signer))
    record_once(settings, "terugroeping", {"terugroeping": recall.sha256, "brieven": job.origin.brieven})
    return recall


def check_recalls(package: Path, files: Sequence[Path], *, trusted: Sequence[Path]) -> dict[str, Any]:
    """At the print shop: which batches of a package are called back by these signed instructions of VUTG.

    Raises RefusedError (E590–E592), and what reading the manifest raises.
    """
    manifest = _manifest(package, trusted)
    batches = recalled_batches(manifest, [_read(path, Recall, trusted) for path in files])
    return {"geldig": not batches, "opdracht": manifest.opdracht, "teruggeroepen": list(batches)}


def state_destruction(
    package: Path, out: Path, *, trusted: Sequence[Path], sign_key: Path, on: date, role: Role
) -> Destruction:
    """At the print shop: sign that what came from *package* was destroyed. Raises as :func:`write_report`."""
    manifest = _manifest(package, trusted)
    key = read_private_key(sign_key)
    return write_signed(out, key, lambda signer: make_destruction(manifest, on, role, signer))


def check_destruction(
    path: Path, *, trusted: Sequence[Path], settings: Settings, project: Path | None = None, today: date | None = None
) -> Verdict:
    """At VUTG: check a statement of destruction and record it, once. Raises RefusedError (E590–E592, E598)."""
    statement = _read(path, Destruction, trusted)
    jobs = Jobs(settings.state)
    job = jobs.job(statement.opdracht)
    days = load_policy(find_project(chosen=project)).bewaring_dagen
    verdict = judge(statement, job, outcome(jobs, job.job_id), days=days, today=today or _today())
    jobs.destroy(job.job_id, Destroyed(statement.pakket, statement.vernietigd_op, statement.sha256))
    record_once(settings, "vernietiging", {"verklaring": statement.sha256, "pakket": statement.pakket})
    return verdict


def take_returns(codes: Path, folder: Path, out: Path, settings: Settings, *, partial: bool = False) -> Returned:
    """Read the codes of letters that came back, and write ``retour.csv`` for VUTG into the new private folder *out*.

    With a line that tells of no letter nothing is written, unless *partial*: then the rest is, and the answer names the
    lines. Raises UsageError (E210, E252, E257).
    """
    file = read_codes(codes)
    name = sha256_file(codes)
    stored = read_selection(folder)
    reference = reference_of(stored.manifest)
    columns = (stored.recipients.column(each).to_pylist() for each in ("volgnummer", "dossier_id"))
    dossiers = dict(zip(*columns, strict=True))
    jobs, selection = Jobs(settings.state), stored.manifest.inhoud
    earlier = {sequence for sequence, told_in in jobs.returned(selection).items() if told_in != name}
    returns = read_returns(file, Mailing(reference, job_code(reference), dossiers), earlier)
    if not partial:
        require_sound(returns)
    with new_directory(out) as made:
        with new_file(made / RETURNS) as stream:
            stream.write(returns_csv(returns, dossiers))
        # Before the folder gets its name: a killed command is run again, and the same file gives the same answer.
        jobs.take_back(selection, returns.reasons.keys(), name)
    record_once(settings, "retour", {"selectie": selection, "bestand": name, **_totals(returns.totals)})
    return Returned(returns, out, stored.manifest.synthetisch)


def _manifest(package: Path, trusted: Sequence[Path]) -> PackageManifest:
    if not trusted:
        raise _no_trust("VUTG")
    return read_manifest(package, [read_public_key(path) for path in trusted])


def _read(path: Path, kind: type[Kind], trusted: Sequence[Path]) -> Kind:
    if not trusted:
        raise _no_trust("wie het document ondertekende")
    return read_signed(path, kind, [read_public_key(each) for each in trusted])


def _no_trust(whose: str) -> UsageError:
    return UsageError("E258", f"Geef met --trust de publieke sleutel van {whose}.")


def _same_package(package: Path, report: ProductionReport) -> None:
    """Compare with a package at hand: whether it is VUTG's own is known from the memory, not from its signature."""
    try:
        with (package / MANIFEST).open("rb") as stream:
            manifest = PackageManifest.model_validate_json(stream.read(MOST_BYTES))
    except (OSError, ValidationError):
        manifest = None
    if manifest is None or (manifest.opdracht, manifest.inhoud.sha256) != (report.opdracht, report.pakket):
        raise UsageError(
            "E259", f"Het verslag gaat niet over het pakket {package}. Geef het pakket dat de drukkerij kreeg."
        )


def _today() -> date:
    return datetime.now(UTC).date()


def _count(numbers: Collection[int]) -> str:
    return _digits(len(numbers))


def _totals(totals: Mapping[str, int]) -> dict[str, str]:
    return {reason: _digits(total) for reason, total in totals.items()}


def _digits(total: int) -> str:
    """A total as the ledger takes it, which knows hashes of twelve digits and more only, so that no word fits in."""
    return f"{total:012d}"
