"""Reading the catalogue from a project's folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.catalog.consistency import source_findings
from groeibrief.catalog.gazetteer import read_municipalities
from groeibrief.catalog.model import Municipality, Parameter, Source
from groeibrief.catalog.municipalities import Municipalities
from groeibrief.catalog.project import Project
from groeibrief.catalog.records import finding_at, place, read_record
from groeibrief.documents import Node, read_yaml
from groeibrief.errors import DefinitionError, Finding

SOURCES = "bronnen"
PARAMETERS = "parameters.yaml"
MUNICIPALITIES = "gemeenten.csv"


@dataclass(frozen=True)
class Catalogue:
    """The whole catalogue, read once. ``version`` is a hash of its content (12 hexadecimal digits)."""

    version: str
    sources: dict[str, Source]
    parameters: tuple[Parameter, ...]
    municipalities: Municipalities


def load_catalogue(project: Project) -> Catalogue:
    """Read and check ``catalog/``. Raises DefinitionError with file, line and column, all findings at once.

    E310 a source, E311 the parameters, E312 the municipalities, E313 no sources at all, E301 and E302 as
    :func:`read_yaml`; with findings in several places the code is the first one's.
    """
    reading = _Reading(project)
    sources = reading.sources()
    parameters = reading.parameters()
    municipalities = reading.municipalities()
    if reading.findings:
        raise DefinitionError(reading.findings[0][0], [finding for _, finding in reading.findings])
    return Catalogue(
        version=_version(project),
        sources={source.bron: source for source in sorted(sources, key=lambda source: (source.volgorde, source.bron))},
        parameters=parameters,
        municipalities=Municipalities(municipalities),
    )


def _version(project: Project) -> str:
    files = [
        *sorted((project.catalog / SOURCES).glob("*.yaml")),
        *map(project.catalog.joinpath, (PARAMETERS, MUNICIPALITIES)),
    ]
    return sha256_bytes(canonical_json([[path.name, sha256_bytes(path.read_bytes())] for path in files]))[:12]


@dataclass(frozen=True)
class _Parameters:
    """The content of ``parameters.yaml``."""

    parameters: tuple[Parameter, ...]


class _Reading:
    """One reading of the folder, gathering what is wrong."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.findings: list[tuple[str, Finding]] = []

    def _shown(self, path: Path) -> str:
        return path.relative_to(self._project.root).as_posix()

    def _report(self, code: str, *findings: Finding) -> None:
        self.findings.extend((code, finding) for finding in findings)

    def _document(self, path: Path) -> Node | None:
        try:
            return read_yaml(path, shown_as=self._shown(path))
        except DefinitionError as error:
            self._report(error.code, *error.findings)
            return None

    def sources(self) -> list[Source]:
        """Every source that reads well."""
        folder = self._project.catalog / SOURCES
        paths = sorted(folder.glob("*.yaml"))
        if not paths:
            message = "De catalogus heeft geen bronnen. Zet er minstens één in deze map, als <bron>.yaml."
            self._report("E313", Finding(message, self._shown(folder)))
        read = []
        for path in paths:
            if (document := self._document(path)) is None:
                continue
            source, findings = read_record(Source, document, self._shown(path))
            self._report("E310", *findings)
            if source is not None:
                self._report("E310", *source_findings(source, document, path, self._shown(path)))
                read.append(source)
        return read

    def parameters(self) -> tuple[Parameter, ...]:
        """Every parameter that reads well."""
        path = self._project.catalog / PARAMETERS
        name = self._shown(path)
        document = self._document(path)
        if document is None:
            return ()
        listing, findings = read_record(_Parameters, document, name)
        self._report("E311", *findings)
        if listing is None:
            return ()
        seen: set[str] = set()
        for number, parameter in enumerate(listing.parameters):
            if parameter.parameter in seen:
                node = place(document, ("parameters", number, "parameter"))
                self._report(
                    "E311", finding_at(name, node, f"De parameter '{parameter.parameter}' staat hier twee keer.")
                )
            seen.add(parameter.parameter)
        return listing.parameters

    def municipalities(self) -> tuple[Municipality, ...]:
        """Every municipality, if all read well."""
        path = self._project.catalog / MUNICIPALITIES
        rows, findings = read_municipalities(path, self._shown(path))
        self._report("E312", *findings)
        return rows
