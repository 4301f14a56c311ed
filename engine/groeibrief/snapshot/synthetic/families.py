"""Families: one a dossier. Where they live, how many children they have, what kind of household they are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from groeibrief.snapshot.synthetic import rates
from groeibrief.snapshot.synthetic.arrays import NEVER, Bools, Ints, ints
from groeibrief.snapshot.synthetic.dice import Dice, Stream, apportion
from groeibrief.snapshot.synthetic.names import LONG
from groeibrief.snapshot.synthetic.places import Places
from groeibrief.snapshot.synthetic.timeline import Timeline


class Household(IntEnum):
    """Who the beneficiaries are, in the order of ``rates.HOUSEHOLDS``."""

    ALONE = 0
    TOGETHER = 1
    APART = 2
    """Two beneficiaries at two addresses: co-parents."""
    INSTITUTION = 3
    INSTITUTION_AND_PARENT = 4
    SELF = 5
    """The child itself, from 16."""
    FOSTER = 6


class Region(IntEnum):
    """Where a family lives."""

    FLANDERS = 0
    ELSEWHERE_IN_BELGIUM = 1
    ABROAD = 2
    UNKNOWN = 3
    """In Belgium, without a code."""


class Home(IntEnum):
    """What is particular about a family's address."""

    ORDINARY = 0
    SECRET = 1
    REFERENCE = 2
    COLLECTIVE = 3
    INCOMPLETE = 4
    SHARED = 5
    """The address of another family too."""


@dataclass(frozen=True, slots=True)
class Families:
    """Columns by family. Days are day numbers; NEVER stands for what has not happened.

    ``plain`` families (Herstappe) have none of the hard cases, so that their municipality stays as it was counted.
    """

    municipality: Ints
    size: Ints
    household: Ints
    region: Ints
    home: Ints
    payer: Ints
    origin: Ints
    plain: Bools
    orphaned: Bools
    closed: Ints
    moved: Ints
    moved_between: Bools
    settled: Ints
    opened_later: Bools

    @property
    def count(self) -> int:
        """How many families there are."""
        return len(self.size)

    def is_any(self, *households: Household) -> Bools:
        """Whether a family is one of these kinds of household."""
        return np.isin(self.household, households)


def draw_families(dice: Dice, places: Places, count: int, timeline: Timeline) -> Families:
    """Draw *count* families, in no order of place."""
    stream = dice.stream("families")
    municipality, size, plain = _settle(stream, places, count)
    free = ~plain
    household = _households(stream, size, free)
    region = np.full(count, Region.FLANDERS, np.int64)
    usual = free & np.isin(household, (Household.ALONE, Household.TOGETHER, Household.APART))
    for kind, rate in (
        (Region.ELSEWHERE_IN_BELGIUM, rates.BRUSSELS_WALLONIA),
        (Region.ABROAD, rates.ABROAD),
        (Region.UNKNOWN, rates.UNKNOWN_CODE),
    ):
        region[stream.pick(usual & (region == Region.FLANDERS), rate, least=2)] = kind
    home = np.full(count, Home.ORDINARY, np.int64)
    in_flanders = usual & (region == Region.FLANDERS)
    for home_kind, rate in (
        (Home.SECRET, rates.SECRET_ADDRESS),
        (Home.REFERENCE, rates.REFERENCE_ADDRESS),
        (Home.COLLECTIVE, rates.COLLECTIVE_HOME),
        (Home.INCOMPLETE, rates.INCOMPLETE_ADDRESS),
        (Home.SHARED, rates.SHARED_ADDRESS),
    ):
        home[stream.pick(in_flanders & (home == Home.ORDINARY), rate, least=3)] = home_kind
    ordinary = in_flanders & (home == Home.ORDINARY)
    closing = stream.pick(ordinary, rates.CLOSED_DOSSIERS)
    living = ordinary & ~closing
    moving = stream.pick(living, rates.MOVED)
    recent = stream.pick(living & ~moving, rates.SETTLED_RECENTLY)
    anchor = timeline.anchor
    return Families(
        municipality=municipality,
        size=size,
        household=household,
        region=region,
        home=home,
        payer=stream.weighted(tuple(rates.PAYERS.values()), count),
        origin=_origins(stream, count),
        plain=plain,
        orphaned=stream.pick(usual & ~closing, rates.ORPHAN_FAMILIES),
        closed=np.where(closing, anchor - stream.whole(5, 1000, count), NEVER),
        moved=np.where(moving, anchor - stream.whole(3, 1400, count), NEVER),
        moved_between=stream.unit(count) < rates.MOVED_BETWEEN,
        settled=anchor
        - np.where(recent, stream.whole(20, 1400, count), 1500 + np.minimum(stream.waiting(2000, count), 8000)),
        opened_later=stream.pick(usual & ~closing, rates.OPENED_LATER),
    )


def _settle(stream: Stream, places: Places, count: int) -> tuple[Ints, Ints, Bools]:
    """Divide families over the municipalities by inhabitants, and sizes over the families."""
    weights = places.inhabitants.copy()
    small = places.municipality(rates.HERSTAPPE)
    fixed = len(rates.HERSTAPPE_SIZES) if small is not None and count >= 20 * len(rates.HERSTAPPE_SIZES) else 0
    if small is not None:
        weights[small] = 0
    chosen = [place for code in rates.ALWAYS_THERE if (place := places.municipality(code)) is not None]
    numbers = apportion(count - fixed, weights)
    least = min(40, count // 50)
    for place in chosen:
        lacking = max(0, least - int(numbers[place]))
        numbers[place] += lacking
        numbers[np.argmax(numbers)] -= lacking
    municipality = np.repeat(np.arange(len(numbers), dtype=np.int64), numbers)
    size = 1 + stream.quota(rates.FAMILY_SIZES, count - fixed)
    if small is not None and fixed:
        municipality = np.concatenate([municipality, np.full(fixed, small, np.int64)])
        size = np.concatenate([size, ints(rates.HERSTAPPE_SIZES)])
    order = np.argsort(stream.unit(count), kind="stable")
    municipality, size = municipality[order], size[order]
    return municipality, size, municipality == (small if small is not None and fixed else -1)


def _households(stream: Stream, size: Ints, free: Bools) -> Ints:
    household = stream.weighted(rates.HOUSEHOLDS[:2], len(size))
    undecided = free.copy()
    for kind in (
        Household.SELF,
        Household.APART,
        Household.INSTITUTION,
        Household.INSTITUTION_AND_PARENT,
        Household.FOSTER,
    ):
        eligible = undecided & (size == 1) if kind is Household.SELF else undecided
        chosen = stream.pick(eligible, rates.HOUSEHOLDS[kind], least=2)
        household[chosen] = kind
        undecided &= ~chosen
    return household


def _origins(stream: Stream, count: int) -> Ints:
    origin = stream.weighted(tuple(rates.ORIGINS.values()), count)
    origin[stream.pick(np.ones(count, np.bool_), rates.LONG_NAME, least=2)] = LONG
    return origin
