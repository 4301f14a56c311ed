"""Nodes check themselves; the normal form decides which questions are one question."""

from datetime import date
from decimal import Decimal

import pytest

from groeibrief.calendar import Month
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
    Granted,
    Has,
    InFamily,
    LivesIn,
    Months,
    Not,
    OneOf,
    Or,
    Payer,
    Question,
    Range,
    Sort,
    counted_children,
    identity,
    normal_form,
    sources_used,
)  # fmt: skip

DAY = date(2025, 11, 1)
NOVEMBER = Months(Month(2025, 11), Month(2025, 11))
YOUNG = Age(Sort.KIND, at_most=3)
SOCIAL = Has("sociale_toeslag", NOVEMBER)


def ask(condition: Condition, unit: Sort = Sort.GEZIN) -> Question:
    return Question(unit, DAY, ("31033",), DomicileOf.KIND, condition)


def some(which: Condition | None) -> Children:
    return Children(Count(at_least=1), which)


@pytest.mark.parametrize(
    "make",
    [
        lambda: And(()),
        lambda: And((YOUNG, Payer(("FONS",)))),
        lambda: InFamily(YOUNG),
        lambda: some(Payer(("FONS",))),
        lambda: Beneficiaries(Count(at_least=1), YOUNG),
        lambda: Count(),
        lambda: Count(at_least=0),
        lambda: Count(exactly=-1),
        lambda: Age(Sort.KIND),
        lambda: Age(Sort.KIND, 5, 3),
        lambda: Age(Sort.KIND, -1),
        lambda: Born(),
        lambda: LivesIn(Sort.KIND),
        lambda: Payer(()),
        lambda: OneOf(()),
        lambda: Range(),
        lambda: Range(5, 3),
        lambda: Granted(),
        lambda: Months(Month(2025, 2), Month(2025, 1)),
        lambda: Months(Month(2025, 1), Month(2025, 2), 3),
        lambda: ask(YOUNG),
        lambda: Question(Sort.BEGUNSTIGDE, DAY, ("31033",), DomicileOf.KIND, Age(Sort.BEGUNSTIGDE, 1)),
        lambda: Question(Sort.KIND, DAY, (), DomicileOf.KIND, YOUNG),
    ],
)
def test_what_makes_no_sense_cannot_be_built(make: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        make()  # type: ignore[operator]


A, B = some(YOUNG), Payer(("FONS",))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (And((A, B)), And((B, A))),
        (And((A, And((B, A)))), And((A, B))),
        (Not(Not(A)), A),
        (Not(Or((A, B))), And((Not(A), Not(B)))),
        (Not(And((A, Not(B)))), Or((B, Not(A)))),
        (Children(Count(exactly=2), YOUNG), And((Children(Count(2), YOUNG), Children(Count(at_most=2), YOUNG)))),
        (ChildrenInDossier(Count(2, 4)), And((ChildrenInDossier(Count(at_most=4)), ChildrenInDossier(Count(2))))),
        (some(Not(Not(SOCIAL))), some(SOCIAL)),
        (some(LivesIn(Sort.KIND, ("31033",), (), DAY)), some(LivesIn(Sort.KIND, ("31033",)))),
        (some(InFamily(And((B, B)))), some(InFamily(B))),
        (
            some(Has("x", NOVEMBER, (Field("b", Range(Decimal("50.00"))), Field("a", OneOf(("z", "y")))))),
            some(Has("x", NOVEMBER, (Field("a", OneOf(("y", "z"))), Field("b", Range(Decimal(50)))))),
        ),
    ],
)
def test_the_same_meaning_has_one_identity(left: Condition, right: Condition) -> None:
    assert identity(ask(left)) == identity(ask(right))
    assert normal_form(normal_form(ask(left))) == normal_form(ask(left))


def test_different_questions_differ() -> None:
    questions = [
        ask(A), ask(Not(A)), ask(some(SOCIAL)), ask(Children(Count(2), YOUNG)), ask(some(None)),
        ask(Not(Children(Count(at_most=1), YOUNG))), ask(some(Age(Sort.KIND, at_most=3, unit="maand"))),
        Question(Sort.GEZIN, DAY, ("31033",), DomicileOf.BEGUNSTIGDE, A),
        Question(Sort.GEZIN, DAY, ("31033", "23094"), DomicileOf.KIND, A),
        Question(Sort.GEZIN, date(2025, 11, 2), ("31033",), DomicileOf.KIND, A),
    ]  # fmt: skip
    assert len({identity(question) for question in questions}) == len(questions)


def test_counted_children_are_the_outermost_positive_ones() -> None:
    two = Children(Count(exactly=2), SOCIAL)
    none = Children(Count(at_most=0), SOCIAL)
    assert counted_children(And((A, Or((two, none)), Not(some(None))))) == (A, two)
    assert counted_children(Not(Not(A))) == (A,)
    assert counted_children(Not(none)) == ()
    assert counted_children(some(InFamily(A))) == (some(InFamily(A)),)


@pytest.mark.parametrize(
    "condition",
    [A, Not(A), Not(Not(A)), Not(And((A, Not(some(SOCIAL))))), Children(Count(1, 3), SOCIAL), Not(Children(Count(1)))],
)
def test_the_normal_form_keeps_which_children_are_counted(condition: Condition) -> None:
    before = {node.which for node in counted_children(condition)}
    assert {node.which for node in counted_children(normal_form(ask(condition)).condition)} == before


def test_sources_used() -> None:
    assert sources_used(ask(And((some(SOCIAL), Not(some(Has("schooltoeslag", NOVEMBER))))))) == (
        "schooltoeslag",
        "sociale_toeslag",
    )
