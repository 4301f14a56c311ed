"""``groeibrief select``: from a definition to recipients, with the waterfall."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groeibrief.cli.group import DutchCommand
from groeibrief.cli.options import (
    FILE,
    FOLDER,
    NEW_PATH,
    bind,
    binding_options,
    json_option,
    project_option,
    round_option,
    settings,
    snapshot_options,
    state_option,
)
from groeibrief.cli.output import progress, show

if TYPE_CHECKING:
    from groeibrief.workflow.mailing import Selected


@click.command(cls=DutchCommand)
@click.argument("file", metavar="BESTAND", type=FILE)
@click.option("--snapshot", type=NEW_PATH, required=True, metavar="MAP", help="De snapshot.")
@click.option("--out", type=NEW_PATH, required=True, metavar="MAP", help="Nieuwe map voor de selectie.")
@click.option("--suppression", type=FOLDER, metavar="MAP", help="Map met ondertekende lijsten: verzet en beschermd.")
@click.option("--earlier", type=FOLDER, multiple=True, metavar="MAP",
              help="Vroegere selectie van dezelfde aanvraag: wie daarin staat, krijgt geen tweede brief.")  # fmt: skip
@binding_options
@round_option
@snapshot_options
@state_option
@project_option
@json_option
def select(
    file: Path,
    snapshot: Path,
    out: Path,
    suppression: Path | None,
    earlier: tuple[Path, ...],
    gemeenten: tuple[str, ...],
    peildatum: date | None,
    parameters: tuple[str, ...],
    ronde: int,
    trust: tuple[Path, ...],
    store: Path | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Selecteer wie een brief krijgt voor de doelgroep in BESTAND. De map MAP bevat persoonsgegevens.

    Voorbeeld: groeibrief select rules/torhout-hulp-bij-schooltoeslag.yaml --snapshot proef --out selectie
    """
    from groeibrief.workflow.definitions import read_bound
    from groeibrief.workflow.mailing import make_selection

    bound = read_bound(file, bind(gemeenten, peildatum, parameters, ronde), project)
    with progress("Selecteren") as bar:
        made = make_selection(
            bound, snapshot, out, settings(trust, store, state), lists=suppression, earlier=earlier, progress=bar
        )
    show(made.as_json(), waterfall_text(made), as_json=as_json)


def waterfall_text(made: Selected) -> str:
    """The waterfall as a table, for people."""
    manifest = made.manifest
    kind = " (synthetisch)" if manifest.synthetisch else ""
    lines = [
        f"{made.bound.definition.titel}",
        f"Snapshot {manifest.snapshot}{kind}; alleen voor het agentschap.",
        "",
        f"{'stap':<24}{'geadresseerden':>16}{'gezinnen':>12}",
    ]
    lines += [f"{step.stap:<24}{step.geadresseerden:>16}{step.gezinnen:>12}" for step in manifest.waterval]
    lines += ["", f"{manifest.brieven} brieven; de selectie staat in {made.out}."]
    return "\n".join(lines)
