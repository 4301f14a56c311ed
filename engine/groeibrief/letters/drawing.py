"""Placed blocks as operators of a content stream: pictures, bars, then text, in DeviceGray, nothing transparent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from groeibrief.letters.fonts import STYLES, Face, Subset
from groeibrief.letters.layout import PAGE_HEIGHT, PAGE_WIDTH
from groeibrief.letters.objects import ObjectWriter, number
from groeibrief.letters.typesetting import MM_PER_POINT, Bar, Picture, Placed

PAGE_BOX = f"[0 0 {number(PAGE_WIDTH / MM_PER_POINT)} {number(PAGE_HEIGHT / MM_PER_POINT)}]"
_MOST_BARS = 20_000
_FONT_NAMES = {style: f"F{index}" for index, style in enumerate(STYLES)}


class Pen:
    """Draws with the faces of a template, and remembers which glyphs it used of each."""

    def __init__(self, faces: Mapping[str, Face]) -> None:
        self._subsets = {style: Subset(face) for style, face in faces.items()}
        self._bars: dict[tuple[Bar, float, float], str] = {}
        self._pictures: dict[Picture, str] = {}

    def draw(self, placed: Iterable[Placed]) -> str:
        """The operators that draw *placed* on a page whose colour is still black."""
        pictures = ""
        bars: list[str] = []
        texts: list[str] = []
        black = 100.0
        font: tuple[str, float] | None = None
        scale = 100.0
        for block, left, top in placed:
            for bar in block.bars:
                if bar.black != black:
                    bars.append(f"{'f ' if bars and bars[-1].endswith('re') else ''}{number(1 - bar.black / 100)} g")
                    black = bar.black
                drawn = self._bars.get((bar, left, top))
                bars.append(drawn or self._bar(bar, left, top))
            if block.picture is not None:
                pictures += self._picture(block.picture, left, top)
            for line in block.lines:
                baseline = number((PAGE_HEIGHT - top - line.y) / MM_PER_POINT)
                for run in line.runs:
                    if not run.text:
                        continue
                    if font != (run.style, line.size):
                        font = (run.style, line.size)
                        texts.append(f"/{_FONT_NAMES[run.style]} {number(line.size)} Tf")
                    if scale != line.scale:
                        scale = line.scale
                        texts.append(f"{number(scale)} Tz")
                    shown = self._subsets[run.style].encode(run.text)
                    texts.append(f"1 0 0 1 {number((left + run.x) / MM_PER_POINT)} {baseline} Tm {shown}Tj")
        ops = pictures
        if bars:
            ops += "\n".join(bars) + "\nf\n" + ("0 g\n" if black != 100.0 else "")
        if texts:
            ops += "BT\n" + "\n".join(texts) + ("\n100 Tz" if scale != 100.0 else "") + "\nET\n"
        return ops

    def _bar(self, bar: Bar, left: float, top: float) -> str:
        """A bar's operator, remembered: marks repeat theirs on every sheet."""
        if len(self._bars) >= _MOST_BARS:
            self._bars.clear()
        x, y = (left + bar.x) / MM_PER_POINT, (PAGE_HEIGHT - top - bar.y - bar.height) / MM_PER_POINT
        wide, high = bar.width / MM_PER_POINT, bar.height / MM_PER_POINT
        drawn = self._bars[bar, left, top] = f"{number(x)} {number(y)} {number(wide)} {number(high)} re"
        return drawn

    def _picture(self, picture: Picture, left: float, top: float) -> str:
        """The operators that draw a picture, which gets a name at its first use."""
        name = self._pictures.setdefault(picture, f"I{len(self._pictures)}")
        wide, high = picture.width / MM_PER_POINT, picture.height / MM_PER_POINT
        x, y = left / MM_PER_POINT, (PAGE_HEIGHT - top) / MM_PER_POINT - high
        return f"q {number(wide)} 0 0 {number(high)} {number(x)} {number(y)} cm /{name} Do Q\n"

    def write_pictures(self, objects: ObjectWriter) -> str:
        """Write the pictures that were drawn, each once; return the entries of a resource dictionary that name them."""
        return "".join(
            f"/{name} {objects.add_stream(_image(picture), picture.grey, 9)} 0 R"
            for picture, name in self._pictures.items()
        )

    def write_fonts(self, objects: ObjectWriter, fonts: int) -> None:
        """Write the used fonts, and as the reserved object *fonts* the dictionary that names them."""
        named = "".join(
            f"/{_FONT_NAMES[style]} {_embedded(objects, subset)} 0 R"
            for style, subset in self._subsets.items()
            if subset.chars
        )
        objects.put(fonts, f"<<{named}>>")


def _image(picture: Picture) -> str:
    return (
        f"/Type/XObject/Subtype/Image/Width {picture.columns}/Height {picture.rows}"
        "/ColorSpace/DeviceGray/BitsPerComponent 8"
    )


def _embedded(objects: ObjectWriter, subset: Subset) -> int:
    """Write a face as a Type 0 font with Identity-H, of which the file holds only the used glyphs."""
    face = subset.face.file
    program = subset.program()
    name = f"{subset.tag()}+{subset.face.name}"
    embedded = objects.add_stream(f"/Length1 {len(program)}", program, 9)
    unicode_map = objects.add_stream("", subset.unicode_map(), 9)
    box = " ".join(str(round(side)) for side in face.bbox)
    descriptor = objects.add(
        f"<</Type/FontDescriptor/FontName/{name}/Flags {face.flags}/FontBBox[{box}]"
        f"/ItalicAngle {number(face.italicAngle)}/Ascent {round(face.ascent)}/Descent {round(face.descent)}"
        f"/CapHeight {round(face.capHeight)}/StemV {round(face.stemV)}/FontFile2 {embedded} 0 R>>"
    )
    widths = " ".join(map(str, subset.widths()))
    descendant = objects.add(
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        f"/FontDescriptor {descriptor} 0 R/CIDToGIDMap/Identity/DW 1000/W[0[{widths}]]>>"
    )
    return objects.add(
        f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
        f"/DescendantFonts[{descendant} 0 R]/ToUnicode {unicode_map} 0 R>>"
    )
