"""A process that kills itself at a named point: ``python disclosure_killed.py FOLDER DEED POINT``.

Deeds: ``ask``, ``order``, ``prepare``. Points: ``charging`` (in the transaction, before its commit), ``charged``,
``counted``, ``drawn``, ``storing`` (before the commit), ``stored``.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

from disclosure_world import ROOT, SENSITIVE, Clock, Recorded, cities, question

from groeibrief import state
from groeibrief.catalog import Project
from groeibrief.disclosure import StandardAnswers, Teller, load_disclosure_policy, memory
from groeibrief.query import Question

POINTS = ("charging", "charged", "counted", "drawn", "storing", "stored")
DEEDS = ("ask", "order", "prepare")
PLACES = ("23094", "31033", "73110")
AUDIENCES = [question(age, where=(code,)) for age in range(2) for code in PLACES]
SHIFT = 1000
"""What the noise of the process that dies adds: an answer with it was drawn by it."""


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DeadlyNoise(Recorded):
    """Noise after which the process dies."""

    def draw(self, value: int, *, sigma: Fraction, sensitivity: int, cost: Fraction) -> int:
        super().draw(value, sigma=sigma, sensitivity=sensitivity, cost=cost)
        die()
        raise AssertionError("dead")


def before_commit(number: int) -> None:
    """Die in the *number*-th transaction, with everything written and nothing committed."""
    real, seen = state.transaction, 0

    @contextmanager
    def transaction(opened: Any) -> Any:
        nonlocal seen
        seen += 1
        with real(opened):
            yield
            if seen == number:
                die()

    setattr(memory, "transaction", transaction)  # noqa: B010


def after_store() -> None:
    real = memory.Memory.store

    def store(self: memory.Memory, *given: Any) -> None:
        real(self, *given)
        die()

    memory.Memory.store = store  # type: ignore[method-assign, assignment]


class Dying:
    """An exact count during or after which the process dies, or not."""

    def __init__(self, point: str) -> None:
        self._point = point

    def __call__(self, answer: Callable[[], Any]) -> Any:
        if self._point == "charged":
            die()
        counted = answer()
        if self._point == "counted":
            die()
        return counted


def run(folder: Path, deed: str, point: str = "", noise: Recorded | None = None) -> Any:
    """Do *deed* as a municipality or an analyst would; *point* empty: to the end."""
    policy, clock = load_disclosure_policy(Project(ROOT)), Clock()
    counting, noise = Dying(point), noise or Recorded()
    given = {"snapshot_id": "een", "snapshot_hash": "een" * 20, "sources_sensitive": SENSITIVE}
    if deed == "prepare":
        standard = StandardAnswers(folder, policy, noise, clock, municipalities=cities())

        def several(alike: Sequence[Question]) -> list[int]:
            return list(counting(lambda: [140] * len(alike)))

        return standard.prepare(AUDIENCES, count=several, **given)  # type: ignore[arg-type]
    teller = Teller(folder, policy, noise, clock, municipalities=cities())
    if deed == "ask":
        return teller.ask(
            question(0),
            municipality="31033",
            children=True,
            count=lambda: counting(lambda: (140, 230)),
            **given,  # type: ignore[arg-type]
        )
    return teller.order(
        "B-1",
        question(0),
        municipality="31033",
        families=lambda: counting(lambda: 140),
        **given,  # type: ignore[arg-type]
    )


if __name__ == "__main__":
    place, what, when = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    if when in ("charging", "storing"):
        before_commit(1 if when == "charging" else 2)
    if when == "stored":
        after_store()
    run(place, what, when, DeadlyNoise(SHIFT) if when == "drawn" else Recorded(SHIFT))
