"""A prepared store, opened: where its tables lie, what it covers, and the hash of every file.

Opening reads the index only; ``check`` hashes the files that a question is about to touch. Names no person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groeibrief.artefacts import canonical_json, sha256_bytes, sha256_file
from groeibrief.catalog import Catalogue
from groeibrief.errors import Finding, SnapshotError
from groeibrief.snapshot.manifest import Coverage
from groeibrief.snapshot.prepared.layout import LAYOUT_VERSION

if TYPE_CHECKING:
    from groeibrief.snapshot.folder import Snapshot

INDEX = "index.json"
INDEX_HASH = "index.sha256"
_WORTH_A_THREAD = 100_000_000


@dataclass(frozen=True, slots=True)
class StoreFile:
    """One Parquet file; ``name`` is relative to the store. ``part``: its ``blok`` or ``eind``, None when undivided."""

    table: str
    name: str
    part: int | None
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Store:
    """A prepared store. ``id``, ``extracted_on``, ``coverage`` and ``synthetic`` are the snapshot's.

    ``municipalities``: the clusters that hold rows, as numbers, sorted; 0 is "none".
    """

    root: Path
    id: str
    snapshot: str
    extracted_on: date
    synthetic: bool
    coverage: Mapping[str, Coverage]
    municipalities: tuple[int, ...]
    files: tuple[StoreFile, ...]
    _checked: set[str] = field(default_factory=set, compare=False, repr=False)

    def folder(self, table: str) -> Path:
        """The folder with a table's Parquet files."""
        return self.root / table

    def files_of(self, table: str, parts: range | None = None) -> tuple[StoreFile, ...]:
        """The files of a table, or those whose part lies in *parts*, in order."""
        return tuple(
            file
            for file in self.files
            if file.table == table and (parts is None or file.part is None or file.part in parts)
        )

    def paths(self, table: str) -> list[Path]:
        """The paths of a table's files, in order."""
        return [self.root / file.name for file in self.files_of(table)]

    def check(self, tables: Iterable[str]) -> None:
        """Compare the files of these tables with the index. As :meth:`check_files`."""
        self.check_files(file for table in tables for file in self.files_of(table))

    def check_files(self, files: Iterable[StoreFile]) -> None:
        """Compare files with the index, each once a process. Raises SnapshotError (E440) when one differs.

        A file with flipped bits is mostly read silently wrong, so this comes before every first reading.
        """
        pending = sorted({file for file in files if file.name not in self._checked}, key=lambda file: -file.bytes)
        sound = self._in_two_threads(pending) if sum(file.bytes for file in pending) > _WORTH_A_THREAD else None
        if sound is None:
            sound = [*map(self._is_sound, pending)]
        if damaged := [file.name for file, good in zip(pending, sound, strict=True) if not good]:
            message = f"de voorbereide gegevens zijn beschadigd: verwijder {self.root}, ze worden opnieuw gemaakt"
            raise SnapshotError("E440", [Finding(message, bestand=name) for name in sorted(damaged)])
        self._checked.update(file.name for file in pending)

    def _in_two_threads(self, files: list[StoreFile]) -> list[bool] | None:
        """As :meth:`_is_sound` for each; None when there is nothing to divide."""
        if len(files) < 2:
            return None
        # Imported here: what it brings along takes longer than a municipality's files do.
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(max_workers=2) as pool:
            return list(pool.map(self._is_sound, files))

    def _is_sound(self, file: StoreFile) -> bool:
        try:
            return sha256_file(self.root / file.name) == file.sha256
        except OSError:
            return False


def store_folder(snapshot: Snapshot, catalogue: Catalogue, store_root: Path) -> Path:
    """Where the store of a snapshot lies: named by its hash, and by what else decides the tables' content.

    Another catalogue (a tenth source, another successor) or layout is another store.
    """
    shape = {
        "layout": LAYOUT_VERSION,
        "sources": {
            source.bron: [
                source.soort_periode.value,
                [list(column) for column in source.columns],
                {name: list(values) for name, values in source.nooit.items()},
                [list(source.telt_als.velden), source.telt_als.minstens] if source.telt_als else None,
            ]
            for source in catalogue.sources.values()
        },
        "successors": {row.nis: catalogue.municipalities.final(row.nis) for row in catalogue.municipalities.rows},
    }
    return store_root / f"{snapshot.hash[:16]}-{sha256_bytes(canonical_json(shape))[:8]}"


def find_store(snapshot: Snapshot, catalogue: Catalogue, store_root: Path) -> Store | None:
    """Open the store of a snapshot if it is there and whole; None: prepare it (again)."""
    return read_store(store_folder(snapshot, catalogue, store_root), snapshot.hash)


def read_store(root: Path, snapshot_hash: str) -> Store | None:
    """Open a store's folder; None when the index is damaged or a file is missing or has another size."""
    try:
        data = (root / INDEX).read_bytes()
        if sha256_bytes(data) != (root / INDEX_HASH).read_text().strip():
            return None
        index: dict[str, Any] = json.loads(data)
        files = tuple(StoreFile(**entry) for entry in index["files"])
        if index["snapshot_hash"] != snapshot_hash or any(
            (root / file.name).stat().st_size != file.bytes for file in files
        ):
            return None
        return Store(
            root=root,
            id=index["snapshot_id"],
            snapshot=snapshot_hash,
            extracted_on=date.fromisoformat(index["extracted_on"]),
            synthetic=index["synthetic"],
            coverage={source: Coverage(first=first, last=last) for source, (first, last) in index["coverage"].items()},
            municipalities=tuple(index["municipalities"]),
            files=files,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_index(
    root: Path, snapshot: Snapshot, municipalities: Iterable[int], parts: Mapping[str, tuple[str, int | None]]
) -> None:
    """Write ``index.json`` and ``index.sha256`` of a folder whose files are complete.

    *parts*: for each file name, its table and its part.
    """
    files = []
    for name, (table, part) in sorted(parts.items()):
        path = root / name
        files.append(
            {
                "table": table,
                "name": name,
                "part": part,
                "bytes": path.stat().st_size,
                "sha256": sha256_file(path),
            }
        )
    data = canonical_json(
        {
            "snapshot_id": snapshot.id,
            "snapshot_hash": snapshot.hash,
            "extracted_on": snapshot.extracted_on.isoformat(),
            "synthetic": snapshot.synthetic,
            "coverage": {source: [bounds.first, bounds.last] for source, bounds in snapshot.coverage.items()},
            "municipalities": sorted(municipalities),
            "files": files,
        }
    )
    (root / INDEX).write_bytes(data)
    (root / INDEX_HASH).write_text(f"{sha256_bytes(data)}\n")
