"""Backup of the state while it is in use, and its return: every database by SQLite's own backup, with its files.

What is personal in runs (selections, letters, packages) is left out: it can be made again from the snapshot, and a copy
of it would outlive its erasure. The pseudonym keys are in it, so a backup has a term of its own (``werkwijze.yaml``).
The list track is another controller's: its folder is a state of its own, backed up with ``--state MAP/opgroeien``.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groeibrief.artefacts import PRIVATE_FILE, canonical_json, new_directory, sha256_file
from groeibrief.casework.cabinet import FOLDER, LEDGER, moment
from groeibrief.casework.erasure import RUNS
from groeibrief.errors import RefusedError
from groeibrief.state import private_directory
from groeibrief.workflow.office import Office

INDEX = "reservekopie.json"
_LEFT_OUT = ("-wal", "-shm", ".slot", ".grendel", ".deel", ".eenmaal")
_MAGIC = b"SQLite format 3\x00"
_PAGES = 256
_OTHER_CONTROLLER = "opgroeien"


@dataclass(frozen=True, slots=True)
class Copied:
    """A backup, or the state that came of one: where, how many files, when it was made."""

    folder: Path
    files: int
    made: str

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {"map": str(self.folder), "bestanden": self.files, "gemaakt": self.made}


def back_up(office: Office, out: Path) -> Copied:
    """Copy the state to the new folder *out*, whole or not at all; others go on working meanwhile.

    The ledger comes last, so that it knows whatever the rest knows, and is held while it is copied, so that it fits its
    head. Raises UsageError (E210), and E530 when the ledger
    is broken: a broken one is not worth keeping under this name.
    """
    state, ledger = office.settings.state, office.cabinet.ledger
    ledger.verify().require()
    made = moment(office.now())
    with new_directory(out) as folder:
        for path in _files(state):
            if not path.name.startswith(LEDGER):
                _copy(path, folder / path.relative_to(state))
        with ledger.standing_still() as together:
            for path in together:
                if path.exists():
                    _copy(path, folder / path.relative_to(state))
        hashes = {path.relative_to(folder).as_posix(): sha256_file(path) for path in sorted(_all(folder))}
        index = folder / INDEX
        index.touch(PRIVATE_FILE)
        index.write_bytes(canonical_json({"gemaakt": made, "bestanden": hashes}))
    return Copied(out, len(hashes), made)


def restore(backup: Path, state: Path) -> Copied:
    """Make the new state folder *state* of a backup, checked first. Raises UsageError (E210), RefusedError (E749)."""
    try:
        told = json.loads((backup / INDEX).read_bytes())
        hashes = {str(name): str(digest) for name, digest in told["bestanden"].items()}
        made = str(told["gemaakt"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise _broken(backup) from None
    found = {path.relative_to(backup).as_posix() for path in _all(backup)} - {INDEX}
    if found != hashes.keys() or any(sha256_file(backup / name) != digest for name, digest in hashes.items()):
        raise _broken(backup)
    with new_directory(state) as folder:
        for name in hashes:
            target = folder / name
            private_directory(target.parent)
            shutil.copyfile(backup / name, target)
            target.chmod(PRIVATE_FILE)
    return Copied(state, len(hashes), made)


def _broken(backup: Path) -> RefusedError:
    return RefusedError("E749", f"{backup} is geen reservekopie, of er is iets in gewijzigd. Neem een andere.")


def _files(state: Path) -> Iterator[Path]:
    others = {state / FOLDER / RUNS, state / _OTHER_CONTROLLER}
    for path in _all(state):
        if not path.name.endswith(_LEFT_OUT) and others.isdisjoint(path.parents):
            yield path


def _all(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _copy(path: Path, target: Path) -> None:
    private_directory(target.parent)
    target.touch(PRIVATE_FILE)
    with path.open("rb") as stream:
        database = stream.read(len(_MAGIC)) == _MAGIC
    if not database:
        shutil.copyfile(path, target)
        return
    with closing(sqlite3.connect(path, timeout=30)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy, pages=_PAGES)
