"""What stands on the pages: read back from the PDF and from its picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from invented_letters import a_letter

from groeibrief.catalog.model import Source
from groeibrief.errors import DefinitionError, RefusedError, TryAgainError, UsageError
from groeibrief.language.definition import Contact, Definition
from groeibrief.letters import LetterFields, Mailing, Renderer, Sender, Template, Work
from groeibrief.letters.layout import Area

POINT = 25.4 / 72
FAMILY = LetterFields(
    7,
    "Noémie Vandenbroucke-D’Hondt en Jürgen Öztürk-Łukasiewicz",
    ("Noémie Vandenbroucke-D’Hondt", "Jürgen Öztürk-Łukasiewicz", "Korte Voorbeeldstraat 12 bus 3", "8820 Torhout"),
)


@pytest.fixture(scope="module")
def renderer(work: Work) -> Renderer:
    return work.renderer()


@pytest.fixture(scope="module")
def written(renderer: Renderer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("letters") / "brieven-0001.pdf"
    renderer.write_batch(path, [renderer.compose(FAMILY), renderer.compose(a_letter(8))])
    return path


def text_of(path: Path, page: int) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        return " ".join(document[page].get_textpage().get_text_range().split())
    finally:
        document.close()


def characters(path: Path, page: int) -> Iterator[tuple[str, Area]]:
    """Each visible character of a page with its box in millimetres from the top left corner."""
    document = pypdfium2.PdfDocument(path)
    try:
        text = document[page].get_textpage()
        for index in range(text.count_chars()):
            char = text.get_text_range(index, 1)
            if char.strip():
                left, bottom, right, top = text.get_charbox(index)
                yield (
                    char,
                    Area(
                        x=left * POINT,
                        y=297 - top * POINT,
                        breedte=max(right - left, 0.01) * POINT,
                        hoogte=max(top - bottom, 0.01) * POINT,
                    ),
                )
    finally:
        document.close()


def test_the_letter_says_what_it_must(written: Path, sender: Sender) -> None:
    front, back = text_of(written, 0), text_of(written, 1)
    assert "Een aanbod van OCMW Torhout" in front
    assert "Beste Noémie Vandenbroucke-D’Hondt en Jürgen Öztürk-Łukasiewicz" in front
    assert "Wij, het Agentschap Uitbetaling Groeipakket, sturen u deze brief op vraag van OCMW Torhout." in front
    assert "Wij helpen u met de aanvraag." in front
    assert "OCMW Torhout kreeg uw naam en uw adres niet van ons" in front
    assert "GP-2025-0042-000007" in front
    assert "5 november 2025" in front
    assert "recht om bezwaar te maken" in back
    assert "de schooltoeslag en de sociale toeslag" in back
    assert "art" not in front.casefold().split()
    assert sender.toezicht_contact in back
    assert "Pagina 1 van 2" in front
    assert "Pagina 2 van 2" in back


def test_letters_do_not_mix(written: Path) -> None:
    other = text_of(written, 2)
    assert "Beste Zoë Peeters" in other
    assert "Vandenbroucke" not in other
    assert "GP-2025-0042-000008" in other


def test_synthetic_letters_say_so_on_every_page(written: Path, work: Work, tmp_path: Path) -> None:
    assert all("VERZONNEN GEGEVENS" in text_of(written, page) for page in range(4))
    real = replace(work, mailing=replace(work.mailing, synthetisch=False)).renderer()
    path = tmp_path / "echt.pdf"
    real.write_batch(path, [real.compose(FAMILY)])
    assert "VERZONNEN" not in text_of(path, 0) + text_of(path, 1)


def test_only_the_address_stands_in_the_window(written: Path, template: Template) -> None:
    window = template.layout.venster.zichtbaar
    inside = [(char, box) for char, box in characters(written, 0) if box.overlaps(window)]
    assert "".join(char for char, _ in inside) == "".join("".join(FAMILY.adresregels).split())
    assert all(box.inside(window) for _, box in inside)


def test_nothing_is_drawn_near_the_address_but_the_address(
    written: Path, template: Template, tmp_path: Path, renderer: Renderer
) -> None:
    """On the picture: the ink in the window is that of the address zone, and the free areas are white."""
    scale = 4
    document = pypdfium2.PdfDocument(written)
    try:
        page = document[0].render(scale=scale).to_pil().convert("L")
    finally:
        document.close()

    def ink(area: Area) -> int:
        sides = (area.x, area.y, min(area.right, 210), min(area.bottom, 297))
        box = page.crop(tuple(round(side / POINT * scale) for side in sides))
        return sum(box.histogram()[:200])

    window, address = template.layout.venster.zichtbaar, template.layout.venster.adres
    assert ink(address) > 100
    assert ink(window) == ink(address)
    assert all(ink(area) == 0 for area in template.layout.vrij.values())


def test_the_address_is_centred_and_of_postal_size(renderer: Renderer, template: Template) -> None:
    area = template.layout.venster.adres
    placed = renderer.compose(a_letter()).pages[0].variable[-1]
    assert (placed.x, placed.y) == (area.x, area.y)
    lines = placed.block.lines
    assert [line.size for line in lines] == [11.0, 11.0, 11.0]
    assert lines[1].y - lines[0].y == pytest.approx(area.regel)


def test_a_wide_address_becomes_smaller_then_narrower(renderer: Renderer) -> None:
    wide = replace(a_letter(), adresregels=("MAXIMILIAAN VAN DEN BROUCKE-DE SCHUTTERS", "Straat 1", "8820 Torhout"))
    lines = renderer.compose(wide).pages[0].variable[-1].block.lines
    assert {line.size for line in lines} == {10.0}
    assert 75 <= lines[0].scale < 100


def test_an_address_that_cannot_fit_word_for_word(renderer: Renderer) -> None:
    with pytest.raises(DefinitionError) as caught:
        renderer.compose(replace(a_letter(31), adresregels=("W" * 40, "Straat 1", "8820 Torhout")))
    assert caught.value.code == "E612"
    assert str(caught.value) == (
        "Sjabloon 'informatiebrief', brief 31: de tekst is 22,9 mm te breed voor zone 'venster.adres'. "
        "Maak de tekst korter of de zone groter in layout.yaml."
    )


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("Alleen een naam",), "een adres heeft 2 tot 6 regels, dit heeft er 1."),
        (("a", "b", "c", "d", "e", "f", "g"), "een adres heeft 2 tot 6 regels, dit heeft er 7."),
        (
            ("Naam", "x" * 41),
            "regel 2 van het adres is leeg, heeft een onzichtbaar teken of is langer dan 40 tekens.",
        ),
        (
            ("Naam", " ", "8820 Torhout"),
            "regel 2 van het adres is leeg, heeft een onzichtbaar teken of is langer dan 40 tekens.",
        ),
        (
            ("Naam\nTweede", "8820 Torhout"),
            "regel 1 van het adres is leeg, heeft een onzichtbaar teken of is langer dan 40 tekens.",
        ),
    ],
)
def test_inadmissible_addresses(renderer: Renderer, lines: tuple[str, ...], message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        renderer.compose(replace(a_letter(5), adresregels=lines))
    assert caught.value.code == "E614"
    assert str(caught.value) == f"Sjabloon 'informatiebrief', brief 5: {message}"


def test_overflow_word_for_word(work: Work, definition: Definition) -> None:
    offer = replace(definition.doeleinde, aanbod_tekst="Wij helpen u met de aanvraag. " * 80)
    renderer = replace(work, definition=replace(definition, doeleinde=offer)).renderer()
    with pytest.raises(DefinitionError) as caught:
        renderer.compose(a_letter(12))
    assert caught.value.code == "E612"
    assert str(caught.value) == (
        "Sjabloon 'informatiebrief', brief 12: de tekst is 178,8 mm te hoog voor zone 'tekst'. "
        "Maak de tekst korter of de zone groter in layout.yaml."
    )


def test_overflow_of_a_fixed_zone_names_it(work: Work, spoiled: Callable[[str, str, str], Template]) -> None:
    small = spoiled("informatiebrief/layout.yaml", "y: 46, breedte: 70, hoogte: 22", "y: 46, breedte: 70, hoogte: 10")
    renderer = replace(work, template=small).renderer()
    with pytest.raises(DefinitionError, match="brief 1: de tekst is 9,3 mm te hoog voor zone 'kenmerk'"):
        renderer.compose(a_letter())


def test_a_long_offer_flows_onto_the_second_page(work: Work, definition: Definition, tmp_path: Path) -> None:
    offer = replace(definition.doeleinde, aanbod_tekst="Wij helpen u met de aanvraag. " * 30)
    renderer = replace(work, definition=replace(definition, doeleinde=offer)).renderer()
    path = tmp_path / "lang.pdf"
    renderer.write_batch(path, [renderer.compose(a_letter())])
    assert "Met vriendelijke groeten" in text_of(path, 1)
    assert "Met vriendelijke groeten" not in text_of(path, 0)
    assert "recht om bezwaar te maken" in text_of(path, 1)


def test_a_character_without_glyph_names_no_one(renderer: Renderer) -> None:
    with pytest.raises(DefinitionError) as caught:
        renderer.compose(a_letter(9, "Li 中"))
    assert caught.value.code == "E613"
    assert str(caught.value) == (
        "Sjabloon 'informatiebrief', brief 9: het teken U+4E2D bestaat niet in het lettertype. Verbeter de gegevens."
    )


def test_decomposed_names_are_composed(renderer: Renderer, tmp_path: Path) -> None:
    path = tmp_path / "nfd.pdf"
    renderer.write_batch(path, [renderer.compose(a_letter(1, "Zoe\u0308 Pe\u0301rez"))])
    assert "Beste Zoë Pérez" in text_of(path, 0)
    window = "".join(char for char, box in characters(path, 0) if 114 < box.x < 195 and 39 < box.y < 69)
    assert window.startswith("ZoëPérez")


@pytest.mark.parametrize(
    "name",
    [
        "{{ 7 * 7 }} {% include '_gedeeld/gegevens.j2' %}",
        "**Vet** *cursief* Peeters",
        "# Kop",
        "- punt",
        "> citaat",
        "| label | tekst",
        ":: contact",
        ">> pagina",
        "Peeters\n:: contact\n# Gehackt",
        "Peeters\r\n\r\n>> pagina\x0b\x85\u2028",
        "Jan \\ Piet :: # > - |",
    ],
)
def test_names_are_never_markup(renderer: Renderer, tmp_path: Path, name: str) -> None:
    path = tmp_path / "naam.pdf"
    letter = replace(a_letter(), namen=name)
    composed = renderer.compose(letter)
    plain = renderer.compose(a_letter())
    assert len(composed.pages) == len(plain.pages)
    renderer.write_batch(path, [composed])
    assert f"Beste {' '.join(name.split())}" in text_of(path, 0)
    styles = {run.style for one in composed.pages[0].variable[:-1] for line in one.block.lines for run in line.runs}
    assert styles == {
        run.style for one in plain.pages[0].variable[:-1] for line in one.block.lines for run in line.runs
    }


@pytest.mark.parametrize("sneaky", ["\ue1f0", "\ue1f1", "\ue02a"])
def test_private_characters_are_no_way_in(renderer: Renderer, sneaky: str) -> None:
    with pytest.raises(DefinitionError, match="brief 1: het teken U\\+FFFD bestaat niet in het lettertype"):
        renderer.compose(replace(a_letter(), namen=f"Jan {sneaky} Peeters"))


def test_the_offer_is_never_markup(work: Work, definition: Definition, tmp_path: Path) -> None:
    offer = replace(definition.doeleinde, aanbod_tekst="Gratis *zwemmen*:\n# nu {{ kenmerk }}")
    renderer = replace(work, definition=replace(definition, doeleinde=offer)).renderer()
    path = tmp_path / "aanbod.pdf"
    renderer.write_batch(path, [renderer.compose(a_letter())])
    assert "Gratis *zwemmen*: # nu {{ kenmerk }}" in text_of(path, 0)


def test_the_code_reads_back(written: Path) -> None:
    document = pypdfium2.PdfDocument(written)
    try:
        picture = document[0].render(scale=3).to_pil()
    finally:
        document.close()
    codes = zxingcpp.read_barcodes(picture)
    assert [code.text for code in codes] == ["https://www.example.be/hulp"]


def without_page(definition: Definition, contact: Contact) -> Definition:
    return replace(definition, opdrachtgever=replace(definition.opdrachtgever, contact=contact))


def test_without_a_web_page_no_code_and_the_agency_first(
    work: Work, definition: Definition, sender: Sender, tmp_path: Path
) -> None:
    renderer = replace(work, definition=without_page(definition, Contact())).renderer()
    path = tmp_path / "zonder.pdf"
    renderer.write_batch(path, [renderer.compose(a_letter())])
    document = pypdfium2.PdfDocument(path)
    try:
        assert not zxingcpp.read_barcodes(document[0].render(scale=3).to_pil())
    finally:
        document.close()
    front = text_of(path, 0)
    assert sender.telefoon in front
    assert "scan" not in front.casefold()
    assert "Vragen over het aanbod?" not in front


@pytest.mark.parametrize(
    "page", ["javascript:alert(1)", "www.example.be/?kind=1", "www example be", "geen", "https://a@b.be"]
)
def test_a_page_that_is_no_plain_address(work: Work, definition: Definition, page: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        replace(work, definition=without_page(definition, Contact(webpagina=page))).renderer()
    assert caught.value.code == "E619"
    assert str(caught.value) == (
        "opdrachtgever.contact.webpagina is geen gewoon webadres. Schrijf het zoals www.voorbeeld.be/aanbod, "
        "zonder vraagteken of spaties."
    )


def test_fonts_are_embedded_subsets_and_nothing_else(written: Path) -> None:
    with pikepdf.open(written) as document:
        assert document.check_pdf_syntax() == []
        fonts = document.pages[0].Resources.Font
        names = []
        for font in fonts.values():
            descendant = font.DescendantFonts[0]
            embedded = descendant.FontDescriptor.FontFile2.read_bytes()
            assert 5_000 < len(embedded) < 60_000
            names.append(str(font.BaseFont))
        assert [name.split("+")[1] for name in sorted(names, key=lambda name: name[8:])] == [
            "LiberationSans",
            "LiberationSans-Bold",
        ]
        every = [one for one in document.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
        assert len(every) == 4
        assert all("Helvetica" not in str(font.BaseFont) for font in every)


def test_page_boxes_and_black_only(written: Path) -> None:
    with pikepdf.open(written) as document:
        assert len(document.pages) == 4
        for page in document.pages:
            assert [round(float(side), 3) for side in page.trimbox] == [0, 0, 595.276, 841.89]
            assert page.trimbox == page.mediabox
        assert document.docinfo.Trapped == "/False"
        # The letters' own date: no clock is read.
        assert document.docinfo.CreationDate == document.docinfo.ModDate == "D:20251105000000Z"
        contents = [page.obj.Contents for page in document.pages]
        contents += [one for one in document.objects if isinstance(one, pikepdf.Stream) and one.get("/BBox")]
        assert len(contents) > 4
        operators = {str(operation.operator) for one in contents for operation in pikepdf.parse_content_stream(one)}
        assert operators <= {"Do", "BT", "ET", "Tf", "Tm", "Tj", "Tz", "re", "f", "g"}


def test_same_letters_same_bytes(work: Work, tmp_path: Path) -> None:
    letters = [FAMILY, a_letter(8), a_letter(9, "Ömer Yılmaz")]
    hashes = []
    for name in ("een.pdf", "twee.pdf"):
        renderer = work.renderer()
        hashes.append(renderer.write_batch(tmp_path / name, map(renderer.compose, letters)).sha256)
    assert (tmp_path / "een.pdf").read_bytes() == (tmp_path / "twee.pdf").read_bytes()
    assert hashes[0] == hashes[1]


def test_the_shortcut_changes_nothing(work: Work, renderer: Renderer, tmp_path: Path) -> None:
    """Text made once with slots gives the pages that text made anew for each letter gives."""
    from groeibrief.letters.composer import Composer
    from groeibrief.letters.fields import shared_values

    shared = shared_values(work.definition, work.sender, work.sources, work.mailing.datum, {"toelichting": None})
    slow = Composer(work.template, shared, work.mailing)
    fast = Composer(work.template, shared, work.mailing, renderer.proof)

    def drawn(composer: Composer, letter: LetterFields) -> list[object]:
        return [
            (one.x, one.y, one.block.lines, one.block.bars)
            for page in composer.compose(letter).pages
            for one in (*page.static, *page.variable)
        ]

    assert slow._skeleton is None
    assert fast._skeleton is not None
    for letter in (FAMILY, a_letter(2, "**Jan** {{ kenmerk }}")):
        assert drawn(slow, letter) == drawn(fast, letter)


def test_children_are_named_when_the_unit_is_the_child(
    work: Work, child_definition: Definition, spoiled: Callable[[str, str, str], Template], tmp_path: Path
) -> None:
    text = "Beste {{ ontvanger.namen }}\n"
    template = spoiled("informatiebrief/letter.j2", text, text + "\nHet gaat over {{ kinderen | opsomming }}.\n")
    renderer = replace(work, template=template, definition=child_definition).renderer()
    path = tmp_path / "kinderen.pdf"
    letters = [replace(a_letter(), kinderen=("Lücía", "Björn", "Zoë")), replace(a_letter(2), kinderen=("Bo",))]
    renderer.write_batch(path, map(renderer.compose, letters))
    assert "Het gaat over Lücía, Björn en Zoë." in text_of(path, 0)
    assert "Het gaat over Bo." in text_of(path, 2)


def test_an_odd_letter_ends_on_an_empty_back(
    work: Work, spoiled: Callable[[str, str, str], Template], tmp_path: Path
) -> None:
    template = spoiled("informatiebrief/letter.j2", '{% include "_gedeeld/gegevens.j2" %}', "")
    duplex = replace(work, template=template).renderer()
    path = tmp_path / "een.pdf"
    batch = duplex.write_batch(path, [duplex.compose(a_letter()), duplex.compose(a_letter(2))])
    assert [(piece.eerste_pagina, piece.paginas) for piece in batch.stukken] == [(1, 2), (3, 2)]
    assert "Pagina 1 van 1" in text_of(path, 0)
    assert text_of(path, 1) == ""
    single = replace(work, template=template, mailing=replace(work.mailing, dubbelzijdig=False)).renderer()
    assert len(single.compose(a_letter()).pages) == 1


def test_a_source_without_ground_is_refused(work: Work, sources: dict[str, Source]) -> None:
    groundless = {**sources, "schooltoeslag": replace(sources["schooltoeslag"], verwerkingsgrond=None)}
    with pytest.raises(RefusedError) as caught:
        replace(work, sources=groundless).renderer()
    assert caught.value.code == "E620"
    assert str(caught.value) == (
        "De bron 'schooltoeslag' heeft geen verwerkingsgrond in de catalogus en mag dus niet gebruikt worden. "
        "Vraag de functionaris voor gegevensbescherming om een grond."
    )


def test_a_source_that_the_catalogue_does_not_know(work: Work, sources: dict[str, Source]) -> None:
    with pytest.raises(DefinitionError) as caught:
        replace(work, sources={"sociale_toeslag": sources["sociale_toeslag"]}).renderer()
    assert caught.value.code == "E615"
    assert str(caught.value) == "De catalogus kent de bron 'schooltoeslag' niet. Voeg ze daar toe."


def test_a_file_is_private_and_complete_or_absent(renderer: Renderer, tmp_path: Path, mailing: Mailing) -> None:
    path = tmp_path / "brieven-0001.pdf"
    letters = [renderer.compose(a_letter(number)) for number in (1, 2)]

    def breaks_off() -> Iterator[object]:
        yield letters[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        renderer.write_batch(path, breaks_off())  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
    renderer.write_batch(path, letters)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="bestaat al"):
        renderer.write_batch(path, letters)


def test_no_more_than_five_thousand_pages(renderer: Renderer, tmp_path: Path) -> None:
    letter = renderer.compose(a_letter())
    with pytest.raises(RefusedError) as caught:
        renderer.write_batch(tmp_path / "veel.pdf", [letter] * 2501)
    assert caught.value.code == "E616"
    assert str(caught.value) == "Een bestand bevat hoogstens 5000 pagina's. Maak kleinere reeksen."
    batch = renderer.write_batch(tmp_path / "vol.pdf", [letter] * 2500)
    assert (batch.paginas, batch.stukken[-1].eerste_pagina) == (5000, 4999)
    with pikepdf.open(tmp_path / "vol.pdf") as document:
        assert len(document.pages) == 5000


def test_a_disk_that_lies_is_noticed(renderer: Renderer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    real = os.pread

    def flipped(descriptor: int, length: int, offset: int) -> bytes:
        data = bytearray(real(descriptor, length, offset))
        data[100] ^= 1
        return bytes(data)

    monkeypatch.setattr("groeibrief.letters.written.os.pread", flipped)
    with pytest.raises(TryAgainError) as caught:
        renderer.write_batch(tmp_path / "stuk.pdf", [renderer.compose(a_letter())])
    assert caught.value.code == "E618"
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing(renderer: Renderer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("groeibrief.letters.written.os.fsync", full)
    with pytest.raises(TryAgainError) as caught:
        renderer.write_batch(tmp_path / "vol.pdf", [renderer.compose(a_letter())])
    assert caught.value.code == "E624"
    assert str(caught.value) == "De schijf is vol: er is niets bewaard. Maak plaats en herbegin."
    assert list(tmp_path.iterdir()) == []


def test_a_grey_panel_leaves_the_text_black(
    work: Work, spoiled: Callable[[str, str, str], Template], tmp_path: Path
) -> None:
    panel = "  - {pagina: 1, x: 150, y: 96, breedte: 45, hoogte: 0.4}\n"
    grey = "  - {pagina: 1, x: 150, y: 270, breedte: 45, hoogte: 10, zwart: 10}\n"
    renderer = replace(work, template=spoiled("informatiebrief/layout.yaml", panel, panel + grey)).renderer()
    path = tmp_path / "vlak.pdf"
    renderer.write_batch(path, [renderer.compose(a_letter())])
    document = pypdfium2.PdfDocument(path)
    try:
        picture = document[0].render(scale=2).to_pil().convert("L")
    finally:
        document.close()
    assert picture.getpixel((round(170 / POINT * 2), round(275 / POINT * 2))) == 230
    assert picture.getpixel((round(170 / POINT * 2), round(96.2 / POINT * 2))) == 0
    assert picture.getpixel((round(30 / POINT * 2), round(15.3 / POINT * 2))) == 0


def test_filters(work: Work, spoiled: Callable[[str, str, str], Template], tmp_path: Path) -> None:
    text = "Hebt u interesse?"
    template = spoiled(
        "informatiebrief/letter.j2", text, "{{ aanbod.soort | hoofdletter }}, {{ bronnen | aantal }} keer"
    )
    renderer = replace(work, template=template).renderer()
    path = tmp_path / "bewerkingen.pdf"
    renderer.write_batch(path, [renderer.compose(a_letter())])
    assert "Dienstverlening, 2 keer" in text_of(path, 0)
