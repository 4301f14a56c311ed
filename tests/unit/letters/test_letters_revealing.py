"""What nobody may read before the letter is opened, and what a form may not tell the authority."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groeibrief.catalog.project import Project
from groeibrief.letters import Sender, Template, check, load_template

SOURCES = ("basisbedrag", "sociale_toeslag", "zorgtoeslag", "schooltoeslag")
ALLOWED = "afzender.naam, afzender.adresregels, datum, kenmerk, bestuur.naam, ontvanger.namen"
Spoil = Callable[[str, str, str], Template]


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "message"),
    [
        (
            "informatiebrief/letter.j2", "Beste {{ ontvanger.namen }}", "{{ aanbod.tekst }}",
            "letter_templates/informatiebrief/letter.j2:8:4",
            "Veld aanbod.tekst kan boven de vouw staan, waar anderen het eerst lezen. Zet het lager; toegelaten zijn "
            f"{ALLOWED}.",
        ),
        (
            "_gedeeld/afzender.j2", "{{ kenmerk }}", "{{ bronnen | opsomming }}",
            "letter_templates/_gedeeld/afzender.j2:12:4",
            "Veld bronnen kan boven de vouw staan, waar anderen het eerst lezen. Zet het lager; toegelaten zijn "
            f"{ALLOWED}.",
        ),
        (
            "_gedeeld/afzender.j2", "{{ kenmerk }}",
            "{% if bestuur.contact.dienst %}\n{{ bestuur.contact.dienst }}\n{% endif %}",
            "letter_templates/_gedeeld/afzender.j2:12:7",
            "Veld bestuur.contact.dienst kan boven de vouw staan, waar anderen het eerst lezen. Zet het lager; "
            f"toegelaten zijn {ALLOWED}.",
        ),
        (
            "_gedeeld/afzender.j2", "{{ kenmerk }}", "**Zorg**",
            "letter_templates/_gedeeld/afzender.j2:12:3",
            "Boven de vouw staat 'zorg': dat verraadt iets over wie de brief krijgt. Schrijf het anders of zet het "
            "lager.",
        ),
        (
            "informatiebrief/letter.j2", "Beste {{ ontvanger.namen }}",
            "{% if aanbod.soort == 'toelage' %}Uw inkomen{% endif %}\n\nBeste {{ ontvanger.namen }}",
            "letter_templates/informatiebrief/letter.j2:8:38",
            "Boven de vouw staat 'inkomen': dat verraadt iets over wie de brief krijgt. Schrijf het anders of zet het "
            "lager.",
        ),
    ],
)  # fmt: skip
def test_above_the_fold_word_for_word(
    spoiled: Spoil, sender: Sender, name: str, old: str, new: str, place: str, message: str
) -> None:
    findings = [str(finding) for finding in check(spoiled(name, old, new), sender, SOURCES)]
    assert f"{place}: {message}" in findings


@pytest.mark.parametrize(
    ("new", "place", "message"),
    [
        (
            "__ Naam: {{ ontvanger.namen }}", ":49:13",
            "De strook noemt veld ontvanger.namen, maar ze gaat naar het bestuur. Laat het weg; toegelaten zijn "
            "bestuur.naam, bestuur.contact.dienst, kenmerk.",
        ),
        (
            "{{ bron.zorgtoeslag }}", ":49:4",
            "De strook noemt veld bron.zorgtoeslag, maar ze gaat naar het bestuur. Laat het weg; toegelaten zijn "
            "bestuur.naam, bestuur.contact.dienst, kenmerk.",
        ),
        (
            "{% for kind in kinderen %}{{ kind }}{% endfor %}", ":49:16",
            "De strook noemt veld kinderen, maar ze gaat naar het bestuur. Laat het weg; toegelaten zijn "
            "bestuur.naam, bestuur.contact.dienst, kenmerk.",
        ),
        (
            "__ Mijn inkomen", ":49:9",
            "Op de strook staat 'inkomen': dat verraadt iets over wie ze invult. Schrijf het anders.",
        ),
    ],
)  # fmt: skip
def test_the_form_word_for_word(own_project: Project, sender: Sender, new: str, place: str, message: str) -> None:
    path: Path = own_project.letter_templates / "aanvraagformulier" / "letter.j2"
    text = path.read_text(encoding="utf-8")
    assert text.count("__ Naam en voornaam\n") == 1
    path.write_text(text.replace("__ Naam en voornaam\n", f"{new}\n"), encoding="utf-8")
    template = load_template(own_project, "aanvraagformulier")
    line = 1 + text[: text.index("__ Naam en voornaam")].count("\n")
    where = place.replace(":49:", f":{line}:")
    findings = [str(finding) for finding in check(template, sender, SOURCES)]
    assert any(one.endswith(message) for one in findings)
    if "kinderen" not in new and "namen" not in new:
        assert f"letter_templates/aanvraagformulier/letter.j2{where}: {message}" in findings


def test_the_sheet_that_is_not_folded_shows_nothing(spoiled: Spoil, sender: Sender) -> None:
    """Without folds the envelope is as large as the sheet, and only the window shows."""
    template = spoiled("informatiebrief/layout.yaml", "vouwtekens: [99, 198]", "vouwtekens: []")
    assert check(template, sender, SOURCES) == ()
