"""Where things stand on the page: named zones in millimetres from the top left corner (``layout.yaml``).

The window's area is what stays visible while the sheet creeps in its envelope; nothing but the address may touch it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from groeibrief.errors import DefinitionError, Finding
from groeibrief.letters.positions import Model, read_model

PAGE_WIDTH = 210.0
PAGE_HEIGHT = 297.0
_TOUCH = 1e-6


class Area(Model):
    """A rectangle on a page."""

    x: float = Field(ge=0)
    y: float = Field(ge=0)
    breedte: float = Field(gt=0)
    hoogte: float = Field(gt=0)

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.breedte

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.hoogte

    def overlaps(self, other: Area) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.x < other.right - _TOUCH
            and other.x < self.right - _TOUCH
            and self.y < other.bottom - _TOUCH
            and other.y < self.bottom - _TOUCH
        )

    def inside(self, other: Area) -> bool:
        """Whether this area lies within *other*."""
        return self.x >= other.x and self.y >= other.y and self.right <= other.right and self.bottom <= other.bottom


class Zone(Area):
    """An area that the template fills by name. ``behouden``: each line of the template is a line on paper.

    ``formulier``: it is handed to the authority, so it holds nothing about the family.
    """

    pagina: int = Field(default=1, ge=1, le=8)
    stijl: str
    regeleinden: Literal["vloeien", "behouden"] = "vloeien"
    formulier: bool = False


class AddressArea(Area):
    """Where the address lines stand, centred in height. Too wide a line makes the block smaller, then narrower."""

    letter: float = Field(ge=11, le=12)
    kleinste_letter: float = Field(ge=10, le=12)
    smalste: float = Field(ge=70, le=100)
    """The narrowest horizontal scale, in per cent."""
    regel: float = Field(gt=0)
    hoogstens_regels: int = Field(ge=4, le=7)
    hoogstens_tekens: int = Field(default=40, ge=20, le=40)


class Window(Model):
    """The envelope's window: what stays visible under creep, and the address inside it."""

    envelop: str
    zichtbaar: Area
    adres: AddressArea


class Style(Model):
    """How a paragraph looks: points for ``letter``, millimetres for the rest, per cent for ``kleur`` (100: black)."""

    letter: float = Field(ge=7, le=30)
    regel: float = Field(gt=0)
    voor: float = 0.0
    na: float = 0.0
    inspring: float = 0.0
    vet: bool = False
    streep: float = 0.0
    """Width of a bar left of the paragraph."""
    label: float = 0.0
    """For ``rij``: width of the label's column."""
    bij_volgende: bool = False
    """Never the last on a page."""
    afbreken: float = Field(default=0.0, ge=0)
    """Break the template's own words where a line would stay shorter than its width by more than this; 0: never."""
    hoogte: float = Field(default=0.0, ge=0)
    """For ``invul``, ``vakje`` and table rows: the least height of a row, to write in."""
    kolommen: tuple[float, ...] = ()
    """For tables and ``invul``: the shares of the columns; without them all are as wide."""


class StyleSet(Model):
    """The looks of the kinds of paragraph in a zone."""

    tekst: Style
    kop1: Style | None = None
    kop2: Style | None = None
    punt: Style | None = None
    citaat: Style | None = None
    rij: Style | None = None
    invul: Style | None = None
    vakje: Style | None = None
    tabelkop: Style | None = None
    tabelrij: Style | None = None
    knip: Style | None = None


class Panel(Area):
    """A filled rectangle. ``zwart`` is the share of black in per cent."""

    pagina: int = Field(default=1, ge=1)
    zwart: float = Field(default=100, gt=0, le=100)


class Paging(Area):
    """Where "Pagina 1 van 2" stands, on each page."""

    letter: float = Field(ge=7, le=12)


class MarkArea(Area):
    """Where the inserter's marks stand, on the front of each sheet: a code of 8 mm, or fifteen bars in 61 mm."""

    @model_validator(mode="after")
    def _large_enough(self) -> MarkArea:
        if self.breedte < 9 or self.hoogte < 61:
            raise ValueError("merkteken is te klein: maak het minstens 9 mm breed en 61 mm hoog.")
        return self


class Code(Model):
    """The QR code's side, and the least space around it (four modules: side × 4 / 25)."""

    zijde: float = Field(ge=15, le=60)
    rondom: float = Field(gt=0)

    @model_validator(mode="after")
    def _quiet(self) -> Code:
        if self.rondom < self.zijde * 4 / 25:
            raise ValueError("qr.rondom is kleiner dan vier modules: maak het minstens 0,16 keer de zijde.")
        return self


class OwnText(Model):
    """A field that a request fills in its own words. ``naam`` and ``uitleg`` are what a form says of it.

    ``hoogstens_regels``: how many lines it takes at most, in the flowing text; the template is proved with so many.
    """

    naam: str = Field(min_length=1, max_length=60)
    uitleg: str = Field(max_length=200)
    hoogstens_tekens: int = Field(ge=20, le=1000)
    hoogstens_regels: int = Field(ge=1, le=20)


class Layout(Model):
    """A template's page. ``vrij`` names areas of page 1 in which nothing is printed.

    ``hoogstens_paginas`` is how far the flowing text may go; a zone may stand on a later page. ``logo`` is where the
    authority's logo stands on page 1, if it has one. ``eigen_teksten``: what a request may say in its own words.
    """

    papier: Literal["A4"]
    hoogstens_paginas: int = Field(ge=1, le=8)
    rand: float = Field(ge=3)
    venster: Window
    vrij: dict[str, Area]
    zones: dict[str, Zone]
    stroom: str
    vervolg: Area
    stijlen: dict[str, StyleSet]
    paginering: Paging
    vouwtekens: tuple[float, ...] = ()
    vlakken: tuple[Panel, ...] = ()
    qr: Code | None = None
    logo: Area | None = None
    merkteken: MarkArea | None = None
    synthetisch: Area
    eigen_teksten: dict[Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,30}$")], OwnText] = Field(
        default={}, max_length=6
    )

    @property
    def most_pages(self) -> int:
        """The most pages that a letter can have, the empty back aside."""
        return max(self.hoogstens_paginas, *(zone.pagina for zone in self.zones.values()))

    def printed(self) -> Iterator[tuple[str, int, Area]]:
        """Every area in which something may be printed, the address aside: its name, its page (0: each) and itself."""
        for name, zone in self.zones.items():
            yield f"zones.{name}", zone.pagina, zone
        for number, panel in enumerate(self.vlakken):
            yield f"vlakken.{number}", panel.pagina, panel
        yield "paginering", 0, self.paginering
        yield "synthetisch", 0, self.synthetisch
        yield "vervolg", 2, self.vervolg
        if self.logo:
            yield "logo", 1, self.logo
        if self.merkteken:
            yield "merkteken", 0, self.merkteken


def read_layout(path: Path, shown_as: str) -> Layout:
    """Read and check a layout. Raises DefinitionError: E610 not acceptable, E611 zones that collide."""
    layout = read_model(path, Layout, "E610", shown_as)
    faults = [Finding(message, bestand=shown_as) for message in _faults(layout)]
    if faults:
        raise DefinitionError("E611", faults)
    return layout


def _faults(layout: Layout) -> Iterator[str]:
    paper = Area(x=0, y=0, breedte=PAGE_WIDTH, hoogte=PAGE_HEIGHT)
    edge = layout.rand
    printable = Area(x=edge, y=edge, breedte=PAGE_WIDTH - 2 * edge, hoogte=PAGE_HEIGHT - 2 * edge)
    window = layout.venster
    if layout.stroom not in layout.zones:
        yield f"'stroom' noemt de zone '{layout.stroom}', maar die staat niet onder 'zones'."
    if not window.zichtbaar.inside(paper):
        yield "venster.zichtbaar steekt buiten de pagina."
    if not window.adres.inside(window.zichtbaar):
        yield "venster.adres steekt buiten venster.zichtbaar: een deel van het adres kan onleesbaar worden."
    for name, zone in layout.zones.items():
        if zone.stijl not in layout.stijlen:
            yield f"zones.{name} noemt de stijl '{zone.stijl}', maar die staat niet onder 'stijlen'."
    for name, page, area in layout.printed():
        if not area.inside(printable):
            yield f"{name} komt dichter dan {edge:g} mm bij de rand van het papier."
        if page in (0, 1) and area.overlaps(window.zichtbaar):
            yield f"{name} overlapt het venster: daar mag alleen het adres staan."
        for free, kept in layout.vrij.items():
            if page in (0, 1) and area.overlaps(kept):
                yield f"{name} overlapt vrij.{free}: daar mag niets gedrukt worden."
    for free, kept in layout.vrij.items():
        if window.adres.overlaps(kept):
            yield f"venster.adres overlapt vrij.{free}: daar mag niets gedrukt worden."
    named = [(name, zone) for name, zone in layout.zones.items()]
    for index, (first, one) in enumerate(named):
        for second, other in named[index + 1 :]:
            if one.pagina == other.pagina and one.overlaps(other):
                yield f"zones.{first} overlapt zones.{second}."
        if layout.merkteken and one.overlaps(layout.merkteken):
            yield f"zones.{first} overlapt merkteken."
        if layout.logo and one.pagina == 1 and one.overlaps(layout.logo):
            yield f"zones.{first} overlapt logo."
        if 1 < one.pagina <= layout.hoogstens_paginas and one.overlaps(layout.vervolg):
            yield f"zones.{first} overlapt vervolg: de brief kan tot daar doorlopen."
    if layout.merkteken and layout.vervolg.overlaps(layout.merkteken):
        yield "vervolg overlapt merkteken."
    for mark in layout.vouwtekens:
        if not edge < mark < PAGE_HEIGHT - edge:
            yield f"vouwtekens: {mark:g} mm ligt niet op de pagina."
