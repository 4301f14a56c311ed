"""How long each kind of data is kept, and what a policy that is not sound is refused for."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from casework_world import ROOT

from groeibrief.casework.policy import load_casework_policy
from groeibrief.casework.processing import load_processing_policy
from groeibrief.casework.retention import KINDS, Term, load_retention_policy
from groeibrief.catalog import Project
from groeibrief.documents import read_yaml
from groeibrief.errors import DefinitionError

SOURCES = ("sociale_toeslag", "zorgtoeslag")
IN_WORDS = {13: "dertien"}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(ROOT.rules / "policies", tmp_path / "rules" / "policies")
    return Project(tmp_path)


def spoil(project: Project, name: str, *pairs: tuple[str, str]) -> None:
    path = project.rules / "policies" / name
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def refused(project: Project) -> list[str]:
    with pytest.raises(DefinitionError) as refusal:
        load_retention_policy(project)
    assert refusal.value.code == "E290"
    return [finding.melding for finding in refusal.value.findings]


def test_every_kind_has_a_term_a_reason_and_someone_who_erases() -> None:
    policy = load_retention_policy(ROOT)
    assert {kept.soort for kept in policy.soorten} == set(KINDS)
    assert str(policy.of("snapshot").termijn) == "6 maanden"
    assert policy.of("logboek").termijn.end(date(2025, 1, 1)) is None
    assert policy.of("retouren").as_json()["termijn"] == "30 dagen"


def test_a_term_stands_in_one_place_only(project: Project) -> None:
    assert str(load_retention_policy(project).of("pseudoniemen").termijn) == "13 maanden"
    spoil(project, "werkwijze.yaml", ("maanden: 13 ", "maanden: 14 "))
    assert str(load_retention_policy(project).of("pseudoniemen").termijn) == "14 maanden"


def test_the_letter_tells_the_term_of_the_policy() -> None:
    sender = read_yaml(ROOT.letter_templates / "_gedeeld" / "afzender.yaml").plain()
    months = load_casework_policy(ROOT).bewaring.maanden
    assert f"tot {IN_WORDS[months]} maanden nadat wij deze zending afsluiten" in sender["bewaring"]


@pytest.mark.parametrize(
    ("term", "words", "end"),
    [
        (Term(dagen=1), "1 dag", date(2024, 3, 1)),
        (Term(dagen=0), "0 dagen", date(2024, 2, 29)),
        (Term(maanden=1), "1 maand", date(2024, 3, 29)),
        (Term(jaren=1), "1 jaar", date(2025, 2, 28)),
        (Term(jaren=10), "10 jaar", date(2034, 2, 28)),
        (Term(blijft="voor altijd"), "blijft: voor altijd", None),
    ],
)
def test_the_end_of_a_term(term: Term, words: str, end: date | None) -> None:
    assert (str(term), term.end(date(2024, 2, 29))) == (words, end)


WRONG = "Een termijn is één van: 'dagen', 'maanden', 'jaren', 'blijft', of 'uit' met 'sleutel' en 'eenheid'."
TOGETHER = "Deze soorten worden samen gewist en hebben één termijn: snapshot, voorbereid."


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("termijn: {maanden: 6}", "termijn: {maanden: 6, dagen: 1}", [WRONG]),
        ("termijn: {maanden: 6}", "termijn: {uit: werkwijze.yaml}", [WRONG]),
        ("termijn: {maanden: 6}", "termijn: {}", [WRONG]),
        ("termijn: {maanden: 6}", "termijn: {maanden: 7}", [TOGETHER]),
        (
            "termijn: {maanden: 6}", "termijn: {uit: ../x.yaml, sleutel: a, eenheid: dagen}",
            ["'../x.yaml' is geen bestand in deze map."],
        ),
        (
            "termijn: {dagen: 30}", "termijn: {uit: werkwijze.yaml, sleutel: bewaring, eenheid: dagen}",
            ["'bewaring' is geen getal in werkwijze.yaml."],
        ),
        (
            "termijn: {dagen: 30}", "termijn: {uit: werkwijze.yaml, sleutel: bewaring.weken, eenheid: dagen}",
            ["'bewaring.weken' is geen getal in werkwijze.yaml."],
        ),
        ("soort: lijsten", "soort: lijst", ["Er is geen soort gegevens 'lijst'.", "De soort 'lijsten' ontbreekt."]),
        (
            "soort: lijsten", "soort: snapshot",
            ["'snapshot' staat hier twee keer.", "De soort 'lijsten' ontbreekt."],
        ),
        ("over: gezinnen", "over: mensen", ["'mensen' is hier geen geldige waarde."]),
    ],
)  # fmt: skip
def test_a_policy_that_is_not_sound(project: Project, old: str, new: str, told: list[str]) -> None:
    spoil(project, "bewaring.yaml", (old, new))
    assert refused(project) == told


# Processing activities


def refused_activities(project: Project) -> list[str]:
    with pytest.raises(DefinitionError) as refusal:
        load_processing_policy(project, SOURCES)
    assert refusal.value.code == "E297"
    return [finding.melding for finding in refusal.value.findings]


def test_the_activities_name_only_what_there_is() -> None:
    policy = load_processing_policy(ROOT, SOURCES)
    names = [activity.verwerking for activity in policy.verwerkingen]
    assert names == ["tellen", "aanschrijven", "drukken", "lijsten", "register", "portaal"]
    root = ROOT.root
    assert [measure.zie for measure in policy.maatregelen if not (root / measure.zie).is_file()] == []
    assert policy.measures(["wissen", "ruis"])[0].maatregel == "ruis", "in the policy's order"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("bronnen: [sociale_toeslag]", "bronnen: [social_toeslag]", ["'social_toeslag' is hier niet gekend."]),
        ("maatregelen: [toegang, logboek]", "maatregelen: [toegang, log]", ["'log' is hier niet gekend."]),
        (
            "bewaring: [opgroeien_lijsten, opgroeien_antwoorden]", "bewaring: [opgroeien_lijsten]",
            ["De soort gegevens 'opgroeien_antwoorden' staat bij geen enkele verwerking."],
        ),
        ("verwerking: register", "verwerking: tellen", ["'tellen' staat hier twee keer."]),
        (
            "maatregel: vier-ogen", "maatregel: ruis",
            ["'ruis' staat hier twee keer.", "'vier-ogen' is hier niet gekend."],
        ),
        (
            "verwerking: aanschrijven", "verwerking: schrijven",
            ["De verwerking 'aanschrijven' ontbreekt: elke definitie hoort erbij."],
        ),
        (
            "doorgifte: geen", "doorgeven: geen",
            ["De sleutel 'doorgeven' is hier niet bekend.", "De sleutel 'doorgifte' ontbreekt."],
        ),
    ],
)  # fmt: skip
def test_activities_that_are_not_sound(project: Project, old: str, new: str, told: list[str]) -> None:
    spoil(project, "verwerkingen.yaml", (old, new))
    assert refused_activities(project) == told
