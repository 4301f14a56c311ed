"""The same letters with ReportLab's platypus: a frame for each of our boxes, paragraphs in our styles."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from letter_texts import FACES, FONTS, Letters, Panel, Text
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

HEIGHT = A4[1] / mm


def write(letters: Letters, out: Path) -> None:
    """Set every letter, in our fonts."""
    for style, face in FACES.items():
        pdfmetrics.registerFont(TTFont(style, FONTS / f"{face}.ttf"))
    first = letters.boxes[0]
    templates = []
    for page in (1, 2):
        frames = [
            Frame(
                box.x * mm, (HEIGHT - box.y - box.height) * mm, box.width * mm, box.height * mm,
                leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
            )
            for box in first
            if box.page == page
        ]  # fmt: skip
        templates.append(PageTemplate(str(page), frames, onPage=_panels(letters.panels, page)))
    story: list[Flowable] = []
    for letter in letters.boxes:
        for page in (1, 2):
            boxes = [box for box in letter if box.page == page]
            for number, box in enumerate(boxes):
                story += [flowable for text in box.texts for flowable in _flowables(text, box.width)]
                story.append(FrameBreak() if number + 1 < len(boxes) else NextPageTemplate(str(3 - page)))
            story.append(PageBreak())
    BaseDocTemplate(str(out), pagesize=A4, pageTemplates=templates).build(story)


def _panels(panels: tuple[Panel, ...], page: int) -> object:
    def draw(canvas: Canvas, _: object) -> None:
        for panel in panels:
            if panel.page == page:
                top = HEIGHT - panel.y - panel.height
                canvas.rect(panel.x * mm, top * mm, panel.width * mm, panel.height * mm, stroke=0, fill=1)

    return draw


def _flowables(text: Text, width: float) -> list[Flowable]:
    if text.square:
        code = Table([[""]], text.square * mm, text.square * mm, style=[("BACKGROUND", (0, 0), (0, 0), "black")])
        code.hAlign = "LEFT"
        return [Spacer(1, text.before * mm), code, Spacer(1, text.after * mm)]
    said = "".join(f'<font name="{face}">{escape(run)}</font>' for run, face in text.runs)
    if not text.label and not text.bar:
        return [Paragraph(said, _style(text.size, text.leading, text.before, text.after, text.indent))]
    plain = _style(text.size, text.leading, 0, 0, 0)
    left = text.label_width or text.indent
    cells = [Paragraph(f'<font name="vet">{escape(text.label)}</font>', plain), Paragraph(said, plain)]
    looks: list[tuple[object, ...]] = [("VALIGN", (0, 0), (-1, -1), "TOP")]
    looks += [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    if text.bar:
        looks.append(("LINEBEFORE", (0, 0), (0, 0), text.bar * mm, "black"))
    row = Table([cells], [left * mm, (width - left) * mm], style=looks, hAlign="LEFT")
    return [Spacer(1, text.before * mm), row, Spacer(1, text.after * mm)]


@cache
def _style(size: float, leading: float, before: float, after: float, indent: float) -> ParagraphStyle:
    return ParagraphStyle(
        "brief", fontName="gewoon", fontSize=size, leading=leading * mm, spaceBefore=before * mm, spaceAfter=after * mm,
        leftIndent=indent * mm,
    )  # fmt: skip
