"""``groeibrief request``: a request from a municipality's idea to its end."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groeibrief.cli.commands.casework import office_of, office_options, version_option, viewer_of
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import (
    FILE,
    NEW_PATH,
    Day,
    bind,
    binding_options,
    json_option,
    project_option,
    snapshot_options,
)
from groeibrief.cli.output import show

if TYPE_CHECKING:
    from groeibrief.workflow.office import Request

_number = click.argument("number", metavar="NUMMER")


@click.group(short_help="Volg een aanvraag op, van idee tot brief.", cls=DutchGroup)
def request() -> None:
    """Maak een aanvraag, kijk ze na, keur ze goed en volg ze op. Er staan geen gezinnen in.

    Voorbeeld: groeibrief request list
    """


@request.command()
@click.argument("file", metavar="BESTAND", type=FILE)
@click.option("--authority", required=True, metavar="KBO", help="Ondernemingsnummer van het bestuur.")
@office_options
def new(
    file: Path, authority: str, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Begin een aanvraag met de inhoud in BESTAND (YAML).

    Voorbeeld: groeibrief request new aanvraag.yaml --authority 0123.456.749
    """
    from groeibrief.workflow.requestfiles import read_content
    from groeibrief.workflow.requests import open_request

    office = office_of(state, project)
    made = open_request(office, viewer_of(office, account), authority, read_content(file))
    _done(made, as_json=as_json)


@request.command("show")
@_number
@click.option("--as-municipality", "outside", is_flag=True, help="Toon wat de gemeente ziet.")
@office_options
def show_request(
    number: str, outside: bool, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Toon een aanvraag: een analist ziet alles, een gemeente haar deel.

    Voorbeeld: groeibrief request show 2026-0001
    """
    from groeibrief.workflow.requesttexts import analyst_text, authority_text
    from groeibrief.workflow.requestviews import request_for_analyst, request_for_authority

    office = office_of(state, project)
    viewer = viewer_of(office, account)
    if outside or not viewer.role.sees_requests:
        shown = request_for_authority(office, viewer, number)
        show(shown.as_json(), authority_text(shown), as_json=as_json)
    else:
        seen = request_for_analyst(office, viewer, number)
        show(seen.as_json(), analyst_text(seen), as_json=as_json)


@request.command("list")
@click.option("--toestand", "states", multiple=True, metavar="TOESTAND", help="Alleen in deze toestand. Mag meermaals.")
@office_options
def list_requests(
    states: tuple[str, ...], account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Toon de werklijst: waar het langst niets mee gebeurde, staat bovenaan.

    Voorbeeld: groeibrief request list --toestand nazicht
    """
    from groeibrief.workflow.requestfiles import read_states
    from groeibrief.workflow.requesttexts import worklist_text
    from groeibrief.workflow.requestviews import worklist

    office = office_of(state, project)
    found = worklist(office, viewer_of(office, account), read_states(states))
    show(found.as_json(), worklist_text(found), as_json=as_json)


@request.command()
@_number
@click.argument("file", metavar="BESTAND", type=FILE)
@version_option
@office_options
def change(
    number: str,
    file: Path,
    version: int | None,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Vervang de inhoud door die in BESTAND. Een goedkeuring vervalt erdoor.

    Voorbeeld: groeibrief request change 2026-0001 aanvraag.yaml
    """
    from groeibrief.workflow.requestfiles import read_content
    from groeibrief.workflow.requests import change_request

    office = office_of(state, project)
    _done(change_request(office, viewer_of(office, account), number, read_content(file), version), as_json=as_json)


@request.command()
@_number
@click.argument("file", metavar="PDF", type=FILE)
@click.option("--referentie", required=True, metavar="TEKST", help="Referentie van het besluit.")
@click.option("--datum", "decided_on", type=Day(), required=True, metavar="DATUM", help="Dag van het besluit.")
@version_option
@office_options
def decision(
    number: str,
    file: Path,
    referentie: str,
    decided_on: date,
    version: int | None,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Voeg het besluit van het bestuur toe: een PDF van hoogstens 2 MB.

    Voorbeeld: groeibrief request decision 2026-0001 besluit.pdf --referentie 2026/12 --datum 2026-01-12
    """
    from groeibrief.workflow.requestfiles import read_bounded
    from groeibrief.workflow.requests import attach_decision

    office = office_of(state, project)
    data = read_bounded(file, office.policy.grenzen.besluit_bytes)
    made = attach_decision(office, viewer_of(office, account), number, data, referentie, decided_on, version)
    _done(made, as_json=as_json)


@request.command()
@_number
@click.argument("file", metavar="DEFINITIE", type=FILE)
@binding_options
@version_option
@office_options
def define(
    number: str,
    file: Path,
    gemeenten: tuple[str, ...],
    peildatum: date | None,
    parameters: tuple[str, ...],
    version: int | None,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Bewaar DEFINITIE als nieuwe versie, met de gevallen die ernaast staan. Een goedkeuring vervalt erdoor.

    Voorbeeld: groeibrief request define 2026-0001 rules/torhout-hulp-bij-schooltoeslag.yaml
    """
    from groeibrief.workflow.requestfiles import read_definition
    from groeibrief.workflow.requests import define as keep

    office = office_of(state, project)
    text, cases = read_definition(file)
    binding = bind(gemeenten, peildatum, parameters)
    _done(keep(office, viewer_of(office, account), number, text, cases, binding, version), as_json=as_json)


@request.command()
@_number
@click.option("--van", "older", type=click.IntRange(1), metavar="N", help="Oudere versie. Standaard de voorlaatste.")
@click.option("--tot", "newer", type=click.IntRange(1), metavar="N", help="Nieuwere versie. Standaard de laatste.")
@office_options
def diff(
    number: str,
    older: int | None,
    newer: int | None,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Toon wat er tussen twee versies van de definitie veranderde.

    Voorbeeld: groeibrief request diff 2026-0001 --van 1 --tot 2
    """
    from groeibrief.workflow.requests import definition_difference

    office = office_of(state, project)
    text = definition_difference(office, viewer_of(office, account), number, older, newer)
    show(
        {"aanvraag": number, "verschil": text}, text.rstrip("\n") or "Beide versies zeggen hetzelfde.", as_json=as_json
    )


@request.command()
@_number
@version_option
@office_options
def submit(
    number: str, version: int | None, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Dien een aanvraag in, als ze volledig is.

    Voorbeeld: groeibrief request submit 2026-0001
    """
    from groeibrief.workflow.requests import submit as do

    office = office_of(state, project)
    _done(do(office, viewer_of(office, account), number, version), as_json=as_json)


def _telling(name: str, deed: str, text: str, example: str) -> None:
    """Add a command that does something with a text: a question, an answer, a reason."""

    @request.command(name, help=f"{text}\n\nVoorbeeld: groeibrief request {name} 2026-0001 --tekst '{example}'")
    @_number
    @click.option(
        "--tekst", "words", required=True, metavar="TEKST", help="Wat u erbij schrijft, zonder persoonsgegevens."
    )
    @version_option
    @office_options
    def command(
        number: str,
        words: str,
        version: int | None,
        account: str | None,
        state: Path | None,
        project: Path | None,
        as_json: bool,
    ) -> None:
        from groeibrief.workflow import approvals, requests

        office = office_of(state, project)
        do = getattr(approvals if deed == "send_back" else requests, deed)
        _done(do(office, viewer_of(office, account), number, words, version), as_json=as_json)


_telling("ask", "ask", "Stuur de aanvraag terug naar de gemeente, met een vraag.", "Welke dienst helpt de gezinnen?")
_telling("answer", "answer", "Beantwoord de vraag van VUTG.", "Het Sociaal Huis.")
_telling("send-back", "send_back", "Stuur de definitie terug naar wie ze schreef.", "De leeftijd klopt niet.")
_telling("withdraw", "withdraw", "Trek een aanvraag in.", "Het aanbod gaat niet door.")
_telling("refuse", "refuse", "Weiger een aanvraag.", "Dit doeleinde staat niet op de lijst.")


@request.command()
@_number
@click.option("--tekst", "words", required=True, metavar="TEKST", help="Het bericht, zonder persoonsgegevens.")
@click.option("--intern", "internal", is_flag=True, help="Alleen voor het agentschap.")
@office_options
def message(
    number: str,
    words: str,
    internal: bool,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Schrijf een bericht bij een aanvraag.

    Voorbeeld: groeibrief request message 2026-0001 --tekst 'De proefbrief is klaar.'
    """
    from groeibrief.workflow.requests import send_message

    office = office_of(state, project)
    _done(send_message(office, viewer_of(office, account), number, words, internal=internal), as_json=as_json)


@request.command()
@_number
@click.option("--referentie", required=True, metavar="TEKST", help="Referentie van de overeenkomst.")
@click.option("--datum", "signed_on", type=Day(), required=True, metavar="DATUM", help="Dag waarop beide tekenden.")
@version_option
@office_options
def agree(
    number: str,
    referentie: str,
    signed_on: date,
    version: int | None,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Registreer de overeenkomst, als beide partijen ze ondertekenden.

    Voorbeeld: groeibrief request agree 2026-0001 --referentie VUTG-2026-3 --datum 2026-01-20
    """
    from groeibrief.workflow.requests import agree as do

    office = office_of(state, project)
    _done(do(office, viewer_of(office, account), number, referentie, signed_on, version), as_json=as_json)


def _acting(name: str, deed: str, text: str) -> None:
    """Add a command that needs nothing but the request."""

    @request.command(name, help=f"{text}\n\nVoorbeeld: groeibrief request {name} 2026-0001")
    @_number
    @version_option
    @office_options
    def command(
        number: str, version: int | None, account: str | None, state: Path | None, project: Path | None, as_json: bool
    ) -> None:
        from groeibrief.workflow import approvals, requests

        office = office_of(state, project)
        do = getattr(approvals if deed == "approve" else requests, deed)
        _done(do(office, viewer_of(office, account), number, version), as_json=as_json)


_acting("review", "review", "Leg de definitie voor aan wie ze goedkeurt.")
_acting("approve", "approve", "Keur de aanvraag goed zoals ze nu is. Wie eraan schreef, keurt niet goed.")
_acting("hand-over", "hand_over", "Noteer dat de drukkerij het pakket heeft.")
_acting("sent", "mark_sent", "Noteer dat alles verstuurd is. Alleen als de verslagen van de drukkerij dat zeggen.")
_acting("returns", "note_returns", "Noteer dat de teruggekomen brieven ingelezen zijn.")
_acting("close", "close", "Sluit een aanvraag af. Vanaf dan loopt de bewaartermijn.")


def _simple(name: str, module: str, deed: str, text: str) -> None:
    @request.command(name, help=f"{text}\n\nVoorbeeld: groeibrief request {name} 2026-0001")
    @_number
    @office_options
    def command(number: str, account: str | None, state: Path | None, project: Path | None, as_json: bool) -> None:
        from importlib import import_module

        office = office_of(state, project)
        do = getattr(import_module(f"groeibrief.workflow.{module}"), deed)
        _done(do(office, viewer_of(office, account), number), as_json=as_json)


_simple("clone", "requests", "clone_request", "Begin een nieuwe aanvraag zoals een vroegere.")
_simple("expire", "requests", "expire", "Laat een aanvraag verlopen waar lang niets mee gebeurde.")
_simple(
    "stop", "stopping", "stop_run", "Stop een uitvoering, en wis wat ze maakte. Een pakket moet teruggeroepen zijn."
)


@request.command("skip-round")
@_number
@click.option("--reden", "reason", required=True, metavar="TEKST", help="Waarom. Blijft binnen het agentschap.")
@office_options
def skip_round(
    number: str, reason: str, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Sla een latere ronde van een reeks over, bijvoorbeeld als er niemand nieuw is.

    Voorbeeld: groeibrief request skip-round 2026-0001 --reden 'Niemand nieuw in deze maand.'
    """
    from groeibrief.workflow.stopping import skip_round as do

    office = office_of(state, project)
    _done(do(office, viewer_of(office, account), number, reason), as_json=as_json)


@request.command()
@_number
@click.option("--snapshot", type=NEW_PATH, required=True, metavar="MAP", help="De snapshot.")
@click.option(
    "--ronde", type=click.IntRange(1, 1000), default=1, show_default=True, metavar="N", help="Ronde van een reeks."
)
@snapshot_options
@office_options
def figure(
    number: str,
    snapshot: Path,
    ronde: int,
    trust: tuple[Path, ...],
    store: Path | None,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Trek, één keer, het aantal gezinnen dat de gemeente bij haar bestelling ziet.

    Voorbeeld: groeibrief request figure 2026-0001 --snapshot proef
    """
    from groeibrief.workflow.requesttexts import order_text
    from groeibrief.workflow.running import show_order

    office = office_of(state, project, trust, store)
    shown = show_order(office, viewer_of(office, account), number, snapshot, ronde)
    show({"ronde": shown.round, **shown.shown}, order_text(shown), as_json=as_json)


@request.command()
@click.option("--gezinnen", "families", type=click.IntRange(0), metavar="N", help="Ongeveer zoveel gezinnen.")
@project_option
@json_option
def quote(families: int | None, project: Path | None, as_json: bool) -> None:
    """Toon de prijs en de richtdatum van een zending, vóór u bestelt. Tellen is gratis.

    Voorbeeld: groeibrief request quote --gezinnen 140
    """
    from groeibrief.workflow.requests import quote as calculate
    from groeibrief.workflow.requesttexts import quote_text

    made = calculate(office_of(None, project), families)
    show(made.as_json(), quote_text(made), as_json=as_json)


@request.command("calendar")
@office_options
def show_calendar(account: str | None, state: Path | None, project: Path | None, as_json: bool) -> None:
    """Toon de kalender van de zendingen die lopen.

    Voorbeeld: groeibrief request calendar
    """
    from groeibrief.workflow.requestviews import calendar

    office = office_of(state, project)
    entries = calendar(office, viewer_of(office, account))
    lines = [f"{each.on.isoformat()}  {each.request:<10} {each.authority_name}: {each.what}" for each in entries]
    answer = {"kalender": [each.as_json() for each in entries]}
    show(answer, "\n".join(lines) or "Er lopen geen zendingen.", as_json=as_json)


def _done(made: Request, *, as_json: bool) -> None:
    from groeibrief.workflow.requesttexts import outcome_text, request_json

    show(request_json(made), outcome_text(made), as_json=as_json)
