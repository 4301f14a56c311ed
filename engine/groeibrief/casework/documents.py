"""Council decisions: PDF files of a bounded size, opened before they are kept, under their hash in a private folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from groeibrief.artefacts import new_file, sha256_bytes
from groeibrief.casework.cabinet import Cabinet
from groeibrief.casework.content import Decision, check_text
from groeibrief.casework.policy import Limits
from groeibrief.errors import RefusedError, UsageError
from groeibrief.pdfium import PDFIUM

ROOM = "besluiten"
_MAGIC = b"%PDF-"


def keep_decision(cabinet: Cabinet, data: bytes, reference: str, decided_on: date, limits: Limits) -> Decision:
    """Check and keep a decision; keeping the same again changes nothing.

    Raises UsageError (E716): too large, no PDF, damaged, encrypted, or too many pages; E711 the reference.
    """
    check_text("referentie", reference)
    if len(data) > limits.besluit_bytes:
        raise UsageError(
            "E716",
            f"Het besluit is {len(data)} bytes groot; hoogstens {limits.besluit_bytes} is mogelijk. Maak het kleiner.",
        )
    with PDFIUM:
        pages = _pages(data)
    if pages > limits.besluit_paginas:
        raise UsageError(
            "E716",
            f"Het besluit telt {pages} pagina's; hoogstens {limits.besluit_paginas} is mogelijk. "
            "Geef alleen het besluit.",
        )
    digest = sha256_bytes(data)
    path = _path(cabinet, digest)
    with cabinet.holding(ROOM):
        if not path.exists():
            with new_file(path) as stream:
                stream.write(data)
    return Decision(reference=reference.strip(), decided_on=decided_on, sha256=digest, pages=pages, bytes=len(data))


def read_decision(cabinet: Cabinet, decision: Decision) -> bytes:
    """The PDF of a decision. Raises RefusedError (E717) when it is gone or is no longer what was kept."""
    try:
        data = _path(cabinet, decision.sha256).read_bytes()
    except OSError:
        data = b""
    if sha256_bytes(data) != decision.sha256:
        raise RefusedError("E717", "Het besluit is weg of is gewijzigd. Vraag het opnieuw en verwittig een beheerder.")
    return data


def _path(cabinet: Cabinet, digest: str) -> Path:
    return cabinet.room(ROOM) / f"{digest}.pdf"


def _pages(data: bytes) -> int:
    import pypdfium2
    from pypdfium2.raw import FPDF_GetSecurityHandlerRevision

    if not data.startswith(_MAGIC):
        raise UsageError("E716", "Het besluit is geen PDF. Bewaar het als PDF en geef het opnieuw.")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise UsageError(
            "E716",
            "Het besluit is een beschadigde PDF, of een met een wachtwoord. Bewaar het opnieuw, zonder wachtwoord.",
        ) from error
    try:
        if FPDF_GetSecurityHandlerRevision(document) >= 0:
            raise UsageError("E716", "Het besluit is versleuteld. Bewaar het opnieuw, zonder beveiliging.")
        pages = len(document)
        for number in range(pages):
            # That the page is there, and no more: to open it unpacks what is on it, which may be gigabytes.
            document.get_page_size(number)
    except pypdfium2.PdfiumError as error:
        raise UsageError("E716", "Een pagina van het besluit is beschadigd. Bewaar het opnieuw als PDF.") from error
    finally:
        document.close()
    if not pages:
        raise UsageError("E716", "Het besluit heeft geen pagina's. Bewaar het opnieuw als PDF.")
    return pages
