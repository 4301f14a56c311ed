"""``groeibrief disclosure``: what leaves towards municipalities: standard audiences, and the bound that is proven."""

from __future__ import annotations

from pathlib import Path

import click

from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import (
    FILE,
    NEW_PATH,
    json_option,
    project_option,
    settings,
    snapshot_options,
    state_option,
)
from groeibrief.cli.output import progress, show


@click.group(short_help="Tel de standaarddoelgroepen vooraf, en toon wat bewezen is.", cls=DutchGroup)
def disclosure() -> None:
    """Trek de antwoorden over standaarddoelgroepen, toon ze, en toon wat iemand er hoogstens uit kan leren.

    Voorbeeld: groeibrief disclosure bound
    """


@disclosure.command()
@click.option("--snapshot", type=NEW_PATH, required=True, metavar="MAP", help="De snapshot.")
@snapshot_options
@state_option
@project_option
@json_option
def prepare(
    snapshot: Path,
    trust: tuple[Path, ...],
    store: Path | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Trek voor elke gemeente een antwoord op elke standaarddoelgroep, met haar standaardwaarden.

    Eén keer in twaalf maanden, op één snapshot. Wat er al is, wordt nooit opnieuw getrokken.

    Voorbeeld: groeibrief disclosure prepare --snapshot proef
    """
    from groeibrief.workflow.standardanswers import prepare_standard_answers

    with progress("Tellen") as bar:
        done = prepare_standard_answers(snapshot, settings(trust, store, state), project=project, progress=bar)
    show(done.as_json(), done.text(), as_json=as_json)


@disclosure.command("show")
@click.argument("nis", metavar="NIS")
@state_option
@project_option
@json_option
def show_answers(nis: str, state: Path | None, project: Path | None, as_json: bool) -> None:
    """Toon de standaarddoelgroepen zoals de gemeente NIS ze ziet. Leest geen gegevens en kost geen telbeurt.

    Voorbeeld: groeibrief disclosure show 31033
    """
    from groeibrief.workflow.standardanswers import standard_answers

    found = standard_answers(nis, settings(state=state), project=project)
    show(found.as_json(), found.text(), as_json=as_json)


@disclosure.command()
@click.option("--to", "--policy", "proposal", type=FILE, metavar="BESTAND",
              help="Een voorstel van beleid, om ernaast te zetten.")  # fmt: skip
@project_option
@json_option
def bound(proposal: Path | None, project: Path | None, as_json: bool) -> None:
    """Toon de bewezen grens: hoe vaak een aanvaller hoogstens juist raadt over één gezin.

    Voorbeeld: groeibrief disclosure bound --to voorstel.yaml
    """
    from groeibrief.workflow.privacybound import privacy_bound

    found = privacy_bound(project, proposal)
    show(found.as_json(), found.text(), as_json=as_json)
