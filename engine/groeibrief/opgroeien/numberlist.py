"""A municipality's list, checked: the good numbers, each once, and what is wrong or was mended, by row.

A fault never shows more of a number than its last two digits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from groeibrief.errors import Finding, RefusedError
from groeibrief.opgroeien.national_numbers import LENGTH, digits_of, is_number, repaired
from groeibrief.opgroeien.policy import ListLimits
from groeibrief.opgroeien.sheets import Cell, Sheet, read_sheet

_PLAIN = re.compile(r"[0-9]{11}")
_LETTERS = re.compile(r"[^a-z0-9]")
_TYPED_FORMULA = ("=", "+", "@")
SHOWN = 20
"""So many faults are shown at once; the report holds all."""


class Kind(Enum):
    """What there is to say about a row. ``is_fault``: it gets no answer."""

    FORMULA = "formule"
    NOT_A_NUMBER = "geen-nummer"
    ROUNDED = "afgerond"
    LENGTH = "lengte"
    CHECK = "controlegetal"
    DUPLICATE = "dubbel"
    EMPTY = "leeg"
    REPAIRED = "hersteld"

    @property
    def is_fault(self) -> bool:
        """Whether the sender has to mend it."""
        return self not in (Kind.DUPLICATE, Kind.EMPTY, Kind.REPAIRED)


_SENTENCES = {
    Kind.FORMULA: "Deze cel bevat een formule. Plak de nummers als waarden.",
    Kind.NOT_A_NUMBER: "Hier staat geen rijksregisternummer. Schrijf elf cijfers, met of zonder leestekens.",
    Kind.ROUNDED: "Dit getal is afgerond door een rekenblad. Maak de kolom eerst tekst en vul het nummer opnieuw in.",
    Kind.LENGTH: "Een rijksregisternummer telt elf cijfers. Kijk het na.",
    Kind.CHECK: "Het controlegetal van dit nummer klopt niet. Kijk het na.",
    Kind.DUPLICATE: "Dit nummer staat al hoger in de lijst; het krijgt één antwoord.",
    Kind.EMPTY: "Deze rij is leeg en is overgeslagen.",
    Kind.REPAIRED: "De nullen vooraan waren weg en zijn hersteld. Maak de kolom voortaan tekst.",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """A row (from 1, the header included) and what is to be said; ``tail``: at most two digits of what stands there."""

    row: int
    kind: Kind
    tail: str

    @property
    def sentence(self) -> str:
        """What to do, in Dutch."""
        return _SENTENCES[self.kind]

    def finding(self, name: str, column: int) -> Finding:
        """The remark as a part of an error."""
        return Finding(self.sentence, name, self.row, column, f"…{self.tail}" if self.tail else None)


@dataclass(slots=True)
class NumberList:
    """What was read. ``rows``: all rows with something in them; ``column`` counts from 1."""

    name: str
    column: int
    numbers: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    rows: int = 0

    @property
    def faults(self) -> list[Remark]:
        """What the sender has to mend."""
        return [remark for remark in self.remarks if remark.kind.is_fault]

    def how_many(self, kind: Kind) -> int:
        """How many rows there is this to say about."""
        return sum(1 for remark in self.remarks if remark.kind is kind)


def read_list(data: bytes, name: str, limits: ListLimits, column: str | None = None) -> NumberList:
    """Read and check a list. *column*: a header's text or a number from 1, for one that is not recognised.

    Raises RefusedError (E830 unreadable, E831 too large, E832 no column, or more than one, E833 no numbers at all).
    """
    sheet = read_sheet(data, name, limits)
    first, skipped = _first_row(sheet)
    if first is None:
        raise RefusedError("E833", Finding("De lijst is leeg. Lever een lijst met minstens één nummer.", bestand=name))
    index, is_header = _column(first, name, limits, column)
    found = NumberList(name, index + 1)
    seen: set[str] = set()
    if not is_header:
        _take(first, skipped + 1, index, sheet, found, seen)
    for number, row in enumerate(sheet.rows, skipped + 2):
        if number > limits.hoogstens_rijen + skipped + 1:
            raise RefusedError(
                "E831",
                Finding(f"De lijst telt meer dan {limits.hoogstens_rijen} rijen. Lever ze in delen.", bestand=name),
            )
        _take(row, number, index, sheet, found, seen)
    if not found.rows:
        raise RefusedError("E833", Finding("Er staat geen enkel nummer in de lijst.", bestand=name))
    return found


def _first_row(sheet: Sheet) -> tuple[list[Cell] | None, int]:
    for skipped, row in enumerate(sheet.rows):
        if any(not _is_blank(cell) for cell in row):
            return row, skipped
    return None, 0


def _column(first: Sequence[Cell], name: str, limits: ListLimits, chosen: str | None) -> tuple[int, bool]:
    """Which column holds the numbers, and whether the first row is a header."""
    plain = [_LETTERS.sub("", str(cell).casefold()) for cell in first]
    if chosen is not None:
        return _chosen_column(plain, first, name, chosen)
    known = [index for index, word in enumerate(plain) if word in limits.kolommen]
    if len(known) == 1:
        return known[0], True
    # No header: the only column whose first cell is a number already.
    numbers = [index for index, cell in enumerate(first) if _looks_like_number(cell)]
    if not known and len(numbers) == 1:
        return numbers[0], False
    what = "Meer dan één kolom kan het zijn." if known else "Geen enkele kolom wordt herkend."
    raise RefusedError(
        "E832",
        Finding(
            f"{what} Geef met --column het opschrift of het volgnummer van de kolom met de rijksregisternummers, of "
            "noem ze 'insz'.",
            bestand=name,
            regel=1,
        ),
    )


def _chosen_column(plain: list[str], first: Sequence[Cell], name: str, chosen: str) -> tuple[int, bool]:
    word = _LETTERS.sub("", chosen.casefold())
    if word and word in plain:
        return plain.index(word), True
    if chosen.isascii() and chosen.isdigit() and 1 <= int(chosen) <= len(first):
        index = int(chosen) - 1
        return index, not _looks_like_number(first[index])
    raise RefusedError("E832", Finding("De kolom die --column noemt, staat niet in de lijst.", bestand=name, regel=1))


def _looks_like_number(cell: Cell) -> bool:
    digits = digits_of(_written(cell))
    return digits is not None and (is_number(digits) or repaired(digits) is not None)


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _written(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _take(row: list[Cell], number: int, index: int, sheet: Sheet, found: NumberList, seen: set[str]) -> None:
    cell: Cell = row[index] if index < len(row) else ""
    formula = (number, index + 1) in sheet.formulas
    if _is_blank(cell) and not formula:
        if any(not _is_blank(other) for other in row):
            found.rows += 1
            found.remarks.append(Remark(number, Kind.NOT_A_NUMBER, ""))
        else:
            found.remarks.append(Remark(number, Kind.EMPTY, ""))
        return
    found.rows += 1
    kind, insz, tail = (Kind.FORMULA, "", "") if formula else _judged(cell)
    if kind is not None:
        found.remarks.append(Remark(number, kind, tail))
        if kind.is_fault:
            return
    if insz in seen:
        found.remarks.append(Remark(number, Kind.DUPLICATE, insz[-2:]))
        return
    seen.add(insz)
    found.numbers.append(insz)


def _judged(cell: Cell) -> tuple[Kind | None, str, str]:
    """What is wrong or was mended, the number, and its last two digits."""
    written = _written(cell)
    if _PLAIN.fullmatch(written):
        return (None, written, "") if is_number(written) else (Kind.CHECK, "", written[-2:])
    if written.lstrip().startswith(_TYPED_FORMULA):
        return Kind.FORMULA, "", ""
    # A date or a truth value has digits too.
    digits = digits_of(written) if type(cell) in (str, int, float) else None
    if digits is None:
        rounded = isinstance(cell, float) or re.fullmatch(r"\s*[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+\s*", written)
        return (Kind.ROUNDED if rounded else Kind.NOT_A_NUMBER), "", ""
    if isinstance(cell, float) and not cell.is_integer():
        return Kind.ROUNDED, "", ""
    if len(digits) == LENGTH:
        return (None, digits, "") if is_number(digits) else (Kind.CHECK, "", digits[-2:])
    if whole := repaired(digits):
        return Kind.REPAIRED, whole, whole[-2:]
    return Kind.LENGTH, "", digits[-2:]


def fault_report(found: NumberList) -> bytes:
    """All remarks as CSV for the sender: row, kind, last two digits, sentence."""
    lines = ["rij,soort,laatste_cijfers,uitleg"]
    lines += [f'{remark.row},{remark.kind.value},{remark.tail},"{remark.sentence}"' for remark in found.remarks]
    return ("\r\n".join([*lines, ""])).encode()
