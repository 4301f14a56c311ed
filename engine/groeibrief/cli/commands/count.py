"""``groeibrief count``: how many; exactly for an analyst, or as a municipality would see it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from groeibrief.cli.group import DutchCommand
from groeibrief.cli.options import (
    FILE,
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
from groeibrief.errors import UsageError


@click.command(cls=DutchCommand)
@click.argument("file", metavar="BESTAND", type=FILE)
@click.option("--snapshot", type=NEW_PATH, required=True, metavar="MAP", help="De snapshot.")
@click.option("--exact", is_flag=True, help="Exact, voor een analist. Wordt opgetekend.")
@click.option("--as-municipality", "nis", multiple=True, metavar="NIS",
              help="Zoals die gemeente het ziet: ongeveer. Meermaals voor een gezamenlijke vraag.")  # fmt: skip
@click.option("--kinderen", is_flag=True, help="Met --as-municipality: ook de kinderen; kost een telbeurt apart.")
@click.option("--engine", default="duckdb", show_default=True, metavar="NAAM", help="duckdb, reference of spark.")
@binding_options
@round_option
@snapshot_options
@state_option
@project_option
@json_option
def count(
    file: Path,
    snapshot: Path,
    exact: bool,
    nis: tuple[str, ...],
    kinderen: bool,
    engine: str,
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
    """Tel de gezinnen en kinderen van de doelgroep in BESTAND.

    Zeg altijd voor wie: --exact voor een analist, --as-municipality voor een gemeente.

    Voorbeeld: groeibrief count rules/torhout-hulp-bij-schooltoeslag.yaml --snapshot proef --exact
    """
    if exact == bool(nis):
        raise UsageError(
            "E204", "Zeg voor wie u telt: --exact (analist) of --as-municipality NIS (gemeente), één van beide."
        )
    from groeibrief.workflow import counting
    from groeibrief.workflow.definitions import read_bound

    bound = read_bound(file, bind(gemeenten, peildatum, parameters, ronde), project)
    chosen = settings(trust, store, state)
    if exact:
        with progress("Tellen") as bar:
            found = counting.count_exactly(bound, snapshot, chosen, engine, bar)
        counts, kind = found.counts, " (synthetisch)" if found.synthetic else ""
        text = (
            f"{bound.definition.titel}\n"
            f"Exact, alleen voor het agentschap; snapshot {found.snapshot}{kind}.\n"
            f"  gezinnen            {counts.families}\n"
            f"  kinderen            {counts.children}\n"
            f"  niet te beoordelen  {counts.undecidable}\n"
            f"  zonder woonplaats   {counts.without_domicile} (in de hele snapshot)"
        )
        show(found.as_json(), text, as_json=as_json)
    else:
        with progress("Tellen") as bar:
            answer, synthetic = counting.count_as_municipality(
                bound, snapshot, chosen, nis, children=kinderen, engine=engine, progress=bar
            )
        kind = " (synthetisch)" if synthetic else ""
        text = f"{bound.definition.titel}{kind}\n{answer.text()}"
        more = {"definitie": bound.definition.definitie, "synthetisch": synthetic}
        show({**answer.as_json(), **more}, text, as_json=as_json)
