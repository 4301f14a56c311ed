"""A selection on disk: a private folder with the recipients and ``selectie.json``, which holds no personal data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, ValidationError

from groeibrief.artefacts import PRIVATE_FILE, canonical_json, new_directory, sha256_bytes
from groeibrief.errors import RefusedError, reason
from groeibrief.language.definition import Definition
from groeibrief.selection.recipients import RECIPIENTS
from groeibrief.selection.selection import Selection

RECIPIENTS_FILE = "recipients.parquet"
MANIFEST_FILE = "selectie.json"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StepRow(_Model):
    """A row of the waterfall."""

    stap: str
    geadresseerden: int
    gezinnen: int


class ListRow(_Model):
    """A suppression list file that was used; ``geldig``: entries that hold on the day of extraction."""

    lijst: str
    sha256: str
    ondertekenaar: str
    geldig: int


class SelectionManifest(_Model):
    """The content of ``selectie.json``; ``inhoud`` is the SHA-256 of all the rest as canonical JSON.

    Figures are exact: for the agency only, never for a municipality (DISCLOSURE 8).
    """

    versie: Literal[1] = 1
    doelgroep: str
    voorwaarden: str
    definitie: str
    sjabloon: str
    eenheid: str
    peildatum: date
    snapshot: str
    extracted_on: date
    synthetisch: bool
    engine: str
    beleid: str
    lijsten: tuple[ListRow, ...]
    gezinnen: int
    kinderen: int
    niet_te_beoordelen: int
    zonder_woonplaats: int
    waterval: tuple[StepRow, ...]
    brieven: int
    bestanden: dict[str, str]
    inhoud: str = ""

    def digest(self) -> str:
        """The hash that ``inhoud`` must hold."""
        return sha256_bytes(canonical_json(self.model_dump(mode="json", exclude={"inhoud"})))


@dataclass(frozen=True)
class StoredSelection:
    """A selection as read back, its hashes checked. ``attachments``: name → content."""

    folder: Path
    manifest: SelectionManifest
    recipients: pa.Table
    attachments: Mapping[str, bytes]


def write_selection(
    selection: Selection,
    out: Path,
    definition: Definition,
    attachments: Mapping[str, bytes] | None = None,
    remember: Callable[[SelectionManifest], None] | None = None,
) -> SelectionManifest:
    """Write the folder *out* (0700; files 0600), whole or not at all, byte for byte the same for the same selection.

    *attachments*: files to keep beside it, such as the definition's text. *remember* is told of the selection before it
    gets its name: what it raises, nobody has it. Raises NothingSelectedError (E640) when there
    is no letter, UsageError (E210) when *out* exists.
    """
    selection.require_letters()
    attachments = attachments or {}
    for name in attachments:
        if name != PurePath(name).name or name in (RECIPIENTS_FILE, MANIFEST_FILE):
            raise ValueError("an attachment has a plain name of its own")
    sink = pa.BufferOutputStream()
    pq.write_table(selection.recipients, sink, compression="zstd")
    files = {RECIPIENTS_FILE: sink.getvalue().to_pybytes(), **attachments}
    manifest = _manifest(selection, definition, {name: sha256_bytes(data) for name, data in files.items()})
    files[MANIFEST_FILE] = canonical_json(manifest.model_dump(mode="json"))
    with new_directory(out) as folder:
        for name, data in files.items():
            path = folder / name
            path.touch(PRIVATE_FILE)
            path.write_bytes(data)
        if remember is not None:
            remember(manifest)
    return manifest


def _manifest(selection: Selection, definition: Definition, files: dict[str, str]) -> SelectionManifest:
    counts = selection.counts
    manifest = SelectionManifest(
        doelgroep=definition.doelgroep,
        voorwaarden=definition.voorwaarden,
        definitie=definition.definitie,
        sjabloon=definition.brief.sjabloon,
        eenheid=definition.question.unit.value,
        peildatum=definition.question.reference_date,
        snapshot=selection.snapshot,
        extracted_on=selection.extracted_on,
        synthetisch=selection.synthetic,
        engine=selection.engine,
        beleid=selection.policy,
        lijsten=tuple(
            ListRow(lijst=file.lijst, sha256=file.sha256, ondertekenaar=file.ondertekenaar, geldig=file.geldig)
            for file in selection.lists
        ),
        gezinnen=counts.families,
        kinderen=counts.children,
        niet_te_beoordelen=counts.undecidable,
        zonder_woonplaats=counts.without_domicile,
        waterval=tuple(
            StepRow(stap=step.stap, geadresseerden=step.geadresseerden, gezinnen=step.gezinnen)
            for step in selection.waterfall
        ),
        brieven=selection.letters,
        bestanden=files,
    )
    return manifest.model_copy(update={"inhoud": manifest.digest()})


def read_selection(folder: Path) -> StoredSelection:
    """Read a folder that ``write_selection`` made.

    Raises RefusedError: E570 not a selection, E571 something in it has changed since it was written.
    """
    try:
        manifest = SelectionManifest.model_validate_json((folder / MANIFEST_FILE).read_bytes())
    except OSError as error:
        raise _no_selection(folder, f"{MANIFEST_FILE} kan niet gelezen worden: {reason(error)}") from error
    except ValidationError as error:
        raise _no_selection(folder, f"{MANIFEST_FILE} is niet in orde") from error
    if manifest.inhoud != manifest.digest():
        raise _changed(folder, MANIFEST_FILE)
    files: dict[str, bytes] = {}
    for name, digest in manifest.bestanden.items():
        try:
            files[name] = (folder / PurePath(name).name).read_bytes()
        except OSError as error:
            raise _no_selection(folder, f"{name} kan niet gelezen worden: {reason(error)}") from error
        if sha256_bytes(files[name]) != digest:
            raise _changed(folder, name)
    if RECIPIENTS_FILE not in files:
        raise _no_selection(folder, f"{MANIFEST_FILE} is niet in orde")
    # Not ``read_table``: that imports the datasets of pyarrow, 48 MB.
    recipients = pq.ParquetFile(pa.BufferReader(files.pop(RECIPIENTS_FILE))).read()
    if recipients.schema.names != RECIPIENTS.names or recipients.num_rows != manifest.brieven:
        raise _changed(folder, RECIPIENTS_FILE)
    return StoredSelection(folder, manifest, recipients, files)


def _no_selection(folder: Path, why: str) -> RefusedError:
    return RefusedError("E570", f"{folder} is geen map met een selectie: {why}. Selecteer opnieuw.")


def _changed(folder: Path, name: str) -> RefusedError:
    return RefusedError("E571", f"{name} in {folder} is gewijzigd sinds de selectie. Selecteer opnieuw.")
