"""``groeibrief audience``: check, describe, test and explain a definition."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from groeibrief.catalog import Catalogue, Project, find_project, load_catalogue
from groeibrief.cli.group import DutchGroup
from groeibrief.cli.options import (
    FILE,
    FILE_OR_FOLDER,
    FOLDER,
    NEW_PATH,
    Command,
    bind,
    binding_options,
    json_option,
    project_option,
    settings,
    snapshot_options,
    state_option,
)
from groeibrief.cli.output import print_json, progress, show
from groeibrief.errors import DefinitionError, Finding
from groeibrief.language.definition import Binding, Definition

_IDS_IN_JSON = 100


def _files(command: Command) -> Command:
    return click.argument("files", metavar="BESTAND…", type=FILE, nargs=-1, required=True)(command)


def _file(command: Command) -> Command:
    return click.argument("file", metavar="BESTAND", type=FILE)(command)


def _snapshot(command: Command) -> Command:
    return click.option("--snapshot", type=NEW_PATH, required=True, metavar="MAP", help="De snapshot.")(command)


@click.group(short_help="Controleer en beschrijf doelgroepen.", cls=DutchGroup)
def audience() -> None:
    """Kijk een definitie van een doelgroep na, beschrijf ze in gewoon Nederlands, test ze en leg ze uit.

    Voorbeeld: groeibrief audience check rules/torhout-hulp-bij-schooltoeslag.yaml
    """


@audience.command()
@_files
@project_option
@json_option
def check(files: tuple[Path, ...], project: Path | None, as_json: bool) -> None:
    """Kijk definities en gevallen na zonder gegevens te lezen, en zeg alles wat er fout is in één keer.

    Voorbeeld: groeibrief audience check rules/*.yaml
    """
    from groeibrief.language.cases import SUFFIX, load_cases
    from groeibrief.language.standard import check_definition

    projects = _Projects(project)
    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    faults: list[DefinitionError] = []
    for file in files:
        try:
            where, catalogue = projects.of(file)
            if file.name.endswith(SUFFIX):
                cases = load_cases(file, catalogue)
                rows.append({"bestand": str(file), "doelgroep": cases.doelgroep, "gevallen": len(cases.cases)})
                lines.append(f"{file}: in orde, {len(cases.cases)} gevallen.")
            else:
                definition = check_definition(file, catalogue, where)
                rows.append(_checked(file, definition))
                dpo = " Deze doelgroep vraagt ook de goedkeuring van de DPO." if definition.needs_dpo else ""
                lines.append(f"{file}: in orde.{dpo}")
        except DefinitionError as error:
            faults.append(error)
    if faults:
        every = dict.fromkeys(finding for error in faults for finding in error.findings)
        raise DefinitionError(faults[0].code, list(every))
    show({"geldig": True, "bestanden": rows}, "\n".join(lines), as_json=as_json)


def _checked(file: Path, definition: Definition) -> dict[str, Any]:
    return {
        "bestand": str(file),
        "doelgroep": definition.doelgroep,
        "titel": definition.titel,
        "voorwaarden": definition.voorwaarden,
        "definitie": definition.definitie,
        "vraagt_dpo": definition.needs_dpo,
    }


@audience.command()
@_file
@binding_options
@project_option
@json_option
def describe(
    file: Path,
    gemeenten: tuple[str, ...],
    peildatum: date | None,
    parameters: tuple[str, ...],
    project: Path | None,
    as_json: bool,
) -> None:
    """Beschrijf een doelgroep volledig, in een tekst om te ondertekenen.

    Een standaarddoelgroep die u niet invult, krijgt een voorbeeld.

    Voorbeeld: groeibrief audience describe rules/torhout-hulp-bij-schooltoeslag.yaml
    """
    from groeibrief.language.description import describe as describe_definition
    from groeibrief.language.loading import Document
    from groeibrief.language.standard import check_definition

    where, catalogue = _Projects(project).of(file)
    document, binding = Document(file, catalogue, where), bind(gemeenten, peildatum, parameters)
    example = document.standard and binding == Binding()
    definition = check_definition(file, catalogue, where) if example else document.bind(binding)
    text = describe_definition(definition, catalogue).rstrip("\n")
    answer = {**_checked(file, definition), "voorbeeld": example, "tekst": text}
    note = "Deze standaarddoelgroep is nog niet ingevuld: hieronder staat ze met een voorbeeld.\n\n" if example else ""
    show(answer, note + text, as_json=as_json)


@audience.command()
@project_option
@json_option
def schema(project: Path | None, as_json: bool) -> None:
    """Schrijf het JSON Schema van een definitie, voor editors.

    Voorbeeld: groeibrief audience schema > doelgroep.schema.json
    """
    from groeibrief.language.schema import json_schema

    print_json(json_schema(load_catalogue(find_project(chosen=project))))


@audience.command("test")
@_files
@project_option
@json_option
def test_(files: tuple[Path, ...], project: Path | None, as_json: bool) -> int:
    """Voer de gevallen naast elke definitie uit, op beide engines. Exitcode 3 als er één niet uitkomt.

    Voorbeeld: groeibrief audience test rules/torhout-hulp-bij-schooltoeslag.yaml
    """
    from groeibrief.engines.analysis.casetest import run_cases
    from groeibrief.language.cases import SUFFIX, cases_path, load_cases
    from groeibrief.language.loading import load_definition

    projects, reports = _Projects(project), []
    with progress("Testen") as bar:
        definitions = dict.fromkeys(file.with_name(f"{_bare(file.name, SUFFIX)}.yaml") for file in files)
        for number, definition in enumerate(definitions):
            bar(definition.name, number, len(definitions))
            path = cases_path(definition)
            if not path.is_file():
                raise DefinitionError("E371", Finding(f"Er zijn nog geen gevallen: schrijf {path}.", str(definition)))
            where, catalogue = projects.of(definition)
            cases = load_cases(path, catalogue)
            question = load_definition(definition, catalogue, where, cases.binding).question
            reports.append(run_cases(cases, question, catalogue))
    passed = all(report.passed for report in reports)
    warnings = [warning for report in reports for warning in report.warnings]
    answer = {
        "geldig": passed,
        "gevallen": [row for report in reports for row in report.as_json()],
        "waarschuwingen": warnings,
    }
    lines = [*(report.text() for report in reports), *(f"Let op: {warning}" for warning in warnings)]
    show(answer, "\n".join(lines), as_json=as_json)
    return 0 if passed else DefinitionError.exit_code


@audience.command()
@_file
@_snapshot
@binding_options
@snapshot_options
@project_option
@json_option
def sql(
    file: Path,
    snapshot: Path,
    gemeenten: tuple[str, ...],
    peildatum: date | None,
    parameters: tuple[str, ...],
    trust: tuple[Path, ...],
    store: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Toon de SQL waarmee een doelgroep geteld wordt.

    Voorbeeld: groeibrief audience sql rules/torhout-hulp-bij-schooltoeslag.yaml --snapshot proef
    """
    from groeibrief.workflow import explaining
    from groeibrief.workflow.definitions import read_bound

    bound = read_bound(file, bind(gemeenten, peildatum, parameters), project)
    with progress("Voorbereiden") as bar:
        statement, source = explaining.sql(bound, snapshot, settings(trust, store), bar)
    answer = {"sql": statement, "voorwaarden": bound.definition.voorwaarden, **source.as_json()}
    show(answer, f"-- {source}\n{statement.rstrip()}", as_json=as_json)


@audience.command()
@_file
@_snapshot
@binding_options
@snapshot_options
@state_option
@project_option
@json_option
def attrition(
    file: Path,
    snapshot: Path,
    gemeenten: tuple[str, ...],
    peildatum: date | None,
    parameters: tuple[str, ...],
    trust: tuple[Path, ...],
    store: Path | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Toon hoeveel gezinnen en kinderen na elke voorwaarde overblijven. Exact, alleen voor het agentschap.

    Voorbeeld: groeibrief audience attrition rules/torhout-hulp-bij-schooltoeslag.yaml --snapshot proef
    """
    from groeibrief.workflow import explaining
    from groeibrief.workflow.definitions import read_bound

    bound = read_bound(file, bind(gemeenten, peildatum, parameters), project)
    with progress("Tellen") as bar:
        found, source = explaining.attrition(bound, snapshot, settings(trust, store, state), bar)
    text = f"{bound.definition.titel}\nExact, alleen voor het agentschap; {source}.\n\n{found.text()}"
    show({**found.as_json(), **source.as_json()}, text, as_json=as_json)


@audience.command()
@_file
@_snapshot
@click.option("--dossier", type=int, metavar="N", help="Het dossier om uit te leggen.")
@click.option("--kind", "child", type=int, metavar="N", help="Het kind om uit te leggen.")
@click.option("--suppression", type=FOLDER, metavar="MAP", help="Map met ondertekende lijsten: verzet en beschermd.")
@click.option("--earlier", type=FOLDER, multiple=True, metavar="MAP",
              help="Vroegere selectie van dezelfde aanvraag: wie daarin staat, krijgt geen tweede brief.")  # fmt: skip
@binding_options
@snapshot_options
@state_option
@project_option
@json_option
def explain(
    file: Path,
    snapshot: Path,
    dossier: int | None,
    child: int | None,
    suppression: Path | None,
    earlier: tuple[Path, ...],
    gemeenten: tuple[str, ...],
    peildatum: date | None,
    parameters: tuple[str, ...],
    trust: tuple[Path, ...],
    store: Path | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Leg voorwaarde per voorwaarde uit waarom een dossier of kind in of uit de doelgroep valt. Wordt opgetekend.

    Voorbeeld: groeibrief audience explain rules/zaventem-grote-gezinnen.yaml --snapshot proef --dossier 100001
    """
    from groeibrief.workflow import explaining
    from groeibrief.workflow.definitions import read_bound

    bound = read_bound(file, bind(gemeenten, peildatum, parameters), project)
    with progress("Uitleggen") as bar:
        found = explaining.explain(
            bound,
            snapshot,
            settings(trust, store, state),
            dossier=dossier,
            child=child,
            letters=explaining.Letters(suppression, earlier),
            progress=bar,
        )
    text = f"{bound.definition.titel}\nAlleen voor het agentschap; {found.source}.\n\n{found.text()}"
    show(found.as_json(), text, as_json=as_json)


@audience.command()
@_file
@_snapshot
@click.option("--to", "other", type=FILE_OR_FOLDER, required=True, metavar="MAP|BESTAND",
              help="Een andere snapshot (map), of een andere versie van de definitie (bestand).")  # fmt: skip
@click.option("--ids", type=click.IntRange(0), metavar="N",
              help=f"Toon hoogstens N dossiers of kinderen; met --json standaard {_IDS_IN_JSON}.")  # fmt: skip
@binding_options
@snapshot_options
@state_option
@project_option
@json_option
def diff(
    file: Path,
    snapshot: Path,
    other: Path,
    ids: int | None,
    gemeenten: tuple[str, ...],
    peildatum: date | None,
    parameters: tuple[str, ...],
    trust: tuple[Path, ...],
    store: Path | None,
    state: Path | None,
    project: Path | None,
    as_json: bool,
) -> None:
    """Toon wie erbij komt en wie afvalt tussen twee snapshots, of twee versies van de definitie, en waardoor.

    Voorbeeld: groeibrief audience diff rules/zaventem-grote-gezinnen.yaml --snapshot november --to december
    """
    from groeibrief.workflow import explaining
    from groeibrief.workflow.definitions import read_bound

    binding = bind(gemeenten, peildatum, parameters)
    bound = read_bound(file, binding, project)
    after = (
        (bound, other) if other.is_dir() else (read_bound(other, _fitting(other, binding, project), project), snapshot)
    )
    with progress("Vergelijken") as bar:
        found, sources = explaining.difference((bound, snapshot), after, settings(trust, store, state), bar)
    most = ids if ids is not None else _IDS_IN_JSON if as_json else 0
    text = f"{bound.definition.titel}\nExact, alleen voor het agentschap.\n\n{found.text(most)}"
    synthetic = any(source.synthetic for source in sources)
    snapshots = [source.snapshot for source in sources]
    show({**found.as_json(most), "snapshots": snapshots, "synthetisch": synthetic}, text, as_json=as_json)


def _bare(name: str, suffix: str) -> str:
    """The name of a definition, given its own file or the one with its cases."""
    return name.removesuffix(suffix) if name.endswith(suffix) else Path(name).stem


class _Projects:
    """The project of each file, its catalogue read once."""

    def __init__(self, chosen: Path | None) -> None:
        self._chosen = chosen
        self._catalogues: dict[Path, Catalogue] = {}

    def of(self, file: Path) -> tuple[Project, Catalogue]:
        project = find_project(file, self._chosen)
        if project.root not in self._catalogues:
            self._catalogues[project.root] = load_catalogue(project)
        return project, self._catalogues[project.root]


def _fitting(file: Path, binding: Binding, project: Path | None) -> Binding:
    """The binding for the other version: a definition that is fixed takes none."""
    from groeibrief.language.loading import Document

    where, catalogue = _Projects(project).of(file)
    return binding if Document(file, catalogue, where).standard else Binding()
