"""Objections and protected people, entered by an analyst: onto signed lists of the casework, read by the next run.

The list is the only place where they stand, as ids; the ledger knows its hash. Nothing else is kept of what was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from groeibrief.artefacts import new_file, sha256_bytes
from groeibrief.casework.accounts import Role, Viewer, require_role
from groeibrief.errors import UsageError
from groeibrief.keys import read_private_key
from groeibrief.selection import load_policy
from groeibrief.selection.policy import LISTS
from groeibrief.selection.recipients.identification import Identified, identify, read_people
from groeibrief.selection.suppression import load_suppression
from groeibrief.snapshot.folder import open_snapshot
from groeibrief.snapshot.integrity import refuse_changed
from groeibrief.workflow.intake import take_in
from groeibrief.workflow.office import Office

LISTS_ROOM = "lijsten"
# Lists are read on the day of the extraction, which lies before the day on which an objection is entered.
_ALWAYS = date(1900, 1, 1)
_HEADER = "persoon_id,dossier_id,lijst,geldig_van,geldig_tot"


@dataclass(frozen=True, slots=True)
class Objected:
    """What was entered: how many, how many stood there already, and the lines that fit nobody or several."""

    kind: str
    added: int
    known: int
    nobody: tuple[int, ...]
    several: tuple[int, ...]

    def as_json(self) -> dict[str, Any]:
        """The JSON form: numbers and lines, nobody."""
        return {
            "lijst": self.kind,
            "toegevoegd": self.added,
            "al_gekend": self.known,
            "niemand_gevonden": list(self.nobody),
            "meer_dan_een": list(self.several),
            "geldig": not self.nobody and not self.several,
        }


def add_objections(
    office: Office,
    viewer: Viewer,
    people: Path,
    snapshot: Path,
    key: Path,
    *,
    kind: str = "verzet",
) -> Objected:
    """Enter the people of a CSV file onto the list *kind*, and sign the list: it holds from the next run on.

    Who cannot be told apart is not entered and is answered by line. Raises RefusedError (E712), UsageError (E260 the
    file, E747 no such list), and what opening the snapshot raises.
    """
    require_role(viewer, (Role.ANALYST,), "Een verzet voert een analist in.")
    if kind not in LISTS:
        raise UsageError("E747", f"Er is geen lijst '{kind}': een lijst is {' of '.join(LISTS)}.")
    given = read_people(people)
    private = read_private_key(key)
    # Verified as for a selection: an id from a snapshot that nobody vouches for protects nobody.
    take_in(snapshot, office.settings, office.catalogue)
    opened = open_snapshot(snapshot, office.settings.trust)
    refuse_changed(opened, ("persoon", "woonplaats"))
    found = identify(
        given, opened.files_of("persoon"), opened.files_of("woonplaats"), load_policy(office.project).afkortingen
    )
    with office.cabinet.holding(LISTS_ROOM):
        path = office.cabinet.room(LISTS_ROOM) / f"{kind}-dossiers.csv"
        known = _known(path)
        fresh = sorted(person for person in found.persons if person not in known)
        rows = [*known.values(), *(f"{person},,{kind},{_ALWAYS.isoformat()}," for person in fresh)]
        data = ("\n".join([_HEADER, *rows]) + "\n").encode()
        # The list first: until its signature follows, a run refuses it (E562) rather than passing over anyone.
        with new_file(path, replace=True) as stream:
            stream.write(data)
        with new_file(path.with_name(f"{path.name}.sig"), replace=True) as stream:
            stream.write(private.sign(data))
        load_suppression(path.parent, [private.public_key()], office.today)
    with office.cabinet.writing() as inside:
        hashes = {"lijst": sha256_bytes(data)}
        office.cabinet.note(inside, viewer.account, viewer.role.value, f"{kind}-ingevoerd", hashes, office.now())
    return _told(kind, found, len(fresh))


def _known(path: Path) -> dict[int, str]:
    if not path.exists():
        return {}
    rows = path.read_text(encoding="utf-8").splitlines()[1:]
    return {int(row.partition(",")[0]): row for row in rows}


def _told(kind: str, found: Identified, added: int) -> Objected:
    return Objected(kind, added, len(found.persons) - added, found.nobody, found.several)
