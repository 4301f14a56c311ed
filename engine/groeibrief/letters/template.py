"""A letter template: its text with includes, its layout, its fonts and its sample, read once and hashed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from groeibrief.artefacts import canonical_json, sha256_bytes, sha256_file
from groeibrief.catalog import Project
from groeibrief.errors import DefinitionError, Finding, closest
from groeibrief.letters.layout import Layout, read_layout
from groeibrief.letters.positions import Model, read_model

SHARED = "_gedeeld"
TEXT = "letter.j2"
_MOST_BYTES = 100_000
OWN_FONTS = "lettertypes.yaml"
_FILE_NAME = r"^[A-Za-z0-9][A-Za-z0-9 ._-]*\.ttf$"
FONTS = {
    "gewoon": "LiberationSans-Regular.ttf",
    "vet": "LiberationSans-Bold.ttf",
    "cursief": "LiberationSans-Italic.ttf",
}


@dataclass(frozen=True)
class Template:
    """A template as read.

    ``texts``: by the name that an include uses; ``fonts``: file names by style; ``sha256`` covers every file that
    shapes a letter, a logo aside.
    """

    name: str
    root: Path
    texts: dict[str, str]
    layout: Layout
    fonts: Mapping[str, str]
    sha256: str

    @property
    def entry(self) -> str:
        """The name of the letter's own text."""
        return f"{self.name}/{TEXT}"

    def shown(self, text: str) -> str:
        """The file name that errors show for a text."""
        return f"{self.root.name}/{text}"

    def font(self, style: str) -> Path:
        """The font file of a style: ``gewoon``, ``vet`` or ``cursief``."""
        return self.root / SHARED / "fonts" / self.fonts[style]


def template_names(project: Project) -> tuple[str, ...]:
    """The names of the project's letter templates, sorted."""
    folder = project.letter_templates
    if not folder.is_dir():
        return ()
    return tuple(sorted(entry.parent.name for entry in folder.glob(f"[!_]*/{TEXT}")))


def load_template(project: Project, name: str) -> Template:
    """Read the template called *name*, with every shared text.

    Raises DefinitionError: E601 no such template, E602 a file is missing or not UTF-8, E610/E611 the layout, E659 a
    project's own choice of fonts.
    """
    names = template_names(project)
    if name not in names:
        listed = ", ".join(names) if names else "geen"
        raise DefinitionError(
            "E601",
            Finding(
                f"Er is geen briefsjabloon '{name}'. De sjablonen zijn: {listed}.",
                gevonden=name,
                bedoelde=closest(name, names),
            ),
        )
    root = project.letter_templates
    texts = {}
    for folder in (name, SHARED):
        for path in sorted((root / folder).glob("*.j2")):
            texts[f"{folder}/{path.name}"] = _text(path, root)
    layout = read_layout(_present(root / name / "layout.yaml", root), f"{root.name}/{name}/layout.yaml")
    files = [root / name / "layout.yaml", *(root / text for text in texts)]
    fonts = _fonts(root)
    files += [_present(root / SHARED / "fonts" / font, root) for font in fonts.values()]
    files += [path for path in (root / SHARED / OWN_FONTS,) if path.is_file()]
    files.append(_present(root / SHARED / "afzender.yaml", root))
    hashes = {str(path.relative_to(root)): sha256_file(path) for path in files}
    return Template(name, root, texts, layout, fonts, sha256_bytes(canonical_json(hashes)))


class _OwnFonts(Model):
    """``_gedeeld/lettertypes.yaml``: file names in ``_gedeeld/fonts/``."""

    gewoon: str = Field(pattern=_FILE_NAME)
    vet: str = Field(pattern=_FILE_NAME)
    cursief: str = Field(pattern=_FILE_NAME)


def _fonts(root: Path) -> dict[str, str]:
    path = root / SHARED / OWN_FONTS
    if not path.is_file():
        return FONTS
    return read_model(path, _OwnFonts, "E659", f"{root.name}/{SHARED}/{OWN_FONTS}").model_dump()


def _present(path: Path, root: Path) -> Path:
    if not path.is_file():
        raise DefinitionError("E602", f"Het bestand {root.name}/{path.relative_to(root)} ontbreekt. Zet het terug.")
    return path


def _text(path: Path, root: Path) -> str:
    shown = f"{root.name}/{path.relative_to(root)}"
    with path.open("rb") as stream:
        data = stream.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        told = f"Het bestand is groter dan {_MOST_BYTES} bytes. Een brief is een blad of twee: maak het korter."
        raise DefinitionError("E602", Finding(told, bestand=shown))
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise DefinitionError(
            "E602", Finding("Het bestand is geen UTF-8. Bewaar het als UTF-8.", bestand=shown)
        ) from None
