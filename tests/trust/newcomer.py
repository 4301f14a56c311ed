"""A newcomer's day: a fresh clone with an empty home, ``make demo``, ``make test``, and the wheel in an empty venv.

``--without-tests`` leaves out ``make test``, which every submission runs from a fresh clone anyway (``.ci/run``).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from trust_figures import Figure, record

ROOT = Path(__file__).parents[2]
COMMAND = "python tests/trust/newcomer.py"
KEPT = ("PATH", "LANG", "TMPDIR", "CI")
"""What a new machine has too; besides, how it reaches its package registry (PIP_*, UV_*, certificates)."""
REACHING = ("PIP_", "UV_", "SSL_", "NPM_", "NODE_", "REQUESTS_", "HTTP", "NO_PROXY", "http", "no_proxy")
SECONDS = 3600


class Day:
    """The clone, the empty home, and what was found. *folder* is new and empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clone = folder / "groeibrief"
        home = folder / "huis"
        home.mkdir()
        reaching = {name: value for name, value in os.environ.items() if name.startswith(REACHING)}
        # Without the project's own programs: a newcomer has none.
        own = str(ROOT / ".venv")
        path = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if not part.startswith(own))
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.environment = {**reaching, **kept, "PATH": path, "HOME": str(home)}
        self.figures: list[Figure] = []

    def step(self, what: str, words: Sequence[object], *, where: Path, told: str = "") -> bool:
        """Run one command and keep what came of it: it ends with 0 and, with *told*, says so."""
        begun = time.monotonic()
        done = subprocess.run(
            [str(word) for word in words], cwd=where, env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        holds = done.returncode == 0 and told in done.stdout
        if not holds:
            print(f"{what}: exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}", file=sys.stderr)
        measured = f"{'gelukt' if holds else f'mislukt (exit {done.returncode})'} in {time.monotonic() - begun:.0f} s"
        self.figures.append(Figure(what=what, measured=measured, target="lukt", holds=holds))
        return holds


def go_through(day: Day, *, tests: bool) -> None:
    """Everything that a newcomer does, in order; what cannot go on without the step before stops there."""
    if not day.step("een verse kloon", ["git", "clone", "--quiet", ROOT, day.clone], where=day.folder):
        return
    demo = ["make", "demo", "DEMO_ARGS=--families 2000"]
    if not day.step("`make demo` in die kloon, met een lege thuismap", demo, where=day.clone, told="demo-uit"):
        return
    wheels = day.folder / "wiel"
    build = [day.clone / ".venv/bin/uv", "build", "--quiet", "--wheel", "--out-dir", wheels]
    if day.step("het pakket (wheel) bouwen", build, where=day.clone):
        install_and_run(day, next(wheels.glob("*.whl")))
    if tests:
        day.step("`make test` in die kloon", ["make", "test"], where=day.clone, told=" passed")


def install_and_run(day: Day, wheel: Path) -> None:
    """The wheel alone, in an empty venv and away from the clone."""
    venv, elsewhere = day.folder / "venv", day.folder / "elders"
    elsewhere.mkdir()
    python = shutil.which("python3.11", path=day.environment["PATH"]) or "python3"
    day.step("een lege omgeving", [python, "-m", "venv", venv], where=elsewhere)
    install = [venv / "bin/python", "-m", "pip", "install", "--quiet", wheel]
    if not day.step("het pakket erin installeren", install, where=elsewhere):
        return
    program = venv / "bin/groeibrief"
    day.step("`groeibrief --help` daar", [program, "--help"], where=elsewhere, told="Gebruik: groeibrief")
    demo = [program, "demo", "--families", "2000", "--out", "uit"]
    day.step("`groeibrief demo` vanuit een andere map", demo, where=elsewhere, told="uit")
    letters = len(list((elsewhere / "uit").rglob("*.pdf")))
    day.figures.append(
        Figure(
            what="brieven (PDF) in de uitvoer van die demo",
            measured=f"{letters} bestanden",
            target="minstens 1",
            holds=letters > 0,
        )
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-tests", action="store_true", help="leave out `make test`")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nieuwkomer-") as folder:
        day = Day(Path(folder))
        go_through(day, tests=not chosen.without_tests)
    record("newcomer", COMMAND, day.figures)
    return 0 if all(figure.holds for figure in day.figures) else 1


if __name__ == "__main__":
    sys.exit(main())
