"""Projects with another print policy, and what a print shop's camera sees of a page."""

from __future__ import annotations

import csv
import shutil
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy
import pypdfium2
import zxingcpp

SHIPPED = Path(__file__).resolve().parents[3]
DPI = 300
_MM = DPI / 25.4


class Mark(NamedTuple):
    """What a DataMatrix mark says."""

    job: str
    sequence: int
    sheet: int
    sheets: int
    last: bool
    stations: str


def a_project(folder: Path, **policy: str) -> Path:
    """The shipped project with keys of its print policy replaced."""
    for name in ("catalog", "rules", "letter_templates"):
        shutil.copytree(SHIPPED / name, folder / name)
    path = folder / "rules/policies/drukwerk.yaml"
    lines = path.read_text().splitlines()
    kept = [line for line in lines if line.partition(":")[0] not in policy]
    path.write_text("\n".join([*kept, *(f"{key}: {value}" for key, value in policy.items()), ""]))
    return folder


def pages(path: Path) -> list[numpy.ndarray]:
    """Each page of a PDF file in grey, at 300 dpi."""
    with closing(pypdfium2.PdfDocument(path)) as document:
        return [page.render(scale=DPI / 72, grayscale=True).to_numpy().squeeze() for page in document]


def datamatrix(page: numpy.ndarray) -> list[Mark]:
    """Every DataMatrix mark on a page."""
    found = zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.DataMatrix)
    return [
        Mark(text[:10], int(text[10:17]), int(text[17:19]), int(text[19:21]), text[21] == "1", text[22:])
        for text in (barcode.text for barcode in found)
    ]


def omr_bars(page: numpy.ndarray, left: float, top: float) -> tuple[bool, ...]:
    """Which of the fifteen places for an OMR bar are black; *left* and *top* of the mark's area in millimetres."""
    x = round((left + 1 + 3.5) * _MM)
    places = [round((top + 1 + 0.25 + place * 25.4 / 6) * _MM) for place in range(15)]
    return tuple(bool(page[y, x - 20 : x + 20].mean() < 128) for y in places)


def piece_rows(opened: Path) -> list[dict[str, str]]:
    """The piece list of a package's content, or of letters."""
    return list(csv.DictReader((opened / "stukken.csv").read_text().splitlines(), delimiter=";"))
