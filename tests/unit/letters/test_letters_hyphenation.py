"""Words of a template may be broken, values never; and which paragraphs stay together on a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from invented_letters import a_letter

from groeibrief.language.definition import Definition
from groeibrief.letters import Template, Work
from groeibrief.letters.flow import flow
from groeibrief.letters.fonts import Face
from groeibrief.letters.hyphenation import SOFT_HYPHEN, hyphenated, whole
from groeibrief.letters.layout import Area, Style, StyleSet
from groeibrief.letters.markup import Paragraph, Span
from groeibrief.letters.typesetting import Block, Line, Typesetter

FONTS = Path(__file__).resolve().parents[3] / "letter_templates" / "_gedeeld" / "fonts"


def broken(text: str) -> str:
    return hyphenated({"a": text})["a"].replace(SOFT_HYPHEN, "~")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Wij beschermen gegevensbescherming.", "Wij be~scher~men gege~vens~be~scher~ming."),
        ("smartphone functionaris", "smart~phone func~ti~o~na~ris"),
    ],
)
def test_dutch_words(text: str, shown: str) -> None:
    assert whole(broken(text).replace("~", "")) == text
    assert all(
        len(part.strip(".")) >= 3 for word in broken(text).split() for part in (word.split("~")[0], word.split("~")[-1])
    )
    assert broken("gegevensbescherming") == "gege~vens~be~scher~ming"
    assert shown.replace("~", "") == text


@pytest.mark.parametrize(
    "text",
    [
        "korting",
        "Groeipakket Rijksregister",
        "verantwoordelijke@voorbeeldgemeente.example.be",
        "www.voorbeeldgemeente.be/aanvragen-toelagen",
        "{{ bestuur.voorbeeldnaam }}aanvragen",
        "aanvragen{{ bestuur.voorbeeldnaam }}",
        ":: voorbeeldzone",
        ">> voorbeeldopdracht",
        "{# commentaar over verantwoordelijkheid #}",
        "{% if verantwoordelijke %}",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert broken(text) == text


def setter() -> Typesetter:
    names = {"gewoon": "Regular", "vet": "Bold", "cursief": "Italic"}
    return Typesetter({style: Face(FONTS / f"LiberationSans-{name}.ttf") for style, name in names.items()})


def lines(text: str, width: float, gap: float) -> list[str]:
    styles = StyleSet(tekst=Style(letter=11, regel=5, afbreken=gap))
    block = setter().block(Paragraph("tekst", (Span(hyphenated({"a": text})["a"], "gewoon"),)), styles, width)
    return ["".join(run.text for run in line.runs).replace(SOFT_HYPHEN, "~") for line in block.lines]


def test_only_where_a_line_would_stay_short() -> None:
    text = "Wij en u en gegevensbescherming en dan"
    assert lines(text, 45, 0) == ["Wij en u en", "gegevensbescherming en", "dan"]
    assert lines(text, 45, 10) == ["Wij en u en gegevensbe~", "scherming en dan"]
    assert lines(text, 45, 40) == lines(text, 45, 0)


def test_not_the_last_word_and_not_two_lines_after_each_other() -> None:
    assert lines("Wij en u en gegevensbescherming", 45, 10) == ["Wij en u en", "gegevensbescherming"]
    twice = lines("Wij en u en gegevensbescherming gegevensbescherming en dan", 45, 10)
    assert twice[0].endswith("~")
    assert not twice[1].endswith("~")


def test_a_broken_word_reads_as_one_word() -> None:
    styles = StyleSet(tekst=Style(letter=11, regel=5, afbreken=10))
    text = hyphenated({"a": "Wij en u en gegevensbescherming en dan"})["a"]
    block = setter().block(Paragraph("tekst", (Span(text, "gewoon"),)), styles, 45)
    assert [line.goes_on for line in block.lines] == [True, False]


def test_values_are_never_broken(work: Work, definition: Definition) -> None:
    """Neither the names nor the offer, in columns so narrow that words of the template are."""
    word = "aanvraagformulieren"
    assert SOFT_HYPHEN in hyphenated({"a": word})["a"]
    offer = replace(definition.doeleinde, aanbod_tekst=f"Hier is {word} en {word} en{SOFT_HYPHEN}zo verder.")
    shown: list[str] = []
    widths = range(44, 80, 3)
    for width in widths:
        narrow = replace(work, template=in_a_column(work.template, width))
        renderer = replace(narrow, definition=replace(definition, doeleinde=offer)).renderer()
        pages = renderer.compose(replace(a_letter(), namen=f"{word} {word} {word}")).pages
        for placed in (one for page in pages for part in page for one in part):
            shown += ["".join(run.text for run in line.runs) for line in placed.block.lines]
    assert [line for line in shown if SOFT_HYPHEN in line]
    assert " ".join(shown).count(word) == 5 * len(widths)


def in_a_column(template: Template, width: float) -> Template:
    """The template with a text so narrow, and words broken wherever they can be."""
    layout = template.layout
    brief = layout.stijlen["brief"]
    eager = brief.model_copy(update={"tekst": brief.tekst.model_copy(update={"afbreken": 1})})
    text = layout.zones["tekst"].model_copy(update={"breedte": width})
    changed = {"stijlen": {**layout.stijlen, "brief": eager}, "zones": {**layout.zones, "tekst": text}}
    return replace(template, layout=layout.model_copy(update={**changed, "hoogstens_paginas": 8}))


def a_block(count: int, kind: str = "tekst", *, keep: bool = False) -> Block:
    return Block(tuple(Line(index * 5.0, 11, ()) for index in range(count)), (), count * 5.0, kind=kind, keep=keep)


PAGE = Area(x=0, y=0, breedte=100, hoogte=50)


def pages_of(*blocks: Block, most: int = 3) -> list[list[int]]:
    placed = flow(lambda width: list(blocks), PAGE, PAGE, most)
    return [[len(one.block.lines) for one in page] for page in placed]


def test_a_paragraph_is_never_divided() -> None:
    assert pages_of(a_block(6), a_block(6), a_block(3)) == [[6], [6, 3]]


def test_headings_go_with_what_follows() -> None:
    assert pages_of(a_block(8), a_block(1, "kop1", keep=True), a_block(1, "kop2", keep=True), a_block(3)) == [
        [8],
        [1, 1, 3],
    ]


def test_a_greeting_is_not_alone_on_a_page() -> None:
    assert pages_of(a_block(5), a_block(4), a_block(1), a_block(1)) == [[5], [4, 1, 1]]
    assert pages_of(a_block(5), a_block(3), a_block(1), a_block(1)) == [[5, 3, 1, 1]]


def test_the_last_page_is_filled_to_the_end() -> None:
    assert pages_of(a_block(5), a_block(4), a_block(1), most=1) == [[5, 4, 1]]
