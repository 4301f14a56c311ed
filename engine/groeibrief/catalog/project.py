"""A project: the folder with ``catalog/``, ``rules/`` and ``letter_templates/`` that belongs to the analysts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from groeibrief.errors import DefinitionError


@dataclass(frozen=True, slots=True)
class Project:
    """Where a project's content lies."""

    root: Path

    @property
    def catalog(self) -> Path:
        """The catalogue."""
        return self.root / "catalog"

    @property
    def rules(self) -> Path:
        """Audience definitions, ``begrippen/`` and ``policies/``."""
        return self.root / "rules"

    @property
    def letter_templates(self) -> Path:
        """One folder a letter template."""
        return self.root / "letter_templates"


def find_project(definition: Path | None = None, chosen: Path | None = None) -> Project:
    """Find the project of a definition: the nearest folder above it with ``catalog/`` and ``rules/``, else the chosen
    one, else the one that is shipped (CLI.md).

    Raises DefinitionError (E303) when the chosen folder is not a project.
    """
    if definition is not None:
        for folder in definition.resolve().parents:
            if _is_project(folder):
                return Project(folder)
    if chosen is not None:
        if not _is_project(chosen):
            raise DefinitionError("E303", f"{chosen} is geen project: er is geen map 'catalog' en geen map 'rules'.")
        return Project(chosen)
    package = Path(__file__).resolve().parent.parent
    shipped = package / "content"
    return Project(shipped if _is_project(shipped) else package.parent.parent)


def _is_project(folder: Path) -> bool:
    return (folder / "catalog").is_dir() and (folder / "rules").is_dir()
