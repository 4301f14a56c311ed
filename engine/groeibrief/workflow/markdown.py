"""Markdown of texts that others wrote: on one line, and nothing in them is taken for a mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_MARKS = re.compile(r"([\\`*_\[\]<>|#])")


def cell(text: str) -> str:
    """A text as one line, its marks made harmless."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def bullets(texts: Iterable[str]) -> Iterator[str]:
    """A list, one text a line."""
    return (f"- {cell(text)}" for text in texts)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(map(cell, row))} |" for row in rows)
