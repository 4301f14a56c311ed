"""Seeded chance: one independent stream for each noun, so that a change to one leaves the others as they were."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from groeibrief.snapshot.synthetic.arrays import Bools, Floats, Ints, ints, places_of


class Dice:
    """The streams of one seed; any integer is a seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed % 2**64

    def stream(self, noun: str) -> Stream:
        """The stream of one noun: always the same for the same seed."""
        return Stream(np.random.Generator(np.random.PCG64([self._seed, crc32(noun.encode())])))


class Stream:
    """Draws of whole columns."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator

    def unit(self, count: int) -> Floats:
        """Uniform draws from [0, 1)."""
        return self._generator.random(count)

    def normal(self, count: int) -> Floats:
        """Standard normal draws."""
        return self._generator.standard_normal(count)

    def whole(self, low: int, high: int, count: int) -> Ints:
        """Uniform whole numbers, both ends included."""
        return self._generator.integers(low, high, count, endpoint=True)

    def waiting(self, mean: float, count: int) -> Ints:
        """Exponential waiting times in whole days."""
        return self._generator.exponential(mean, count).astype(np.int64)

    def weighted(self, weights: Sequence[float] | Floats, count: int) -> Ints:
        """Independent draws of an index, by weight."""
        edges = np.cumsum(np.asarray(weights, np.float64))
        return ints(np.searchsorted(edges / edges[-1], self.unit(count), "right"))

    def quota(self, weights: Sequence[float] | Floats, count: int) -> Ints:
        """A shuffled column in which every index has its exact share: what must be calibrated is not left to chance."""
        indices = np.repeat(np.arange(len(weights), dtype=np.int64), apportion(count, weights))
        return self._generator.permutation(indices)

    def pick(self, eligible: Bools, rate: float, *, least: int = 1) -> Bools:
        """Mark *rate* of the whole column among the eligible, and at least *least* as long as there are so many."""
        candidates = places_of(eligible)
        count = min(len(candidates), max(least, round(rate * len(eligible))))
        chosen = np.zeros(len(eligible), np.bool_)
        chosen[self._generator.choice(candidates, count, replace=False)] = True
        return chosen


def apportion(count: int, weights: Sequence[float] | Floats) -> Ints:
    """Divide *count* over *weights* by largest remainder."""
    shares = np.asarray(weights, np.float64)
    exact = shares / shares.sum() * count
    whole: Ints = np.floor(exact).astype(np.int64)
    rest = np.argsort(whole - exact, kind="stable")[: count - int(whole.sum())]
    whole[rest] += 1
    return whole


def chance(normal: Floats) -> Floats:
    """The standard normal distribution function, to within 0.0002: turns correlated normals into correlated chances."""
    return np.asarray(1 / (1 + np.exp(-(1.5976 * normal + 0.070566 * normal**3))), np.float64)
