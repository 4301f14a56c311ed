"""The light markup of a letter's text, line by line.

``:: zone`` opens a zone. Inside it a blank line ends a paragraph, ``# `` and ``## `` are headings, ``- `` a list item,
``> `` a quotation, ``| label | text`` a row with its label on the left, ``>> pagina`` starts a new page,
``>> qr`` places the QR code and ``>> knip`` the line to cut along; inside a line ``**bold**`` and ``*italic*``. For
forms: ``__ label | label`` is a line to write on, ``[] text`` a box to tick, ``|= head | head`` the heads of a table
and ``|- cell | cell`` a row under them (``|-``: an empty one). Anything else is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_ZONE = re.compile(r"^::[ \t]*([a-z_]+)[ \t]*$", re.MULTILINE)
_BLANK = re.compile(r"\n(?:[ \t]*\n)+")
_MARKS = (
    ("# ", "kop1"), ("## ", "kop2"), ("- ", "punt"), ("> ", "citaat"), ("| ", "rij"), ("__ ", "invul"),
    ("[] ", "vakje"), ("|= ", "tabelkop"), ("|-", "tabelrij"),
)  # fmt: skip
_CELLS = frozenset({"invul", "tabelkop", "tabelrij"})
_CLOSED = frozenset({"kop1", "kop2", "pagina", "qr", "knip", *_CELLS})
_INLINE = re.compile(r"\*\*|\*")
_ORDERS = {">> pagina": "pagina", ">> qr": "qr", ">> knip": "knip"}


class MarkupError(ValueError):
    """The markup does not close; the message is the Dutch reason."""


class Span(NamedTuple):
    """Text in one style: ``gewoon``, ``vet`` or ``cursief``. Values in it are still protected."""

    text: str
    style: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a kind.

    tekst, kop1, kop2, punt, citaat, rij, pagina (a page break), qr, knip (a line to cut along), invul, vakje, tabelkop
    or tabelrij. The last two and invul have their text in ``cells``.
    """

    kind: str
    spans: tuple[Span, ...]
    label: str = ""
    cells: tuple[tuple[Span, ...], ...] = ()


def zones_of(text: str) -> list[tuple[str, str]]:
    """Cut a rendered text into zones, in written order: name and content. Text before the first zone must be blank."""
    parts = _ZONE.split(text)
    if parts[0].strip():
        raise MarkupError("er staat tekst vóór de eerste regel ':: zone'")
    return [(parts[index], parts[index + 1].strip("\n")) for index in range(1, len(parts), 2)]


def chunks_of(text: str) -> list[str]:
    """Cut a zone's content at its blank lines."""
    return [chunk for chunk in _BLANK.split(text) if chunk and not chunk.isspace()]


def paragraphs_of(chunk: str, keep_lines: bool) -> list[Paragraph]:
    """Read one chunk. *keep_lines*: each line is a paragraph; else a line without a mark continues the one above."""
    gathered: list[tuple[str, list[str]]] = []
    for raw in chunk.split("\n"):
        line = raw.strip()
        if not line:
            continue
        if line in _ORDERS:
            gathered.append((_ORDERS[line], [""]))
            continue
        kind = next((kind for mark, kind in _MARKS if line.startswith(mark)), None)
        if kind is not None:
            text = line[len(next(mark for mark, name in _MARKS if name == kind)) :].strip()
            gathered.append((kind, [text]))
        elif not gathered or keep_lines or gathered[-1][0] in _CLOSED:
            gathered.append(("tekst", [line]))
        else:
            gathered[-1][1].append(line)
    columns = 0
    paragraphs = []
    for kind, lines in gathered:
        paragraph = _paragraph(kind, " ".join(lines), columns)
        columns = len(paragraph.cells) if kind in ("tabelkop", "tabelrij") else 0
        paragraphs.append(paragraph)
    return paragraphs


def _paragraph(kind: str, text: str, columns: int) -> Paragraph:
    """*columns*: of the table that the paragraph above is part of, 0 where there is none."""
    if kind in _CELLS:
        cells = tuple(_spans(cell.strip()) for cell in text.split("|"))
        if kind == "tabelrij":
            if not columns:
                raise MarkupError("een tabelrij '|- …' staat niet onder een rij met koppen '|= …'")
            cells = cells if text else ((),) * columns
            if len(cells) != columns:
                raise MarkupError(f"een tabelrij heeft {len(cells)} cellen, de koppen zijn met {columns}")
        return Paragraph(kind, (), cells=cells)
    label = ""
    if kind == "rij":
        label, separator, text = text.partition(" | ")
        if not separator:
            raise MarkupError("een regel '| label | tekst' mist zijn tweede streep")
    return Paragraph(kind, _spans(text), label.strip())


def _spans(text: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    style, start = "gewoon", 0
    for mark in _INLINE.finditer(text):
        wanted = "vet" if mark[0] == "**" else "cursief"
        if style not in ("gewoon", wanted):
            raise MarkupError("vet en cursief staan door elkaar")
        if mark.start() > start:
            spans.append(Span(text[start : mark.start()], style))
        style = wanted if style == "gewoon" else "gewoon"
        start = mark.end()
    if style != "gewoon":
        raise MarkupError("een '*' of '**' wordt niet gesloten")
    if start < len(text):
        spans.append(Span(text[start:], style))
    return tuple(spans)
