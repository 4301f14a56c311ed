"""Templates as the analysts keep them: reading, layout, required and forbidden words, pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from groeibrief.catalog.project import Project
from groeibrief.errors import DefinitionError
from groeibrief.letters import (
    FIELDS,
    Sender,
    Template,
    Work,
    check,
    contact_sheet,
    load_sender,
    load_template,
    preview,
    template_names,
)
from groeibrief.letters.markup import MarkupError, chunks_of, paragraphs_of, zones_of

ROOT = Path(__file__).resolve().parents[3]
SOURCES = (
    "startbedrag", "basisbedrag", "sociale_toeslag", "wezentoeslag", "pleegzorgtoeslag", "zorgtoeslag",
    "kinderopvangtoeslag", "kleutertoeslag", "schooltoeslag",
)  # fmt: skip
Spoil = Callable[[str, str, str], Template]


def test_names(project: Project) -> None:
    assert template_names(project) == (
        "aanvraagformulier", "herinnering", "hulp-bij-schooltoeslag", "informatiebrief", "uitnodiging",
    )  # fmt: skip


def test_an_unknown_template(project: Project) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_template(project, "informatie-brief")
    assert caught.value.code == "E601"
    assert str(caught.value) == (
        "Er is geen briefsjabloon 'informatie-brief'. De sjablonen zijn: aanvraagformulier, herinnering, "
        "hulp-bij-schooltoeslag, informatiebrief, uitnodiging. Bedoelde u 'informatiebrief'?"
    )


def test_no_templates_at_all(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"De sjablonen zijn: geen\."):
        load_template(Project(tmp_path), "x")


@pytest.mark.parametrize("name", ["informatiebrief/layout.yaml", "_gedeeld/fonts/LiberationSans-Bold.ttf"])
def test_a_missing_file(own_project: Project, name: str) -> None:
    (own_project.letter_templates / name).unlink()
    with pytest.raises(DefinitionError) as caught:
        load_template(own_project, "informatiebrief")
    assert (caught.value.code, str(caught.value)) == (
        "E602",
        f"Het bestand letter_templates/{name} ontbreekt. Zet het terug.",
    )


def test_a_text_that_is_no_utf8(own_project: Project) -> None:
    (own_project.letter_templates / "_gedeeld" / "belofte.j2").write_bytes(b"caf\xe9")
    with pytest.raises(DefinitionError) as caught:
        load_template(own_project, "informatiebrief")
    assert str(caught.value) == "letter_templates/_gedeeld/belofte.j2: Het bestand is geen UTF-8. Bewaar het als UTF-8."


def test_the_hash_covers_every_file_that_shapes_a_letter(template: Template, spoiled: Spoil) -> None:
    hashes = {template.sha256}
    for name, old, new in (
        ("informatiebrief/letter.j2", "misschien", "mogelijk"),
        ("informatiebrief/layout.yaml", "kop1: {letter: 16", "kop1: {letter: 17"),
        ("_gedeeld/belofte.j2", "U kiest zelf", "U beslist zelf"),
        ("_gedeeld/afzender.yaml", "02 000 00 00", "02 000 00 01"),
    ):
        hashes.add(spoiled(name, old, new).sha256)
    assert len(hashes) == 5


@pytest.mark.parametrize(
    "name", ["aanvraagformulier", "herinnering", "hulp-bij-schooltoeslag", "informatiebrief", "uitnodiging"]
)
def test_shipped_templates_have_no_findings(project: Project, sender: Sender, name: str) -> None:
    assert check(load_template(project, name), sender, SOURCES) == ()


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "message"),
    [
        (
            "_gedeeld/belofte.j2", "kreeg uw naam en uw adres niet van ons", "kent u niet",
            "letter_templates/informatiebrief/letter.j2:5",
            "Met het voorbeeld: de brief zegt niet dat het bestuur de naam niet kreeg. "
            "Schrijf: \"{bestuur.naam} kreeg uw naam en uw adres niet\".",
        ),
        (
            "informatiebrief/letter.j2", "sturen u deze brief op vraag van", "schrijven u namens",
            "letter_templates/informatiebrief/letter.j2:5",
            "Met het voorbeeld: de brief zegt niet wie de brief verzendt en op wiens vraag. "
            "Schrijf: \"{afzender.naam}, sturen u deze brief op vraag van {bestuur.naam}\".",
        ),
        (
            "_gedeeld/gegevens.j2", "het recht om bezwaar te maken", "een recht",
            "letter_templates/informatiebrief/letter.j2:5",
            "Met het voorbeeld: de brief zegt niet het recht van bezwaar (art. 21). "
            "Schrijf: \"recht om bezwaar te maken\".",
        ),
        (
            "_gedeeld/belofte.j2", "**geen beslissing**", "informatief",
            "letter_templates/informatiebrief/letter.j2:5",
            "Met het voorbeeld: de brief zegt niet dat de brief geen beslissing is. Schrijf: \"geen beslissing\".",
        ),
        (
            "_gedeeld/gegevens.j2", "{{ afzender.toezicht_naam }}", "toezichthouder",
            "letter_templates/informatiebrief/letter.j2:5",
            "Met het voorbeeld: de brief zegt niet de klacht bij de toezichthouder (art. 14.2.e). "
            "Schrijf: \"{afzender.toezicht_naam}\".",
        ),
        (
            "_gedeeld/contact.j2", "{{ afzender.telefoon }}\n", "",
            "letter_templates/informatiebrief/letter.j2:5",
            "Met het voorbeeld: de brief zegt niet de contactgegevens van de afzender. "
            "Schrijf: \"{afzender.telefoon} {afzender.e_mail}\".",
        ),
        (
            "_gedeeld/belofte.j2", "U hoeft niets te doen.", "Jij hoeft niets te doen.",
            "letter_templates/_gedeeld/belofte.j2:5:50",
            "Schrijf niet 'Jij': een brief spreekt aan met u.",
        ),
        (
            "informatiebrief/letter.j2", "dat u misschien van pas komt", "voor uw kinderen",
            "letter_templates/informatiebrief/letter.j2:10:42",
            "Schrijf niet 'uw kinderen': wie de brief krijgt, kan zelf het kind zijn of een pleegouder.",
        ),
        (
            "informatiebrief/letter.j2", "# Een aanbod van {{ bestuur.naam }}", "# Uw sociale toeslag",
            "letter_templates/informatiebrief/letter.j2:6",
            "Het onderwerp verraadt iets over wie de brief krijgt: schrijf het zonder 'toeslag'.",
        ),
        (
            "informatiebrief/letter.j2", "# Een aanbod van {{ bestuur.naam }}", "# {{ aanbod.tekst }}",
            "letter_templates/informatiebrief/letter.j2:6",
            "Het onderwerp mag veld aanbod.tekst niet noemen: toegelaten zijn bestuur.naam en afzender.naam.",
        ),
        (
            "informatiebrief/letter.j2", "# Een aanbod van {{ bestuur.naam }}", f"# {'Lang ' * 14}",
            "letter_templates/informatiebrief/letter.j2:6",
            "Het onderwerp is langer dan 60 tekens. Maak het korter.",
        ),
        (
            "informatiebrief/letter.j2", "# Een aanbod van {{ bestuur.naam }}", "Een aanbod",
            "letter_templates/informatiebrief/letter.j2:1",
            "De brief heeft geen onderwerp. Schrijf een regel die met '# ' begint.",
        ),
    ],
)  # fmt: skip
def test_what_check_finds(
    spoiled: Spoil, sender: Sender, name: str, old: str, new: str, place: str, message: str
) -> None:
    findings = check(spoiled(name, old, new), sender, SOURCES)
    assert f"{place}: {message}" in [str(finding) for finding in findings]


def test_check_sees_every_branch(spoiled: Spoil, sender: Sender) -> None:
    """A sentence that stands only beside a web page is missed where there is none."""
    old = "U hoeft niets te doen. "
    text = "{% if bestuur.contact.webpagina %}Deze brief is informatie en **geen beslissing**.{% endif %}"
    template = spoiled("_gedeeld/belofte.j2", "Deze brief is informatie en **geen beslissing**. " + old, text)
    assert [finding.melding for finding in check(template, sender, SOURCES)] == [
        f'{what}: de brief zegt niet dat de brief geen beslissing is. Schrijf: "geen beslissing".'
        for what in ("Zonder contactgegevens van het bestuur", "Met de langste waarden en zonder webpagina")
    ]


def test_check_sets_the_longest_values(spoiled: Spoil, sender: Sender) -> None:
    template = spoiled("informatiebrief/layout.yaml", "breedte: 45, hoogte: 160", "breedte: 45, hoogte: 115")
    assert [str(finding) for finding in check(template, sender, SOURCES)] == [
        "letter_templates/_gedeeld/contact.j2:2: "
        "Met de langste waarden: Sjabloon 'informatiebrief', brief 999999: de tekst is 25,3 mm te hoog voor zone "
        "'contact'. Maak de tekst korter of de zone groter in layout.yaml."
    ]


def test_check_begins_with_the_proof(spoiled: Spoil, sender: Sender) -> None:
    template = spoiled("_gedeeld/belofte.j2", "{{ bestuur.naam }}", "{{ bestuur.burgemeester }}")
    findings = check(template, sender, SOURCES)
    assert {finding.gevonden for finding in findings} == {"bestuur.burgemeester"}


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        (
            "x: 25, y: 46, breedte: 70", "x: 60, y: 46, breedte: 70", "E611",
            "letter_templates/informatiebrief/layout.yaml: "
            "zones.kenmerk overlapt het venster: daar mag alleen het adres staan.",
        ),
        (
            "x: 25, y: 19, breedte: 100", "x: 60, y: 19, breedte: 100", "E611",
            "letter_templates/informatiebrief/layout.yaml: "
            "zones.afzender overlapt vrij.frankeerzone: daar mag niets gedrukt worden.",
        ),
        (
            "{x: 116.5, y: 40.5", "{x: 112.5, y: 40.5", "E611",
            "letter_templates/informatiebrief/layout.yaml: "
            "venster.adres steekt buiten venster.zichtbaar: een deel van het adres kan onleesbaar worden.",
        ),
        (
            "breedte: 114, hoogte: 197.5", "breedte: 130, hoogte: 197.5", "E611",
            "letter_templates/informatiebrief/layout.yaml: zones.tekst overlapt zones.contact.",
        ),
        (
            "vervolg: {x: 25", "vervolg: {x: 39", "E611",
            "letter_templates/informatiebrief/layout.yaml: vervolg komt dichter dan 5 mm bij de rand van het papier.",
        ),
        (
            "logo: {x: 150, y: 84.2", "logo: {x: 130, y: 84.2", "E611",
            "letter_templates/informatiebrief/layout.yaml: zones.tekst overlapt logo.",
        ),
        (
            "logo: {x: 150, y: 84.2", "logo: {x: 150, y: 60", "E611",
            "letter_templates/informatiebrief/layout.yaml: logo overlapt het venster: daar mag alleen het adres staan.",
        ),
        (
            "  contact: {pagina: 1", "  contact: {pagina: 2", "E611",
            "letter_templates/informatiebrief/layout.yaml: "
            "zones.contact overlapt vervolg: de brief kan tot daar doorlopen.",
        ),
        (
            "stroom: tekst", "stroom: brief", "E611",
            "letter_templates/informatiebrief/layout.yaml: "
            "'stroom' noemt de zone 'brief', maar die staat niet onder 'zones'.",
        ),
        (
            "hoogte: 197.5, stijl: brief", "hoogte: 197.5, stijl: groot", "E611",
            "letter_templates/informatiebrief/layout.yaml: "
            "zones.tekst noemt de stijl 'groot', maar die staat niet onder 'stijlen'.",
        ),
        (
            "vouwtekens: [99, 198]", "vouwtekens: [99, 299]", "E611",
            "letter_templates/informatiebrief/layout.yaml: vouwtekens: 299 mm ligt niet op de pagina.",
        ),
        (
            "papier: A4", "papier: A5", "E610",
            "letter_templates/informatiebrief/layout.yaml:2:9: "
            "'papier' heeft een waarde die hier niet past. Moet het een getal, een tekst of een lijst zijn?",
        ),
        (
            "hoogstens_paginas: 2", "hoogstens_pagina: 2", "E610",
            "letter_templates/informatiebrief/layout.yaml:2:1: 'hoogstens_paginas' ontbreekt: voeg het toe.",
        ),
        (
            "qr: {zijde: 28, rondom: 4.5}", "qr: {zijde: 28, rondom: 4}", "E610",
            "qr.rondom is kleiner dan vier modules: maak het minstens 0,16 keer de zijde.",
        ),
    ],
)  # fmt: skip
def test_layout_faults_word_for_word(spoiled: Spoil, old: str, new: str, code: str, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        spoiled("informatiebrief/layout.yaml", old, new)
    assert caught.value.code == code
    assert message in str(caught.value).splitlines()[0]


def test_an_unknown_word_in_a_layout_is_found_at_its_place(spoiled: Spoil) -> None:
    with pytest.raises(DefinitionError) as caught:
        spoiled("informatiebrief/layout.yaml", "paginering:", "vouwteken: [10]\npaginering:")
    assert str(caught.value).endswith(
        "'vouwteken' is een onbekend woord: verwijder het of verbeter de spelling. Bedoelde u 'vouwtekens'?"
    )
    assert caught.value.findings[0].regel is not None
    assert caught.value.findings[0].regel > 30


def test_a_sender_without_dpo(own_project: Project) -> None:
    path = own_project.letter_templates / "_gedeeld" / "afzender.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text("".join(line for line in text.splitlines(keepends=True) if "dpo" not in line), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_sender(own_project)
    assert caught.value.code == "E625"
    assert caught.value.findings[0].melding == "'dpo_e_mail' ontbreekt: voeg het toe."


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "**{{ bestuur.naam }} kreeg", "*{{ bestuur.naam }} kreeg",
            "brief 1: zone 'tekst', alinea 8: vet en cursief staan door elkaar.",
        ),
        ("niet van ons**", "niet van ons", "brief 1: zone 'tekst', alinea 8: een '*' of '**' wordt niet gesloten."),
        (
            "## U kiest zelf", "| U kiest zelf",
            "brief 1: zone 'tekst', alinea 9: een regel '| label | tekst' mist zijn tweede streep.",
        ),
    ],
)  # fmt: skip
def test_markup_faults(spoiled: Spoil, sender: Sender, old: str, new: str, message: str) -> None:
    findings = check(spoiled("_gedeeld/belofte.j2", old, new), sender, SOURCES)
    assert findings[0].melding == f"Met het voorbeeld: Sjabloon 'informatiebrief', {message}"


def test_an_unknown_zone(spoiled: Spoil, sender: Sender) -> None:
    template = spoiled("_gedeeld/belofte.j2", "## U kiest zelf", ":: kiest")
    assert check(template, sender, SOURCES)[0].melding == (
        "Met het voorbeeld: Sjabloon 'informatiebrief': zone 'kiest' staat niet in layout.yaml. "
        "Kies uit: afzender, kenmerk, tekst, contact."
    )


def test_text_before_the_first_zone() -> None:
    with pytest.raises(MarkupError, match="er staat tekst vóór de eerste regel ':: zone'"):
        zones_of("Beste\n:: tekst\nx")


def test_paragraphs() -> None:
    ((name, content),) = zones_of(
        "\n:: tekst\n# Kop\nEen **vet**\nen *cursief* woord.\n\n- een\n- twee\n  drie\n\n>> pagina\n"
    )
    assert name == "tekst"
    read = [paragraph for chunk in chunks_of(content) for paragraph in paragraphs_of(chunk, keep_lines=False)]
    assert [(one.kind, "".join(span.text for span in one.spans)) for one in read] == [
        ("kop1", "Kop"), ("tekst", "Een vet en cursief woord."), ("punt", "een"), ("punt", "twee drie"), ("pagina", ""),
    ]  # fmt: skip
    assert [span.style for span in read[1].spans] == ["gewoon", "vet", "gewoon", "cursief", "gewoon"]


def test_preview(template: Template, sender: Sender, tmp_path: Path) -> None:
    out = tmp_path / "brief.png"
    assert preview(template, sender, out, dpi=40) == 2
    with Image.open(out) as picture:
        assert picture.width > picture.height
        plain = picture.tobytes()
    assert preview(template, sender, out, dpi=40, zones=True) == 2
    with Image.open(out) as picture:
        assert picture.tobytes() != plain
    assert [path.name for path in tmp_path.iterdir()] == ["brief.png"]


def test_preview_of_a_definition(template: Template, sender: Sender, work: Work, tmp_path: Path) -> None:
    """The authority is the definition's, the family stays the sample's."""
    preview(template, sender, tmp_path / "voorbeeld.png", dpi=40)
    preview(template, sender, tmp_path / "doelgroep.png", work=work, dpi=40)
    with Image.open(tmp_path / "voorbeeld.png") as one, Image.open(tmp_path / "doelgroep.png") as other:
        assert one.size == other.size
        assert one.tobytes() != other.tobytes()


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "informatiebrief/sample.yaml", "synthetisch: true", "synthetisch: false",
            "letter_templates/informatiebrief/sample.yaml:2:14: 'synthetisch' heeft een waarde die hier niet past. "
            "Moet het een getal, een tekst of een lijst zijn?",
        ),
        (
            "_gedeeld/verplicht.yaml", "  hoogstens_tekens: 60\n", "",
            "letter_templates/_gedeeld/verplicht.yaml:36:1: 'onderwerp.hoogstens_tekens' ontbreekt: voeg het toe.",
        ),
        (
            "_gedeeld/belofte.j2", "## U kiest zelf", ">> qr\n\n## U kiest zelf",
            "letter_templates/informatiebrief/letter.j2:5: Zonder contactgegevens van het bestuur: "
            "Sjabloon 'informatiebrief': '>> qr' heeft hier geen webpagina of geen maat. Zet het tussen "
            "{% if bestuur.contact.webpagina %} en {% endif %}, en 'qr' in layout.yaml.",
        ),
    ],
)  # fmt: skip
def test_files_that_check_reads_beside_the_template(
    spoiled: Spoil, sender: Sender, name: str, old: str, new: str, message: str
) -> None:
    assert message in [str(finding) for finding in check(spoiled(name, old, new), sender, SOURCES)]


def test_contact_sheet(work: Work, tmp_path: Path) -> None:
    from invented_letters import a_letter

    renderer = work.renderer()
    paths = []
    for number in (1, 2):
        paths.append(tmp_path / f"{number}.pdf")
        renderer.write_batch(paths[-1], [renderer.compose(a_letter(number))])
    assert contact_sheet(paths, tmp_path / "blad.png", 2, 3, dpi=20) == 3
    with Image.open(tmp_path / "blad.png") as picture:
        assert picture.size == (2 * (166 + 5) + 5, 2 * (234 + 5) + 5)


def test_the_design_note_lists_every_field() -> None:
    note = (ROOT / "docs" / "design" / "letters.md").read_text(encoding="utf-8")
    for field in FIELDS:
        assert f"| `{field.path}` | {field.kind.value} | {field.meaning} |" in note
