"""Running a request: everything that must hold first, then select, render, seal; taken up where a killed run stopped.

Deaths, moves, objections and protected people are those of the snapshot and the lists of this run: the newest that
there are, or the run says why not.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groeibrief.artefacts import scratch_directory
from groeibrief.casework.accounts import Viewer
from groeibrief.casework.erasure import RUNS
from groeibrief.casework.families import remember_families, too_often
from groeibrief.casework.lifecycle import Act, State
from groeibrief.casework.orders import Ordered, order_id, read_ordered, write_ordered
from groeibrief.casework.policy import months_before
from groeibrief.casework.processors import Processor
from groeibrief.casework.requests import Request, Step
from groeibrief.casework.runs import Done, Run, name_job, write_run
from groeibrief.casework.versions import Version, versions
from groeibrief.disclosure.teller import NO_ROOM_FOR_ORDER
from groeibrief.errors import NothingSelectedError, RefusedError, UsageError
from groeibrief.keys import read_private_key
from groeibrief.printshop.inserts import Insert
from groeibrief.printshop.manifest import read_manifest
from groeibrief.selection import read_selection
from groeibrief.selection.folder import StoredSelection
from groeibrief.snapshot.store import Store
from groeibrief.workflow.admission import check_covered, check_fresh, check_lists, check_round, processor_of
from groeibrief.workflow.approvals import bundle_of, require_approval
from groeibrief.workflow.definitions import Bound
from groeibrief.workflow.delivery import Delivery
from groeibrief.workflow.intake import Progress, take_in
from groeibrief.workflow.mailing import make_selection, render_letters
from groeibrief.workflow.objections import LISTS_ROOM
from groeibrief.workflow.office import Office
from groeibrief.workflow.orderfigures import order_figure
from groeibrief.workflow.packaging import letters_summary, new_job_id, pack
from groeibrief.workflow.requestdefinitions import bound_of
from groeibrief.workflow.requestlogos import logo_file
from groeibrief.workflow.settings import Settings


@dataclass(frozen=True, slots=True)
class Means:
    """What a run needs: the snapshot, the signed lists, who may open the package, and the key to sign it."""

    snapshot: Path
    recipients: tuple[Path, ...]
    sign_key: Path
    lists: Path | None = None
    processes: int = 1
    inserts: tuple[Insert, ...] | None = None
    """What goes in with each letter; None: what the print policy says."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A run that is done; exact figures, for the agency only. ``shown``: what the municipality sees of it."""

    run: Run
    letters: int
    package: Path
    shown: Ordered | None

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "aanvraag": self.run.request,
            **self.run.as_json(),
            "brieven": self.letters,
            "pakket": str(self.package),
            "gemeente_ziet": dict(self.shown.shown) if self.shown else None,
        }


def run_request(
    office: Office,
    viewer: Viewer,
    request_id: str,
    means: Means,
    *,
    number: int | None = None,
    progress: Progress | None = None,
) -> Ran:
    """Run a round of a request (None: the next one) to a sealed package, or go on with a run that was killed.

    Raises RefusedError: E710 not in this state, E714 not approved (any more), E720 no processor agreement, E723, E732
    this round was run already, E733 an old snapshot, E734 another snapshot or approval than the run began with, E735 no
    such round, E743 no agreement; NothingSelectedError (E640), after which the run may be stopped; and what selecting,
    rendering and sealing raise.
    """
    with office.cabinet.holding(f"uitvoering-{request_id}"):
        # What a killed run committed last, and did not live to tell.
        office.cabinet.deliver()
        request = office.requests.get(viewer, request_id)
        found = versions(office.requests, viewer, request_id)
        runs = office.runs.of(viewer, request_id)
        begun = request.state is State.RUNNING
        if not runs:
            office.requests.check(viewer, request_id, Act.RUN)
        round_number = number or (len(runs) if begun else len(runs) + 1)
        check_round(request, found, runs, round_number)
        processor = processor_of(office, means.recipients)
        bound = bound_of(office, found[-1].draft, round_number)
        store = take_in(means.snapshot, office.settings, bound.catalogue, progress)
        check_covered(bound, store)
        check_lists(office, store, means.lists)
        if begun:
            run = _taken_up(office, request, found[-1], runs[-1], store)
        else:
            run = _begin(office, viewer, request, found[-1], round_number, store, processor)
        return _Running(office, viewer, run, bound, store, means, progress).finish(request)


def show_order(office: Office, viewer: Viewer, request_id: str, means_snapshot: Path, number: int = 1) -> Ordered:
    """Draw, once, the number that the municipality sees with its order, before anything is run.

    Selects in a scratch folder, which is gone afterwards. Raises RefusedError (E510, E513, E710).
    """
    request = office.requests.check(viewer, request_id, Act.ORDER)
    found = versions(office.requests, viewer, request_id)
    if not found:
        raise UsageError("E740", "De aanvraag heeft nog geen definitie. Voeg er een toe.")
    bound = bound_of(office, found[-1].draft, number)
    store = take_in(means_snapshot, office.settings, bound.catalogue)
    settings = office.settings.acting(viewer.account, viewer.role.value)

    def families() -> int:
        with scratch_directory(office.cabinet.room(RUNS) / f"{request_id}-tellen") as folder:
            try:
                made = make_selection(bound, means_snapshot, folder / "selectie", settings)
            except NothingSelectedError:
                # A figure that is not shown would tell the municipality that there is nobody, and without noise.
                return 0
            return made.manifest.waterval[-1].gezinnen

    shown = _draw(office, settings, request, bound, store, number, families)

    def keep(opened: sqlite3.Connection, _: Request) -> None:
        write_ordered(opened, request_id, shown)

    office.requests.step(viewer, request_id, Step(Act.ORDER, change=keep), office.now())
    return shown


class _Running:
    """One run, from where it stands to its end."""

    def __init__(
        self,
        office: Office,
        viewer: Viewer,
        run: Run,
        bound: Bound,
        store: Store,
        means: Means,
        progress: Progress | None,
    ) -> None:
        self._office, self._viewer, self._run = office, viewer, run
        self._bound, self._store, self._means, self._progress = bound, store, means, progress
        self._folder = run_folder(office, run)
        office.cabinet.room(RUNS, run.request, f"ronde-{run.round}")

    def finish(self, request: Request) -> Ran:
        """Do what is left, and note that there is a package."""
        # Whoever else selects meanwhile must see to whom this run writes.
        with self._office.cabinet.holding("selecteren"):
            stored = self._selection()
        self._letters()
        job = self._package()
        shown = self._shown(request, stored)
        current = self._office.requests.get(self._viewer, self._run.request)

        def keep(opened: sqlite3.Connection, _: Request) -> None:
            name_job(opened, self._run.request, self._run.round, job)
            if shown is not None:
                write_ordered(opened, self._run.request, shown)

        step = Step(Act.PACKAGE, current.version, hashes={"pakket": self._run.steps["pakket"].hash}, change=keep)
        self._office.requests.step(self._viewer, self._run.request, step, self._office.now())
        done = self._office.runs.of(self._viewer, self._run.request)[self._run.round - 1]
        return Ran(done, stored.manifest.brieven, self._folder / "opdracht.pakket", shown)

    def _note(self, step: str, made: str, number: int) -> None:
        done = Done(self._office.now(), made, number)
        self._run = self._office.runs.note(self._viewer, self._run, step, done)
        if self._run.steps[step].hash != made:
            raise RefusedError(
                "E734",
                f"Wat er staat voor de stap '{step}' is niet meer wat deze uitvoering maakte. Verwittig een beheerder.",
            )

    def _selection(self) -> StoredSelection:
        folder = self._folder / "selectie"
        content = self._office.requests.get(self._viewer, self._run.request).content
        # Entered on any account: it removes what a killed run left of the lists.
        with scratch_directory(self._folder / "lijsten") as lists:
            if not folder.exists():
                make_selection(
                    self._bound,
                    self._means.snapshot,
                    folder,
                    self._office.settings,
                    lists=self._lists(lists),
                    earlier=tuple(self._folders(self._earlier(skipped=False))),
                    skipped=len(self._earlier(skipped=True)),
                    too_often=self._too_often,
                    texts=content.texts,
                    logo=logo_file(self._office, content.logo),
                    progress=self._progress,
                )
        stored = read_selection(folder)
        self._note("selectie", stored.manifest.inhoud, stored.manifest.brieven)
        if "gezinnen" not in self._run.steps:
            dossiers = stored.recipients.column("dossier_id").to_pylist()
            self._note("gezinnen", remember_families(self._office.cabinet, self._run, dossiers), len(set(dossiers)))
        return stored

    def _lists(self, folder: Path) -> Path | None:
        """The given lists and those of the objections that were entered here, in one folder; None without any."""
        own = [path for path in self._office.cabinet.room(LISTS_ROOM).iterdir() if not path.name.startswith(".")]
        for path in own + (sorted(self._means.lists.iterdir()) if self._means.lists else []):
            shutil.copy(path, folder / path.name)
        return folder if own or self._means.lists else None

    def _earlier(self, *, skipped: bool) -> list[Run]:
        runs = self._office.runs.of(self._viewer, self._run.request)
        return [run for run in runs if run.round < self._run.round and run.skipped is skipped]

    def _folders(self, runs: list[Run]) -> list[Path]:
        return [run_folder(self._office, run) / "selectie" for run in runs]

    def _too_often(self, dossiers: Collection[int]) -> Collection[int]:
        limits = self._office.policy.grenzen
        since = months_before(self._run.extracted_on, limits.venster_maanden)
        runs = [
            run for run in self._office.runs.since(since) if _counts(run, self._run) and not _erased(self._office, run)
        ]
        return too_often(self._office.cabinet, runs, dossiers, limits.brieven_per_gezin)

    def _letters(self) -> None:
        folder = self._folder / "brieven"
        if not folder.exists():
            content = self._office.requests.get(self._viewer, self._run.request).content
            render_letters(
                self._folder / "selectie",
                folder,
                self._office.settings,
                project=self._office.project.root,
                processes=self._means.processes,
                per_week=content.per_week,
                inserts=self._means.inserts,
                progress=self._progress,
            )
        summary = letters_summary(folder)
        self._note("brieven", summary["sha256"], len(summary["bestanden"]))

    def _package(self) -> str:
        out = self._folder / "opdracht.pakket"
        if not out.exists():
            pack(
                self._folder / "brieven",
                out,
                recipients=self._means.recipients,
                sign_key=self._means.sign_key,
                settings=self._office.settings,
                job_id=new_job_id(self._folder / "brieven", self._office.settings),
                delivery=Delivery(self._means.inserts),
                project=self._office.project.root,
            )
        manifest = read_manifest(out, [read_private_key(self._means.sign_key).public_key()])
        self._note("pakket", manifest.inhoud.sha256, manifest.stukken)
        return manifest.opdracht

    def _shown(self, request: Request, stored: StoredSelection) -> Ordered | None:
        """What the municipality sees. Without room for another figure the analyst tells it by hand."""
        try:
            return _draw(
                self._office,
                self._office.settings,
                request,
                self._bound,
                self._store,
                self._run.round,
                lambda: stored.manifest.waterval[-1].gezinnen,
            )
        except RefusedError as error:
            if error.code != NO_ROOM_FOR_ORDER:
                raise
            return None


def _draw(
    office: Office, settings: Settings, request: Request, bound: Bound, store: Store, number: int,
    families: Callable[[], int],
) -> Ordered:  # fmt: skip
    voorwaarden = bound.definition.voorwaarden
    authority = office.authorities.get(request.authority)
    codes = authority.codes_on(bound.definition.question.reference_date, office.catalogue.municipalities)
    name = order_id(request.id, number, voorwaarden)
    figure = order_figure(name, bound, store, settings, codes, families)
    told = figure.as_json()
    return Ordered(number, voorwaarden, office.now(), {key: told[key] for key in ("gezinnen", "factuur")})


def ordered_of(office: Office, viewer: Viewer, request_id: str) -> tuple[Ordered, ...]:
    """The figures that were drawn for a request. Raises RefusedError (E701)."""
    with office.requests.seen(viewer, request_id) as (opened, _):
        return read_ordered(opened, request_id)


def _begin(
    office: Office, viewer: Viewer, request: Request, version: Version, number: int, store: Store, processor: Processor
) -> Run:
    office.requests.check(viewer, request.id, Act.RUN)
    if request.agreement is None:
        raise RefusedError("E743", "Er is nog geen overeenkomst geregistreerd. Registreer ze eerst.")
    bundle = require_approval(office, viewer, request, version)
    check_fresh(office, store)
    run = Run(
        request.id, number, office.now(), viewer.account, store.id, store.snapshot, store.extracted_on,
        version.draft.definitie, bundle.sha256, processor.reference, store.synthetic, None, {},
    )  # fmt: skip

    def begin(opened: sqlite3.Connection, _: Request) -> None:
        write_run(opened, run)

    hashes = {"snapshot": store.snapshot, "bundel": bundle.sha256}
    office.requests.step(viewer, request.id, Step(Act.RUN, request.version, hashes=hashes, change=begin), office.now())
    return run


def _taken_up(office: Office, request: Request, version: Version, run: Run, store: Store) -> Run:
    if store.snapshot != run.snapshot_hash:
        raise RefusedError(
            "E734",
            f"Deze uitvoering begon met snapshot {run.snapshot}. Geef die opnieuw, of stop ze met 'request stop'.",
        )
    if bundle_of(office, request, version).sha256 != run.bundle:
        raise RefusedError(
            "E734",
            "Sinds deze uitvoering begon, veranderde wat goedgekeurd was. Stop ze met 'request stop' en laat opnieuw "
            "goedkeuren.",
        )
    return run


def _counts(run: Run, this: Run) -> bool:
    """Whether an earlier run counts for the cap: not this one, not an invented one for real families."""
    return (
        (run.request, run.round) != (this.request, this.round)
        and run.synthetic == this.synthetic
        and "gezinnen" in run.steps
    )


def _erased(office: Office, run: Run) -> bool:
    with office.cabinet.reading() as opened:
        return opened.execute("SELECT 1 FROM wissing WHERE aanvraag = ?", (run.request,)).fetchone() is not None


def run_folder(office: Office, run: Run) -> Path:
    """Where the artefacts of a run lie: personal data."""
    return office.cabinet.folder / RUNS / run.request / f"ronde-{run.round}"
