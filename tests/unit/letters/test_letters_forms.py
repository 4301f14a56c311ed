"""The application form: lines to write on, a table, a line to cut along, and nothing of the family on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from invented_letters import a_letter, recipients
from letters_reading import spoken

from groeibrief.catalog.project import Project
from groeibrief.letters import Renderer, Template, Work, load_template, render_archive, render_selection
from groeibrief.letters.forms import CUT_HERE
from groeibrief.letters.layout import Zone
from groeibrief.letters.markup import MarkupError, Paragraph, paragraphs_of
from groeibrief.letters.typesetting import Placed


@pytest.fixture(scope="module")
def form(project: Project) -> Template:
    return load_template(project, "aanvraagformulier")


@pytest.fixture(scope="module")
def form_work(work: Work, form: Template) -> Work:
    return replace(work, template=form)


@pytest.fixture(scope="module")
def renderer(form_work: Work) -> Renderer:
    return form_work.renderer()


def read(text: str) -> list[Paragraph]:
    return paragraphs_of(text, keep_lines=False)


def cells(paragraph: Paragraph) -> list[str]:
    return ["".join(span.text for span in spans) for spans in paragraph.cells]


def test_markup_of_forms() -> None:
    paragraphs = read(
        "__ Postcode | Gemeente\n[] Ja, **bel** mij\nop een middag.\n|= Naam | Datum\n|- Bo |\n|-\n>> knip\nTekst"
    )
    assert [one.kind for one in paragraphs] == [
        "invul", "vakje", "tabelkop", "tabelrij", "tabelrij", "knip", "tekst",
    ]  # fmt: skip
    assert [cells(one) for one in paragraphs[:5]] == [
        ["Postcode", "Gemeente"], [], ["Naam", "Datum"], ["Bo", ""], ["", ""],
    ]  # fmt: skip
    assert "".join(span.text for span in paragraphs[1].spans) == "Ja, bel mij op een middag."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("|- a | b", "een tabelrij '|- …' staat niet onder een rij met koppen '|= …'"),
        ("|= a | b\nTekst\n|- c | d", "een tabelrij '|- …' staat niet onder een rij met koppen '|= …'"),
        ("|= a | b\n|- c", "een tabelrij heeft 1 cellen, de koppen zijn met 2"),
    ],
)
def test_tables_that_do_not_fit(text: str, message: str) -> None:
    with pytest.raises(MarkupError) as caught:
        read(text)
    assert str(caught.value) == message


def on_page(renderer: Renderer, number: int) -> list[Placed]:
    page = renderer.compose(a_letter()).pages[number - 1]
    return [*page.static, *page.variable]


def test_the_form_is_a_sheet_of_its_own_with_an_empty_back(renderer: Renderer) -> None:
    pages = renderer.compose(a_letter()).pages
    assert len(pages) == 4
    assert pages[3] == ((), ())
    # The same on every letter: nothing of this family is on it.
    assert pages[2].variable == ()


def test_everything_below_the_cut_is_the_strip(renderer: Renderer, form: Template) -> None:
    strip = form.layout.zones["strook"]
    [cut] = [one for one in on_page(renderer, 3) if one.block.kind == "knip"]
    line = cut.y + cut.block.bars[0].y
    assert line == pytest.approx(99, abs=0.1)
    assert cut.block.lines[0].runs[0].text == CUT_HERE
    kinds = [one.block.kind for one in on_page(renderer, 3) if one.y > line]
    assert kinds.count("invul") == 5
    assert kinds.count("tabelrij") == 4
    assert kinds.count("vakje") == 1
    for placed in on_page(renderer, 3):
        for bar in placed.block.bars if placed.block.kind != "vlak" else ():
            assert strip.x - 1e-6 <= placed.x + bar.x
            assert placed.x + bar.x + bar.width <= strip.right + 0.01
            assert placed.y + bar.y + bar.height <= strip.bottom


def test_lines_are_for_handwriting(renderer: Renderer) -> None:
    rows = [one for one in on_page(renderer, 3) if one.block.kind in ("invul", "tabelrij")]
    assert min(one.block.height for one in rows) >= 9
    first = [one.block.bars[0].x for one in rows if one.block.kind == "invul"]
    assert set(first) == {44.0}


def test_the_strip_names_no_source_and_no_reference(form_work: Work, renderer: Renderer, tmp_path: Path) -> None:
    renderer.write_batch(tmp_path / "brieven.pdf", [renderer.compose(a_letter(7, "Zoë Kanarie"))])
    document = pypdfium2.PdfDocument(tmp_path / "brieven.pdf")
    try:
        text = document[2].get_textpage().get_text_range()
    finally:
        document.close()
    assert "Aanvraag bij OCMW Torhout" in text
    for word in ("Kanarie", "toeslag", "GP-2025-0042", "Voorbeeldstraat"):
        assert word not in text


def test_the_archive_copy_reads_the_form_last(form_work: Work, tmp_path: Path) -> None:
    path = tmp_path / "archief.pdf"
    render_archive(form_work, recipients(1), 1, path)
    read = spoken(path)
    roles = [role for role, _ in read]
    start = read.index(("P", CUT_HERE))
    assert start > read.index(("H1", "Wilt u zulke brieven niet meer krijgen?"))
    assert roles[start:].count("TD") == 8
    assert [text for role, text in read if role == "TH"][-2:] == ["Naam en voornaam", "Geboortedatum"]
    assert [text for role, text in read[start:] if role == "TD"] == [""] * 8


def test_files_keep_to_their_pages(form_work: Work, tmp_path: Path) -> None:
    """Two letters of four pages, with the empty back, fill a file of at most eight."""
    rendered = render_selection(form_work, recipients(5), tmp_path / "uit", most_pages=8)
    assert [batch.paginas for batch in rendered.bestanden] == [8, 8, 4]


def test_a_zone_on_a_page_that_text_may_reach(form: Template) -> None:
    assert all(isinstance(zone, Zone) for zone in form.layout.zones.values())
    assert form.layout.most_pages == 3
