"""How many small faults the tests notice: every target of the mutants, as docs/design/mutation.md tells.

``python tests/trust/mutation.py``: all of it, some hours. ``--sample``: so many mutants of each target, drawn with a
fixed seed. ``--found``: a folder with the figures (``<target>.json``) of earlier hunts, which are not repeated.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HUNT = ROOT / "tests" / "mutation" / "hunt.py"
sys.path[:0] = [str(HUNT.parent)]

from targets import NAMES, TARGETS  # noqa: E402
from trust_figures import Figure, record  # noqa: E402

ENOUGH = 0.9


def hunt(target: str, sample: int | None) -> dict[str, Any]:
    """The figures of a hunt, as ``hunt.py`` writes them. Raises FileNotFoundError when it came to no end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.json"
        drawn = ["--sample", str(sample)] if sample else []
        subprocess.run([sys.executable, HUNT, "--target", target, "--figures", path, *drawn], cwd=ROOT, check=False)
        return _read(path)


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def figure(target: str, found: dict[str, Any]) -> Figure:
    """The line of the table. ``measured_on``: when, if it was on another day than the rest."""
    killed, mutants, drawn_from = (found[name] for name in ("killed", "mutants", "drawn_from"))
    unexplained = len(found["unexplained"])
    told = f"{killed} van {mutants} gedood ({100 * killed / mutants:.1f} %)".replace(".", ",")
    told += f", een steekproef uit {drawn_from}" if mutants < drawn_from else ""
    told += f", {unexplained} overlevenden zonder uitleg" if unexplained else ", elke overlevende is uitgelegd"
    told += f"; gemeten op {found['measured_on']}" if "measured_on" in found else ""
    return Figure(
        what=f"Mutanten van {NAMES[target]}",
        measured=told,
        target="minstens 90 %, overlevenden uitgelegd",
        holds=killed >= ENOUGH * mutants and not unexplained,
    )


def main() -> int:
    """Hunt and record; exit code 1 when a figure falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--found", type=Path)
    asked = parser.parse_args()
    figures = []
    for target in TARGETS:
        before = asked.found / f"{target}.json" if asked.found else None
        found = _read(before) if before and before.exists() else hunt(target, asked.sample)
        figures.append(figure(target, found))
    record("mutation", "make trust SUITES=mutation", figures)
    print("\n".join(f"{each.what}: {each.measured}" for each in figures))
    return 0 if all(each.holds for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
