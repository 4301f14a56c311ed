"""The period over which a source is looked at; which kind fits a source is the catalogue's to say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from groeibrief.calendar import Month, SchoolYear


@dataclass(frozen=True, slots=True)
class Months:
    """Calendar months ``first`` to ``last``, both included.

    ``at_least`` n: n distinct months hold (``minstens_1_maand``, ``minstens_maanden``). ``at_least`` None: every month
    holds (``elke_maand``).
    """

    first: Month
    last: Month
    at_least: int | None = 1

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError("the period ends before it starts")
        if self.at_least is not None and not 1 <= self.at_least <= self.length:
            raise ValueError("at_least lies between 1 and the number of months")
        if self.length == 1 and self.at_least is None:
            object.__setattr__(self, "at_least", 1)

    @property
    def length(self) -> int:
        """The number of months."""
        return self.last.index - self.first.index + 1

    @property
    def months(self) -> tuple[Month, ...]:
        """Each month, in order."""
        return tuple(self.first.plus(offset) for offset in range(self.length))


@dataclass(frozen=True, slots=True)
class Days:
    """Days, both ends included, on a source's own date (``startbedrag``)."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError("the period ends before it starts")


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant at an age and/or within days, both ends included, on the day of granting (``kleutertoeslag``)."""

    age: int | None = None
    days: Days | None = None

    def __post_init__(self) -> None:
        if self.age is None and self.days is None:
            raise ValueError("an age or a period is required")


@dataclass(frozen=True, slots=True)
class SchoolYears:
    """One school year (``schooltoeslag``)."""

    year: SchoolYear


Period = Months | Days | Granted | SchoolYears
