"""Differences between hand-made snapshots and definitions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from analysis_world import AGE, FOURTEEN, SCHOOL, SOCIAL, WHICH, Data, World, engine_over, question, torhout

from groeibrief.catalog import Catalogue
from groeibrief.engines.analysis.difference import Difference, Side, difference
from groeibrief.engines.duckdb import DuckDBEngine
from groeibrief.errors import UsageError
from groeibrief.query import Age, And, Children, Count, Not, Payer, Question, Sort


@pytest.fixture(scope="module")
def later(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    """Of the hand-made families: child 11 lost its social supplement, child 62 got one and no school allowance; 31 got
    a supplement; dossier 4 closed; dossier 7, with child 71, is new."""
    world = torhout(catalogue).copy()
    social, school = world.rows["sociale_toeslag"], world.rows["schooltoeslag"]
    for row in social:
        if row["kind_id"] == 11:
            row["tot"] = date(2025, 11, 1)
    template = dict(social[-1])
    world.rows["schooltoeslag"] = [row for row in school if row["kind_id"] != 62]
    social += [{**template, "kind_id": 62}, {**template, "kind_id": 31}]
    for row in world.rows["dossier"]:
        if row["dossier_id"] == 4:
            row["gesloten_op"] = date(2025, 10, 1)
    world.dossier(7)
    world.child(71)
    engine = engine_over(world.write(tmp_path_factory.mktemp("later") / "l"), catalogue)
    yield engine
    engine.close()


def compare(
    hand: Data, catalogue: Catalogue, before: Question, after: Question, engine: DuckDBEngine | None = None
) -> Difference:
    return difference(
        Side(hand.engine, before, catalogue, "eerst", {AGE: 18}),
        Side(engine or hand.engine, after, catalogue, "daarna", {AGE: 19}),
    )


def numbers(change: dict[str, object]) -> list[tuple[int, int, int]]:
    causes = change["voorwaarden"]
    assert isinstance(causes, list)
    return [(cause["nr"], cause["aantal"], cause["alleen_deze"]) for cause in causes]


def test_two_snapshots(hand: Data, later: DuckDBEngine, catalogue: Catalogue) -> None:
    found = compare(hand, catalogue, question(), question(), later).as_json(2)
    assert (found["van"], found["naar"]) == (
        {"naam": "eerst", "gezinnen": 2, "kinderen": 3, "niet_te_beoordelen": 1},
        {"naam": "daarna", "gezinnen": 3, "kinderen": 3, "niet_te_beoordelen": 0},
    )
    assert found["blijft"] == 0
    enter, leave = found["erbij"], found["eraf"]
    assert isinstance(enter, dict)
    assert isinstance(leave, dict)
    # Entered: 3 (child 31 lacked only the supplement; of 32 only the age is unknown), 6 (62 lacked two), 7 (new).
    assert (enter["aantal"], enter["buiten_populatie"], enter["dossiers"]) == (3, 1, [3, 6])
    assert enter["er_zijn_er_meer"] is True
    # Dossier 3: only age (32) or only supplement (31) is missing; dossier 6: nobody has the supplement.
    assert numbers(enter) == [(1, 1, 1), (2, 2, 1), (3, 0, 0)]
    assert enter["samen"] == 0
    # Left: 1 (child 11 lacks only the supplement, 12 has the allowance only) and 4 (closed).
    assert (leave["aantal"], leave["buiten_populatie"], leave["dossiers"]) == (2, 1, [1, 4])
    assert numbers(leave) == [(1, 0, 0), (2, 1, 1), (3, 1, 1)]


def test_two_versions_of_a_definition(hand: Data, catalogue: Catalogue) -> None:
    older = And((Age(Sort.KIND, 7, 12), SOCIAL, Not(SCHOOL)))
    found = compare(hand, catalogue, question(), question(Children(Count(at_least=1), older)))
    assert found.text(0) == (
        "Van:  eerst\n"
        "Naar: daarna\n"
        "\n"
        "        gezinnen  kinderen  niet te beoordelen\n"
        "  van          2         3                   1\n"
        "  naar         0         0                   1\n"
        "\n"
        "Blijft: 0 gezinnen\n"
        "\n"
        "Erbij: 0 gezinnen\n"
        "\n"
        "Eraf: 2 gezinnen\n"
        "Waarom ze daarna niet meer geselecteerd zijn:\n"
        "  1. het kind is 7 tot en met 12 jaar oud op 1 november 2025\n"
        "  2. het kind heeft in november 2025 recht op de sociale toeslag\n"
        "  3. het kind kreeg de schooltoeslag niet voor het schooljaar 2025-2026\n"
        "                        aantal  alleen dit\n"
        "  niet in de populatie       0           0\n"
        "  voorwaarde 1               2           2\n"
        "  voorwaarde 2               0           0\n"
        "  voorwaarde 3               0           0"
    )
    assert found.text(1).endswith("\n  dossiers: 1, …")


def test_a_condition_that_someone_fulfils_may_still_be_all_that_is_missing(hand: Data, catalogue: Catalogue) -> None:
    narrow = question(Children(Count(at_least=1), And((AGE, Not(SCHOOL), SOCIAL))))
    found = compare(hand, catalogue, question(Children(Count(at_least=1), AGE)), narrow).as_json(9)
    leave = found["eraf"]
    assert isinstance(leave, dict)
    assert leave["dossiers"] == [3, 6]
    # Dossier 3: 32 has all but a known age, 31 all but the supplement. Dossier 6: nobody has the supplement, and 62,
    # who has the age, has the allowance.
    assert numbers(leave) == [(1, 1, 1), (2, 0, 0), (3, 2, 1)]


def test_too_few_or_too_many_children(hand: Data, catalogue: Catalogue) -> None:
    found = compare(hand, catalogue, question(), question(Children(Count(exactly=2), WHICH))).as_json(9)
    leave = found["eraf"]
    assert isinstance(leave, dict)
    # Both children of dossier 1 have age and supplement, and one the allowance.
    assert (leave["dossiers"], numbers(leave)) == ([1], [(1, 0, 0), (2, 0, 0), (3, 1, 1)])


def test_no_condition_apart(catalogue: Catalogue, tmp_path: Path) -> None:
    world = World(catalogue)
    world.dossier(1)
    world.child(11, social=False, school=True)
    world.child(12, FOURTEEN, school=True)
    world.child(13, FOURTEEN, social=False)
    engine = engine_over(world.write(tmp_path / "s"), catalogue)
    sides = (question(Children(Count(at_least=1), AGE)), question())
    found = difference(*(Side(engine, asked, catalogue, "x") for asked in sides))
    engine.close()
    # Each condition has a child who fulfils it, and no child fulfils two.
    assert numbers(found.leave.as_json(Sort.GEZIN, 9)) == [(1, 0, 0), (2, 0, 0), (3, 0, 0)]
    assert found.leave.together == 1
    assert found.text(0).endswith("\n  geen voorwaarde apart, wel samen       1")


def test_children_as_units(hand: Data, later: DuckDBEngine, catalogue: Catalogue) -> None:
    found = compare(hand, catalogue, question(WHICH), question(WHICH), later).as_json(9)
    enter, leave = found["erbij"], found["eraf"]
    assert isinstance(enter, dict)
    assert isinstance(leave, dict)
    assert (found["eenheid"], enter["kinderen"], leave["kinderen"]) == ("kind", [31, 62, 71], [11, 41, 42])
    # 62 lacked the supplement and the absence of the allowance: none alone.
    assert numbers(enter) == [(1, 0, 0), (2, 2, 1), (3, 1, 0)]


def test_a_gezin_condition(hand: Data, catalogue: Catalogue) -> None:
    one = Children(Count(at_least=1), SOCIAL)
    found = compare(hand, catalogue, question(one), question(And((one, Payer(("FONS",)))))).as_json(9)
    leave = found["eraf"]
    assert isinstance(leave, dict)
    assert (leave["dossiers"], numbers(leave)) == ([2], [(1, 0, 0), (2, 1, 1)])


def test_other_units_are_refused(hand: Data, catalogue: Catalogue) -> None:
    with pytest.raises(UsageError) as caught:
        compare(hand, catalogue, question(), question(WHICH))
    assert caught.value.code == "E212"
    assert str(caught.value) == (
        "De eerste definitie selecteert per gezin, de tweede per kind: die zijn niet te vergelijken. "
        "Geef twee versies met dezelfde eenheid."
    )
