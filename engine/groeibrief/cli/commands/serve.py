"""``groeibrief serve``: the portal for municipalities and analysts."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from groeibrief.cli.options import FOLDER, project_option, settings, snapshot_options, state_option
from groeibrief.cli.output import progress
from groeibrief.errors import UsageError


@click.command()
@click.option("--snapshot", type=FOLDER, required=True, metavar="MAP", help="Map van de snapshot.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADRES", help="Adres waarop geluisterd wordt.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, metavar="POORT",
              help="Poort waarop geluisterd wordt.")  # fmt: skip
@click.option("--demo", is_flag=True, help="Met verzonnen accounts, alleen op een synthetische snapshot.")
@snapshot_options
@state_option
@project_option
def serve(
    snapshot: Path,
    host: str,
    port: int,
    demo: bool,
    trust: tuple[Path, ...],
    store: Path | None,
    state: Path | None,
    project: Path | None,
) -> None:
    """Start het portaal voor gemeenten en analisten.

    Voorbeeld: groeibrief serve --demo --snapshot demo-uit/snapshot
    """
    if find_spec("uvicorn") is None or find_spec("starlette") is None:
        raise UsageError("E217", "Het portaal is niet geïnstalleerd. Installeer het: pip install 'groeibrief[web]'.")
    from groeibrief.catalog import find_project
    from groeibrief.portal.application import create_app
    from groeibrief.portal.demo import DemoSignIn
    from groeibrief.portal.serving import serve as serve_app
    from groeibrief.workflow.previewing import Preview

    with progress("Snapshot openen") as bar:
        preview = Preview(find_project(chosen=project), snapshot, settings(trust, store, state), bar)
    app = create_app(preview, sign_in=DemoSignIn(synthetic=preview.synthetic) if demo else None, secure=not demo)
    serve_app(app, host, port, lambda address: click.echo(f"Het portaal staat klaar op {address}. Stop met Ctrl-C."))
