"""The rows of a list as they were delivered, whatever the file: CSV, XLSX or ODS. Values only; nothing is computed."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from groeibrief.errors import Finding, RefusedError, UsageError
from groeibrief.opgroeien.formulas import formula_cells, is_too_large
from groeibrief.opgroeien.policy import ListLimits

Cell = object
"""Text, a number, a date: what the file says."""
_ZIP = b"PK\x03\x04"
_DELIMITERS = (";", "\t", ",", "|")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows, each a list of cells; ``formulas``: row and column, from 1, of cells that hold a formula."""

    rows: Iterator[list[Cell]]
    formulas: frozenset[tuple[int, int]]


def read_sheet(data: bytes, name: str, limits: ListLimits) -> Sheet:
    """Open a list.

    Raises RefusedError (E830 not a list that can be read, E831 too large), UsageError (E835 the reader is not there).
    """
    if not data.startswith(_ZIP):
        return Sheet(_csv_rows(_text(data, name), name), frozenset())
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if is_too_large(archive, limits.hoogstens_bytes):
                raise RefusedError(
                    "E831", Finding(f"Uitgepakt is dit meer dan {limits.hoogstens_bytes} bytes.", bestand=name)
                )
            names = set(archive.namelist())
            # The reader of values looks at no checksum, nor at the size that a part says it has.
            if not names & {"content.xml", "xl/workbook.xml"} or archive.testzip() is not None:
                raise _unreadable(name)
            formulas = formula_cells(archive)
    # ``zipfile`` says NotImplementedError of a compression that it does not know, RuntimeError of a password.
    except (zipfile.BadZipFile, expat.ExpatError, ValueError, NotImplementedError, RuntimeError, OSError) as error:
        raise _unreadable(name) from error
    return Sheet(_workbook_rows(data, name), formulas)


def _unreadable(name: str) -> RefusedError:
    return RefusedError(
        "E830",
        Finding(
            "Dit is geen lijst die gelezen kan worden. Lever een CSV in UTF-8, een XLSX of een ODS, zonder wachtwoord.",
            bestand=name,
        ),
    )


def _text(data: bytes, name: str) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    # A spreadsheet in Belgium writes cp1252 where it does not write UTF-8; the numbers are the same in both.
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
        break
    raise _unreadable(name)


def _csv_rows(text: str, name: str) -> Iterator[list[Cell]]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise _unreadable(name) from error


def _workbook_rows(data: bytes, name: str) -> Iterator[list[Cell]]:
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError as error:
        raise UsageError(
            "E835",
            Finding(
                "XLSX en ODS lezen vraagt de extra 'opgroeien' (python-calamine). Installeer ze, of vraag een CSV.",
                bestand=name,
            ),
        ) from error
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheet = book.get_sheet_by_index(0)
            # Rows come from the first of the sheet, cells only from the first column with something in it.
            blank: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
            for row in sheet.iter_rows():
                yield blank + list(row)
    except (CalamineError, OSError, ValueError) as error:
        raise _unreadable(name) from error
