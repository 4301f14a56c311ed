"""The table as text and as Markdown, and what it was measured on."""

from __future__ import annotations

import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from measuring import ABSENT, Row

HEADS = ("what", "with", "min", "median", "× ours", "peak", "at most", "")
PACKAGES = ("groeibrief", "duckdb", "polars", "pandas", "pyarrow", "datafusion", "reportlab", "typst", "weasyprint")


def lines(rows: list[Row]) -> list[tuple[str, ...]]:
    """A line for each row, its peers or steps below it."""
    found = []
    for row in rows:
        found.append(_line(row, row.what))
        found += [_line(peer, "", row) for peer in row.peers]
        found += [_line(step, "") for step in row.steps]
    return found


def _line(row: Row, what: str, ours: Row | None = None) -> tuple[str, ...]:
    measured = row.measured
    if not measured.seconds:
        return what, row.tool, "", "", "", "", row.limit, measured.note
    ratio = ""
    if ours and ours.measured.seconds:
        ratio = f"{measured.least / ours.measured.least:.2f}"
    peak = f"{measured.peak / 1_000_000:,.0f} MB" if measured.peak else ""
    least, middle = duration(measured.least), duration(measured.middle)
    return what, row.tool, least, middle if len(measured.seconds) > 1 else "", ratio, peak, row.limit, measured.note


def duration(seconds: float) -> str:
    """In the unit that a reader expects."""
    if seconds >= 1:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.3g} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{date.today():%Y-%m-%d}, {os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}; "
        f"load before the first measurement {load:.1f}"
    )


def versions() -> str:
    return ", ".join(f"{package} {_version(package)}" for package in PACKAGES)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ABSENT


def as_text(found: list[tuple[str, ...]]) -> str:
    table = [HEADS, *found]
    widths = [max(len(line[place]) for line in table) for place in range(len(HEADS))]
    left = {0, 1, 7}
    return "\n".join(
        "  ".join(
            text.ljust(width) if place in left else text.rjust(width)
            for place, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    )


def as_markdown(found: list[tuple[str, ...]]) -> str:
    head = [f"| {' | '.join(HEADS)} |", "|---|---|---:|---:|---:|---:|---:|---|"]
    return "\n".join([*head, *(f"| {' | '.join(line)} |" for line in found)])
