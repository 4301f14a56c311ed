from __future__ import annotations

import re
from pathlib import Path

import click
from handbook import HANDBOOK, ROOT, generated, updated
from spec_contents import chapters

from groeibrief.catalog import Project, load_catalogue
from groeibrief.cli.entry import groeibrief
from groeibrief.language import load_definition, published
from groeibrief.selection.waterfall import STEPS

GLOSSARY = ROOT / "docs" / "glossary.md"


def section(number: int) -> str:
    """A section of the handbook, without the ones after it."""
    text = HANDBOOK.read_text(encoding="utf-8")
    found = re.search(rf"^## {number}\. .*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, number
    return found.group()


def first_cells(text: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def test_the_handbook_is_current() -> None:
    text = HANDBOOK.read_text(encoding="utf-8")
    assert text == updated(text), "run: python tests/docs/handbook.py"


def test_a_change_between_the_markers_is_undone() -> None:
    text = HANDBOOK.read_text(encoding="utf-8")
    changed = text.replace("buiten de populatie", "erbuiten")
    assert changed != text
    assert updated(changed) == text


def test_the_worked_example_is_the_shipped_definition(tmp_path: Path) -> None:
    project = Project(ROOT)
    catalogue = load_catalogue(project)
    shipped = project.rules / "torhout-hulp-bij-schooltoeslag.yaml"
    written = re.search(r"```yaml\n(.*?)```", section(2), re.DOTALL)
    assert written
    path = tmp_path / shipped.name
    path.write_text(written.group(1), encoding="utf-8")
    example, real = (load_definition(each, catalogue, project) for each in (path, shipped))
    assert (example.voorwaarden, example.brief) == (real.voorwaarden, real.brief)


def test_every_chapter_and_case_is_drawn() -> None:
    drawn = generated()["hoofdstukken"]
    for number, chapter in enumerate(chapters(), 1):
        assert f"### 7.{number} {chapter.title}\n" in drawn
        for case in chapter.cases:
            assert f"#### {case.title}\n\n{case.text[:20]}" in drawn


def test_every_standard_audience_has_advice() -> None:
    names = [path.stem for path in published(Project(ROOT))]
    advised = re.findall(r"\| `([^`]+)` \|$", section(3), re.MULTILINE)
    assert first_cells(section(3)) == names
    assert sorted(advised) == names


def test_every_step_of_the_waterfall_is_explained() -> None:
    assert tuple(first_cells(section(5))) == STEPS


def test_references_to_chapters_point_at_what_they_say() -> None:
    titles = {f"7.{number}": chapter.title for number, chapter in enumerate(chapters(), 1)}
    assert titles["7.21"] == "Wat de snapshot niet weet"
    assert set(re.findall(r"\((7\.\d+)\)", HANDBOOK.read_text(encoding="utf-8"))) == {"7.21"}


def test_the_glossary_names_what_the_code_has() -> None:
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \| [^|]+ \|$", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)
    named = [name for row in rows[1:] for name in re.findall(r"`([^`]+)`", row)]
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "engine" / "groeibrief").rglob("*.py"))
    assert len(named) > 40
    assert [name for name in named if not re.search(rf"\b{re.escape(name.rsplit('.')[-1])}\b", code)] == []


def test_every_command_exists() -> None:
    written = set(re.findall(r"groeibrief ([a-z]+)(?: ([a-z]+)(?=[` \n]))?", HANDBOOK.read_text(encoding="utf-8")))
    assert len(written) > 10
    for name, inner in written:
        command = groeibrief.get_command(click.Context(groeibrief), name)
        assert command is not None, name
        if inner:
            assert isinstance(command, click.Group), name
            assert inner in command.commands, f"{name} {inner}"
