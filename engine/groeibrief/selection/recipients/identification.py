"""Who someone is in a snapshot, by national number or by name and address: for an objection, on its way to a list.

What goes in is personal and stays in memory; what comes out is an id, or the number of a line that fits nobody or
several. A person is known by name and address only when both fit exactly one.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from groeibrief.errors import Finding, UsageError, reason
from groeibrief.selection.policy import Abbreviations
from groeibrief.selection.recipients.address import SameAddress, fold

_NUMBER = ("insz",)
_ADDRESS = ("voornaam", "naam", "straat", "huisnummer", "bus", "postcode")
_DIGITS = 11


@dataclass(frozen=True, slots=True)
class Someone:
    """A line of a file: a national number, or a name and an address. Never shown."""

    line: int
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identified:
    """The ids that were found, and the lines that fit nobody or more than one person."""

    persons: frozenset[int]
    nobody: tuple[int, ...]
    several: tuple[int, ...]


def read_people(path: Path) -> tuple[Someone, ...]:
    """Read a CSV file: a column ``insz``, or ``voornaam;naam;straat;huisnummer;bus;postcode``.

    Raises UsageError (E260).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "het is geen UTF-8"
        raise UsageError("E260", Finding(f"De lijst kan niet gelezen worden: {why}.", str(path))) from error
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = tuple(word.strip().casefold() for word in next(reader, ()))
    if columns not in (_NUMBER, _ADDRESS):
        told = f"De eerste regel is 'insz', of '{';'.join(_ADDRESS)}'."
        raise UsageError("E260", Finding(told, str(path), 1))
    people = []
    for row in reader:
        values = tuple(value.strip() for value in row)
        if columns == _NUMBER and values:
            values = ("".join(each for each in values[0] if each.isdigit()),)
        complete = len(values) == len(columns) and (columns == _ADDRESS or len(values[0]) == _DIGITS)
        if not complete:
            raise UsageError("E260", Finding("Deze regel is onvolledig of onjuist.", str(path), reader.line_num))
        people.append(Someone(reader.line_num, values))
    if not people:
        raise UsageError("E260", Finding("De lijst is leeg.", str(path)))
    return tuple(people)


def identify(
    people: Sequence[Someone], persons: Sequence[Path], domiciles: Sequence[Path], abbreviations: Abbreviations
) -> Identified:
    """Find people in a snapshot's tables ``persoon`` and ``woonplaats``; any address that a person ever had counts."""
    by_number = len(people[0].values) == 1
    wanted = {each.values for each in people}
    found = _by_number(persons, wanted) if by_number else _by_address(people, persons, domiciles, abbreviations)
    ids: set[int] = set()
    nobody, several = [], []
    for each in people:
        known = found.get(each.values, set())
        if len(known) == 1:
            ids |= known
        elif known:
            several.append(each.line)
        else:
            nobody.append(each.line)
    return Identified(frozenset(ids), tuple(nobody), tuple(several))


def _by_number(persons: Sequence[Path], wanted: set[tuple[str, ...]]) -> dict[tuple[str, ...], set[int]]:
    found: dict[tuple[str, ...], set[int]] = defaultdict(set)
    numbers = {values[0] for values in wanted}
    for batch in _rows(persons, ("persoon_id", "insz")):
        for person, number in zip(*(batch.column(name).to_pylist() for name in ("persoon_id", "insz")), strict=True):
            if number in numbers:
                found[(number,)].add(person)
    return found


def _by_address(
    people: Sequence[Someone], persons: Sequence[Path], domiciles: Sequence[Path], abbreviations: Abbreviations
) -> dict[tuple[str, ...], set[int]]:
    same = SameAddress(abbreviations)
    named: dict[tuple[str, str], set[int]] = defaultdict(set)
    names = {(fold(each.values[0]), fold(each.values[1])) for each in people}
    for batch in _rows(persons, ("persoon_id", "voornaam", "naam")):
        columns = (batch.column(name).to_pylist() for name in ("persoon_id", "voornaam", "naam"))
        for person, first, last in zip(*columns, strict=True):
            key = (fold(first or ""), fold(last or ""))
            if key in names:
                named[key].add(person)
    candidates = {person for found in named.values() for person in found}
    lived: dict[tuple[str, ...], set[int]] = defaultdict(set)
    fields = ("persoon_id", "postcode", "straat", "huisnummer", "bus")
    for batch in _rows(domiciles, fields):
        columns = (batch.column(name).to_pylist() for name in fields)
        for person, postcode, street, number, box in zip(*columns, strict=True):
            if person in candidates:
                lived[same.key("BE", postcode or "", street or "", number or "", box or "")].add(person)
    found = {}
    for each in people:
        first, last, street, number, box, postcode = each.values
        address = lived.get(same.key("BE", postcode, street, number, box), set())
        found[each.values] = named.get((fold(first), fold(last)), set()) & address
    return found


def _rows(paths: Iterable[Path], columns: Sequence[str]) -> Iterable[pa.RecordBatch]:
    for path in paths:
        yield from pq.ParquetFile(path).iter_batches(columns=list(columns))
