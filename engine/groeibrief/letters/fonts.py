"""The fonts: widths to set text with, and subsets to embed."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path
from typing import Any

from groeibrief.errors import DefinitionError

STYLES = ("gewoon", "vet", "cursief")
_MOST_WORDS = 20_000


# Printable ASCII, the letters of Latin-1 and Latin Extended-A, and the punctuation of a Dutch letter.
_NEEDED = (
    "".join(
        char
        for char in map(chr, (*range(0x20, 0x7F), *range(0xC0, 0x180)))
        if char < "\x7f" or (char.isalpha() and char != "\u0149")
    )
    + "–‘’“”€"
)


class MissingCharacterError(ValueError):
    """The font has no glyph for a character; the message is its code point, ``U+4E2D``."""


class Face:
    """A TrueType font: advance widths in em, vertical measures in em, and its glyphs."""

    def __init__(self, path: Path) -> None:
        """Read a font file.

        Raises DefinitionError: E656 not a TrueType font with the letters that names have, E657 its maker does not allow
        parts of it in a PDF.
        """
        from reportlab.pdfbase.ttfonts import TTFError, TTFontFile

        rights = _embedding(path)
        if rights & 0x000E == 0x0002 or rights & 0x0300:
            raise DefinitionError(
                "E657",
                f"De maker van lettertype {path.name} laat niet toe dat een deel ervan in een PDF staat (fsType "
                f"{rights:#06x}). Kies een ander lettertype of vraag er toelating voor.",
            )
        try:
            self.file: Any = TTFontFile(str(path))
        except TTFError:
            raise _unusable(path) from None
        self.name: str = self.file.name.decode("ascii")
        self.ascent: float = self.file.ascent / 1000
        self.descent: float = -self.file.descent / 1000
        self._glyphs: dict[int, int] = self.file.charToGlyph
        self._advance: dict[str, float] = {}
        self._words: dict[str, float] = {}
        missing = [char for char in _NEEDED if not self.has(char)]
        if missing:
            raise DefinitionError(
                "E656",
                f"Lettertype {path.name} mist {len(missing)} tekens die in namen en brieven voorkomen, te beginnen met "
                f"U+{ord(missing[0]):04X}. Kies een lettertype met alle letters van Latin-1 en Latin Extended-A.",
            )

    def glyph(self, char: str) -> int:
        """The glyph of a character. Raises MissingCharacterError."""
        glyph = self._glyphs.get(ord(char), 0)
        if not glyph:
            raise MissingCharacterError(f"U+{ord(char):04X}")
        return glyph

    def has(self, char: str) -> bool:
        """Whether *char* has a glyph."""
        return bool(self._glyphs.get(ord(char)))

    def characters(self) -> list[str]:
        """Every character that has a glyph, by code point."""
        return [chr(code) for code in sorted(self._glyphs)]

    def units(self, glyph: int) -> int:
        """The advance of a glyph in thousandths of an em, as a PDF's width table has it."""
        return round(self._em(glyph) * 1000)

    def width(self, text: str) -> float:
        """The width of *text* in em, remembered: letters repeat their words. Raises MissingCharacterError."""
        width = self._words.get(text)
        if width is None:
            if len(self._words) >= _MOST_WORDS:
                self._words.clear()
            width = self._words[text] = sum(map(self._char, text))
        return width

    def _em(self, glyph: int) -> float:
        return float(self.file.hmetrics[glyph][0]) / float(self.file.unitsPerEm)

    def _char(self, char: str) -> float:
        advance = self._advance.get(char)
        if advance is None:
            advance = self._advance[char] = self._em(self.glyph(char))
        return advance


def _embedding(path: Path) -> int:
    """What the font's maker allows: ``fsType`` of its table ``OS/2``. Raises DefinitionError (E656)."""
    data = path.read_bytes()
    if data[:4] not in (b"\x00\x01\x00\x00", b"true") or len(data) < 12:
        raise _unusable(path)
    (tables,) = struct.unpack(">H", data[4:6])
    places = {
        data[start : start + 4]: struct.unpack(">I", data[start + 8 : start + 12])[0]
        for start in range(12, min(12 + 16 * tables, len(data) - 15), 16)
    }
    place = places.get(b"OS/2", len(data))
    if b"glyf" not in places or place + 10 > len(data):
        raise _unusable(path)
    (rights,) = struct.unpack(">H", data[place + 8 : place + 10])
    return int(rights)


def _unusable(path: Path) -> DefinitionError:
    return DefinitionError(
        "E656",
        f"Lettertype {path.name} is geen leesbaar TrueType-bestand. Kies een bestand met TrueType-omtrekken (.ttf).",
    )


class Subset(dict[str, str]):
    """The glyphs that one file uses of a face, numbered in the order of their first use.

    As a mapping: a character gives its two-byte code in hexadecimal, taking a new number when it is met first.
    """

    def __init__(self, face: Face) -> None:
        super().__init__()
        self.face = face
        self.chars: list[str] = []
        self._numbers: dict[int, int] = {}

    def __missing__(self, char: str) -> str:
        glyph = self.face.glyph(char)
        number = self._numbers.get(glyph)
        if number is None:
            self.chars.append(char)
            number = self._numbers[glyph] = len(self.chars)
        code = self[char] = f"{number:04X}"
        return code

    def encode(self, text: str) -> str:
        """*text* as a hexadecimal PDF string."""
        return f"<{''.join(map(self.__getitem__, text))}>"

    def tag(self) -> str:
        """Six capitals that tell this subset from others of the face (ISO 32000-1, 9.6.4)."""
        return "".join(chr(65 + byte % 26) for byte in hashlib.sha256("".join(self.chars).encode()).digest()[:6])

    def widths(self) -> list[int]:
        """The widths of glyph 0 and of the numbered ones, in thousandths of an em."""
        return [self.face.units(0), *(self.face.units(self.face.glyph(char)) for char in self.chars)]

    def program(self) -> bytes:
        """The font file with only these glyphs, in this order."""
        data: bytes = self.face.file.makeSubset([ord(char) for char in self.chars])
        return data

    def unicode_map(self) -> bytes:
        """The ToUnicode CMap (ISO 32000-1, 9.10.3)."""
        pairs = [
            f"<{number:04X}> <{char.encode('utf-16-be').hex().upper()}>" for number, char in enumerate(self.chars, 1)
        ]
        groups = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
        body = "\n".join(f"{len(group)} beginbfchar\n" + "\n".join(group) + "\nendbfchar" for group in groups)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        ).encode("ascii")
