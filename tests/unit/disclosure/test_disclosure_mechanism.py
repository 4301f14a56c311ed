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


def test_draws_follow_the_discrete_gaussian() -> None:
    """Chi-square over 20,000 draws of OpenDP: cells of one integer from -12 to 12, and two tails; 26 degrees."""
    noise, sigma, reach = DiscreteGaussian(), 4, 12
    total = sum(weight(step, sigma) for step in range(-100, 101))
    expected = {step: DRAWS * weight(step, sigma) / total for step in range(-reach, reach + 1)}
    tail = (DRAWS - sum(expected.values())) / 2
    expected |= {-reach - 1: tail, reach + 1: tail}
    drawn = (noise.draw(140, sigma=Fraction(sigma), sensitivity=1, cost=Fraction(1, 32)) - 140 for _ in range(DRAWS))
    counts = Counter(max(-reach - 1, min(reach + 1, step)) for step in drawn)
    assert min(expected.values()) > 5
    chi_square = sum((counts[step] - mean) ** 2 / mean for step, mean in expected.items())
    assert len(expected) == 27
    # The quantiles of chi-square with 26 degrees of freedom that are passed once in a million: above, noise of another
    # shape; below, noise too regular to be random.
    assert 4.61 < chi_square < 75.55


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
