"""``check_templates``: the shipped texts are plain, and what is spoiled is found where it stands."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from groeibrief.catalog import Catalogue, load_catalogue
from groeibrief.catalog.project import Project
from groeibrief.documents import Mapping, Scalar, parse_yaml
from groeibrief.language.standard import definitions
from groeibrief.letters import load_template
from groeibrief.letters.plain_policy import LanguagePolicy, load_language_policy
from groeibrief.letters.plainness import check_language, check_scalar
from groeibrief.workflow.templates import CheckedTemplate, check_templates, template_names

ROOT = Path(__file__).resolve().parents[3]
PRIVACY = "_gedeeld/gegevens.j2"
LETTER = "informatiebrief/letter.j2"
Spoiled = Callable[..., CheckedTemplate]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(Project(ROOT))


@pytest.fixture(scope="module")
def policy(project: Project) -> LanguagePolicy:
    return load_language_policy(project)


@pytest.fixture
def spoiled(tmp_path: Path, catalogue: Catalogue) -> Spoiled:
    """Replace text in files of a copy of the shipped project and check 'informatiebrief'."""

    def spoil(*changes: tuple[str, str, str]) -> CheckedTemplate:
        for folder in ("rules", "letter_templates"):
            shutil.copytree(ROOT / folder, tmp_path / folder)
        for name, old, new in changes:
            path = tmp_path / "letter_templates" / name
            text = path.read_text(encoding="utf-8")
            assert text.count(old) == 1, old
            path.write_text(text.replace(old, new), encoding="utf-8")
        (checked,), _ = check_templates(Project(tmp_path), ["informatiebrief"], catalogue)
        return checked

    return spoil


def line_of(name: str, text: str) -> int:
    """The line of the shipped text *name* where *text* begins."""
    source = (ROOT / "letter_templates" / name).read_text(encoding="utf-8")
    return source[: source.index(text)].count("\n") + 1


def told(checked: CheckedTemplate) -> list[str]:
    return [str(remark) for remark in checked.taal if remark.bestand != f"letter_templates/{PRIVACY}"]


def test_the_shipped_templates_are_plain(project: Project, policy: LanguagePolicy) -> None:
    names = template_names(project)
    assert len(names) >= 2
    for name in names:
        remarks = check_language(load_template(project, name), policy)
        assert [str(remark) for remark in remarks if remark.ernst != "opmerking"] == [], name


def test_the_shipped_offers_are_plain(project: Project, policy: LanguagePolicy) -> None:
    paths = [*definitions(project.rules), *definitions(project.rules / "standaard")]
    assert len(paths) > 10
    for path in paths:
        source = path.read_text(encoding="utf-8")
        tree = parse_yaml(source, path.name)
        node: object = tree
        for word in ("doeleinde", "aanbod", "tekst"):
            assert isinstance(node, Mapping)
            node = node.get(word)
        assert isinstance(node, Scalar)
        remarks = check_scalar(node, source, policy, path.name)
        assert [str(remark) for remark in remarks if remark.ernst != "opmerking"] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "column", "message"),
    [
        (
            LETTER, "Dan hoort u of het aanbod", "Ingevolge uw vraag hoort u of het aanbod", 1,
            "waarschuwing (moeilijk_woord): 'Ingevolge' is moeilijk. Schrijf: 'door'.",
        ),
        (
            LETTER, "Dan hoort u of", "Dat staat in het decreet. Dan hoort u of", 18,
            "waarschuwing (verwijzing_naar_wet): Schrijf niet 'decreet': wetten en artikels horen op de bladzijde over "
            "de gegevens. Beter: zeg in gewone woorden wat de regel is.",
        ),
        (
            "_gedeeld/belofte.j2", "## U kiest zelf", "## U hebt recht op dit aanbod", 4,
            "fout (belofte): Schrijf niet 'U hebt recht op': dat weten wij pas na een aanvraag. "
            "Beter: misschien hebt u recht op.",
        ),
        (
            "_gedeeld/contact.j2", "Scan de code met uw smartphone.", "De code kan gescand worden.", 21,
            "waarschuwing (lijdende_vorm): De zin is lijdend ('worden … gescand'). Zeg wie het doet, bijvoorbeeld met "
            "'wij' of 'u'.",
        ),
        (
            LETTER, "# Een aanbod van", "# Een heel nieuw aanbod om te ontdekken van", 3,
            "waarschuwing (onderwerp): Het onderwerp telt 10 woorden: hoogstens 8 is vlot te lezen. Maak het korter.",
        ),
        (
            "_gedeeld/afzender.yaml", "Wie deze brief kreeg, bewaren wij tot", "Eenieder die deze brief kreeg, "
            "bewaren wij tot", 3, "waarschuwing (moeilijk_woord): 'Eenieder' is moeilijk. Schrijf: 'iedereen'.",
        ),
    ],
)  # fmt: skip
def test_what_is_spoiled_is_found_at_its_line(
    spoiled: Spoiled, name: str, old: str, new: str, column: int, message: str
) -> None:
    checked = spoiled((name, old, new))
    assert told(checked) == [f"letter_templates/{name}:{line_of(name, old)}:{column}: {message}"]
    assert checked.bevindingen == ()
    assert checked.valid is not message.startswith("fout")


def test_a_sentence_through_a_branch_is_counted_with_it(spoiled: Spoiled) -> None:
    old = "Dan hoort u of het aanbod voor u geldt en wat u ervoor nodig hebt."
    branch = "{% if bestuur.contact.dienst %} bij de dienst {{ bestuur.contact.dienst }}{% endif %}"
    checked = spoiled((LETTER, old, f"Dan hoort u{branch} of het aanbod ook voor u geldt en wat u ervoor nodig hebt."))
    (remark,) = (each for each in checked.taal if each.bestand == f"letter_templates/{LETTER}")
    assert remark.melding == "De zin telt 23 woorden: hoogstens 22 is vlot te lezen. Maak er twee zinnen van."
    assert remark.gevonden == "Dan hoort u bij de dienst {{ bestuur.contact.dienst }} of …"


def test_references_to_the_law_belong_to_the_privacy_page(spoiled: Spoiled) -> None:
    checked = spoiled((PRIVACY, "U hoeft geen reden te geven.", "Het decreet vraagt geen reden."))
    assert {each.taalregel for each in checked.taal} <= {"lange_zin"}


def test_what_is_forbidden_twice_is_said_once(spoiled: Spoiled) -> None:
    checked = spoiled((LETTER, "of het aanbod voor u geldt", "of het aanbod voor je geldt"))
    (finding,) = checked.bevindingen
    assert finding.melding == "Schrijf niet 'je': een brief spreekt aan met u."
    assert told(checked) == []


REQUIRED = (
    ("Het {{ afzender.rechtspersoon }}.", "Wij."),
    ("{{ afzender.dpo_e_mail }}", "dpo@example.be"),
    ("Waarom kreeg u deze brief?", "Deze brief"),
    (": {{ gronden | opsomming }}", ""),
    ("Welke gegevens gebruikten wij?", "Gegevens"),
    (" over {{ bronnen | opsomming }}", ""),
    ("op {{ peildatum }}", "toen"),
    ("Waar komen ze vandaan?", "Vandaan?"),
    ("De drukkerij is onze verwerker:", "Goed:"),
    ("{{ afzender.bewaring }}", "Lang."),
    ("inkijken en laten verbeteren", "inkijken"),
    ("{{ afzender.toezicht_naam }}", "toezichthouder"),
    ("{{ afzender.toezicht_contact }}", "de post"),
    ("recht om bezwaar te maken", "recht"),
    ("op {{ afzender.webpagina }}", "op het web"),
)


@pytest.mark.parametrize(("old", "new"), REQUIRED)
def test_nothing_that_article_14_asks_may_go(spoiled: Spoiled, old: str, new: str) -> None:
    """Missed either as a sentence (``verplicht.yaml``) or as a field, and never by both."""
    changes = [(PRIVACY, old, new)]
    if old.endswith("webpagina }}"):
        changes.append(("_gedeeld/contact.j2", "{{ afzender.webpagina }}", "het web"))
    checked = spoiled(*changes)
    missed = {finding.verwacht for finding in checked.bevindingen if "zegt niet" in finding.melding}
    fields = [remark for remark in checked.taal if remark.taalregel == "onvolledig"]
    assert len(missed) + len(fields) == 1
    assert not checked.valid


def test_a_field_inside_a_branch_is_not_in_every_letter(spoiled: Spoiled) -> None:
    old = ": {{ gronden | opsomming }}"
    checked = spoiled((PRIVACY, old, f"{{% if bestuur.contact.dienst %}}{old}{{% endif %}}"))
    assert told(checked) == [
        f"letter_templates/{LETTER}:1:1: fout (onvolledig): Niet elke brief zegt op welke grond wij de gegevens "
        "gebruiken. Zet {{ gronden }} op een plaats waar geen 'if' rond staat."
    ]


def test_no_contact_block_and_no_wording_that_it_is_no_decision(spoiled: Spoiled) -> None:
    changes = (LETTER, '{% include "_gedeeld/contact.j2" %}\n', ""), ("_gedeeld/belofte.j2", "**geen beslissing**", "x")
    checked = spoiled(*changes)
    said = {finding.verwacht for finding in checked.bevindingen}
    assert said == {"geen beslissing", "{afzender.telefoon} {afzender.e_mail}"}


def test_a_template_that_cannot_be_read_has_findings_and_no_remarks(spoiled: Spoiled) -> None:
    checked = spoiled((LETTER, "## Hebt u interesse?", "{% if %}"))
    assert len(checked.bevindingen) == 1
    assert told(checked) == []


def test_a_definition_is_checked_with_its_own_template(catalogue: Catalogue, project: Project) -> None:
    path = project.rules / "torhout-hulp-bij-schooltoeslag.yaml"
    (checked,), offer = check_templates(project, (), catalogue, path)
    assert (checked.sjabloon, checked.bevindingen) == ("hulp-bij-schooltoeslag", ())
    assert offer is not None
    assert (offer.doelgroep, offer.taal, offer.valid) == (path.stem, (), True)


def test_a_template_that_asks_what_its_definition_does_not_give(
    tmp_path: Path, catalogue: Catalogue, project: Project
) -> None:
    path = tmp_path / "zaventem-grote-gezinnen.yaml"
    text = (project.rules / path.name).read_text(encoding="utf-8")
    assert "sjabloon: informatiebrief" in text
    path.write_text(text.replace("sjabloon: informatiebrief", "sjabloon: hulp-bij-schooltoeslag"), encoding="utf-8")
    (checked,), _ = check_templates(project, (), catalogue, path)
    assert {finding.melding for finding in checked.bevindingen} == {
        "Veld bron.schooltoeslag is niet beschikbaar: deze doelgroep gebruikt de bron 'schooltoeslag' niet."
    }
    both, _ = check_templates(project, ("informatiebrief", "hulp-bij-schooltoeslag"), catalogue, path)
    assert [bool(each.bevindingen) for each in both] == [False, True]


@pytest.mark.parametrize(
    ("written", "places"),
    [
        ("tekst: Wij helpen jullie tevens.", [(1, 19), (1, 26)]),
        ("tekst: 'Wij helpen jullie tevens.'", [(1, 20), (1, 27)]),
        ("tekst: >-\n  Wij helpen\n  jullie\n  tevens.\n", [(3, 3), (4, 3)]),
        ("tekst: |\n  Wij helpen jullie.\n\n  - Kom tevens langs.\n", [(2, 14), (4, 9)]),
        ("tekst: Wij helpen\n  jullie, (tevens)\n", [(2, 3), (2, 12)]),
        ('tekst: "Wij\\thelpen \\\n  jullie tevens"', [(2, 3), (2, 10)]),
    ],
)
def test_places_in_a_yaml_value(policy: LanguagePolicy, written: str, places: list[tuple[int, int]]) -> None:
    tree = parse_yaml(written, "x.yaml")
    assert isinstance(tree, Mapping)
    node = tree.get("tekst")
    assert isinstance(node, Scalar)
    remarks = check_scalar(node, written, policy, "x.yaml")
    assert [(each.regel, each.kolom) for each in remarks] == places
    assert {each.bestand for each in remarks} == {"x.yaml"}
