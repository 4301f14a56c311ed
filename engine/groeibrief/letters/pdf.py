"""A file of many letters, written as it grows: what is the same on many pages stands in it once.

Structure of ISO 32000-1 (PDF 1.6): fonts as Type 0 with Identity-H, embedded subsets; text and lines in DeviceGray,
which prints as black only; no transparency; MediaBox and TrimBox are A4. Bytes depend on nothing but what is drawn.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from typing import IO

from groeibrief.letters.fonts import STYLES, Face, Subset
from groeibrief.letters.layout import PAGE_HEIGHT
from groeibrief.letters.typesetting import MM_PER_POINT, Placed

_NODE_KIDS = 64
_MOST_FORMS = 512
_BOX = "[0 0 595.276 841.89]"
_FONT_NAMES = {style: f"F{index}" for index, style in enumerate(STYLES)}


class LetterFile:
    """Writes pages to a stream; memory stays flat, whatever the number of pages."""

    def __init__(self, stream: IO[bytes], faces: Mapping[str, Face], title: str, producer: str) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self._position = 0
        self._offsets: list[int] = [0]
        self._subsets = {style: Subset(face) for style, face in faces.items()}
        self._forms: dict[tuple[Placed, ...], str] = {}
        self._form_objects: dict[str, int] = {}
        self._contents: dict[str, int] = {}
        self._nodes: list[tuple[int, int]] = []
        self._node = 0
        self._kids: list[int] = []
        self._title, self._producer = title, producer
        self.pages = 0
        self._write(b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")
        self._catalog, self._tree, self._resources, self._fonts = (self._reserve() for _ in range(4))

    def add_page(self, static: tuple[Placed, ...], variable: tuple[Placed, ...]) -> None:
        """Add a page: *static* is drawn once for all the pages that have the very same, *variable* on this one."""
        ops = f"/{self._form(static)} Do\n" if static else ""
        if variable:
            ops += self._drawn(variable)
            content = self._content(ops)
        else:
            content = self._contents.get(ops, 0) or self._content(ops)
            self._contents[ops] = content
        if not self._kids:
            self._node = self._reserve()
        page = self._reserve()
        self._object(page, f"<</Type/Page/Parent {self._node} 0 R/TrimBox{_BOX}/Contents {content} 0 R>>")
        self._kids.append(page)
        self.pages += 1
        if len(self._kids) == _NODE_KIDS:
            self._close_node()

    def close(self) -> str:
        """Write what follows the pages; return the SHA-256 of the whole, in hexadecimal."""
        assert self.pages, "a file has a page"
        self._close_node()
        kids = " ".join(f"{node} 0 R" for node, _ in self._nodes)
        self._object(
            self._tree,
            f"<</Type/Pages/Count {self.pages}/Kids[{kids}]/MediaBox{_BOX}/Resources {self._resources} 0 R>>",
        )
        fonts = "".join(
            f"/{_FONT_NAMES[style]} {self._font(subset)} 0 R" for style, subset in self._subsets.items() if subset.chars
        )
        self._object(self._fonts, f"<<{fonts}>>")
        forms = "".join(f"/{name} {number} 0 R" for name, number in self._form_objects.items())
        self._object(self._resources, f"<</Font {self._fonts} 0 R/XObject<<{forms}>>>>")
        self._object(
            self._catalog,
            f"<</Type/Catalog/Pages {self._tree} 0 R/Lang(nl-BE)/ViewerPreferences<</DisplayDocTitle true>>>>",
        )
        info = self._reserve()
        self._object(info, f"<</Title({_escaped(self._title)})/Producer({_escaped(self._producer)})/Trapped/False>>")
        return self._finish(info)

    def _finish(self, info: int) -> str:
        start = self._position
        size = len(self._offsets)
        self._write(f"xref\n0 {size}\n0000000000 65535 f \n".encode())
        for first in range(1, size, 1000):
            self._write("".join(f"{offset:010d} 00000 n \n" for offset in self._offsets[first : first + 1000]).encode())
        identity = self._digest.hexdigest()[:32]
        self._write(
            f"trailer\n<</Size {size}/Root {self._catalog} 0 R/Info {info} 0 R/ID[<{identity}><{identity}>]>>\n"
            f"startxref\n{start}\n%%EOF\n".encode()
        )
        return self._digest.hexdigest()

    def _form(self, static: tuple[Placed, ...]) -> str:
        name = self._forms.get(static)
        if name is None:
            # Bounded: letters whose text flows differently each time would otherwise make as many forms. A form
            # that was forgotten stays valid in the file.
            if len(self._forms) >= _MOST_FORMS:
                self._forms.clear()
                self._contents.clear()
            name = self._forms[static] = f"P{len(self._form_objects)}"
            head = f"/Type/XObject/Subtype/Form/BBox{_BOX}/Resources<</Font {self._fonts} 0 R>>"
            self._form_objects[name] = self._new_stream(head, self._drawn(static).encode("ascii"), 9)
        return name

    def _content(self, ops: str) -> int:
        return self._new_stream("", ops.encode("ascii"), 6)

    def _drawn(self, placed: Iterable[Placed]) -> str:
        bars: list[str] = []
        texts: list[str] = []
        black = 100.0
        font: tuple[str, float] | None = None
        scale = 100.0
        for block, left, top in placed:
            for bar in block.bars:
                if bar.black != black:
                    bars.append(f"{'f ' if bars and bars[-1].endswith('re') else ''}{_number(1 - bar.black / 100)} g")
                    black = bar.black
                x, y = (left + bar.x) / MM_PER_POINT, (PAGE_HEIGHT - top - bar.y - bar.height) / MM_PER_POINT
                wide, high = bar.width / MM_PER_POINT, bar.height / MM_PER_POINT
                bars.append(f"{_number(x)} {_number(y)} {_number(wide)} {_number(high)} re")
            for line in block.lines:
                baseline = _number((PAGE_HEIGHT - top - line.y) / MM_PER_POINT)
                for run in line.runs:
                    if not run.text:
                        continue
                    if font != (run.style, line.size):
                        font = (run.style, line.size)
                        texts.append(f"/{_FONT_NAMES[run.style]} {_number(line.size)} Tf")
                    if scale != line.scale:
                        scale = line.scale
                        texts.append(f"{_number(scale)} Tz")
                    shown = self._subsets[run.style].encode(run.text)
                    texts.append(f"1 0 0 1 {_number((left + run.x) / MM_PER_POINT)} {baseline} Tm {shown}Tj")
        drawn = ""
        if bars:
            drawn = "\n".join(bars) + "\nf\n" + ("0 g\n" if black != 100.0 else "")
        if texts:
            drawn += "BT\n" + "\n".join(texts) + ("\n100 Tz" if scale != 100.0 else "") + "\nET\n"
        return drawn

    def _font(self, subset: Subset) -> int:
        face = subset.face.file
        program = subset.program()
        tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256("".join(subset.chars).encode()).digest()[:6])
        name = f"{tag}+{subset.face.name}"
        embedded = self._new_stream(f"/Length1 {len(program)}", program, 9)
        unicode_map = self._new_stream("", subset.unicode_map(), 9)
        box = " ".join(str(round(side)) for side in face.bbox)
        descriptor = self._new_object(
            f"<</Type/FontDescriptor/FontName/{name}/Flags {face.flags}/FontBBox[{box}]"
            f"/ItalicAngle {_number(face.italicAngle)}/Ascent {round(face.ascent)}/Descent {round(face.descent)}"
            f"/CapHeight {round(face.capHeight)}/StemV {round(face.stemV)}/FontFile2 {embedded} 0 R>>"
        )
        widths = " ".join(map(str, subset.widths()))
        descendant = self._new_object(
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            f"/FontDescriptor {descriptor} 0 R/CIDToGIDMap/Identity/DW 1000/W[0[{widths}]]>>"
        )
        return self._new_object(
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
            f"/DescendantFonts[{descendant} 0 R]/ToUnicode {unicode_map} 0 R>>"
        )

    def _close_node(self) -> None:
        if self._kids:
            kids = " ".join(f"{kid} 0 R" for kid in self._kids)
            count = len(self._kids)
            self._object(self._node, f"<</Type/Pages/Parent {self._tree} 0 R/Count {count}/Kids[{kids}]>>")
            self._nodes.append((self._node, count))
            self._kids = []

    def _reserve(self) -> int:
        self._offsets.append(0)
        return len(self._offsets) - 1

    def _new_object(self, body: str) -> int:
        number = self._reserve()
        self._object(number, body)
        return number

    def _object(self, number: int, body: str) -> None:
        self._offsets[number] = self._position
        self._write(f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1"))

    def _new_stream(self, head: str, data: bytes, level: int) -> int:
        number = self._reserve()
        packed = zlib.compress(data, level)
        self._offsets[number] = self._position
        opening = f"{number} 0 obj\n<<{head}/Filter/FlateDecode/Length {len(packed)}>>stream\n"
        self._write(opening.encode("latin-1") + packed + b"\nendstream\nendobj\n")
        return number

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        self._digest.update(data)
        self._position += len(data)


def _number(value: float) -> str:
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
