"""Names of people: by origin, shared within a family, some double, long or with every mark that a name can carry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from groeibrief.snapshot.synthetic import rates
from groeibrief.snapshot.synthetic.arrays import Ints
from groeibrief.snapshot.synthetic.dice import Stream
from groeibrief.snapshot.synthetic.tables import read_table

ORIGINS = (*rates.ORIGINS, "lang")
LONG = ORIGINS.index("lang")


@dataclass(frozen=True, slots=True)
class Names:
    """One pool of names; ``runs`` says which part belongs to which origin."""

    names: list[str]
    runs: Ints

    @classmethod
    def read(cls, kind: str) -> Names:
        """The pool of ``voornaam`` or ``familienaam``."""
        rows = [row for row in read_table("names") if row["soort"] == kind]
        grouped = [[row["naam"] for row in rows if row["herkomst"] == origin] for origin in ORIGINS]
        lengths = np.asarray([len(group) for group in grouped], np.int64)
        runs = np.stack([np.cumsum(lengths) - lengths, lengths], axis=1)
        return cls([name for group in grouped for name in group], runs)

    def draw(self, stream: Stream, origin: Ints) -> Ints:
        """A name for each origin; the first of a pool are the most common."""
        first, length = self.runs[origin].T
        drawn: Ints = first + np.floor(stream.unit(len(origin)) ** 1.6 * length).astype(np.int64)
        return drawn
