"""``groeibrief catalog``: show the service catalogue and check it."""

from __future__ import annotations

from pathlib import Path

import click

from groeibrief.catalog import Catalogue, find_project, load_catalogue
from groeibrief.catalog.presentation import as_json as catalogue_json
from groeibrief.catalog.presentation import list_text, source_json, source_text
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import json_option, project_option
from groeibrief.cli.output import show
from groeibrief.errors import Finding, UsageError, closest


@click.group(short_help="Toon de dienstencatalogus.", cls=DutchGroup)
def catalog() -> None:
    """Toon de negen bronnen en de andere parameters, en kijk de catalogus na.

    Voorbeeld: groeibrief catalog show sociale_toeslag
    """


def _load(project: Path | None) -> Catalogue:
    return load_catalogue(find_project(chosen=project))


@catalog.command("list")
@project_option
@json_option
def list_sources(project: Path | None, as_json: bool) -> None:
    """Toon alle bronnen.

    Voorbeeld: groeibrief catalog list --json
    """
    catalogue = _load(project)
    show(catalogue_json(catalogue), list_text(catalogue), as_json=as_json)


@catalog.command("show")
@click.argument("bron")
@project_option
@json_option
def show_source(bron: str, project: Path | None, as_json: bool) -> None:
    """Toon alles over één BRON: velden, rechtsgrond, bedragen.

    Voorbeeld: groeibrief catalog show zorgtoeslag
    """
    catalogue = _load(project)
    source = catalogue.sources.get(bron)
    if source is None:
        raise UsageError(
            "E201",
            Finding(
                f"De catalogus heeft geen bron '{bron}'. Met 'groeibrief catalog list' ziet u ze alle.",
                gevonden=bron,
                verwacht=", ".join(catalogue.sources),
                bedoelde=closest(bron, catalogue.sources),
            ),
        )
    show(source_json(source), source_text(source), as_json=as_json)


@catalog.command()
@project_option
@json_option
def check(project: Path | None, as_json: bool) -> None:
    """Kijk de hele catalogus na.

    Voorbeeld: groeibrief catalog check --project mijn-project
    """
    catalogue = _load(project)
    blocked = [source.bron for source in catalogue.sources.values() if source.verwerkingsgrond is None]
    count = len(catalogue.municipalities.rows)
    text = (
        f"De catalogus is in orde: {len(catalogue.sources)} bronnen, {len(catalogue.parameters)} andere parameters, "
        f"{count} gemeentecodes. Versie {catalogue.version}."
    )
    if blocked:
        text += f"\nZonder grond voor verwerking, dus geblokkeerd: {', '.join(blocked)}."
    show(
        {"geldig": True, "versie": catalogue.version, "bronnen": len(catalogue.sources), "geblokkeerd": blocked},
        text,
        as_json=as_json,
    )
