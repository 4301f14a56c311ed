"""Kleene's three values: True, False, and None for unknown."""

from __future__ import annotations

from collections.abc import Iterable

Truth = bool | None


def every(values: Iterable[Truth]) -> Truth:
    """And."""
    seen = list(values)
    if False in seen:
        return False
    return None if None in seen else True


def some(values: Iterable[Truth]) -> Truth:
    """Or."""
    seen = list(values)
    if True in seen:
        return True
    return None if None in seen else False


def opposite(value: Truth) -> Truth:
    """Not."""
    return None if value is None else not value


def at_least(values: list[Truth], bound: int) -> Truth:
    """True when #true ≥ n; false when #true + #unknown < n; else unknown."""
    true = sum(1 for value in values if value is True)
    unknown = sum(1 for value in values if value is None)
    if true >= bound:
        return True
    return False if true + unknown < bound else None
