"""``groeibrief package``: seal letters for the print shop; verify and open a package there."""

from __future__ import annotations

from pathlib import Path

import click

from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import FILE, FOLDER, NEW_PATH, json_option, project_option, settings, state_option
from groeibrief.cli.output import show
from groeibrief.errors import RefusedError, UsageError
from groeibrief.workflow import packaging


def _trust_option(command: click.decorators.FC) -> click.decorators.FC:
    return click.option(
        "--trust", type=FILE, multiple=True, envvar="GROEIBRIEF_TRUST", metavar="BESTAND",
        help="Publieke sleutel van VUTG. Mag meermaals.",
    )(command)  # fmt: skip


@click.group(short_help="Maak, open en controleer een pakket voor de drukkerij.", cls=DutchGroup)
def package() -> None:
    """Verzegel brieven voor de drukkerij, en kijk een pakket daar na.

    Voorbeeld: groeibrief package verify opdracht.pakket --trust vutg.pub --key drukkerij.key
    """


@package.command()
@click.argument("letters", metavar="BRIEVEN", type=FOLDER)
@click.option("--out", type=NEW_PATH, required=True, metavar="MAP", help="Nieuwe map voor het pakket.")
@click.option("--recipient", "recipients", type=FILE, multiple=True, required=True, metavar="BESTAND",
              help="Publieke age-sleutel van de drukkerij. Mag meermaals.")  # fmt: skip
@click.option("--key", type=FILE, required=True, metavar="BESTAND", help="Geheime sleutel van VUTG om te ondertekenen.")
@click.option("--job", "job_id", metavar="NUMMER", help="Opdrachtnummer. Standaard afgeleid van de brieven.")
@state_option
@project_option
@json_option
def make(
    letters: Path,
    out: Path,
    recipients: tuple[Path, ...],
    key: Path,
    job_id: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Verzegel de map BRIEVEN tot een pakket voor de drukkerij.

    Voorbeeld: groeibrief package make brieven --out opdracht.pakket --recipient drukkerij.pub --key vutg.key
    """
    made = packaging.pack(
        letters,
        out,
        recipients=recipients,
        sign_key=key,
        job_id=job_id,
        project=project,
        settings=settings(state=state),
    )
    show(made.as_json(), _summary(made), as_json=as_json)


@package.command()
@click.argument("path", metavar="PAKKET", type=NEW_PATH)
@click.option("--key", type=FILE, metavar="BESTAND", help="Geheime age-sleutel van de drukkerij; zonder: open deel.")
@_trust_option
@json_option
def verify(path: Path, key: Path | None, trust: tuple[Path, ...], as_json: bool) -> int:
    """Kijk een PAKKET na: zonder sleutel het open deel, met sleutel alles.

    Voorbeeld: groeibrief package verify opdracht.pakket --trust vutg.pub
    """
    report = packaging.verify_package(path, trust, key)
    kind = " (synthetisch)" if report.synthetic else ""
    if report.manifest is None or not report.valid:
        lines = [f"Pakket {path}{kind} is NIET in orde. Druk niets en verwittig VUTG."]
        lines += [f"- {fault.code}: {fault}" for fault in report.faults]
    else:
        what = "alles nagekeken" if report.opened else "het open deel nagekeken; met --key ook de inhoud"
        lines = [
            f"Pakket {report.manifest.opdracht}{kind} is in orde ({what}): {report.manifest.stukken} stukken, "
            f"{report.manifest.paginas} pagina's. Ondertekend door {report.manifest.ondertekenaar}."
        ]
    show(report.as_json(), "\n".join(lines), as_json=as_json)
    return 0 if report.valid else RefusedError.exit_code


@package.command("open")
@click.argument("path", metavar="PAKKET", type=NEW_PATH)
@click.option("--out", type=NEW_PATH, required=True, metavar="MAP", help="Nieuwe map voor de inhoud.")
@click.option("--key", type=FILE, required=True, metavar="BESTAND", help="Geheime age-sleutel van de drukkerij.")
@_trust_option
@json_option
def open_(path: Path, out: Path, key: Path, trust: tuple[Path, ...], as_json: bool) -> None:
    """Kijk een PAKKET helemaal na en schrijf de inhoud in MAP.

    Voorbeeld: groeibrief package open opdracht.pakket --trust vutg.pub --key drukkerij.key --out opdracht
    """
    if not trust:
        raise UsageError("E203", "Geef met --trust de publieke sleutel van VUTG.")
    opened = packaging.open_package(path, out, key, trust)
    show(opened.as_json(), _summary(opened), as_json=as_json)


def _summary(made: packaging.PackageSummary) -> str:
    manifest = made.manifest
    kind = " (synthetisch)" if manifest.synthetisch else ""
    return (
        f"Opdracht {manifest.opdracht}{kind}: {manifest.stukken} stukken, {manifest.paginas} pagina's, "
        f"{manifest.vellen} vellen. Staat in {made.path}."
    )
