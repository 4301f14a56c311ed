"""The policy on plain language: what it holds, and every fault at its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from groeibrief.catalog.project import Project
from groeibrief.errors import DefinitionError
from groeibrief.letters.plain_policy import LanguagePolicy, load_language_policy, read_language_policy

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = ROOT / "rules" / "policies" / "taal.yaml"
Refused = Callable[[str, str, str], str]


@pytest.fixture(scope="module")
def policy(project: Project) -> LanguagePolicy:
    return load_language_policy(project)


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    """Replace text in the shipped policy, and give what is said about it, with REGEL for the line of *at*."""

    def refuse(old: str, new: str, at: str) -> str:
        text = SHIPPED.read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        text = text.replace(old, new)
        assert text.count(at) == 1, at
        line = text[: text.index(at)].count("\n") + 1
        path = tmp_path / "taal.yaml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DefinitionError) as caught:
            read_language_policy(path, "taal.yaml")
        assert (caught.value.code, caught.value.exit_code) == ("E680", 3)
        return str(caught.value).replace(f"taal.yaml:{line}:", "taal.yaml:REGEL:")

    return refuse


def test_the_shipped_policy_is_rich(policy: LanguagePolicy) -> None:
    assert len(policy.moeilijk_woord.woorden) >= 80
    assert {
        "teneinde": "om",
        "ingevolge": "door",
        "betreffende": "over",
    }.items() <= policy.moeilijk_woord.woorden.items()
    assert len(policy.verboden_woord.woorden) >= 30
    assert policy.verboden_woord.woorden.keys() >= {"kansarm*", "arm", "behoeftig*", "fraude*", "uw kind"}
    assert policy.belofte.woorden.keys() >= {"u hebt recht op", "gegarandeerd*"}


def test_what_the_requirements_forbid_the_policy_knows_too(policy: LanguagePolicy) -> None:
    """``verplicht.yaml`` looks at templates only, the policy at the authority's offer as well."""
    for word in ("je", "jij", "jouw", "jullie", "uw kind", "uw kinderen", "kwetsbaar", "kwetsbare", "armoede"):
        assert next(policy.phrases.found_in(word), None) is not None, word


def test_fields_count_for_what_they_hold(policy: LanguagePolicy) -> None:
    fields = ("afzender.naam", "bron.schooltoeslag", "bestuur.contact.telefoon", "")
    assert [policy.words_of(field) for field in fields] == [3, 2, 1, 1]


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        ("versie: 1\n", "versie: een\n", "versie: een", "9: Hier hoort een geheel getal te staan."),
        ("versie: 1\n", "", "aanspreking:\n", "1: De sleutel 'versie' ontbreekt."),
        (
            "onderwerp: {ernst: waarschuwing, ", "onderwerp: {ernst: waarschuwng, ", "waarschuwng",
            "20: 'waarschuwng' is hier geen geldige waarde. Bedoelde u 'waarschuwing'?",
        ),
        ("hoogstens: 8}", "hoogstens: 0}", "hoogstens: 0}", "45: Dit getal moet minstens 1 zijn."),
        (
            "hoogstens: 22}", "hoogstens: 40}", "te_lange_zin: {",
            "40: Een te lange zin is minstens zo lang als een lange zin.",
        ),
        (
            "    alsmede: en ook\n", "    als*mede: en ook\n", "als*mede",
            "15: 'als*mede' heeft niet de juiste vorm: schrijf een of meer woorden, met '*' als uitgang of '#' als "
            "getal.",
        ),
        ("    alsmede: en ook\n", "    alsmede: ''\n", "alsmede: ''", "14: Deze tekst mag niet leeg zijn."),
        (
            "    alsmede: en ook\n", "    fraude*: bedrog\n", "    fraude*: {",
            "14: 'fraude*' staat ook onder 'moeilijk_woord': kies een van beide.",
        ),
        (
            "    alsmede: en ook\n", "    alsmede: alsook tevens\n", "alsook",
            "14: Het andere woord voor 'alsmede' deugt zelf niet: 'tevens'.",
        ),
        (
            "    frauduleus: {reden: een brief verdenkt niemand, schrijf: laat het weg}",
            "    frauduleus: {reden: een brief verdenkt niemand}", "    frauduleus",
            "17: De sleutel 'schrijf' ontbreekt.",
        ),
        (
            "    u: [u, uw, uzelf]\n", "    gij: [u, uw, uzelf]\n", "    gij: [",
            "5: De woorden van de vorm 'u' ontbreken.",
        ),
        (
            "  zijn: [is, zijn, was, waren]\n", "  zijn: []\n  zin: [is]\n", "  zin: [is]",
            "3: De sleutel 'zin' is hier niet bekend. Bedoelde u 'zijn'?",
        ),
    ],
)  # fmt: skip
def test_a_fault(refused: Refused, old: str, new: str, at: str, message: str) -> None:
    assert refused(old, new, at) == f"taal.yaml:REGEL:{message}"


def test_a_policy_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError) as caught:
        load_language_policy(Project(tmp_path))
    assert caught.value.code == "E301"
    assert str(caught.value) == "rules/policies/taal.yaml: Het bestand kan niet gelezen worden: het bestaat niet."


def test_a_list_may_be_empty(tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    start, end = text.index("  woorden:\n    aangaande: over\n"), text.index("# Woorden die iemand een stempel geven")
    path = tmp_path / "taal.yaml"
    path.write_text(f"{text[:start]}  woorden: {{}}\n\n{text[end:]}", encoding="utf-8")
    policy = read_language_policy(path, "taal.yaml")
    assert policy.moeilijk_woord.woorden == {}
    assert [match[0] for match, _ in policy.phrases.found_in("Teneinde fraude te weren")] == ["fraude"]


def test_the_handbook_tells_each_rule_as_it_is(policy: LanguagePolicy) -> None:
    rows = {}
    for line in (ROOT / "docs" / "taal-brieven.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[0].startswith("`"):
            rows[cells[0].strip("`")] = (cells[1], cells[2])
    rules = {name: rule for name, rule in vars(policy).items() if hasattr(rule, "ernst")}
    assert rows.keys() == rules.keys()
    assert {name: severity for name, (severity, _) in rows.items()} == {
        name: rule.ernst for name, rule in rules.items()
    }
    limits = {name: rule.hoogstens for name, rule in rules.items() if hasattr(rule, "hoogstens")}
    assert len(limits) == 4
    assert [name for name, limit in limits.items() if f" {limit} " not in rows[name][1]] == []
