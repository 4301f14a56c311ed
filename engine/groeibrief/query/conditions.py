"""Conditions: each node says which sort it is about and checks that its parts fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from groeibrief.query.fields import Field
from groeibrief.query.periods import Period
from groeibrief.query.sorts import Sort


@dataclass(frozen=True, slots=True)
class Count:
    """Bounds on how many; several together are *and*. None: not bounded."""

    at_least: int | None = None
    at_most: int | None = None
    exactly: int | None = None

    def __post_init__(self) -> None:
        if self.at_least is None and self.at_most is None and self.exactly is None:
            raise ValueError("at least one bound")
        if self.at_least is not None and self.at_least < 1:
            raise ValueError("at_least is 1 or more")
        if any(bound is not None and bound < 0 for bound in (self.at_most, self.exactly)):
            raise ValueError("a bound is 0 or more")

    @property
    def low(self) -> int:
        """The largest lower bound; 0 when there is none."""
        return max(self.at_least or 0, self.exactly or 0)

    @property
    def high(self) -> int | None:
        """The smallest upper bound; None when there is none."""
        bounds = [bound for bound in (self.at_most, self.exactly) if bound is not None]
        return min(bounds) if bounds else None


def _one_sort(parts: tuple[Condition, ...]) -> None:
    if not parts:
        raise ValueError("at least one part")
    if len({part.sort for part in parts}) != 1:
        raise TypeError("the parts are about different sorts")


@dataclass(frozen=True, slots=True)
class And:
    """Every part holds (Kleene)."""

    parts: tuple[Condition, ...]

    def __post_init__(self) -> None:
        _one_sort(self.parts)

    @property
    def sort(self) -> Sort:
        """The sort of its parts."""
        return self.parts[0].sort


@dataclass(frozen=True, slots=True)
class Or:
    """Some part holds (Kleene)."""

    parts: tuple[Condition, ...]

    def __post_init__(self) -> None:
        _one_sort(self.parts)

    @property
    def sort(self) -> Sort:
        """The sort of its parts."""
        return self.parts[0].sort


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold (Kleene: unknown stays unknown)."""

    part: Condition

    @property
    def sort(self) -> Sort:
        """The sort of its part."""
        return self.part.sort


@dataclass(frozen=True, slots=True)
class Age:
    """Completed years, or months, on the question's reference date; both ends included."""

    sort: Literal[Sort.KIND, Sort.BEGUNSTIGDE]
    at_least: int | None = None
    at_most: int | None = None
    unit: Literal["jaar", "maand"] = "jaar"

    def __post_init__(self) -> None:
        _range(self.at_least, self.at_most)
        if any(bound is not None and bound < 0 for bound in (self.at_least, self.at_most)):
            raise ValueError("an age is 0 or more")


@dataclass(frozen=True, slots=True)
class Born:
    """The child's date of birth lies between the dates, both included."""

    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        _range(self.first, self.last)

    @property
    def sort(self) -> Sort:
        """A child."""
        return Sort.KIND


def _range(low: int | date | None, high: int | date | None) -> None:
    if low is None and high is None:
        raise ValueError("at least one bound")
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        raise ValueError("the range is empty")


@dataclass(frozen=True, slots=True)
class Has:
    """The child has a row of the source in the period on which every field test holds."""

    source: str
    period: Period
    where: tuple[Field, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", tuple(sorted(set(self.where), key=lambda part: (part.name, repr(part.test)))))

    @property
    def sort(self) -> Sort:
        """A child."""
        return Sort.KIND


@dataclass(frozen=True, slots=True)
class LivesIn:
    """Domicile on ``on`` (None: the reference date) in the municipalities and in the postcodes, each when given."""

    sort: Literal[Sort.KIND, Sort.BEGUNSTIGDE]
    municipalities: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    on: date | None = None

    def __post_init__(self) -> None:
        if not self.municipalities and not self.postcodes:
            raise ValueError("municipalities or postcodes")
        object.__setattr__(self, "municipalities", tuple(sorted(set(self.municipalities))))
        object.__setattr__(self, "postcodes", tuple(sorted(set(self.postcodes))))


@dataclass(frozen=True, slots=True)
class InFamily:
    """The child's gezin fulfils the condition."""

    part: Condition

    def __post_init__(self) -> None:
        _require(self.part, Sort.GEZIN)

    @property
    def sort(self) -> Sort:
        """A child."""
        return Sort.KIND


def _require(part: Condition | None, sort: Sort) -> None:
    if part is not None and part.sort is not sort:
        raise TypeError(f"a condition on a {sort.value} is needed, not on a {part.sort.value}")


@dataclass(frozen=True, slots=True)
class Children:
    """How many of the gezin's children in scope fulfil ``which`` (None: every child in scope)."""

    count: Count
    which: Condition | None = None
    sort: Sort = field(default=Sort.GEZIN, init=False, repr=False)

    def __post_init__(self) -> None:
        _require(self.which, Sort.KIND)


@dataclass(frozen=True, slots=True)
class ChildrenInDossier:
    """How many children the gezin has, wherever they live."""

    count: Count
    sort: Sort = field(default=Sort.GEZIN, init=False, repr=False)


@dataclass(frozen=True, slots=True)
class Beneficiaries:
    """How many beneficiaries who are persons, valid and alive on the reference date, fulfil ``which``."""

    count: Count
    which: Condition | None = None
    sort: Sort = field(default=Sort.GEZIN, init=False, repr=False)

    def __post_init__(self) -> None:
        _require(self.which, Sort.BEGUNSTIGDE)


@dataclass(frozen=True, slots=True)
class Payer:
    """The gezin's payer is one of these."""

    one_of: tuple[str, ...]
    sort: Sort = field(default=Sort.GEZIN, init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.one_of:
            raise ValueError("at least one payer")
        object.__setattr__(self, "one_of", tuple(sorted(set(self.one_of))))


Condition = (
    And | Or | Not | Age | Born | Has | LivesIn | InFamily | Children | ChildrenInDossier | Beneficiaries | Payer
)


def children_of(node: Condition) -> tuple[Condition, ...]:
    """The conditions directly inside *node*, in written order."""
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(part) | InFamily(part):
            return (part,)
        case Children(which=which) | Beneficiaries(which=which):
            return () if which is None else (which,)
        case Age() | Born() | Has() | LivesIn() | ChildrenInDossier() | Payer():
            return ()
    raise AssertionError(f"Unhandled node: {node!r}")


def walk(node: Condition) -> Iterator[Condition]:
    """Yield *node* and every condition inside it, outermost first."""
    yield node
    for part in children_of(node):
        yield from walk(part)
