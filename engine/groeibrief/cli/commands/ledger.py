"""``groeibrief ledger``: verify, show and export what was done."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO

import click

from groeibrief.artefacts import new_file
from groeibrief.cli.commands.casework import office_of, office_options, viewer_of
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import FILE, NEW_PATH, json_option, settings, state_option
from groeibrief.cli.output import show
from groeibrief.errors import RefusedError, UsageError
from groeibrief.workflow.recording import check_checkpoint, ledger_of, renew_key, write_checkpoint


@click.group(short_help="Controleer en toon het logboek.", cls=DutchGroup)
def ledger() -> None:
    """Kijk het logboek na en toon wat er gedaan is. Er staan geen personen in.

    Voorbeeld: groeibrief ledger verify
    """


@ledger.command()
@click.option("--checkpoint", type=FILE, metavar="BESTAND", help="Een ondertekend controlepunt, elders bewaard.")
@click.option("--trust", type=FILE, multiple=True, envvar="GROEIBRIEF_TRUST", metavar="BESTAND",
              help="Publieke sleutel van wie het controlepunt tekende. Mag meermaals.")  # fmt: skip
@state_option
@json_option
def verify(checkpoint: Path | None, trust: tuple[Path, ...], state: Path | None, as_json: bool) -> int:
    """Kijk na of er niets veranderd, verwijderd of verplaatst is.

    Voorbeeld: groeibrief ledger verify --state /var/lib/groeibrief
    """
    found = ledger_of(settings(state=state))
    verdict = found.verify() if checkpoint is None else check_checkpoint(found, checkpoint, trust)
    text = (
        f"Het logboek is gaaf: {verdict.entries} regels."
        if verdict.valid
        else f"Het logboek is NIET gaaf. {verdict.reason} Verwittig de DPO."
    )
    answer = {"geldig": verdict.valid, "regels": verdict.entries, "reden": verdict.reason, "vanaf": verdict.broken}
    show(answer, text, as_json=as_json)
    return 0 if verdict.valid else RefusedError.exit_code


@ledger.command("show")
@state_option
@json_option
def show_entries(state: Path | None, as_json: bool) -> None:
    """Toon alle regels, de oudste eerst.

    Voorbeeld: groeibrief ledger show --json
    """
    entries = ledger_of(settings(state=state)).entries()
    lines = [
        f"{entry.number:>6}  {entry.when}  {entry.who:<12} {entry.role:<9} {entry.act:<16} "
        + " ".join(f"{name}={value[:12]}" for name, value in entry.hashes.items())
        for entry in entries
    ]
    show(
        {"regels": [entry.as_json() for entry in entries]}, "\n".join(lines) or "Het logboek is leeg.", as_json=as_json
    )


@ledger.command()
@click.option("--from", "source", type=FILE, metavar="BESTAND",
              help="Bestand met het dossiernummer. Standaard de standaardinvoer.")  # fmt: skip
@click.option("--grond", "ground", type=click.Choice(("verzoek", "klacht", "datalek")), required=True,
              help="Waarom u kijkt: dat komt in het logboek, het dossier niet.")  # fmt: skip
@click.option(
    "--out", type=NEW_PATH, metavar="BESTAND", help="Nieuw bestand, alleen voor u leesbaar. Standaard het scherm."
)
@office_options
def subject(
    source: Path | None, ground: str, out: Path | None, account: str | None, state: Path | None, project: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Voor de DPO: toon welke brieven naar één gezin gingen en waarom, voor een vraag om inzage (art. 15 AVG).

    Het dossiernummer staat nooit in de opdracht: anderen op de computer zien die. Geef het in een bestand, of met een
    pijp.

    Voorbeeld: groeibrief ledger subject --from dossier.txt --grond verzoek --out inzage.txt
    """
    from groeibrief.workflow.subjectaccess import MOST_BYTES, read_dossier, subject_access

    if source is None and sys.stdin.isatty():
        raise UsageError("E200", "Geef het dossiernummer in een bestand met --from, of met een pijp.")
    data = _read(source.open("rb") if source else sys.stdin.buffer, MOST_BYTES)
    office = office_of(state, project)
    viewer = viewer_of(office, account)
    dossier = read_dossier(data)
    if out is None:
        found = subject_access(office, viewer, dossier, ground)
        show(found.as_json(), found.text(), as_json=as_json)
        return
    # The file first: an answer that cannot be kept was not looked up either.
    with new_file(out) as stream:
        found = subject_access(office, viewer, dossier, ground)
        stream.write((json.dumps(found.as_json(), ensure_ascii=False, indent=2) if as_json else found.text()).encode())
        stream.write(b"\n")
    answer = {"bestand": str(out), "zendingen": len(found.mailed), "gewist": len(found.forgotten)}
    show(answer, f"Het antwoord staat in {out}, alleen leesbaar voor u.", as_json=as_json)


def _read(stream: IO[bytes], most: int) -> bytes:
    """At most one byte more than is accepted, whatever comes."""
    with stream:
        return stream.read(most + 1)


@ledger.command()
@click.option(
    "--out", type=NEW_PATH, required=True, metavar="BESTAND", help="Nieuw bestand; de handtekening komt ernaast."
)
@click.option("--key", type=FILE, required=True, metavar="BESTAND", help="Geheime sleutel om te ondertekenen.")
@state_option
@json_option
def checkpoint(out: Path, key: Path, state: Path | None, as_json: bool) -> None:
    """Onderteken hoever het logboek staat, om elders te bewaren.

    Voorbeeld: groeibrief ledger checkpoint --out punt.json --key vutg.key
    """
    made = write_checkpoint(ledger_of(settings(state=state)), out, key)
    show(
        {**made.as_json(), "bestand": str(out)},
        f"Controlepunt na regel {made.entries} staat in {out}.",
        as_json=as_json,
    )


@ledger.command("new-key")
@state_option
@json_option
def new_key(state: Path | None, as_json: bool) -> None:
    """Geef het hoofd van het logboek een nieuwe sleutel, bijvoorbeeld nadat iemand vertrok die erbij kon.

    Voorbeeld: groeibrief ledger new-key --state /var/lib/groeibrief
    """
    entry = renew_key(settings(state=state))
    text = f"Het hoofd is met een nieuwe sleutel verzegeld; dat staat als regel {entry.number} in het logboek."
    show({"regel": entry.number}, text, as_json=as_json)


@ledger.command()
@click.option("--out", type=NEW_PATH, required=True, metavar="BESTAND", help="Nieuw bestand, één regel JSON per daad.")
@state_option
@json_option
def export(out: Path, state: Path | None, as_json: bool) -> None:
    """Schrijf het logboek weg voor een auditor, om elders te bewaren.

    Voorbeeld: groeibrief ledger export --out logboek.jsonl
    """
    data = ledger_of(settings(state=state)).export()
    with new_file(out) as stream:
        stream.write(data)
    count = data.count(b"\n")
    show({"regels": count, "bestand": str(out)}, f"{count} regels geschreven naar {out}.", as_json=as_json)
