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
    return bool(counted) and len(whiches) == 1 and None not in whiches and children_needed(condition) >= 1


def children_needed(condition: Condition) -> int:
    """With fewer children in scope than this the condition is false, whatever else holds."""
    match condition:
        case And(parts):
            return max(map(children_needed, parts))
        case Or(parts):
            return min(map(children_needed, parts))
        case Children(count):
            return max(count.low, 0)
        case _:
            return 0
