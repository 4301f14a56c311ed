"""``groeibrief desk``: what stands beside requests: accounts, authorities, print shops, objections, breaches."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from groeibrief.cli.commands.casework import office_of, office_options, viewer_of
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import FILE, NEW_PATH, Day, json_option, project_option, snapshot_options, state_option
from groeibrief.cli.output import show
from groeibrief.errors import UsageError

ROLES = ("gemeente", "analist", "dpo", "drukkerij", "opgroeien", "beheerder")


@click.group(short_help="Beheer accounts, besturen, drukkerijen, verzet en datalekken.", cls=DutchGroup)
def desk() -> None:
    """Beheer wat bij alle aanvragen hoort.

    Voorbeeld: groeibrief desk authorities
    """


@desk.command("authority")
@click.argument("kbo", metavar="KBO")
@click.option("--naam", required=True, metavar="TEKST", help="Naam van het bestuur, zoals ze in brieven staat.")
@click.option("--soort", type=click.Choice(("gemeente", "ocmw")), required=True, help="Gemeente of OCMW.")
@click.option("--gemeente", "codes", multiple=True, required=True, metavar="NIS", help="NIS-code. Mag meermaals.")
@click.option("--sinds", "since", type=Day(), required=True, metavar="DATUM", help="Vanaf welke dag.")
@state_option
@project_option
@json_option
def add_authority(
    kbo: str,
    naam: str,
    soort: str,
    codes: tuple[str, ...],
    since: date,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Voeg een bestuur toe.

    Voorbeeld: groeibrief desk authority 0123.456.749 --naam Torhout --soort ocmw --gemeente 31033 --sinds 2019-01-01
    """
    from groeibrief.workflow.office import os_account

    office = office_of(state, project)
    made = office.authorities.add(
        kbo, naam, soort, codes, since, office.catalogue.municipalities, os_account(), office.now()
    )
    show(made.as_json(), f"{made.name} ({made.kbo}) is toegevoegd.", as_json=as_json)


@desk.command("authorities")
@state_option
@json_option
def list_authorities(state: Path | None, as_json: bool) -> None:
    """Toon de besturen.

    Voorbeeld: groeibrief desk authorities
    """
    found = office_of(state, None).authorities.all()
    lines = [f"{each.kbo}  {each.kind:<9} {each.name} ({', '.join(seat.nis for seat in each.seats)})" for each in found]
    answer = {"besturen": [each.as_json() for each in found]}
    show(answer, "\n".join(lines) or "Er zijn nog geen besturen.", as_json=as_json)


@desk.command("account")
@click.argument("name", metavar="NAAM")
@click.option("--rol", "role", type=click.Choice(ROLES), required=True, help="De rol van het account.")
@click.option("--authority", metavar="KBO", help="Het bestuur van een account van een gemeente.")
@state_option
@json_option
def add_account(name: str, role: str, authority: str | None, state: Path | None, as_json: bool) -> None:
    """Voeg een account toe. Een account heeft één rol.

    Voorbeeld: groeibrief desk account analist.een --rol analist
    """
    from groeibrief.workflow.office import Role, os_account

    office = office_of(state, None)
    made = office.accounts.add(name, Role(role), authority, os_account(), office.now())
    show(made.as_json(), f"Het account {made.account} ({role}) is toegevoegd.", as_json=as_json)


@desk.command("accounts")
@state_option
@json_option
def list_accounts(state: Path | None, as_json: bool) -> None:
    """Toon de accounts.

    Voorbeeld: groeibrief desk accounts
    """
    found = office_of(state, None).accounts.all()
    lines = [f"{each.account:<24} {each.role.value:<10}{' gesloten' if each.closed_on else ''}" for each in found]
    answer = {"accounts": [each.as_json() for each in found]}
    show(answer, "\n".join(lines) or "Er zijn nog geen accounts.", as_json=as_json)


@desk.command("close-account")
@click.argument("name", metavar="NAAM")
@state_option
@json_option
def close_account(name: str, state: Path | None, as_json: bool) -> None:
    """Sluit een account, voorgoed.

    Voorbeeld: groeibrief desk close-account analist.een
    """
    from groeibrief.workflow.office import os_account

    office = office_of(state, None)
    office.accounts.close(name, os_account(), office.now())
    show({"account": name, "gesloten": True}, f"Het account {name} is gesloten.", as_json=as_json)


@desk.command("processor")
@click.argument("reference", metavar="REFERENTIE")
@click.option("--naam", required=True, metavar="TEKST", help="Naam van de drukkerij.")
@click.option("--kbo", required=True, metavar="KBO", help="Ondernemingsnummer van de drukkerij.")
@click.option("--recipient", type=FILE, required=True, metavar="BESTAND", help="Publieke age-sleutel van de drukkerij.")
@click.option("--van", "since", type=Day(), required=True, metavar="DATUM", help="Eerste dag.")
@click.option(
    "--tot", "until", type=Day(), required=True, metavar="DATUM", help="Eerste dag waarop ze niet meer geldt."
)
@office_options
def add_processor(
    reference: str,
    naam: str,
    kbo: str,
    recipient: Path,
    since: date,
    until: date,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Registreer de verwerkersovereenkomst met een drukkerij, voor haar sleutel.

    Voorbeeld: groeibrief desk processor VO-1 --naam Druk --kbo 0123.456.749 --recipient druk.pub --van 2026-01-01
    --tot 2028-01-01
    """
    from groeibrief.workflow.office import Processor, fingerprint_of_key

    office = office_of(state, project)
    given = Processor(reference, naam, kbo, fingerprint_of_key(recipient), since, until)
    made = office.processors.register(viewer_of(office, account), given, office.now())
    show(made.as_json(), f"Verwerkersovereenkomst {made.reference} met {made.name} is geregistreerd.", as_json=as_json)


@desk.command("processors")
@state_option
@json_option
def list_processors(state: Path | None, as_json: bool) -> None:
    """Toon de verwerkersovereenkomsten.

    Voorbeeld: groeibrief desk processors
    """
    found = office_of(state, None).processors.all()
    lines = [f"{each.reference:<16} {each.name}: {each.since} tot {each.until}" for each in found]
    answer = {"verwerkers": [each.as_json() for each in found]}
    show(answer, "\n".join(lines) or "Er zijn nog geen verwerkersovereenkomsten.", as_json=as_json)


@desk.command("objection")
@click.argument("file", metavar="BESTAND", type=FILE)
@click.option("--snapshot", type=NEW_PATH, required=True, metavar="MAP", help="De snapshot waarin ze gezocht worden.")
@click.option("--key", type=FILE, required=True, metavar="BESTAND", help="Geheime sleutel van VUTG om te ondertekenen.")
@click.option("--lijst", "kind", type=click.Choice(("verzet", "beschermd")), default="verzet", show_default=True,
              help="Wie geen brieven wil, of wie nooit aangeschreven mag worden.")  # fmt: skip
@snapshot_options
@office_options
def add_objection(
    file: Path,
    snapshot: Path,
    key: Path,
    kind: str,
    trust: tuple[Path, ...],
    store: Path | None,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> int:
    """Zet de mensen in BESTAND (insz, of naam en adres) op een lijst. Vanaf de volgende uitvoering krijgen ze niets.

    Voorbeeld: groeibrief desk objection verzet.csv --snapshot proef --key vutg.key
    """
    from groeibrief.workflow.objections import add_objections

    office = office_of(state, project, trust, store)
    viewer = viewer_of(office, account)
    made = add_objections(office, viewer, file, snapshot, key, kind=kind)
    lines = [f"{made.added} toegevoegd aan de lijst '{kind}', {made.known} stonden er al op."]
    lines += [f"Regel {line}: niemand gevonden. Kijk ze na." for line in made.nobody]
    lines += [f"Regel {line}: meer dan één persoon past. Geef het rijksregisternummer." for line in made.several]
    show(made.as_json(), "\n".join(lines), as_json=as_json)
    return 0 if not made.nobody and not made.several else UsageError.exit_code


@desk.command("breach")
@click.argument("number", metavar="NUMMER")
@click.option("--volgnummer", "sequence", type=int, required=True, metavar="N", help="Volgnummer van de brief.")
@click.option("--vastgesteld", "found", required=True, metavar="MOMENT", help="Wanneer, zoals 2026-01-12T09:30.")
@click.option(
    "--maatregelen", "measures", required=True, metavar="TEKST", help="Wat er gedaan is, zonder persoonsgegevens."
)
@office_options
def open_breach(
    number: str,
    sequence: int,
    found: str,
    measures: str,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Open een datalek over een verkeerd bezorgde brief. De termijn van 72 uur loopt vanaf de vaststelling.

    Voorbeeld: groeibrief desk breach 2026-0001 --volgnummer 7 --vastgesteld 2026-01-12T09:30 --maatregelen gemeld
    """
    office = office_of(state, project)
    viewer = viewer_of(office, account)
    made = office.breaches.open(viewer, number, sequence, _moment(found), measures, office.now())
    hours = office.policy.termijnen.datalek_uren
    told = made.as_json(hours, office.now())
    show(told, f"{made.id} is geopend. Uiterlijk te melden: {told['uiterlijk']}.", as_json=as_json)


@desk.command("breach-step")
@click.argument("name", metavar="LEK")
@click.option("--stap", "step", type=click.Choice(("dpo", "melden", "niet-melden", "gemeld", "sluiten")), required=True,
              help="De DPO is verwittigd, besliste, het is gemeld, of het is klaar.")  # fmt: skip
@office_options
def step_breach(
    name: str, step: str, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Noteer een stap in een datalek. Of het gemeld wordt, beslist de DPO.

    Voorbeeld: groeibrief desk breach-step lek-0001 --stap dpo
    """
    office = office_of(state, project)
    viewer, breaches, now = viewer_of(office, account), office.breaches, office.now()
    match step:
        case "dpo":
            made = breaches.tell_dpo(viewer, name, now)
        case "gemeld":
            made = breaches.report(viewer, name, now)
        case "sluiten":
            made = breaches.close(viewer, name, now)
        case _:
            made = breaches.decide(viewer, name, step, now)
    show(made.as_json(office.policy.termijnen.datalek_uren, now), f"{made.id}: genoteerd.", as_json=as_json)


@desk.command("breaches")
@click.option("--open", "only_open", is_flag=True, help="Alleen wat nog openstaat.")
@office_options
def list_breaches(
    only_open: bool, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Toon de datalekken, met de uren die er nog zijn.

    Voorbeeld: groeibrief desk breaches --open
    """
    office = office_of(state, project)
    found = office.breaches.all(viewer_of(office, account), only_open=only_open)
    rows = [each.as_json(office.policy.termijnen.datalek_uren, office.now()) for each in found]
    lines = [
        f"{row['id']}  aanvraag {row['aanvraag']}, brief {row['volgnummer']}: {_left(row['uren_over'])}" for row in rows
    ]
    show({"datalekken": rows}, "\n".join(lines) or "Er zijn geen datalekken.", as_json=as_json)


def _left(hours: int | None) -> str:
    if hours is None:
        return "afgehandeld"
    return f"nog {hours} uur" if hours >= 0 else f"{-hours} uur te laat"


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("E218", f"'{text}' is geen moment. Schrijf het als 2026-01-12T09:30.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
