"""What the colours of a file mean on paper: the output intent and its ICC profile.

A letter is black only, so the shipped profile is a grey one of our own making; it needs no other package. Sources:
ICC.1:1998-09 (monochrome output profiles), ISO 15930-7, 6.2, ISO 19005-2, 6.2.3.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from groeibrief.errors import DefinitionError
from groeibrief.letters.objects import ObjectWriter, text_string

# A tint of 50 % prints as 66 % (ISO 12647-2, curve A: 16 %), so 34 % of the light comes back: 0.5 ** 1.556.
_GAMMA = 1.556
_D50 = (0.9642, 1.0, 0.8249)
_COMPONENTS = {b"GRAY": 1, b"CMYK": 4}
LARGEST = 4 << 20
"""Bytes of a profile."""
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class OutputIntent:
    """A printing condition: what it is called, what it is in words, and its ICC profile of class ``prtr``."""

    condition: str
    info: str
    profile: bytes

    def write(self, objects: ObjectWriter, subtypes: tuple[str, ...]) -> str:
        """Write the profile once; return the array of output intents, one of each subtype, that all name it."""
        components = _COMPONENTS[self.profile[16:20]]
        profile = objects.add_stream(f"/N {components}", self.profile, 9)
        intents = "".join(
            f"<</Type/OutputIntent/S/{subtype}/OutputConditionIdentifier{text_string(self.condition)}"
            f"/Info{text_string(self.info)}/DestOutputProfile {profile} 0 R>>"
            for subtype in subtypes
        )
        return f"[{intents}]"


def load_profile(path: Path) -> OutputIntent:
    """Read an operator's ICC profile, such as one of FOGRA; its own description names the condition.

    Raises DefinitionError (E655): not there, over 4 MB, or not an output profile in CMYK or grey of version 2 or 4.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError:
        raise _refused(path, "bestaat niet of is niet leesbaar. Kijk de naam na in het drukwerkbeleid.") from None
    if len(data) > LARGEST:
        raise _refused(path, "is groter dan 4 MB. Kies een kleiner profiel.")
    if len(data) < 132 or data[36:40] != b"acsp" or struct.unpack(">I", data[:4])[0] != len(data):
        raise _refused(path, "is geen volledig ICC-profiel. Haal het opnieuw op bij de drukkerij.")
    if data[12:16] != b"prtr":
        raise _refused(path, "is geen profiel van een drukproces (klasse prtr). Vraag de drukkerij om het juiste.")
    if data[16:20] not in _COMPONENTS:
        raise _refused(path, "is niet in CMYK of grijs. Vraag de drukkerij om het juiste.")
    if data[8] not in (2, 4):
        raise _refused(path, f"heeft ICC-versie {data[8]}. Gebruik een profiel van versie 2 of 4.")
    tags = _tags(data)
    needed = (b"A2B0",) if data[16:20] == b"CMYK" else (b"kTRC", b"A2B0")
    name = _description(tags.get(b"desc", b""))
    if not name or not any(tag in tags for tag in needed):
        raise _refused(path, "mist zijn naam of zijn kleurtabel. Haal het opnieuw op bij de drukkerij.")
    return OutputIntent(name, name, data)


def _refused(path: Path, why: str) -> DefinitionError:
    return DefinitionError("E655", f"Het uitvoerprofiel {path.name} {why}")


def _tags(data: bytes) -> dict[bytes, bytes]:
    """The profile's tags; one that points outside the file is left out (ICC.1:1998-09, 6.2)."""
    (count,) = struct.unpack(">I", data[128:132])
    tags = {}
    for start in range(132, min(132 + 12 * count, len(data) - 11), 12):
        key, (offset, size) = data[start : start + 4], struct.unpack(">2I", data[start + 4 : start + 12])
        if offset + size <= len(data):
            tags[key] = data[offset : offset + size]
    return tags


def _description(tag: bytes) -> str:
    """The profile's name: of type ``desc`` in version 2, ``mluc`` in version 4, of which the first language."""
    text = ""
    if tag[:4] == b"desc" and len(tag) >= 12:
        (length,) = struct.unpack(">I", tag[8:12])
        text = tag[12 : 12 + length].split(b"\x00")[0].decode("ascii", "replace")
    elif tag[:4] == b"mluc" and len(tag) >= 28:
        length, offset = struct.unpack(">2I", tag[20:28])
        text = tag[offset : offset + length].decode("utf-16-be", "replace")
    return "".join(char for char in text if char.isprintable()).strip()[:_LONGEST_NAME]


def grey_profile() -> bytes:
    """The bytes of a monochrome output profile, version 2.1: black ink on white paper, 16 % dot gain."""
    name = b"groeibrief grey, dot gain 16 %\x00"
    tags = {
        b"desc": b"desc" + struct.pack(">2I", 0, len(name)) + name + bytes(4 + 4 + 2 + 1 + 67),
        b"cprt": b"text" + bytes(4) + b"No copyright, use freely\x00",
        b"wtpt": b"XYZ " + bytes(4) + _xyz(_D50),
        b"kTRC": b"curv" + struct.pack(">2IH", 0, 1, round(_GAMMA * 256)),
    }
    table, body = struct.pack(">I", len(tags)), b""
    first = 128 + 4 + 12 * len(tags)
    for key, data in tags.items():
        table += key + struct.pack(">2I", first + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    made = struct.pack(">6H", 2025, 1, 1, 0, 0, 0)
    header = struct.pack(">2I", first + len(body), 0) + bytes([2, 0x10, 0, 0]) + b"prtrGRAYXYZ " + made + b"acsp"
    header += bytes(24) + struct.pack(">I", 1) + _xyz(_D50)
    return header.ljust(128, b"\x00") + table + body


def _xyz(values: tuple[float, ...]) -> bytes:
    return struct.pack(">3i", *(round(value * 65536) for value in values))


GREY = OutputIntent("groeibrief-grey", "Black ink on white paper, dot gain 16 %", grey_profile())
