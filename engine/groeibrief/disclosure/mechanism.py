"""The noise: integers from the discrete Gaussian, by OpenDP's vetted sampler and the operating system's randomness."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from threading import Lock
from typing import Protocol, cast


class Noise(Protocol):
    """Something that hides one gezin in a count."""

    def draw(self, value: int, *, sigma: Fraction, sensitivity: int, cost: Fraction) -> int:
        """Return *value* with noise of standard deviation *sigma* added; a new draw each time.

        *sensitivity* is how far one gezin can move *value*, *cost* what the draw was charged (rho).
        """


class DiscreteGaussian:
    """OpenDP's ``make_gaussian`` on 64-bit integers. Safe to use from several threads.

    OpenDP is imported at the first draw: the modules named here cost 0.3 s on two cores, its ``prelude`` 1.2 s.
    """

    def __init__(self) -> None:
        self._measurements: dict[Fraction, Callable[[int], int]] = {}
        self._lock = Lock()

    def draw(self, value: int, *, sigma: Fraction, sensitivity: int, cost: Fraction) -> int:
        """See :class:`Noise`."""
        with self._lock:
            measurement = self._measurements.get(sigma)
            if measurement is None:
                measurement = self._measurements[sigma] = _measurement(sigma)
        # What was charged is checked against what OpenDP proves, so that no slip in the policy can undercharge.
        proven = Fraction(measurement.map(sensitivity))  # type: ignore[attr-defined]
        assert proven <= cost * (1 + Fraction(1, 10**9)), "the charge covers what the draw costs"
        return int(measurement(value))


def _measurement(sigma: Fraction) -> Callable[[int], int]:
    from opendp.domains import atom_domain
    from opendp.measurements import make_gaussian
    from opendp.metrics import absolute_distance
    from opendp.mod import enable_features

    # OpenDP's word for mechanisms whose proof was not reviewed by its committee; the discrete Gaussian's is published
    # (Canonne, Kamath, Steinke 2020).
    enable_features("contrib")
    made = make_gaussian(atom_domain(T="i64"), absolute_distance(T="i64"), scale=float(sigma))
    return cast("Callable[[int], int]", made)


@lru_cache(maxsize=64)
def half_width(sigma: Fraction, certainty: float) -> int:
    """The smallest h with which noise of the discrete Gaussian lies in [-h, h] with at least this probability."""
    spread = float(sigma)
    reach = math.ceil(12 * spread) + 1
    weights = [math.exp(-(step**2) / (2 * spread**2)) for step in range(reach)]
    total = weights[0] + 2 * sum(weights[1:])
    inside, step = weights[0], 0
    # Beyond twelve sigma there is nothing that a float can tell apart from certainty.
    while inside < certainty * total and step < reach - 1:
        step += 1
        inside += 2 * weights[step]
    return step
