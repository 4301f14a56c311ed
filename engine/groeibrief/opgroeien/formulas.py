"""Where a spreadsheet has formulas: such a cell holds what someone's program once computed, and is never believed.

The reader of values does not tell them apart, so the XML is looked at once more, by rows and columns counted from 1.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from xml.parsers import expat

_CELL = re.compile(r"([A-Z]+)([0-9]+)")
_XLSX_FORMULA = re.compile(rb"<(?:[A-Za-z0-9]+:)?f[\s>/]")
_MOST_PARTS = 10_000
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 64


def is_too_large(archive: zipfile.ZipFile, most: int) -> bool:
    """Whether a spreadsheet unpacks to more than *most* bytes, or has more parts than any."""
    parts = archive.infolist()
    return len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > most


def formula_cells(archive: zipfile.ZipFile) -> frozenset[tuple[int, int]]:
    """Row and column of each cell with a formula in the first sheet (in XLSX, of every sheet: there it is no cost)."""
    found: set[tuple[int, int]] = set()
    for name in archive.namelist():
        if name == "content.xml":
            data = archive.read(name)
            if b"formula=" in data:
                found |= _in_ods(data)
        elif name.startswith("xl/worksheets/") and name.endswith(".xml"):
            data = archive.read(name)
            if _XLSX_FORMULA.search(data):
                found |= _in_xlsx(data)
    return frozenset(found)


def _in_xlsx(data: bytes) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    here = (0, 0)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal here
        match name.rpartition(" ")[2]:
            case "row":
                here = (int(attributes.get("r", here[0] + 1)), 0)
            case "c":
                place = _CELL.fullmatch(attributes.get("r", ""))
                here = (int(place[2]), _column(place[1])) if place else (here[0], here[1] + 1)
            case "f":
                found.add(here)

    _parse(data, start)
    return found


def _in_ods(data: bytes) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    tables = row = rows = column = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal tables, row, rows, column
        own = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        match name.rpartition(" ")[2]:
            case "table":
                tables += 1
                row, rows = 1, 0
            case "table-row":
                row, column = row + rows, 0
                rows = min(int(own.get("number-rows-repeated", "1")), _MOST_ROWS)
            case "table-cell" | "covered-table-cell":
                times = min(int(own.get("number-columns-repeated", "1")), _MOST_COLUMNS)
                if "formula" in own and tables == 1 and row <= _MOST_ROWS:
                    found.update((row + down, column + 1 + right) for down in range(rows) for right in range(times))
                column += times

    _parse(data, start)
    return found


def _parse(data: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.Parse(data, True)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
