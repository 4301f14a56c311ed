"""Cases on both engines: the shipped ones, one that fails, one that cannot be, and what approval still asks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from groeibrief.catalog import Catalogue, Project
from groeibrief.engines.analysis.casetest import CaseReport, run_cases
from groeibrief.errors import DefinitionError
from groeibrief.language import load_cases, load_definition

NAME = "torhout-hulp-bij-schooltoeslag"
HEAD = f"doelgroep: {NAME}\ngevallen:\n"


def run(
    tmp_path: Path, project: Project, catalogue: Catalogue, cases: str, change: tuple[str, str] = ("", "")
) -> CaseReport:
    definition = tmp_path / f"{NAME}.yaml"
    shutil.copy(project.rules / definition.name, definition)
    definition.write_text(definition.read_text().replace(*change) if change[0] else definition.read_text())
    path = tmp_path / f"{NAME}.cases.yaml"
    path.write_text(HEAD + cases)
    question = load_definition(definition, catalogue, project).question
    return run_cases(load_cases(path, catalogue), question, catalogue)


def test_the_shipped_example(shipped: Project, catalogue: Catalogue) -> None:
    path = shipped.rules / f"{NAME}.cases.yaml"
    question = load_definition(shipped.rules / f"{NAME}.yaml", catalogue, shipped).question
    report = run_cases(load_cases(path, catalogue), question, catalogue)
    assert (report.passed, report.complete, report.warnings) == (True, True, ())
    found = [(row["naam"], row["verwacht"], row["duckdb"], row["reference"]) for row in report.as_json()]
    assert found == [
        ("kind van 6 met sociale toeslag", "in", "in", "in"),
        ("schooltoeslag al gekregen", "uit", "uit", "uit"),
        ("dertien jaar op de peildatum", "uit", "uit", "uit"),
        ("recht gestopt", "uit", "uit", "uit"),
        ("geboortedatum ontbreekt", "onbekend", "onbekend", "onbekend"),
    ]


def test_a_case_that_fails(tmp_path: Path, shipped: Project, catalogue: Catalogue) -> None:
    cases = """\
  - naam: verkeerd gedacht
    verwacht: uit
    omdat: een vergissing
    kinderen: [{geboren: 2019-05-02, sociale_toeslag: [{}]}]
"""
    report = run(tmp_path, shipped, catalogue, cases)
    path = tmp_path / f"{NAME}.cases.yaml"
    assert not report.passed
    assert report.text() == (
        f"{NAME}: 0 van 1 in orde\n"
        "  FOUT  verkeerd gedacht (een vergissing)\n"
        f"        {path}:3: verwacht uit, duckdb vindt in, reference vindt in"
    )
    assert report.as_json() == [
        {
            "doelgroep": NAME, "bestand": str(path), "regel": 3, "naam": "verkeerd gedacht", "kind": None,
            "omdat": "een vergissing", "verwacht": "uit", "duckdb": "in", "reference": "in", "geslaagd": False,
        }
    ]  # fmt: skip
    assert report.warnings == (
        f"{path}: goedkeuren vraagt minstens één gezin dat in de doelgroep hoort en één dat erbuiten hoort.",
    )


CHILDREN = """\
  - naam: vier kinderen
    omdat: elk apart
    kinderen:
      - {verwacht: in, geboren: 2019-05-02, sociale_toeslag: [{}]}
      - {verwacht: uit, geboren: 2019-05-02}
      - {verwacht: uit, geboren: 2019-05-02, sociale_toeslag: [{}], woonplaats: {nis: "24062"}}
      - {geboren: null, sociale_toeslag: [{}]}
  - naam: alleen een onbekend kind
    omdat: zonder geboortedatum
    verwacht: onbekend
    kinderen: [{verwacht: onbekend, geboren: null, sociale_toeslag: [{}]}, {verwacht: VERWACHT, geboren: 2019-05-02}]
"""


@pytest.mark.parametrize("unit", ["gezin", "kind"])
def test_children_apart(tmp_path: Path, shipped: Project, catalogue: Catalogue, unit: str) -> None:
    definition = (shipped.rules / f"{NAME}.yaml").read_text()
    _, rest = definition.split("voorwaarden:\n")
    conditions = rest.partition("brief:")[0]
    inner = conditions.partition("die:\n")[2].replace("\n  ", "\n").removeprefix("  ")
    change = (f"eenheid: gezin                                # gezin | kind\nvoorwaarden:\n{conditions}",
              f"eenheid: kind\nvoorwaarden:\n{inner}") if unit == "kind" else ("", "")  # fmt: skip
    assert change[0] in definition
    # Of a gezin that cannot be judged, no child can be; a child as unit is judged by itself.
    cases = CHILDREN.replace("VERWACHT", "onbekend" if unit == "gezin" else "uit")
    report = run(tmp_path, shipped, catalogue, cases, change)
    assert report.passed, report.text()
    assert [row["kind"] for row in report.as_json()] == [1, 2, 3, None, 1, 2]
    assert report.complete


@pytest.mark.parametrize(
    ("kinderen", "told"),
    [
        (
            "[{sociale_toeslag: [{van: 2025-09-15}]}]",
            "Geval 'raar': regel 'maandgrens', tabel 'sociale_toeslag': een datum die niet de eerste van een maand is. "
            "Verbeter het geval.",
        ),
        (
            "[{sociale_toeslag: [{bedrag: null}]}]",
            "Geval 'raar': 'bedrag' mag niet ontbreken in 'sociale_toeslag'. Verbeter het geval.",
        ),
        (
            "[{woonplaats: {nis: 31033}}]",
            "Geval 'raar': een waarde in 'woonplaats' is niet van de juiste soort. Verbeter het geval.",
        ),
    ],
)
def test_a_case_that_cannot_be(
    tmp_path: Path, shipped: Project, catalogue: Catalogue, kinderen: str, told: str
) -> None:
    cases = f"  - {{naam: raar, verwacht: uit, omdat: kan niet, kinderen: {kinderen}}}\n"
    with pytest.raises(DefinitionError) as caught:
        run(tmp_path, shipped, catalogue, cases)
    assert caught.value.code == "E370"
    assert [str(finding) for finding in caught.value.findings] == [f"{tmp_path / NAME}.cases.yaml:3: {told}"]


def test_dates_after_the_reference_date_are_known_later(tmp_path: Path, shipped: Project, catalogue: Catalogue) -> None:
    cases = """\
  - naam: later geboren
    verwacht: uit
    omdat: nog niet geboren op de peildatum
    kinderen: [{geboren: 2026-02-01, sociale_toeslag: [{van: 2026-03-01}]}]
  - naam: later gesloten
    verwacht: in
    omdat: nog open op de peildatum
    dossier: {gesloten_op: 2026-01-01}
    kinderen: [{geboren: 2019-05-02, sociale_toeslag: [{}]}]
"""
    report = run(tmp_path, shipped, catalogue, cases)
    assert report.passed, report.text()
