"""Reading a definition with its project and catalogue, bound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from groeibrief.catalog import Catalogue, Project, find_project, load_catalogue
from groeibrief.language.definition import Binding, Definition
from groeibrief.language.loading import load_definition


@dataclass(frozen=True)
class Bound:
    """A definition with what it was read with."""

    definition: Definition
    binding: Binding
    catalogue: Catalogue
    project: Project


def read_bound(
    path: Path,
    binding: Binding,
    project: Path | None = None,
    *,
    exactly: bool = False,
    catalogue: Catalogue | None = None,
) -> Bound:
    """Find the project of *path*, read its catalogue, and read, bind and check the definition.

    *exactly*: take *project* wherever *path* lies. *catalogue*: the project's, when it was read
    already. Raises DefinitionError (exit 3) with everything that is wrong.
    """
    found = find_project(None if exactly else path, project)
    catalogue = catalogue or load_catalogue(found)
    return Bound(load_definition(path, catalogue, found, binding), binding, catalogue, found)
