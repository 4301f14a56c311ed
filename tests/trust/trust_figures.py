"""The figures of a long suite, kept as JSON beside it until ``table.py`` prints them all."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).with_name("figures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table, in Dutch: what was tried, what came out, what was asked, and whether that holds."""

    what: str
    measured: str
    target: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """What one suite found. ``command`` repeats it; ``load`` is the machine's load when it was recorded."""

    name: str
    command: str
    measured_on: date
    machine: str
    load: float
    figures: tuple[Figure, ...]


def record(suite: str, command: str, figures: Sequence[Figure]) -> Path:
    """Keep the *figures* of *suite* in place of its earlier ones; returns the file."""
    path = FOLDER / f"{suite}.json"
    kept = {
        "command": command,
        "measured_on": date.today().isoformat(),
        "machine": f"{os.cpu_count()} kernen, Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
        "figures": [asdict(figure) for figure in figures],
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def read(path: Path) -> Suite:
    """The suite that ``record`` kept at *path*."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Suite(
        name=path.stem,
        command=kept["command"],
        measured_on=date.fromisoformat(kept["measured_on"]),
        machine=kept["machine"],
        load=kept["load"],
        figures=tuple(Figure(**figure) for figure in kept["figures"]),
    )
