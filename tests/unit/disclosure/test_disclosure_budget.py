from __future__ import annotations

import subprocess
import sys
from datetime import date
from fractions import Fraction

import pytest
from disclosure_world import SENSITIVE, question

from groeibrief.disclosure import DisclosurePolicy, Turns
from groeibrief.disclosure.budget import (
    Account,
    Charge,
    NoRoom,
    Obstacle,
    Price,
    Quantity,
    prices,
    released_on,
)
from groeibrief.query import Children, Count, DomicileOf, InFamily, Question, Sort

TODAY = date(2025, 3, 1)
ORDINARY = Fraction(1, 32)


def asked(policy: DisclosurePolicy, *, source: str = "sociale_toeslag", children: bool = False) -> tuple[Price, ...]:
    return prices(question(source=source), policy, SENSITIVE, children=children)


def spent(number: int, day: date = TODAY, cost: Fraction = ORDINARY, *, sensitive: bool = False) -> list[Charge]:
    return [Charge(day, cost, sensitive)] * number


def test_a_price_follows_from_the_text_alone(policy: DisclosurePolicy) -> None:
    assert asked(policy) == (Price(Quantity.FAMILIES, False, Fraction(1, 32), Fraction(4), 1),)
    assert asked(policy, source="zorgtoeslag", children=True) == (
        Price(Quantity.FAMILIES, True, Fraction(1, 72), Fraction(6), 1),
        Price(Quantity.CHILDREN, True, Fraction(1, 72), Fraction(18), 3),
    )


def test_a_sensitive_source_is_found_however_deep(policy: DisclosurePolicy) -> None:
    inner = question(source="wezentoeslag").condition
    deep = Question(
        Sort.GEZIN, date(2025, 11, 1), ("31033",), DomicileOf.KIND, Children(Count(at_least=2), InFamily(inner))
    )
    assert [price.sensitive for price in prices(deep, policy, SENSITIVE, children=False)] == [True]


def test_twelve_ordinary_questions_fit_and_not_thirteen(policy: DisclosurePolicy) -> None:
    assert Account(policy, spent(11), TODAY).room(asked(policy)) is None
    assert Account(policy, spent(12), TODAY).room(asked(policy)) == NoRoom(Obstacle.BUDGET, date(2026, 3, 1))
    assert Account(policy, spent(12), date(2026, 2, 28)).room(asked(policy)) is not None
    assert Account(policy, spent(12), date(2026, 3, 1)).room(asked(policy)) is None


def test_children_cost_a_turn_of_their_own(policy: DisclosurePolicy) -> None:
    assert Account(policy, spent(10), TODAY).room(asked(policy, children=True)) is None
    assert Account(policy, spent(11), TODAY).room(asked(policy, children=True)) == NoRoom(
        Obstacle.BUDGET, date(2026, 3, 1)
    )


def test_at_most_six_answers_on_sensitive_sources(policy: DisclosurePolicy) -> None:
    care = asked(policy, source="zorgtoeslag")
    six = spent(6, cost=Fraction(1, 72), sensitive=True)
    assert Account(policy, six[:5], TODAY).room(care) is None
    assert Account(policy, six, TODAY).room(care) == NoRoom(Obstacle.SENSITIVE, date(2026, 3, 1))
    assert Account(policy, six, TODAY).room(asked(policy)) is None
    assert Account(policy, six[:5], TODAY).room(asked(policy, source="zorgtoeslag", children=True)) is not None


def test_room_comes_back_when_enough_has_left_the_window(policy: DisclosurePolicy) -> None:
    charges = spent(1, date(2024, 5, 10)) + spent(1, date(2024, 7, 1)) + spent(10, date(2025, 1, 15))
    account = Account(policy, charges, TODAY)
    assert account.room(asked(policy)) == NoRoom(Obstacle.BUDGET, date(2025, 5, 10))
    assert account.room(asked(policy, children=True)) == NoRoom(Obstacle.BUDGET, date(2025, 7, 1))


@pytest.mark.parametrize(
    ("day", "released"),
    [
        (date(2025, 3, 1), date(2026, 3, 1)),
        (date(2024, 2, 29), date(2025, 3, 1)),
        (date(2023, 2, 28), date(2024, 2, 28)),
        (date(2025, 12, 31), date(2026, 12, 31)),
    ],
)
def test_a_charge_counts_for_twelve_months(policy: DisclosurePolicy, day: date, released: date) -> None:
    assert released_on(day, policy) == released


def test_a_charge_of_a_later_day_counts_too(policy: DisclosurePolicy) -> None:
    assert Account(policy, spent(12, date(2025, 6, 1)), TODAY).room(asked(policy)) is not None


@pytest.mark.parametrize(
    ("charges", "turns"),
    [
        ([], Turns(0, 12, None)),
        (spent(1), Turns(1, 11, date(2026, 3, 1))),
        (spent(12), Turns(12, 0, date(2026, 3, 1))),
        (spent(1, cost=Fraction(1, 72), sensitive=True), Turns(1, 11, date(2026, 3, 1))),
        (spent(3, cost=Fraction(1, 72), sensitive=True), Turns(2, 10, date(2026, 3, 1))),
        (spent(1, date(2024, 4, 2)) + spent(2), Turns(3, 9, date(2025, 4, 2))),
        (spent(1, date(2024, 3, 1)), Turns(0, 12, None)),
    ],
)  # fmt: skip
def test_turns_are_ordinary_questions(policy: DisclosurePolicy, charges: list[Charge], turns: Turns) -> None:
    assert Account(policy, charges, TODAY).turns == turns


def test_the_code_that_charges_loads_nothing_that_reads_data() -> None:
    program = (
        "import sys, groeibrief.disclosure.budget\n"
        "print([name for name in ('duckdb', 'pyarrow', 'opendp', 'groeibrief.engines', 'groeibrief.snapshot')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
