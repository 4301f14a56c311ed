"""``make trust``: run the long suites one after the other, and write their figures into docs/betrouwbaarheid.md.

A suite that falls short stays in the table as it is; the command ends with 1 then.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from trust_figures import FOLDER, Suite, read

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "betrouwbaarheid.md"
BEGIN, END = "<!-- begin: make trust -->", "<!-- end: make trust -->"
SUITES = {
    "faults": "Uitval",
    "corruption": "Beschadiging",
    "badinput": "Foute invoer",
    "leaks": "Lekken",
    "load": "Belasting van het portaal",
    "mutation": "Mutanten",
    "coverage": "Dekking van de tests",
    "newcomer": "De eerste dag van een nieuwkomer",
}
"""The suites in the order of the table, with their heads; each is ``tests/trust/<name>.py``."""


def recorded() -> list[Suite]:
    """The suites that were recorded, in the order of the table."""
    return [read(FOLDER / f"{name}.json") for name in SUITES if (FOLDER / f"{name}.json").exists()]


def as_table(suites: Sequence[Suite]) -> str:
    """The suites as Markdown: a head, the command with its date, and a table for each."""
    parts = []
    for suite in suites:
        rows = [f"| {f.what} | {f.measured} | {f.target} | {'ja' if f.holds else '**neen**'} |" for f in suite.figures]
        parts.append(
            f"### {SUITES[suite.name]}\n\n"
            f"`{suite.command}`, gemeten op {suite.measured_on:%d/%m/%Y} ({suite.machine}; "
            f"belasting van de machine bij het einde {str(suite.load).replace('.', ',')}).\n\n"
            "| wat | gemeten | gevraagd | gehaald |\n|---|---|---|---|\n" + "\n".join(rows)
        )
    return "\n\n".join(parts)


def with_table(document: str, table: str) -> str:
    """The *document* with *table* between its two marks."""
    before, rest = document.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=SUITES, default=list(SUITES), help="these suites alone")
    parser.add_argument("--table", action="store_true", help="run nothing: only write the table of what was recorded")
    chosen = parser.parse_args()
    failed = False
    for name in () if chosen.table else chosen.only:
        failed |= subprocess.run([sys.executable, HERE / f"{name}.py"], check=False).returncode != 0
    suites = recorded()
    DOCUMENT.write_text(with_table(DOCUMENT.read_text(encoding="utf-8"), as_table(suites)), encoding="utf-8")
    short = [f"{suite.name}: {figure.what}" for suite in suites for figure in suite.figures if not figure.holds]
    print("\n".join(["falls short:", *short]) if short else "every figure holds")
    return 1 if failed or short else 0


if __name__ == "__main__":
    sys.exit(main())
