"""The same letters with ReportLab's platypus: the text of our own pages, set again as paragraphs."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pypdfium2
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate

from groeibrief.catalog import find_project

FONT = "Proef"
_SHORT = 45


def texts_of(letters: Path) -> list[list[str]]:
    """The paragraphs of every page in a folder of our letters."""
    pages = []
    for path in sorted(letters.glob("*.pdf")):
        document = pypdfium2.PdfDocument(path)
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            pages.append(_paragraphs(text.get_text_bounded().splitlines()))
            text.close()
            page.close()
        document.close()
    return pages


def _paragraphs(lines: list[str]) -> list[str]:
    """Join lines up to one that is short, or that ends a sentence."""
    found, running = [], ""
    for line in filter(None, map(str.strip, lines)):
        running = f"{running} {line}".strip()
        if len(line) < _SHORT or line.endswith((".", "?", ":")):
            found.append(running)
            running = ""
    return [*found, running] if running else found


def write(pages: list[list[str]], out: Path) -> None:
    """Set every page's paragraphs on a page of its own, in our font."""
    (font,) = (path for path in find_project().letter_templates.rglob("*.ttf") if path.stem.endswith("Regular"))
    pdfmetrics.registerFont(TTFont(FONT, font))
    style = ParagraphStyle("brief", fontName=FONT, fontSize=9, leading=11, spaceAfter=2)
    story: list[Flowable] = []
    for paragraphs in pages:
        story += [Paragraph(escape(text), style) for text in paragraphs]
        story.append(PageBreak())
    margin = 18 * mm
    document = SimpleDocTemplate(
        str(out), pagesize=A4, leftMargin=margin, rightMargin=margin, topMargin=margin, bottomMargin=margin
    )
    document.build(story)
