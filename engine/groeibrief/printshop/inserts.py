"""What goes into the envelope with a letter, and the inserter's stations that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from groeibrief.errors import UsageError
from groeibrief.printshop.policy import MOST_GRAMS, PrintPolicy

MOST = 6
"""Stations of an inserter that a mark can tell to feed."""
LONGEST_NAME = 100


class Insert(NamedTuple):
    """What goes into the envelope with every letter, and its weight."""

    name: str
    grams: int


def insert_of(text: str) -> Insert:
    """Read ``folder A5=8``: what goes in, and its grams. Raises UsageError (E249)."""
    name, equals, grams = text.rpartition("=")
    weight = int(grams) if equals and grams.isascii() and grams.isdecimal() and len(grams) <= 4 else 0
    insert = Insert(name.strip(), weight)
    check_inserts([insert])
    return insert


def check_inserts(inserts: Sequence[Insert]) -> None:
    """Raise UsageError: E249 one has no name on one line or no weight, E587 more than there are stations."""
    for insert in inserts:
        if not (
            1 <= len(insert.name) <= LONGEST_NAME and insert.name.isprintable() and 1 <= insert.grams <= MOST_GRAMS
        ):
            raise UsageError(
                "E249",
                f"Een bijlage wordt beschreven op één regel, met 1 tot {LONGEST_NAME} tekens, en weegt 1 tot en met "
                f"{MOST_GRAMS} gram. Schrijf bijvoorbeeld 'folder A5=8'.",
            )
    if len(inserts) > MOST:
        raise UsageError(
            "E587",
            f"Er zijn {len(inserts)} bijlagen en een couverteermachine heeft er plaats voor {MOST}. Laat bijlagen weg, "
            "of laat de drukkerij ze samenvoegen.",
        )


def inserts_of(policy: PrintPolicy) -> tuple[Insert, ...]:
    """What the policy puts into every envelope. Raises UsageError (E587)."""
    inserts = tuple(Insert(each.naam, each.gram) for each in policy.bijlagen)
    check_inserts(inserts)
    return inserts


def stations(inserts: int) -> int:
    """The stations that feed so many inserts, as a mark says it: 1 the first, 2 the second, up to 32, added up."""
    return int(2**inserts - 1)


def told(inserts: Iterable[Insert]) -> str:
    """The inserts in a sentence: as the command line takes them."""
    return ", ".join(f"{insert.name}={insert.grams}" for insert in inserts) or "geen"


def as_data(inserts: Iterable[Insert]) -> list[dict[str, Any]]:
    """The inserts as JSON, in the order of their stations."""
    return [{"bijlage": insert.name, "gram": insert.grams} for insert in inserts]


def from_data(data: Iterable[Mapping[str, Any]]) -> tuple[Insert, ...]:
    """Read what :func:`as_data` wrote. Raises KeyError, TypeError, ValueError."""
    return tuple(Insert(str(each["bijlage"]), int(each["gram"])) for each in data)
