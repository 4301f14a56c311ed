"""What the tests of disclosure ask, and the clock, the noise and the count that they control."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

from groeibrief.calendar import Month
from groeibrief.catalog import Municipalities, Municipality
from groeibrief.query import Age, And, Children, Count, DomicileOf, Has, Months, Question, Sort

ROOT = Path(__file__).parents[3]
SENSITIVE = ("pleegzorgtoeslag", "wezentoeslag", "zorgtoeslag")


def question(
    number: int = 3,
    *,
    source: str = "sociale_toeslag",
    where: tuple[str, ...] = ("31033",),
    day: date = date(2025, 11, 1),
) -> Question:
    """A question of its own for each *number*."""
    month = Month.of(day)
    child = And((Age(Sort.KIND, at_least=number), Has(source, Months(month, month))))
    return Question(Sort.GEZIN, day, where, DomicileOf.KIND, Children(Count(at_least=1), child))


@dataclass
class Clock:
    """A clock that a test moves."""

    now: datetime = datetime(2025, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Recorded:
    """Noise that adds a fixed number and remembers how it was asked."""

    shift: int = 0
    draws: list[tuple[int, Fraction, int, Fraction]] = field(default_factory=list)

    def draw(self, value: int, *, sigma: Fraction, sensitivity: int, cost: Fraction) -> int:
        self.draws.append((value, sigma, sensitivity, cost))
        return value + self.shift


def cities() -> Municipalities:
    start, merger = date(1977, 1, 1), date(2025, 1, 1)
    rows = [
        Municipality(nis="31033", naam="Torhout", gewest="vlaanderen", van=start),
        Municipality(nis="23094", naam="Zaventem", gewest="vlaanderen", van=start),
        Municipality(nis="73006", naam="Bilzen", gewest="vlaanderen", van=start, tot=merger, opvolger="73110"),
        Municipality(nis="73032", naam="Hoeselt", gewest="vlaanderen", van=start, tot=merger, opvolger="73110"),
        Municipality(nis="73110", naam="Bilzen-Hoeselt", gewest="vlaanderen", van=merger),
    ]
    return Municipalities(rows)


class Counted:
    """An exact count that remembers how often it was made."""

    def __init__(self, families: int = 140, children: int = 230, then: Callable[[], None] | None = None) -> None:
        self.times = 0
        self._counts = (families, children)
        self._then = then

    def __call__(self) -> tuple[int, int]:
        self.times += 1
        if self._then is not None:
            self._then()
        return self._counts
