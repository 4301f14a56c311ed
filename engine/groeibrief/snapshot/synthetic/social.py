"""The social supplement: by family and grant year, alike within a family, different by municipality."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from groeibrief.snapshot.synthetic import rates
from groeibrief.snapshot.synthetic.amounts import Tariff
from groeibrief.snapshot.synthetic.arrays import NONE, Bools, Floats, Ints, places_of
from groeibrief.snapshot.synthetic.beneficiaries import Beneficiaries
from groeibrief.snapshot.synthetic.children import Children
from groeibrief.snapshot.synthetic.dice import Dice, Stream, chance
from groeibrief.snapshot.synthetic.families import Families, Household, Region
from groeibrief.snapshot.synthetic.month_rights import Spells, joined
from groeibrief.snapshot.synthetic.places import Places
from groeibrief.snapshot.synthetic.timeline import Timeline

SMALL_LOW, SMALL_MIDDLE, LARGE_LOW, LARGE_HIGH = range(4)
_WHOLE = (
    Tariff("Inkomen tot de lage grens, 1 of 2 kinderen"),
    Tariff("Inkomen in de middenschijf, 1 of 2 kinderen"),
    Tariff("Inkomen tot de lage grens, 3 kinderen of meer"),
    Tariff("Inkomen boven de lage grens, 3 kinderen of meer"),
)
TARIFFS = (*_WHOLE, *(Tariff(tariff.wat, 0.5) for tariff in _WHOLE))
BANDS = ("laag", "midden", "hoog")
_BAND = np.asarray([0, 1, 0, 2], np.int64)
_MAX = 0.92


@dataclass(frozen=True, slots=True)
class Incomes:
    """Which families are entitled, by the year in whose September the grant year starts."""

    entitled: dict[int, Bools]


def draw_incomes(dice: Dice, places: Places, families: Families, timeline: Timeline) -> Incomes:
    """Draw who is entitled in each grant year: the calibrated share of families in every one of them."""
    stream = dice.stream("incomes")
    likely = _likelihood(places, families)
    lasting = stream.normal(families.count)
    keep = rates.SOCIAL_PERSISTENCE
    return Incomes(
        {
            year: chance(np.sqrt(keep) * lasting + np.sqrt(1 - keep) * stream.normal(families.count)) < likely
            for year in timeline.world_years
        }
    )


def _likelihood(places: Places, families: Families) -> Floats:
    base, step = rates.SOCIAL_ELSEWHERE
    share = base + step * np.log2(np.maximum(places.inhabitants, 500) / 10_000)
    codes = np.asarray([int(row.nis) for row in places.flemish], np.int64)
    share += (codes * 7919 % 101) / 1250 - 0.04
    stated = np.zeros(len(share), np.bool_)
    for nis, known in rates.SOCIAL_BY_MUNICIPALITY.items():
        place = places.municipality(nis)
        if place is not None:
            share[place], stated[place] = known, True
    by_size = np.asarray(rates.SOCIAL_BY_SIZE, np.float64)[np.minimum(families.size, len(rates.SOCIAL_BY_SIZE)) - 1]
    likely: Floats = np.clip(share[families.municipality] * by_size / rates.SOCIAL_CHILDREN, 0.02, _MAX)
    excluded = families.is_any(Household.INSTITUTION, Household.INSTITUTION_AND_PARENT, Household.FOSTER)
    excluded |= np.isin(families.region, (Region.ELSEWHERE_IN_BELGIUM, Region.ABROAD))
    likely[excluded] = 0
    # What the stated municipalities leave over is divided so that the whole is right.
    fixed = stated[families.municipality] & ~excluded
    target = rates.SOCIAL_FAMILIES * families.count - likely[fixed].sum()
    free = ~fixed & ~excluded
    for _ in range(5):
        total = likely[free].sum()
        likely[free] = np.minimum(likely[free] * (target / total if total else 1), _MAX)
    return likely


def draw_social(
    dice: Dice,
    families: Families,
    children: Children,
    beneficiaries: Beneficiaries,
    incomes: Incomes,
    timeline: Timeline,
) -> Spells:
    """Draw the spells of the social supplement; co-parents may have a half each, a row for each of them."""
    stream = dice.stream("social")
    count = families.count
    large = families.size >= 3
    low = stream.unit(count) < np.where(large, rates.SOCIAL_LOW_BAND_LARGE, rates.SOCIAL_LOW_BAND_SMALL)
    tariff = np.where(large, np.where(low, LARGE_LOW, LARGE_HIGH), np.where(low, SMALL_LOW, SMALL_MIDDLE))
    granted, half, both = _shares(stream, families, beneficiaries)
    parts = []
    for year, entitled in incomes.entitled.items():
        september = (year - 1970) * 12 + 8
        last = year == timeline.world_years[-1]
        late = stream.pick(entitled, rates.SOCIAL_LATE_START * float(entitled.mean()))
        start = september + np.where(late, stream.whole(1, 2 if last else 6, count), 0)
        unknown = stream.pick(entitled, rates.SOCIAL_UNKNOWN_BAND * float(entitled.mean()))
        gap = stream.pick(entitled & ~late, 0 if last else rates.SOCIAL_INTERRUPTED * float(entitled.mean()))
        child = places_of(entitled[children.family])
        family = children.family[child]
        # A child that came from another dossier is always granted to a first beneficiary: both dossiers have one.
        came = children.came_from[child] != NONE
        spells = Spells(
            child=child,
            start=start[family],
            end=np.full(len(child), september + 12, np.int64),
            tariff=tariff[family] + np.where(half[family] & ~came, len(_WHOLE), 0),
            end_known=np.zeros(len(child), np.bool_),
            fields={
                "schijf": np.where(unknown[family], NONE, _BAND[tariff[family]]),
                "helft": (half[family] & ~came).astype(np.int64),
                "toegekend_aan": np.where(came, 1, granted[family]),
            },
        )
        broken = gap[family]
        spells = spells.without(broken, np.full(len(child), september + 3), np.full(len(child), september + 5))
        parts.append(_second_half(spells, children, both))
    return joined(*parts).within(children.right_from, children.right_to)


def _shares(stream: Stream, families: Families, beneficiaries: Beneficiaries) -> tuple[Ints, Bools, Bools]:
    """To whom it is granted, whether that is a half, and whether the other has the other half."""
    count = families.count
    two = beneficiaries.has_second
    apart = families.is_any(Household.APART) & two
    pattern = stream.weighted(rates.SOCIAL_CO_PARENTS, count)
    second = np.where(apart, stream.unit(count) < 0.4, stream.unit(count) < rates.SOCIAL_TO_SECOND) & two
    half = apart & (pattern < 2)
    both = apart & (pattern == 1)
    return np.where(both, 1, 1 + second.astype(np.int64)), half, both


def _second_half(spells: Spells, children: Children, both: Bools) -> Spells:
    """Add the row of the other co-parent where each has a half."""
    chosen = places_of(both[children.family[spells.child]] & (spells.fields["helft"] == 1))
    other = spells.take(chosen, spells.start, spells.end)
    other.fields["toegekend_aan"][:] = 2
    return joined(spells, other)


def is_social(incomes: Incomes, year: int) -> Bools:
    """By family: entitled in the grant year that starts in *year*, or in the last one known."""
    return incomes.entitled[min(max(year, min(incomes.entitled)), max(incomes.entitled))]
