"""What goes inside the seal, and the check that what comes out is whole and consistent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from groeibrief.artefacts import sha256_file
from groeibrief.errors import Finding, RefusedError, UsageError
from groeibrief.printshop.archive import Member, bytes_member
from groeibrief.printshop.destinations import DESTINATIONS, Destination, DestinationListError, read_destination_list
from groeibrief.printshop.manifest import PackageManifest
from groeibrief.printshop.pieces import (
    BATCH_FILE,
    PIECES,
    Piece,
    PieceListError,
    layout_faults,
    read_letters_list,
    read_sealed_list,
    sealed_list,
)
from groeibrief.printshop.policy import PrintPolicy, sheets
from groeibrief.printshop.postage import POSTAGE, postage_totals
from groeibrief.printshop.ticket import (
    PROOF,
    README,
    TICKET,
    TICKET_CSV,
    JobInfo,
    JobTicket,
    batch_lines,
    make_ticket,
    totals,
    wave_lines,
)

CHECKSUMS = "controlesommen.sha256"
_LISTS = (PIECES, TICKET, TICKET_CSV, POSTAGE, PROOF, README)
_MAX_LIST = 100_000_000
_WARN = "Druk niets en verwittig VUTG."


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into a seal: the files, and the ticket that describes them."""

    members: tuple[Member, ...]
    ticket: JobTicket

    @property
    def batches(self) -> dict[int, int]:
        """The batch of each sequence number, as the sealed list says it."""
        [listed] = [member.source for member in self.members if member.name == PIECES]
        assert isinstance(listed, bytes), "it was just written"
        numbers = {line.bestand: line.partij for line in self.ticket.partijen}
        return {piece.sequence: numbers[piece.file] for piece in read_sealed_list(listed)}


def read_letters(letters: Path) -> tuple[Piece, ...]:
    """Read the piece list of a folder of letters. Raises UsageError (E247)."""
    path = letters / PIECES
    try:
        pieces = read_letters_list(_bounded(path))
    except OSError as error:
        raise UsageError(
            "E247", f"{letters} is geen map met brieven: stukken.csv ontbreekt. Maak eerst de brieven."
        ) from error
    except PieceListError as error:
        raise UsageError("E247", Finding(error.message, bestand=PIECES, regel=error.line)) from error
    if not pieces:
        raise UsageError("E247", Finding("Er staat geen enkel stuk in de lijst.", bestand=PIECES))
    return pieces


def read_destinations(letters: Path, pieces: tuple[Piece, ...]) -> dict[int, Destination] | None:
    """Read where the letters go; None where that is not known. Raises RefusedError (E585) when it is another list."""
    path = letters / DESTINATIONS
    if not path.is_file():
        return None
    again = "Maak de brieven opnieuw."
    try:
        found = read_destination_list(_bounded(path))
    except DestinationListError as error:
        raise RefusedError(
            "E585",
            Finding(f"Dit is geen lijst van bestemmingen. {again}", bestand=DESTINATIONS, regel=error.line),
        ) from error
    if found.keys() != {piece.sequence for piece in pieces}:
        raise RefusedError(
            "E585",
            Finding(f"De bestemmingen zijn niet die van de brieven in stukken.csv. {again}", bestand=DESTINATIONS),
        )
    return found


def gather(letters: Path, job: JobInfo, policy: PrintPolicy, *, synthetic: bool) -> Content:
    """Collect the content of a package from a folder of letters. Nothing else in that folder goes in.

    Raises UsageError (E247 no piece list), RefusedError (E551 letters and list differ, E552 a batch is too large, E556
    for a week, E585 destinations of other letters).
    """
    pieces = read_letters(letters)
    files = sorted({piece.file for piece in pieces})
    _check_letters(letters, pieces, files, policy)
    batch_files = [_file_member(letters / file) for file in files]
    ticket = make_ticket(
        pieces,
        {member.name: member.sha256 for member in batch_files},
        job,
        policy,
        synthetic=synthetic,
        destinations=read_destinations(letters, pieces),
    )
    members = [
        *batch_files,
        bytes_member(PIECES, _piece_list(pieces, ticket)),
        bytes_member(TICKET, ticket.as_bytes()),
        bytes_member(TICKET_CSV, ticket.as_csv()),
        bytes_member(POSTAGE, ticket.port.as_csv()),
        bytes_member(PROOF, ticket.proof_csv()),
        bytes_member(README, ticket.readme()),
    ]
    sums = checksum_list({member.name: member.sha256 for member in members})
    return Content((*members, bytes_member(CHECKSUMS, sums)), ticket)


def checksum_list(checksums: Mapping[str, str]) -> bytes:
    """Write checksums in the form of ``sha256sum``, sorted by name."""
    return "".join(f"{checksums[name]}  {name}\n" for name in sorted(checksums)).encode()


def count_pages(path: Path) -> int | None:
    """Count the pages of a PDF; None for a file that is not a sound one."""
    import pypdfium2

    try:
        with closing(pypdfium2.PdfDocument(path)) as document:
            pages = len(document)
            # The number stands in the file's head: a last page that opens shows that it is more than a claim.
            document[pages - 1].close()
            return pages
    except pypdfium2.PdfiumError:
        return None


def content_faults(folder: Path, checksums: Mapping[str, str], manifest: PackageManifest) -> Iterator[RefusedError]:
    """Yield what is wrong with unsealed content; *checksums* has the SHA-256 of each file in *folder*.

    E547 files and checksums, E548 ticket and piece list, E549 pages of a PDF. Stops where the rest has no meaning.
    """
    fault = _files_fault(folder, checksums)
    if fault:
        yield fault
        return
    try:
        ticket = read_ticket(folder)
    except ValidationError:
        yield _ticket_fault(TICKET, "Dit is geen opdrachtbon die deze versie van groeibrief kent")
        return
    try:
        pieces = read_sealed_list(_bounded(folder / PIECES))
    except PieceListError as error:
        yield RefusedError("E548", Finding(f"{error.message} {_WARN}", bestand=PIECES, regel=error.line))
        return
    yield from _ticket_faults(folder, ticket, manifest)
    yield from _piece_faults(folder, ticket, pieces, checksums)
    for line in ticket.partijen:
        yield from _pages_faults(folder / line.bestand, line.paginas)


def read_ticket(folder: Path) -> JobTicket:
    """Read the job ticket of unsealed content. Raises pydantic's ValidationError."""
    return JobTicket.model_validate_json(_bounded(folder / TICKET))


def _files_fault(folder: Path, checksums: Mapping[str, str]) -> RefusedError | None:
    listed = {name: checksum for name, checksum in checksums.items() if name != CHECKSUMS}
    for name in (CHECKSUMS, *_LISTS):
        if name not in checksums:
            return RefusedError("E547", Finding(f"Dit bestand ontbreekt in het pakket. {_WARN}", bestand=name))
    if _bounded(folder / CHECKSUMS) != checksum_list(listed):
        return RefusedError(
            "E547",
            Finding(f"De bestanden in het pakket kloppen niet met de controlesommen. {_WARN}", bestand=CHECKSUMS),
        )
    return None


def _ticket_faults(folder: Path, ticket: JobTicket, manifest: PackageManifest) -> Iterator[RefusedError]:
    inside = (
        ticket.opdracht,
        ticket.synthetisch,
        ticket.totalen.stukken,
        ticket.totalen.paginas,
        ticket.totalen.vellen,
    )
    outside = (manifest.opdracht, manifest.synthetisch, manifest.stukken, manifest.paginas, manifest.vellen)
    if inside != outside:
        yield _ticket_fault(TICKET, "De opdrachtbon hoort niet bij het manifest: opdracht of aantallen verschillen")
    said = {
        TICKET: ticket.as_bytes(),
        TICKET_CSV: ticket.as_csv(),
        POSTAGE: ticket.port.as_csv(),
        PROOF: ticket.proof_csv(),
        README: ticket.readme(),
    }
    for name, expected in said.items():
        if _bounded(folder / name) != expected:
            yield _ticket_fault(name, "Dit bestand zegt iets anders dan de opdrachtbon")


def _piece_faults(
    folder: Path, ticket: JobTicket, pieces: tuple[Piece, ...], checksums: Mapping[str, str]
) -> Iterator[RefusedError]:
    duplex = ticket.druk.dubbelzijdig
    numbers = {line.bestand: line.partij for line in ticket.partijen}
    batch_files = {name for name in checksums if BATCH_FILE.fullmatch(name)}
    extra = sorted(set(checksums) - batch_files - {CHECKSUMS, *_LISTS})
    if extra:
        yield RefusedError("E547", Finding(f"Dit bestand hoort niet in het pakket. {_WARN}", bestand=extra[0]))
    if not (batch_files == set(numbers) == {piece.file for piece in pieces}):
        yield _ticket_fault(PIECES, "De stuklijst, de opdrachtbon en de bestanden met brieven verschillen")
        return
    try:
        lines = batch_lines(pieces, checksums, duplex=duplex, per_week=ticket.brieven_per_week)
    except RefusedError:
        yield _ticket_fault(TICKET, "Een partij heeft meer brieven dan er per week op de post mogen")
        return
    if lines != ticket.partijen or totals(lines, ticket.totalen.controlebrieven) != ticket.totalen:
        yield _ticket_fault(TICKET, "De partijen of totalen van de opdrachtbon kloppen niet met de stuklijst")
    if wave_lines(lines, ticket.afgifte_op) != ticket.golven:
        yield _ticket_fault(TICKET, "De golven van de opdrachtbon kloppen niet met de partijen")
    if not _posts(ticket, pieces):
        yield _ticket_fault(POSTAGE, "De portolijst telt andere stukken dan de stuklijst")
    known = {(piece.sequence, piece.file, piece.first_page, piece.pages) for piece in pieces}
    if any((one.volgnummer, one.bestand, one.eerste_pagina, one.paginas) not in known for one in ticket.proef):
        yield _ticket_fault(PROOF, "Een stuk van de proef staat niet zo in de stuklijst")
    for file, message in layout_faults(pieces, {}, duplex=duplex):
        yield RefusedError("E548", Finding(f"{message} {_WARN}", bestand=file))
    if _piece_list(pieces, ticket) != _bounded(folder / PIECES):
        yield _ticket_fault(PIECES, "Een partij, een aantal vellen, de bijlagen of de merkopdracht klopt niet")


def _piece_list(pieces: tuple[Piece, ...], ticket: JobTicket) -> bytes:
    return sealed_list(
        pieces,
        {line.bestand: line.partij for line in ticket.partijen},
        duplex=ticket.druk.dubbelzijdig,
        inserts=len(ticket.druk.bijlagen),
        mark_job=ticket.druk.merkopdracht,
    )


def _posts(ticket: JobTicket, pieces: tuple[Piece, ...]) -> bool:
    """Whether the postage sheet counts each piece once, in its wave and with its sheets, and adds up."""
    waves = {line.bestand: line.golf for line in ticket.partijen}
    dates = {wave.golf: wave.afgifte_op for wave in ticket.golven}
    duplex = ticket.druk.dubbelzijdig
    listed = Counter((waves[piece.file], sheets(piece.pages, duplex=duplex)) for piece in pieces)
    posted: Counter[tuple[int, int]] = Counter()
    for line in ticket.port.regels:
        posted[line.golf, line.vellen] += line.stukken
        if line.afgifte_op != dates.get(line.golf):
            return False
    return posted == listed and postage_totals(ticket.port.regels) == ticket.port.totalen


def _pages_faults(path: Path, expected: int) -> Iterator[RefusedError]:
    pages = count_pages(path) if path.is_file() else None
    if pages is None:
        yield RefusedError(
            "E549", Finding(f"Dit bestand ontbreekt of is geen leesbare PDF. {_WARN}", bestand=path.name)
        )
    elif pages != expected:
        yield RefusedError(
            "E549",
            Finding(f"De PDF heeft {pages} pagina's en de opdrachtbon zegt {expected}. {_WARN}", bestand=path.name),
        )


def _ticket_fault(name: str, what: str) -> RefusedError:
    return RefusedError("E548", Finding(f"{what}. {_WARN}", bestand=name))


def _check_letters(letters: Path, pieces: tuple[Piece, ...], files: list[str], policy: PrintPolicy) -> None:
    again = "Maak de brieven opnieuw."
    unlisted = sorted({path.name for path in letters.glob("*.pdf")} - set(files))
    findings = [Finding(f"Dit bestand staat niet in de stuklijst. {again}", bestand=name) for name in unlisted]
    pages: dict[str, int] = {}
    for file in files:
        path = letters / file
        count = count_pages(path) if path.is_file() else None
        if count is None:
            findings.append(Finding(f"Dit bestand ontbreekt of is geen leesbare PDF. {again}", bestand=file))
        else:
            pages[file] = count
    findings += [
        Finding(f"{message} {again}", bestand=file)
        for file, message in layout_faults(pieces, pages, duplex=policy.dubbelzijdig)
    ]
    if findings:
        raise RefusedError("E551", findings)
    for file in files:
        if pages[file] > policy.paginas_per_partij:
            raise RefusedError(
                "E552",
                Finding(
                    f"Deze partij heeft {pages[file]} pagina's; het drukwerkbeleid laat er hoogstens "
                    f"{policy.paginas_per_partij} toe. {again}",
                    bestand=file,
                ),
            )


def _file_member(path: Path) -> Member:
    return Member(path.name, path.stat().st_size, sha256_file(path), path)


def _bounded(path: Path) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(_MAX_LIST + 1)
    if len(data) > _MAX_LIST:
        raise RefusedError("E547", Finding(f"Dit bestand is te groot om juist te zijn. {_WARN}", bestand=path.name))
    return data
