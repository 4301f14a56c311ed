"""Preparing: once a snapshot, by one process at a time, whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from groeibrief.artefacts import PRIVATE_DIRECTORY, PRIVATE_FILE, new_directory
from groeibrief.catalog import Catalogue
from groeibrief.errors import SnapshotError, TryAgainError
from groeibrief.snapshot.folder import Snapshot
from groeibrief.snapshot.prepared.layout import mask_of
from groeibrief.snapshot.prepared.people import (
    cut_periods,
    find_clusters,
    load_codes,
    write_people,
    write_recipients,
)
from groeibrief.snapshot.prepared.rights import make_mask, write_source
from groeibrief.snapshot.prepared.workbench import workbench
from groeibrief.snapshot.store import INDEX, INDEX_HASH, Store, find_store, store_folder, write_index

Progress = Callable[[str, int, int], None]
"""Called with what was done, how many steps are done, and how many there are."""


def prepare(snapshot: Snapshot, catalogue: Catalogue, store_root: Path, progress: Progress | None = None) -> Store:
    """Prepare a verified snapshot, or open what was prepared before.

    A store whose index is damaged, or that lacks a file, is made again. Two processes at once: one prepares, the other
    waits and uses it. After any error, Ctrl-C included, nothing is left. Raises SnapshotError (E441) when the files
    cannot be read as a snapshot, which verification would have found; TryAgainError (E442) for want of memory or disk.
    """
    if store := find_store(snapshot, catalogue, store_root):
        return store
    try:
        store_root.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        folder = store_folder(snapshot, catalogue, store_root)
        with _alone(folder):
            if store := find_store(snapshot, catalogue, store_root):
                return store
            _clear(folder)
            with new_directory(folder) as temporary:
                _fill(temporary, snapshot, catalogue, progress)
    except (OSError, duckdb.OutOfMemoryException, duckdb.IOException) as error:
        raise TryAgainError(
            "E442",
            f"De snapshot kan niet voorbereid worden in {store_root}: er is te weinig geheugen of schijfruimte, of de "
            "map is niet beschrijfbaar. Maak plaats of kies een andere map, en probeer opnieuw.",
        ) from error
    store = find_store(snapshot, catalogue, store_root)
    assert store is not None, "what was just written can be opened"
    return store


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of a store's folder; the system lets go of it when the process dies."""
    descriptor = os.open(folder.parent / f".{folder.name}.slot", os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _clear(folder: Path) -> None:
    """Remove a damaged store, and what a killed process left behind; the lock is held."""
    for leftover in (folder, *folder.parent.glob(f".{folder.name}.*.deel")):
        if leftover.exists():
            shutil.rmtree(leftover)


def _fill(folder: Path, snapshot: Snapshot, catalogue: Catalogue, progress: Progress | None) -> None:
    coverage = {source: (bounds.first, bounds.last) for source, bounds in snapshot.coverage.items()}
    sources = [source for source in catalogue.sources.values() if source.bron in coverage]
    masks = [mask for source in sources if (mask := mask_of(source, coverage[source.bron]))]
    steps = _Steps(len(sources) + len(masks) + 4, progress)
    with _reading(), workbench(snapshot, folder) as bench:
        load_codes(bench, catalogue.municipalities)
        cut_periods(bench)
        steps.done("periodes")
        find_clusters(bench)
        for mask in masks:
            make_mask(bench, catalogue.sources[mask.source], mask)
            steps.done(mask.source)
        write_people(bench, masks, snapshot.extracted_on)
        steps.done("gezinnen")
        for source in sources:
            write_source(bench, source, coverage[source.bron])
            steps.done(source.bron)
        write_recipients(bench)
        steps.done("adressen")
        clusters = [int(str(row[0])) for row in bench.run("SELECT DISTINCT gemeente FROM dossiergemeente")]
    write_index(folder, snapshot, clusters, bench.parts)
    for name in (INDEX, INDEX_HASH):
        (folder / name).chmod(PRIVATE_FILE)
    steps.done("index")


@contextmanager
def _reading() -> Iterator[None]:
    """Turn DuckDB's errors about the files into one that quotes nothing from them."""
    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except duckdb.Error:
        raise SnapshotError(
            "E441", "De snapshot kan niet voorbereid worden: kijk ze eerst na met 'groeibrief snapshot verify'."
        ) from None


class _Steps:
    """Counts steps and tells who watches."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total, self._progress, self._count = total, progress, 0

    def done(self, what: str) -> None:
        self._count += 1
        if self._progress is not None:
            self._progress(what, self._count, self._total)
