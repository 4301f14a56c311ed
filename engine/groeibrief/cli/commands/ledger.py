"""``groeibrief ledger``: verify, show and export what was done."""

from __future__ import annotations

from pathlib import Path

import click

from groeibrief.artefacts import new_file
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import FILE, NEW_PATH, json_option, settings, state_option
from groeibrief.cli.output import show
from groeibrief.errors import RefusedError
from groeibrief.workflow.recording import check_checkpoint, ledger_of, write_checkpoint


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
@click.argument("pseudonym", metavar="PSEUDONIEM")
@state_option
@json_option
def subject(pseudonym: str, state: Path | None, as_json: bool) -> None:
    """Toon wat het logboek over een pseudoniem zegt. Een naam, adres of rijksregisternummer staat er nooit in.

    Voorbeeld: groeibrief ledger subject 0123456789abcdef0123456789abcdef
    """
    entries = ledger_of(settings(state=state)).mentioning(pseudonym)
    lines = [f"{entry.number:>6}  {entry.when}  {entry.act}" for entry in entries]
    answer = {"pseudoniem": pseudonym, "regels": [entry.as_json() for entry in entries], "rechtstreeks": []}
    show(answer, "\n".join(lines) or "Het logboek zegt niets over dit pseudoniem.", as_json=as_json)


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
