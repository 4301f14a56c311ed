"""Which lines and branches no test reaches of what has to be right: the targets of the mutants, by their own tests.

``python tests/trust/coverage.py``: every target, and the figures are kept. With names of targets: those, and nothing is
kept. Where it falls short, what is missing is printed; what cannot be reached stands in ``coverage.ini``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
RULES = Path(__file__).with_name("coverage.ini")
sys.path[:0] = [str(ROOT / "tests" / "mutation"), str(ROOT / "engine")]

from targets import NAMES, TARGETS, Target  # noqa: E402
from trust_figures import Figure, record  # noqa: E402


@dataclass(frozen=True)
class Covered:
    """How many lines and branches there are, how many were reached, and what was not, by file."""

    lines: tuple[int, int]
    branches: tuple[int, int]
    missing: tuple[str, ...]


def measure(target: Target) -> Covered:
    """Run the tests of a target, and tell what they reach of it. Raises CalledProcessError when a test fails."""
    with tempfile.TemporaryDirectory() as folder:
        data, report = Path(folder) / "data", Path(folder) / "report.json"
        run = [sys.executable, "-m", "coverage", "run", f"--rcfile={RULES}", f"--data-file={data}", "-m", "pytest"]
        subprocess.run([*run, "-q", "-n", "0", "-k", "not spark", *target.tests], cwd=ROOT, check=True)
        files = ",".join(str(file) for _, file in target.sources().values())
        told = [f"--rcfile={RULES}", f"--data-file={data}", f"--include={files}", "-q", "-o", report]
        subprocess.run([sys.executable, "-m", "coverage", "json", *told], cwd=ROOT, check=True)
        return _covered(json.loads(report.read_text(encoding="utf-8")))


def _covered(report: dict[str, Any]) -> Covered:
    total = report["totals"]
    missing = [
        f"{file}: {', '.join(parts)}"
        for file, found in report["files"].items()
        if (
            parts := [
                *(str(line) for line in found["missing_lines"]),
                *(f"{start}→{end}" for start, end in found["missing_branches"]),
            ]
        )
    ]
    return Covered(
        (total["covered_lines"], total["num_statements"]),
        (total["covered_branches"], total["num_branches"]),
        tuple(missing),
    )


def figure(name: str, covered: Covered) -> Figure:
    """The line of the table."""
    (lines, of_lines), (branches, of_branches) = covered.lines, covered.branches
    return Figure(
        what=f"Regels en takken van {NAMES[name]} die een eigen test raakt",
        measured=f"{lines} van {of_lines} regels, {branches} van {of_branches} takken",
        target="alle, op de uitgelegde uitzonderingen na",
        holds=covered.lines[0] == covered.lines[1] and covered.branches[0] == covered.branches[1],
    )


def main() -> int:
    """Measure and record; exit code 1 when something is not reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*TARGETS, []])
    asked = parser.parse_args().targets
    found = {name: measure(TARGETS[name]) for name in asked or TARGETS}
    figures = [figure(name, covered) for name, covered in found.items()]
    for line, covered in zip(figures, found.values(), strict=True):
        print("\n".join([f"{line.what}: {line.measured}", *covered.missing]))
    if not asked:
        record("coverage", "make trust SUITES=coverage", figures)
    return 0 if all(each.holds for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
