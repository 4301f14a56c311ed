"""``groeibrief register``: which local authorities turned to which track, and figures about it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groeibrief.cli.commands.casework import office_of, office_options, viewer_of
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import FILE, NEW_PATH, Command, Day, json_option, project_option, state_option
from groeibrief.cli.output import show

if TYPE_CHECKING:
    from groeibrief.workflow.registration import Filter

TRACKS = ("opgroeien", "vutg")
FORMATS = ("csv", "ods", "json")
_track = click.option("--piste", "track", type=click.Choice(TRACKS), help="Alleen deze piste.")
_on = click.option("--on", type=Day(), metavar="DATUM", help="Gemeenten zoals op deze dag. Standaard vandaag.")


def _filters(command: Command) -> Command:
    for option in (
        click.option("--openbaar", "public", is_flag=True, help="Alleen wat iedereen mag zien, zonder redenen."),
        click.option("--tot", "until", type=Day(), metavar="DATUM", help="Tot en met deze dag."),
        click.option("--van", "since", type=Day(), metavar="DATUM", help="Vanaf deze dag."),
        click.option("--gemeente", "code", metavar="NIS", help="Deze gemeente, ook onder haar oude of nieuwe code."),
        click.option("--naam", "name", metavar="TEKST", help="Een deel van de naam."),
        click.option("--stand", "status", metavar="STAND", help="Alleen deze stand, zoals interesse of afgesloten."),
        _track,
        _on,
        state_option,
        project_option,
        json_option,
    ):
        command = option(command)
    return command


@click.group(short_help="Toon het register van lokale besturen, met cijfers.", cls=DutchGroup)
def register() -> None:
    """Toon en vul het register: welke besturen voor welke piste kozen.

    Voorbeeld: groeibrief register list --piste vutg
    """


@register.command("list")
@_filters
def list_events(on: date | None, state: Path | None, project: Path | None, as_json: bool, **filters: object) -> None:
    """Toon de feiten.

    Voorbeeld: groeibrief register list --piste vutg --stand interesse
    """
    from groeibrief.workflow import registration

    found = registration.list_events(office_of(state, project), _filter(filters), on)
    lines = [
        f"{row['datum']}{' ' if row['datum_zeker'] else '~'} {row['piste']:<9} {row['stand']:<12} {row['naam']}"
        + (f" (nu {', '.join(row['gemeenten_nu'])})" if row["nis"] != row["nis_nu"] else "")
        for row in found.rows
    ]
    if any(not row["datum_zeker"] for row in found.rows):
        lines.append("~ De bron noemt geen dag: dit is de vroegste die het kan zijn.")
    show(found.as_json(), "\n".join(lines) or "Er zijn geen feiten die passen.", as_json=as_json)


@register.command()
@click.argument("name", metavar="NAAM")
@click.option("--piste", "track", type=click.Choice(TRACKS), required=True, help="De piste.")
@click.option(
    "--stand", "status", required=True, metavar="STAND", help="Wat er gebeurde, zoals interesse of afgesloten."
)
@click.option("--datum", "on", type=Day(), required=True, metavar="DATUM", help="Op welke dag.")
@click.option(
    "--gemeente", "codes", multiple=True, metavar="NIS", help="NIS-code. Meermaals bij een gezamenlijke aanvraag."
)
@click.option("--bron", "source", required=True, metavar="TEKST", help="Waar het staat.")
@click.option("--reden", "reason", default="", metavar="TEKST", help="Reden van keuze.")
@click.option("--openbaar", "public", is_flag=True, help="Iedereen mag het zien.")
@office_options
def add(
    name: str,
    track: str,
    status: str,
    on: date,
    codes: tuple[str, ...],
    source: str,
    reason: str,
    public: bool,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Voeg een feit toe. Wat in het register staat, blijft staan.

    Voorbeeld: groeibrief register add Aalter --piste vutg --stand interesse --datum 2026-01-12 --gemeente 44084
    --bron e-mail
    """
    from groeibrief.workflow import registration

    office = office_of(state, project)
    event = registration.Event(
        name, tuple(sorted(set(codes))), registration.Track(track), status, on, True, source, reason, public
    )
    made = registration.add_event(office, viewer_of(office, account), event)
    told = made.as_json(office.today, office.catalogue.municipalities)
    show(told, f"{made.name}: {made.status} ({track}) op {made.on.isoformat()} is toegevoegd.", as_json=as_json)


@register.command("import")
@click.argument("file", metavar="BESTAND", type=FILE)
@click.option("--key", "trusted", type=FILE, required=True, metavar="BESTAND",
              help="Publieke sleutel waarmee Opgroeien ondertekent.")  # fmt: skip
@office_options
def import_facts(
    file: Path, trusted: Path, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Lees in wat Opgroeien over haar piste openbaar maakt. Wat er al staat, blijft.

    Voorbeeld: groeibrief register import feiten.json --key opgroeien-teken.pub
    """
    from groeibrief.workflow.opgroeienregister import import_facts as take_in

    office = office_of(state, project)
    added, known = take_in(office, viewer_of(office, account), file, trusted)
    show({"toegevoegd": added, "al_gekend": known}, f"Toegevoegd: {added}. Al gekend: {known}.", as_json=as_json)


@register.command()
@_on
@state_option
@project_option
@json_option
def figures(on: date | None, state: Path | None, project: Path | None, as_json: bool) -> None:
    """Toon de cijfers per piste en jaar, klaar voor een parlementair antwoord.

    Voorbeeld: groeibrief register figures --on 2021-06-30
    """
    from groeibrief.workflow.registration import register_figures
    from groeibrief.workflow.requesttexts import figures_text

    made = register_figures(office_of(state, project), on)
    show(made.as_json(), figures_text(made), as_json=as_json)


@register.command()
@click.option("--out", type=NEW_PATH, required=True, metavar="BESTAND", help="Nieuw bestand.")
@click.option("--vorm", "form", type=click.Choice(FORMATS), default="csv", show_default=True, help="De vorm.")
@_filters
def export(
    out: Path, form: str, on: date | None, state: Path | None, project: Path | None, as_json: bool, **filters: object
) -> None:
    """Schrijf de feiten weg als CSV, ODS of JSON.

    Voorbeeld: groeibrief register export --out register.ods --vorm ods --openbaar
    """
    from groeibrief.artefacts import new_file
    from groeibrief.workflow import registration

    data = registration.export(office_of(state, project), _filter(filters), form, on)
    with new_file(out) as stream:
        stream.write(data)
    show({"bestand": str(out), "vorm": form, "bytes": len(data)}, f"Het register staat in {out}.", as_json=as_json)


@register.command()
@click.option("--piste", "track", type=click.Choice(TRACKS), required=True, help="De piste.")
@_on
@state_option
@project_option
@json_option
def never(track: str, on: date | None, state: Path | None, project: Path | None, as_json: bool) -> None:
    """Toon de gemeenten die nog nooit voor een piste kozen.

    Voorbeeld: groeibrief register never --piste vutg
    """
    from groeibrief.workflow import registration

    found = registration.never_used(office_of(state, project), registration.Track(track), on)
    answer = {"piste": track, "gemeenten": [{"nis": nis, "naam": name} for nis, name in found]}
    show(answer, "\n".join(f"{nis}  {name}" for nis, name in found), as_json=as_json)


def _filter(words: dict[str, object]) -> Filter:
    from groeibrief.workflow.registration import Filter, Track

    track = words.pop("track")
    return Filter(track=Track(track) if track else None, **words)  # type: ignore[arg-type]
