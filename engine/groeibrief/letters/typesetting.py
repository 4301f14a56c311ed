"""Paragraphs into lines, lines into blocks, blocks onto pages: everything in millimetres, nothing about PDF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from groeibrief.letters.fonts import Face
from groeibrief.letters.hyphenation import SOFT_HYPHEN, whole
from groeibrief.letters.layout import AddressArea, Style, StyleSet
from groeibrief.letters.markup import Paragraph, Span
from groeibrief.letters.sandbox import revealed

MM_PER_POINT = 25.4 / 72
_BULLET = "\N{EN DASH}"
_BREAK_AFTER = "-/."


class Run(NamedTuple):
    """Text in one style from *x* on."""

    x: float
    text: str
    style: str


class Line(NamedTuple):
    """Runs on one baseline, *y* below the block's top; *scale* is the horizontal scale in per cent.

    ``goes_on``: its last word was too wide and goes on in the next line.
    """

    y: float
    size: float
    runs: tuple[Run, ...]
    scale: float = 100.0
    goes_on: bool = False


class Bar(NamedTuple):
    """A filled rectangle; *black* in per cent."""

    x: float
    y: float
    width: float
    height: float
    black: float = 100.0


class Picture(NamedTuple):
    """Grey pixels, a byte each, row by row from the top, drawn *width* by *height* mm."""

    grey: bytes
    columns: int
    rows: int
    width: float
    height: float


class Block:
    """A paragraph as set. Compared by identity: one that is the same on many letters is one object, ``lasting``.

    ``kind`` says what it is: a kind of :class:`Paragraph`, ``adres``, or the page's own ``vlak``, ``paginering``,
    ``synthetisch``. Of a ``rij`` the first ``label_lines`` are its label, of a table row ``cells`` says how many lines
    each cell has. ``alternative`` says what a picture shows, and ``picture`` is one of pixels.
    """

    __slots__ = (
        "after", "alternative", "bars", "before", "cells", "height", "keep", "kind", "label_lines", "lasting", "lines",
        "picture",
    )  # fmt: skip

    def __init__(
        self,
        lines: tuple[Line, ...] = (),
        bars: tuple[Bar, ...] = (),
        height: float = 0.0,
        *,
        kind: str,
        before: float = 0.0,
        after: float = 0.0,
        keep: bool = False,
        label_lines: int = 0,
        alternative: str = "",
        cells: tuple[int, ...] = (),
        picture: Picture | None = None,
    ) -> None:
        self.lines = lines
        self.bars = bars
        self.height = height
        self.before = before
        self.after = after
        self.keep = keep
        self.kind = kind
        self.label_lines = label_lines
        self.alternative = alternative
        self.cells = cells
        self.picture = picture
        self.lasting = False


class Placed(NamedTuple):
    """A block with its top left corner on the page."""

    block: Block
    x: float
    y: float


class DoesNotFitError(ValueError):
    """Text is too large for where it must stand. ``millimetres``: by how much, in ``direction`` (hoog or breed)."""

    def __init__(self, millimetres: float, direction: str = "hoog") -> None:
        super().__init__(f"{millimetres:.1f} mm te {direction}")
        self.millimetres = millimetres
        self.direction = direction


class Word(NamedTuple):
    """What stands between two spaces: one piece, or more where the style changes inside it.

    ``syllables``: where it may be broken; ``cut``: it goes on from the word before.
    """

    pieces: tuple[Span, ...]
    syllables: tuple[str, ...] = ()
    cut: bool = False


class Typesetter:
    """Sets paragraphs with the faces of a template."""

    def __init__(self, faces: Mapping[str, Face]) -> None:
        self._faces = faces

    def block(self, paragraph: Paragraph, styles: StyleSet, width: float) -> Block:
        """Set a paragraph in *width* mm. Raises MissingCharacterError."""
        if paragraph.kind == "pagina":
            return Block(kind=paragraph.kind)
        style: Style = getattr(styles, paragraph.kind) or styles.tekst
        left = style.label or style.inspring
        lines = self.lines(paragraph.spans, style, left, width - left)
        label_lines = 0
        if paragraph.kind == "rij":
            label = self.lines((Span(whole(paragraph.label), "vet"),), style, 0.0, style.label - 3.0)
            height = max(len(lines), len(label)) * style.regel
            lines, label_lines = [*label, *lines], len(label)
        else:
            height = len(lines) * style.regel
        if paragraph.kind == "punt":
            lines[0] = lines[0]._replace(runs=(Run(0.0, _BULLET, "gewoon"), *lines[0].runs))
        bars = (Bar(0.0, 0.6, style.streep, height - 1.2),) if style.streep else ()
        return Block(
            tuple(lines),
            bars,
            height,
            kind=paragraph.kind,
            before=style.voor,
            after=style.na,
            keep=style.bij_volgende,
            label_lines=label_lines,
        )

    def line(self, text: str, size: float, style: str, kind: str) -> Block:
        """One line that is not broken, as high as its letters."""
        points = size * MM_PER_POINT
        face = self._faces[style]
        face.width(text)
        return Block((Line(face.ascent * points, size, (Run(0.0, text, style),)),), (), points, kind=kind)

    def width(self, text: str, size: float, style: str = "gewoon") -> float:
        """The width of *text* in millimetres."""
        return self._faces[style].width(text) * size * MM_PER_POINT

    def address(self, lines: tuple[str, ...], area: AddressArea) -> Block:
        """Set the address, centred in height: smaller, then narrower, when a line is too wide.

        Raises DoesNotFitError when even the smallest and narrowest is too wide, MissingCharacterError.
        """
        face = self._faces["gewoon"]
        widest = max(map(face.width, lines)) * MM_PER_POINT
        size, scale = area.letter, 100.0
        if widest * size > area.breedte:
            size = max(area.breedte / widest, area.kleinste_letter)
            scale = min(100.0, area.breedte / (widest * size) * 100)
        if scale < area.smalste:
            raise DoesNotFitError(widest * size * area.smalste / 100 - area.breedte, "breed")
        height = len(lines) * area.regel
        if height > area.hoogte + 1e-6:
            raise DoesNotFitError(height - area.hoogte)
        top = (area.hoogte - height) / 2 + self._baseline(face, size, area.regel)
        # Rounded down, so that rounding never makes a line wider than its zone.
        size, scale = int(size * 100) / 100, int(scale * 10) / 10
        return Block(
            tuple(
                Line(top + index * area.regel, size, (Run(0.0, text, "gewoon"),), scale)
                for index, text in enumerate(lines)
            ),
            (),
            area.hoogte,
            kind="adres",
        )

    def _baseline(self, face: Face, size: float, leading: float) -> float:
        points = size * MM_PER_POINT
        return (leading - (face.ascent + face.descent) * points) / 2 + face.ascent * points

    def lines(self, spans: tuple[Span, ...], style: Style, left: float, width: float) -> list[Line]:
        """Break text into lines of *width* mm, the first one at the block's top. Raises MissingCharacterError."""
        em = style.letter * MM_PER_POINT
        top = self._baseline(self._faces["gewoon"], style.letter, style.regel)
        lines: list[Line] = []
        current: list[Word] = []
        used = 0.0
        space = self._faces["gewoon"].width(" ") * em
        words = self._fitting(_words(spans, style.vet), em, width)
        for index, word in enumerate(words):
            wide = self._width(word) * em
            # What was cut from a word starts a line, even where it would fit beside the first part.
            if current and (word.cut or used + space + wide > width):
                room, goes_on = width - used - space, word.cut
                # Never the paragraph's last word, and never two lines after each other.
                if word.syllables and room > style.afbreken > 0 and index + 1 < len(words) and not _broken(lines):
                    head, tail = self._divided(word, room / em)
                    if head is not None:
                        current.append(head)
                        word, wide, goes_on = tail, self._width(tail) * em, True
                runs = self._runs(current, left, em)
                lines.append(Line(top + len(lines) * style.regel, style.letter, runs, goes_on=goes_on))
                current, used = [], 0.0
            used += wide + (space if current else 0.0)
            current.append(word)
        if current or not lines:
            lines.append(Line(top + len(lines) * style.regel, style.letter, self._runs(current, left, em)))
        return lines

    def _divided(self, word: Word, room: float) -> tuple[Word | None, Word]:
        """The word as what fits in *room* em, with a hyphen, and the rest; None when no part of it fits."""
        style = word.pieces[0].style
        face = self._faces[style]
        hyphen = SOFT_HYPHEN if face.has(SOFT_HYPHEN) else "-"
        for count in range(len(word.syllables) - 1, 0, -1):
            head = "".join(word.syllables[:count]) + hyphen
            if face.width(head) <= room:
                tail = "".join(word.syllables[count:])
                return Word((Span(head, style),)), Word((Span(tail, style),))
        return None, word

    def _width(self, word: Word) -> float:
        pieces = word.pieces
        if len(pieces) == 1:
            return self._faces[pieces[0].style].width(pieces[0].text)
        return sum(self._faces[piece.style].width(piece.text) for piece in pieces)

    def _fitting(self, words: list[Word], em: float, width: float) -> list[Word]:
        """The words, with any that is wider than a line cut: before an at sign, after a hyphen, slash or dot."""
        faces = self._faces
        if all(self._width(word) * em <= width for word in words):
            return words
        fitting: list[Word] = []
        for word in words:
            if self._width(word) * em <= width:
                fitting.append(word)
                continue
            cut = False
            for piece in word.pieces:
                rest = piece.text
                while rest:
                    end = len(rest)
                    while end > 1 and faces[piece.style].width(rest[:end]) * em > width:
                        end -= 1
                    if end < len(rest):
                        before_at = rest.find("@", 1, end + 1)
                        after_mark = max(rest.rfind(char, 0, end) + 1 for char in _BREAK_AFTER)
                        end = before_at if before_at > 0 else after_mark or end
                    fitting.append(Word((Span(rest[:end], piece.style),), cut=cut))
                    rest, cut = rest[end:], True
        return fitting

    def _runs(self, words: list[Word], left: float, em: float) -> tuple[Run, ...]:
        pieces: list[Span] = []
        for index, word in enumerate(words):
            for position, piece in enumerate(word.pieces):
                gap = " " if index and not position else ""
                if pieces and pieces[-1].style == piece.style:
                    pieces[-1] = Span(f"{pieces[-1].text}{gap}{piece.text}", piece.style)
                elif gap and pieces:
                    pieces[-1] = Span(pieces[-1].text + gap, pieces[-1].style)
                    pieces.append(piece)
                else:
                    pieces.append(piece)
        if len(pieces) == 1:
            return (Run(left, pieces[0].text, pieces[0].style),)
        runs: list[Run] = []
        x = left
        for text, style in pieces:
            runs.append(Run(x, text, style))
            x += sum(map(self._faces[style].width, text)) * em
        return tuple(runs)


def _broken(lines: list[Line]) -> bool:
    """Whether the last of the lines ends inside a word."""
    return bool(lines) and lines[-1].goes_on


def _words(spans: tuple[Span, ...], bold: bool) -> list[Word]:
    words: list[Word] = []
    glued = False
    for text, style in spans:
        shown = "vet" if bold and style == "gewoon" else style
        parts = revealed(text).split(" ")
        for index, part in enumerate(parts):
            if index:
                glued = False
            if not part:
                continue
            piece = Span(whole(part.replace("\N{NO-BREAK SPACE}", " ")), shown)
            if glued:
                words[-1] = Word((*words[-1].pieces, piece))
            elif SOFT_HYPHEN in part:
                words.append(Word((piece,), tuple(part.split(SOFT_HYPHEN))))
            else:
                words.append(Word((piece,)))
            glued = True
        glued = bool(parts[-1])
    return words
