"""Erasing after its term, with proof: what is personal of a request, and what lies elsewhere; finished after a kill."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from groeibrief.artefacts import sha256_bytes
from groeibrief.casework.accounts import Role, Viewer, require_role
from groeibrief.casework.erasure import check_term, destroy, due_on, plan
from groeibrief.casework.lifecycle import ENDED, Act, State
from groeibrief.casework.removal import files_of, forget, not_removable, planned, remember, remembered, remove
from groeibrief.casework.requests import Step
from groeibrief.casework.retention import RetentionPolicy, load_retention_policy
from groeibrief.casework.statements import write_statement
from groeibrief.errors import RefusedError, UsageError
from groeibrief.keys import read_private_key
from groeibrief.snapshot.folder import Snapshot, open_snapshot
from groeibrief.workflow.backup import INDEX
from groeibrief.workflow.office import Office

PLACES = ("snapshot", "lijsten", "retouren", "inzage", "reservekopieen")
"""The kinds of data that lie where someone put them, and that ``erase_place`` erases."""
ERASED = "gewist"
_SUPERSEDED = ("lijsten",)
"""Kept for as long as they hold: a copy that was replaced may go at once, one of this office never."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, and where the signed statement lies. ``what``: a request's number, or a kind of data."""

    what: str
    files: int
    statement: Path
    sha256: str
    of_request: bool = True

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "aanvraag" if self.of_request else "soort": self.what,
            "gewiste_bestanden": self.files,
            "verklaring": str(self.statement),
            "sha256": self.sha256,
        }


def erase_request(office: Office, viewer: Viewer, request_id: str, key: Path, out: Path) -> Erased:
    """Erase what is personal of a request, and sign a statement of it in the new file *out*.

    Raises RefusedError (E701, E710, E730 too early or still open, E731 something stays), UsageError (E210, E220, E221).
    """
    with office.cabinet.holding(f"uitvoering-{request_id}"):
        request = office.requests.get(viewer, request_id)
        retention = office.policy.bewaring
        check_term(request, retention, office.today)
        office.requests.check(viewer, request_id, Act.ERASE)
        read_private_key(key)
        made = plan(office.cabinet, request, viewer.account, office.now())
        data = made.statement(retention)
        written = _is_written(out, data)
        destroy(office.cabinet, request_id)
        if not written:
            write_statement(out, data, key)
        digest = sha256_bytes(data)
        step = Step(Act.ERASE, request.version, hashes={"verklaring": digest})
        office.requests.step(viewer, request_id, step, office.now())
        return Erased(request_id, len(made.files), out, digest)


def erase_place(office: Office, viewer: Viewer, kind: str, place: Path, key: Path, out: Path) -> Erased:
    """Erase a file or folder of that kind after its term, and sign a statement of it in the new file *out*.

    A snapshot goes with its prepared stores. Raises RefusedError: E712 another role, E291 kept for longer, E292 still
    needed, E293 not what it should be, E295 something stays; UsageError (E210, E220, E221); for a snapshot what opening
    it raises.
    """
    require_role(viewer, (Role.ANALYST, Role.DPO, Role.ADMINISTRATOR), "Gegevens wist een analist, DPO of beheerder.")
    assert kind in PLACES, "the command line offers these"
    read_private_key(key)
    place = place.absolute()
    with office.cabinet.holding("wissen"):
        made = remembered(office.cabinet, place)
        # The rest of a removal that was killed: what it was can no longer be told from what is left.
        stores = _stores(office, place, made.ties.get("snapshot", "")) if made else []
        if made is None:
            _refuse_own(office, place, out)
            snapshot = open_snapshot(place, office.settings.trust) if kind == "snapshot" else None
            since = _since(kind, place, snapshot)
            _check_kept(office, kind, since)
            if snapshot is not None:
                _check_unused(office, viewer, snapshot)
            ties = {"snapshot": snapshot.hash} if snapshot else {}
            stores = _stores(office, place, ties.get("snapshot", ""))
            made = planned(kind, since, office.now(), viewer.account, [place, *stores], ties)
            _is_written(out, made.statement())
            remember(office.cabinet, place, made)
        data = made.statement()
        written = _is_written(out, data)
        remove([*stores, place])
        if not written:
            write_statement(out, data, key)
        hashes = {"verklaring": sha256_bytes(data), **made.ties}
        with office.cabinet.writing() as inside:
            act = f"{made.kind}-{ERASED}"
            office.cabinet.note(inside, viewer.account, viewer.role.value, act, hashes, office.now())
        forget(office.cabinet, place)
    return Erased(made.kind, len(made.files), out, sha256_bytes(data), of_request=False)


def retention_policy(office: Office) -> RetentionPolicy:
    """The project's retention policy. Raises DefinitionError (E290)."""
    return load_retention_policy(office.project)


def kept_since(kind: str, place: Path, office: Office) -> date:
    """From which day what lies there is kept. Raises RefusedError (E293), and as opening a snapshot."""
    return _since(kind, place, open_snapshot(place, office.settings.trust) if kind == "snapshot" else None)


def _since(kind: str, place: Path, snapshot: Snapshot | None) -> date:
    if snapshot is not None:
        return snapshot.extracted_on
    if kind == "reservekopieen":
        try:
            return datetime.fromisoformat(json.loads((place / INDEX).read_bytes())["gemaakt"]).date()
        except (OSError, ValueError, KeyError, TypeError):
            raise not_removable(f"{place} is geen reservekopie. Kijk na wat u wist.") from None
    moments = [path.stat().st_mtime for _, path in files_of([place])]
    if not moments:
        raise not_removable(f"{place} is leeg. Kijk na wat u wist.")
    return datetime.fromtimestamp(max(moments), UTC).date()


def _check_kept(office: Office, kind: str, since: date) -> None:
    if kind in _SUPERSEDED:
        return
    kept = retention_policy(office).of(kind)
    end = kept.termijn.end(since)
    if end is None:
        raise RefusedError("E291", f"Dit ({kept.naam}) wordt niet gewist ({kept.termijn}).")
    if office.today < end:
        raise RefusedError("E291", f"Dit ({kept.naam}) wordt bewaard tot {end.isoformat()}. Wis het vanaf die dag.")


def _check_unused(office: Office, viewer: Viewer, snapshot: Snapshot) -> None:
    using = [run for run in office.runs.since(snapshot.extracted_on) if run.snapshot_hash == snapshot.hash]
    ended = {*ENDED, State.ERASED}
    # An administrator, who may erase, does not see requests; their numbers are all that is told.
    seer = Viewer(viewer.account, Role.DPO)
    open_ones = sorted({run.request for run in using if office.requests.get(seer, run.request).state not in ended})
    if open_ones:
        raise RefusedError(
            "E292",
            f"Deze snapshot is nog nodig voor aanvraag {', '.join(open_ones)}: ze loopt nog. Sluit ze eerst af.",
        )


def _refuse_own(office: Office, place: Path, out: Path) -> None:
    if place.is_symlink() or not place.exists():
        raise not_removable(f"{place} is geen bestand en geen map. Kijk na wat u wist.")
    state = office.settings.state.absolute()
    resolved = place.resolve()
    if resolved in (state.resolve(), *state.resolve().parents) or state.resolve() in resolved.parents:
        raise not_removable(
            f"{place} is, bevat of ligt in de map van --state. Wat daarin staat, wist u per aanvraag: erase NUMMER.",
        )
    if resolved in (out.resolve(), *out.resolve().parents):
        raise not_removable(f"{out} ligt in wat u wist. Schrijf de verklaring ergens anders.")


def _stores(office: Office, place: Path, snapshot_hash: str) -> list[Path]:
    if not snapshot_hash:
        return []
    return sorted(office.settings.store_beside(place).glob(f"{snapshot_hash[:16]}*"))


def _is_written(out: Path, data: bytes) -> bool:
    """Whether the statement stands there already. Raises UsageError (E210) when something else does."""
    if not out.exists():
        return False
    if not out.is_file() or out.read_bytes() != data:
        raise UsageError("E210", f"{out} bestaat al. Kies een andere naam of verwijder het bestand eerst.")
    return True


def due(office: Office, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """The requests that have ended and are not erased, with the day from which they may be; the first one due first."""
    ended = office.requests.all(viewer, ENDED)
    days = [(due_on(request, office.policy.bewaring).isoformat(), request.id) for request in ended]
    return tuple((request_id, day) for day, request_id in sorted(days))
