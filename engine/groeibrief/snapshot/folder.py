"""A snapshot's folder, opened: the manifest and its signature checked, the data files not yet (SNAPSHOT.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from groeibrief.artefacts import sha256_bytes
from groeibrief.errors import Finding, SnapshotError, reason
from groeibrief.keys import fingerprint
from groeibrief.snapshot.manifest import (
    MANIFEST,
    SIGNATURE,
    Coverage,
    Fault,
    FaultKind,
    FileEntry,
    Manifest,
    faults,
)
from groeibrief.snapshot.schema import PEOPLE, SCHEMA_VERSION
from groeibrief.snapshot.trust import TrustedKeys, parse_signature

MAX_MANIFEST = 10_000_000
_MAX_SIGNATURE = 1_000
# Letters that no shell, glob pattern or file system reads in another way.
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._=-]*(/[A-Za-z0-9_][A-Za-z0-9._=-]*)*\.parquet")


@dataclass(frozen=True)
class Snapshot:
    """A snapshot whose manifest is vouched for. ``hash`` is the SHA-256 of the manifest's bytes.

    ``signer`` is the fingerprint of the key that signed it.
    """

    folder: Path
    manifest: Manifest
    hash: str
    signer: str

    @property
    def id(self) -> str:
        """The snapshot's own name."""
        return self.manifest.snapshot_id

    @property
    def extracted_on(self) -> date:
        """The day on which the data were drawn."""
        return self.manifest.extracted_on

    @property
    def coverage(self) -> dict[str, Coverage]:
        """What each source covers in full."""
        return self.manifest.coverage

    @property
    def synthetic(self) -> bool:
        """Whether the people in it are invented."""
        return self.manifest.synthetic

    def files_of(self, table: str) -> list[Path]:
        """The files of a table, in the manifest's order."""
        return [self.folder / entry.name for entry in self.manifest.files if entry.table == table]


def open_snapshot(folder: Path, trusted: Sequence[Path] = ()) -> Snapshot:
    """Open a snapshot: form and signature of the manifest, names of the files. Reads no data file.

    *trusted* are public key files. Raises SnapshotError (E410–E417) and, for a key file, UsageError (E220, E221).
    """
    return open_trusted(folder, TrustedKeys.given(trusted))


def open_trusted(folder: Path, trusted: TrustedKeys) -> Snapshot:
    """As :func:`open_snapshot`, with keys that have been read."""
    if not folder.is_dir():
        raise _refusal("E410", folder, "Deze map bestaat niet. Geef de map van een snapshot.")
    path = folder / MANIFEST
    data = _read(path, MAX_MANIFEST)
    document = _parse(path, data)
    key = _signer(folder, data, trusted.with_neighbours(folder) if document.get("synthetic") is True else trusted)
    _check_version(path, document)
    manifest = _manifest(path, data, document)
    if findings := [*_tables(path, manifest), *_names(folder, manifest)]:
        raise SnapshotError("E415", findings)
    return Snapshot(folder, manifest, sha256_bytes(data), key)


def _refusal(code: str, path: Path, message: str) -> SnapshotError:
    return SnapshotError(code, Finding(message, bestand=str(path)))


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError:
        raise _refusal(
            "E410",
            path,
            "Dit bestand ontbreekt. Een snapshot heeft een manifest en een handtekening: haal ze opnieuw op.",
        ) from None
    except OSError as error:
        raise _refusal("E410", path, f"Dit bestand kan niet gelezen worden: {reason(error)}.") from error
    if len(data) > limit:
        raise _refusal("E411", path, f"Dit bestand is groter dan {limit} bytes. Vraag de snapshot opnieuw.")
    return data


def _parse(path: Path, data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data.decode())
    except (ValueError, RecursionError):
        raise _refusal(
            "E411", path, "Het manifest is geen geldige JSON in UTF-8. Haal de snapshot opnieuw op."
        ) from None
    if not isinstance(document, dict):
        raise _refusal("E411", path, "Het manifest is geen JSON-object. Haal de snapshot opnieuw op.")
    return document


def _signer(folder: Path, data: bytes, trusted: TrustedKeys) -> str:
    path = folder / SIGNATURE
    written = _read(path, _MAX_SIGNATURE)
    try:
        signature = parse_signature(written)
    except ValueError:
        raise _refusal(
            "E413", path, "Dit is geen Ed25519-handtekening van 64 bytes. Haal de snapshot opnieuw op."
        ) from None
    if not trusted.keys:
        raise _refusal(
            "E414",
            path,
            "Er is geen sleutel om de handtekening mee na te kijken. Geef de publieke sleutel van de maker met "
            "--trust.",
        )
    if (key := trusted.signer(data, signature)) is None:
        raise _refusal(
            "E413",
            path,
            "De handtekening klopt niet met het manifest en de vertrouwde sleutels. Het manifest is gewijzigd of door "
            "een ander ondertekend: gebruik deze snapshot niet en vraag ze opnieuw.",
        )
    return fingerprint(key)


def _check_version(path: Path, document: dict[str, Any]) -> None:
    version = document.get("schema_version")
    if isinstance(version, int) and not isinstance(version, bool) and version != SCHEMA_VERSION:
        advice = "installeer een nieuwere groeibrief" if version > SCHEMA_VERSION else "vraag een nieuwe snapshot"
        raise SnapshotError(
            "E412",
            Finding(
                f"De snapshot heeft schemaversie {version} en deze groeibrief leest versie {SCHEMA_VERSION}: {advice}.",
                bestand=str(path),
                gevonden=str(version),
                verwacht=str(SCHEMA_VERSION),
            ),
        )


def _manifest(path: Path, data: bytes, document: dict[str, Any]) -> Manifest:
    if findings := [_form_finding(path, fault) for fault in faults(document)]:
        raise SnapshotError("E411", findings)
    manifest = Manifest.of(document)
    if not _is_written_as(manifest, data):
        raise _refusal(
            "E411",
            path,
            "Het manifest is geen canonieke JSON (UTF-8, gesorteerde sleutels, geen spaties). Laat de maker het "
            "opnieuw schrijven.",
        )
    return manifest


def _is_written_as(manifest: Manifest, data: bytes) -> bool:
    try:
        return manifest.as_bytes() == data
    except UnicodeEncodeError:
        # JSON can escape half a surrogate pair, which no UTF-8 can hold.
        return False


def _form_finding(path: Path, fault: Fault) -> Finding:
    match fault.kind:
        case FaultKind.UNKNOWN:
            message = f"Het manifest heeft een onbekende sleutel '{fault.where}'. Laat de maker ze weglaten."
        case FaultKind.MISSING:
            message = f"In het manifest ontbreekt de sleutel '{fault.where}'. Laat de maker ze toevoegen."
        case FaultKind.VALUE:
            message = (
                f"In het manifest heeft '{fault.where}' geen geldige waarde. Laat de maker het manifest verbeteren."
            )
    return Finding(message, bestand=str(path))


def _tables(path: Path, manifest: Manifest) -> Iterator[Finding]:
    """Without the catalogue: the people's tables, and those of the sources that the coverage names."""
    expected = {*PEOPLE, *manifest.coverage}
    present = {entry.table for entry in manifest.files}
    for table in sorted(expected - present):
        yield Finding(
            f"De tabel '{table}' heeft geen bestand. Ook een lege tabel is een bestand, met 0 rijen: vraag een "
            "volledige snapshot.",
            bestand=str(path),
        )
    for table in sorted(present - expected):
        yield Finding(
            f"De tabel '{table}' staat niet in 'coverage' en hoort niet bij de personen en dossiers: vraag "
            "een juiste snapshot.",
            bestand=str(path),
        )


def _names(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    root = folder.resolve()
    seen: set[str] = set()
    for entry in manifest.files:
        if not _FILE_NAME.fullmatch(entry.name):
            fault = (
                "Deze bestandsnaam is niet toegelaten: een pad binnen de map met letters, cijfers, '_', '-', '=' en "
                "'.', dat eindigt op .parquet."
            )
        elif entry.name in seen:
            fault = "Dit bestand staat twee keer in het manifest."
        elif leads_out(root, entry):
            fault = "Dit bestand is een verwijzing naar buiten de map van de snapshot."
        else:
            seen.add(entry.name)
            continue
        yield Finding(f"{fault} Gebruik deze snapshot niet en vraag ze opnieuw.", bestand=entry.name)


def leads_out(root: Path, entry: FileEntry) -> bool:
    """Whether a file, through links, lies outside the resolved folder *root*."""
    return not (root / entry.name).resolve().is_relative_to(root)
