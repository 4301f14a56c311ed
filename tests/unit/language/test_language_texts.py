"""The Dutch text of every shipped definition, of every word of the language, and of one condition."""

from __future__ import annotations

from pathlib import Path

import pytest

from groeibrief.catalog import Catalogue, Project
from groeibrief.language import (
    cases_path,
    definitions,
    describe,
    describe_condition,
    load_cases,
    load_definition,
    published,
)
from groeibrief.query import Children, children_of, walk

HERE = Path(__file__).parent
RULES = Project(HERE.parents[2])
SHIPPED = (*definitions(RULES.rules), *published(RULES))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_definition_reads(path: Path, shipped: Project, catalogue: Catalogue) -> None:
    cases = load_cases(cases_path(path), catalogue)
    definition = load_definition(path, catalogue, shipped, cases.binding)
    assert describe(definition, catalogue) == (HERE / "beschrijvingen" / f"{path.stem}.txt").read_text("utf-8")


def test_every_word_reads(shipped: Project, catalogue: Catalogue) -> None:
    definition = load_definition(HERE / "alle-woorden.yaml", catalogue, shipped)
    kinds = {type(node) for node in walk(definition.question.condition)}
    assert len(kinds) == 12, "the definition has every node"
    expected = (HERE / "beschrijvingen" / "alle-woorden.txt").read_text("utf-8")
    assert describe(definition, catalogue) == expected


def test_one_condition_reads_on_one_line(shipped: Project, catalogue: Catalogue) -> None:
    path = shipped.rules / "torhout-hulp-bij-schooltoeslag.yaml"
    question = load_definition(path, catalogue, shipped).question
    assert describe_condition(question.condition, question, catalogue) == (
        "minstens 1 kind van het gezin voldoet aan al deze voorwaarden: "
        "[a) het kind is 3 tot en met 12 jaar oud op 1 november 2025; "
        "b) het kind heeft in november 2025 recht op de sociale toeslag; "
        "c) het kind kreeg de schooltoeslag niet voor het schooljaar 2025-2026]"
    )
    assert isinstance(question.condition, Children)
    (which,) = children_of(question.condition)
    told = [describe_condition(node, question, catalogue) for node in children_of(which)]
    assert told[0] == "het kind is 3 tot en met 12 jaar oud op 1 november 2025"
    assert told[2] == "het kind kreeg de schooltoeslag niet voor het schooljaar 2025-2026"
