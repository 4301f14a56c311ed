"""The normal form, in which two questions that mean the same by a rewrite are equal, and its hash.

Rewrites: nesting, order, duplicates, double negation, De Morgan, ``exactly`` as both bounds, ``at_least 1`` value
orders. Deliberately absent: ``not at_most n`` → ``at_least n + 1`` (it would change which children are counted) and
absorption (the same).
"""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.query.conditions import (
    And,
    Beneficiaries,
    Children,
    ChildrenInDossier,
    Condition,
    Count,
    InFamily,
    LivesIn,
    Not,
    Or,
)
from groeibrief.query.question import Question


def normal_form(question: Question) -> Question:
    """Return the question in normal form: same meaning, same counts, one way of writing."""
    condition = _normal(question.condition, negated=False, on=question.reference_date)
    return dataclasses.replace(question, condition=condition)


def identity(question: Question) -> str:
    """The SHA-256 of the normal form: what CLI.md calls ``voorwaarden``."""
    return sha256_bytes(canonical_json(as_data(normal_form(question))))


def as_data(value: Any) -> Any:
    """Encode nodes as JSON data: a node becomes ``[class name, {field: value}]``."""
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {part.name: as_data(getattr(value, part.name)) for part in dataclasses.fields(value)}
        return [type(value).__name__, fields]
    if isinstance(value, tuple):
        return [as_data(part) for part in value]
    if isinstance(value, Decimal):
        return ["Decimal", f"{value.normalize():f}"]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    return value


def _key(node: Condition) -> bytes:
    return canonical_json(as_data(node))


def _normal(node: Condition, *, negated: bool, on: date) -> Condition:
    match node:
        case Not(part):
            return _normal(part, negated=not negated, on=on)
        case And(parts) | Or(parts):
            joiner = And if isinstance(node, And) is not negated else Or
            return _join(joiner, tuple(_normal(part, negated=negated, on=on) for part in parts))
        case InFamily(part):
            inner: Condition = InFamily(_normal(part, negated=False, on=on))
        case Children(count, which) | Beneficiaries(count, which):
            inner_which = None if which is None else _normal(which, negated=False, on=on)
            return _bounds(type(node), count, (inner_which,), negated)
        case ChildrenInDossier(count):
            return _bounds(ChildrenInDossier, count, (), negated)
        case LivesIn() if node.on == on:
            inner = dataclasses.replace(node, on=None)
        case _:
            inner = node
    return Not(inner) if negated else inner


def _bounds(make: Any, count: Count, rest: tuple[Any, ...], negated: bool) -> Condition:
    """One node a bound: "several together are *and*", "``precies n``: both"."""
    bounds: list[Condition] = []
    if count.low >= 1:
        bounds.append(make(Count(at_least=count.low), *rest))
    if count.high is not None:
        bounds.append(make(Count(at_most=count.high), *rest))
    if negated:
        return _join(Or, tuple(Not(bound) for bound in bounds))
    return _join(And, tuple(bounds))


def _join(joiner: type[And] | type[Or], parts: tuple[Condition, ...]) -> Condition:
    flat: dict[bytes, Condition] = {}
    for part in parts:
        for inner in part.parts if isinstance(part, joiner) else (part,):
            flat.setdefault(_key(inner), inner)
    ordered = tuple(flat[key] for key in sorted(flat))
    return ordered[0] if len(ordered) == 1 else joiner(ordered)
