"""``groeibrief serve``: the portal for municipalities and analysts."""

from __future__ import annotations

from contextlib import suppress
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path

import click

from groeibrief.cli.options import FILE, FOLDER, project_option, settings, snapshot_options, state_option
from groeibrief.cli.output import progress
from groeibrief.errors import UsageError


@click.command()
@click.option("--snapshot", type=FOLDER, required=True, metavar="MAP", help="Map van de snapshot.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADRES", help="Adres waarop geluisterd wordt.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, metavar="POORT",
              help="Poort waarop geluisterd wordt.")  # fmt: skip
@click.option("--proxy", "proxies", multiple=True, metavar="ADRES",
              help="IP-adres of netwerk van de proxy die TLS doet. Standaard deze machine. Mag meermaals.")  # fmt: skip
@click.option("--demo", is_flag=True, help="Met verzonnen accounts, alleen op een synthetische snapshot.")
@click.option("--aanmelden", "sign_in_file", type=FILE, metavar="BESTAND",
              help="Instellingen van het gebruikersbeheer. Zonder is alleen het openbare deel open.")  # fmt: skip
@snapshot_options
@state_option
@project_option
def serve(
    snapshot: Path,
    host: str,
    port: int,
    proxies: tuple[str, ...],
    demo: bool,
    sign_in_file: Path | None,
    trust: tuple[Path, ...],
    store: Path | None,
    state: Path | None,
    project: Path | None,
) -> None:
    """Start het portaal voor gemeenten en analisten.

    Voorbeeld: groeibrief serve --demo --snapshot demo-uit/snapshot
    """
    require_web()
    for proxy in proxies:
        _check_network(proxy)
    require_one_sign_in(demo, sign_in_file)
    from groeibrief.portal.application import create_app
    from groeibrief.portal.serving import THIS_MACHINE
    from groeibrief.portal.serving import serve as serve_app
    from groeibrief.portal.site import SignIn
    from groeibrief.workflow.office import open_office
    from groeibrief.workflow.previewing import Preview

    used = settings(trust, store, state)
    office = open_office(used, project, demo=demo)
    with progress("Snapshot openen") as bar:
        preview = Preview(office.project, snapshot, used, bar)
        preview.warm_up()
    sign_in: SignIn | None = None
    if demo:
        from groeibrief.portal.demo import DemoSignIn

        sign_in = DemoSignIn(office, synthetic=preview.synthetic)
    elif sign_in_file:
        from groeibrief.portal.signin import ProviderSignIn, authorities_of, load_provider, read_secret

        provider = load_provider(sign_in_file)
        sign_in = ProviderSignIn(provider, authorities_of(office), secret=read_secret(provider, sign_in_file))
    # Without TLS before it, as on this machine alone, a browser keeps no secure cookie.
    secure = not demo and not (sign_in_file and provider.adres.startswith("http://"))
    app = create_app(preview, office, sign_in=sign_in, secure=secure)

    def started(address: str) -> None:
        click.echo(f"Het portaal staat klaar op {address}. Stop met Ctrl-C.")

    serve_app(app, host, port, started, proxies or THIS_MACHINE)


def require_web() -> None:
    """Raise UsageError (E217) unless what serves pages is installed."""
    if find_spec("uvicorn") is None or find_spec("starlette") is None:
        raise UsageError("E217", "Het portaal is niet geïnstalleerd. Installeer het: pip install 'groeibrief[web]'.")


def require_one_sign_in(demo: bool, sign_in_file: Path | None) -> None:
    """Raise UsageError (E767) where invented accounts and real ones are asked for at once."""
    if demo and sign_in_file:
        raise UsageError("E767", "Kies: --demo met verzonnen accounts, of --aanmelden met echte. Niet allebei.")


def _check_network(written: str) -> None:
    """Raise UsageError (E268) unless it is an address or a network, and not everyone's."""
    with suppress(ValueError):
        if ip_network(written).prefixlen:
            return
    raise UsageError("E268", f"'{written}' is geen IP-adres of netwerk van een proxy. Schrijf bijvoorbeeld 192.0.2.10.")
