"""Where letters go and how they differ: the list beside the letters at VUTG, from which postage and proof are made.

It holds no name and no street, and it never goes into a package as it is: only counts of it do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

DESTINATIONS = "bestemmingen.csv"
_HEADER = "volgnummer;land;postcode;soort;adresregels;langste_regel;kinderen;tekens"
_ROW = re.compile(
    r"([1-9][0-9]{0,8});(BE|buitenland|onbekend);([0-9]{4}|);(brief|controle);([0-9]{1,2});([0-9]{1,3});([0-9]{1,2});"
    r"([a-z+]*)"
)
Country = Literal["BE", "buitenland", "onbekend"]
_LATIN_1, _LATIN_EXTENDED = 0x100, 0x250


class DestinationListError(Exception):
    """A list of destinations that is not one; ``line`` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a letter goes, and what makes it look different: by this the proof set is chosen.

    ``postcode``: four digits for Belgium, else empty. ``control``: a letter to the agency itself. ``lines`` of the
    address, ``longest`` of these in characters, ``children`` that the letter names, ``characters``: which kinds of
    character beside plain ones stand in it (``accent``, ``uitgebreid``, ``vreemd``, joined by ``+``).
    """

    sequence: int
    country: Country
    postcode: str
    control: bool = False
    lines: int = 0
    longest: int = 0
    children: int = 0
    characters: str = ""


def destination(
    sequence: int, greeting: str, lines: Sequence[str], postcode: str, *, control: bool, children: int
) -> Destination:
    """Describe a letter by its address. A Belgian address ends in postcode and municipality, any other in a country."""
    belgian = bool(re.fullmatch(r"[0-9]{4}", postcode)) and lines[-1].startswith(f"{postcode} ")
    return Destination(
        sequence,
        "BE" if belgian else "buitenland",
        postcode if belgian else "",
        control,
        len(lines),
        max(map(len, lines)),
        children,
        _kinds(greeting, *lines),
    )


def unknown_destination(sequence: int) -> Destination:
    """For a letter of which nothing is known but its number."""
    return Destination(sequence, "onbekend", "")


def destination_list(destinations: Iterable[Destination]) -> bytes:
    """Write the list, by sequence number."""
    rows = (
        f"{one.sequence};{one.country};{one.postcode};{'controle' if one.control else 'brief'};{one.lines};"
        f"{one.longest};{one.children};{one.characters}"
        for one in sorted(destinations, key=lambda one: one.sequence)
    )
    return "\n".join((_HEADER, *rows, "")).encode()


def read_destination_list(data: bytes) -> dict[int, Destination]:
    """Read the list, by sequence number. Raises DestinationListError."""
    try:
        lines = data.decode("ascii").splitlines()
    except UnicodeDecodeError as error:
        raise DestinationListError(data[: error.start].count(b"\n") + 1) from error
    if not lines or lines[0] != _HEADER:
        raise DestinationListError(1)
    found: dict[int, Destination] = {}
    for number, line in enumerate(lines[1:], start=2):
        match = _ROW.fullmatch(line)
        if match is None or int(match[1]) in found:
            raise DestinationListError(number)
        sequence, country, postcode, kind, rows, longest, children, characters = match.groups()
        found[int(sequence)] = Destination(
            int(sequence),
            "BE" if country == "BE" else "buitenland" if country == "buitenland" else "onbekend",
            postcode,
            kind == "controle",
            int(rows),
            int(longest),
            int(children),
            characters,
        )
    return found


def _kinds(*texts: str) -> str:
    characters = set().union(*texts)
    kinds = {
        "accent" if code < _LATIN_1 else "uitgebreid" if code < _LATIN_EXTENDED else "vreemd"
        for code in map(ord, characters)
        if code >= 0x80
    }
    return "+".join(sorted(kinds))
