"""Whether a definition is positive: with every ``heeft`` false and every other condition free, it must be false.

Free means that each other condition may come out either way, on its own. So for every condition two questions: can it
be true, and can it be false, when no child has anything? For counts it matters how many children fulfil ``die``: none
when it cannot be true, all when it cannot be false, any number otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from groeibrief.query import (
    Age,
    And,
    Beneficiaries,
    Born,
    Children,
    ChildrenInDossier,
    Condition,
    Count,
    DomicileOf,
    Has,
    InFamily,
    LivesIn,
    Not,
    Or,
    Payer,
    Question,
    Sort,
)


@dataclass(frozen=True, slots=True)
class Possible:
    """What a condition can come out as."""

    true: bool
    false: bool


_FREE = Possible(True, True)


def is_positive(question: Question, granted: Callable[[str], bool] = lambda _source: False) -> bool:
    """Whether *question* is false when every ``heeft`` is false, except those on sources for which *granted* is true,
    which are free.
    """
    family_has_child = question.unit is Sort.KIND or question.domicile_of is DomicileOf.KIND
    return not _possible(question.condition, 1 if family_has_child else 0, granted).true


def _possible(node: Condition, fewest: int, granted: Callable[[str], bool]) -> Possible:
    """*fewest*: how many children in scope the gezin at least has."""
    match node:
        case Has(source):
            return _FREE if granted(source) else Possible(False, True)
        case Not(part):
            inner = _possible(part, fewest, granted)
            return Possible(inner.false, inner.true)
        case And(parts):
            each = [_possible(part, fewest, granted) for part in parts]
            return Possible(all(one.true for one in each), any(one.false for one in each))
        case Or(parts):
            each = [_possible(part, fewest, granted) for part in parts]
            return Possible(any(one.true for one in each), all(one.false for one in each))
        case InFamily(part):
            return _possible(part, max(fewest, 1), granted)
        case Children(count, which):
            return _count(count, which, fewest, granted)
        case Beneficiaries(count, which):
            return _count(count, which, 0, granted)
        case ChildrenInDossier(count):
            return _bounds(count, fewest, None)
        case Age() | Born() | LivesIn() | Payer():
            return _FREE
    raise AssertionError(f"Unhandled node: {node!r}")


def _count(count: Count, which: Condition | None, fewest: int, granted: Callable[[str], bool]) -> Possible:
    if which is None:
        return _bounds(count, fewest, None)
    inner = _possible(which, max(fewest, 1), granted)
    if not inner.true:
        return _bounds(count, 0, 0)
    return _bounds(count, 0 if inner.false else fewest, None)


def _bounds(count: Count, fewest: int, most: int | None) -> Possible:
    """Whether a number from *fewest* to *most* (None: any) can lie inside, and outside, the bounds."""
    low, high = count.low, count.high
    inside = (most is None or low <= most) and (high is None or fewest <= high)
    outside = fewest < low or (high is not None and (most is None or most > high))
    return Possible(inside, outside)
