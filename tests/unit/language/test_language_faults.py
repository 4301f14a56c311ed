"""Every static check and every YAML fault: one file, and beside it what the user reads, word for word.

A ``.txt`` holds the code, then for each finding its place and sentence, what was found, what was expected and what was
meant.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from groeibrief.catalog import Catalogue, Project
from groeibrief.errors import DefinitionError
from groeibrief.language import load_definition

FAULTS = Path(__file__).parent / "fouten"


def told(error: DefinitionError, root: Path) -> str:
    lines = [f"{error.code} exit {error.exit_code}"]
    for finding in error.findings:
        file = Path(finding.bestand or "").resolve()
        name = file.relative_to(root).as_posix() if file.is_relative_to(root) else finding.bestand
        lines.append(f"{name}:{finding.regel}:{finding.kolom} {finding.melding}")
        for label in ("gevonden", "verwacht", "bedoelde"):
            if value := getattr(finding, label):
                lines.append(f"    {label}: {value}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", sorted(path.stem for path in FAULTS.glob("*.yaml")))
def test_fault_is_told_word_for_word(name: str, project: Project, catalogue: Catalogue) -> None:
    path = project.rules / f"{name}.yaml"
    shutil.copy(FAULTS / f"{name}.yaml", path)
    with pytest.raises(DefinitionError) as caught:
        load_definition(path, catalogue, project)
    assert told(caught.value, project.rules.resolve()) == (FAULTS / f"{name}.txt").read_text("utf-8")
