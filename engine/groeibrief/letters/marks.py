"""Marks that tell an inserter which sheets go in one envelope: a DataMatrix code or OMR bars; nothing personal.

Sources: ISO/IEC 16022 (ECC 200, 16 by 16 modules); OMR at six bars to the inch, as most inserters read it.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import Literal, NamedTuple

from groeibrief.letters.layout import MarkArea
from groeibrief.letters.typesetting import Bar, Block

MarkKind = Literal["geen", "datamatrix", "omr"]

_MODULES = 16
_MODULE = 0.5
_QUIET = 1
_RUN = re.compile(rb"\x00+")
_PITCH = 25.4 / 6
_OMR_BAR = (7.0, 0.5)
STATIONS = 6
"""Stations of an inserter that a mark can tell to feed: as many select marks as an OMR code has."""


class Sheet(NamedTuple):
    """A sheet of paper of a letter: ``number`` of ``total``, counted from 1; ``inserts`` go in with the letter.

    Inserts lie in the inserter's stations in their order, from the first one on.
    """

    job: str
    sequence: int
    number: int
    total: int
    inserts: int = 0

    @property
    def last(self) -> bool:
        """Whether it ends its group."""
        return self.number == self.total

    @property
    def stations(self) -> int:
        """The stations that feed, as bits: 1 the first, 2 the second, 4 the third, up to 32."""
        return stations(self.inserts)

    def code(self) -> str:
        """Twenty-four digits.

        Job (10), sequence (7), sheet (2), sheets (2), 1 on the last sheet, else 0, the sum of the stations (2).
        """
        return f"{self.job}{self.sequence:07d}{self.number:02d}{self.total:02d}{self.last:d}{self.stations:02d}"

    def bars(self) -> tuple[bool, ...]:
        """Which of the fifteen OMR bars are there.

        Start; last sheet; sequence modulo 8, sheet modulo 4, high bits first; stations 1 to 6; parity, which makes them
        even; stop.
        """
        bits = [bool(self.sequence & 4), bool(self.sequence & 2), bool(self.sequence & 1)]
        bits += [bool(self.number & 2), bool(self.number & 1)]
        bits += [bool(self.stations & 1 << station) for station in range(STATIONS)]
        shown = [True, self.last, *bits]
        return (*shown, sum(shown) % 2 == 0, True)


def job_code(reference: str) -> str:
    """The ten digits by which the marks know a mailing."""
    return f"{int(hashlib.sha256(reference.encode()).hexdigest()[:12], 16) % 10**10:010d}"


def stations(inserts: int) -> int:
    """The stations that feed so many inserts, as bits."""
    assert 0 <= inserts <= STATIONS, "whoever plans a mailing counts its inserts"
    return (1 << inserts) - 1


def mark(kind: MarkKind, sheet: Sheet, area: MarkArea) -> Block:
    """The mark of a sheet as a block, to be placed at the area's corner."""
    bars = _datamatrix(sheet.code()) if kind == "datamatrix" else _omr(sheet.bars())
    return Block((), bars, area.hoogte, kind="merkteken")


def _datamatrix(code: str) -> tuple[Bar, ...]:
    import numpy
    import zxingcpp

    barcode = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.DataMatrix)
    picture = numpy.asarray(barcode.to_image(scale=1, add_quiet_zones=False))
    assert picture.shape == (_MODULES, _MODULES), "twenty-four digits fill a code of 16 by 16"
    # A light module ends each row, so that one search over all the modules finds no run across rows.
    modules = numpy.full((_MODULES, _MODULES + 1), 255, numpy.uint8)
    modules[:, :_MODULES] = picture
    return tuple([_dark(*run.span()) for run in _RUN.finditer(modules.tobytes())])


@cache
def _dark(start: int, end: int) -> Bar:
    row, column = divmod(start, _MODULES + 1)
    return Bar((_QUIET + column) * _MODULE, (_QUIET + row) * _MODULE, (end - start) * _MODULE, _MODULE)


def _omr(shown: tuple[bool, ...]) -> tuple[Bar, ...]:
    width, height = _OMR_BAR
    return tuple(Bar(1.0, 1.0 + place * _PITCH, width, height) for place, there in enumerate(shown) if there)
