"""The authority's logo: a file of the project, found by the authority's KBO number, checked, and made grey once.

``letter_templates/_logo/<KBO number, ten digits>`` with ``.png``, ``.svg`` or ``.pdf``. It is never fetched. What is
drawn is grey pixels without transparency, whatever the file was.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from groeibrief.artefacts import sha256_bytes
from groeibrief.catalog import Project
from groeibrief.errors import DefinitionError, Finding
from groeibrief.letters import logo_pdf
from groeibrief.letters.layout import Area
from groeibrief.letters.logo_checks import LogoError, check_png, check_svg
from groeibrief.letters.typesetting import Block, Picture, Placed

if TYPE_CHECKING:
    from PIL.Image import Image

FOLDER = "_logo"
LARGEST = 1 << 20
"""Bytes of a file."""
_MOST_PIXELS = 1200
"""The longer side of what is drawn: over 600 to the inch in a zone of 45 mm."""


@dataclass(frozen=True)
class Logo:
    """A logo as read: grey pixels, a byte each, row by row from the top. ``sha256`` is that of its file."""

    bestand: str
    sha256: str
    grey: bytes
    columns: int
    rows: int

    def placed(self, area: Area, alternative: str) -> Placed:
        """The logo as large as *area* lets it be, at its left, on its lower edge."""
        scale = min(area.breedte / self.columns, area.hoogte / self.rows)
        width, height = round(self.columns * scale, 3), round(self.rows * scale, 3)
        picture = Picture(self.grey, self.columns, self.rows, width, height)
        block = Block((), (), height, kind="logo", alternative=alternative, picture=picture)
        block.lasting = True
        return Placed(block, area.x, round(area.bottom - height, 3))


def load_logo(project: Project, kbo: str) -> Logo | None:
    """Read the logo of the authority with this KBO number, None when the project has none.

    Raises DefinitionError: E651 which file is meant, E652 not what its name says, E653 too large, E654 something in it
    that a logo must not hold.
    """
    path = logo_file_of(project, kbo)
    if path is None:
        return None
    shown = _shown(project, path)
    return read_logo(path.name, _read(path, shown), shown)


def logo_file_of(project: Project, kbo: str) -> Path | None:
    """Where the logo of the authority with this KBO number lies. Raises DefinitionError (E651) for more than one."""
    digits = "".join(char for char in kbo if char.isdigit())
    if not digits:
        return None
    folder = project.letter_templates / FOLDER
    found = [folder / f"{digits}{kind}" for kind in _READERS if os.path.lexists(folder / f"{digits}{kind}")]
    if len(found) > 1:
        others = " en ".join(path.name for path in found)
        shown = _shown(project, found[0])
        raise _fault("E651", shown, f"Dit bestuur heeft meer dan één logo: {others}. Bewaar er één.")
    return found[0] if found else None


def _shown(project: Project, path: Path) -> str:
    return f"{project.letter_templates.name}/{FOLDER}/{path.name}"


def kind_of(data: bytes) -> str:
    """What a logo's file seems to be, by how it begins: png, pdf or svg."""
    if data.startswith(b"\x89PNG"):
        return "png"
    return "pdf" if data.startswith(b"%PDF-") else "svg"


def read_logo(name: str, data: bytes, shown: str | None = None) -> Logo:
    """The logo in a file called *name*, by whose end its kind is known; *shown*: what errors call it.

    Raises DefinitionError: E652 not what its name says, E653 too large, E654 something that a logo must not hold.
    """
    if len(data) > LARGEST:
        raise _fault("E653", shown or name, "Het logo is groter dan 1 MB. Maak een kleiner bestand.")
    try:
        image = _READERS[PurePath(name).suffix](data)
    except LogoError as error:
        raise _fault(error.code, shown or name, error.message) from None
    grey = _grey(image)
    return Logo(name, sha256_bytes(data), grey.tobytes(), grey.width, grey.height)


def _read(path: Path, shown: str) -> bytes:
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise _fault("E651", shown, "Het logo is geen gewoon bestand. Zet het bestand zelf in de map.")
    if status.st_size > LARGEST:
        raise _fault("E653", shown, "Het logo is groter dan 1 MB. Maak een kleiner bestand.")
    return path.read_bytes()


def _from_png(data: bytes) -> Image:
    from PIL import Image

    check_png(data)
    try:
        image = Image.open(BytesIO(data), formats=("PNG",))
        image.load()
    except (OSError, SyntaxError, ValueError) as error:
        raise LogoError("E652", "Dit is geen leesbare PNG. Bewaar het logo opnieuw als PNG.") from error
    return image


def _from_svg(data: bytes) -> Image:
    from resvg_py import svg_to_bytes

    wide, high = check_svg(data)
    broad = wide >= high
    try:
        drawn = svg_to_bytes(
            svg_string=data.decode("utf-8"),
            skip_system_fonts=True,
            width=_MOST_PIXELS if broad else None,
            height=None if broad else _MOST_PIXELS,
        )
    except ValueError as error:
        raise LogoError("E652", "Dit is geen leesbare SVG. Bewaar het logo opnieuw als SVG.") from error
    return _from_png(bytes(drawn))


def _from_pdf(data: bytes) -> Image:
    if not data.startswith(b"%PDF-"):
        raise LogoError("E652", "Dit is geen PDF. Bewaar het logo opnieuw als PDF.")
    # In a process of its own, which ends by itself: what a PDF asks for is known only when it was asked.
    words = (sys.executable, "-I", logo_pdf.__file__)
    done = subprocess.run(words, input=data, capture_output=True, check=False)  # noqa: S603 - this Python, our file
    if done.returncode == logo_pdf.REFUSED:
        code, _, message = done.stdout.decode().partition("\n")
        raise LogoError(code, message)
    if done.returncode:
        raise LogoError("E653", "De PDF is te ingewikkeld om te tekenen. Maak ze eenvoudiger, of bewaar ze als PNG.")
    return _from_png(done.stdout)


_READERS: dict[str, Callable[[bytes], Image]] = {".png": _from_png, ".svg": _from_svg, ".pdf": _from_pdf}


def _grey(image: Image) -> Image:
    """The image on white paper, grey, at most as large as is drawn."""
    from PIL import Image

    if image.mode.startswith(("I", "F")):
        # Sixteen bits a pixel: the high eight are what shows.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    shown = image.convert("RGBA")
    paper = Image.new("RGBA", shown.size, "white")
    paper.alpha_composite(shown)
    grey = paper.convert("L")
    grey.thumbnail((_MOST_PIXELS, _MOST_PIXELS), Image.Resampling.LANCZOS)
    return grey


def _fault(code: str, shown: str, message: str) -> DefinitionError:
    return DefinitionError(code, Finding(message, bestand=shown))
