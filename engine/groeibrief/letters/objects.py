"""The objects of a PDF file, written one after the other: numbers, offsets, streams, cross-reference table, SHA-256.

ISO 32000-1 (PDF 1.6), 7.3 and 7.5; bytes depend on nothing but what is written.
"""

from __future__ import annotations

import hashlib
import zlib
from typing import IO


class ObjectWriter:
    """Writes objects to a stream as they come; keeps only where each began."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self._position = 0
        self._offsets: list[int] = [0]
        self._write(b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")

    @property
    def identity(self) -> str:
        """Thirty-two hexadecimal digits that follow from everything written so far."""
        return self._digest.hexdigest()[:32]

    def reserve(self) -> int:
        """A number for an object that is written later."""
        self._offsets.append(0)
        return len(self._offsets) - 1

    def put(self, number: int, body: str) -> None:
        """Write the object of a reserved number."""
        self._offsets[number] = self._position
        self._write(f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1"))

    def add(self, body: str) -> int:
        """Write an object; return its number."""
        number = self.reserve()
        self.put(number, body)
        return number

    def add_stream(self, head: str, data: bytes, level: int = 0) -> int:
        """Write a stream, deflated at *level* (0: as it is); return its number."""
        number = self.reserve()
        if level:
            head, data = f"{head}/Filter/FlateDecode", zlib.compress(data, level)
        self._offsets[number] = self._position
        opening = f"{number} 0 obj\n<<{head}/Length {len(data)}>>stream\n"
        self._write(opening.encode("latin-1") + data + b"\nendstream\nendobj\n")
        return number

    def close(self, root: int, info: int) -> str:
        """Write the cross-reference table and the trailer; return the SHA-256 of the whole, in hexadecimal."""
        start = self._position
        size = len(self._offsets)
        self._write(f"xref\n0 {size}\n0000000000 65535 f \n".encode())
        for first in range(1, size, 1000):
            self._write("".join(f"{offset:010d} 00000 n \n" for offset in self._offsets[first : first + 1000]).encode())
        identity = self.identity
        self._write(
            f"trailer\n<</Size {size}/Root {root} 0 R/Info {info} 0 R/ID[<{identity}><{identity}>]>>\n"
            f"startxref\n{start}\n%%EOF\n".encode()
        )
        return self._digest.hexdigest()

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        self._digest.update(data)
        self._position += len(data)


def number(value: float) -> str:
    """A number with at most three decimals, as PDF writes it."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def text_string(text: str) -> str:
    """A text string: as it is where it is ASCII, else UTF-16 (ISO 32000-1, 7.9.2.2)."""
    if text.isascii():
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return f"({escaped})"
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
