"""Where each letter lies in the batch files: the list that ``letters`` writes, and the one that goes into the seal.

Neither holds anything personal: a sequence number, a file, pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from groeibrief.printshop.inserts import stations
from groeibrief.printshop.policy import sheets

PIECES = "stukken.csv"
BATCH_FILE = re.compile(r"brieven-[0-9]{4}\.pdf")
_LETTERS_HEADER = "volgnummer;bestand;eerste_pagina;paginas"
_SEALED_HEADER = "volgnummer;partij;bestand;eerste_pagina;paginas;vellen;bijlagen;posten;merkopdracht"
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class PieceListError(Exception):
    """A piece list that is not one: the line (from 1) and a Dutch sentence, for the caller to give a code."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Piece:
    """One letter in a batch file; ``first_page`` counts from 1 within the file."""

    sequence: int
    file: str
    first_page: int
    pages: int


def read_letters_list(data: bytes) -> tuple[Piece, ...]:
    """Read the list that ``letters`` writes, sorted by file and page. Raises PieceListError."""
    pieces = [
        Piece(_number(row[0], line), _file(row[1], line), _number(row[2], line), _number(row[3], line))
        for line, row in _rows(data, _LETTERS_HEADER)
    ]
    return tuple(sorted(pieces, key=lambda piece: (piece.file, piece.first_page, piece.sequence)))


def letters_list(rows: Iterable[tuple[int, str, int, int]]) -> bytes:
    """Write the list that ``letters`` writes: sequence number, file, first page, pages."""
    return "\n".join((_LETTERS_HEADER, *(";".join(map(str, row)) for row in rows), "")).encode()


def read_sealed_list(data: bytes) -> tuple[Piece, ...]:
    """Read the list of a package, in its own order. Raises PieceListError."""
    return tuple(
        Piece(_number(row[0], line), _file(row[2], line), _number(row[3], line), _number(row[4], line))
        for line, row in _rows(data, _SEALED_HEADER)
    )


def sealed_list(
    pieces: Sequence[Piece], batches: Mapping[str, int], *, duplex: bool, inserts: int = 0, mark_job: str | None = None
) -> bytes:
    """Write the list of a package: what an inserter compares its marks with.

    *batches* gives the number of each file, *inserts* is how many things go in with each letter (and ``posten`` the
    stations that they come from, as the marks say it), *mark_job* the number by which the marks know the job.
    """
    rows = (
        f"{piece.sequence};{batches[piece.file]};{piece.file};{piece.first_page};{piece.pages};"
        f"{sheets(piece.pages, duplex=duplex)};{inserts};{stations(inserts):02d};{mark_job or ''}"
        for piece in pieces
    )
    return "\n".join((_SEALED_HEADER, *rows, "")).encode()


def layout_faults(pieces: Sequence[Piece], pages: Mapping[str, int], *, duplex: bool) -> Iterator[tuple[str, str]]:
    """Yield (file, Dutch sentence) for each file whose pieces do not cover its *pages* exactly once and in order.

    *pieces* are sorted by file and page. On both sides of the paper, a piece must start on a front.
    """
    seen: set[int] = set()
    for file, group in groupby(pieces, key=lambda piece: piece.file):
        following = 1
        for piece in group:
            if piece.sequence in seen:
                yield file, f"Volgnummer {piece.sequence} staat twee keer in de stuklijst."
                break
            seen.add(piece.sequence)
            if piece.first_page != following:
                yield file, f"Stuk {piece.sequence} begint op pagina {piece.first_page} in plaats van {following}."
                break
            if duplex and following % 2 == 0:
                yield (
                    file,
                    (
                        f"Stuk {piece.sequence} begint op een achterzijde (pagina {following}): twee brieven zouden op "
                        "hetzelfde vel staan. Vul elke brief aan tot een even aantal pagina's of druk enkelzijdig."
                    ),
                )
                break
            following += piece.pages
        else:
            if file in pages and following - 1 != pages[file]:
                yield file, (f"De stuklijst telt {following - 1} pagina's, maar het bestand heeft er {pages[file]}.")


def _rows(data: bytes, header: str) -> Iterator[tuple[int, list[str]]]:
    try:
        lines = data.decode("ascii").splitlines()
    except UnicodeDecodeError as error:
        raise PieceListError(data[: error.start].count(b"\n") + 1, "Er staat een vreemd teken in.") from error
    if not lines or lines[0] != header:
        raise PieceListError(1, f"De eerste regel moet '{header}' zijn.")
    width = header.count(";") + 1
    for number, line in enumerate(lines[1:], start=2):
        row = line.split(";")
        if len(row) != width:
            raise PieceListError(number, f"Een regel heeft {width} velden, gescheiden door puntkomma's.")
        yield number, row


def _number(text: str, line: int) -> int:
    if not _NUMBER.fullmatch(text):
        raise PieceListError(line, "Hier hoort een geheel getal vanaf 1.")
    return int(text)


def _file(text: str, line: int) -> str:
    if not BATCH_FILE.fullmatch(text):
        raise PieceListError(line, "Een bestand met brieven heet brieven-0001.pdf, brieven-0002.pdf, …")
    return text
