"""The light markup of a letter's text, line by line.

``:: zone`` opens a zone. Inside it a blank line ends a paragraph, ``# `` and ``## `` are headings, ``- `` a list item,
``> `` a quotation, ``| label | text`` a row with its label on the left, ``>> pagina`` starts a new page and
``>> qr`` places the QR code; inside a line ``**bold**`` and ``*italic*``. Anything else is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_ZONE = re.compile(r"^::[ \t]*([a-z_]+)[ \t]*$", re.MULTILINE)
_BLANK = re.compile(r"\n(?:[ \t]*\n)+")
_MARKS = (("# ", "kop1"), ("## ", "kop2"), ("- ", "punt"), ("> ", "citaat"), ("| ", "rij"))
_INLINE = re.compile(r"\*\*|\*")
_ORDERS = {">> pagina": "pagina", ">> qr": "qr"}


class MarkupError(ValueError):
    """The markup does not close; the message is the Dutch reason."""


class Span(NamedTuple):
    """Text in one style: ``gewoon``, ``vet`` or ``cursief``. Values in it are still protected."""

    text: str
    style: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a kind: tekst, kop1, kop2, punt, citaat, rij, pagina (a page break) or qr."""

    kind: str
    spans: tuple[Span, ...]
    label: str = ""


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
        elif not gathered or keep_lines or gathered[-1][0] in ("kop1", "kop2", "pagina", "qr"):
            gathered.append(("tekst", [line]))
        else:
            gathered[-1][1].append(line)
    return [_paragraph(kind, " ".join(lines)) for kind, lines in gathered]


def _paragraph(kind: str, text: str) -> Paragraph:
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
