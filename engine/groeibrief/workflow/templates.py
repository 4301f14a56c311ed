"""Templates without a selection: which there are, whether they are in order, and what they look like."""

from __future__ import annotations

from pathlib import Path

from groeibrief.catalog import Catalogue, Project
from groeibrief.errors import Finding
from groeibrief.letters import check, load_sender, load_template, preview, template_names

__all__ = ["check_template", "preview_template", "template_names"]


def check_template(project: Project, name: str, catalogue: Catalogue) -> tuple[Finding, ...]:
    """Everything that is wrong with a template, whatever definition it is used with. Raises DefinitionError (E601)."""
    return check(load_template(project, name), load_sender(project), catalogue.sources)


def preview_template(project: Project, name: str, out: Path, *, dpi: int, zones: bool) -> int:
    """Picture the template with its invented family as the PNG file *out*; return the number of pages."""
    return preview(load_template(project, name), load_sender(project), out, dpi=dpi, zones=zones)
