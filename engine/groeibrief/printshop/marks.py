"""The inserter's marks, read from a letter's pages as a camera does, against what the job ticket says.

The format is written down in the print shop's handbook; nothing of what draws the marks is used here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from groeibrief.errors import Finding, RefusedError
from groeibrief.printshop.envelope import DPI, Rectangle, page_grey
from groeibrief.printshop.inserts import MOST, stations
from groeibrief.printshop.policy import Marks

if TYPE_CHECKING:
    from groeibrief.printshop.envelope import Grey

_PER_MM = DPI / 25.4
_PLACES = 9 + MOST
_PITCH = 25.4 / 6
_FIRST = 1.25
_MIDDLE = 4.5
"""Where an OMR bar is looked for: millimetres from the area's top and left."""
_DARK = 128


class Marking(NamedTuple):
    """What a job's marks are: their kind, where on a page, and the job's number and inserts as they say them."""

    kind: Marks
    area: Rectangle
    job: str
    inserts: int
    duplex: bool


def check_marks(path: Path, marking: Marking, sequence: int, first_page: int, pages: int) -> None:
    """Read the mark of each sheet of a letter, of which the pages are given from 1, and compare.

    Raises RefusedError (E559) where a sheet says something else than the job, or nothing.
    """
    step = 2 if marking.duplex else 1
    sheets = -(-pages // step)
    for sheet in range(1, sheets + 1):
        seen = page_grey(path, first_page + (sheet - 1) * step, marking.area)
        wanted = expected(marking, sequence, sheet, sheets)
        found = code(seen) if marking.kind == "datamatrix" else bars(seen)
        if found != wanted:
            raise RefusedError(
                "E559",
                Finding(
                    f"Brief {sequence}, vel {sheet}: het merk zegt iets anders dan de opdrachtbon. Maak de brieven "
                    "opnieuw.",
                    bestand=path.name,
                    gevonden=found or "geen merk",
                    verwacht=wanted,
                ),
            )


def expected(marking: Marking, sequence: int, sheet: int, sheets: int) -> str:
    """What the mark of a sheet says: the digits of a DataMatrix code, or the OMR bars as ones and zeros."""
    last, feeding = int(sheet == sheets), stations(marking.inserts)
    if marking.kind == "datamatrix":
        return f"{marking.job}{sequence:07d}{sheet:02d}{sheets:02d}{last}{feeding:02d}"
    select = "".join(str(feeding >> station & 1) for station in range(MOST))
    shown = f"1{last}{sequence % 8:03b}{sheet % 4:02b}{select}"
    return f"{shown}{(shown.count('1') + 1) % 2}1"


def code(seen: Grey) -> str:
    """The text of the one DataMatrix code in a picture; empty for none, and for more than one."""
    import zxingcpp

    found = zxingcpp.read_barcodes(seen, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix))
    return found[0].text if len(found) == 1 else ""


def bars(seen: Grey) -> str:
    """Which places of an OMR code have a bar, from above, as ones and zeros; *seen* is the mark's area."""
    x = round(_MIDDLE * _PER_MM)
    places = (round((_FIRST + place * _PITCH) * _PER_MM) for place in range(_PLACES))
    shown = "".join(str(int(seen[y, x] < _DARK)) for y in places)
    return shown if "1" in shown else ""
