"""``groeibrief erase``: what is personal of a request, after its term, with proof."""

from __future__ import annotations

from pathlib import Path

import click

from groeibrief.cli.commands.casework import office_of, office_options, viewer_of
from groeibrief.cli.group import DutchCommand
from groeibrief.cli.options import FILE, NEW_PATH
from groeibrief.cli.output import show


@click.command(cls=DutchCommand)
@click.argument("number", metavar="NUMMER")
@click.option("--key", type=FILE, required=True, metavar="BESTAND", help="Geheime sleutel van VUTG om te ondertekenen.")
@click.option("--out", type=NEW_PATH, required=True, metavar="BESTAND", help="Nieuw bestand voor de verklaring.")
@office_options
def erase(
    number: str, key: Path, out: Path, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Wis de selectie, de brieven, het pakket en de sleutel van een aanvraag, na haar bewaartermijn.

    Voorbeeld: groeibrief erase 2026-0001 --key vutg.key --out gewist-2026-0001.json
    """
    from groeibrief.workflow.erasing import erase_request

    office = office_of(state, project)
    made = erase_request(office, viewer_of(office, account), number, key, out)
    text = f"Aanvraag {number}: {made.files} bestanden gewist. De ondertekende verklaring staat in {made.statement}."
    show(made.as_json(), text, as_json=as_json)
