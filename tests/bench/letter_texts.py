"""Our own letters as boxes of paragraphs on their pages, for tools that set the same letters again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from groeibrief.catalog import find_project
from groeibrief.language.definition import Binding
from groeibrief.letters import LetterFields, Mailing, load_sender, load_template
from groeibrief.letters.addressees import letters_of, sequence_numbers
from groeibrief.letters.composer import Composer
from groeibrief.letters.fields import shared_values
from groeibrief.letters.layout import Area, Layout, Style
from groeibrief.letters.markup import Paragraph, chunks_of, paragraphs_of, zones_of
from groeibrief.letters.owntexts import own_values
from groeibrief.letters.sandbox import revealed
from groeibrief.letters.template import SHARED
from groeibrief.selection import read_selection
from groeibrief.workflow.definitions import read_bound

FONTS = find_project().letter_templates / SHARED / "fonts"
FACES = {"gewoon": "LiberationSans-Regular", "vet": "LiberationSans-Bold", "cursief": "LiberationSans-Italic"}
_LABEL = "VOORBEELD MET VERZONNEN GEGEVENS, NIET VERZENDEN"
_CODE = 8.0
"""Side of an inserter's mark, millimetres."""


@dataclass(frozen=True)
class Text:
    """A paragraph: points for ``size``, millimetres for the rest. ``square``: a QR code's side, and no text.

    ``runs``: text and style. ``label``: of a row, and ``label_width`` its column. ``bar``: left of a quotation.
    """

    size: float
    leading: float
    before: float
    after: float
    indent: float
    bar: float
    label: str
    label_width: float
    runs: tuple[tuple[str, str], ...]
    square: float = 0.0


@dataclass(frozen=True)
class Box:
    """A column of paragraphs on page 1 or 2; millimetres from the top left."""

    page: int
    x: float
    y: float
    width: float
    height: float
    texts: tuple[Text, ...]


@dataclass(frozen=True)
class Panel:
    """A black rectangle on a page."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Letters:
    """Every letter as its boxes, in the same order each time, and what is black on the pages of all."""

    boxes: list[tuple[Box, ...]]
    panels: tuple[Panel, ...]

    def as_data(self) -> dict[str, object]:
        """For a tool that reads JSON."""
        return {"brieven": [[asdict(box) for box in letter] for letter in self.boxes],
                "vlakken": [asdict(panel) for panel in self.panels]}  # fmt: skip


def letters_in(definition: Path, selection: Path, most: int) -> Letters:
    """The first *most* letters of a selection, of which the definition is given."""
    bound, stored = read_bound(definition, Binding()), read_selection(selection)
    template, sender = load_template(bound.project, bound.definition.brief.sjabloon), load_sender(bound.project)
    mailing = Mailing(stored.manifest.extracted_on, "PROEF", synthetisch=True)
    own = own_values(template, {})
    values = shared_values(bound.definition, sender, bound.catalogue.sources, mailing.datum, own)
    composer = Composer(template, values, mailing)
    numbers = sequence_numbers(stored.recipients)
    letters = letters_of(stored.recipients, numbers, numbers[:most], None)
    boxes = [_boxes(template.layout, composer.rendered(letter), letter) for letter in letters]
    return Letters(boxes, tuple(_panels(template.layout)))


def _boxes(layout: Layout, text: str, letter: LetterFields) -> tuple[Box, ...]:
    address = layout.venster.adres
    style = Style(letter=address.letter, regel=address.regel)
    lines = tuple(_text(style, ((line, "gewoon"),)) for line in letter.adresregels)
    found = {"adres": _box(1, address, lines)}
    small = Style(letter=layout.paginering.letter, regel=layout.paginering.hoogte)
    for page in (1, 2):
        found[f"pagina {page}"] = _box(page, layout.paginering, (_text(small, ((f"Pagina {page} van 2", "gewoon"),)),))
        found[f"label {page}"] = _box(page, layout.synthetisch, (_text(small, ((_LABEL, "vet"),)),))
    for name, content in zones_of(text):
        zone = layout.zones[name]
        paragraphs = [
            each for chunk in chunks_of(content) for each in paragraphs_of(chunk, zone.regeleinden == "behouden")
        ]
        if name != layout.stroom:
            found[name] = _box(zone.pagina, zone, _set(layout, zone.stijl, paragraphs))
            continue
        turn = next((index for index, each in enumerate(paragraphs) if each.kind == "pagina"), len(paragraphs))
        found[name] = _box(1, zone, _set(layout, zone.stijl, paragraphs[:turn]))
        found["vervolg"] = _box(2, layout.vervolg, _set(layout, zone.stijl, paragraphs[turn + 1 :]))
    return tuple(sorted(found.values(), key=lambda box: (box.page, box.x, box.y)))


def _set(layout: Layout, name: str, paragraphs: list[Paragraph]) -> tuple[Text, ...]:
    styles = layout.stijlen[name]
    texts = []
    for each in paragraphs:
        if each.kind == "qr":
            side = layout.qr.zijde if layout.qr else 0.0
            texts.append(Text(1, side, 2, 2, 0, 0, "", 0, (), square=side))
            continue
        style: Style = getattr(styles, each.kind, None) or styles.tekst
        runs = tuple((revealed(span.text), "vet" if style.vet else span.style) for span in each.spans)
        texts.append(_text(style, runs, revealed(each.label)))
    return tuple(texts)


def _text(style: Style, runs: tuple[tuple[str, str], ...], label: str = "") -> Text:
    width = style.label if label else 0.0
    return Text(style.letter, style.regel, style.voor, style.na, style.inspring, style.streep, label, width, runs)


def _box(page: int, area: Area, texts: tuple[Text, ...]) -> Box:
    return Box(page, area.x, area.y, area.breedte, area.hoogte, texts)


def _panels(layout: Layout) -> list[Panel]:
    found = [Panel(each.pagina, each.x, each.y, each.breedte, each.hoogte) for each in layout.vlakken]
    found += [Panel(1, layout.rand, mark, 4.0, 0.15) for mark in layout.vouwtekens]
    if layout.merkteken:
        found.append(Panel(1, layout.merkteken.x, layout.merkteken.y, _CODE, _CODE))
    return found
