"""What a run must fulfil before it begins: its turn, a processor agreement, a snapshot that is fresh."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from groeibrief.casework.lifecycle import State
from groeibrief.casework.processors import Processor, fingerprint_of_key
from groeibrief.casework.requests import Request
from groeibrief.casework.runs import Run
from groeibrief.casework.versions import Version
from groeibrief.errors import RefusedError, UsageError
from groeibrief.keys import read_public_key
from groeibrief.selection import load_policy, load_suppression
from groeibrief.snapshot.store import Store
from groeibrief.workflow.definitions import Bound
from groeibrief.workflow.office import Office

_STALE = "Overlijdens, verhuizingen en verzet van daarna staan er niet in: geef de nieuwste snapshot."


def check_round(request: Request, found: Sequence[Version], runs: Sequence[Run], number: int) -> None:
    """Raise RefusedError unless it is this round's turn: E732 it was run already, E735 there is none."""
    if request.state is not State.RUNNING and number <= len(runs):
        raise RefusedError(
            "E732",
            f"Ronde {number} van aanvraag {request.id} is al uitgevoerd, op "
            f"{runs[number - 1].begun.date().isoformat()}. Een aanvraag wordt geen twee keer uitgevoerd.",
        )
    rounds = found[-1].draft.rounds if found else 0
    expected = len(runs) + (request.state is not State.RUNNING)
    if runs and number > rounds:
        raise RefusedError("E732", f"Aanvraag {request.id} is al helemaal uitgevoerd. Dat gebeurt geen twee keer.")
    if request.state in (State.PACKAGED, State.HANDED_OVER):
        raise RefusedError("E732", f"Ronde {len(runs)} is uitgevoerd. De volgende kan pas als die verstuurd is.")
    if not found or number != expected or number > rounds:
        raise RefusedError(
            "E735", f"Ronde {number} van aanvraag {request.id} bestaat niet of is nog niet aan de beurt."
        )


def processor_of(office: Office, recipients: Sequence[Path]) -> Processor:
    """The agreement with whoever may open the package. Raises UsageError (E718, E739), RefusedError (E720)."""
    if not recipients:
        raise UsageError("E739", "Geef met --recipient de publieke sleutel van de drukkerij.")
    return [office.processors.require(fingerprint_of_key(path), office.today) for path in recipients][-1]


def check_covered(bound: Bound, store: Store) -> None:
    """Raise SnapshotError (E430-E432) when the snapshot does not cover what a round asks."""
    from groeibrief.engines.duckdb.coverage import refuse_uncovered

    coverage = {source: (bounds.first, bounds.last) for source, bounds in store.coverage.items()}
    refuse_uncovered(bound.definition.question, store.extracted_on, coverage)


def check_lists(office: Office, store: Store, lists: Path | None) -> None:
    """Raise RefusedError (E560-E565) unless the given lists do on their own.

    An objection that was entered here is no reason to go on without the rest.
    """
    keys = [read_public_key(path) for path in office.settings.trust]
    given = load_suppression(lists, keys, store.extracted_on)
    given.require(load_policy(office.project), synthetic=store.synthetic)


def check_fresh(office: Office, store: Store) -> None:
    """Raise RefusedError (E733) when a newer snapshot was used before, or this one is too old to write letters with."""
    newest = office.runs.newest(synthetic=store.synthetic)
    if newest is not None and store.extracted_on < newest[1]:
        raise RefusedError(
            "E733",
            f"Snapshot {store.id} is ouder dan {newest[0]}, die al gebruikt is. {_STALE}",
        )
    # Invented families do not die or move; a demonstration runs on any day.
    age = (office.today - store.extracted_on).days
    if age > office.policy.grenzen.snapshot_dagen and not store.synthetic:
        raise RefusedError(
            "E733",
            f"Snapshot {store.id} is {age} dagen oud; hoogstens {office.policy.grenzen.snapshot_dagen} is toegelaten. "
            f"{_STALE}",
        )
