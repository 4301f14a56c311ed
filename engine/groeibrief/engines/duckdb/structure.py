"""Where a condition on a gezin looks at its children, and what that allows a statement to leave out."""

from __future__ import annotations

from groeibrief.query import And, Children, Condition, Not, Or


def all_count(counted: tuple[Children, ...]) -> bool:
    """Whether every child in scope of a selected gezin is counted."""
    return not counted or any(node.which is None for node in counted)


def children_nodes(condition: Condition) -> list[Children]:
    """The ``kinderen`` of a gezin condition itself, not those inside a condition on a child."""
    match condition:
        case And(parts) | Or(parts):
            return [node for part in parts for node in children_nodes(part)]
        case Not(part):
            return children_nodes(part)
        case Children():
            return [condition]
        case _:
            return []


def hangs_on_one(condition: Condition, counted: tuple[Children, ...]) -> bool:
    """Whether children for whom the one ``die`` of the condition is false change nothing.

    So it is when no other children are looked at or counted, and the condition is false without a child that may do.
    """
    whiches = {node.which for node in children_nodes(condition)}
    return bool(counted) and len(whiches) == 1 and None not in whiches and _without_children(condition) is False


def _without_children(condition: Condition) -> bool | None:
    """The condition's value when every ``kinderen`` with a lower bound is false and the rest is anything."""
    match condition:
        case And(parts):
            return False if any(_without_children(part) is False for part in parts) else None
        case Or(parts):
            return False if all(_without_children(part) is False for part in parts) else None
        case Children(count):
            return False if count.low >= 1 else None
        case _:
            return None
