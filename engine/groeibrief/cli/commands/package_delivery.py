"""The commands of ``groeibrief package`` around the proof and the post: approve, deposit, test."""

from __future__ import annotations

from pathlib import Path

import click

from groeibrief.cli.group import DutchCommand
from groeibrief.cli.options import FILE, FOLDER, NEW_PATH, json_option, project_option, settings, state_option
from groeibrief.cli.output import show
from groeibrief.errors import UsageError
from groeibrief.workflow import packaging


def trust_option(command: click.decorators.FC) -> click.decorators.FC:
    """``--trust``, of a package."""
    return click.option(
        "--trust", type=FILE, multiple=True, envvar="GROEIBRIEF_TRUST", metavar="BESTAND",
        help="Publieke sleutel van VUTG. Mag meermaals.",
    )(command)  # fmt: skip


def summary(made: packaging.PackageSummary) -> str:
    """A package in one sentence."""
    manifest = made.manifest
    kind = " (test)" if made.ticket.test else " (synthetisch)" if manifest.synthetisch else ""
    control = made.ticket.totalen.controlebrieven
    counted = f" (waarvan {control} controlebrieven)" if control else ""
    return (
        f"Opdracht {manifest.opdracht}{kind}: {manifest.stukken} stukken{counted}, {manifest.paginas} pagina's, "
        f"{manifest.vellen} vellen. Staat in {made.path}."
    )


def remarks(made: packaging.PackageSummary) -> list[str]:
    """What to know about a package: its waves, its proof, and what the post asks."""
    ticket = made.ticket
    lines = []
    if len(ticket.golven) > 1:
        for wave in ticket.golven:
            day = f" op {wave.afgifte_op:%d/%m/%Y}" if wave.afgifte_op else ""
            lines.append(f"Golf {wave.golf}{day}: {wave.stukken} stukken.")
    if ticket.proef_vereist:
        pieces = f"{len(ticket.proef)} stukken" if len(ticket.proef) > 1 else "1 stuk"
        lines.append(f"Proef vereist: {pieces} (proef.csv). Druk de rest pas na de getekende goedkeuring van VUTG.")
    return lines + [f"Let op: {warning}" for warning in ticket.port.waarschuwingen]


@click.command(cls=DutchCommand, short_help="Keur de proef van een pakket goed.")
@click.argument("path", metavar="PAKKET", type=FOLDER)
@click.option("--key", type=FILE, required=True, metavar="BESTAND", help="Geheime sleutel van VUTG om te ondertekenen.")
@click.option("--out", type=NEW_PATH, default=Path("goedkeuring.json"), show_default=True, metavar="BESTAND",
              help="Nieuw bestand voor de goedkeuring; de handtekening komt ernaast (.sig).")  # fmt: skip
@trust_option
@state_option
@json_option
def approve(path: Path, key: Path, out: Path, trust: tuple[Path, ...], state: Path | None, as_json: bool) -> None:
    """Keur de gedrukte proef van een PAKKET goed: de drukkerij mag dan de hele oplage van precies dit pakket drukken.

    Voorbeeld: groeibrief package approve opdracht.pakket --key vutg.key --out goedkeuring.json
    """
    from groeibrief.workflow import delivery

    made = delivery.approve(path, out, sign_key=key, trust=trust, settings=settings(state=state))
    answer = {
        "opdracht": made.opdracht,
        "manifest_sha256": made.manifest_sha256,
        "ondertekenaar": made.ondertekenaar,
        "bestand": str(out),
        "handtekening": f"{out}.sig",
    }
    text = (
        f"De proef van opdracht {made.opdracht} is goedgekeurd door {made.ondertekenaar}. Bezorg de drukkerij {out} en "
        f"{out}.sig."
    )
    show(answer, text, as_json=as_json)


@click.command(cls=DutchCommand, short_help="Maak de portolijst van opdrachten die samen afgegeven worden.")
@click.argument("paths", metavar="PAKKET…", type=FOLDER, nargs=-1, required=True)
@click.option("--key", type=FILE, required=True, metavar="BESTAND", help="Geheime age-sleutel van de drukkerij.")
@click.option("--out", type=NEW_PATH, required=True, metavar="BESTAND", help="Nieuw CSV-bestand.")
@trust_option
@project_option
@json_option
def deposit(
    paths: tuple[Path, ...], key: Path, out: Path, trust: tuple[Path, ...], project: Path | None, as_json: bool
) -> None:
    """Tel de stukken van PAKKETTEN met dezelfde --deposit samen tot één portolijst.

    Voorbeeld: groeibrief package deposit a.pakket b.pakket --trust vutg.pub --key drukkerij.key --out afgifte.csv
    """
    from groeibrief.workflow import delivery

    if not trust:
        raise UsageError("E203", "Geef met --trust de publieke sleutel van VUTG.")
    made = delivery.deposit(paths, out, identity=key, trust=trust, project=project)
    kind = " (synthetisch)" if made.synthetic else ""
    jobs = f"{len(made.jobs)} opdrachten" if len(made.jobs) > 1 else "1 opdracht"
    lines = [f"Afgifte {made.name}{kind}: {jobs}, {made.pieces} stukken. De portolijst staat in {out}."]
    lines += [f"Let op: {warning}" for warning in made.warnings]
    show(made.as_json() | {"uit": str(out)}, "\n".join(lines), as_json=as_json)


@click.command(cls=DutchCommand, short_help="Maak een testpakket zonder persoonsgegevens.")
@click.argument("name", metavar="SJABLOON")
@click.option("--out", type=NEW_PATH, required=True, metavar="MAP", help="Nieuwe map voor het pakket.")
@click.option("--recipient", "recipients", type=FILE, multiple=True, required=True, metavar="BESTAND",
              help="Publieke age-sleutel van de drukkerij. Mag meermaals.")  # fmt: skip
@click.option("--key", type=FILE, required=True, metavar="BESTAND", help="Geheime sleutel van VUTG om te ondertekenen.")
@click.option("--pieces", type=click.IntRange(1, 2000), default=24, show_default=True, metavar="N",
              help="Aantal brieven.")  # fmt: skip
@project_option
@json_option
def test(
    name: str,
    out: Path,
    recipients: tuple[Path, ...],
    key: Path,
    pieces: int,
    project: Path | None,
    as_json: bool,
) -> None:
    """Maak van een SJABLOON een volledig pakket met verzonnen gezinnen, om de drukstraat te proberen.

    Voorbeeld: groeibrief package test informatiebrief --out test.pakket --recipient drukkerij.pub --key vutg.key
    """
    from groeibrief.workflow.trial import trial_package

    made = trial_package(name, out, pieces=pieces, recipients=recipients, sign_key=key, project=project)
    show(made.as_json(), summary(made), as_json=as_json)


COMMANDS = (approve, deposit, test)
