"""What the colours of a file mean on paper: the output intent and its ICC profile.

A letter is black only, so the shipped profile is a grey one of our own making; it needs no other package. Sources:
ICC.1:1998-09 (monochrome output profiles), ISO 15930-7, 6.2, ISO 19005-2, 6.2.3.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from groeibrief.letters.objects import ObjectWriter, text_string

# A tint of 50 % prints as 66 % (ISO 12647-2, curve A: 16 %), so 34 % of the light comes back: 0.5 ** 1.556.
_GAMMA = 1.556
_D50 = (0.9642, 1.0, 0.8249)
_COMPONENTS = {b"GRAY": 1, b"CMYK": 4}


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
