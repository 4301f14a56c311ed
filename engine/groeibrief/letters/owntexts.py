"""A letter's own texts: what a request may say in its own words, where its template has a place for that.

They are values, never template: no markup, no field, no line end of theirs means anything. How long they may be is
counted in lines as set, so that the longest one that is let through is the one that the template was proved with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import SimpleNamespace

from groeibrief.catalog import Source
from groeibrief.errors import DefinitionError, Finding, UsageError, closest
from groeibrief.letters.fonts import Face, MissingCharacterError
from groeibrief.letters.layout import Layout, OwnText
from groeibrief.letters.markup import Span
from groeibrief.letters.requirements import read_requirements
from groeibrief.letters.sandbox import protected
from groeibrief.letters.template import FONTS, Template
from groeibrief.letters.typesetting import MM_PER_POINT, Typesetter

KINDS = ("tekst", "citaat", "punt")
"""The kinds of paragraph that an own text may stand in."""
_WIDE = "m"
_ARTICLE = re.compile(r"^(?:de|het|een) ", re.IGNORECASE)


def as_printed(text: str) -> str:
    """An own text as the letter prints it: one paragraph, its words parted by one space."""
    return " ".join(text.split())


def own_values(template: Template, texts: Mapping[str, str]) -> dict[str, str | None]:
    """The values of the template's fields for own texts; None where nothing was written."""
    return {name: as_printed(texts.get(name, "")) or None for name in template.layout.eigen_teksten}


def check_own_texts(template: Template, texts: Mapping[str, str], sources: Mapping[str, Source]) -> None:
    """Raise UsageError, all findings at once, where a text does not belong in a letter of *template*.

    E660 the template has no place for it, E661 it is too long, E662 it holds a word that no letter says, E663 it names
    a source of the Groeipakket, E664 a character that cannot be printed.
    """
    faults = list(_faults(template, texts, sources))
    if faults:
        raise UsageError(faults[0][0], [finding for _, finding in faults])


def longest_texts(template: Template) -> SimpleNamespace:
    """Each own text as long as it may be. Raises DefinitionError (E665)."""
    offered = template.layout.eigen_teksten
    faces = {style: Face(template.font(style)) for style in FONTS} if offered else {}
    return SimpleNamespace(**{name: longest_text(template.layout, own, faces) for name, own in offered.items()})


def longest_text(layout: Layout, own: OwnText, faces: Mapping[str, Face]) -> str:
    """A text that takes as many lines as *own* may, in every width and kind of paragraph that it may stand in.

    Of each line's words no two fit beside each other in the widest place, and each fits in the narrowest one.
    """
    places = list(_places(layout))
    widest = max(width / size for size, width in places)
    narrowest = min(width / size for size, width in places)
    letter = max(face.width(_WIDE) for face in faces.values()) * MM_PER_POINT
    length = int(widest / 2 / min(face.width(_WIDE) * MM_PER_POINT for face in faces.values())) + 1
    if length * letter > narrowest:
        raise DefinitionError(
            "E665",
            "De stijlen van de zone met eigen teksten verschillen te veel in breedte: hun langste lengte is niet te "
            "bewijzen. Maak de zone op pagina 1 minstens half zo breed als 'vervolg'.",
        )
    return " ".join([_WIDE * length] * own.hoogstens_regels)


def lines_of(layout: Layout, text: str, faces: Mapping[str, Face]) -> int:
    """How many lines a text takes where it takes most. Raises MissingCharacterError."""
    setter = Typesetter(faces)
    styles = layout.stijlen[layout.zones[layout.stroom].stijl]
    spans = (Span(protected(text), "gewoon"),)
    counts = [1]
    for kind in KINDS:
        style = getattr(styles, kind) or styles.tekst
        for width in (layout.zones[layout.stroom].breedte, layout.vervolg.breedte):
            counts.append(len(setter.lines(spans, style, style.inspring, width - style.inspring)))
    return max(counts)


def _places(layout: Layout) -> Iterator[tuple[float, float]]:
    """The size of the letters and the width of each place where an own text may stand."""
    styles = layout.stijlen[layout.zones[layout.stroom].stijl]
    for kind in KINDS:
        style = getattr(styles, kind) or styles.tekst
        for width in (layout.zones[layout.stroom].breedte, layout.vervolg.breedte):
            yield style.letter, width - style.inspring


def _faults(
    template: Template, texts: Mapping[str, str], sources: Mapping[str, Source]
) -> Iterator[tuple[str, Finding]]:
    offered = template.layout.eigen_teksten
    faces: dict[str, Face] = {}
    for name, written in texts.items():
        text = as_printed(written)
        own = offered.get(name)
        if own is None:
            yield "E660", _no_place(template, name)
            continue
        if not text:
            continue
        faces = faces or {style: Face(template.font(style)) for style in FONTS}
        if len(text) > own.hoogstens_tekens:
            told = f"'{own.naam}' telt {len(text)} tekens; er is plaats voor {own.hoogstens_tekens}. Kort de tekst in."
            yield "E661", Finding(told, gevonden=str(len(text)), verwacht=f"hoogstens {own.hoogstens_tekens}")
        else:
            yield from _unfit(template.layout, own, text, faces)
        yield from _words(template, own, text, sources)


def _no_place(template: Template, name: str) -> Finding:
    offered = template.layout.eigen_teksten
    listed = ", ".join(offered) or "geen"
    told = f"De brief '{template.name}' heeft geen plaats voor de eigen tekst '{name}'. Wel voor: {listed}."
    return Finding(told, gevonden=name, verwacht=listed, bedoelde=closest(name, offered))


def _unfit(layout: Layout, own: OwnText, text: str, faces: Mapping[str, Face]) -> Iterator[tuple[str, Finding]]:
    if any(not char.isprintable() for char in text):
        yield "E664", Finding(f"In '{own.naam}' staat een onzichtbaar teken. Typ de tekst opnieuw.")
        return
    try:
        lines = lines_of(layout, text, faces)
    except MissingCharacterError as error:
        yield (
            "E664",
            Finding(f"In '{own.naam}' staat {error}: dat teken heeft het lettertype niet. Schrijf het anders."),
        )
        return
    if lines > own.hoogstens_regels:
        told = f"'{own.naam}' neemt {lines} regels in; er is plaats voor {own.hoogstens_regels}. Kort de tekst in."
        yield "E661", Finding(told, gevonden=str(lines), verwacht=f"hoogstens {own.hoogstens_regels}")


def _words(template: Template, own: OwnText, text: str, sources: Mapping[str, Source]) -> Iterator[tuple[str, Finding]]:
    for word in read_requirements(template).verboden:
        if found := re.search(rf"\b{re.escape(word.woord)}\b", text, re.IGNORECASE):
            yield "E662", Finding(f"Schrijf in '{own.naam}' niet '{found[0]}': {word.reden}", gevonden=found[0])
    for key in sorted(sources):
        name = _ARTICLE.sub("", sources[key].naam)
        if found := re.search(rf"\b{re.escape(name)}", text, re.IGNORECASE):
            told = (
                f"'{own.naam}' noemt '{found[0]}': dat verraadt waarom een gezin de brief krijgt. Schrijf het zonder."
            )
            yield "E663", Finding(told, gevonden=found[0])
