"""Taking a snapshot in: verified once, prepared once, and noticed when it has changed since.

The verification is remembered beside the prepared store, with the size and the modification time of every file; a
file that no longer looks the same makes the whole snapshot be verified again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groeibrief.artefacts import PRIVATE_DIRECTORY, canonical_json, new_file, sha256_bytes
from groeibrief.catalog import Catalogue
from groeibrief.snapshot.folder import Snapshot, open_snapshot
from groeibrief.workflow.settings import Settings

if TYPE_CHECKING:
    from groeibrief.snapshot.store import Store

Progress = Callable[[str, int, int], None]


def take_in(folder: Path, settings: Settings, catalogue: Catalogue, progress: Progress | None = None) -> Store:
    """Open, verify and prepare a snapshot, as far as that is not done yet.

    Raises SnapshotError (E41x, E42x) when it is not to be trusted or not valid.
    """
    from groeibrief.snapshot.prepared.preparation import prepare

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
    return prepare(snapshot, catalogue, root, progress)


def _looks(snapshot: Snapshot, catalogue: Catalogue) -> dict[str, Any]:
    files = {}
    for entry in snapshot.manifest.files:
        try:
            status = (snapshot.folder / entry.name).stat()
        except OSError:
            files[entry.name] = [-1, -1]
        else:
            files[entry.name] = [status.st_size, status.st_mtime_ns]
    return {"manifest": snapshot.hash, "catalogus": catalogue.version, "bestanden": files}


def _verified(record: Path, seen: dict[str, Any]) -> bool:
    try:
        remembered = json.loads(record.read_bytes())
        return bool(
            remembered["gezien"] == seen and remembered["sha256"] == sha256_bytes(canonical_json(remembered["gezien"]))
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False
