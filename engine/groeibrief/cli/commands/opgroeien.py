"""``groeibrief opgroeien``: the list track, for Opgroeien's case handlers and DPO."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from groeibrief.cli.commands.opgroeien_counter import count, facts, serve
from groeibrief.cli.commands.opgroeien_protocol import protocol
from groeibrief.cli.commands.opgroeien_track import track_of, track_options
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import FILE, FOLDER, NEW_PATH, Day, snapshot_options
from groeibrief.cli.output import progress, show

if TYPE_CHECKING:
    from groeibrief.workflow.opgroeienlists import Compared

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group(short_help="Beantwoord lijsten van gemeenten onder protocol.", cls=DutchGroup)
def opgroeien() -> None:
    """Volg protocollen van de piste Opgroeien: een lijst nummers komt binnen, per kind gaat één antwoord terug.

    Voorbeeld: groeibrief opgroeien protocol list
    """


opgroeien.add_command(protocol)
opgroeien.add_command(serve)
opgroeien.add_command(count)
opgroeien.add_command(facts)


def identity_option(command: Command) -> Command:
    """``--key``."""
    return click.option(
        "--key", "identity", type=FILE, required=True, metavar="BESTAND", help="Geheime age-sleutel van Opgroeien."
    )(command)


@opgroeien.command()
@click.argument("name", metavar="PROTOCOL")
@click.argument("sealed", metavar="[LIJST]", type=FILE, required=False)
@click.option("--signature", type=FILE, metavar="BESTAND", help="Handtekening. Standaard LIJST.sig.")
@identity_option
@click.option("--column", metavar="NAAM", help="Opschrift of volgnummer van de kolom met de nummers.")
@click.option("--report", type=NEW_PATH, metavar="BESTAND",
              help="Waar het verzegelde foutenverslag komt. Standaard naast de lijst.")  # fmt: skip
@track_options
def receive(
    name: str,
    sealed: Path | None,
    signature: Path | None,
    identity: Path,
    column: str | None,
    report: Path | None,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Neem een verzegelde en ondertekende LIJST in, en kijk elke rij na. Zonder LIJST: die in het loket wacht.

    Voorbeeld: groeibrief opgroeien receive OPG-2026-0001 lijst.csv.age --key opgroeien.key
    """
    from groeibrief.workflow.opgroeienlists import receive_list, receive_waiting

    track = track_of(state, project)
    actor = track.actor(account)
    if sealed is None:
        made = receive_waiting(track, name, identity, actor, column=column)
    else:
        beside = signature or sealed.with_name(f"{sealed.name}.sig")
        made = receive_list(track, name, sealed, beside, identity, actor, column=column, report=report)
    found = made.found
    lines = [
        f"Lijst {made.number} van {name}: {found.rows} rijen, {len(found.numbers)} juiste nummers.",
        f"Fouten: {len(found.faults)}.",
    ]
    if made.report and sealed is None:
        lines.append("Het bestuur haalt het verzegelde verslag in het loket af.")
    elif made.report:
        lines.append(f"Bezorg het bestuur het verzegelde verslag {made.report}.")
    show(made.as_json(), "\n".join(lines), as_json=as_json)


@opgroeien.command()
@click.argument("name", metavar="PROTOCOL")
@click.option("--snapshot", type=FOLDER, required=True, metavar="MAP", help="De snapshot.")
@click.option("--peildatum", "day", type=Day(), metavar="DATUM", help="Peildatum. Standaard de dag van extractie.")
@identity_option
@snapshot_options
@track_options
def match(
    name: str,
    snapshot: Path,
    day: date | None,
    identity: Path,
    trust: tuple[Path, ...],
    store: Path | None,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Vergelijk de lijst met een snapshot. Het antwoord wordt verzegeld en wacht op een andere behandelaar.

    Voorbeeld: groeibrief opgroeien match OPG-2026-0001 --snapshot snapshot --key opgroeien.key
    """
    from groeibrief.workflow.opgroeienlists import match_list

    track = track_of(state, project, trust, store)
    with progress("Vergelijken") as bar:
        made = match_list(track, name, snapshot, identity, track.actor(account), day=day, progress=bar)
    show(made.as_json(), _compared(made), as_json=as_json)


def _compared(made: Compared) -> str:
    kind = " (synthetisch)" if made.synthetic else ""
    totals = made.totals
    lines = [
        f"Protocol {totals.protocol}, lijst {made.number}, peildatum {made.day}{kind}:",
        f"  rijen                 {totals.rijen:>9}",
        f"  ja                    {totals.ja:>9}",
        f"  nee                   {totals.nee:>9}",
        f"  onbekend              {totals.onbekend:>9}",
        f"  niet in de doelgroep  {totals.niet_in_doelgroep:>9}",
        f"  zonder antwoord       {totals.zonder_antwoord:>9}",
        f"  dubbel                {totals.dubbel:>9}",
        f"  fouten                {totals.fouten:>9}",
    ]
    lines += [f"STOP: {stop}" for stop in made.stops]
    lines.append(
        "Alleen de DPO kan dit laten doorgaan, met 'opgroeien protocol release'."
        if made.stops
        else "Twee behandelaars keuren het goed; een andere dan wie vergeleek, levert het met 'opgroeien answer'."
    )
    return "\n".join(lines)


@opgroeien.command()
@click.argument("name", metavar="PROTOCOL")
@click.option(
    "--out",
    type=NEW_PATH,
    metavar="MAP",
    help="Nieuwe map voor het verzegelde antwoord. Standaard het loket, waar het bestuur het afhaalt.",
)
@click.option("--sign-key", "key", type=FILE, required=True, metavar="BESTAND",
              help="Geheime sleutel van Opgroeien om te ondertekenen.")  # fmt: skip
@track_options
def answer(
    name: str,
    out: Path | None,
    key: Path,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Lever het antwoord, één keer, en wis de werkgegevens. Dat doet een ander dan wie de lijst vergeleek.

    Voorbeeld: groeibrief opgroeien answer OPG-2026-0001 --out antwoord --sign-key teken.key
    """
    from groeibrief.workflow.opgroeienlists import answer_list

    track = track_of(state, project)
    made = answer_list(track, name, out, key, track.actor(account))
    where = f"in {made.folder}" if out else "in het loket, om één keer af te halen"
    text = (
        f"Het antwoord staat verzegeld {where}; alleen het bestuur kan het openen. De werkgegevens zijn "
        f"gewist; het bewijs is {made.proof}."
    )
    show(made.as_json(), text, as_json=as_json)


@opgroeien.command()
@click.argument("name", metavar="PROTOCOL")
@track_options
def approve(name: str, account: str | None, state: Path | None, project: Path | None, as_json: bool) -> None:
    """Keur het antwoord goed dat klaarstaat, nadat u de totalen nakeek. Twee behandelaars doen dat.

    Voorbeeld: groeibrief opgroeien approve OPG-2026-0001
    """
    track = track_of(state, project)
    given = track.approve(name, track.actor(account))
    text = f"Goedgekeurd door {', '.join(given)}."
    show({"protocol": name, "goedgekeurd_door": list(given)}, text, as_json=as_json)


@opgroeien.command()
@click.argument("name", metavar="PROTOCOL")
@click.option("--receipt", type=FILE, metavar="BESTAND", help="Ontvangstbewijs: de handtekening van het bestuur.")
@track_options
def close(
    name: str, receipt: Path | None, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Beëindig een beantwoord protocol, met het ontvangstbewijs van het bestuur: dat van het loket telt ook.

    Voorbeeld: groeibrief opgroeien close OPG-2026-0001 --receipt ontvangst.sig
    """
    from groeibrief.workflow.opgroeienlists import close_protocol

    track = track_of(state, project)
    record = close_protocol(track, name, receipt, track.actor(account))
    show(track.row(record), f"Protocol {name} is beëindigd.", as_json=as_json)


@opgroeien.group("account", short_help="Beheer de accounts van Opgroeien.", cls=DutchGroup)
def accounts() -> None:
    """Beheer wie bij Opgroeien protocollen behandelt. Deze accounts staan los van die van VUTG.

    Voorbeeld: groeibrief opgroeien account add jan --rol behandelaar
    """


@accounts.command("add")
@click.argument("new", metavar="ACCOUNT")
@click.option("--rol", type=click.Choice(("behandelaar", "dpo")), required=True, help="Behandelaar of DPO.")
@track_options
def add_account(
    new: str, rol: str, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Voeg een account toe. Dat doet een beheerder van de computer.

    Voorbeeld: groeibrief opgroeien account add jan --rol behandelaar
    """
    made = track_of(state, project).add_account(new, rol)
    show({"account": made.account, "rol": made.role.value}, f"Account {made.account} is toegevoegd.", as_json=as_json)


@accounts.command("close")
@click.argument("old", metavar="ACCOUNT")
@track_options
def close_account(old: str, account: str | None, state: Path | None, project: Path | None, as_json: bool) -> None:
    """Sluit een account, voorgoed.

    Voorbeeld: groeibrief opgroeien account close jan
    """
    track_of(state, project).close_account(old)
    show({"account": old, "gesloten": True}, f"Account {old} is gesloten.", as_json=as_json)
