"""Where people can live: localities (a municipality, one of its former codes, a postcode), read on any day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from groeibrief.catalog import Catalogue, Municipality
from groeibrief.snapshot.synthetic.arrays import NONE, Ints, ints
from groeibrief.snapshot.synthetic.dice import Stream
from groeibrief.snapshot.synthetic.tables import read_table
from groeibrief.snapshot.synthetic.timeline import day_number


class Pool:
    """Strings, each once, in the order in which they came; columns hold indices into it."""

    def __init__(self) -> None:
        self._index: dict[str, int] = {}

    def add(self, text: str | None) -> int:
        """The index of *text*, or NONE for nothing."""
        return NONE if text is None else self._index.setdefault(text, len(self._index))

    @property
    def texts(self) -> list[str]:
        """The strings by index."""
        return list(self._index)


@dataclass(frozen=True, slots=True)
class Group:
    """A run of localities that are drawn from together, with the weight of each."""

    first: int
    weights: tuple[float, ...]


class Places:
    """All localities. A locality's code and name depend on the day: before a merger they are the old ones.

    ``flemish`` are the municipalities on the day of the world's end, ``inhabitants`` and ``groups`` go with them.
    """

    def __init__(self, catalogue: Catalogue, anchor: date) -> None:
        self._municipalities = catalogue.municipalities
        self._anchor = anchor
        self._postcodes = _postcodes()
        merged = {row.tot for row in self._municipalities.rows if row.tot is not None and row.tot <= anchor}
        self._changes = sorted(merged)
        # A locality is read in each era between two mergers, on the last day before the merger that closes it.
        self._days = [day - timedelta(days=1) for day in self._changes] + [anchor]
        self.change_days = ints([day_number(day) for day in self._changes])
        self.codes, self.postcodes, self.names, self.lands = Pool(), Pool(), Pool(), Pool()
        self._rows: list[tuple[list[int], list[int], int, int]] = []

        self.flemish = self._municipalities.valid_on(anchor, "vlaanderen")
        known = [row.inwoners for row in self.flemish if row.inwoners]
        spare = sum(known) / len(known) if known else 1
        self.inhabitants = np.asarray([row.inwoners or spare for row in self.flemish], np.float64)
        self.groups = tuple(self._group(self._localities(row)) for row in self.flemish)
        self.brussels = self._region("brussel")
        self.wallonia = self._region("wallonie")
        abroad = read_table("abroad")
        self.abroad = self._group(
            ((None, row["postcode"], row["gemeente"], row["land"]) for row in abroad),
            [float(row["gewicht"]) for row in abroad],
        )
        self.unknown = self._group([(None, None, None, "BE")])

        self.code = ints([row[0] for row in self._rows])
        """Index into ``codes``, by locality and era."""
        self.name = ints([row[1] for row in self._rows])
        self.postcode = ints([row[2] for row in self._rows])
        self.land = ints([row[3] for row in self._rows])

    @property
    def count(self) -> int:
        """How many localities there are."""
        return len(self._rows)

    def era(self, days: Ints) -> Ints:
        """Which column of ``code`` and ``name`` holds on each day."""
        return ints(np.searchsorted(self.change_days, days, "right"))

    def municipality(self, nis: str) -> int | None:
        """The position of a code in ``flemish``, or None."""
        return next((index for index, row in enumerate(self.flemish) if row.nis == nis), None)

    def draw(self, stream: Stream, municipality: Ints) -> Ints:
        """A locality in each municipality."""
        first = ints([group.first for group in self.groups])
        size = ints([len(group.weights) for group in self.groups])
        return first[municipality] + np.floor(stream.unit(len(municipality)) * size[municipality]).astype(np.int64)

    def _region(self, region: str) -> Group:
        rows = self._municipalities.valid_on(self._anchor, region)
        return self._group(locality for row in rows for locality in self._localities(row))

    def _localities(self, row: Municipality) -> Iterator[tuple[str | None, str | None, str | None, str]]:
        origins = self._origins(row)
        elsewhere = {code for origin in origins if origin != row.nis for code in self._postcodes.get(origin, ())}
        for origin in origins:
            postcodes: Sequence[str | None] = self._postcodes.get(origin) or self._postcodes.get(row.nis) or [None]
            if origin == row.nis:
                postcodes = [code for code in postcodes if code not in elsewhere] or postcodes
            for postcode in postcodes:
                yield origin, postcode, None, "BE"

    def _origins(self, row: Municipality) -> list[str]:
        """The oldest codes that were read as this one in the end."""
        heirs = {code: self._municipalities[code] for code in self._municipalities.read_as(row.nis, self._anchor)}
        taken = {(old.opvolger, old.tot) for old in heirs.values()}
        return [code for code, heir in heirs.items() if (code, heir.van) not in taken]

    def _group(
        self,
        localities: Iterable[tuple[str | None, str | None, str | None, str]],
        weights: list[float] | None = None,
    ) -> Group:
        first = len(self._rows)
        for origin, postcode, name, land in localities:
            read = [self._municipalities.resolve(origin, day) if origin else None for day in self._days]
            codes = [self.codes.add(code) for code in read]
            names = [self.names.add(self._municipalities[code].naam if code else name) for code in read]
            self._rows.append((codes, names, self.postcodes.add(postcode), self.lands.add(land)))
        return Group(first, tuple(weights or [1.0] * (len(self._rows) - first)))


def _postcodes() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in read_table("postcodes"):
        found[row["nis"]].append(row["postcode"])
    return found
