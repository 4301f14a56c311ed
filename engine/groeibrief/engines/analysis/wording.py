"""Words and tables of the analysis, in Dutch."""

from __future__ import annotations

from collections.abc import Sequence

from groeibrief.language.wording import counted
from groeibrief.query import Sort

WORDS = {Sort.KIND: "kinderen", Sort.GEZIN: "gezinnen"}
OUTCOMES: dict[bool | None, str] = {True: "waar", False: "onwaar", None: "onbekend"}


def how_many(number: int, sort: Sort) -> str:
    """``1 gezin``, ``2 kinderen``."""
    return counted(number, sort.value, WORDS[sort])


def laid_out(rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns, indented: the first to the left, the others, which are numbers, to the right."""
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    lines = []
    for first, *rest in rows:
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
        lines.append(f"  {'  '.join(cells)}".rstrip())
    return "\n".join(lines)
