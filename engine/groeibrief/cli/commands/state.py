"""``groeibrief state``: backup of everything that is kept, and its return."""

from __future__ import annotations

from pathlib import Path

import click

from groeibrief.cli.commands.casework import office_of
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import FOLDER, NEW_PATH, json_option, settings, state_option
from groeibrief.cli.output import show
from groeibrief.errors import UsageError


@click.group(short_help="Maak een reservekopie van de toestand, of zet er een terug.", cls=DutchGroup)
def state() -> None:
    """Bewaar het logboek, de dossiers en de telbeurten elders, terwijl er gewerkt wordt.

    Voorbeeld: groeibrief state backup --out kopie
    """


@state.command()
@click.option("--out", type=NEW_PATH, required=True, metavar="MAP", help="Nieuwe map voor de reservekopie.")
@state_option
@json_option
def backup(out: Path, state: Path | None, as_json: bool) -> None:
    """Maak een reservekopie. Selecties, brieven en pakketten zitten er niet in.

    Voorbeeld: groeibrief state backup --out kopie
    """
    from groeibrief.workflow.backup import back_up

    made = back_up(office_of(state, None), out)
    show(made.as_json(), f"{made.files} bestanden staan in {made.folder}.", as_json=as_json)


@state.command()
@click.argument("folder", metavar="MAP", type=FOLDER)
@click.option("--out", type=NEW_PATH, required=True, metavar="MAP", help="Nieuwe map voor de toestand.")
@json_option
def restore(folder: Path, out: Path, as_json: bool) -> None:
    """Zet de reservekopie in MAP terug, in een nieuwe map.

    Voorbeeld: groeibrief state restore kopie --out staat
    """
    from groeibrief.workflow.backup import restore as put_back

    made = put_back(folder, out)
    text = f"{made.files} bestanden van {made.made} staan in {made.folder}. Gebruik ze met --state {made.folder}."
    show(made.as_json(), text, as_json=as_json)


@state.command("sign-out")
@click.argument("account", metavar="ACCOUNT", required=False)
@click.option("--all", "everyone", is_flag=True, help="De sessies van iedereen.")
@state_option
@json_option
def sign_out(account: str | None, everyone: bool, state: Path | None, as_json: bool) -> None:
    """Beëindig de sessies van ACCOUNT in het portaal, of die van iedereen. Dat werkt meteen, ook terwijl het draait.

    Voorbeeld: groeibrief state sign-out --all --state /var/lib/groeibrief
    """
    if (account is None) == (not everyone):
        raise UsageError("E267", "Kies: één account, of iedereen met --all.")
    from datetime import UTC, datetime

    from groeibrief.portal.sessions import Sessions

    ended = Sessions.in_state(settings(state=state).state, lambda: datetime.now(UTC)).revoke(account)
    show({"beeindigd": ended}, f"{ended} sessies beëindigd.", as_json=as_json)
