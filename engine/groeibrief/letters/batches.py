"""A whole selection into PDF files and a piece list.

Files hold a fixed number of letters, so that the result is the same for any number of processes.
"""

from __future__ import annotations

import csv
import io
import signal
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groeibrief.artefacts import canonical_json, new_directory, new_file, sha256_bytes
from groeibrief.errors import Finding, RefusedError, UserError
from groeibrief.letters.addressees import first_names_for, letters_of, sequence_numbers
from groeibrief.letters.fields import LetterFields
from groeibrief.letters.marks import job_code
from groeibrief.letters.renderer import MOST_PAGES, Batch, Renderer
from groeibrief.letters.work import Work

if TYPE_CHECKING:
    import pyarrow as pa

PIECE_LIST = "stukken.csv"
SUMMARY = "brieven.json"
# A file's name and its letters.
Part = tuple[str, list[LetterFields]]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was written: letters, pages and the files, in order; whether the families are invented."""

    brieven: int
    paginas: int
    bestanden: tuple[Batch, ...]
    synthetisch: bool


def render_selection(
    work: Work,
    recipients: pa.Table,
    out: Path,
    *,
    first_names: Mapping[int, str] | None = None,
    plan: Sequence[Sequence[int]] | None = None,
    processes: int = 1,
    most_pages: int = MOST_PAGES,
    selection: str | None = None,
    attachments: Mapping[str, bytes] | None = None,
    progress: Callable[[int], None] | None = None,
    remember: Callable[[], None] | None = None,
) -> Rendered:
    """Write every letter of a selection into the new private directory *out*, complete or not at all.

    *recipients* has ``volgnummer`` (rising), ``regels``, ``kind_ids`` and ``aanschrijving``. In *out*:
    ``brieven-0001.pdf`` and on, ``stukken.csv`` (sequence number, file, first page, pages) and ``brieven.json`` (totals
    and hashes); no identifier of a person or dossier. *plan* gives the sequence numbers of each file, in order; without
    one the files follow each other and hold *most_pages* pages at most. *first_names*, by child, is needed when the
    template uses ``kinderen``. *selection*: the selection's hash, for the summary. *attachments*: other files for the
    directory, named with their hashes in the summary. *progress* is told the number of letters of each finished file.
    *remember* is called before the directory gets its name: what it raises, nobody has the letters.

    Raises RefusedError: E621 columns, sequence numbers or a plan that are not as agreed, E622 a first name that is
    missing; and what :class:`Renderer` raises.
    """
    renderer = work.renderer()
    names = first_names_for(renderer.proof, first_names)
    numbers = sequence_numbers(recipients)
    if plan is None:
        longest = work.template.layout.most_pages
        share = max(1, most_pages // (longest + longest % 2))
        plan = [numbers[start : start + share] for start in range(0, len(numbers), share)]
    elif not all(plan) or sorted(number for part in plan for number in part) != numbers:
        raise RefusedError("E621", "De indeling in bestanden bevat niet elke brief precies één keer. Begin opnieuw.")
    parts = (
        (f"brieven-{index:04d}.pdf", letters_of(recipients, numbers, part, names)) for index, part in enumerate(plan, 1)
    )
    batches: list[Batch] = []
    with new_directory(out) as folder:
        written = _in_turn(renderer, folder, parts) if processes <= 1 else _side_by_side(work, folder, parts, processes)
        for batch in written:
            batches.append(batch)
            if progress is not None:
                progress(len(batch.stukken))
        result = Rendered(
            sum(len(batch.stukken) for batch in batches),
            sum(batch.paginas for batch in batches),
            tuple(batches),
            work.mailing.synthetisch,
        )
        _write(folder / PIECE_LIST, _piece_list(batches))
        for name, data in (attachments or {}).items():
            _write(folder / name, data)
        _write(folder / SUMMARY, canonical_json(_summary(work, result, selection, attachments or {})) + b"\n")
        if remember is not None:
            remember()
    return result


def page_counts(work: Work, recipients: pa.Table, *, first_names: Mapping[int, str] | None = None) -> dict[int, int]:
    """The number of pages of each letter, by sequence number, without writing anything: to plan files with.

    Raises as :func:`render_selection`.
    """
    renderer = work.renderer()
    names = first_names_for(renderer.proof, first_names)
    numbers = sequence_numbers(recipients)
    letters = letters_of(recipients, numbers, numbers, names)
    return {letter.volgnummer: renderer.page_count(letter) for letter in letters}


def _in_turn(renderer: Renderer, folder: Path, parts: Iterator[Part]) -> Iterator[Batch]:
    for name, letters in parts:
        yield renderer.write_batch(folder / name, map(renderer.compose, letters))


def _side_by_side(work: Work, folder: Path, parts: Iterator[Part], processes: int) -> Iterator[Batch]:
    # Spawned, not forked: the caller may hold DuckDB's threads.
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_take_up, initargs=(work,))
    waiting: deque[Future[Batch | _Refusal]] = deque()
    try:
        for name, letters in parts:
            with _uninterrupted():
                waiting.append(pool.submit(_write_part, folder / name, letters))
            if len(waiting) > processes:
                yield _outcome(waiting.popleft())
        while waiting:
            yield _outcome(waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold signals back while processes are started, which inherit that.

    Ctrl-C on a terminal reaches every process. It is for the first one to stop the others, which would each show a
    traceback.
    """
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


@dataclass(frozen=True)
class _Refusal:
    """A user error on its way from another process: exceptions with two arguments do not survive pickling."""

    kind: type[UserError]
    code: str
    findings: tuple[Finding, ...]


_own: dict[str, Renderer] = {}


def _take_up(work: Work) -> None:
    _own["renderer"] = work.renderer()


def _write_part(path: Path, letters: list[LetterFields]) -> Batch | _Refusal:
    renderer = _own["renderer"]
    try:
        return renderer.write_batch(path, map(renderer.compose, letters))
    except UserError as error:
        return _Refusal(type(error), error.code, error.findings)


def _outcome(future: Future[Batch | _Refusal]) -> Batch:
    result = future.result()
    if isinstance(result, _Refusal):
        raise result.kind(result.code, result.findings)
    return result


def _piece_list(batches: list[Batch]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(("volgnummer", "bestand", "eerste_pagina", "paginas"))
    for batch in batches:
        writer.writerows(
            (piece.volgnummer, batch.bestand, piece.eerste_pagina, piece.paginas) for piece in batch.stukken
        )
    return text.getvalue().encode()


def _summary(work: Work, result: Rendered, selection: str | None, attachments: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "doelgroep": work.definition.doelgroep,
        "definitie": work.definition.definitie,
        "selectie": selection,
        "sjabloon": work.template.name,
        "sjabloon_sha256": work.template.sha256,
        "datum": work.mailing.datum.isoformat(),
        "kenmerk": work.mailing.kenmerk,
        "synthetisch": work.mailing.synthetisch,
        "teksten_sha256": sha256_bytes(canonical_json(dict(work.mailing.teksten))) if work.mailing.teksten else None,
        "logo_sha256": work.mailing.logo.sha256 if work.mailing.logo else None,
        "uitvoerprofiel": work.mailing.uitvoer.condition,
        "uitvoerprofiel_sha256": sha256_bytes(work.mailing.uitvoer.profile),
        "opmaak_sha256": work.sha256,
        "merktekens": work.mailing.merktekens,
        "merktekens_bijlagen": work.mailing.bijlagen,
        "merktekens_opdracht": None if work.mailing.merktekens == "geen" else job_code(work.mailing.kenmerk),
        "brieven": result.brieven,
        "paginas": result.paginas,
        "bestanden": [
            {
                "bestand": batch.bestand,
                "brieven": len(batch.stukken),
                "paginas": batch.paginas,
                "bytes": batch.bytes,
                "sha256": batch.sha256,
            }
            for batch in result.bestanden
        ],
        "bijgevoegd": {name: sha256_bytes(data) for name, data in attachments.items()},
    }


def _write(path: Path, data: bytes) -> None:
    with new_file(path) as stream:
        stream.write(data)
