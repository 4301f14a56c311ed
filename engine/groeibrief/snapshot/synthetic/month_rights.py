"""Month rights: spells of entitlement, cut into the rows that each renewal of the amounts makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from groeibrief.snapshot.synthetic.amounts import Amounts, Tariff
from groeibrief.snapshot.synthetic.arrays import NEVER, Bools, Ints, ints
from groeibrief.snapshot.synthetic.timeline import Timeline

_SEPTEMBER = 8


@dataclass(frozen=True, slots=True)
class Spells:
    """Columns by spell: a child, months half open, a tariff (index), and the source's other fields.

    ``end_known``: an end after the extraction has been decided and is in the snapshot.
    """

    child: Ints
    start: Ints
    end: Ints
    tariff: Ints
    end_known: Bools
    fields: dict[str, Ints] = field(default_factory=dict)

    def within(self, first: Ints, last: Ints) -> Spells:
        """The spells cut to the months in which each child has a right (*first*, *last*: by child)."""
        start = np.maximum(self.start, first[self.child])
        end = np.minimum(self.end, last[self.child])
        return self.take(start < end, start, end)

    def take(self, chosen: Bools | Ints, start: Ints, end: Ints) -> Spells:
        """Some of the spells, with other months."""
        return Spells(
            self.child[chosen],
            start[chosen],
            end[chosen],
            self.tariff[chosen],
            self.end_known[chosen],
            {name: column[chosen] for name, column in self.fields.items()},
        )

    def without(self, gap: Bools, first: Ints, last: Ints) -> Spells:
        """The spells with the months [*first*, *last*) taken out of those that have a *gap*: they stop and restart."""
        before = np.where(gap, np.minimum(self.end, first), self.end)
        after = np.maximum(self.start, last)
        kept = self.take(self.start < before, self.start, before)
        return joined(kept, self.take(gap & (after < self.end), after, self.end))


def joined(*parts: Spells) -> Spells:
    """Several columns of spells as one."""
    return Spells(
        np.concatenate([part.child for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([part.tariff for part in parts]),
        np.concatenate([part.end_known for part in parts]),
        {name: np.concatenate([part.fields[name] for part in parts]) for name in parts[0].fields},
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that one renewal made: ``month`` is the renewal's; ``cents`` the amounts."""

    month: int
    spells: Spells
    cents: Ints


def renewals(spells: Spells, tariffs: tuple[Tariff, ...], amounts: Amounts, timeline: Timeline) -> Iterator[Rows]:
    """Cut spells at every September and every dated amount; yield the rows of each renewal that the snapshot covers.

    A right that was running when the coverage starts keeps the first day of that renewal. What ends after the month of
    extraction is still running, unless its end is known.
    """
    first, last = timeline.first_month, timeline.last_month
    steps = {month for month in range(first - 11, last + 1) if (month - _SEPTEMBER) % 12 == 0}
    steps |= {month for month in amounts.changes(tariffs) if first < month <= last}
    ordered = [*sorted(steps), NEVER]
    for step, following in pairwise(ordered):
        start = np.maximum(spells.start, step)
        end = np.minimum(spells.end, following)
        kept = (start < end) & (start <= last) & (end > first)
        if following == NEVER:
            end = np.where((end > last + 1) & ~spells.end_known, NEVER, end)
        table = ints([amounts.cents(tariff, step) for tariff in tariffs])
        rows = spells.take(kept, start, end)
        yield Rows(step, rows, table[rows.tariff])
