"""Standard audiences: a municipality picks one and fills it in; ``rules/standaard`` holds the published ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog import Catalogue, Project
from groeibrief.documents import Scalar
from groeibrief.language.definition import Binding, Definition
from groeibrief.language.loading import Document
from groeibrief.language.parameters import Parameter, scalar_of

FOLDER = "standaard"


@dataclass(frozen=True, slots=True)
class StandardAudience:
    """What a municipality chooses from: which parameters there are, and what it must still give."""

    doelgroep: str
    titel: str
    parameters: tuple[Parameter, ...]
    asks_municipalities: bool
    asks_reference_date: bool
    needs_dpo: bool
    path: Path


def published(project: Project) -> tuple[Path, ...]:
    """The definitions of the published standard audiences, by name."""
    return definitions(project.rules / FOLDER)


def definitions(folder: Path) -> tuple[Path, ...]:
    """The definitions in a folder, by name: every YAML file that holds no cases."""
    return tuple(sorted(path for path in folder.glob("*.yaml") if not path.name.endswith(".cases.yaml")))


def load_standard(path: Path, catalogue: Catalogue, project: Project) -> StandardAudience | None:
    """Check a definition and return what may be filled in (None: nothing). Raises as :func:`check_definition`."""
    document = Document(path, catalogue, project)
    example = _check(document, catalogue)
    if not document.standard:
        return None
    return StandardAudience(
        example.doelgroep,
        example.titel,
        tuple(document.parameters.values()),
        document.lacks_municipalities,
        document.lacks_reference_date,
        example.needs_dpo,
        path,
    )


def check_definition(path: Path, catalogue: Catalogue, project: Project) -> Definition:
    """Check a definition, a standard audience included: bound to an example, at its defaults and at both ends of each
    parameter. Returns it bound to the example.

    Raises DefinitionError as ``load_definition``.
    """
    return _check(Document(path, catalogue, project), catalogue)


def _check(document: Document, catalogue: Catalogue) -> Definition:
    if not document.standard:
        return document.bind(Binding())
    example = example_binding(document, catalogue)
    definition = document.bind(example)
    for name, text in _ends(document.parameters.values()):
        document.bind(Binding(example.gemeenten, example.peildatum, {**example.parameters, name: text}))
    return definition


def example_binding(document: Document, catalogue: Catalogue) -> Binding:
    """A binding to check with: the day on which the municipalities last changed, the first one of that day, and for a
    parameter without a default its first value.
    """
    day = max(row.van for row in catalogue.municipalities.rows)
    on = day if document.lacks_reference_date else None
    codes = (catalogue.municipalities.valid_on(day)[0].nis,) if document.lacks_municipalities else ()
    chosen = {
        name: _first(parameter, day).text
        for name, parameter in document.parameters.items()
        if parameter.standaard is None
    }
    return Binding(codes, on, chosen)


def _first(parameter: Parameter, day: date) -> Scalar:
    match parameter.soort:
        case "keuze":
            return scalar_of(parameter.waarden[0])
        case "ja_nee":
            return Scalar(True, "ja", False, 1, 1)
    end = parameter.van if parameter.van is not None else parameter.tot_en_met
    if end is not None:
        return scalar_of(end)
    match parameter.soort:
        case "maand":
            return scalar_of(Month.of(day))
        case "schooljaar":
            return scalar_of(SchoolYear.of(day))
        case "datum":
            return scalar_of(day)
    return scalar_of(1)


def _ends(parameters: Iterable[Parameter]) -> Iterator[tuple[str, str]]:
    for parameter in parameters:
        for end in (parameter.van, parameter.tot_en_met):
            if end is not None:
                yield parameter.naam, scalar_of(end).text
        for option in parameter.waarden:
            yield parameter.naam, option
