"""Which lines of a package each test reaches, so that a mutant is shown to the tests that can tell."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

Place = tuple[str, str, int]
"""A file, a function by its qualified name, and a line."""


@contextmanager
def reached(files: frozenset[str]) -> Iterator[set[Place]]:
    """Gather the lines of these files that run meanwhile."""
    places: set[Place] = set()

    def on_line(frame: FrameType, event: str, _: Any) -> Any:
        places.add((frame.f_code.co_filename, _function(frame.f_code.co_qualname), frame.f_lineno))
        return on_line

    def on_call(frame: FrameType, event: str, _: Any) -> Any:
        return on_line(frame, event, None) if frame.f_code.co_filename in files else None

    sys.settrace(on_call)
    try:
        yield places
    finally:
        sys.settrace(None)


def _function(name: str) -> str:
    """The outermost function: what stands inside it is mutated with it."""
    return name.split(".<locals>", 1)[0]
