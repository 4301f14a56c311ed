"""``groeibrief letters``: check a template, look at it, and render the letters of a selection."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from groeibrief.catalog import find_project, load_catalogue
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import FILE, FOLDER, NEW_PATH, json_option, project_option, settings, state_option
from groeibrief.cli.output import progress, show
from groeibrief.errors import DefinitionError, Finding

if TYPE_CHECKING:
    from groeibrief.workflow.templates import Remark


@click.group(short_help="Controleer sjablonen en maak brieven.", cls=DutchGroup)
def letters() -> None:
    """Kijk een briefsjabloon na, bekijk het, en maak de brieven van een selectie.

    Voorbeeld: groeibrief letters preview informatiebrief --out voorbeeld.png
    """


@letters.command()
@click.argument("names", metavar="[SJABLOON…]", nargs=-1)
@click.option("--definition", type=FILE, metavar="BESTAND",
              help="Kijk ook het aanbod van deze doelgroep na, en de velden die haar sjabloon vraagt.")  # fmt: skip
@project_option
@json_option
def check(names: tuple[str, ...], definition: Path | None, project: Path | None, as_json: bool) -> int:
    """Kijk een of meer SJABLONEN na: velden, plaats, verplichte zinnen, klare taal. Zonder naam: alle.

    Met --definition en zonder naam: het sjabloon van die doelgroep. Een waarschuwing of opmerking over de taal houdt
    niets tegen, een fout wel.

    Voorbeeld: groeibrief letters check informatiebrief
    """
    from groeibrief.workflow.templates import check_templates

    found = find_project(definition, project)
    checked, offer = check_templates(found, names, load_catalogue(found), definition)
    valid = all(each.valid for each in checked) and (offer is None or offer.valid)
    rows, lines = [], []
    for each in checked:
        lines += _told(each.sjabloon, each.bevindingen, each.taal)
        findings = [finding.as_json() for finding in each.bevindingen]
        taal = [remark.as_json() for remark in each.taal]
        rows.append({"sjabloon": each.sjabloon, "bevindingen": findings, "taal": taal})
    answer: dict[str, Any] = {"geldig": valid, "sjablonen": rows}
    if offer is not None:
        lines += _told(f"Aanbod van {offer.doelgroep}", (), offer.taal)
        taal = [remark.as_json() for remark in offer.taal]
        answer["definitie"] = {"bestand": str(offer.bestand), "doelgroep": offer.doelgroep, "taal": taal}
    show(answer, "\n".join(lines), as_json=as_json)
    return 0 if valid else DefinitionError.exit_code


def _told(what: str, findings: tuple[Finding, ...], remarks: tuple[Remark, ...]) -> list[str]:
    """How much was found, and each of it on a line of its own."""
    numbers = Counter(remark.ernst for remark in remarks)
    named = [("bevinding", "bevindingen", len(findings)), ("fout", "fouten", numbers["fout"])]
    named += [("waarschuwing", "waarschuwingen", numbers["waarschuwing"])]
    named += [("opmerking", "opmerkingen", numbers["opmerking"])]
    amounts = ", ".join(f"{number} {one if number == 1 else more}" for one, more, number in named if number)
    good = not findings and not numbers["fout"]
    verdict = "in orde" if good else ""
    heading = f"{what}: {', '.join(part for part in (verdict, amounts) if part)}."
    return [heading, *(f"  {each}" for each in (*findings, *remarks))]


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
@click.option("--per-week", type=click.IntRange(1), metavar="N",
              help="Hoogstens zoveel brieven per week op de post. Standaard volgens het drukwerkbeleid.")  # fmt: skip
@click.option("--insert", "inserts", multiple=True, metavar="NAAM=GRAM",
              help="Wat bij elke brief in de omslag gaat, en zijn gewicht: 'folder A5=8'. Mag meermaals, in volgorde "
                   "van de posten. Standaard volgens het drukwerkbeleid.")  # fmt: skip
@state_option
@project_option
@json_option
def render(
    selection: Path,
    out: Path,
    processes: int,
    per_week: int | None,
    inserts: tuple[str, ...],
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Maak alle brieven van een SELECTIE. De map MAP bevat persoonsgegevens.

    Voorbeeld: groeibrief letters render selectie --out brieven
    """
    from groeibrief.workflow.delivery import insert_of
    from groeibrief.workflow.mailing import render_letters

    with progress("Brieven maken") as bar:
        made = render_letters(
            selection,
            out,
            settings(state=state),
            project=project,
            processes=processes,
            per_week=per_week,
            inserts=tuple(insert_of(text) for text in inserts) or None,
            progress=bar,
        )
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
