"""``groeibrief demo``: the whole job on invented families, step by step."""

from __future__ import annotations

import textwrap
from pathlib import Path

import click

from groeibrief.cli.group import DutchCommand
from groeibrief.cli.options import NEW_PATH, json_option
from groeibrief.cli.output import print_json, progress
from groeibrief.errors import UsageError


@click.command(cls=DutchCommand)
@click.option("--families", type=click.IntRange(2_000, 5_000_000), metavar="N", help="Aantal gezinnen, minstens 2.000.")
@click.option("--full", is_flag=True, help="Heel Vlaanderen: 921.053 gezinnen.")
@click.option(
    "--out", type=NEW_PATH, default="demo-uit", show_default=True, metavar="MAP", help="Map voor het resultaat."
)
@json_option
def demo(families: int | None, full: bool, out: Path, as_json: bool) -> None:
    """Voer de hele opdracht uit met verzonnen gezinnen: van snapshot tot verzegeld pakket.

    Voorbeeld: groeibrief demo --full
    """
    if full and families is not None:
        raise UsageError("E207", "Kies --families N of --full, niet allebei.")
    from groeibrief.workflow.demo import DEFAULT_FAMILIES, run_demo

    number = None if full else families or DEFAULT_FAMILIES
    steps = []
    if not as_json:
        click.echo(click.style("groeibrief demo: alles is synthetisch, geen enkel gezin bestaat.\n", bold=True))
    with progress("Bezig") as bar:
        for count, step in enumerate(run_demo(out, number, bar), 1):
            bar.close()
            seconds = f"{step.seconds:.1f}".replace(".", ",")
            if not as_json:
                click.echo(f"{click.style(f'{count}. {step.title}', bold=True)} ({seconds} s)")
                click.echo("\n".join(_folded(line) for line in step.text.splitlines()) + "\n")
            steps.append({"stap": step.title, "tekst": step.text, "seconden": round(step.seconds, 2)})
    if as_json:
        print_json({"synthetisch": True, "uit": str(out), "stappen": steps})


def _folded(line: str) -> str:
    """Fold a long line of text under itself; tables and paths are shorter than that."""
    own = " " * (3 + len(line) - len(line.lstrip()))
    return textwrap.fill(
        line.strip(), 100, initial_indent=own, subsequent_indent=own, break_long_words=False, break_on_hyphens=False
    )
