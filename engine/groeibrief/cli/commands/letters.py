"""``groeibrief letters``: check a template, look at it, and render the letters of a selection."""

from __future__ import annotations

from pathlib import Path

import click

from groeibrief.catalog import find_project, load_catalogue
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import FOLDER, NEW_PATH, json_option, project_option, settings, state_option
from groeibrief.cli.output import progress, show
from groeibrief.errors import DefinitionError


@click.group(short_help="Controleer sjablonen en maak brieven.", cls=DutchGroup)
def letters() -> None:
    """Kijk een briefsjabloon na, bekijk het, en maak de brieven van een selectie.

    Voorbeeld: groeibrief letters preview informatiebrief --out voorbeeld.png
    """


@letters.command()
@click.argument("names", metavar="SJABLOON…", nargs=-1)
@project_option
@json_option
def check(names: tuple[str, ...], project: Path | None, as_json: bool) -> int:
    """Kijk een of meer SJABLONEN na: velden, plaats, verplichte zinnen. Zonder naam: alle.

    Voorbeeld: groeibrief letters check informatiebrief
    """
    from groeibrief.workflow.templates import check_template, template_names

    found = find_project(chosen=project)
    catalogue = load_catalogue(found)
    findings = {name: check_template(found, name, catalogue) for name in names or template_names(found)}
    lines = []
    for name, faults in findings.items():
        lines.append(f"{name}: in orde." if not faults else f"{name}: {len(faults)} bevindingen.")
        lines += [f"  {fault}" for fault in faults]
    answer = {
        "geldig": not any(findings.values()),
        "sjablonen": [
            {"sjabloon": name, "bevindingen": [fault.as_json() for fault in faults]}
            for name, faults in findings.items()
        ],
    }
    show(answer, "\n".join(lines), as_json=as_json)
    return DefinitionError.exit_code if any(findings.values()) else 0


@letters.command()
@click.argument("name", metavar="SJABLOON")
@click.option("--out", type=NEW_PATH, metavar="BESTAND", help="PNG-bestand. Standaard SJABLOON.png.")
@click.option("--dpi", type=click.IntRange(40, 300), default=110, show_default=True, help="Punten per duim.")
@click.option("--zones", is_flag=True, help="Teken ook het venster en de zones.")
@project_option
@json_option
def preview(name: str, out: Path | None, dpi: int, zones: bool, project: Path | None, as_json: bool) -> None:
    """Maak een beeld van een SJABLOON met een verzonnen gezin.

    Voorbeeld: groeibrief letters preview hulp-bij-schooltoeslag --out brief.png
    """
    from groeibrief.workflow.templates import preview_template

    path = out or Path(f"{name}.png")
    pages = preview_template(find_project(chosen=project), name, path, dpi=dpi, zones=zones)
    show(
        {"sjabloon": name, "bestand": str(path), "paginas": pages},
        f"Het voorbeeld van {name} ({pages} pagina's, verzonnen gezin) staat in {path}.",
        as_json=as_json,
    )


@letters.command()
@click.argument("selection", metavar="SELECTIE", type=FOLDER)
@click.option("--sequence", type=click.IntRange(1), required=True, metavar="N", help="Volgnummer van de brief.")
@click.option("--out", type=NEW_PATH, required=True, metavar="BESTAND", help="Nieuw PDF-bestand.")
@state_option
@project_option
@json_option
def archive(selection: Path, sequence: int, out: Path, state: Path | None, project: Path | None, as_json: bool) -> None:
    """Maak de archiefkopie van één brief van een SELECTIE: dezelfde brief, toegankelijk en voor lange bewaring.

    Voorbeeld: groeibrief letters archive selectie --sequence 12 --out brief-12.pdf
    """
    from groeibrief.workflow.mailing import archive_letter

    made = archive_letter(selection, sequence, out, settings(state=state), project=project)
    answer = {"bestand": str(out), "paginas": made.paginas, "bytes": made.bytes, "sha256": made.sha256}
    show(answer, f"De archiefkopie van brief {sequence} ({made.paginas} pagina's) staat in {out}.", as_json=as_json)


@letters.command()
@click.argument("selection", metavar="SELECTIE", type=FOLDER)
@click.option("--out", type=NEW_PATH, required=True, metavar="MAP", help="Nieuwe map voor de brieven.")
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, metavar="N",
              help="Aantal processen; het resultaat is altijd hetzelfde.")  # fmt: skip
@state_option
@project_option
@json_option
def render(selection: Path, out: Path, processes: int, state: Path | None, project: Path | None, as_json: bool) -> None:
    """Maak alle brieven van een SELECTIE. De map MAP bevat persoonsgegevens.

    Voorbeeld: groeibrief letters render selectie --out brieven
    """
    from groeibrief.workflow.mailing import render_letters

    with progress("Brieven maken") as bar:
        made = render_letters(selection, out, settings(state=state), project=project, processes=processes, progress=bar)
    files = [
        {"bestand": batch.bestand, "brieven": len(batch.stukken), "paginas": batch.paginas, "sha256": batch.sha256}
        for batch in made.bestanden
    ]
    kind = " (synthetisch)" if made.synthetisch else ""
    amount = "1 bestand" if len(files) == 1 else f"{len(files)} bestanden"
    text = f"{made.brieven} brieven{kind}, {made.paginas} pagina's in {amount}; ze staan in {out}."
    answer = {
        "brieven": made.brieven,
        "paginas": made.paginas,
        "bestanden": files,
        "synthetisch": made.synthetisch,
        "uit": str(out),
    }
    show(answer, text, as_json=as_json)
