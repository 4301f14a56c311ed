"""``groeibrief ledger``: verify, show and export what was done."""

from __future__ import annotations

from pathlib import Path

import click

from groeibrief.artefacts import new_file
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import NEW_PATH, json_option, settings, state_option
from groeibrief.cli.output import show
from groeibrief.errors import RefusedError
from groeibrief.workflow.recording import ledger_of


@click.group(short_help="Controleer en toon het logboek.", cls=DutchGroup)
def ledger() -> None:
    """Kijk het logboek na en toon wat er gedaan is. Er staan geen personen in.

    Voorbeeld: groeibrief ledger verify
    """


@ledger.command()
@state_option
@json_option
def verify(state: Path | None, as_json: bool) -> int:
    """Kijk na of er niets veranderd, verwijderd of verplaatst is.

    Voorbeeld: groeibrief ledger verify --state /var/lib/groeibrief
    """
    verdict = ledger_of(settings(state=state)).verify()
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
