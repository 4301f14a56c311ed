"""The proof set: which letters are printed and looked at first, chosen so that each way to differ is among them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from groeibrief.printshop.destinations import Destination, unknown_destination
from groeibrief.printshop.pieces import Piece

Reason = Literal[
    "eerste",
    "kortste",
    "langste",
    "laatste",
    "eerste van partij",
    "variant",
    "vreemde tekens",
    "breedste adres",
    "buitenland",
]  # fmt: skip


class ProofPiece(BaseModel):
    """A letter to print and check first, and why it was chosen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    volgnummer: int = Field(ge=1, description="Volgnummer van de brief.")
    bestand: str = Field(description="PDF waar de brief in staat.")
    eerste_pagina: int = Field(ge=1, description="Eerste pagina van de brief in het bestand, vanaf 1.")
    paginas: int = Field(ge=1, description="Aantal pagina's van de brief.")
    reden: tuple[Reason, ...] = Field(min_length=1, description="Waarom deze brief in de proef zit.")


def proof_set(pieces: Sequence[Piece], destinations: Mapping[int, Destination] | None = None) -> tuple[ProofPiece, ...]:
    """Choose from *pieces*, sorted by file and page.

    The first, last, longest and shortest letter, and the first of each batch; one of each variant (pages, address
    lines, named children), one of each set of characters beyond plain ones, the widest address and the first abroad.
    """
    reasons: dict[Piece, list[Reason]] = {}
    for piece, reason in _chosen(pieces, destinations or {}):
        reasons.setdefault(piece, []).append(reason)
    return tuple(
        ProofPiece(
            volgnummer=piece.sequence,
            bestand=piece.file,
            eerste_pagina=piece.first_page,
            paginas=piece.pages,
            reden=tuple(why),
        )
        for piece, why in sorted(reasons.items(), key=lambda item: (item[0].file, item[0].first_page))
    )


def _chosen(pieces: Sequence[Piece], destinations: Mapping[int, Destination]) -> Iterator[tuple[Piece, Reason]]:
    yield pieces[0], "eerste"
    yield min(pieces, key=lambda piece: piece.pages), "kortste"
    yield max(pieces, key=lambda piece: piece.pages), "langste"
    yield pieces[-1], "laatste"
    for piece in pieces:
        if piece.first_page == 1:
            yield piece, "eerste van partij"
    if not destinations:
        return
    seen: set[Hashable] = set()
    widest, most = pieces[0], 0
    for piece in pieces:
        where = destinations.get(piece.sequence) or unknown_destination(piece.sequence)
        variant = ("variant", piece.pages, where.lines, where.children)
        if variant not in seen:
            yield piece, "variant"
        if where.characters and ("tekens", where.characters) not in seen:
            yield piece, "vreemde tekens"
        if where.country == "buitenland" and "buitenland" not in seen:
            yield piece, "buitenland"
        seen |= {variant, ("tekens", where.characters), where.country}
        if where.longest > most:
            widest, most = piece, where.longest
    yield widest, "breedste adres"
