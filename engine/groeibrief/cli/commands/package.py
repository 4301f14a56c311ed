"""``groeibrief package``: seal letters for the print shop; verify and open a package there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from groeibrief.cli.commands import package_aftercare, package_delivery
from groeibrief.cli.commands.package_delivery import remarks, summary, trust_option
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import FILE, FOLDER, NEW_PATH, Day, json_option, project_option, settings, state_option
from groeibrief.cli.output import show
from groeibrief.errors import RefusedError, UsageError
from groeibrief.workflow import packaging


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
@click.option("--insert", "inserts", multiple=True, metavar="NAAM=GRAM",
              help="Wat bij elke brief in de omslag gaat. Standaard zoals de brieven gemaakt zijn.")  # fmt: skip
@click.option("--posting-date", "post_on", type=Day(), metavar="DATUM", help="Dag van afgifte, of van de eerste golf.")
@click.option("--per-week", type=click.IntRange(1), metavar="N",
              help="Hoogstens zoveel brieven per week. Standaard zoals de brieven gemaakt zijn.")  # fmt: skip
@click.option("--deposit", metavar="NAAM", help="Naam van een afgifte die kleine opdrachten samen haalt.")
@state_option
@project_option
@json_option
def make(
    letters: Path,
    out: Path,
    recipients: tuple[Path, ...],
    key: Path,
    job_id: str | None,
    inserts: tuple[str, ...],
    post_on: date | None,
    per_week: int | None,
    deposit: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Verzegel de map BRIEVEN tot een pakket voor de drukkerij.

    De drukkerij drukt eerst alleen de proef; keur die goed met 'package approve'.

    Voorbeeld: groeibrief package make brieven --out opdracht.pakket --recipient drukkerij.pub --key vutg.key
    """
    from groeibrief.workflow.delivery import Delivery, insert_of

    made = packaging.pack(
        letters,
        out,
        recipients=recipients,
        sign_key=key,
        job_id=job_id,
        delivery=Delivery(tuple(insert_of(text) for text in inserts) or None, post_on, per_week, deposit),
        project=project,
        settings=settings(state=state),
    )
    show(made.as_json(), "\n".join((summary(made), *remarks(made))), as_json=as_json)


@package.command()
@click.argument("path", metavar="PAKKET", type=NEW_PATH)
@click.option("--key", type=FILE, metavar="BESTAND", help="Geheime age-sleutel van de drukkerij; zonder: open deel.")
@click.option("--approval", type=FILE, metavar="BESTAND", help="De goedkeuring van de proef (goedkeuring.json).")
@trust_option
@json_option
def verify(path: Path, key: Path | None, approval: Path | None, trust: tuple[Path, ...], as_json: bool) -> int:
    """Kijk een PAKKET na: zonder sleutel het open deel, met sleutel alles, met --approval ook de goedkeuring.

    Voorbeeld: groeibrief package verify opdracht.pakket --trust vutg.pub
    """
    report = packaging.verify_package(path, trust, key, approval)
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
        if report.approved:
            lines.append("De proef is goedgekeurd: de hele oplage mag gedrukt worden.")
        elif report.proof_required:
            lines.append("De proef is nog niet goedgekeurd: druk alleen de stukken van proef.csv.")
    show(report.as_json(), "\n".join(lines), as_json=as_json)
    return 0 if report.valid else RefusedError.exit_code


@package.command("open")
@click.argument("path", metavar="PAKKET", type=NEW_PATH)
@click.option("--out", type=NEW_PATH, required=True, metavar="MAP", help="Nieuwe map voor de inhoud.")
@click.option("--key", type=FILE, required=True, metavar="BESTAND", help="Geheime age-sleutel van de drukkerij.")
@click.option("--memory", type=NEW_PATH, metavar="MAP",
              help="Map die onthoudt wat geopend is: geen opdracht gaat een tweede keer open.")  # fmt: skip
@trust_option
@json_option
def open_(path: Path, out: Path, key: Path, memory: Path | None, trust: tuple[Path, ...], as_json: bool) -> None:
    """Kijk een PAKKET helemaal na en schrijf de inhoud in MAP.

    Voorbeeld: groeibrief package open opdracht.pakket --trust vutg.pub --key drukkerij.key --out opdracht
    """
    if not trust:
        raise UsageError("E203", "Geef met --trust de publieke sleutel van VUTG.")
    opened = packaging.open_package(path, out, key, trust, memory)
    show(opened.as_json(), "\n".join((summary(opened), *remarks(opened))), as_json=as_json)


for _command in (*package_aftercare.COMMANDS, *package_delivery.COMMANDS):
    package.add_command(_command)
