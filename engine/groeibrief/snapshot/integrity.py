"""The files of a snapshot against its signed manifest: present, unchanged, and nothing beside them.

A Parquet file with flipped bits is mostly read without complaint and wrongly, so nothing is read before this.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from groeibrief.artefacts import sha256_file
from groeibrief.errors import Finding, SnapshotError, reason
from groeibrief.snapshot.folder import Snapshot, leads_out
from groeibrief.snapshot.manifest import FileEntry
from groeibrief.snapshot.report import MAX_EXAMPLES, RuleResult, Severity

RULE = "bestand"
_CHANGED = "de inhoud is niet die van het manifest (SHA-256); haal de snapshot opnieuw op"
# Hashing leaves the interpreter's lock; two threads keep a disk busy and leave a processor to others.
_THREADS = 2


def check_files(snapshot: Snapshot, step: Callable[[str], None]) -> list[RuleResult]:
    """Compare every file with the manifest: size and SHA-256. Calls *step* with the name of each file done."""
    root = snapshot.folder.resolve()

    def fault_of(entry: FileEntry) -> str | None:
        fault = _fault(root, entry)
        step(entry.name)
        return fault

    with ThreadPoolExecutor(_THREADS) as pool:
        faults = list(pool.map(fault_of, snapshot.manifest.files))
    results = [
        _result(entry.table, 1, (entry.name,), fault)
        for entry, fault in zip(snapshot.manifest.files, faults, strict=True)
        if fault is not None
    ]
    listed = {entry.name for entry in snapshot.manifest.files}
    if strays := sorted(name for name in _parquet_files(root) if name not in listed):
        note = "deze Parquet-bestanden staan niet in het manifest; haal ze weg of vraag de snapshot opnieuw"
        results.append(_result("", len(strays), tuple(strays[:MAX_EXAMPLES]), note))
    return results


def refuse_changed(snapshot: Snapshot, tables: Collection[str]) -> None:
    """Compare the files of these tables with the manifest, before they are read again: after a verification long ago
    a disk may have changed what no time stamp shows. Raises SnapshotError (E420).
    """
    entries = [entry for entry in snapshot.manifest.files if entry.table in tables]

    def is_sound(entry: FileEntry) -> bool:
        try:
            return sha256_file(snapshot.folder / entry.name) == entry.sha256
        except OSError:
            return False

    with ThreadPoolExecutor(_THREADS) as pool:
        sound = list(pool.map(is_sound, entries))
    if damaged := [entry.name for entry, good in zip(entries, sound, strict=True) if not good]:
        raise SnapshotError("E420", [Finding(_CHANGED, bestand=name) for name in damaged])


def _result(table: str, count: int, names: tuple[str, ...], note: str) -> RuleResult:
    return RuleResult(RULE, Severity.FAULT, table, count, names, names, note)


def _fault(root: Path, entry: FileEntry) -> str | None:
    path = root / entry.name
    try:
        if leads_out(root, entry):
            return "het bestand is een verwijzing naar buiten de map van de snapshot; vraag de snapshot opnieuw"
        if not path.is_file():
            return "het bestand ontbreekt; haal de snapshot opnieuw op"
        if (size := path.stat().st_size) != entry.bytes:
            expected = f"niet {entry.bytes} zoals in het manifest"
            return f"het bestand telt {size} bytes en {expected}; haal de snapshot opnieuw op"
        if sha256_file(path) != entry.sha256:
            return _CHANGED
    except OSError as error:
        return f"het bestand kan niet gelezen worden: {reason(error)}"
    return None


def _parquet_files(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.endswith(".parquet"):
                yield (Path(folder) / name).relative_to(root).as_posix()
