"""What goes inside the seal, and the check that what comes out is whole and consistent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from groeibrief.artefacts import sha256_file
from groeibrief.errors import Finding, RefusedError, UsageError
from groeibrief.printshop.archive import Member, bytes_member
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
from groeibrief.printshop.policy import PrintPolicy
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
)

CHECKSUMS = "controlesommen.sha256"
_MAX_LIST = 100_000_000
_WARN = "Druk niets en verwittig VUTG."


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into a seal: the files, and the ticket that describes them."""

    members: tuple[Member, ...]
    ticket: JobTicket


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


def gather(letters: Path, job: JobInfo, policy: PrintPolicy, *, synthetic: bool) -> Content:
    """Collect the content of a package from a folder of letters. Nothing else in that folder goes in.

    Raises UsageError (E247 no piece list), RefusedError (E551 letters and list differ, E552 a batch is too large).
    """
    pieces = read_letters(letters)
    files = sorted({piece.file for piece in pieces})
    _check_letters(letters, pieces, files, policy)
    batch_files = [_file_member(letters / file) for file in files]
    ticket = make_ticket(
        pieces, {member.name: member.sha256 for member in batch_files}, job, policy, synthetic=synthetic
    )
    numbers = {line.bestand: line.partij for line in ticket.partijen}
    members = [
        *batch_files,
        bytes_member(PIECES, sealed_list(pieces, numbers, duplex=policy.dubbelzijdig)),
        bytes_member(TICKET, ticket.as_bytes()),
        bytes_member(TICKET_CSV, ticket.as_csv()),
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
        ticket = JobTicket.model_validate_json(_bounded(folder / TICKET))
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


def _files_fault(folder: Path, checksums: Mapping[str, str]) -> RefusedError | None:
    listed = {name: checksum for name, checksum in checksums.items() if name != CHECKSUMS}
    for name in (CHECKSUMS, PIECES, TICKET, TICKET_CSV, PROOF, README):
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
    for name, expected in ((TICKET, ticket.as_bytes()), (TICKET_CSV, ticket.as_csv()), (PROOF, ticket.proof_csv())):
        if _bounded(folder / name) != expected:
            yield _ticket_fault(name, "Dit bestand zegt iets anders dan de opdrachtbon")


def _piece_faults(
    folder: Path, ticket: JobTicket, pieces: tuple[Piece, ...], checksums: Mapping[str, str]
) -> Iterator[RefusedError]:
    duplex = ticket.druk.dubbelzijdig
    numbers = {line.bestand: line.partij for line in ticket.partijen}
    batch_files = {name for name in checksums if BATCH_FILE.fullmatch(name)}
    extra = sorted(set(checksums) - batch_files - {CHECKSUMS, PIECES, TICKET, TICKET_CSV, PROOF, README})
    if extra:
        yield RefusedError("E547", Finding(f"Dit bestand hoort niet in het pakket. {_WARN}", bestand=extra[0]))
    if not (batch_files == set(numbers) == {piece.file for piece in pieces}):
        yield _ticket_fault(PIECES, "De stuklijst, de opdrachtbon en de bestanden met brieven verschillen")
        return
    lines = batch_lines(pieces, checksums, duplex=duplex)
    if lines != ticket.partijen or totals(lines) != ticket.totalen:
        yield _ticket_fault(TICKET, "De partijen of totalen van de opdrachtbon kloppen niet met de stuklijst")
    for file, message in layout_faults(pieces, {}, duplex=duplex):
        yield RefusedError("E548", Finding(f"{message} {_WARN}", bestand=file))
    if sealed_list(pieces, numbers, duplex=duplex) != _bounded(folder / PIECES):
        yield _ticket_fault(PIECES, "Een partij of een aantal vellen in de stuklijst klopt niet")


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
