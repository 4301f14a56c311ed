"""``groeibrief privacy``: the record of processing, inputs for an impact assessment, terms; for the DPO."""

from __future__ import annotations

from pathlib import Path

import click

from groeibrief.cli.commands.casework import office_of
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import FILE, FOLDER, NEW_PATH, json_option, project_option, snapshot_options, state_option
from groeibrief.cli.output import print_json, show

_out = click.option("--out", type=NEW_PATH, metavar="BESTAND", help="Nieuw bestand. Standaard het scherm.")


@click.group(short_help="Voor de DPO: verwerkingsregister, DPIA-gegevens en bewaartermijnen.", cls=DutchGroup)
def privacy() -> None:
    """Toon wat de DPO nodig heeft, samengesteld uit catalogus, beleid en dossiers.

    Voorbeeld: groeibrief privacy record
    """


@privacy.command()
@_out
@click.option("--vorm", "form", type=click.Choice(("md", "json", "ods")), default="md", show_default=True,
              help="De vorm van het bestand.")  # fmt: skip
@state_option
@project_option
@json_option
def record(out: Path | None, form: str, state: Path | None, project: Path | None, as_json: bool) -> None:
    """Maak het register van verwerkingsactiviteiten (art. 30 AVG). Dezelfde invoer geeft hetzelfde bestand.

    Voorbeeld: groeibrief privacy record --out register.ods --vorm ods
    """
    from groeibrief.workflow.processing import processing_record

    made = processing_record(office_of(state, project))
    if out is None:
        show(made.as_json(), made.rendered("md").decode().rstrip("\n"), as_json=as_json)
        return
    _write(out, made.rendered(form), form, as_json=as_json)


@privacy.command()
@click.argument("files", type=FILE, nargs=-1, metavar="[BESTAND …]")
@_out
@click.option("--vorm", "form", type=click.Choice(("md", "json")), default="md", show_default=True,
              help="De vorm van het bestand.")  # fmt: skip
@click.option("--snapshot", type=FOLDER, metavar="MAP",
              help="Tel ook de gezinnen, exact en alleen voor VUTG. Dat komt in het logboek.")  # fmt: skip
@snapshot_options
@state_option
@project_option
@json_option
def dpia(
    files: tuple[Path, ...], out: Path | None, form: str, snapshot: Path | None, trust: tuple[Path, ...],
    store: Path | None, state: Path | None, project: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Verzamel de gegevens voor een DPIA (art. 35 AVG). Zonder BESTAND: van alle doelgroepen van het project.

    Voorbeeld: groeibrief privacy dpia rules/torhout-hulp-bij-schooltoeslag.yaml --out dpia.md
    """
    from groeibrief.workflow.impact import impact

    office = office_of(state, project, trust, store)
    made = impact(office, files, snapshot)
    if out is None:
        show(made.as_json(), made.rendered("md").decode().rstrip("\n"), as_json=as_json)
        return
    _write(out, made.rendered(form), form, as_json=as_json)


@privacy.command()
@project_option
@json_option
def retention(project: Path | None, as_json: bool) -> None:
    """Toon hoe lang elke soort gegevens blijft, vanaf wanneer, waarom, en wie ze wist. Wat nu weg moet: erase --due.

    Voorbeeld: groeibrief privacy retention
    """
    from groeibrief.workflow.erasing import retention_policy

    policy = retention_policy(office_of(None, project))
    lines = [f"Status: {policy.status}."]
    for kept in policy.soorten:
        lines += [
            f"{kept.soort}: {kept.naam}. {kept.bevat}",
            f"    Termijn: {kept.termijn}, vanaf {kept.vanaf}. Over: {kept.over}. Waar: {kept.waar}.",
            f"    Reden: {kept.reden} Bron: {kept.bron}.",
            f"    Wist: {kept.wist}. Opdracht: {kept.opdracht}",
        ]
    answer = {"versie": policy.versie, "status": policy.status, "soorten": [each.as_json() for each in policy.soorten]}
    show(answer, "\n".join(lines), as_json=as_json)


@privacy.command()
@json_option
def schema(as_json: bool) -> None:
    """Schrijf het JSON Schema van het verwerkingsregister en van de DPIA-gegevens.

    Voorbeeld: groeibrief privacy schema > privacy.schema.json
    """
    from groeibrief.workflow.privacyschema import privacy_schema

    print_json(privacy_schema())


def _write(out: Path, data: bytes, form: str, *, as_json: bool) -> None:
    from groeibrief.artefacts import new_file

    with new_file(out) as stream:
        stream.write(data)
    show({"bestand": str(out), "vorm": form, "bytes": len(data)}, f"Geschreven: {out}.", as_json=as_json)
