"""Streets, house numbers and boxes, as people write them."""

from __future__ import annotations

import numpy as np

from groeibrief.snapshot.synthetic.arrays import NONE, Bools, Floats, Ints
from groeibrief.snapshot.synthetic.dice import Stream
from groeibrief.snapshot.synthetic.tables import read_table

_MAX_NUMBER = 300
_SUFFIXES = ("", "A", "B", "C")
_KINDS = ("nl", "lang", "frans", "buitenland")


class Streets:
    """The pools. ``names`` holds each Dutch name three times: as it is, in capitals, abbreviated."""

    def __init__(self) -> None:
        rows = read_table("streets")
        by_kind = {kind: [row["naam"] for row in rows if row["soort"] == kind] for kind in _KINDS}
        plain = by_kind["nl"]
        self._plain = len(plain)
        self.names = [*plain, *(name.upper() for name in plain), *(_abbreviated(name) for name in plain)]
        self._runs: dict[str, tuple[int, int]] = {"nl": (0, self._plain)}
        for kind in _KINDS[1:]:
            self._runs[kind] = (len(self.names), len(by_kind[kind]))
            self.names += by_kind[kind]
        self.numbers = [f"{number}{suffix}" for number in range(1, _MAX_NUMBER + 1) for suffix in _SUFFIXES]
        floors = [f"{floor:02d}{door:02d}" for floor in range(10) for door in range(1, 5)]
        self.boxes = [*(str(number) for number in range(1, 41)), *floors, "A", "B", "C", "D", "0.1", "2/3", "bis"]

    def draw(self, stream: Stream, locality: Ints, spread: Ints) -> Ints:
        """A Dutch street for each locality: each has its own *spread* of names, some much longer than others."""
        step = np.floor(stream.unit(len(locality)) ** 1.5 * spread).astype(np.int64)
        return (locality * 61 + step * 7) % self._plain

    def draw_of(self, stream: Stream, kind: str, count: int) -> Ints:
        """Streets of another kind: ``lang``, ``frans`` or ``buitenland``."""
        first, size = self._runs[kind]
        return first + stream.whole(0, size - 1, count)

    def written_otherwise(self, stream: Stream, street: Ints) -> Ints:
        """The same Dutch streets in capitals or abbreviated."""
        turned = street + self._plain * stream.whole(1, 2, len(street))
        return np.where(street < self._plain, turned, street)

    def draw_numbers(self, stream: Stream, count: int) -> Ints:
        """House numbers, low ones most, one in thirty with a letter."""
        number = np.floor(stream.unit(count) ** 1.7 * (_MAX_NUMBER - 20)).astype(np.int64)
        letter = np.where(stream.unit(count) < 0.033, stream.whole(1, len(_SUFFIXES) - 1, count), 0)
        return number * len(_SUFFIXES) + letter

    def draw_boxes(self, stream: Stream, flats: Floats) -> Ints:
        """A box where there is a flat: *flats* is the chance of that, address by address."""
        has_box: Bools = stream.unit(len(flats)) < flats
        return np.where(has_box, stream.whole(0, len(self.boxes) - 1, len(flats)), NONE)


def _abbreviated(name: str) -> str:
    for ending, short in (("steenweg", "stwg"), ("straat", "str."), ("laan", "ln")):
        if name.endswith(ending):
            return name.removesuffix(ending) + short
    return name.replace("Sint-", "St.-")
