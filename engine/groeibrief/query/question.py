"""A question: whose family, where, when, and which conditions, with everything bound and every default written out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from groeibrief.query.conditions import And, Children, Condition, Has, Not, Or, walk
from groeibrief.query.sorts import Sort


class DomicileOf(Enum):
    """Whose domicile puts a gezin in the population (``woonplaats.van``)."""

    KIND = "kind"
    BEGUNSTIGDE = "begunstigde"


@dataclass(frozen=True, slots=True)
class Question:
    """The bound question. Its normal form's hash is its identity (``voorwaarden``).

    ``unit`` is what ``condition`` is about; ``municipalities`` are NIS codes valid on ``reference_date``.
    """

    unit: Sort
    reference_date: date
    municipalities: tuple[str, ...]
    domicile_of: DomicileOf
    condition: Condition

    def __post_init__(self) -> None:
        if self.unit is Sort.BEGUNSTIGDE:
            raise ValueError("the unit is kind or gezin")
        if self.condition.sort is not self.unit:
            raise TypeError(f"the unit is {self.unit.value}, the condition is about a {self.condition.sort.value}")
        if not self.municipalities:
            raise ValueError("at least one municipality")
        object.__setattr__(self, "municipalities", tuple(sorted(set(self.municipalities))))


def sources_used(question: Question) -> tuple[str, ...]:
    """The keys of the sources that the question looks at, sorted."""
    return tuple(sorted({node.source for node in walk(question.condition) if isinstance(node, Has)}))


def counted_children(condition: Condition) -> tuple[Children, ...]:
    """The outermost ``Children`` nodes that decide which children of a selected gezin are counted.

    Those with a lower bound of 1 or more, under an even number of ``Not``; empty: every child in scope counts.
    """
    found: list[Children] = []

    def visit(node: Condition, positive: bool) -> None:
        match node:
            case And(parts) | Or(parts):
                for part in parts:
                    visit(part, positive)
            case Not(part):
                visit(part, not positive)
            case Children(count) if positive and count.low >= 1:
                found.append(node)
            case _:
                pass

    visit(condition, True)
    return tuple(dict.fromkeys(found))
