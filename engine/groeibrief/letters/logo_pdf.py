"""Draw a PDF logo, run as a program: a PDF of a megabyte can ask for gigabytes, or for years, before it shows anything.

Reads the PDF on standard input and writes a PNG on standard output; exit 3: code and sentence of what is refused. It
imports nothing of groeibrief, so that it starts at once, and lets the system end it when it takes too much.
"""

from __future__ import annotations

import resource
import sys
from io import BytesIO

MOST_SECONDS = 3
MOST_BYTES = 700_000_000
REFUSED = 3
_MOST_PIXELS = 1200
_MOST_POINTS = 14_400
_MOST_DEPTH = 8
_MOST_SIDE = 4000


class RefusedLogoError(Exception):
    """What a logo must not hold: a code and a sentence."""


def draw(data: bytes) -> bytes:
    """The only page of a PDF as a PNG. Raises RefusedLogoError with E652, E653 or E654 and the sentence."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise RefusedLogoError(
            "E652", "Deze PDF is niet leesbaar of heeft een wachtwoord. Bewaar het logo opnieuw als PDF."
        ) from error
    try:
        if len(document) != 1:
            raise RefusedLogoError(
                "E654", f"De PDF heeft {len(document)} pagina's. Bewaar alleen het logo, op één pagina."
            )
        if raw.FPDFDoc_GetJavaScriptActionCount(document) or b"/JavaScript" in data or b"/Launch" in data:
            raise RefusedLogoError("E654", "De PDF bevat een script of een opdracht. Bewaar ze zonder.")
        if raw.FPDFDoc_GetAttachmentCount(document):
            raise RefusedLogoError("E654", "De PDF bevat bijlagen. Bewaar ze zonder.")
        page = document[0]
        if raw.FPDFPage_GetAnnotCount(page):
            raise RefusedLogoError("E654", "De PDF bevat notities of velden. Bewaar ze zonder.")
        wide, high = page.get_size()
        pictures = page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=_MOST_DEPTH)
        sizes = [picture.get_px_size() for picture in pictures]
        if not 1 <= min(wide, high) <= max(wide, high) <= _MOST_POINTS or any(max(size) > _MOST_SIDE for size in sizes):
            raise RefusedLogoError(
                "E653", f"De PDF of een beeld erin is te groot. Maak ze kleiner, tot {_MOST_SIDE} beeldpunten."
            )
        drawn = BytesIO()
        page.render(scale=_MOST_PIXELS / max(wide, high), may_draw_forms=False).to_pil().save(drawn, "PNG")
        return drawn.getvalue()
    finally:
        document.close()


def main() -> int:
    """Draw what is on standard input, within bounds."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    try:
        drawn = draw(sys.stdin.buffer.read())
    except RefusedLogoError as error:
        sys.stdout.buffer.write("\n".join(error.args).encode())
        return REFUSED
    sys.stdout.buffer.write(drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main())
