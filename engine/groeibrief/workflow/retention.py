"""What is kept, and what is past its term: requests, the snapshots of runs, and what lies in folders that are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from groeibrief.casework.accounts import Role, Viewer, require_role
from groeibrief.casework.lifecycle import ENDED, State
from groeibrief.casework.retention import Kept, RetentionPolicy
from groeibrief.errors import UserError
from groeibrief.snapshot.folder import MAX_MANIFEST
from groeibrief.snapshot.manifest import MANIFEST
from groeibrief.workflow.aftercare import RETURNS
from groeibrief.workflow.backup import INDEX
from groeibrief.workflow.erasing import ERASED, due, kept_since, retention_policy
from groeibrief.workflow.office import Office

_DOSSIER = "aanvragen"


@dataclass(frozen=True, slots=True)
class Row:
    """Something with a term: its kind, what it is, from which day it goes, whether that day has come, and how.

    ``by_command``: groeibrief erases it, so that it being there after its term is a fault.
    """

    kind: str
    what: str
    on: date
    due: bool
    how: str
    by_command: bool

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "soort": self.kind, "wat": self.what, "vanaf": self.on.isoformat(), "nu": self.due, "hoe": self.how,
            "met_opdracht": self.by_command,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Overview:
    """What has a term, the first one due first. ``unread``: what could not be judged, by place, with the reason."""

    on: date
    rows: tuple[Row, ...]
    unread: tuple[tuple[str, str], ...]

    @property
    def in_order(self) -> bool:
        """Whether nothing that groeibrief erases is past its term, and everything could be judged."""
        return not self.unread and not any(row.due and row.by_command for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "geldig": self.in_order,
            "op": self.on.isoformat(),
            "te_wissen": [row.as_json() for row in self.rows],
            "niet_te_beoordelen": [{"waar": place, "reden": why} for place, why in self.unread],
        }

    def text(self) -> str:
        """The same in Dutch."""
        lines = []
        for row in self.rows:
            when = "NU " if row.due else "   "
            lines += [f"{when}{row.on.isoformat()}  {row.kind:<15} {row.what}", f"      {row.how}"]
        lines += [f"Niet te beoordelen: {place}. {why}" for place, why in self.unread]
        past = sum(row.due and row.by_command for row in self.rows)
        lines.append(f"Over de termijn: {past}." if past else "Niets is over zijn termijn.")
        return "\n".join(lines)


def overview(office: Office, viewer: Viewer, folders: Iterable[Path] = ()) -> Overview:
    """What is due now and later: in the state folder, and in *folders*, where snapshots, returns and backups lie.

    Raises RefusedError (E712) for a role that does not see every request, DefinitionError (E290).
    """
    require_role(viewer, (Role.ANALYST, Role.DPO), "Wat weg moet, ziet een analist of de DPO.")
    policy = retention_policy(office)
    rows = [*_requests(office, viewer, policy), *_snapshots(office, policy)]
    unread: list[tuple[str, str]] = []
    for folder in folders:
        for kind, place in _found(folder):
            try:
                row = _row(office, policy.of(kind), place.name, kept_since(kind, place, office), place)
            except UserError as error:
                unread.append((str(place), error.findings[0].melding))
                continue
            if row is not None:
                rows.append(row)
    return Overview(office.today, tuple(sorted(rows, key=lambda row: (row.on, row.kind, row.what))), tuple(unread))


def _requests(office: Office, viewer: Viewer, policy: RetentionPolicy) -> Iterator[Row]:
    for number, day in due(office, viewer):
        on = date.fromisoformat(day)
        how = policy.of("selectie").opdracht.replace("NUMMER", number)
        yield Row("selectie", f"aanvraag {number}", on, on <= office.today, how, by_command=True)
    kept = policy.of(_DOSSIER)
    for request in office.requests.all(viewer, (*ENDED, State.ERASED)):
        if (end := kept.termijn.end(request.changed.date())) is not None:
            yield Row(_DOSSIER, f"aanvraag {request.id}", end, end <= office.today, kept.opdracht, by_command=False)


def _snapshots(office: Office, policy: RetentionPolicy) -> Iterator[Row]:
    """The snapshots that runs used and that nobody erased with proof; where they lie, nobody told."""
    acts = [entry for entry in office.cabinet.ledger.entries() if entry.act == f"snapshot-{ERASED}"]
    gone = {entry.hashes["snapshot"] for entry in acts}
    used = {run.snapshot_hash: run for run in office.runs.since(date.min) if run.snapshot_hash not in gone}
    for run in used.values():
        row = _row(office, policy.of("snapshot"), f"snapshot {run.snapshot}", run.extracted_on, None)
        if row is not None:
            yield row


def _row(office: Office, kept: Kept, what: str, since: date, place: Path | None) -> Row | None:
    end = kept.termijn.end(since)
    if end is None:
        return None
    how = kept.opdracht.replace("MAP", str(place)) if place else kept.opdracht
    return Row(kept.soort, what, end, end <= office.today, how, by_command=True)


def _found(folder: Path) -> Iterator[tuple[str, Path]]:
    """Snapshots, backups and files with returns: the folder itself, or what lies directly in it."""
    for place in (folder, *sorted(folder.iterdir())):
        if _is_snapshot(place):
            yield "snapshot", place
        elif (place / INDEX).is_file():
            yield "reservekopieen", place
        elif (place / RETURNS).is_file():
            yield "retouren", place


def _is_snapshot(place: Path) -> bool:
    """Whether a manifest of a snapshot lies there, whatever it is worth: a package for the print shop has one too."""
    try:
        with (place / MANIFEST).open("rb") as stream:
            return b'"snapshot_id"' in stream.read(MAX_MANIFEST)
    except OSError:
        return False
