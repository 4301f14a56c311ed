"""Taking a snapshot in: verified once, prepared once, and noticed when it has changed since.

The verification is remembered beside the prepared store, with what every file looked like; a file that no longer looks
the same, is gone or has come makes the whole snapshot be verified again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from groeibrief.artefacts import PRIVATE_DIRECTORY, canonical_json, new_file, sha256_bytes
from groeibrief.catalog import Catalogue
from groeibrief.snapshot.folder import Snapshot, open_snapshot
from groeibrief.snapshot.store import Store, find_store
from groeibrief.workflow.settings import Settings

Progress = Callable[[str, int, int], None]


def take_in(folder: Path, settings: Settings, catalogue: Catalogue, progress: Progress | None = None) -> Store:
    """Open, verify and prepare a snapshot, as far as that is not done yet.

    Raises SnapshotError (E41x, E42x) when it is not to be trusted or not valid.
    """
    snapshot = open_snapshot(folder, settings.trust)
    root = settings.store_beside(folder)
    root.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
    record = root / f"{snapshot.hash[:16]}.nagekeken"
    seen = _looks(snapshot, catalogue)
    if not _verified(record, seen):
        from groeibrief.snapshot.verification import verify

        verify(snapshot, catalogue, progress).raise_if_invalid()
        with new_file(record, replace=True) as stream:
            stream.write(canonical_json({"gezien": seen, "sha256": sha256_bytes(canonical_json(seen))}))
    if store := find_store(snapshot, catalogue, root):
        return store
    from groeibrief.snapshot.prepared.preparation import prepare

    return prepare(snapshot, catalogue, root, progress)


def _looks(snapshot: Snapshot, catalogue: Catalogue) -> dict[str, Any]:
    """Sizes and times of everything in the folder. The time of change is the one that nobody can set back."""
    files = {}
    for folder, _, names in os.walk(snapshot.folder):
        for name in names:
            path = Path(folder) / name
            status = path.lstat()
            files[path.relative_to(snapshot.folder).as_posix()] = [
                status.st_size,
                status.st_mtime_ns,
                status.st_ctime_ns,
                status.st_ino,
            ]
    return {"manifest": snapshot.hash, "catalogus": catalogue.version, "bestanden": files}


def _verified(record: Path, seen: dict[str, Any]) -> bool:
    try:
        remembered = json.loads(record.read_bytes())
        return bool(
            remembered["gezien"] == seen and remembered["sha256"] == sha256_bytes(canonical_json(remembered["gezien"]))
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False
