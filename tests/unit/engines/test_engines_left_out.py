"""What a statement leaves out early: gezinnen that are too small, and clusters that are tested roughly."""

from __future__ import annotations

import pytest
from engines_world import LEUVEN, TORHOUT, World, ask, day

from groeibrief.catalog import Catalogue
from groeibrief.engines.duckdb.places import Area
from groeibrief.engines.duckdb.structure import children_needed
from groeibrief.query import Age, And, Children, ChildrenInDossier, Condition, Count, DomicileOf, Not, Or, Sort

YOUNG = Age(Sort.KIND, at_most=12)
TWO, THREE = (Children(Count(at_least=number), YOUNG) for number in (2, 3))


@pytest.mark.parametrize(
    ("condition", "needed"),
    [
        (TWO, 2),
        (Children(Count(at_least=4)), 4),
        (Children(Count(at_most=4)), 0),
        (Children(Count(at_least=2, at_most=2)), 2),
        (And((TWO, THREE)), 3),
        (Or((TWO, THREE)), 2),
        (Or((THREE, ChildrenInDossier(Count(at_least=5)))), 0),
        (Not(THREE), 0),
    ],
)
def test_how_many_children_a_gezin_needs(condition: Condition, needed: int) -> None:
    assert children_needed(condition) == needed


def test_a_gezin_is_as_large_as_it_ever_was(world: World) -> None:
    for child, died in ((1, None), (2, None), (3, "2020-01-01")):
        world.person(child, born="2018-01-01", died=died)
    world.family(10, [1, 2, 3])
    world.only_child(4, born="2018-01-01")
    engine = world.engine()
    sql = engine.sql(ask(TWO))
    assert "kinderen.kinderen_ooit >= 2" in sql
    assert "kinderen_ooit >=" not in engine.sql(ask(Children(Count(at_least=1), YOUNG)))
    assert engine.count(ask(TWO)).families == 1
    assert engine.count(ask(THREE)).families == 0
    assert engine.count(ask(THREE, of=DomicileOf("begunstigde"))).families == 0
    assert sorted(engine._connection.execute("SELECT DISTINCT dossier_id, kinderen_ooit FROM kind").fetchall()) == [
        (4, 1),
        (10, 3),
    ]
    engine.close()


def test_every_gezin_has_an_outcome_however_small(world: World) -> None:
    world.only_child(4, born="2018-01-01")
    engine = world.engine()
    assert engine.outcomes(ask(TWO)).to_pylist() == [{"unit_id": 4, "outcome": False}]
    engine.close()


def test_a_municipality_between_those_asked_is_not_counted(catalogue: Catalogue, world: World) -> None:
    """Between the first and the last cluster lies one that nobody asked about."""
    codes = sorted(row.nis for row in catalogue.municipalities.valid_on(day("2025-11-01")))
    asked = tuple(codes[number] for number in range(0, 24, 2))
    for number, code in enumerate(codes[:24], 1):
        world.only_child(number, born="2018-01-01", nis=code)
    engine = world.engine()
    question = ask(Children(Count(at_least=1), YOUNG), *asked)
    found = engine.count_by_municipality(question).to_pylist()
    assert [(row["nis"], row["gezinnen"]) for row in found] == [(code, 1) for code in asked]
    assert engine.count(question).families == len(asked)
    engine.close()


def test_a_range_takes_the_place_of_many_clusters_only_when_little_else_lies_in_it(catalogue: Catalogue) -> None:
    on = day("2025-11-01")
    codes = tuple(sorted(row.nis for row in catalogue.municipalities.valid_on(on)))
    stored = tuple(map(int, codes))

    def tested(asked: tuple[str, ...]) -> str:
        return Area(catalogue.municipalities, asked, on, stored).lies_near_clusters().sql(dialect="duckdb")

    assert tested((TORHOUT,)) == f"gemeente = {TORHOUT}"
    assert tested((TORHOUT, LEUVEN)) == f"gemeente IN ({LEUVEN}, {TORHOUT})"
    assert tested(codes[:20:2]) == f"gemeente >= {codes[0]} AND gemeente <= {codes[18]}"
    assert " OR " in tested(codes[:12:4] + codes[-9:])
