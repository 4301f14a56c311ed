"""``manifest.json`` and ``manifest.sig``: what a snapshot holds, and who vouches for it (SNAPSHOT.md).

Not pydantic, for the reason that ``catalog.records`` gives: every count reads a manifest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groeibrief.artefacts import canonical_json, sha256_file
from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog import PeriodKind
from groeibrief.snapshot.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One Parquet file; ``name`` is relative to the snapshot's folder."""

    table: str
    name: str
    rows: int
    bytes: int
    sha256: str

    def model_copy(self, *, update: Mapping[str, Any]) -> FileEntry:
        """The same entry with other values."""
        return replace(self, **update)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """First and last month (``2025-11``), day or school year that a source covers in full, both included."""

    first: str
    last: str

    def __post_init__(self) -> None:
        first, last = _bound(self.first), _bound(self.last)
        if type(first) is not type(last) or self.first > self.last:
            raise ValueError("'from' and 'to' are two months, days or school years, the first not after the last")

    @classmethod
    def of(cls, bounds: Mapping[str, str]) -> Coverage:
        """Take the bounds from the manifest's own words, ``from`` and ``to``. Raises ValueError."""
        return cls(**{_BOUND_NAMES[word]: bound for word, bound in bounds.items()})

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that are covered, both included."""
        return _first_day(_bound(self.first)), _last_day(_bound(self.last))

    def suits(self, period: PeriodKind) -> bool:
        """Whether the bounds are of the kind that a source with such periods is covered by."""
        return isinstance(_bound(self.first), _BOUNDS[period])


# The attributes' names are read too, as they always were; such a manifest then fails for not being canonical.
_BOUND_NAMES = {"from": "first", "to": "last", "first": "first", "last": "last"}

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The content of ``manifest.json``. ``coverage`` is by source."""

    schema_version: int
    snapshot_id: str
    extracted_on: date
    files: tuple[FileEntry, ...]
    coverage: dict[str, Coverage]
    synthetic: bool
    produced_by: str

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Manifest:
        """Take it from a parsed ``manifest.json`` in which :func:`faults` finds nothing."""
        return cls(
            **{
                **document,
                "extracted_on": date.fromisoformat(document["extracted_on"]),
                "files": tuple(FileEntry(**entry) for entry in document["files"]),
                "coverage": {source: Coverage.of(each) for source, each in document["coverage"].items()},
            }
        )

    def as_bytes(self) -> bytes:
        """Canonical JSON, which is what is signed."""
        return canonical_json(
            {
                "schema_version": self.schema_version,
                "snapshot_id": self.snapshot_id,
                "extracted_on": self.extracted_on.isoformat(),
                "files": [{name: getattr(entry, name) for name in _FILE_FORM} for entry in self.files],
                "coverage": {source: {"from": each.first, "to": each.last} for source, each in self.coverage.items()},
                "synthetic": self.synthetic,
                "produced_by": self.produced_by,
            }
        )


class FaultKind(Enum):
    """What can be wrong with a key of the manifest."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong in the form of a manifest; ``where`` is the path of keys, joined by dots."""

    kind: FaultKind
    where: str


Form = Callable[[Any, tuple[str, ...]], Iterator[Fault]]
"""Finds what is wrong with a value at a path."""


def faults(document: Any) -> Iterator[Fault]:
    """Everything that is wrong with the form of a parsed ``manifest.json``, in the order of the contract's keys."""
    return _keyed(_FORM)(document, ())


def _fault(kind: FaultKind, where: tuple[str, ...]) -> Fault:
    return Fault(kind, ".".join(where))


def _value(is_right: Callable[[Any], bool]) -> Form:
    def check(value: Any, where: tuple[str, ...]) -> Iterator[Fault]:
        if not is_right(value):
            yield _fault(FaultKind.VALUE, where)

    return check


def _keyed(forms: Mapping[str, Form], names: Mapping[str, str] | None = None) -> Form:
    """An object with exactly these keys; *names*: how a key may be written."""
    names = names or {key: key for key in forms}

    def check(value: Any, where: tuple[str, ...]) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield _fault(FaultKind.VALUE, where)
            return
        found = {names[key]: inner for key, inner in value.items() if key in names}
        for key, form in forms.items():
            if names[key] in found:
                yield from form(found[names[key]], (*where, key))
            else:
                yield _fault(FaultKind.MISSING, (*where, key))
        for key in value:
            if key not in names:
                yield _fault(FaultKind.UNKNOWN, (*where, key))

    return check


def _each(form: Form, kind: type[list[Any]] | type[dict[str, Any]]) -> Form:
    """A list, or an object with any keys, of which every value has that form."""

    def check(value: Any, where: tuple[str, ...]) -> Iterator[Fault]:
        if not isinstance(value, kind):
            yield _fault(FaultKind.VALUE, where)
            return
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from form(inner, (*where, str(key)))

    return check


def _coverage(value: Any, where: tuple[str, ...]) -> Iterator[Fault]:
    if found := list(_keyed({"from": _TEXT, "to": _TEXT}, _BOUND_NAMES)(value, where)):
        yield from found
        return
    try:
        Coverage.of(value)
    except ValueError:
        yield _fault(FaultKind.VALUE, where)


def _matches(pattern: str) -> Form:
    return _value(lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None)


def _is_day(value: Any) -> bool:
    try:
        # Python reads other forms too; the contract does not.
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_TEXT = _value(lambda value: isinstance(value, str))
_COUNT = _value(lambda value: type(value) is int and value >= 0)
_FILE_FORM: dict[str, Form] = {
    "table": _TEXT,
    "name": _TEXT,
    "rows": _COUNT,
    "bytes": _COUNT,
    "sha256": _matches("[0-9a-f]{64}"),
}
_FORM: dict[str, Form] = {
    "schema_version": _value(lambda value: type(value) is int),
    "snapshot_id": _matches("[A-Za-z0-9._-]{1,100}"),
    "extracted_on": _value(_is_day),
    "files": _each(_keyed(_FILE_FORM), list),
    "coverage": _each(_coverage, dict),
    "synthetic": _value(lambda value: isinstance(value, bool)),
    "produced_by": _TEXT,
}


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
    """Write and sign the manifest of a folder whose files are complete. The folder has no final name yet.

    Raises ValueError for values that the contract does not allow.
    """
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
    if found := list(faults(json.loads(data))):
        raise ValueError(f"a manifest that nobody could open: {found}")
    (folder / MANIFEST).write_bytes(data)
    (folder / SIGNATURE).write_bytes(key.sign(data))
    return manifest
