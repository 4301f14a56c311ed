"""Reading the catalogue from a project's folder."""

from __future__ import annotations

from dataclasses import dataclass

from groeibrief.catalog.model import Parameter, Source
from groeibrief.catalog.municipalities import Municipalities
from groeibrief.catalog.project import Project


@dataclass(frozen=True)
class Catalogue:
    """The whole catalogue, read once. ``version`` is a hash of its content (12 hexadecimal digits)."""

    version: str
    sources: dict[str, Source]
    parameters: tuple[Parameter, ...]
    municipalities: Municipalities


def load_catalogue(project: Project) -> Catalogue:
    """Read and check ``catalog/``. Raises DefinitionError (E31x) with file, line and column, all findings at once."""
    raise NotImplementedError
