"""The same letters with WeasyPrint: each of our boxes an absolutely placed column of HTML, in one document."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from letter_texts import FACES, FONTS, Box, Letters, Panel, Text
from weasyprint import HTML

STYLE = """
@page { size: A4; margin: 0; }
body { margin: 0; font-family: gewoon; }
section { position: relative; width: 210mm; height: 297mm; break-after: page; }
div, p, i { position: absolute; margin: 0; }
p { position: static; }
i { background: black; }
p.rij { display: grid; }
b { font-family: vet; font-weight: normal; }
em { font-family: cursief; font-style: normal; }
"""


def write(letters: Letters, out: Path) -> None:
    """Set every letter, in our fonts."""
    faces = "".join(
        f"@font-face {{ font-family: {style}; src: url({(FONTS / f'{face}.ttf').as_uri()}); }}"
        for style, face in FACES.items()
    )
    panels = {page: "".join(_panel(each) for each in letters.panels if each.page == page) for page in (1, 2)}
    sections = (
        f"<section>{panels[page]}{''.join(_box(box) for box in letter if box.page == page)}</section>"
        for letter in letters.boxes
        for page in (1, 2)
    )
    HTML(string=f"<style>{faces}{STYLE}</style>{''.join(sections)}").write_pdf(str(out))


def _panel(panel: Panel) -> str:
    return f'<i style="left:{panel.x}mm;top:{panel.y}mm;width:{panel.width}mm;height:{panel.height}mm"></i>'


def _box(box: Box) -> str:
    inside = "".join(part for text in box.texts for part in _paragraph(text))
    return f'<div style="left:{box.x}mm;top:{box.y}mm;width:{box.width}mm">{inside}</div>'


def _paragraph(text: Text) -> Iterator[str]:
    if text.square:
        yield f'<p style="width:{text.square}mm;height:{text.square}mm;background:black;margin:2mm 0"></p>'
        return
    said = "".join(_run(words, style) for words, style in text.runs)
    looks = (
        f"font-size:{text.size}pt;line-height:{text.leading}mm;margin:{text.before}mm 0 {text.after}mm;"
        f"padding-left:{text.indent}mm;border-left:{text.bar}mm solid black"
    )
    if text.label:
        columns = f"grid-template-columns:{text.label_width}mm 1fr"
        yield f'<p class="rij" style="{looks};{columns}"><b>{escape(text.label)}</b><span>{said}</span></p>'
    else:
        yield f'<p style="{looks}">{said}</p>'


def _run(words: str, style: str) -> str:
    tag = {"vet": "b", "cursief": "em"}.get(style)
    return f"<{tag}>{escape(words)}</{tag}>" if tag else escape(words)
