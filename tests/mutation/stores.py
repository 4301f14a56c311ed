"""Prepared stores, made once and copied from then on: preparing does not depend on the compiler."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from groeibrief.catalog import Catalogue
from groeibrief.snapshot.folder import Snapshot
from groeibrief.snapshot.prepared import preparation
from groeibrief.snapshot.store import Store, store_folder


def keep_stores(folder: Path) -> None:
    """Have every store that is prepared from now on copied from *folder*, where it is kept after the first time."""
    prepare = preparation.prepare

    def copied(snapshot: Snapshot, catalogue: Catalogue, store_root: Path, progress: Any = None) -> Store:
        wanted, kept = (store_folder(snapshot, catalogue, root) for root in (store_root, folder))
        if kept.exists() and not wanted.exists():
            shutil.copytree(kept, wanted)
        store = prepare(snapshot, catalogue, store_root, progress)
        if not kept.exists():
            shutil.copytree(wanted, kept)
        return store

    preparation.prepare = copied
