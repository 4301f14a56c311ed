"""Play every attack and put the table into docs/design/attacks.md: ``.venv/bin/python tests/attacks/table.py``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from attack_bounds import most
from attack_catalogue import ATTACKS, STRAW, STRAW_TRIALS, Result, play
from attack_protections import Told

DOCUMENT = Path(__file__).parents[2] / "docs" / "design" / "attacks.md"
BEGIN, END = "<!-- begin: tests/attacks/table.py -->", "<!-- end: tests/attacks/table.py -->"
TRIALS = 500


def lines(results: list[list[Result]]) -> list[str]:
    """The table in Markdown, of the results of each attack: raw, rounded, groeibrief."""
    found = [
        "*Trials*: against groeibrief. *At most*: what so many trials may show before the bound is held to be broken, "
        "at one in a million.",
        "",
        "| attack | raw counts | threshold 10, rounded to 5 | groeibrief | proven bound | trials | at most |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for numbers in results:
        attack, trials = numbers[-1].attack, numbers[-1].trials
        cells = [attack.name, *(f"{one.accuracy:.2f}" for one in numbers), f"{attack.bound:.3f}", str(trials)]
        found.append(f"| {' | '.join(cells)} | {most(trials, attack.bound) / trials:.2f} |")
    found += ["", "| attack | how | the attacker knows |", "|---|---|---|"]
    return found + [f"| {attack.name} | {attack.how} | {attack.knows} |" for attack in ATTACKS]


def measured(trials: int) -> Iterator[list[Result]]:
    """Each attack against everything."""
    for attack in ATTACKS:
        told = play(attack, Told, trials)
        print(told, flush=True)
        yield [*(play(attack, kind, STRAW_TRIALS) for kind in STRAW), told]


def write(results: list[list[Result]]) -> None:
    """Put the table into the document."""
    before, rest = DOCUMENT.read_text().split(BEGIN)
    after = rest.split(END)[1]
    DOCUMENT.write_text(f"{before}{BEGIN}\n" + "\n".join(lines(results)) + f"\n{END}{after}")


if __name__ == "__main__":
    write(list(measured(int(sys.argv[1]) if len(sys.argv) > 1 else TRIALS)))
