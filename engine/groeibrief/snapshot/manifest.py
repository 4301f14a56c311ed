"""``manifest.json`` and ``manifest.sig``: what a snapshot holds, and who vouches for it (SNAPSHOT.md)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, Field, model_validator

from groeibrief.artefacts import canonical_json, sha256_file
from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog import PeriodKind
from groeibrief.snapshot.schema import SCHEMA_VERSION

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"


class FileEntry(BaseModel):
    """One Parquet file; ``name`` is relative to the snapshot's folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    name: str
    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Coverage(BaseModel):
    """First and last month (``2025-11``), day or school year that a source covers in full, both included."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    first: str = Field(validation_alias="from", serialization_alias="from")
    last: str = Field(validation_alias="to", serialization_alias="to")

    @model_validator(mode="after")
    def _bounds(self) -> Coverage:
        first, last = _bound(self.first), _bound(self.last)
        if type(first) is not type(last) or self.first > self.last:
            raise ValueError("'from' and 'to' are two months, days or school years, the first not after the last")
        return self

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that are covered, both included."""
        return _first_day(_bound(self.first)), _last_day(_bound(self.last))

    def suits(self, period: PeriodKind) -> bool:
        """Whether the bounds are of the kind that a source with such periods is covered by."""
        return isinstance(_bound(self.first), _BOUNDS[period])


_BOUNDS: dict[PeriodKind, type[Month] | type[SchoolYear] | type[date]] = {
    PeriodKind.MONTH_RIGHT: Month,
    PeriodKind.MONTH: Month,
    PeriodKind.GRANT: date,
    PeriodKind.SCHOOL_YEAR: SchoolYear,
    PeriodKind.DAY: date,
}


def _bound(text: str) -> Month | SchoolYear | date:
    match len(text):
        case 7:
            return Month.parse(text)
        case 9:
            return SchoolYear.parse(text)
        case 10:
            # Python reads week dates too; the contract does not.
            if (day := date.fromisoformat(text)).isoformat() == text:
                return day
    raise ValueError(f"not a month, day or school year: {text}")


def _first_day(bound: Month | SchoolYear | date) -> date:
    if isinstance(bound, SchoolYear):
        return date(bound.start, 9, 1)
    return bound.first_day if isinstance(bound, Month) else bound


def _last_day(bound: Month | SchoolYear | date) -> date:
    if isinstance(bound, SchoolYear):
        return date(bound.start + 1, 8, 31)
    return bound.last_day if isinstance(bound, Month) else bound


class Manifest(BaseModel):
    """The content of ``manifest.json``. ``coverage`` is by source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: int
    snapshot_id: str = Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9._-]+$")
    extracted_on: date
    files: tuple[FileEntry, ...]
    coverage: dict[str, Coverage]
    synthetic: bool
    produced_by: str

    def as_bytes(self) -> bytes:
        """Canonical JSON, which is what is signed."""
        return canonical_json(self.model_dump(mode="json", by_alias=True))


def file_entry(folder: Path, name: str, table: str, rows: int) -> FileEntry:
    """Describe a file that has been written."""
    path = folder / name
    return FileEntry(table=table, name=name, rows=rows, bytes=path.stat().st_size, sha256=sha256_file(path))


def write_manifest(
    folder: Path,
    key: Ed25519PrivateKey,
    *,
    snapshot_id: str,
    extracted_on: date,
    files: tuple[FileEntry, ...],
    coverage: dict[str, Coverage],
    synthetic: bool,
    produced_by: str,
) -> Manifest:
    """Write and sign the manifest of a folder whose files are complete. The folder has no final name yet."""
    manifest = Manifest(
        schema_version=SCHEMA_VERSION,
        snapshot_id=snapshot_id,
        extracted_on=extracted_on,
        files=tuple(sorted(files, key=lambda entry: entry.name)),
        coverage=coverage,
        synthetic=synthetic,
        produced_by=produced_by,
    )
    data = manifest.as_bytes()
    (folder / MANIFEST).write_bytes(data)
    (folder / SIGNATURE).write_bytes(key.sign(data))
    return manifest
