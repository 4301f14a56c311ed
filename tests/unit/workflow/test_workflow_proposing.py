"""Proposed cases: families near the edge of a definition, each as both engines find it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from groeibrief.engines.analysis.casetest import run_cases
from groeibrief.errors import RefusedError
from groeibrief.language.cases import Expected, load_cases
from groeibrief.language.definition import Binding
from groeibrief.query import And, Not
from groeibrief.workflow.definitions import read_bound
from groeibrief.workflow.proposing import propose_cases

RULES = Path(__file__).parents[3] / "rules"


@pytest.mark.parametrize(
    "name",
    [
        "torhout-hulp-bij-schooltoeslag",
        "zaventem-grote-gezinnen",
        "knokke-heist-zorgtoeslag",
        "leuven-vrijetijdspremie",
    ],
)
def test_a_proposal_holds_and_has_one_in_and_some_out(name: str, tmp_path: Path) -> None:
    bound = read_bound(RULES / f"{name}.yaml", Binding())
    path = tmp_path / f"{name}.cases.yaml"
    path.write_text(propose_cases(bound), encoding="utf-8")
    cases = load_cases(path, bound.catalogue)
    report = run_cases(cases, bound.definition.question, bound.catalogue)
    assert report.passed
    assert report.complete
    expected = [case.verwacht for case in cases.cases]
    assert expected.count(Expected.IN) == 1
    assert expected.count(Expected.OUT) >= 3


def test_the_nearest_families_differ_in_one_thing() -> None:
    text = propose_cases(read_bound(RULES / "torhout-hulp-bij-schooltoeslag.yaml", Binding()))
    assert "omdat: zoals het eerste, maar zonder de sociale toeslag" in text
    assert "omdat: zoals het eerste, maar met de schooltoeslag" in text
    assert "omdat: zoals het eerste, maar 2 jaar in plaats van 6" in text


def test_where_nothing_is_found_somebody_writes_them() -> None:
    bound = read_bound(RULES / "torhout-hulp-bij-schooltoeslag.yaml", Binding())
    question = bound.definition.question
    impossible = replace(question, condition=And((question.condition, Not(question.condition))))
    with pytest.raises(RefusedError) as refused:
        propose_cases(replace(bound, definition=replace(bound.definition, question=impossible)))
    assert (refused.value.code, str(refused.value)) == (
        "E777",
        "Voor deze doelgroep is geen voorstel gevonden. Schrijf zelf minstens één geval dat erin hoort en één dat "
        "erbuiten hoort.",
    )
