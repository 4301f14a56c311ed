"""What nobody can beat: bounds computed from the discrete Gaussian itself, and tails of the binomial distribution.

Shares no code with ``groeibrief.disclosure``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

ALPHA = 1e-6


@dataclass(frozen=True)
class Draws:
    """*times* draws with this standard deviation, each moved by *shift* by the secret."""

    times: int
    sigma: int
    shift: int = 1

    @property
    def rho(self) -> float:
        """What they cost together."""
        return self.times * self.shift**2 / (2 * self.sigma**2)


def formula(rho: float) -> float:
    """The bound of the continuous Gaussian, Φ(√(2ρ)/2)."""
    return 0.5 * (1 + math.erf(math.sqrt(2 * rho) / 2 / math.sqrt(2)))


@lru_cache
def weights(sigma: int) -> tuple[float, ...]:
    """The probabilities of noise -12σ to 12σ; what lies beyond has 1e-32."""
    steps = np.arange(-12 * sigma, 12 * sigma + 1)
    raw = np.exp(-(steps**2) / (2 * sigma**2))
    return tuple(raw / raw.sum())


@lru_cache
def best(draws: tuple[Draws, ...]) -> float:
    """How often the best guess of a fair bit is right, given these draws: (1 + total variation) / 2, exactly.

    A draw x has log-likelihood ratio (2·x·shift - shift²) / 2σ²; of equal draws only the sum matters.
    """
    if not draws:
        return 0.5
    times = Counter[tuple[int, int]]()
    for part in draws:
        times[part.sigma, part.shift] += part.times
    kinds = []
    for part in (Draws(number, sigma, shift) for (sigma, shift), number in times.items()):
        one = np.array(weights(part.sigma))
        total = np.ones(1)
        for _ in range(part.times):
            total = np.convolve(total, one)
        reach = len(total) // 2
        sums = np.arange(-reach, reach + 1)
        ratio = (2 * sums * part.shift - part.times * part.shift**2) / (2 * part.sigma**2)
        kinds.append((total, ratio))
    probability, ratio = kinds[0]
    for more, its in kinds[1:]:
        keep, other = probability > 1e-18, more > 1e-18
        probability = np.outer(probability[keep], more[other]).ravel()
        ratio = np.add.outer(ratio[keep], its[other]).ravel()
    # With the bit off the ratio has this law; with the bit on each value is exp(ratio) times as likely.
    advantage = float(np.sum(probability * np.maximum(np.exp(ratio) - 1, 0)))
    return 0.5 + advantage / 2


def tail(right: int, trials: int, chance: float) -> float:
    """The probability of *right* or more hits in *trials*, each with this chance."""
    if chance >= 1:
        return 1.0
    logs = [
        math.lgamma(trials + 1) - math.lgamma(hits + 1) - math.lgamma(trials - hits + 1)
        + hits * math.log(chance) + (trials - hits) * math.log1p(-chance)
        for hits in range(right, trials + 1)
    ]  # fmt: skip
    return math.fsum(math.exp(value) for value in logs)


def most(trials: int, chance: float, alpha: float = ALPHA) -> int:
    """The most hits that are still believable of this chance: one more has a probability of at most *alpha*."""
    return next(right for right in range(trials + 1) if tail(right + 1, trials, chance) <= alpha)


def of(draws: Sequence[Draws]) -> float:
    """The cost of all the draws."""
    return sum(part.rho for part in draws)
