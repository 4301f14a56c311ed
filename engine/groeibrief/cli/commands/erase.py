"""``groeibrief erase``: what is past its term, with proof; and what is due."""

from __future__ import annotations

from pathlib import Path

import click

from groeibrief.cli.commands.casework import account_option, office_of, viewer_of
from groeibrief.cli.group import DutchCommand
from groeibrief.cli.options import FILE, FOLDER, NEW_PATH, json_option, project_option, snapshot_options, state_option
from groeibrief.cli.output import show
from groeibrief.errors import RefusedError, UsageError

KINDS = ("snapshot", "lijsten", "retouren", "inzage", "reservekopieen")


@click.command(cls=DutchCommand)
@click.argument("what", metavar="[NUMMER of PAD]", required=False)
@click.option("--soort", "kind", type=click.Choice(KINDS),
              help="Wis een bestand of map van deze soort. Zonder: een aanvraag.")  # fmt: skip
@click.option("--key", type=FILE, metavar="BESTAND", help="Geheime sleutel van VUTG om te ondertekenen.")
@click.option("--out", type=NEW_PATH, metavar="BESTAND", help="Nieuw bestand voor de verklaring.")
@click.option(
    "--due", is_flag=True, help="Wis niets: toon wat nu of later weg moet. Exitcode 5 als iets te lang blijft."
)
@click.option("--in", "folders", type=FOLDER, multiple=True, metavar="MAP",
              help="Kijk met --due ook in deze map: snapshots, retouren, reservekopieën. Mag meermaals.")  # fmt: skip
@snapshot_options
@account_option
@state_option
@project_option
@json_option
def erase(
    what: str | None, kind: str | None, key: Path | None, out: Path | None, due: bool, folders: tuple[Path, ...],
    trust: tuple[Path, ...], store: Path | None, account: str | None, state: Path | None, project: Path | None,
    as_json: bool,
) -> int:  # fmt: skip
    """Wis wat persoonlijk is van een aanvraag, of een map van een andere soort, na de bewaartermijn en met bewijs.

    Voorbeeld: groeibrief erase 2026-0001 --key vutg.key --out gewist-2026-0001.json
    """
    from groeibrief.workflow.erasing import erase_place, erase_request

    office = office_of(state, project, trust, store)
    if due:
        from groeibrief.workflow.retention import overview

        if what or kind or key or out:
            raise UsageError("E299", "--due toont alleen. Geef er geen NUMMER, PAD, --soort, --key of --out bij.")
        found = overview(office, viewer_of(office, account), folders)
        show(found.as_json(), found.text(), as_json=as_json)
        return 0 if found.in_order else RefusedError.exit_code
    if what is None or key is None or out is None or folders:
        raise UsageError(
            "E299", "Geef het nummer van een aanvraag, of een pad met --soort; met --key en --out. Of kies --due."
        )
    viewer = viewer_of(office, account)
    if kind is None:
        made = erase_request(office, viewer, what, key, out)
        subject = f"Aanvraag {what}"
    else:
        made = erase_place(office, viewer, kind, Path(what), key, out)
        subject = what
    text = f"{subject}: {made.files} bestanden gewist. De ondertekende verklaring staat in {made.statement}."
    show(made.as_json(), text, as_json=as_json)
    return 0
