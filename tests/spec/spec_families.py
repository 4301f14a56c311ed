"""Families in the snapshot's terms, and what is expected of each, as the chapters write them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

Values = dict[str, Any]


class Outcome(Enum):
    """What a definition says of a unit; the words are those of the handbook."""

    TRUE = "waar"
    FALSE = "onwaar"
    UNKNOWN = "onbekend"
    OUTSIDE = "buiten de populatie"


TRUE, FALSE, UNKNOWN, OUTSIDE = Outcome


GRANTED: list[Values] = [{}]
"""A row of a source with every column filled in: a right that runs from the month of the reference date on."""


@dataclass(frozen=True)
class Child:
    """A child of a gezin: ``values`` as in a file of cases (language.cases), dates as text."""

    values: Values
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Family:
    """A dossier with its children; ``beneficiaries`` None: the one that is filled in."""

    children: tuple[Child, ...]
    outcome: Outcome | None = None
    dossier: Values = field(default_factory=dict)
    beneficiaries: tuple[Values, ...] | None = None

    def as_read(self) -> Values:
        """The family as ``language.cases`` hands it on, with dates and amounts of their own type."""
        family: Values = {"kinderen": tuple(_read(child.values) for child in self.children)}
        if self.beneficiaries is not None:
            family["begunstigden"] = tuple(_read(person) for person in self.beneficiaries)
        if self.dossier:
            family["dossier"] = _read(self.dossier)
        return family


def family(
    *children: Child,
    outcome: Outcome | None = None,
    beneficiaries: tuple[Values, ...] | None = None,
    **dossier: Any,
) -> Family:
    """A gezin; *dossier*: its payer, the days on which it was opened and closed."""
    return Family(children, outcome, dossier, beneficiaries)


def child(outcome: Outcome | None = None, **values: Any) -> Child:
    """A child; *values*: birth, death, domicile, days in the dossier, and rows of sources."""
    return Child(values, outcome)


def beneficiary(**values: Any) -> Values:
    """A beneficiary; *values*: birth, death, domicile, days in the dossier, or the number of an institution."""
    return values


def _read(values: Values) -> Values:
    return {key: _value(key, value) for key, value in values.items()}


def _value(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return (_read(value),)
    if isinstance(value, list):
        return tuple(_read(row) for row in value)
    if key == "bedrag":
        return Decimal(value)
    if isinstance(value, str) and len(value) == len("2025-11-01") and value[4] == value[7] == "-":
        return date.fromisoformat(value)
    return value
