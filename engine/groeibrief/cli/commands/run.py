"""``groeibrief run``: an approved request, from snapshot to sealed package."""

from __future__ import annotations

from pathlib import Path

import click

from groeibrief.cli.commands.casework import office_of, office_options, viewer_of
from groeibrief.cli.group import DutchCommand
from groeibrief.cli.options import FILE, FOLDER, NEW_PATH, snapshot_options
from groeibrief.cli.output import progress, show


@click.command(cls=DutchCommand)
@click.argument("number", metavar="NUMMER")
@click.option("--snapshot", type=NEW_PATH, required=True, metavar="MAP", help="De nieuwste snapshot.")
@click.option("--recipient", "recipients", type=FILE, multiple=True, required=True, metavar="BESTAND",
              help="Publieke age-sleutel van de drukkerij. Mag meermaals.")  # fmt: skip
@click.option("--key", type=FILE, required=True, metavar="BESTAND", help="Geheime sleutel van VUTG om te ondertekenen.")
@click.option("--suppression", type=FOLDER, metavar="MAP", help="Map met ondertekende lijsten: verzet en beschermd.")
@click.option("--ronde", type=click.IntRange(1, 1000), metavar="N", help="Ronde van een reeks. Standaard de volgende.")
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, metavar="N",
              help="Zoveel processen maken brieven.")  # fmt: skip
@click.option("--insert", "inserts", multiple=True, metavar="NAAM=GRAM",
              help="Wat bij elke brief in de omslag gaat. Mag meermaals. Standaard volgens het beleid.")  # fmt: skip
@snapshot_options
@office_options
def run(
    number: str,
    snapshot: Path,
    recipients: tuple[Path, ...],
    key: Path,
    suppression: Path | None,
    ronde: int | None,
    processes: int,
    inserts: tuple[str, ...],
    trust: tuple[Path, ...],
    store: Path | None,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Voer een goedgekeurde aanvraag uit: selecteer, maak de brieven, verzegel het pakket.

    Afgebroken? Geef dezelfde opdracht opnieuw: ze gaat voort waar ze was. Geen aanvraag wordt twee keer uitgevoerd.

    Voorbeeld: groeibrief run 2026-0001 --snapshot proef --recipient drukkerij.pub --key vutg.key
    """
    from groeibrief.workflow.delivery import insert_of
    from groeibrief.workflow.running import Means, run_request

    office = office_of(state, project, trust, store)
    viewer = viewer_of(office, account)
    given = tuple(insert_of(text) for text in inserts) or None
    means = Means(snapshot, recipients, key, suppression, processes, given)
    with progress("Uitvoeren") as bar:
        made = run_request(office, viewer, number, means, number=ronde, progress=bar)
    kind = " (synthetisch)" if made.run.synthetic else ""
    text = (
        f"Aanvraag {number}, ronde {made.run.round}{kind}: {made.letters} brieven. "
        f"Opdracht {made.run.job} staat in {made.package}."
    )
    show(made.as_json(), text, as_json=as_json)
