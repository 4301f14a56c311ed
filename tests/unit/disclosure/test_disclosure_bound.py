"""The bound, against sums written out and against the continuous formula."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from disclosure_world import ROOT

from groeibrief.catalog import Project
from groeibrief.disclosure import DisclosurePolicy, Share
from groeibrief.disclosure.bound import Draw, accuracy, allocations, bounds
from groeibrief.disclosure.policy import formula, read_disclosure_policy

FAMILIES, CHILDREN, SENSITIVE, STANDARD = (
    Draw("gezinnen", Fraction(4), 1),
    Draw("kinderen", Fraction(12), 3),
    Draw("gezinnen, gevoelig", Fraction(6), 1),
    Draw("standaarddoelgroepen", Fraction(8), 1),
)


def noise(sigma: float) -> dict[int, float]:
    reach = math.ceil(8 * sigma)
    weights = {step: math.exp(-(step**2) / (2 * sigma**2)) for step in range(-reach, reach + 1)}
    total = sum(weights.values())
    return {step: weight / total for step, weight in weights.items()}


def written_out(*draws: Draw) -> float:
    """(1 + TV)/2 over every joint outcome of the draws, with and without the gezin."""
    apart = 0.0
    tables = [noise(float(draw.sigma)) for draw in draws]
    ranges = [range(min(table), max(table) + draw.sensitivity + 1) for table, draw in zip(tables, draws, strict=True)]
    for outcome in itertools.product(*ranges):
        without = math.prod(table.get(value, 0.0) for table, value in zip(tables, outcome, strict=True))
        with_it = math.prod(
            table.get(value - draw.sensitivity, 0.0) for table, draw, value in zip(tables, draws, outcome, strict=True)
        )
        apart += abs(with_it - without)
    return (1 + apart / 2) / 2


@pytest.mark.parametrize(
    "draws",
    [(FAMILIES,), (CHILDREN,), (STANDARD,), (FAMILIES, FAMILIES), (FAMILIES, SENSITIVE), (CHILDREN, STANDARD)],
)
def test_the_bound_is_the_total_variation_of_all_draws(draws: tuple[Draw, ...]) -> None:
    assert accuracy(Counter(draws)) == pytest.approx(written_out(*draws), abs=1e-12)


def test_the_bound_of_a_year_is_sixty_nine_in_a_hundred(policy: DisclosurePolicy) -> None:
    found = bounds(policy)
    assert found.whole.cost == Fraction(1, 2)
    assert found.whole.computed == pytest.approx(0.69146, abs=5e-6)
    assert found.whole.formula == policy.bound == pytest.approx(0.69146, abs=5e-6)
    assert found.whole.computed <= found.whole.formula
    assert {draw.what: number for draw, number in found.whole.allocation.items()} == {
        "kinderen": 12,
        "standaarddoelgroepen": 12,
        "bestellingen": 4,
    }


def test_two_municipalities_that_pool_know_more(policy: DisclosurePolicy) -> None:
    found = bounds(policy)
    assert (round(found.pooled.computed, 2), round(found.pooled.formula, 2), found.pooled.cost) == (
        0.76,
        0.76,
        Fraction(1),
    )


def test_each_share_has_a_bound_of_its_own(policy: DisclosurePolicy) -> None:
    shares = bounds(policy).shares
    assert {share: round(bound.computed, 3) for share, bound in shares.items()} == {
        Share.OWN: 0.667,
        Share.STANDARD: 0.586,
        Share.ORDERS: 0.55,
    }
    for bound in shares.values():
        assert bound.computed == pytest.approx(bound.formula, abs=5e-5)


def test_the_ways_to_spend_fit_the_share_and_leave_no_room(policy: DisclosurePolicy) -> None:
    ways = list(allocations(policy))
    assert Counter({FAMILIES: 12}) in ways
    for way in ways:
        cost = sum((draw.cost * number for draw, number in way.items()), Fraction())
        careful = sum(number for draw, number in way.items() if "gevoelig" in draw.what)
        assert careful <= policy.hoogstens_gevoelig
        assert Fraction(3, 8) - policy.order_cost < cost <= Fraction(3, 8)


def test_no_mixture_is_worse_than_the_ways_that_are_tried(policy: DisclosurePolicy) -> None:
    """Every third mixture of ordinary, sensitive and order draws that leaves no room: none beats the bound."""
    order, most = Draw("bestellingen", Fraction(8), 1), bounds(policy).whole.computed
    fixed = Counter({STANDARD: 12, order: 4})
    for families, children, sensitive in itertools.product(range(0, 13, 3), range(0, 13, 3), (0, 3, 6)):
        left = Fraction(3, 8) - Fraction(families + children, 32) - Fraction(sensitive, 72)
        if left >= 0:
            own = Counter({FAMILIES: families, CHILDREN: children, SENSITIVE: sensitive, order: int(left * 128)})
            assert accuracy(+own + fixed) <= most + 1e-12


def test_another_policy_has_another_bound(tmp_path: Path) -> None:
    text = (Project(ROOT).rules / "policies" / "disclosure.yaml").read_text()
    path = tmp_path / "voorstel.yaml"
    path.write_text(text.replace("budget: 0.5", "budget: 1").replace("eigen_vragen: 0.375", "eigen_vragen: 0.875"))
    proposed = bounds(read_disclosure_policy(path, "voorstel.yaml"))
    assert proposed.whole.computed == pytest.approx(formula(Fraction(1)), abs=1e-5)
    assert round(proposed.whole.computed, 2) == 0.76
