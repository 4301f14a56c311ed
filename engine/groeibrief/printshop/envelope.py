"""The envelope's window, on letters as they are printed: whatever the creep, nothing shows in it but the address.

A folded sheet lies somewhere in its envelope. The window shows at least what is visible in every position, and in an
extreme one as much more as the sheet can creep, on each side: in all of that no ink may lie but the address's.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from groeibrief.errors import Finding, RefusedError
from groeibrief.printshop.policy import EnvelopePlay

if TYPE_CHECKING:
    import numpy

    Grey = numpy.ndarray[tuple[int, int], numpy.dtype[numpy.uint8]]

DPI = 300
_POINTS_PER_INCH = 72
_MM_PER_INCH = 25.4
_WHITE = 250
"""Grey of a pixel from which it counts as paper: an edge that is smoothed away is no ink."""
_A4 = (210.0, 297.0)
_BLUR = 0.2
"""Millimetres around the address that are taken as its own: a letter's edge is smoothed over two pixels."""


class Rectangle(NamedTuple):
    """Millimetres from the top left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float


def swept(visible: tuple[float, float, float, float], play: EnvelopePlay) -> Rectangle:
    """All that the window may show of a page: *visible* in every position, and the play around it."""
    left, top, right, bottom = visible
    return Rectangle(
        max(0.0, left - play.breedte),
        max(0.0, top - play.hoogte),
        min(_A4[0], right + play.breedte),
        min(_A4[1], bottom + play.hoogte),
    )


def check_window(
    path: Path,
    page: int,
    sequence: int,
    visible: tuple[float, float, float, float],
    address: tuple[float, float, float, float],
    play: EnvelopePlay,
) -> None:
    """Look through the window at the letter that starts on *page* (from 1) of the PDF file *path*.

    *visible* and *address* are left, top, right and bottom in millimetres; *address* lies within *visible*. Raises
    RefusedError (E583) when something else shows, or no address; it says where, never what.
    """
    window = swept(visible, play)
    ink = page_grey(path, page, window) < _WHITE
    rows, columns = ink.shape
    scale_x, scale_y = columns / (window.right - window.left), rows / (window.bottom - window.top)
    left, right = (round((edge - window.left) * scale_x) for edge in (address[0] - _BLUR, address[2] + _BLUR))
    top, bottom = (round((edge - window.top) * scale_y) for edge in (address[1] - _BLUR, address[3] + _BLUR))
    if not ink[top:bottom, left:right].any():
        raise _fault(path, sequence, "er staat geen adres in het venster")
    ink[top:bottom, left:right] = False
    if ink.any():
        (y, *_), (x, *_) = ink.nonzero()
        place = f"{window.left + x / scale_x:.0f} mm van links en {window.top + y / scale_y:.0f} mm van boven"
        raise _fault(path, sequence, f"naast het adres kan in het venster te zien zijn wat op {place} staat")


def page_grey(path: Path, page: int, area: Rectangle) -> Grey:
    """An area of a page of a PDF file as a camera sees it: rows and columns of grey pixels at 300 dpi."""
    import numpy
    import pypdfium2

    points = _POINTS_PER_INCH / _MM_PER_INCH
    with closing(pypdfium2.PdfDocument(path)) as document:
        sheet = document[page - 1]
        width, height = sheet.get_size()
        crop = (area.left * points, height - area.bottom * points, width - area.right * points, area.top * points)
        bitmap = sheet.render(scale=DPI / _POINTS_PER_INCH, crop=crop, grayscale=True)
        pixels: Grey = numpy.ascontiguousarray(bitmap.to_numpy().reshape(bitmap.height, bitmap.width))
        sheet.close()
    return pixels


def _fault(path: Path, sequence: int, what: str) -> RefusedError:
    return RefusedError(
        "E583",
        Finding(
            f"Brief {sequence}: {what}. Pas layout.yaml van het sjabloon aan, of kijk in het drukwerkbeleid na of "
            "'omslagspeling' bij de omslag hoort.",
            bestand=path.name,
        ),
    )
