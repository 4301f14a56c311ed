"""What a logo's file may hold, looked at before any library draws it."""

from __future__ import annotations

import re
import struct
from typing import Any
from xml.parsers import expat

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_SIDE = 4000
_LEAST_SIDE = 16
_MOST_ELEMENTS = 5000
_MOST_DEPTH = 64
_MOST_RATIO = 20
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)(px|pt|mm|cm|in|pc)?\s*")
_LENGTH_LIST = re.compile(r"-?\d+(?:\.\d+)?")
_SVG = "http://www.w3.org/2000/svg"
# Shapes and their colours: nothing that repeats, filters, animates, links, holds a font or another image.
_ELEMENTS = frozenset(
    (
        "svg", "g", "defs", "title", "desc", "metadata", "style", "path", "rect", "circle", "ellipse", "line",
        "polyline", "polygon", "linearGradient", "radialGradient", "stop", "clipPath",
    )
)  # fmt: skip
_REFERENCE = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\(|javascript:", re.IGNORECASE)


class LogoError(ValueError):
    """A logo is refused: ``code`` and the Dutch ``message``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def check_png(data: bytes) -> None:
    """Look at a PNG's header before its pixels are unpacked (ISO/IEC 15948, 11.2.2). Raises LogoError (E652, E653)."""
    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 33:
        raise LogoError("E652", "Dit is geen PNG. Bewaar het logo opnieuw als PNG.")
    columns, rows = struct.unpack(">2I", data[16:24])
    if max(columns, rows) > _MOST_SIDE:
        raise LogoError(
            "E653", f"Het logo is {columns} × {rows} beeldpunten. Maak het hoogstens {_MOST_SIDE} breed en hoog."
        )
    if min(columns, rows) < _LEAST_SIDE:
        raise LogoError(
            "E653", f"Het logo is {columns} × {rows} beeldpunten. Maak het minstens {_LEAST_SIDE} breed en hoog."
        )


def check_svg(data: bytes) -> tuple[float, float]:
    """Read an SVG through, refuse whatever is not plain shapes, and say its width and height.

    Raises LogoError (E652, E653, E654).
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        raise LogoError("E652", "De SVG is geen UTF-8. Bewaar ze als UTF-8.") from None
    reader = _SvgReader()
    try:
        reader.parse(data)
    except expat.ExpatError:
        raise LogoError("E652", "Dit is geen leesbare SVG. Bewaar het logo opnieuw als SVG.") from None
    wide, high = reader.size
    if not wide or not high or max(wide, high) > _MOST_RATIO * min(wide, high):
        raise LogoError(
            "E653",
            "De SVG zegt niet hoe groot ze is, of is te smal. Geef breedte en hoogte, de ene hoogstens "
            f"{_MOST_RATIO} keer de andere.",
        )
    return wide, high


def _size(attributes: dict[str, str]) -> tuple[float, float]:
    """Width and height in one unit, from the attributes or the viewBox; zeros where they do not say."""
    sides = [_LENGTH.fullmatch(attributes.get(side, "")) for side in ("width", "height")]
    if all(sides):
        (wide, unit), (high, other) = (side.groups() for side in sides if side)
        return (float(wide), float(high)) if unit == other else (0.0, 0.0)
    box = _LENGTH_LIST.findall(attributes.get("viewBox", ""))
    if len(box) != 4 or "width" in attributes or "height" in attributes:
        return 0.0, 0.0
    return float(box[2]), float(box[3])


class _SvgReader:
    def __init__(self) -> None:
        self._parser: Any = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.ProcessingInstructionHandler = self._instruction
        self._parser.CharacterDataHandler = self._characters
        self._parser.buffer_text = True
        self._path: list[str] = []
        self._style = ""
        self._count = 0
        self.size = (0.0, 0.0)

    def parse(self, data: bytes) -> None:
        self._parser.Parse(data, True)

    def _doctype(self, *_: object) -> None:
        raise LogoError("E654", "De SVG heeft een DOCTYPE. Verwijder die regel: er kunnen verwijzingen in staan.")

    def _instruction(self, *_: object) -> None:
        raise LogoError("E654", "De SVG heeft een verwerkingsopdracht '<?…?>'. Verwijder die.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if not self._path and (space, local) != (_SVG, "svg"):
            raise LogoError("E652", "Dit is geen SVG. Bewaar het logo opnieuw als SVG.")
        if not self._path:
            self.size = _size(attributes)
        self._path.append(local if space == _SVG else "")
        self._count += 1
        if self._count > _MOST_ELEMENTS or len(self._path) > _MOST_DEPTH:
            raise LogoError("E653", f"De SVG is te ingewikkeld. Maak ze kleiner, tot {_MOST_ELEMENTS} elementen.")
        if space != _SVG:
            return
        if local not in _ELEMENTS:
            raise LogoError(
                "E654",
                f"De SVG bevat het element '{local}'. Een logo heeft alleen vormen: zet tekst en herhaalde delen om in "
                "paden.",
            )
        for key, value in attributes.items():
            plain = key.rpartition(" ")[2]
            outside = (plain == "href" and not value.startswith("#")) or _REFERENCE.search(value)
            if outside or plain.casefold().startswith("on"):
                raise LogoError(
                    "E654", f"De SVG verwijst naar buiten of bevat een script, in '{plain}'. Verwijder dat."
                )

    def _end(self, _: str) -> None:
        if self._path.pop() == "style":
            if _REFERENCE.search(self._style) or "\\" in self._style:
                raise LogoError("E654", "De SVG verwijst naar buiten of bevat een script, in 'style'. Verwijder dat.")
            self._style = ""

    def _characters(self, text: str) -> None:
        if "style" in self._path:
            self._style += text
