"""Which letters are printed together: batches of at most so many pages, by sheet count and postcode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from groeibrief.errors import RefusedError
from groeibrief.printshop.policy import PrintPolicy


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter before it has a place: its sequence number, pages and postcode (empty where there is none)."""

    sequence: int
    pages: int
    postcode: str


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch in printing order; ``number`` counts from 1."""

    number: int
    letters: tuple[Letter, ...]

    @property
    def pages(self) -> int:
        """Pages of all letters."""
        return sum(letter.pages for letter in self.letters)


def plan_batches(letters: Iterable[Letter], policy: PrintPolicy, per_week: int | None = None) -> tuple[Batch, ...]:
    """Order letters by sheet count, postcode and sequence number, and cut them into batches.

    The order in which they are given does not matter. With ``velaantallen_apart`` a batch holds one sheet count.
    *per_week*: a batch ends where a week's letters do, so that a wave is whole batches.
    Raises RefusedError (E554) for a letter of no pages, or of more pages than a batch may have.
    """
    ordered = sorted(letters, key=lambda letter: (policy.sheets(letter.pages), letter.postcode, letter.sequence))
    for letter in ordered:
        if not 1 <= letter.pages <= policy.paginas_per_partij:
            raise RefusedError(
                "E554",
                f"Brief {letter.sequence} telt {letter.pages} pagina's. Een brief heeft minstens 1 en hoogstens "
                f"{policy.paginas_per_partij} pagina's: kort het sjabloon in of pas het drukwerkbeleid aan.",
            )
    return tuple(Batch(number, cut) for number, cut in enumerate(_cuts(ordered, policy, per_week), start=1))


def _cuts(ordered: list[Letter], policy: PrintPolicy, per_week: int | None) -> Iterator[tuple[Letter, ...]]:
    def apart(letter: Letter) -> int:
        return policy.sheets(letter.pages) if policy.velaantallen_apart else 0

    week = 0
    for _, group in groupby(ordered, key=apart):
        batch: list[Letter] = []
        pages = 0
        for letter in group:
            if pages + letter.pages > policy.paginas_per_partij or (batch and week == per_week):
                yield tuple(batch)
                batch, pages = [], 0
            if week == per_week:
                week = 0
            batch.append(letter)
            pages += letter.pages
            week += 1
        yield tuple(batch)
