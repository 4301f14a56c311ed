"""Removal, with proof, of what lies outside the cabinet: a snapshot, lists, returns, a backup, an answer on access.

As for a request: what there was is remembered first, so that a removal that was killed is finished and tells the same.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from groeibrief.artefacts import canonical_json, new_file, sha256_bytes, sha256_file, sync_directory
from groeibrief.casework.cabinet import Cabinet, moment
from groeibrief.casework.erasure import KIND
from groeibrief.errors import RefusedError

_ROOM = "wissingen"
_TOO_MANY = 20_000


@dataclass(frozen=True, slots=True)
class Removal:
    """What was removed: its kind, since when it was kept, each file by its place with its hash before; when, by whom.

    ``ties``: hashes by which the ledger knows it elsewhere (a snapshot's).
    """

    kind: str
    since: date
    begun: datetime
    who: str
    files: Mapping[str, str]
    ties: Mapping[str, str]

    def statement(self) -> bytes:
        """What is signed."""
        return canonical_json(
            {
                "soort": KIND,
                "gegevens": self.kind,
                "bewaard_sinds": self.since.isoformat(),
                "gewist_op": moment(self.begun),
                "wie": self.who,
                "bestanden": [{"bestand": name, "sha256": digest} for name, digest in sorted(self.files.items())],
                "hashes": dict(sorted(self.ties.items())),
            }
        )


def files_of(places: Iterable[Path]) -> list[tuple[str, Path]]:
    """Every file of the files and folders, named from the folder on.

    Raises RefusedError (E293) for what is neither, for a link, and for more than anyone means to remove.
    """
    found: list[tuple[str, Path]] = []
    for place in places:
        inside = [place, *place.rglob("*")] if place.is_dir() and not place.is_symlink() else [place]
        for path in inside:
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                message = "Hierin staat een koppeling, of iets dat geen bestand en geen map is. Kijk na wat u wist."
                raise not_removable(f"{place}: {message}")
        found += [(path.relative_to(place.parent).as_posix(), path) for path in inside if path.is_file()]
        if len(found) > _TOO_MANY:
            raise not_removable(f"{place}: hierin staan te veel bestanden. Kijk na wat u wist.")
    return sorted(found)


def not_removable(told: str) -> RefusedError:
    """What is not what it should be (E293), with a sentence that says what it is."""
    return RefusedError("E293", told)


def remembered(cabinet: Cabinet, place: Path) -> Removal | None:
    """What a killed removal of that place had planned."""
    try:
        told: dict[str, Any] = json.loads(_note(cabinet, place).read_bytes())
    except FileNotFoundError:
        return None
    return Removal(
        told["soort"],
        date.fromisoformat(told["sinds"]),
        datetime.fromisoformat(told["begonnen"]),
        told["wie"],
        told["bestanden"],
        told["hashes"],
    )


def remember(cabinet: Cabinet, place: Path, removal: Removal) -> None:
    """Keep what is about to go, until :func:`forget`."""
    told = {
        "soort": removal.kind, "sinds": removal.since.isoformat(), "begonnen": moment(removal.begun),
        "wie": removal.who, "bestanden": dict(removal.files), "hashes": dict(removal.ties),
    }  # fmt: skip
    with new_file(_note(cabinet, place)) as stream:
        stream.write(canonical_json(told))


def planned(
    kind: str, since: date, when: datetime, who: str, places: Iterable[Path], ties: Mapping[str, str]
) -> Removal:
    """What removing the places would remove. Raises as :func:`files_of`."""
    return Removal(kind, since, when, who, {name: sha256_file(path) for name, path in files_of(places)}, ties)


def remove(places: Iterable[Path]) -> None:
    """Remove files and folders. Raises RefusedError (E295) when something stays."""
    for place in places:
        if place.is_dir():
            shutil.rmtree(place, ignore_errors=True)
        else:
            place.unlink(missing_ok=True)
        if place.exists():
            raise RefusedError("E295", f"{place}: niet alles kon gewist worden. Kijk de rechten na en wis opnieuw.")
        sync_directory(place.parent)


def forget(cabinet: Cabinet, place: Path) -> None:
    """Forget the plan of a removal that is done and noted."""
    _note(cabinet, place).unlink(missing_ok=True)


def _note(cabinet: Cabinet, place: Path) -> Path:
    return cabinet.room(_ROOM) / f"{sha256_bytes(str(place).encode())[:32]}.json"
