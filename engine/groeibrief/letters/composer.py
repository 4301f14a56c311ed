"""From a letter's fields to its pages: text, lines and places in millimetres; drawing them is another module's.

What two made-up letters have in common is taken as the same on every letter, set once and marked as lasting; only
speed hangs on that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any, NamedTuple

from groeibrief.errors import DefinitionError
from groeibrief.letters.fields import FIELDS, LetterFields, letter_reference, letter_values
from groeibrief.letters.flow import flow
from groeibrief.letters.fonts import Face, MissingCharacterError
from groeibrief.letters.forms import FORM_KINDS, form_block
from groeibrief.letters.hyphenation import hyphenated, whole
from groeibrief.letters.layout import Area, MarkArea, StyleSet, Zone
from groeibrief.letters.logo import Logo
from groeibrief.letters.marks import MarkKind, Sheet, job_code, mark
from groeibrief.letters.markup import MarkupError, Paragraph, chunks_of, paragraphs_of, zones_of
from groeibrief.letters.output_intent import GREY, OutputIntent
from groeibrief.letters.proof import Proof
from groeibrief.letters.qr import qr_block
from groeibrief.letters.sandbox import SLOTS, composed, environment, protected
from groeibrief.letters.template import FONTS, Template
from groeibrief.letters.typesetting import Bar, Block, DoesNotFitError, Placed, Typesetter

_FOLD_MARK = (4.0, 0.15)
_SYNTHETIC = "VOORBEELD MET VERZONNEN GEGEVENS, NIET VERZENDEN"


class Page(NamedTuple):
    """A page as composed: what it shares with other letters, and what it does not."""

    static: tuple[Placed, ...]
    variable: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter as composed; the number of its pages is known before anything is written."""

    volgnummer: int
    pages: tuple[Page, ...]


class Part(NamedTuple):
    """What stands in one zone, by page; ``area`` is where it starts."""

    name: str
    area: Area
    pages: list[list[Placed]]


@dataclass(frozen=True, slots=True)
class Article:
    """A letter to read rather than to print: each page's own marks, and the text by zone."""

    reference: str
    fixtures: tuple[tuple[Placed, ...], ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Mailing:
    """What the letters of a mailing share besides their definition."""

    datum: date
    kenmerk: str
    synthetisch: bool
    dubbelzijdig: bool = True
    """Each letter starts on a front: an odd number of pages is made even with an empty one."""
    uitvoer: OutputIntent = GREY
    """The printing condition that the files name."""
    merktekens: MarkKind = "geen"
    """What the front of each sheet tells the inserter."""
    logo: Logo | None = None
    """The authority's logo, drawn where the layout has a place for one."""
    bijlagen: int = 0
    """How many inserts go in with each letter; the marks tell the inserter."""
    teksten: Mapping[str, str] = field(default_factory=dict)
    """The letter's own texts, by the template's fields for them."""


class Content(NamedTuple):
    """The text of a zone, cut into chunks."""

    name: str
    zone: Zone
    chunks: list[str]


class Composer:
    """Composes the letters of one mailing. ``faces``: the fonts, by style."""

    def __init__(
        self, template: Template, shared: Mapping[str, Any], mailing: Mailing, proof: Proof | None = None
    ) -> None:
        """Prepare what the letters share: *shared* holds the values of the fields that are the same on each.

        With a *proof* that the template only prints what differs, its text is made once. Raises DefinitionError: E609
        markup, E619 a web page that is none, E627 the layout has no place for the mailing's marks.
        """
        self.template = template
        self._layout = template.layout
        self._shared = dict(shared)
        self.mailing = mailing
        self.faces = {style: Face(template.font(style)) for style in FONTS}
        self._setter = Typesetter(self.faces)
        self._job = job_code(mailing.kenmerk)
        self._marks = self._layout.merkteken if mailing.merktekens != "geen" else None
        if mailing.merktekens != "geen" and self._marks is None:
            raise DefinitionError(
                "E627",
                f"Sjabloon '{template.name}' heeft geen plaats voor merktekens. Zet 'merkteken' in layout.yaml, of "
                "kies 'geen' in het drukwerkbeleid.",
            )
        self._text = environment(_texts(template)).get_template(template.entry)
        self._blocks: dict[tuple[str, str, bool, float], list[Block]] = {}
        self._furniture: dict[tuple[int, int], tuple[Placed, ...]] = {}
        self._page_counts: dict[tuple[float, ...], int] = {}
        page = self._shared["bestuur"].contact.webpagina
        self._logo = self._placed_logo()
        self._qr = qr_block(page, self._layout.qr) if page and self._layout.qr else None
        one, other = (
            self._chunks(LetterFields(number, name, (name, name), (name,))) for number, name in ((1, "Aa"), (2, "Bb"))
        )
        self._static = one & other
        self._skeleton = self._slotted() if proof is not None and _only_printed(proof) else None

    def compose(self, letter: LetterFields) -> Composed:
        """Set one letter: its lines on its pages.

        Raises DefinitionError, naming template, zone and sequence number, never a person: E609 the markup does not
        close, E612 text does not fit its zone, E613 a character without glyph, E614 address lines that are not
        admissible.
        """
        pages = self._pages(self._parts(letter))
        if self.mailing.dubbelzijdig and len(pages) % 2:
            pages += (Page((), ()),)
        if self._marks is not None:
            pages = self._marked(letter, pages, self._marks)
        return Composed(letter.volgnummer, pages)

    def page_count(self, letter: LetterFields) -> int:
        """How many pages :meth:`compose` gives the letter; of the flowing text, only what differs is set for it.

        Raises as :meth:`compose` for what it sets.
        """
        key = self._differing_heights(letter)
        if key is None:
            return len(self.compose(letter).pages)
        pages = self._page_counts.get(key)
        if pages is None:
            pages = self._page_counts[key] = len(self.compose(letter).pages)
        return pages

    def _differing_heights(self, letter: LetterFields) -> tuple[float, ...] | None:
        """What decides on the pages of a letter of which the rest is the same for each; None: more than that."""
        if self._skeleton is None:
            return None
        stream = self._layout.stroom
        chunks = [
            chunk
            for content in self._said(letter)
            if content.name == stream
            for chunk in content.chunks
            if chunk not in self._static
        ]
        try:
            blocks = [
                block
                for width in (self._layout.zones[stream].breedte, self._layout.vervolg.breedte)
                for block in self._blocks_of(letter, stream, chunks, width)
            ]
        except MissingCharacterError:
            return None
        return tuple(size for block in blocks for size in (block.height, block.before, block.after))

    def article(self, letter: LetterFields) -> Article:
        """Set one letter as :meth:`compose` does, but kept by zone. Raises as that does."""
        parts = self._parts(letter)
        total = max(len(part.pages) for part in parts)
        fixtures = tuple(self._fixtures(number, total) for number in range(1, total + 1))
        return Article(letter_reference(self.mailing.kenmerk, letter), fixtures, tuple(parts))

    def rendered(self, letter: LetterFields) -> str:
        """The letter's text with its markup, before typesetting."""
        return whole(self._rendered(letter))

    def _rendered(self, letter: LetterFields) -> str:
        return self._text.render({**self._shared, **letter_values(letter, self.mailing.kenmerk)})

    def _marked(self, letter: LetterFields, pages: tuple[Page, ...], area: MarkArea) -> tuple[Page, ...]:
        """The pages with a mark on the front of each sheet."""
        step = 2 if self.mailing.dubbelzijdig else 1
        marked = list(pages)
        for front in range(0, len(pages), step):
            sheet = Sheet(self._job, letter.volgnummer, front // step + 1, len(pages) // step, self.mailing.bijlagen)
            placed = Placed(mark(self.mailing.merktekens, sheet, area), area.x, area.y)
            marked[front] = pages[front]._replace(variable=(*pages[front].variable, placed))
        return tuple(marked)

    def _slotted(self) -> list[Content]:
        """The letters' text with slots for what differs."""
        slots = {"ontvanger": SimpleNamespace(namen=SLOTS["ontvanger.namen"]), "kenmerk": SLOTS["kenmerk"]}
        return self._contents(self._text.render({**self._shared, **slots}))

    def _contents(self, text: str) -> list[Content]:
        return [Content(name, self._layout.zones[name], chunks_of(content)) for name, content in self._zones(text)]

    def _said(self, letter: LetterFields) -> list[Content]:
        """The letter's text by zone, in chunks."""
        if self._skeleton is None:
            return self._contents(self._rendered(letter))
        names, reference = protected(letter.namen), letter_reference(self.mailing.kenmerk, letter)
        filled = []
        for content in self._skeleton:
            chunks = [
                chunk
                if chunk in self._static
                else chunk.replace(SLOTS["ontvanger.namen"], names).replace(SLOTS["kenmerk"], reference)
                for chunk in content.chunks
            ]
            filled.append(Content(content.name, content.zone, chunks))
        return filled

    def _chunks(self, letter: LetterFields) -> set[str]:
        return {chunk for _, content in self._zones(self._rendered(letter)) for chunk in chunks_of(content)}

    def _zones(self, text: str) -> list[tuple[str, str]]:
        try:
            zones = zones_of(text)
        except MarkupError as error:
            raise DefinitionError("E609", f"Sjabloon '{self.template.name}': {error}.") from None
        for name, _ in zones:
            if name not in self._layout.zones:
                known = ", ".join(self._layout.zones)
                raise DefinitionError(
                    "E609",
                    f"Sjabloon '{self.template.name}': zone '{name}' staat niet in layout.yaml. Kies uit: {known}.",
                )
        return zones

    def _parts(self, letter: LetterFields) -> list[Part]:
        """The letter's blocks in their places: the zones as written, then what flows, then the address."""
        parts: list[Part] = []
        flow: list[str] = []
        try:
            for content in self._said(letter):
                if content.name == self._layout.stroom:
                    flow += content.chunks
                else:
                    parts.append(Part(content.name, content.zone, self._filled(letter, content)))
            stream = self._layout.stroom
            parts.append(Part(stream, self._layout.zones[stream], self._flowed(letter, flow)))
            if self._logo is not None:
                parts.append(Part("logo", self._logo[0], [[self._logo[1]]]))
            parts.append(Part("adres", self._layout.venster.adres, [[self._address(letter)]]))
        except MissingCharacterError as error:
            raise self._fault(
                "E613", letter, f"het teken {error} bestaat niet in het lettertype. Verbeter de gegevens."
            ) from None
        return parts

    def _pages(self, parts: list[Part]) -> tuple[Page, ...]:
        total = max([len(part.pages) for part in parts])
        pages = []
        for number in range(1, total + 1):
            blocks = [one for part in parts if len(part.pages) >= number for one in part.pages[number - 1]]
            static = [one for one in blocks if one.block.lasting]
            variable = [one for one in blocks if not one.block.lasting]
            pages.append(Page((*self._fixtures(number, total), *static), tuple(variable)))
        return tuple(pages)

    def _filled(self, letter: LetterFields, content: Content) -> list[list[Placed]]:
        name, zone, chunks = content
        blocks = self._blocks_of(letter, name, chunks, zone.breedte)
        placed: list[list[Placed]] = [[] for _ in range(zone.pagina)]
        y, after = zone.y, 0.0
        for block in blocks:
            if y > zone.y:
                y += max(after, block.before)
            placed[zone.pagina - 1].append(Placed(block, zone.x, round(y, 3)))
            y, after = y + block.height, block.after
        if y > zone.bottom + 1e-6:
            raise self._overflow(letter, name, DoesNotFitError(y - zone.bottom))
        return placed

    def _flowed(self, letter: LetterFields, chunks: list[str]) -> list[list[Placed]]:
        name = self._layout.stroom
        try:
            return flow(
                lambda width: self._blocks_of(letter, name, chunks, width),
                self._layout.zones[name],
                self._layout.vervolg,
                self._layout.hoogstens_paginas,
            )
        except DoesNotFitError as error:
            raise self._overflow(letter, name, error) from None

    def _blocks_of(self, letter: LetterFields, name: str, chunks: list[str], width: float) -> list[Block]:
        zone = self._layout.zones[name]
        keep = zone.regeleinden == "behouden"
        found: list[Block] = []
        for number, chunk in enumerate(chunks, 1):
            key = (chunk, zone.stijl, keep, width)
            blocks = self._blocks.get(key)
            if blocks is None:
                styles: StyleSet = self._layout.stijlen[zone.stijl]
                try:
                    paragraphs = paragraphs_of(chunk, keep)
                except MarkupError as error:
                    raise self._fault("E609", letter, f"zone '{name}', alinea {number}: {error}.") from None
                blocks = [self._block(paragraph, styles, width) for paragraph in paragraphs]
                if keep:
                    blocks[-1].after = max(blocks[-1].after, styles.tekst.regel / 2)
                if chunk in self._static:
                    self._blocks[key] = blocks
                    for block in blocks:
                        block.lasting = True
            found.extend(blocks)
        return found

    def _placed_logo(self) -> tuple[Area, Placed] | None:
        logo, area = self.mailing.logo, self._layout.logo
        if logo is None or area is None:
            return None
        return area, logo.placed(area, f"Logo van {self._shared['bestuur'].naam}")

    def _block(self, paragraph: Paragraph, styles: StyleSet, width: float) -> Block:
        if paragraph.kind == "qr":
            return self._code()
        if paragraph.kind in FORM_KINDS:
            return form_block(self._setter, paragraph, getattr(styles, paragraph.kind) or styles.tekst, width)
        return self._setter.block(paragraph, styles, width)

    def _code(self) -> Block:
        if self._qr is None:
            raise DefinitionError(
                "E609",
                f"Sjabloon '{self.template.name}': '>> qr' heeft hier geen webpagina of geen maat. Zet het tussen "
                "{% if bestuur.contact.webpagina %} en {% endif %}, en 'qr' in layout.yaml.",
            )
        return self._qr

    def _address(self, letter: LetterFields) -> Placed:
        area = self._layout.venster.adres
        lines = tuple(composed(line) for line in letter.adresregels)
        if not 2 <= len(lines) <= area.hoogstens_regels:
            raise self._fault(
                "E614", letter, f"een adres heeft 2 tot {area.hoogstens_regels} regels, dit heeft er {len(lines)}."
            )
        for number, line in enumerate(lines, 1):
            if not line.strip() or len(line) > area.hoogstens_tekens or not line.isprintable():
                raise self._fault(
                    "E614",
                    letter,
                    f"regel {number} van het adres is leeg, heeft een onzichtbaar teken of is langer dan "
                    f"{area.hoogstens_tekens} tekens.",
                )
        try:
            return Placed(self._setter.address(lines, area), area.x, area.y)
        except DoesNotFitError as error:
            raise self._overflow(letter, "venster.adres", error) from None

    def _fixtures(self, number: int, total: int) -> tuple[Placed, ...]:
        fixtures = self._furniture.get((number, total))
        if fixtures is not None:
            return fixtures
        layout = self._layout
        placed: list[Placed] = []
        bars = [
            Bar(panel.x, panel.y, panel.breedte, panel.hoogte, panel.zwart)
            for panel in layout.vlakken
            if panel.pagina == number
        ]
        if number == 1:
            length, weight = _FOLD_MARK
            bars += [Bar(layout.rand, mark - weight / 2, length, weight) for mark in layout.vouwtekens]
        if bars:
            placed.append(Placed(Block((), tuple(bars), kind="vlak"), 0.0, 0.0))
        paging = layout.paginering
        placed.append(self._right(f"Pagina {number} van {total}", paging, paging.letter))
        if self.mailing.synthetisch:
            block = self._setter.line(_SYNTHETIC, paging.letter, "vet", "synthetisch")
            placed.append(Placed(block, layout.synthetisch.x, layout.synthetisch.y))
        fixtures = self._furniture[number, total] = tuple(placed)
        return fixtures

    def _right(self, text: str, area: Area, size: float) -> Placed:
        block = self._setter.line(text, size, "gewoon", "paginering")
        return Placed(block, round(area.right - self._setter.width(text, size), 3), area.y)

    def _overflow(self, letter: LetterFields, zone: str, error: DoesNotFitError) -> DefinitionError:
        millimetres = f"{error.millimetres:.1f}".replace(".", ",")
        return self._fault(
            "E612",
            letter,
            f"de tekst is {millimetres} mm te {error.direction} voor zone '{zone}'. "
            "Maak de tekst korter of de zone groter in layout.yaml.",
        )

    def _fault(self, code: str, letter: LetterFields, message: str) -> DefinitionError:
        return DefinitionError(code, f"Sjabloon '{self.template.name}', brief {letter.volgnummer}: {message}")


def _texts(template: Template) -> Mapping[str, str]:
    """The template's texts, with places to break words where one of its styles does so."""
    styles = [style for styles in template.layout.stijlen.values() for _, style in styles]
    breaks = any(style is not None and style.afbreken > 0 for style in styles)
    return hyphenated(template.texts) if breaks else template.texts


def _only_printed(proof: Proof) -> bool:
    """Whether what differs from letter to letter fits :data:`SLOTS` and is nowhere weighed."""
    differing = {field.path for field in FIELDS if field.per_letter and field.path in proof.fields}
    return differing <= SLOTS.keys() and not differing & proof.weighed
