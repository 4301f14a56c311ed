"""Conditions on a gezin, who is in the population, and what is counted."""

from __future__ import annotations

import dataclasses

import pytest
from engines_suite import OpenEngine
from engines_world import LEUVEN, NOVEMBER, TORHOUT, ZAVENTEM, D, World, ask, day, months, value, values

from groeibrief.engines import Engine
from groeibrief.engines.base import Counts
from groeibrief.query import (
    Age,
    And,
    Beneficiaries,
    Born,
    Children,
    ChildrenInDossier,
    Condition,
    Count,
    DomicileOf,
    Field,
    Has,
    InFamily,
    LivesIn,
    Not,
    OneOf,
    Or,
    Payer,
    Question,
    Sort,
)

TWO_AND_UNKNOWN, SPLIT, BORN_LATER, BIG, BY_PARENT, CHILDLESS, CLOSED, NO_HOME = 10, 20, 30, 40, 50, 60, 70, 80
BASIC = Has("basisbedrag", NOVEMBER)
YOUNG = Age(Sort.KIND, at_most=12)


@pytest.fixture(scope="module")
def populated(module_world: World) -> World:
    world = module_world
    # Two of twelve or younger, one of whom the birth date is missing.
    for child, born in ((11, "2015-01-01"), (12, "2014-01-01"), (13, None)):
        world.person(child, born=born)
    world.person(19, born="1985-01-01")
    world.family(TWO_AND_UNKNOWN, [11, 12, 13], parents=[19], payer="Infino")
    # One child in Torhout, one in Leuven, one in France.
    world.person(21)
    world.person(22, nis=LEUVEN)
    world.person(23, nis=None)
    world.lives(23, None, land="FR")
    world.family(SPLIT, [21, 22, 23])
    world.right("basisbedrag", 21, van="2025-01-01")
    world.right("basisbedrag", 22, van="2025-01-01")
    # One born after the reference date, one that died before, one that left, and one that stays.
    world.person(31, born="2025-11-02")
    world.person(32, died="2025-11-01")
    world.person(33, died="2025-11-02")
    world.person(34)
    world.family(BORN_LATER, [31, 32, 33])
    world._add("dossierkind", dossier_id=BORN_LATER, kind_id=34, van=day("2015-06-15"), tot=D)
    # Five with the basic amount, born in one year.
    for child in range(41, 46):
        world.person(child, born="2018-01-01", nis=ZAVENTEM)
        world.right("basisbedrag", child, van="2025-01-01")
    world.family(BIG, [41, 42, 43, 44, 45])
    # In Torhout by a beneficiary only: children in Leuven and without domicile.
    world.person(51, nis=LEUVEN)
    world.person(52, nis=None)
    world.person(58, born="1990-01-01")
    world.person(59, born="1950-01-01", died="2025-10-01")
    world.family(BY_PARENT, [51, 52], parents=[59, 58])
    world.person(69, born="1990-01-01")
    world.family(CHILDLESS, [], parents=[69])
    world.person(71)
    world.person(79)
    world.family(CLOSED, [71], parents=[79], closed=D)
    # Without a row, and without a code in Belgium: in nobody's population.
    world.person(81, nis=None)
    world.person(82, nis=None)
    world.lives(82, None, postcode=None)
    world.family(NO_HOME, [81, 82])
    world.beneficiary(NO_HOME, 1, None)
    return world


def kids(which: Condition | None = None, **bounds: int) -> Children:
    return Children(Count(**bounds), which)


def test_the_population_by_children(engine: Engine) -> None:
    everyone = kids(at_least=1)
    assert values(engine, ask(everyone)) == {TWO_AND_UNKNOWN: True, SPLIT: True, BORN_LATER: True}
    assert values(engine, ask(everyone, LEUVEN)) == {SPLIT: True, BY_PARENT: True}
    found = values(engine, ask(everyone, TORHOUT, LEUVEN))
    assert found == {TWO_AND_UNKNOWN: True, SPLIT: True, BORN_LATER: True, BY_PARENT: True}


def test_the_children_of_a_gezin_are_born_alive_and_in_it(engine: Engine) -> None:
    assert values(engine, ask(Born(last=day("2030-01-01"))))[33] is True
    assert values(engine, ask(Born(last=day("2030-01-01")))).keys() == {11, 12, 13, 21, 33}
    day_before = values(engine, ask(Born(last=day("2030-01-01")), on=day("2025-10-31")))
    assert day_before.keys() == {11, 12, 13, 21, 32, 33, 34, 71}


def test_the_population_by_beneficiary(engine: Engine) -> None:
    everyone = ask(kids(at_least=1), of=DomicileOf.BEGUNSTIGDE)
    # The gezin without children is in the population; the closed dossier is not.
    assert values(engine, everyone) == {TWO_AND_UNKNOWN: True, BY_PARENT: True, CHILDLESS: False}
    in_scope = ask(Born(last=day("2030-01-01")), of=DomicileOf.BEGUNSTIGDE)
    assert values(engine, in_scope).keys() == {11, 12, 13, 51, 52}
    none = ask(kids(YOUNG, at_most=0), of=DomicileOf.BEGUNSTIGDE)
    assert engine.count(none).families == 1


def test_at_least_is_kleene(engine: Engine) -> None:
    found = {low: value(engine, kids(YOUNG, at_least=low), TWO_AND_UNKNOWN) for low in (1, 2, 3, 4)}
    assert found == {1: True, 2: True, 3: None, 4: False}


def test_at_most_and_exactly_follow(engine: Engine) -> None:
    most = {high: value(engine, kids(YOUNG, at_most=high), TWO_AND_UNKNOWN) for high in (0, 1, 2, 3)}
    assert most == {0: False, 1: False, 2: None, 3: True}
    exact = {number: value(engine, kids(YOUNG, exactly=number), TWO_AND_UNKNOWN) for number in (0, 1, 2, 3, 4)}
    assert exact == {0: False, 1: False, 2: None, 3: None, 4: False}
    assert value(engine, kids(YOUNG, at_least=2, at_most=3), TWO_AND_UNKNOWN) is True
    assert value(engine, Not(kids(YOUNG, at_least=3)), TWO_AND_UNKNOWN) is None


def test_without_die_every_child_in_scope_counts(engine: Engine) -> None:
    assert value(engine, kids(exactly=1), SPLIT) is True
    assert value(engine, kids(exactly=2), SPLIT, TORHOUT, LEUVEN) is True
    assert value(engine, kids(exactly=0), SPLIT) is False


@pytest.mark.parametrize("gemeenten", [(TORHOUT,), (LEUVEN,), (LEUVEN, TORHOUT)])
def test_children_in_the_dossier_wherever_they_live(engine: Engine, gemeenten: tuple[str, ...]) -> None:
    assert value(engine, ChildrenInDossier(Count(exactly=3)), SPLIT, *gemeenten) is True
    assert value(engine, ChildrenInDossier(Count(at_least=4)), SPLIT, *gemeenten) is False


def test_the_payer(engine: Engine) -> None:
    assert values(engine, ask(Payer(("Infino", "MyFamily")))) == {
        TWO_AND_UNKNOWN: True, SPLIT: False, BORN_LATER: False,
    }  # fmt: skip


def test_beneficiaries_are_living_persons(engine: Engine) -> None:
    assert value(engine, Beneficiaries(Count(exactly=1)), BY_PARENT, LEUVEN) is True
    old = Age(Sort.BEGUNSTIGDE, 60)
    assert value(engine, Beneficiaries(Count(at_least=1), old), BY_PARENT, LEUVEN) is False
    before = values(engine, ask(Beneficiaries(Count(at_least=1), old), LEUVEN, on=day("2025-09-30")))
    assert before[BY_PARENT] is True
    # None at all: zero of them fulfil it.
    assert value(engine, Beneficiaries(Count(at_most=0), old), SPLIT) is True
    assert value(engine, Beneficiaries(Count(at_least=1)), SPLIT) is False


def test_a_gezin_condition_inside_one_on_a_child(engine: Engine) -> None:
    sibling = InFamily(kids(Age(Sort.KIND, 11), at_least=1))
    found = values(engine, ask(sibling))
    assert (found[11], found[12], found[13], found[21]) == (True, True, True, False)
    # In scope: only the child in Torhout, although the dossier has three.
    alone = InFamily(And((kids(exactly=1), ChildrenInDossier(Count(exactly=3)))))
    assert value(engine, alone, 21) is True
    unknown = InFamily(kids(YOUNG, at_least=3))
    assert (value(engine, unknown, 11), value(engine, unknown, 21)) == (None, False)


def test_nesting_two_deep(engine: Engine) -> None:
    has_big_sister = InFamily(kids(And((Age(Sort.KIND, 11), InFamily(Payer(("Infino",))))), at_least=1))
    outer = kids(And((YOUNG, has_big_sister)), at_least=2)
    assert values(engine, ask(outer)) == {TWO_AND_UNKNOWN: True, SPLIT: False, BORN_LATER: False}


def test_families_and_children_are_counted(engine: Engine) -> None:
    found = engine.count(ask(kids(YOUNG, at_least=2)))
    assert found == Counts(Sort.GEZIN, 1, 2, 2, 0, 3)
    undecided = engine.count(ask(kids(YOUNG, at_least=3)))
    assert undecided == Counts(Sort.GEZIN, 0, 0, 0, 1, 3)


def test_children_without_a_known_domicile_are_those_of_the_whole_snapshot(engine: Engine) -> None:
    # 52, 81 and 82; 23 lives abroad, which is known.
    assert engine.count(ask(BASIC, ZAVENTEM)).without_domicile == 3
    # On the day before all three were born nobody was missing.
    assert engine.count(ask(YOUNG, ZAVENTEM, on=day("2015-06-14"))).without_domicile == 0


def test_a_gezin_weighs_three_children_at_most_in_what_leaves_the_agency(engine: Engine) -> None:
    by_family = engine.count(ask(kids(BASIC, at_least=1), ZAVENTEM))
    assert (by_family.families, by_family.children, by_family.children_capped) == (1, 5, 3)
    by_child = engine.count(ask(BASIC, ZAVENTEM))
    assert (by_child.unit, by_child.families, by_child.children, by_child.children_capped) == (Sort.KIND, 1, 5, 3)


def counted(engine: Engine, condition: Condition) -> list[int]:
    found: list[int] = engine.select(ask(condition)).children["kind_id"].to_pylist()
    return found


def test_children_count_who_fulfil_an_outermost_lower_bound(engine: Engine) -> None:
    eleven, ten = Age(Sort.KIND, 11, 11), Age(Sort.KIND, 10, 10)
    assert counted(engine, kids(eleven, at_least=1)) == [12]
    assert counted(engine, Or((kids(eleven, at_least=1), kids(ten, exactly=1)))) == [11, 12, 21, 33]
    assert counted(engine, Not(Not(kids(eleven, at_least=1)))) == [12]
    # An upper bound, or a lower one that is denied, counts nobody by itself: then all in scope do.
    assert counted(engine, And((kids(eleven, at_most=5), Payer(("Infino",))))) == [11, 12, 13]
    assert counted(engine, And((Not(kids(Age(Sort.KIND, 30), at_least=3)), Payer(("FONS",))))) == [21, 33]
    assert counted(engine, And((kids(eleven, at_least=1), kids(at_least=1)))) == [11, 12, 13]
    # Inside a child's condition it is not outermost.
    assert counted(engine, kids(InFamily(kids(eleven, at_least=1)), at_least=1)) == [11, 12, 13]


def test_a_family_can_be_selected_without_a_counted_child(engine: Engine) -> None:
    found = engine.select(ask(Or((kids(Age(Sort.KIND, 30), at_least=1), Payer(("Infino",))))))
    assert (found.families["dossier_id"].to_pylist(), found.children.num_rows) == ([TWO_AND_UNKNOWN], 0)
    assert (found.counts.families, found.counts.children, found.counts.children_capped) == (1, 0, 0)


def test_by_municipality_is_each_asked_alone(local_engine: Engine) -> None:
    conditions: list[Condition] = [
        kids(at_least=1),
        kids(BASIC, at_least=1),
        BASIC,
        And((ChildrenInDossier(Count(at_least=3)), kids(exactly=1))),
        Or((Beneficiaries(Count(at_least=1)), kids(YOUNG, at_most=0))),
        InFamily(kids(LivesIn(Sort.KIND, (LEUVEN,)), at_least=1)),
    ]
    codes = (ZAVENTEM, LEUVEN, TORHOUT, "11002")
    for of in DomicileOf:
        for condition in conditions:
            question = ask(condition, *codes, of=of)
            alone = [
                local_engine.count(dataclasses.replace(question, municipalities=(code,))) for code in sorted(codes)
            ]
            assert local_engine.count_by_municipality(question).to_pylist() == [
                {
                    "nis": code,
                    "gezinnen": found.families,
                    "kinderen": found.children,
                    "kinderen_begrensd": found.children_capped,
                }
                for code, found in zip(sorted(codes), alone, strict=True)
            ]


def test_a_family_with_children_in_two_municipalities_counts_in_both_and_once_together(engine: Engine) -> None:
    question = ask(kids(BASIC, at_least=1), TORHOUT, LEUVEN)
    assert engine.count_by_municipality(question)["gezinnen"].to_pylist() == [1, 1]
    assert (engine.count(question).families, engine.count(question).children) == (1, 2)


def test_old_codes_are_read_through_their_successor_on_the_day_asked(world: World, open_engine: OpenEngine) -> None:
    # Meulebeke (37007) and Tielt (37015) became Tielt (37022) on 1 January 2025.
    for child, code in ((1, "37007"), (2, "37015"), (3, "37022")):
        world.only_child(child, nis=code)
    engine = open_engine(world)
    everyone = Born(last=day("2030-01-01"))
    assert values(engine, ask(everyone, "37022")).keys() == {1, 2, 3}
    before = day("2024-12-31")
    assert values(engine, ask(everyone, "37007", on=before)).keys() == {1}
    both = ask(everyone, "37007", "37015", on=before)
    assert values(engine, both).keys() == {1, 2}
    assert engine.count_by_municipality(both)["kinderen"].to_pylist() == [1, 1]
    # In a condition too: a code of the definition, valid on the reference date, stands for those it comes after.
    earlier = LivesIn(Sort.KIND, ("37022",), on=before)
    assert values(engine, ask(earlier, "37022")) == {1: True, 2: True, 3: True}
    old = LivesIn(Sort.KIND, ("37007",))
    assert values(engine, ask(old, "37007", "37015", on=before)) == {1: True, 2: False}
    assert values(engine, ask(LivesIn(Sort.KIND, ("37022",)), "37022")) == {1: True, 2: True, 3: True}


def test_many_municipalities_are_read_as_runs(world: World, open_engine: OpenEngine) -> None:
    valid = world.catalogue.municipalities.valid_on(D)
    for number, municipality in enumerate(valid[:40], 1):
        world.only_child(number, nis=municipality.nis)
    engine = open_engine(world)
    codes = tuple(row.nis for row in valid if row.nis != valid[7].nis)
    question = Question(Sort.KIND, D, codes, DomicileOf.KIND, Born(last=day("2030-01-01")))
    assert values(engine, question).keys() == set(range(1, 41)) - {8}


def test_rights_are_granted_to_a_beneficiary_by_the_rows_that_hold(world: World, open_engine: OpenEngine) -> None:
    world.person(1)
    world.person(2)
    world.person(3)
    world.person(8, born="1990-01-01")
    world.person(9, born="1990-01-01")
    world.family(1, [1, 2, 3], parents=[8, 9])
    world.right("sociale_toeslag", 1, van="2025-01-01", schijf="laag", toegekend_aan=2)
    world.right("sociale_toeslag", 1, van="2025-01-01", schijf="hoog", toegekend_aan=1)
    world.right("sociale_toeslag", 2, van="2025-01-01", tot="2025-10-01", schijf="laag", toegekend_aan=1)
    world.right("sociale_toeslag", 3, van="2025-11-01", schijf="laag", toegekend_aan=1)
    world.right("wezentoeslag", 1, van="2025-01-01", toegekend_aan=1)
    world.right("basisbedrag", 2, van="2025-01-01")
    engine = open_engine(world)

    def entitled(condition: Condition) -> list[tuple[int, int, int]]:
        rows = engine.select(ask(condition)).entitled.to_pylist()
        return [(row["dossier_id"], row["kind_id"], row["volgorde"]) for row in rows]

    low = (Field("schijf", OneOf(("laag",))),)
    social = Has("sociale_toeslag", NOVEMBER, low)
    assert entitled(social) == [(1, 1, 2), (1, 3, 1)]
    assert entitled(kids(social, at_least=1)) == [(1, 1, 2), (1, 3, 1)]
    assert entitled(Has("sociale_toeslag", NOVEMBER)) == [(1, 1, 1), (1, 1, 2), (1, 3, 1)]
    assert entitled(And((social, Has("wezentoeslag", NOVEMBER)))) == [(1, 1, 1), (1, 1, 2)]
    # A row in one of three months makes nothing true.
    assert entitled(Has("sociale_toeslag", months("2025-09", "2025-11", 3), low)) == [(1, 1, 2)]
    assert entitled(Has("basisbedrag", NOVEMBER)) == []
    assert engine.select(ask(Has("basisbedrag", NOVEMBER))).entitled.schema.names == [
        "dossier_id", "kind_id", "volgorde",
    ]  # fmt: skip


def test_tables_have_the_types_and_the_order_that_the_interface_promises(engine: Engine) -> None:
    found = engine.select(ask(kids(at_least=1), TORHOUT, LEUVEN, ZAVENTEM))
    assert [str(column.type) for column in found.families.columns] == ["int64"]
    assert [str(column.type) for column in found.children.columns] == ["int64", "int64"]
    assert [str(column.type) for column in found.entitled.columns] == ["int64", "int64", "int8"]
    assert found.families["dossier_id"].to_pylist() == sorted([10, 20, 30, 40, 50])
    pairs = list(zip(*(column.to_pylist() for column in found.children.columns), strict=True))
    assert pairs == sorted(pairs)
    assert [str(column.type) for column in engine.outcomes(ask(YOUNG)).columns] == ["int64", "bool"]
