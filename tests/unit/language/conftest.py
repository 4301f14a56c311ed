from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from groeibrief.catalog import Catalogue, Project, load_catalogue
from groeibrief.language import Binding, Definition, load_definition

ROOT = Path(__file__).parents[3]
FAULTS = Path(__file__).parent / "fouten"

HEAD = """\
doelgroep: proef
titel: Proef
opdrachtgever: {naam: OCMW Torhout, kbo: "0123.456.749"}
doeleinde:
  categorie: hulp-bij-rechten
  aanbod: {soort: dienstverlening, tekst: Wij helpen u.}
peildatum: 2025-11-01
woonplaats: {gemeenten: ["31033"], van: kind}
brief: {sjabloon: informatiebrief}
"""
FAMILY = "eenheid: gezin\nvoorwaarden: {kinderen: {minstens: 1, die: {heeft: {bron: sociale_toeslag}}}}\n"

Load = Callable[..., Definition]


@pytest.fixture(scope="session")
def shipped() -> Project:
    return Project(ROOT)


@pytest.fixture(scope="session")
def catalogue(shipped: Project) -> Catalogue:
    return load_catalogue(shipped)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with the shipped policies and the named conditions of the tests."""
    shutil.copytree(ROOT / "rules" / "policies", tmp_path / "rules" / "policies")
    shutil.copytree(FAULTS / "begrippen", tmp_path / "rules" / "begrippen")
    return Project(tmp_path)


@pytest.fixture
def load(project: Project, catalogue: Catalogue) -> Load:
    """Load a definition from text: *body* after a usual head, with replacements of that head."""

    def load_text(body: str = FAMILY, *replacements: tuple[str, str], binding: Binding | None = None) -> Definition:
        head = HEAD
        for old, new in replacements:
            assert old in head
            head = head.replace(old, new)
        path = project.rules / "proef.yaml"
        path.write_text(head + body, "utf-8")
        return load_definition(path, catalogue, project, binding)

    return load_text
