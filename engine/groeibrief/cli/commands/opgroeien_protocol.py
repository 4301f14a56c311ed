"""``groeibrief opgroeien protocol``: a protocol from its application to its end."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from groeibrief.cli.commands.opgroeien_track import track_of, track_options
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import FILE, NEW_PATH, Day
from groeibrief.cli.output import show


@click.group(short_help="Maak en volg protocollen.", cls=DutchGroup)
def protocol() -> None:
    """Maak een protocol op, laat het adviseren, sluit het af en volg zijn termijnen.

    Voorbeeld: groeibrief opgroeien protocol show OPG-2026-0001
    """


@protocol.command()
@click.argument("application", metavar="AANVRAAG", type=FILE)
@click.option("--pdf", type=NEW_PATH, metavar="BESTAND", help="Nieuw PDF-bestand voor de tekst van het protocol.")
@track_options
def new(
    application: Path, pdf: Path | None, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Maak een protocol op uit een ingevulde AANVRAAG (YAML) en de standaardtekst.

    Voorbeeld: groeibrief opgroeien protocol new aanvraag.yaml --pdf protocol.pdf
    """
    track = track_of(state, project)
    record = track.new(application, track.actor(account))
    drawn = track.draw_up(record.id, pdf) if pdf else None
    text = f"Protocol {record.id} is opgemaakt." + (f" De tekst staat in {pdf}." if pdf else "")
    show({**track.row(record), "pdf_sha256": drawn}, text, as_json=as_json)


@protocol.command("list")
@track_options
def list_all(account: str | None, state: Path | None, project: Path | None, as_json: bool) -> None:
    """Toon alle protocollen.

    Voorbeeld: groeibrief opgroeien protocol list
    """
    rows = track_of(state, project).rows()
    lines = [f"{row['protocol']}  {row['toestand_naam']:<26} {row['bestuur']}: {row['titel']}" for row in rows]
    show({"protocollen": rows}, "\n".join(lines) or "Er zijn nog geen protocollen.", as_json=as_json)


@protocol.command("show")
@click.argument("name", metavar="PROTOCOL")
@click.option("--pdf", type=NEW_PATH, metavar="BESTAND", help="Schrijf ook de tekst van het protocol als PDF.")
@track_options
def show_one(
    name: str, pdf: Path | None, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Toon een protocol: waar het staat, welke termijnen lopen, wat er gebeurde.

    Voorbeeld: groeibrief opgroeien protocol show OPG-2026-0001
    """
    track = track_of(state, project)
    told = track.shown(name)
    if pdf:
        told["pdf_sha256"] = track.draw_up(name, pdf)
    deadlines = [deadline.text for deadline in track.deadlines(track.protocols.get(name))]
    show(told, _text(told, deadlines), as_json=as_json)


def _text(told: dict[str, Any], deadlines: list[str]) -> str:
    content = told["inhoud"]
    term = content["looptijd"]
    lines = [
        f"{told['protocol']}: {told['titel']}",
        f"Bestuur:   {told['bestuur']} ({told['kbo']}), NIS {', '.join(told['nis'])}",
        f"Doeleinde: {content['doeleinde']['categorie']}; {content['doeleinde']['voordeel']}",
        f"Looptijd:  {term['van']} tot en met {term['tot_en_met']}, {content['periodiciteit']}",
        f"Toestand:  {told['toestand_naam']}",
    ]
    lines += [f"Termijn:   {deadline}" for deadline in deadlines]
    for advice in told["adviezen"]:
        verdict = "gunstig" if advice["gunstig"] else "ongunstig"
        conditions = f"; voorwaarden: {advice['voorwaarden']}" if advice["voorwaarden"] else ""
        lines.append(f"Advies:    DPO van {advice['partij']}: {verdict}{conditions}")
    if keys := told["sleutels"]:
        lines.append(f"Sleutels:  {keys['vingerafdruk']} ({'bevestigd' if keys['bevestigd'] else 'NIET bevestigd'})")
    if answer := told["antwoord"]:
        lines.append(f"Antwoord:  lijst {answer['ronde']}, peildatum {answer['peildatum']}, {answer['rijen']} rijen")
        lines += [f"STOP:      {stop}" for stop in answer["stops"]]
    lines += ["", *(f"{each['wanneer']}  {each['wie']:<14} {each['daad']}" for each in told["geschiedenis"])]
    return "\n".join(lines)


@protocol.command()
@click.argument("name", metavar="PROTOCOL")
@click.option("--decision", type=FILE, required=True, metavar="PDF", help="Het collegebesluit.")
@click.option("--reference", required=True, metavar="TEKST", help="Nummer of titel van het besluit.")
@click.option("--date", "day", type=Day(), required=True, metavar="DATUM", help="Dag van het besluit.")
@track_options
def attach(
    name: str,
    decision: Path,
    reference: str,
    day: date,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Voeg het collegebesluit toe.

    Voorbeeld: groeibrief opgroeien protocol attach OPG-2026-0001 --decision b.pdf --reference CB-12 --date 2026-01-12
    """
    track = track_of(state, project)
    digest = track.attach(name, decision, reference, day, track.actor(account))
    show({"protocol": name, "besluit": digest}, f"Het besluit is toegevoegd (SHA-256 {digest[:16]}…).", as_json=as_json)


@protocol.command()
@click.argument("name", metavar="PROTOCOL")
@click.option("--of", "party", type=click.Choice(("opgroeien", "bestuur")), required=True, help="Wiens DPO adviseert.")
@click.option("--positive/--negative", "positive", required=True, help="Gunstig of ongunstig.")
@click.option("--conditions", default="", metavar="TEKST", help="Voorwaarden bij het advies.")
@click.option("--reference", required=True, metavar="TEKST", help="Nummer of titel van het advies.")
@track_options
def advise(
    name: str,
    party: str,
    positive: bool,
    conditions: str,
    reference: str,
    account: str | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Geef of noteer het advies van een DPO. Beide moeten gunstig zijn.

    Voorbeeld: groeibrief opgroeien protocol advise OPG-2026-0001 --of opgroeien --positive --reference DPO-7
    """
    track = track_of(state, project)
    actor = track.actor(account)
    track.advise(name, party, positive=positive, conditions=conditions, reference=reference, actor=actor)
    row = track.row(track.protocols.get(name))
    show(row, f"Het advies is genoteerd. Toestand: {row['toestand_naam']}.", as_json=as_json)


@protocol.command()
@click.argument("name", metavar="PROTOCOL")
@track_options
def conclude(name: str, account: str | None, state: Path | None, project: Path | None, as_json: bool) -> None:
    """Sluit het protocol af: beide partijen hebben getekend.

    Voorbeeld: groeibrief opgroeien protocol conclude OPG-2026-0001
    """
    track = track_of(state, project)
    record = track.conclude(name, track.actor(account))
    show(track.row(record), f"Protocol {name} is afgesloten. Het bestuur kan zijn lijst bezorgen.", as_json=as_json)


def _ending(
    act: str, name: str, reason: str, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    track = track_of(state, project)
    record = getattr(track, act)(name, reason, track.actor(account))
    row = track.row(record)
    show(row, f"Protocol {name}: {row['toestand_naam']}.", as_json=as_json)


_REASON = click.option("--reason", required=True, metavar="TEKST", help="Waarom; alleen de hash komt in het logboek.")


@protocol.command()
@click.argument("name", metavar="PROTOCOL")
@_REASON
@track_options
def withdraw(
    name: str, reason: str, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Trek het protocol in. Een antwoord dat klaarstaat, wordt gewist en gaat niet meer weg.

    Voorbeeld: groeibrief opgroeien protocol withdraw OPG-2026-0001 --reason 'op vraag van het bestuur'
    """
    _ending("withdraw", name, reason, account, state, project, as_json)


@protocol.command()
@click.argument("name", metavar="PROTOCOL")
@_REASON
@track_options
def release(
    name: str, reason: str, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Laat een gestopt antwoord toch doorgaan. Dat beslist de DPO van Opgroeien.

    Voorbeeld: groeibrief opgroeien protocol release OPG-2026-0001 --reason 'het bestuur fuseert'
    """
    _ending("release", name, reason, account, state, project, as_json)


@protocol.command()
@click.argument("name", metavar="PROTOCOL")
@_REASON
@track_options
def drop(name: str, reason: str, account: str | None, state: Path | None, project: Path | None, as_json: bool) -> None:
    """Verwerp de ontvangen lijst en wis ze. Het bestuur kan een andere bezorgen.

    Voorbeeld: groeibrief opgroeien protocol drop OPG-2026-0001 --reason 'verkeerd bestand'
    """
    _ending("drop_list", name, reason, account, state, project, as_json)


@protocol.command()
@click.argument("name", metavar="PROTOCOL")
@click.option("--out", type=NEW_PATH, required=True, metavar="BESTAND", help="Nieuw PDF-bestand.")
@track_options
def attest(name: str, out: Path, account: str | None, state: Path | None, project: Path | None, as_json: bool) -> None:
    """Maak het attest voor het subsidiedossier: protocol, datum en doel, zonder personen.

    Voorbeeld: groeibrief opgroeien protocol attest OPG-2026-0001 --out attest.pdf
    """
    digest = track_of(state, project).attest(name, out)
    show({"protocol": name, "sha256": digest, "bestand": str(out)}, f"Het attest staat in {out}.", as_json=as_json)


@protocol.group(short_help="Registreer en bevestig de sleutels van een bestuur.", cls=DutchGroup)
def keys() -> None:
    """Registreer de publieke sleutels van een bestuur, en bevestig ze met de vingerafdruk die het voorleest.

    Voorbeeld: groeibrief opgroeien protocol keys show OPG-2026-0001
    """


@keys.command("register")
@click.argument("name", metavar="PROTOCOL")
@click.option("--age", type=FILE, required=True, metavar="BESTAND", help="Publieke age-sleutel van het bestuur.")
@click.option(
    "--signing", type=FILE, required=True, metavar="BESTAND", help="Publieke Ed25519-sleutel van het bestuur."
)
@track_options
def register(
    name: str, age: Path, signing: Path, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Registreer de publieke sleutels van het bestuur. Nieuwe sleutels vervangen de vorige.

    Voorbeeld: groeibrief opgroeien protocol keys register OPG-2026-0001 --age gemeente.pub --signing gemeente-teken.pub
    """
    track = track_of(state, project)
    made = track.register_keys(name, age, signing, track.actor(account))
    text = (
        f"De sleutels zijn geregistreerd. Laat een collega het bestuur bellen, op een nummer dat u al kende; het "
        f"bestuur leest zijn vingerafdruk voor: {made.fingerprint}"
    )
    show({"protocol": name, "vingerafdruk": made.fingerprint, "bevestigd": False}, text, as_json=as_json)


@keys.command("confirm")
@click.argument("name", metavar="PROTOCOL")
@click.option("--fingerprint", required=True, metavar="TEKST", help="De vingerafdruk zoals het bestuur ze voorlas.")
@track_options
def confirm(
    name: str, fingerprint: str, account: str | None, state: Path | None, project: Path | None, as_json: bool
) -> None:
    """Bevestig de sleutels met de vingerafdruk die het bestuur voorlas. Dat doet een ander dan wie ze registreerde.

    Voorbeeld: groeibrief opgroeien protocol keys confirm OPG-2026-0001 --fingerprint '0123 …'
    """
    track = track_of(state, project)
    made = track.confirm_keys(name, fingerprint, track.actor(account))
    show(
        {"protocol": name, "vingerafdruk": made.fingerprint, "bevestigd": True},
        "De sleutels zijn bevestigd.",
        as_json=as_json,
    )


@keys.command("show")
@click.argument("name", metavar="PROTOCOL")
@track_options
def show_keys(name: str, account: str | None, state: Path | None, project: Path | None, as_json: bool) -> None:
    """Toon de sleutels van een protocol.

    Voorbeeld: groeibrief opgroeien protocol keys show OPG-2026-0001
    """
    found = track_of(state, project).keys(name)
    told = {"vingerafdruk": found.fingerprint, "bevestigd": found.confirmed, "age": found.age} if found else None
    text = "Er zijn nog geen sleutels." if found is None else f"{found.fingerprint}\n{found.age}"
    show({"protocol": name, "sleutels": told}, text, as_json=as_json)
