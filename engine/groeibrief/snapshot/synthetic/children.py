"""Children: when they were born, when they were in which dossier, when they died; those of a family stand together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from groeibrief.snapshot.synthetic import rates
from groeibrief.snapshot.synthetic.arrays import NEVER, NONE, Bools, Ints, ints, places_of
from groeibrief.snapshot.synthetic.dice import Dice, Stream, chance
from groeibrief.snapshot.synthetic.families import Families, Household, Region
from groeibrief.snapshot.synthetic.timeline import Timeline, birthday, day_number, month_of, year_of

_YEAR = 365.25
_SPACING = 300
"""Days between two births of one mother, at the least."""


@dataclass(frozen=True, slots=True)
class Children:
    """Columns by child; first those who belong to the families on the world's last day, then those who left or died.

    ``until``: when it left its dossier. ``came_from``: the family whose dossier it was in until ``came_on``.
    ``linked``: when it entered the dossier of its family; not before ``until`` for who was never really in it.
    ``right_from`` and ``right_to`` are the months, half open, in which it can have a month right.
    """

    family: Ints
    rank: Ints
    born: Ints
    died: Ints
    until: Ints
    came_from: Ints
    came_on: Ints
    linked: Ints
    right_from: Ints
    right_to: Ints
    stillborn: Bools
    birth_date_unknown: Bools
    elsewhere: Bools
    without_domicile: Bools
    dossier_opened: Ints
    """By family: the day its dossier was opened."""

    @property
    def count(self) -> int:
        """How many children there are."""
        return len(self.born)


def draw_children(dice: Dice, families: Families, timeline: Timeline) -> Children:
    """Draw the children of every family, and those who were once in its dossier."""
    stream = dice.stream("children")
    anchor = timeline.anchor
    family = np.repeat(np.arange(families.count, dtype=np.int64), families.size)
    rank = np.arange(len(family), dtype=np.int64) - np.repeat(np.cumsum(families.size) - families.size, families.size)
    born = _births(stream, families, family, rank, anchor)
    living = len(family)

    parents = families.is_any(Household.ALONE, Household.TOGETHER, Household.APART) & ~families.plain
    host = parents & (families.region == Region.FLANDERS) & (families.closed == NEVER)
    left, dead, still = (
        places_of(host)[stream.whole(0, max(int(host.sum()) - 1, 0), max(2, round(rate * living)))]
        if host.any()
        else ints([])
        for rate in (rates.LEFT_DOSSIER, rates.CHILD_DECEASED, rates.STILLBORN)
    )
    left_on = anchor - stream.whole(5, 1450, len(left))
    died_on = anchor - np.floor(stream.unit(len(dead)) ** 2 * 1400).astype(np.int64) - 1
    still_on = anchor - stream.whole(1, 1450, len(still))
    # One that every extraction of this world covers, however small the world.
    still_on[:1] = anchor - 400
    left_born = left_on - np.floor((18 + 7 * stream.unit(len(left)) ** 1.5) * _YEAR).astype(np.int64)
    dead_born = died_on - np.floor(stream.unit(len(dead)) ** 2 * 20 * _YEAR).astype(np.int64) - 40

    everyone = np.concatenate([family, left, dead, still])
    born = np.concatenate([born, left_born, dead_born, still_on])
    count = len(born)
    rank = np.concatenate([rank, np.zeros(count - living, np.int64)])
    died = np.full(count, NEVER, np.int64)
    until = np.minimum(np.full(count, NEVER, np.int64), families.closed[everyone])
    first, second = living + len(left), living + len(left) + len(dead)
    until[living:first] = left_on
    died[first:second] = died_on
    # The dossier of half the children who died long ago has been brought up to date.
    settled = (died_on < anchor - 60) & (stream.unit(len(dead)) < 0.5)
    until[first:second] = np.where(settled, died_on + 1, NEVER)
    died[second:] = still_on
    stillborn = np.arange(count) >= second
    usual = (np.arange(count) < living) & host[everyone]
    lately = stream.pick(usual & (born < anchor - 200), rates.CHILD_DECEASED_LATELY, least=3)
    # These move with the extraction: someone has always died between the reference date and the print run.
    died[lately] = np.maximum(timeline.today - np.arange(int(lately.sum())) % 20 - 1, born[lately] + 1)

    opened = _openings(stream, families, everyone, born, living, anchor)
    came_from, came_on = _switches(stream, families, everyone, born, usual & (died == NEVER), opened, host, anchor)
    # The right runs from the month after the birth, or after the dossier was opened for those who came later.
    start = np.maximum(born, opened[np.where(came_from == NONE, everyone, came_from)])
    linked = np.where(came_from == NONE, start, came_on)
    end = np.minimum(np.where(until < NEVER, month_of(np.minimum(until, 10**6)), NEVER), _adult(born, 25))
    dead_from = np.where(died < NEVER, month_of(np.minimum(died, 10**6)) + 1, NEVER)
    missing = stream.pick(usual & (died == NEVER), rates.MISSING_BIRTH_DATE, least=2)
    return Children(
        family=everyone,
        rank=rank,
        born=born,
        died=died,
        until=until,
        came_from=came_from,
        came_on=came_on,
        linked=linked,
        right_from=month_of(start) + 1,
        right_to=np.where(stillborn | (linked >= until), 0, np.minimum(end, dead_from)),
        stillborn=stillborn,
        birth_date_unknown=missing,
        elsewhere=stream.pick(usual & ~missing, rates.CHILD_ELSEWHERE),
        without_domicile=stream.pick(usual, rates.NO_DOMICILE, least=2) | stillborn,
        dossier_opened=opened,
    )


def _births(stream: Stream, families: Families, family: Ints, rank: Ints, anchor: int) -> Ints:
    """Ages that are alike within a family and right over all of them; the eldest first."""
    together = rates.SIBLING_CORRELATION
    shared = np.repeat(stream.normal(families.count), families.size)
    position = chance(np.sqrt(together) * shared + np.sqrt(1 - together) * stream.normal(len(family)))
    edges = np.cumsum((0.0, *rates.AGES))
    age = np.interp(position * edges[-1], edges, np.arange(len(edges)))
    # A young adult who is its own beneficiary; the children of a closed dossier had mostly grown up by then.
    itself = families.household[family] == Household.SELF
    age[itself] = 16.3 + 5 * stream.unit(int(itself.sum()))
    closed = families.closed[family]
    grown = (closed < NEVER) & (stream.unit(len(family)) < 0.75)
    born = anchor - np.floor(age * _YEAR).astype(np.int64)
    adult = np.floor((18 + 6.9 * stream.unit(len(family))) * _YEAR).astype(np.int64)
    born = np.where(grown, closed - adult, np.where(closed < NEVER, np.minimum(born, closed - 40), born))
    born = np.minimum(born, anchor)
    order = np.lexsort((born, family))
    born = born[order]
    # Walk from the youngest to the eldest, so that nobody is born after the world's end.
    last = np.cumsum(families.size) - 1
    oldest = anchor - int(24.99 * _YEAR)
    for step in range(1, int(families.size.max(initial=1))):
        here = (last - step)[families.size > step]
        held = closed[here] < NEVER
        born[here] = np.where(held, born[here], np.maximum(np.minimum(born[here], born[here + 1] - _SPACING), oldest))
    twins = stream.pick((rank > 0) & (closed == NEVER) & ~families.plain[family], rates.TWINS, least=3)
    born[twins] = born[places_of(twins) - 1]
    leap = stream.pick((families.size[family] == 1) & (closed == NEVER) & ~itself, rates.BORN_29_FEBRUARY, least=3)
    near = 4 * (year_of(born[leap]) // 4)
    leap_days = ints([day_number(date(int(year), 2, 29)) for year in near])
    born[leap] = np.where(leap_days > anchor, born[leap], leap_days)
    return np.where(born < oldest, np.where(closed < NEVER, born, oldest), born)


def _openings(stream: Stream, families: Families, family: Ints, born: Ints, living: int, anchor: int) -> Ints:
    """A dossier opens with its first child, or later for those who came to Flanders; its own child's at 16 or later."""
    opened = np.full(families.count, anchor, np.int64)
    np.minimum.at(opened, family, born)
    youngest = np.zeros(families.count, np.int64)
    np.maximum.at(youngest, family[:living], born[:living])
    since = anchor - stream.whole(30, 3000, families.count)
    opened = np.where(families.opened_later, np.maximum(opened, np.minimum(since, anchor - 30)), opened)
    itself = families.household == Household.SELF
    sixteen = birthday(youngest, 16)
    spread = np.floor(stream.unit(families.count) * np.maximum(anchor - 20 - sixteen, 1)).astype(np.int64)
    return np.where(itself, np.maximum(sixteen, sixteen + spread), opened)


def _switches(
    stream: Stream,
    families: Families,
    family: Ints,
    born: Ints,
    usual: Bools,
    opened: Ints,
    host: Bools,
    anchor: int,
) -> tuple[Ints, Ints]:
    """Who came from another dossier, which, and on what day: at the earliest when both dossiers are open."""
    itself = families.household[family] == Household.SELF
    moved = stream.pick(usual & (born < anchor - 900), rates.SWITCHED_DOSSIER, least=2)
    candidate = moved | (itself & (stream.unit(len(family)) < 0.7))
    other = places_of(host)
    came_from = np.full(len(family), NONE, np.int64)
    came_on = np.full(len(family), NEVER, np.int64)
    if not len(other):
        return came_from, came_on
    where = places_of(candidate)
    source = other[stream.whole(0, len(other) - 1, len(where))]
    day = np.where(itself[where], opened[family[where]], anchor - stream.whole(10, 1300, len(where)))
    earliest = np.maximum(np.maximum(born[where], opened[source]), opened[family[where]])
    possible = (source != family[where]) & (day > np.maximum(born[where], opened[source])) & (day >= earliest)
    came_from[where[possible]] = source[possible]
    came_on[where[possible]] = day[possible]
    return came_from, came_on


def _adult(born: Ints, years: int) -> Ints:
    """The month after the one in which *years* are completed."""
    return month_of(birthday(born, years)) + 1
