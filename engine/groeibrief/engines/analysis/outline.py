"""The outermost conditions of a question, and the question with only some of them (LANGUAGE.md, ``attrition``)."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from groeibrief.catalog import Catalogue
from groeibrief.language.description import describe_condition
from groeibrief.query import And, Children, Condition, Count, Question, Sort

_ONE = Count(at_least=1)


@dataclass(frozen=True, slots=True)
class Line:
    """An outermost condition as it is shown: ``nr`` counts from 1, ``regel`` is its line in the file, where known."""

    nr: int
    tekst: str
    regel: int | None

    def __str__(self) -> str:
        where = f" (regel {self.regel})" if self.regel else ""
        return f"{self.nr}. {self.tekst}{where}"

    def as_json(self) -> dict[str, object]:
        """The form that CLI.md fixes."""
        return {"nr": self.nr, "tekst": self.tekst, "regel": self.regel}


@dataclass(frozen=True, slots=True)
class Outline:
    """``conditions``: the parts of the top-level ``en``; the whole condition when there is none.

    A sole ``kinderen … die: {en: …}`` is opened to its own conditions: they are about a child, and ``opened`` is the
    node. Only with a lower bound: without one, a gezin would be in for what its children are not.
    """

    question: Question
    conditions: tuple[Condition, ...]
    opened: Children | None = None

    @property
    def per(self) -> Sort:
        """What the conditions are about: a child or a gezin."""
        return self.conditions[0].sort

    @property
    def count(self) -> Count:
        """How many children have to fulfil them for the gezin to be in. Without an opened node: one."""
        return self.opened.count if self.opened else _ONE

    def only(self, *places: int) -> Question:
        """The question with these conditions (at least one) and no other; places count from 0."""
        parts = tuple(self.conditions[place] for place in places)
        condition: Condition = parts[0] if len(parts) == 1 else And(parts)
        if self.opened:
            condition = Children(self.opened.count, condition)
        return dataclasses.replace(self.question, condition=condition)

    def lines(self, catalogue: Catalogue, lines: Mapping[object, int]) -> tuple[Line, ...]:
        """The conditions in words, with their lines (``Definition.lines``)."""
        return tuple(
            Line(number, describe_condition(node, self.question, catalogue), lines.get(node))
            for number, node in enumerate(self.conditions, 1)
        )


def outline(question: Question) -> Outline:
    """Find the outermost conditions."""
    node = _bare(question.condition)
    if isinstance(node, Children) and node.count.low >= 1 and node.which is not None:
        which = _bare(node.which)
        if isinstance(which, And):
            return Outline(question, which.parts, node)
    return Outline(question, node.parts if isinstance(node, And) else (node,))


def _bare(node: Condition) -> Condition:
    """An ``en`` of one part is that part."""
    while isinstance(node, And) and len(node.parts) == 1:
        node = node.parts[0]
    return node
