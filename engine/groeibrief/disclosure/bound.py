"""How much an attacker can learn at most, computed from the privacy loss of the discrete Gaussian itself.

The attacker knows everything except one secret bit of one gezin, spends all that a budget allows on it, and guesses.
How often the guess is right is (1 + TV)/2, with TV the total variation between all draws with and without the gezin.
Adding Δ to a count under noise of the discrete Gaussian has the loss Δ(Δ - 2x)/2σ² at noise x (Canonne, Kamath and
Steinke 2020); losses of separate draws add up, also when each question follows from the answers before. σ² and Δ are
fractions, so that every loss lies on one lattice of integers, and the sum is exact but for the weights' rounding.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from groeibrief.disclosure.budget import Share
from groeibrief.disclosure.policy import DisclosurePolicy, formula

NEGLIGIBLE = 1e-22
"""Outcomes less likely than this are left out; together they are too unlikely to show in 12 decimals."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One kind of answer, of which an attacker may have several."""

    what: str
    sigma: Fraction
    sensitivity: int

    @property
    def cost(self) -> Fraction:
        """rho: Δ²/2σ²."""
        return self.sensitivity**2 / (2 * self.sigma**2)


Allocation = Counter[Draw]


@dataclass(frozen=True, slots=True)
class Bound:
    """How often an attacker is right at most: computed, and by the continuous formula Φ(√(2ρ)/2) for the share.

    ``allocation``: the answers with which that is reached.
    """

    cost: Fraction
    computed: float
    formula: float
    allocation: Allocation


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bound of each share, of a year's whole budget, and of the budgets of two municipalities together."""

    shares: dict[Share, Bound]
    whole: Bound
    pooled: Bound


def bounds(policy: DisclosurePolicy) -> Bounds:
    """The bounds that a policy proves."""
    orders = _order(policy)
    standard = Draw("standaarddoelgroepen", Fraction(policy.ruis.standaard), 1)
    fixed = {
        Share.STANDARD: Counter({standard: policy.standaard.hoogstens}),
        Share.ORDERS: Counter({orders: Share.ORDERS.of(policy) // orders.cost}),
    }
    own = list(allocations(policy))
    together = [each + fixed[Share.STANDARD] + fixed[Share.ORDERS] for each in own]
    shares = {
        Share.OWN: _worst(own, Share.OWN.of(policy)),
        Share.STANDARD: _worst([fixed[Share.STANDARD]], Share.STANDARD.of(policy)),
        Share.ORDERS: _worst([fixed[Share.ORDERS]], Share.ORDERS.of(policy)),
    }
    budget = Fraction(policy.budget)
    doubled = [each + each for each in together]
    return Bounds(shares, _worst(together, budget), _worst(doubled, 2 * budget))


def accuracy(allocation: Allocation) -> float:
    """How often an attacker who has these answers guesses right at most; a coin has 0.5."""
    terms = [(Fraction(draw.sensitivity) / (2 * draw.sigma**2), draw, number) for draw, number in allocation.items()]
    scale = math.lcm(*(step.denominator for step, _, _ in terms))
    low, total = 0, np.ones(1)
    for step, draw, number in terms:
        # The loss falls as the noise grows: the likeliest sums are taken from the top down.
        lowest, likely = _sum_of_noise(draw.sigma, number)
        unit = int(step * scale)
        stride, highest = 2 * unit, lowest + likely.size - 1
        added = np.zeros(total.size + stride * (likely.size - 1))
        for place, weight in enumerate(likely[::-1]):
            added[place * stride : place * stride + total.size] += weight * total
        low += unit * (number * draw.sensitivity - 2 * highest)
        low, total = _trimmed(low, added)
    zero = -low
    return float(total[zero + 1 :].sum() + total[zero] / 2)


def _sum_of_noise(sigma: Fraction, number: int) -> tuple[int, npt.NDArray[np.float64]]:
    """The lowest value and the probabilities of the sum of this many draws of noise."""
    reach = math.ceil(11 * float(sigma))
    one = np.exp(-(np.arange(-reach, reach + 1.0) ** 2) / (2 * float(sigma) ** 2))
    one /= one.sum()
    low, total = 0, np.ones(1)
    for _ in range(number):
        low, total = _trimmed(low - reach, np.convolve(total, one))
    return low, total


def _trimmed(low: int, weights: npt.NDArray[np.float64]) -> tuple[int, npt.NDArray[np.float64]]:
    kept = np.flatnonzero(weights > NEGLIGIBLE)
    return low + int(kept[0]), weights[kept[0] : kept[-1] + 1]


def allocations(policy: DisclosurePolicy) -> Iterator[Allocation]:
    """The ways to spend the share for own questions: in every order of preference, as many of each as still fit."""
    kinds = [
        Draw(
            ("kinderen" if children else "gezinnen") + (", gevoelig" if careful else ""),
            policy.sigma(sensitive=careful, children=children),
            policy.kinderen.hoogstens_per_gezin if children else 1,
        )
        for careful in (False, True)
        for children in (False, True)
    ]
    limited = set(kinds[2:])
    seen: set[frozenset[tuple[Draw, int]]] = set()
    for preference in itertools.permutations([*kinds, _order(policy)]):
        left, careful_left = Share.OWN.of(policy), policy.hoogstens_gevoelig
        spent: Allocation = Counter()
        for draw in preference:
            number = left // draw.cost
            if draw in limited:
                number = min(number, careful_left)
                careful_left -= number
            left -= number * draw.cost
            if number:
                spent[draw] = number
        if frozenset(spent.items()) not in seen:
            seen.add(frozenset(spent.items()))
            yield spent


def _order(policy: DisclosurePolicy) -> Draw:
    return Draw("bestellingen", Fraction(policy.ruis.bestelling), 1)


def _worst(ways: list[Allocation], cost: Fraction) -> Bound:
    computed, worst = max(((accuracy(way), way) for way in ways), key=lambda found: found[0])
    return Bound(cost, computed, formula(cost), worst)
