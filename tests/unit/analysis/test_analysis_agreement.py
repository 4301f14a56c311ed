"""On invented families with every hard case: attrition and explanations against the engines, for every definition."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from analysis_world import Data

from groeibrief.catalog import Catalogue, Project
from groeibrief.engines.analysis.attrition import attrition
from groeibrief.engines.analysis.explanation import Explainer
from groeibrief.engines.analysis.outline import outline
from groeibrief.engines.analysis.profiles import Profile, profiles
from groeibrief.engines.reference.evaluation import Evaluation
from groeibrief.engines.reference.world import World
from groeibrief.language import Binding, cases_path, definitions, load_cases, load_definition, published
from groeibrief.query import And as Every
from groeibrief.query import Children, Count, DomicileOf, Payer, Question, Sort, counted_children

ROOT = Project(Path(__file__).parents[3])
LETTER = {True: "w", False: "o", None: "?"}


@pytest.fixture(scope="session")
def world(synthetic: Data, catalogue: Catalogue) -> World:
    """All of the synthetic snapshot."""

    def rows_of(table: str) -> list[dict[str, object]]:
        return [row for path in synthetic.snapshot.files_of(table) for row in pq.read_table(path).to_pylist()]

    coverage = {source: (part.first, part.last) for source, part in synthetic.snapshot.coverage.items()}
    return World.read(rows_of, list(catalogue.sources), synthetic.snapshot.extracted_on, coverage)


def asked_of_everyone(path: Path, catalogue: Catalogue) -> Question:
    """The question of a shipped definition, about all of Flanders, on the day of its cases."""
    binding = load_cases(cases_path(path), catalogue).binding
    question = load_definition(path, catalogue, ROOT, binding or Binding()).question
    everywhere = tuple(row.nis for row in catalogue.municipalities.valid_on(question.reference_date))
    return dataclasses.replace(question, municipalities=everywhere)


@pytest.fixture(params=[*definitions(ROOT.rules), *published(ROOT)], ids=lambda path: path.stem)
def asked(request: pytest.FixtureRequest, catalogue: Catalogue) -> Question:
    return asked_of_everyone(request.param, catalogue)


def by_reference(world: World, catalogue: Catalogue, question: Question) -> list[Profile]:
    """The profiles, one gezin at a time."""
    evaluation = Evaluation(world, catalogue, question)
    conditions = outline(question).conditions
    found: Counter[tuple[tuple[str, int], ...]] = Counter()
    for dossier, children in evaluation.scope.items():
        if conditions[0].sort is Sort.KIND:
            masks = Counter("".join(LETTER[evaluation.value(node, child)] for node in conditions) for child in children)
            found[tuple(sorted(masks.items()))] += 1
        else:
            nodes = counted_children(question.condition)
            counted = [
                child
                for child in children
                if not nodes or any(node.which is None or evaluation.value(node.which, child) for node in nodes)
            ]
            mask = "".join(LETTER[evaluation.value(node, dossier)] for node in conditions)
            found[((mask, len(counted)),)] += 1
    return [Profile(masks, families) for masks, families in sorted(found.items())]


def test_profiles_are_those_of_the_reference_engine(
    synthetic: Data, world: World, catalogue: Catalogue, asked: Question
) -> None:
    assert list(profiles(synthetic.engine, asked)) == by_reference(world, catalogue, asked)


def test_so_are_those_of_beneficiaries_and_of_gezinnen(synthetic: Data, world: World, catalogue: Catalogue) -> None:
    base = asked_of_everyone(ROOT.rules / "torhout-hulp-bij-schooltoeslag.yaml", catalogue)
    by_beneficiary = dataclasses.replace(base, domicile_of=DomicileOf.BEGUNSTIGDE)
    assert isinstance(base.condition, Children)
    both = Every((Children(Count(exactly=1), base.condition.which), Payer(("FONS", "Infino"))))
    for question in (by_beneficiary, dataclasses.replace(by_beneficiary, condition=both)):
        found = profiles(synthetic.engine, question)
        assert list(found) == by_reference(world, catalogue, question)
        assert len(found) >= 8


def test_sums_reconcile_with_the_count(synthetic: Data, catalogue: Catalogue, asked: Question) -> None:
    found = attrition(synthetic.engine, asked, catalogue, {})
    counts = synthetic.engine.count(asked)
    every = "w" * len(found.lines)
    families, children = found.population
    if asked.unit is Sort.GEZIN:
        assert families == synthetic.engine.outcomes(asked).num_rows
    if found.outline.per is Sort.KIND:
        assert sum(number for _, number in found.masks.values()) == children
        assert found.masks.get(every, (0, 0))[1] == found.in_order[-1].children
    else:
        assert sum(number for number, _ in found.masks.values()) == families
        assert found.masks.get(every, (0, 0)) == (counts.families, counts.children)
        assert found.in_order[-1].undecidable == counts.undecidable
    assert found.in_order[-1].families == counts.families
    if found.outline.count == Count(at_least=1):
        assert found.in_order[-1].children == counts.children
    steps = [number.families for number in found.in_order]
    assert steps == sorted(steps, reverse=True)


def test_an_explanation_has_the_outcome_of_the_engine(
    synthetic: Data, world: World, catalogue: Catalogue, asked: Question
) -> None:
    explainer = Explainer(world, catalogue, asked)
    outcomes = {row["unit_id"]: row["outcome"] for row in synthetic.engine.outcomes(asked).to_pylist()}
    assert len(outcomes) > 300
    for dossier in world.dossiers:
        units = [dossier] if asked.unit is Sort.GEZIN else explainer.scope.get(dossier, [])
        for unit in units:
            found = explainer.explain(dossier, None if asked.unit is Sort.GEZIN else unit)
            if unit in outcomes:
                assert found.tree is not None
                assert found.tree.outcome is outcomes[unit]
                assert "None" not in "".join(found.tree.lines())
            else:
                assert found.tree is None
                assert found.outside
