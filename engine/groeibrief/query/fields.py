"""Conditions on a field of a source's row. All conditions of one ``Has`` hold on the same row."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

Value = str | int | bool | Decimal


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field is one of the values (listed values, booleans, numbers). A missing field is unknown."""

    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("at least one value")
        object.__setattr__(self, "values", tuple(sorted(set(self.values), key=lambda value: (str(type(value)), value))))


@dataclass(frozen=True, slots=True)
class Range:
    """The number lies between the bounds, both included; None is open. A missing field is unknown."""

    at_least: Decimal | int | None = None
    at_most: Decimal | int | None = None

    def __post_init__(self) -> None:
        if self.at_least is None and self.at_most is None:
            raise ValueError("at least one bound")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("the range is empty")


@dataclass(frozen=True, slots=True)
class IsUnknown:
    """The field is missing (``unknown`` True) or present (False). Never unknown itself."""

    unknown: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One field with its test."""

    name: str
    test: OneOf | Range | IsUnknown
