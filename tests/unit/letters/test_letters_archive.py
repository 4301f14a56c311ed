"""The archive copy of a letter: what it says in which order, and that it looks like what was printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pyarrow as pa
import pypdfium2
import pytest
from letters_reading import artifacts, spoken

from groeibrief.artefacts import sha256_file
from groeibrief.errors import RefusedError, UsageError
from groeibrief.language.definition import Contact, Definition
from groeibrief.letters import Template, Work, render_archive, render_selection

CANARY = 987_654_321


def recipients() -> pa.Table:
    return pa.table(
        {
            "volgnummer": pa.array([3, 7], pa.int64()),
            "dossier_id": pa.array([CANARY, CANARY + 1], pa.int64()),
            "regels": [
                ["Noémie Peeters", "Jürgen Öztürk", "Voorbeeldstraat 12 bus 3", "8820 Torhout"],
                ["Bo Kanarie", "Kerkstraat 1", "8820 Torhout"],
            ],
            "kind_ids": pa.array([[10, 11], [20]], pa.list_(pa.int64())),
            "aanschrijving": ["Noémie Peeters en Jürgen Öztürk", "Bo Kanarie"],
        }
    )


@pytest.fixture(scope="module")
def kept(work: Work, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archief") / "brief.pdf"
    render_archive(work, recipients(), 3, path)
    return path


def test_it_reads_from_the_sender_to_the_rights(kept: Path) -> None:
    said = spoken(kept)
    assert said[:12] == [
        ("P", "VOORBEELD MET VERZONNEN GEGEVENS, NIET VERZENDEN"),
        ("P", "Agentschap Uitbetaling Groeipakket"),
        ("P", "Voorbeeldadres 1 bus 2"),
        ("P", "1000 Voorbeeldstad"),
        ("P", "Noémie Peeters Jürgen Öztürk Voorbeeldstraat 12 bus 3 8820 Torhout"),
        ("P", "Datum"),
        ("P", "5 november 2025"),
        ("P", "Ons kenmerk"),
        ("P", "GP-2025-0042-000003"),
        ("H1", "Een aanbod van OCMW Torhout"),
        ("P", "Beste Noémie Peeters en Jürgen Öztürk"),
        (
            "P",
            "OCMW Torhout heeft een aanbod dat u misschien van pas komt. Wij, het Agentschap Uitbetaling Groeipakket, "
            "sturen u deze brief op vraag van OCMW Torhout.",
        ),
    ]
    headings = [(role, text) for role, text in said if role.startswith("H")]
    assert headings == [
        ("H1", "Een aanbod van OCMW Torhout"),
        ("H2", "Wat biedt OCMW Torhout aan?"),
        ("H2", "Hebt u interesse?"),
        ("H2", "OCMW Torhout weet niet wie u bent"),
        ("H2", "U kiest zelf"),
        ("H2", "Meer weten over het aanbod?"),
        ("H2", "Vragen over deze brief?"),
        ("H1", "Hoe gaan wij om met uw gegevens?"),
        ("H1", "Wilt u zulke brieven niet meer krijgen?"),
    ]
    assert ("Figure", "QR-code naar https://www.example.be/hulp") in said
    rows = [(text, said[index + 1]) for index, (role, text) in enumerate(said) if role == "TH"]
    assert len(rows) == 10
    assert rows[3] == (
        "Waar komen ze vandaan?",
        ("TD", "Uit uw dossier van het Groeipakket. Naam en adres komen uit het Rijksregister."),
    )
    assert artifacts(kept) == ["Pagina 1 van 2", "Pagina 2 van 2VOORBEELD MET VERZONNEN GEGEVENS, NIET VERZENDEN"]


def test_the_structure_of_a_table_and_a_quotation(kept: Path) -> None:
    with pikepdf.open(kept) as pdf:
        [document] = pdf.Root.StructTreeRoot.K
        assert document.S == "/Document"
        assert [str(section.S) for section in document.K] == ["/Sect"] * 4
        privacy = document.K[3].K
        [table] = [kid for kid in privacy if kid.S == "/Table"]
        assert {tuple(str(cell.S) for cell in row.K) for row in table.K} == {("/TH", "/TD")}
        assert all(row.K[0].A.Scope == "/Row" for row in table.K)
        assert [str(kid.S) for kid in privacy[-1].K] == ["/P"]
        assert privacy[-1].S == "/BlockQuote"
        assert [page.obj.Tabs for page in pdf.pages] == ["/S", "/S"]
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        assert [int(numbers[place]) for place in (0, 2)] == [0, 1]
        assert all(one.Pg.objgen == pdf.pages[0].obj.objgen for one in numbers[1])


def test_a_list_has_items_with_bullets(
    work: Work, spoiled: Callable[[str, str, str], Template], tmp_path: Path
) -> None:
    text = "Hebt u interesse?\n"
    template = spoiled("informatiebrief/letter.j2", text, text + "- Eén zin.\n- **Twee** en nog wat.\n\n")
    render_archive(replace(work, template=template), recipients(), 3, tmp_path / "brief.pdf")
    said = spoken(tmp_path / "brief.pdf")
    start = said.index(("Lbl", "–"))
    assert said[start : start + 4] == [("Lbl", "–"), ("LBody", "Eén zin."), ("Lbl", "–"), ("LBody", "Twee en nog wat.")]
    with pikepdf.open(tmp_path / "brief.pdf") as pdf:
        listed = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/L"]
        assert [str(one.A.ListNumbering) for one in listed] == ["/Disc"]
        assert [[str(kid.S) for kid in one.K] for one in listed] == [["/LI", "/LI"]]


def test_a_word_that_was_cut_is_read_whole(work: Work, definition: Definition, tmp_path: Path) -> None:
    mail = "gezinsondersteuning@beveren-kruibeke-zwijndrecht.example.be"
    client = replace(definition.opdrachtgever, contact=Contact(e_mail=mail, webpagina="www.example.be/hulp"))
    work = replace(work, definition=replace(definition, opdrachtgever=client))
    render_archive(work, recipients(), 7, tmp_path / "brief.pdf")
    assert ("P", mail) in spoken(tmp_path / "brief.pdf")


def test_text_that_runs_on_is_read_before_what_is_beside(work: Work, definition: Definition, tmp_path: Path) -> None:
    offer = replace(definition.doeleinde, aanbod_tekst="Wij helpen u met de aanvraag. " * 30)
    work = replace(work, definition=replace(definition, doeleinde=offer))
    render_archive(work, recipients(), 7, tmp_path / "brief.pdf")
    texts = [text for _, text in spoken(tmp_path / "brief.pdf")]
    order = ["U kiest zelf", "Met vriendelijke groeten", "Vragen over deze brief?", "Hoe gaan wij om met uw gegevens?"]
    assert sorted(order, key=texts.index) == order


def drawn(path: Path, page: int) -> tuple[list[object], list[object]]:
    """What stands on a page: each visible character with its box, and each bar."""
    document = pypdfium2.PdfDocument(path)
    try:
        text = document[page].get_textpage()
        shown = [(text.get_text_range(index, 1), text.get_charbox(index)) for index in range(text.count_chars())]
    finally:
        document.close()
    with pikepdf.open(path) as pdf:
        own = pdf.pages[page].obj
        forms = [operands[0] for operands, operator in pikepdf.parse_content_stream(own) if str(operator) == "Do"]
        contents = [own, *(own.Resources.XObject[form] for form in forms)]
        bars = [
            tuple(map(float, operands))
            for content in contents
            for operands, operator in pikepdf.parse_content_stream(content)
            if str(operator) == "re"
        ]
    return sorted((char, box) for char, box in shown if char.strip()), sorted(bars)


def test_it_looks_like_the_printed_letter(work: Work, kept: Path, tmp_path: Path) -> None:
    render_selection(work, recipients(), tmp_path / "brieven")
    for page in range(2):
        characters, bars = drawn(kept, page)
        assert len(characters) > 900
        assert len(bars) > 1
        assert (characters, bars) == drawn(tmp_path / "brieven" / "brieven-0001.pdf", page)


def test_its_title_is_the_subject_with_the_reference(kept: Path) -> None:
    with pikepdf.open(kept) as pdf:
        assert pdf.docinfo.Title == "Een aanbod van OCMW Torhout (GP-2025-0042-000003)"
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Een aanbod van OCMW Torhout (GP-2025-0042-000003)"
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"
        assert pdf.Root.Lang == "nl-BE"
        assert pdf.Root.MarkInfo.Marked
        assert "/DPartRoot" not in pdf.Root


def test_it_is_private_the_same_each_time_and_names_no_other(work: Work, kept: Path, tmp_path: Path) -> None:
    path = tmp_path / "brief.pdf"
    archived = render_archive(work, recipients(), 3, path)
    assert (archived.bestand, archived.paginas) == ("brief.pdf", 2)
    assert archived.sha256 == sha256_file(path) == sha256_file(kept)
    assert archived.bytes == path.stat().st_size
    assert path.stat().st_mode & 0o777 == 0o600
    assert str(CANARY).encode() not in path.read_bytes()
    assert all("Kanarie" not in text for _, text in spoken(path))
    with pytest.raises(UsageError, match="bestaat al"):
        render_archive(work, recipients(), 3, path)


def test_a_letter_that_is_not_there(work: Work, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        render_archive(work, recipients(), 4, tmp_path / "brief.pdf")
    assert caught.value.code == "E626"
    assert str(caught.value) == (
        "Brief 4 staat niet in deze selectie: de volgnummers gaan van 3 tot 7. Kies een ander volgnummer."
    )
    assert list(tmp_path.iterdir()) == []


def test_first_names_are_asked_for(
    work: Work, child_definition: Definition, spoiled: Callable[[str, str, str], Template], tmp_path: Path
) -> None:
    text = "Beste {{ ontvanger.namen }}\n"
    template = spoiled("informatiebrief/letter.j2", text, text + "\nVoor {{ kinderen | opsomming }}.\n")
    naming = replace(work, template=template, definition=child_definition)
    with pytest.raises(RefusedError, match="hun voornamen ontbreken"):
        render_archive(naming, recipients(), 3, tmp_path / "brief.pdf")
    render_archive(naming, recipients(), 3, tmp_path / "brief.pdf", first_names={10: "Lücía", 11: "Björn", 20: "Zoë"})
    assert ("P", "Voor Lücía en Björn.") in spoken(tmp_path / "brief.pdf")
