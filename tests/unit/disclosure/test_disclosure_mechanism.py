from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import pytest

from groeibrief.disclosure import DiscreteGaussian
from groeibrief.disclosure.mechanism import half_width

DRAWS = 20_000


def weight(step: int, sigma: float) -> float:
    return math.exp(-(step**2) / (2 * sigma**2))


def survival(chi_square: float, degrees: int) -> float:
    """How likely chi-square is at least this; in closed form, since the degrees are even."""
    assert degrees % 2 == 0
    term = total = math.exp(-chi_square / 2)
    for step in range(1, degrees // 2):
        term *= chi_square / 2 / step
        total += term
    return total


def test_the_quantiles_of_chi_square() -> None:
    """Against a table."""
    assert survival(18.307, 10) == pytest.approx(0.05, abs=1e-5)
    assert survival(54.052, 26) == pytest.approx(0.001, rel=1e-3)


@pytest.mark.parametrize(("sigma", "sensitivity"), [(4, 1), (6, 1), (8, 1), (12, 3)])
def test_draws_follow_the_discrete_gaussian(sigma: int, sensitivity: int) -> None:
    """Chi-square over 20,000 draws of OpenDP at alpha = 1e-6: cells of one integer within 3 sigma, and two tails."""
    noise, reach = DiscreteGaussian(), 3 * sigma
    cost = Fraction(sensitivity**2, 2 * sigma**2)
    total = sum(weight(step, sigma) for step in range(-50 * sigma, 50 * sigma + 1))
    expected = {step: DRAWS * weight(step, sigma) / total for step in range(-reach, reach + 1)}
    tail = (DRAWS - sum(expected.values())) / 2
    expected |= {-reach - 1: tail, reach + 1: tail}
    assert min(expected.values()) > 5
    drawn = (noise.draw(140, sigma=Fraction(sigma), sensitivity=sensitivity, cost=cost) - 140 for _ in range(DRAWS))
    counts = Counter(max(-reach - 1, min(reach + 1, step)) for step in drawn)
    chi_square = sum((counts[step] - mean) ** 2 / mean for step, mean in expected.items())
    # Above: noise of another shape; below: noise too regular to be random.
    assert 1e-6 < survival(chi_square, len(expected) - 1) < 1 - 1e-6


@pytest.mark.parametrize("other", [0.93, 1.07])
def test_chi_square_would_notice_another_sigma(other: float) -> None:
    """The test above can fail: the mean of chi-square under noise that is 7 % narrower or wider is far outside."""
    sigma, reach = 4, 12
    shapes = []
    for spread in (sigma, sigma * other):
        total = sum(weight(step, spread) for step in range(-200, 201))
        inside = [weight(step, spread) / total for step in range(-reach, reach + 1)]
        shapes.append([*inside, 1 - sum(inside)])
    excess = sum(DRAWS * (false - true) ** 2 / true for true, false in zip(*shapes, strict=True))
    assert survival(26 + excess, 26) < 1e-6


def test_a_draw_that_costs_more_than_was_charged_is_never_made() -> None:
    with pytest.raises(AssertionError, match="the charge covers what the draw costs"):
        DiscreteGaussian().draw(140, sigma=Fraction(4), sensitivity=1, cost=Fraction(1, 33))
    with pytest.raises(AssertionError, match="the charge covers what the draw costs"):
        DiscreteGaussian().draw(140, sigma=Fraction(4), sensitivity=3, cost=Fraction(1, 32))


@pytest.mark.parametrize("sigma", [4, 6, 8, 12, 18])
def test_the_half_width_is_the_smallest_that_is_certain_enough(sigma: int) -> None:
    total = sum(weight(step, sigma) for step in range(-1000, 1001))
    width = half_width(Fraction(sigma), 0.95)
    assert sum(weight(step, sigma) for step in range(-width, width + 1)) / total >= 0.95
    assert sum(weight(step, sigma) for step in range(1 - width, width)) / total < 0.95


def test_the_half_width_of_ordinary_noise() -> None:
    assert half_width(Fraction(4), 0.95) == 8
