"""``groeibrief letters check``: what it prints, its JSON, and when it stops a letter."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from functional_command import REPOSITORY, Command

REMARK = {"bestand", "regel", "kolom", "taalregel", "ernst", "gevonden", "voorstel", "melding"}
TORHOUT = REPOSITORY / "rules" / "torhout-hulp-bij-schooltoeslag.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the shipped content, to spoil."""
    for name in ("catalog", "rules", "letter_templates"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    return tmp_path


def spoil(path: Path, old: str, new: str) -> int:
    """Replace the one *old* in a file and return its line."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_all_shipped_templates_are_in_order(run: Command) -> None:
    result = run("letters", "check", "--json")
    assert result.code == 0
    assert result.json.keys() == {"geldig", "sjablonen"}
    assert result.json["geldig"] is True
    names = [path.parent.name for path in (REPOSITORY / "letter_templates").glob("[!_]*/letter.j2")]
    assert [row["sjabloon"] for row in result.json["sjablonen"]] == sorted(names)
    for row in result.json["sjablonen"]:
        assert row.keys() == {"sjabloon", "bevindingen", "taal"}
        assert row["bevindingen"] == []
        assert all(remark.keys() == REMARK and remark["ernst"] != "fout" for remark in row["taal"])


def test_a_warning_is_listed_and_stops_nothing(run: Command, project: Path) -> None:
    letter = project / "letter_templates" / "informatiebrief" / "letter.j2"
    line = spoil(letter, "Dan hoort u of", "Dan hoort u tevens of")
    result = run("letters", "check", "informatiebrief", "--project", project)
    told = "waarschuwing (moeilijk_woord): 'tevens' is moeilijk. Schrijf: 'ook'."
    assert result.code == 0
    assert result.out.startswith("informatiebrief: in orde, ")
    assert f"  letter_templates/informatiebrief/letter.j2:{line}:13: {told}\n" in result.out


def test_a_grave_remark_stops_the_letter(run: Command, project: Path) -> None:
    shared = project / "letter_templates" / "_gedeeld" / "belofte.j2"
    line = spoil(shared, "Deze brief is informatie", "Wij zoeken kansarme gezinnen. Deze brief is informatie")
    words = ("letters", "check", "informatiebrief", "--project", project)
    told = run(*words)
    assert told.code == 3
    assert told.out.startswith("informatiebrief: 1 fout")
    answer = run(*words, "--json")
    assert (answer.code, answer.json["geldig"]) == (3, False)
    (row,) = answer.json["sjablonen"]
    assert row["bevindingen"] == []
    assert [remark for remark in row["taal"] if remark["ernst"] == "fout"] == [
        {
            "bestand": "letter_templates/_gedeeld/belofte.j2",
            "regel": line,
            "kolom": 12,
            "taalregel": "verboden_woord",
            "ernst": "fout",
            "gevonden": "kansarme",
            "voorstel": "noem het aanbod",
            "melding": "Schrijf niet 'kansarme': een brief noemt niemand arm. Beter: noem het aanbod.",
        }
    ]


def test_with_a_definition_its_offer_is_checked_too(run: Command, project: Path) -> None:
    path = project / "rules" / TORHOUT.name
    good = run("letters", "check", "--definition", path)
    assert good.code == 0
    assert good.out.startswith("hulp-bij-schooltoeslag: in orde")
    assert good.out.endswith("Aanbod van torhout-hulp-bij-schooltoeslag: in orde.\n")
    line = spoil(path, "Wij helpen u met de aanvraag", "U hebt recht op hulp met de aanvraag")
    bad = run("letters", "check", "informatiebrief", "--definition", path, "--json")
    assert bad.code == 3
    assert [row["sjabloon"] for row in bad.json["sjablonen"]] == ["informatiebrief"]
    assert bad.json["definitie"].keys() == {"bestand", "doelgroep", "taal"}
    (remark,) = bad.json["definitie"]["taal"]
    assert (remark["bestand"], remark["regel"], remark["gevonden"]) == (str(path), line, "U hebt recht op")


def test_a_definition_that_is_not_valid(run: Command, project: Path) -> None:
    path = project / "rules" / TORHOUT.name
    spoil(path, "eenheid: gezin ", "eenheid: gezn ")
    assert run("letters", "check", "--definition", path, "--json").error == ("E351", 3)


def test_a_policy_that_is_not_valid_or_missing(run: Command, project: Path) -> None:
    policy = project / "rules" / "policies" / "taal.yaml"
    line = spoil(policy, "onderwerp: {ernst: waarschuwing", "onderwerp: {ernst: zwaar")
    result = run("letters", "check", "--project", project)
    assert (result.code, result.out) == (3, "")
    assert result.err == f"Fout E680: rules/policies/taal.yaml:{line}:20: 'zwaar' is hier geen geldige waarde.\n"
    policy.unlink()
    assert run("letters", "check", "--project", project, "--json").error == ("E301", 3)
