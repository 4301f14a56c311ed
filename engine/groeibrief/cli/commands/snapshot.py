"""``groeibrief snapshot``: make, import, verify, prepare and describe a snapshot."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from groeibrief.catalog import find_project, load_catalogue
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import FILE, FOLDER, NEW_PATH, Day, json_option, project_option, settings, snapshot_options
from groeibrief.cli.output import print_json, progress, show
from groeibrief.errors import SnapshotError


@click.group(short_help="Maak en controleer een snapshot.", cls=DutchGroup)
def snapshot() -> None:
    """Maak een synthetische snapshot, lees uittreksels in, kijk een snapshot na en bereid ze voor.

    Voorbeeld: groeibrief snapshot verify snapshot-2025-11
    """


@snapshot.command()
@click.argument("folder", metavar="MAP", type=NEW_PATH)
@click.option(
    "--families", type=click.IntRange(1, 5_000_000), metavar="N", help="Aantal gezinnen; zonder: heel Vlaanderen."
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=1,
    metavar="GETAL",
    show_default=True,
    help="Zelfde getal, zelfde snapshot.",
)
@click.option("--extracted-on", type=Day(), default="2025-11-03", show_default=True, help="Dag van de extractie.")
@click.option("--key", type=FILE, metavar="BESTAND", help="Geheime sleutel om mee te ondertekenen.")
@project_option
@json_option
def synth(
    folder: Path,
    families: int | None,
    seed: int,
    extracted_on: date,
    key: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Maak in MAP een synthetische snapshot: verzonnen gezinnen op ware grootte.

    Voorbeeld: groeibrief snapshot synth proef --families 5000
    """
    from groeibrief.snapshot.synthetic import synthesise

    catalogue = load_catalogue(find_project(chosen=project))
    with progress("Snapshot maken") as bar:
        manifest = synthesise(
            folder, catalogue=catalogue, families=families, seed=seed, extracted_on=extracted_on, key=key, progress=bar
        )
    rows: dict[str, int] = {}
    for entry in manifest.files:
        rows[entry.table] = rows.get(entry.table, 0) + entry.rows
    text = (
        f"Synthetische snapshot {manifest.snapshot_id} staat in {folder}: "
        f"{_number(rows['dossier'])} gezinnen, {_number(sum(rows.values()))} rijen in {len(rows)} tabellen."
    )
    answer = {"snapshot": manifest.snapshot_id, "map": str(folder), "synthetisch": True, "rijen": rows}
    show(answer, text, as_json=as_json)


@snapshot.command("import")
@click.argument("mapping", metavar="BESCHRIJVING", type=FILE)
@click.argument("source", metavar="BRONMAP", type=FOLDER)
@click.argument("folder", metavar="MAP", type=NEW_PATH)
@click.option("--key", type=FILE, required=True, metavar="BESTAND", help="Geheime sleutel om mee te ondertekenen.")
@project_option
@json_option
def import_(mapping: Path, source: Path, folder: Path, key: Path, project: Path | None, as_json: bool) -> None:
    """Lees de uittreksels in BRONMAP in volgens BESCHRIJVING (YAML) en maak er in MAP een snapshot van.

    Voorbeeld: groeibrief snapshot import invoer.yaml uittreksels snapshot-2025-11 --key vutg.key
    """
    from groeibrief.snapshot import import_extract

    catalogue = load_catalogue(find_project(chosen=project))
    with progress("Inlezen") as bar:
        report = import_extract(mapping, source, folder, key, catalogue, progress=bar)
    show(report.as_json(), f"{report.text()}\nDe snapshot staat in {folder}.", as_json=as_json)


@snapshot.command()
@click.argument("folder", metavar="MAP", type=NEW_PATH)
@snapshot_options
@project_option
@json_option
def verify(folder: Path, trust: tuple[Path, ...], store: Path | None, project: Path | None, as_json: bool) -> int:
    """Kijk een snapshot helemaal na: handtekening, bestanden, kolommen en regels.

    Voorbeeld: groeibrief snapshot verify snapshot-2025-11 --trust vutg.pub
    """
    from groeibrief.snapshot import open_snapshot
    from groeibrief.snapshot import verify as verify_snapshot

    catalogue = load_catalogue(find_project(chosen=project))
    try:
        opened = open_snapshot(folder, trust)
    except SnapshotError as error:
        if as_json:
            print_json({"geldig": False, "snapshot": None, "regels": [], **error.as_json()})
            return error.exit_code
        raise
    with progress("Nakijken") as bar:
        report = verify_snapshot(opened, catalogue, bar)
    show(report.as_json(), report.text(), as_json=as_json)
    return 0 if report.valid else SnapshotError.exit_code


@snapshot.command()
@click.argument("folder", metavar="MAP", type=NEW_PATH)
@snapshot_options
@project_option
@json_option
def prepare(folder: Path, trust: tuple[Path, ...], store: Path | None, project: Path | None, as_json: bool) -> None:
    """Kijk een snapshot na en bereid ze voor, zodat tellen snel gaat. Gebeurt anders bij de eerste telling.

    Voorbeeld: groeibrief snapshot prepare snapshot-2025-11
    """
    from groeibrief.workflow.intake import take_in

    catalogue = load_catalogue(find_project(chosen=project))
    with progress("Voorbereiden") as bar:
        prepared = take_in(folder, settings(trust, store), catalogue, bar)
    kind = " (synthetisch)" if prepared.synthetic else ""
    answer = {"snapshot": prepared.id, "synthetisch": prepared.synthetic, "voorbereid": str(prepared.root)}
    show(answer, f"Snapshot {prepared.id}{kind} is voorbereid in {prepared.root}.", as_json=as_json)


@snapshot.command()
@click.argument("folder", metavar="MAP", type=NEW_PATH)
@snapshot_options
@json_option
def info(folder: Path, trust: tuple[Path, ...], store: Path | None, as_json: bool) -> None:
    """Toon wat een snapshot bevat en wie ze ondertekende.

    Voorbeeld: groeibrief snapshot info snapshot-2025-11
    """
    from groeibrief.snapshot import info as describe
    from groeibrief.snapshot import info_text, open_snapshot

    opened = open_snapshot(folder, trust)
    show(describe(opened), info_text(opened), as_json=as_json)


def _number(number: int) -> str:
    return f"{number:,}".replace(",", ".")
