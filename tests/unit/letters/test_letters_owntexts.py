"""A letter's own texts: printed as they are written, never more than a value, and never longer than was proved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from invented_letters import a_letter, a_source, recipients
from letters_reading import spoken

from groeibrief.catalog.project import Project
from groeibrief.errors import DefinitionError, UsageError
from groeibrief.letters import Sender, Template, Work, check, load_template, render_archive, render_selection
from groeibrief.letters.fonts import Face
from groeibrief.letters.owntexts import check_own_texts, lines_of, longest_text, own_values
from groeibrief.letters.template import FONTS

SOURCES = ("basisbedrag", "sociale_toeslag", "zorgtoeslag", "schooltoeslag")
Spoil = Callable[[str, str, str], Template]
LAYOUT = "informatiebrief/layout.yaml"
PLACE = "{% if teksten.toelichting %}\n\n> {{ teksten.toelichting }}\n{% endif %}\n"
TEXT = "Het aanbod geldt tot 31 december. U haalt het af in het Sociaal Huis."


def saying(work: Work, text: str) -> Work:
    return replace(work, mailing=replace(work.mailing, teksten={"toelichting": text}))


def faces(template: Template) -> Mapping[str, Face]:
    return {style: Face(template.font(style)) for style in FONTS}


def words_of(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    finally:
        document.close()


def refusal(template: Template, texts: dict[str, str]) -> tuple[str, list[str]]:
    sources = {key: a_source(key, f"de {key.replace('_', ' ')}") for key in SOURCES}
    with pytest.raises(UsageError) as caught:
        check_own_texts(template, texts, sources)
    return caught.value.code, [finding.melding for finding in caught.value.findings]


def test_each_letter_says_it_and_its_archive_copy_too(work: Work, tmp_path: Path) -> None:
    render_selection(saying(work, TEXT), recipients(2), tmp_path / "uit")
    assert words_of(tmp_path / "uit/brieven-0001.pdf").count(TEXT) == 2
    render_archive(saying(work, TEXT), recipients(2), 2, tmp_path / "archief.pdf")
    assert TEXT in [" ".join(text.split()) for _, text in spoken(tmp_path / "archief.pdf")]
    render_selection(saying(work, TEXT), recipients(2), tmp_path / "weer", processes=2)
    for path in (tmp_path / "uit").iterdir():
        assert (tmp_path / "weer" / path.name).read_bytes() == path.read_bytes()


def test_without_one_there_is_no_empty_quotation(work: Work, tmp_path: Path) -> None:
    quotes = []
    for name, own in (("zonder", ""), ("met", TEXT), ("leeg", " \n ")):
        article = saying(work, own).renderer().article(a_letter())
        blocks = [placed.block for part in article.parts for page in part.pages for placed in page]
        quotes.append((name, sum(block.kind == "citaat" for block in blocks)))
    assert dict(quotes)["zonder"] == dict(quotes)["leeg"] == dict(quotes)["met"] - 1


def test_the_look_of_the_mailing_has_another_hash(work: Work) -> None:
    assert len({work.sha256, saying(work, TEXT).sha256, saying(work, TEXT + "!").sha256}) == 3


def test_nothing_in_it_is_template_or_markup(work: Work, tmp_path: Path) -> None:
    text = "{{ bronnen }} {% include '_gedeeld/gegevens.j2' %} **vet** | a | b | >> pagina"
    plain = saying(work, "gewoon").renderer().compose(a_letter())
    renderer = saying(work, f"{text}\n\n# Kop\n:: contact\n- punt").renderer()
    composed = renderer.compose(a_letter())
    assert len(composed.pages) == len(plain.pages)
    renderer.write_batch(tmp_path / "brieven.pdf", [composed])
    assert f"{text} # Kop :: contact - punt" in words_of(tmp_path / "brieven.pdf")


@pytest.mark.parametrize(
    ("texts", "code", "message"),
    [
        (
            {"toelichtng": "Kom."}, "E660",
            "De brief 'informatiebrief' heeft geen plaats voor de eigen tekst 'toelichtng'. Wel voor: toelichting.",
        ),
        (
            {"toelichting": "a " * 200 + "bc"}, "E661",
            "'Toelichting bij het aanbod' telt 402 tekens; er is plaats voor 400. Kort de tekst in.",
        ),
        (
            {"toelichting": "WWWWWWWWWWWWWWW " * 8}, "E661",
            "'Toelichting bij het aanbod' neemt 8 regels in; er is plaats voor 7. Kort de tekst in.",
        ),
        (
            {"toelichting": "Breng jouw kaart mee."}, "E662",
            "Schrijf in 'Toelichting bij het aanbod' niet 'jouw': een brief spreekt aan met u.",
        ),
        (
            {"toelichting": "U krijgt een Sociale toeslag."}, "E663",
            "'Toelichting bij het aanbod' noemt 'Sociale toeslag': dat verraadt waarom een gezin de brief krijgt. "
            "Schrijf het zonder.",
        ),
        (
            {"toelichting": "Kom naar 日本."}, "E664",
            "In 'Toelichting bij het aanbod' staat U+65E5: dat teken heeft het lettertype niet. Schrijf het anders.",
        ),
        (
            {"toelichting": "Kom\u202enaar ons."}, "E664",
            "In 'Toelichting bij het aanbod' staat een onzichtbaar teken. Typ de tekst opnieuw.",
        ),
    ],
)  # fmt: skip
def test_what_does_not_belong_in_a_letter_word_for_word(
    template: Template, work: Work, texts: dict[str, str], code: str, message: str
) -> None:
    assert refusal(template, texts) == (code, [message])
    if code != "E663":
        with pytest.raises(UsageError) as caught:
            replace(work, mailing=replace(work.mailing, teksten=texts)).renderer()
        assert caught.value.code == code


def test_everything_is_said_at_once(template: Template) -> None:
    code, messages = refusal(template, {"x": "a", "toelichting": "Uw kind en de zorgtoeslag, jullie."})
    assert (code, len(messages)) == ("E660", 4)


def test_a_template_without_a_place_for_own_texts(project: Project) -> None:
    template = load_template(project, "herinnering")
    assert own_values(template, {}) == {}
    assert refusal(template, {"toelichting": "Kom."}) == (
        "E660",
        ["De brief 'herinnering' heeft geen plaats voor de eigen tekst 'toelichting'. Wel voor: geen."],
    )


@pytest.mark.parametrize("name", ["informatiebrief", "uitnodiging"])
def test_the_longest_text_of_the_proof_is_as_long_as_any_that_is_let_through(project: Project, name: str) -> None:
    template = load_template(project, name)
    [own] = template.layout.eigen_teksten.values()
    longest = longest_text(template.layout, own, faces(template))
    assert lines_of(template.layout, longest, faces(template)) == own.hoogstens_regels
    widths = (template.layout.zones["tekst"].breedte, template.layout.vervolg.breedte)
    assert widths[0] < widths[1]
    for width in widths:
        zone = template.layout.zones["tekst"].model_copy(update={"breedte": width})
        follow = template.layout.vervolg.model_copy(update={"breedte": width})
        layout = template.layout.model_copy(update={"zones": {"tekst": zone}, "vervolg": follow})
        assert lines_of(layout, longest, faces(template)) == own.hoogstens_regels


@pytest.mark.parametrize("lines", [1, 4, 9])
def test_the_check_sets_the_letter_with_its_longest_own_text(spoiled: Spoil, sender: Sender, lines: int) -> None:
    template = spoiled(LAYOUT, "hoogstens_regels: 7", f"hoogstens_regels: {lines}")
    found = [finding.melding for finding in check(template, sender, SOURCES)]
    if lines < 7:
        assert found == []
    else:
        assert found[0].startswith("Met de langste waarden: Sjabloon 'informatiebrief', brief 999999: de tekst is ")
        assert "mm te hoog voor zone 'tekst'" in found[0]


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "informatiebrief/letter.j2", "{{ teksten.toelichting }}", "{{ teksten.uitleg }}",
            "Veld teksten.uitleg is niet beschikbaar: het sjabloon heeft geen eigen tekst 'uitleg'. Zet ze onder "
            "'eigen_teksten' in layout.yaml.",
        ),
        (
            "informatiebrief/letter.j2", "{% if teksten.toelichting %}", "{% if bestuur.contact.dienst %}",
            "Veld teksten.toelichting kan ontbreken: zet het tussen {% if teksten.toelichting %} en {% endif %}.",
        ),
        (
            "informatiebrief/letter.j2", PLACE, "",
            "De eigen tekst 'toelichting' staat nergens in de brief. Zet {{ teksten.toelichting }} in de tekst, of "
            "haal ze uit layout.yaml.",
        ),
        (
            "informatiebrief/letter.j2", "> {{ teksten.toelichting }}", "| Uitleg | {{ teksten.toelichting }}",
            "De eigen tekst teksten.toelichting staat niet in een gewone alinea, een citaat of een punt van zone "
            "'tekst'. Zet ze daar: alleen daar is bewezen dat ze past.",
        ),
        (
            "_gedeeld/contact.j2", ":: contact\n",
            ":: contact\n{% if teksten.toelichting %}\n{{ teksten.toelichting }}\n\n{% endif %}\n",
            "De eigen tekst teksten.toelichting staat niet in een gewone alinea, een citaat of een punt van zone "
            "'tekst'. Zet ze daar: alleen daar is bewezen dat ze past.",
        ),
        (
            "informatiebrief/letter.j2", "Beste {{ ontvanger.namen }}",
            "{% if teksten.toelichting %}\n{{ teksten.toelichting }}\n{% endif %}",
            "Veld teksten.toelichting kan boven de vouw staan, waar anderen het eerst lezen. Zet het lager; toegelaten "
            "zijn afzender.naam, afzender.adresregels, datum, kenmerk, bestuur.naam, ontvanger.namen.",
        ),
        (
            LAYOUT, "hoogstens_regels: 7", "hoogstens_regels: 21",
            "'eigen_teksten.toelichting.hoogstens_regels' heeft een waarde die hier niet past. Moet het een getal, een "
            "tekst of een lijst zijn?",
        ),
    ],
)  # fmt: skip
def test_the_static_proof_of_own_texts_word_for_word(
    spoiled: Spoil, sender: Sender, name: str, old: str, new: str, message: str
) -> None:
    try:
        found = [finding.melding for finding in check(spoiled(name, old, new), sender, SOURCES)]
    except DefinitionError as error:
        found = [finding.melding for finding in error.findings]
    assert message in found


def test_styles_that_differ_too_much_have_no_proof(spoiled: Spoil, sender: Sender) -> None:
    template = spoiled(LAYOUT, "breedte: 114, hoogte: 197.5", "breedte: 70, hoogte: 197.5")
    assert [finding.melding for finding in check(template, sender, SOURCES)] == [
        "De stijlen van de zone met eigen teksten verschillen te veel in breedte: hun langste lengte is niet te "
        "bewijzen. Maak de zone op pagina 1 minstens half zo breed als 'vervolg'."
    ]
