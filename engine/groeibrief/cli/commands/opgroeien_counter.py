"""``groeibrief opgroeien serve|count|register``: the counter, the count beforehand, and what the register may know."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from groeibrief.cli.commands.opgroeien_track import track_of, track_options
from groeibrief.cli.commands.serve import require_one_sign_in, require_web
from groeibrief.cli.options import (
    FILE,
    FOLDER,
    NEW_PATH,
    Day,
    json_option,
    project_option,
    settings,
    snapshot_options,
    state_option,
)
from groeibrief.cli.output import progress, show

if TYPE_CHECKING:
    from groeibrief.portal.site import SignIn


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADRES", help="Adres waarop geluisterd wordt.")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, metavar="POORT",
              help="Poort waarop geluisterd wordt.")  # fmt: skip
@click.option("--demo", is_flag=True, help="Met verzonnen accounts en protocollen, in een map van hun eigen.")
@click.option("--aanmelden", "sign_in_file", type=FILE, metavar="BESTAND",
              help="Instellingen van het gebruikersbeheer. Zonder is alleen het openbare deel open.")  # fmt: skip
@state_option
@project_option
def serve(
    host: str, port: int, demo: bool, sign_in_file: Path | None, state: Path | None, project: Path | None
) -> None:
    """Start het loket van Opgroeien: voor besturen met een protocol, behandelaars en de DPO. Los van het portaal.

    Voorbeeld: groeibrief opgroeien serve --demo --state proef-loket
    """
    require_web()
    require_one_sign_in(demo, sign_in_file)
    from groeibrief.portal.opgroeien.application import create_counter_app, demo_sign_in
    from groeibrief.portal.serving import serve as serve_app
    from groeibrief.workflow.opgroeienloket import Counter

    counter = Counter(track_of(state, project))
    sign_in: SignIn | None = None
    plain = demo
    if demo:
        sign_in = demo_sign_in(counter)
    elif sign_in_file:
        from groeibrief.portal.identity import AT_COUNTER
        from groeibrief.portal.signin import ProviderSignIn, load_provider, read_secret

        provider = load_provider(sign_in_file)
        secret = read_secret(provider, sign_in_file)
        sign_in = ProviderSignIn(provider, counter.authority, secret=secret, roles=AT_COUNTER)
        # Without TLS before it, as on this machine alone, a browser keeps no secure cookie.
        plain = provider.adres.startswith("http://")
    app = create_counter_app(counter, sign_in=sign_in, secure=not plain)
    serve_app(app, host, port, lambda address: click.echo(f"Het loket staat klaar op {address}. Stop met Ctrl-C."))


@click.command()
@click.option("--snapshot", type=FOLDER, required=True, metavar="MAP", help="De snapshot.")
@click.option("--gemeente", "codes", multiple=True, required=True, metavar="NIS", help="NIS-code. Mag meermaals.")
@click.option("--peildatum", "day", type=Day(), required=True, metavar="DATUM", help="Peildatum.")
@click.option("--van", "first", type=int, default=0, show_default=True, metavar="JAAR", help="Leeftijd, vanaf.")
@click.option(
    "--tot-en-met", "last", type=int, default=25, show_default=True, metavar="JAAR", help="Leeftijd, tot en met."
)
@snapshot_options
@state_option
@project_option
@json_option
def count(
    snapshot: Path,
    codes: tuple[str, ...],
    day: date,
    first: int,
    last: int,
    trust: tuple[Path, ...],
    store: Path | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Tel vooraf, zoals het bestuur het ziet: over hoeveel kinderen zou een protocol gaan? Gratis, met telbeurten.

    De telling gebeurt bij VUTG, met de bescherming en de telbeurten die voor elke gemeente gelden.

    Voorbeeld: groeibrief opgroeien count --gemeente 31033 --peildatum 2025-11-01 --snapshot snapshot
    """
    from groeibrief.workflow.opgroeiencounts import count_for

    with progress("Tellen") as bar:
        bound, answer, synthetic = count_for(
            snapshot, settings(trust, store, state), codes, day, (first, last), project, bar
        )
    kind = " (synthetisch)" if synthetic else ""
    text = f"{bound.definition.titel}{kind}\n{answer.text()}"
    show({**answer.as_json(), "synthetisch": synthetic}, text, as_json=as_json)


@click.command("register")
@click.option(
    "--out", type=NEW_PATH, required=True, metavar="BESTAND", help="Waar de feiten komen; vervangt een vorig."
)
@click.option("--sign-key", "key", type=FILE, metavar="BESTAND",
              help="Geheime sleutel van Opgroeien om te ondertekenen. Het register van VUTG vraagt dat.")  # fmt: skip
@track_options
def facts(
    out: Path, key: Path | None, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Schrijf wat het openbare register van VUTG mag weten: welk bestuur, hoe ver, op welke dag.

    Voorbeeld: groeibrief opgroeien register --out feiten.json --sign-key opgroeien-teken.key
    """
    from groeibrief.workflow.opgroeienregister import write_facts

    number = write_facts(track_of(state, project), out, key)
    show({"bestand": str(out), "feiten": number}, f"{number} feiten staan in {out}.", as_json=as_json)
