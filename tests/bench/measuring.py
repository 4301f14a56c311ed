"""Running one measurement as a process of its own: how long, and how much memory at its highest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from ground import CACHE, Ground

JOBS = Path(__file__).with_name("jobs.py")
LAUNCHER = Path(__file__).with_name("launcher.py")
ABSENT = "niet geïnstalleerd"


@dataclass(frozen=True)
class Measured:
    """Seconds of each run; ``peak`` in bytes, of the whole process; ``note`` says what else there is to know."""

    seconds: tuple[float, ...] = ()
    peak: int = 0
    answer: Any = None
    note: str = ""

    @property
    def least(self) -> float:
        return min(self.seconds)

    @property
    def middle(self) -> float:
        return median(self.seconds)


@dataclass
class Row:
    """A row of the table. ``limit``: at most, in words; ``peers``: the same with other tools; ``steps``: its parts."""

    what: str
    tool: str
    measured: Measured
    limit: str = ""
    peers: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)


def environment(ground: Ground) -> dict[str, str]:
    """Compiled bytecode is kept, as it is for an installed package; two threads, whatever the tool."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {
        "PYTHONPYCACHEPREFIX": str(CACHE / "bytecode"),
        "GROEIBRIEF_STATE": str(ground.settings.state),
        "GROEIBRIEF_STORE": str(ground.settings.store_root),
        "POLARS_MAX_THREADS": "2",
    }


def spent(ground: Ground, command: list[str]) -> tuple[float, int, bytes]:
    """Run a command; its seconds, its highest memory in bytes and its output. Raises on a failure."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.NamedTemporaryFile() as report:
        launched = [sys.executable, "-I", "-S", str(LAUNCHER), report.name, *command]
        subprocess.run(launched, stdout=out, stderr=err, env=environment(ground), cwd=ground.folder, check=True)
        seconds, peak, code = report.read().split()
        out.seek(0)
        err.seek(0)
        if int(code):
            raise RuntimeError(f"{' '.join(command)}\n{err.read().decode()[-2000:]}")
        return float(seconds), int(peak), out.read()


def job(ground: Ground, name: str, *arguments: str) -> Measured:
    """Run one of ``jobs.JOBS``. Not installed, or failed: no seconds, and the note says which."""
    try:
        _, peak, out = spent(ground, [sys.executable, str(JOBS), str(ground.folder), name, *arguments])
    except RuntimeError as error:
        if "ModuleNotFoundError" in str(error):
            return Measured(note=ABSENT)
        print(error, file=sys.stderr)
        return Measured(note="failed")
    found = json.loads(out)
    units = found.get("units", 1)
    note = f"{found['bytes'] / units:,.0f} bytes each, {units:,} letters" if "bytes" in found else ""
    return Measured(tuple(each / units for each in found["seconds"]), peak, found["answer"], note)


def process(ground: Ground, command: list[str], runs: int = 9) -> Measured:
    """Run a whole process once to warm up and *runs* times for the clock."""
    spent(ground, command)
    found = [spent(ground, command) for _ in range(runs)]
    return Measured(tuple(each for each, _, _ in found), max(peak for _, peak, _ in found))
