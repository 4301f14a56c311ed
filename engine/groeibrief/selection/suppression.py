"""Signed lists of people who are not written to: ``verzet`` (opted out) and ``beschermd`` (protected).

A folder holds ``verzet.csv`` or ``.parquet`` and ``beschermd.csv`` or ``.parquet``, each with its Ed25519 signature
in a ``.sig`` file beside it (64 bytes over the file's bytes). A list in parts is ``verzet-1.csv``, ``verzet-2.csv``, ….
Anything else in the folder is refused: a list with a misspelt name would otherwise protect nobody.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from groeibrief.artefacts import sha256_bytes
from groeibrief.calendar import holds_on
from groeibrief.errors import Finding, RefusedError, reason
from groeibrief.keys import fingerprint, signer
from groeibrief.selection.policy import LISTS, SelectionPolicy

_COLUMNS = ("persoon_id", "dossier_id", "lijst", "geldig_van", "geldig_tot")
_OPTIONAL = {"persoon_id", "dossier_id", "geldig_tot"}
_SIGNATURE = ".sig"


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file that was used: its list, hash, the fingerprint of its signer, and how many entries hold on the day."""

    lijst: str
    sha256: str
    ondertekenaar: str
    geldig: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Who: a person, a dossier (all its addressees), or both (either is enough); half open in time."""

    persoon_id: int | None
    dossier_id: int | None
    geldig_van: date
    geldig_tot: date | None


@dataclass(frozen=True, slots=True)
class SuppressionLists:
    """The lists as they hold on ``on``. ``persons`` and ``dossiers`` give the ids by list."""

    on: date
    files: tuple[ListFile, ...]
    persons: dict[str, frozenset[int]]
    dossiers: dict[str, frozenset[int]]

    @property
    def present(self) -> frozenset[str]:
        """The lists that there are, empty ones included."""
        return frozenset(file.lijst for file in self.files)

    def require(self, policy: SelectionPolicy, *, synthetic: bool) -> None:
        """Refuse to go on without a list that the policy requires. Raises RefusedError (E565)."""
        missing = [name for name in policy.required_lists(synthetic=synthetic) if name not in self.present]
        if missing:
            raise RefusedError(
                "E565",
                [
                    Finding(
                        f"De lijst '{name}' ontbreekt, en zonder die lijst wordt er niet geselecteerd. "
                        f"Zet {name}.csv en {name}.csv.sig in de map met de lijsten."
                    )
                    for name in missing
                ],
            )


def no_lists(on: date) -> SuppressionLists:
    """No list at all."""
    return SuppressionLists(on, (), dict.fromkeys(LISTS, frozenset()), dict.fromkeys(LISTS, frozenset()))


def load_suppression(folder: Path | None, trusted: Iterable[Ed25519PublicKey], on: date) -> SuppressionLists:
    """Read the lists in *folder* that hold on *on*; no folder: no lists.

    Raises RefusedError: E560 unreadable, E561 not signed, E562 signed by nobody who is trusted or changed since,
    E563 not a list, E564 a file that does not belong there. A message never holds an id of a person or dossier.
    """
    if folder is None:
        return no_lists(on)
    keys = tuple(trusted)
    files: list[ListFile] = []
    persons: dict[str, set[int]] = {name: set() for name in LISTS}
    dossiers: dict[str, set[int]] = {name: set() for name in LISTS}
    for name, path in _files(folder):
        data, key = _signed(path, keys)
        entries = [entry for entry in _entries(path, data, name) if holds_on(entry.geldig_van, entry.geldig_tot, on)]
        persons[name].update(entry.persoon_id for entry in entries if entry.persoon_id is not None)
        dossiers[name].update(entry.dossier_id for entry in entries if entry.dossier_id is not None)
        files.append(ListFile(name, sha256_bytes(data), fingerprint(key), len(entries)))
    return SuppressionLists(
        on,
        tuple(files),
        {name: frozenset(ids) for name, ids in persons.items()},
        {name: frozenset(ids) for name, ids in dossiers.items()},
    )


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    try:
        names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    except OSError as error:
        raise RefusedError(
            "E560", f"De map met de lijsten, {folder}, kan niet gelezen worden: {reason(error)}."
        ) from error
    found: list[tuple[str, Path]] = []
    strangers: list[Finding] = []
    for name in sorted(names):
        path = folder / name
        kind = path.stem.partition("-")[0]
        if path.suffix == _SIGNATURE:
            if path.stem not in names:
                strangers.append(
                    Finding("Bij deze handtekening ontbreekt de lijst zelf. Zet ze terug.", bestand=str(path))
                )
        elif kind in LISTS and path.suffix in (".csv", ".parquet"):
            found.append((kind, path))
        else:
            strangers.append(
                Finding(
                    "Dit bestand hoort niet in de map met de lijsten: een lijst heet verzet of beschermd, "
                    "met .csv of .parquet erachter. Hernoem of verwijder het.",
                    bestand=str(path),
                )
            )
    if strangers:
        raise RefusedError("E564", strangers)
    yield from found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RefusedError(
            "E560", Finding(f"De lijst kan niet gelezen worden: {reason(error)}.", bestand=str(path))
        ) from error


def _signed(path: Path, trusted: Sequence[Ed25519PublicKey]) -> tuple[bytes, Ed25519PublicKey]:
    signature = path.with_name(path.name + _SIGNATURE)
    if not signature.exists():
        raise RefusedError(
            "E561", Finding(f"De lijst is niet ondertekend: {signature.name} ontbreekt.", bestand=str(path))
        )
    data = _read(path)
    key = signer(data, _read(signature), trusted)
    if key is None:
        raise RefusedError(
            "E562",
            Finding(
                "De handtekening klopt niet: de lijst is gewijzigd, of ondertekend door iemand die u niet vertrouwt. "
                "Vraag de lijst opnieuw op.",
                bestand=str(path),
            ),
        )
    return data, key


def _bad(path: Path, message: str, line: int | None = None) -> RefusedError:
    return RefusedError("E563", Finding(message, bestand=str(path), regel=line))


def _entries(path: Path, data: bytes, name: str) -> Iterator[Entry]:
    rows = _csv_rows(path, data) if path.suffix == ".csv" else _parquet_rows(path, data)
    for line, row in rows:
        entry = _entry(row)
        if entry is None:
            raise _bad(
                path,
                "Deze rij is onvolledig of onjuist: geef persoon_id of dossier_id, lijst, geldig_van (JJJJ-MM-DD) en "
                "eventueel een latere geldig_tot.",
                line,
            )
        if row.get("lijst") != name:
            raise _bad(path, f"In het bestand van de lijst '{name}' staat een rij van een andere lijst.", line)
        yield entry


def _entry(row: dict[str, object]) -> Entry | None:
    try:
        entry = Entry(
            _identifier(row.get("persoon_id")),
            _identifier(row.get("dossier_id")),
            date.fromisoformat(str(row.get("geldig_van"))),
            None if row.get("geldig_tot") in (None, "") else date.fromisoformat(str(row["geldig_tot"])),
        )
    except ValueError:
        return None
    someone = entry.persoon_id is not None or entry.dossier_id is not None
    in_order = entry.geldig_tot is None or entry.geldig_van < entry.geldig_tot
    return entry if someone and in_order else None


def _identifier(value: object) -> int | None:
    if value in (None, ""):
        return None
    text = str(value)
    if not (text.isascii() and text.isdigit() and int(text) < 2**63):
        raise ValueError("not an id")
    return int(text)


def _csv_rows(path: Path, data: bytes) -> Iterator[tuple[int, dict[str, object]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(path, "De lijst is geen UTF-8. Bewaar ze als UTF-8.") from error
    header, _, _ = text.partition("\n")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",", strict=True)
    try:
        columns = next(reader, [])
        _check_columns(path, columns)
        for row in reader:
            if len(row) != len(columns):
                raise _bad(path, f"Deze rij heeft {len(row)} velden in plaats van {len(columns)}.", reader.line_num)
            yield reader.line_num, dict(zip(columns, row, strict=True))
    except csv.Error as error:
        raise _bad(path, "Deze rij is geen geldige CSV.", reader.line_num) from error


def _parquet_rows(path: Path, data: bytes) -> Iterator[tuple[None, dict[str, object]]]:
    try:
        table = pq.ParquetFile(pa.BufferReader(data)).read()
    except (pa.ArrowInvalid, OSError) as error:
        raise _bad(path, "De lijst is geen leesbaar Parquet-bestand.") from error
    _check_columns(path, table.column_names)
    for batch in table.to_batches():
        for row in batch.to_pylist():
            yield None, row


def _check_columns(path: Path, columns: Sequence[str]) -> None:
    needed = {name for name in _COLUMNS if name not in _OPTIONAL}
    named = set(columns)
    if len(named) != len(columns) or not needed <= named <= set(_COLUMNS) or not named & {"persoon_id", "dossier_id"}:
        raise _bad(path, "De kolommen zijn persoon_id en/of dossier_id, lijst, geldig_van en eventueel geldig_tot.")
