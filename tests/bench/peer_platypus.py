"""The same letters with ReportLab's platypus: the text of our own pages, set again as paragraphs."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate

from groeibrief.catalog import find_project

FONT = "Proef"


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
