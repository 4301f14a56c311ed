"""The other month rights: base amount, orphans, foster care, and care for children with specific needs."""

from __future__ import annotations

from datetime import date

import numpy as np

from groeibrief.snapshot.synthetic import rates
from groeibrief.snapshot.synthetic.amounts import Tariff
from groeibrief.snapshot.synthetic.arrays import NEVER, NONE, Bools, Ints, places_of
from groeibrief.snapshot.synthetic.beneficiaries import Beneficiaries
from groeibrief.snapshot.synthetic.children import Children
from groeibrief.snapshot.synthetic.dice import Dice, Stream
from groeibrief.snapshot.synthetic.families import Families, Household, Region
from groeibrief.snapshot.synthetic.month_rights import Spells, joined
from groeibrief.snapshot.synthetic.timeline import Timeline, birthday, day_number, month_of

_NEW_REGIME = day_number(date(2019, 1, 1))
_BASE = "Basisbedrag voor kinderen geboren vanaf 1 januari 2019"
BASE_TARIFFS = (Tariff(_BASE), *(Tariff(_BASE, factor) for factor in rates.OLD_REGIME_RANKS))
REGIMES = ("oud", "nieuw")
ORPHAN_TARIFFS = (Tariff("Halve wezentoeslag"), Tariff("Volle wezentoeslag"))
ORPHAN_SORTS = ("half", "vol")
FOSTER_TARIFFS = (Tariff("Pleegzorgtoeslag"),)
CARE_TARIFFS = (
    Tariff("P1 minstens 4, totaal minder dan 6"),
    Tariff("Totaal 6 tot en met 8"),
    Tariff("Totaal 9 tot en met 11"),
    Tariff("Totaal 6 tot en met 11 met P1 minstens 4, of totaal 12 tot en met 14"),
    Tariff("Totaal 15 tot en met 17"),
    Tariff("Totaal 18 tot en met 20"),
    Tariff("Totaal meer dan 20"),
)
_SCORES = (
    # weight, tariff, points in total (from, to), points in the first pillar (from, to)
    (0.12, 0, 4, 5, 4, 5),
    (0.28, 1, 6, 8, 0, 3),
    (0.18, 2, 9, 11, 0, 3),
    (0.13, 3, 6, 11, 4, 6),
    (0.12, 3, 12, 14, 0, 6),
    (0.09, 4, 15, 17, 0, 6),
    (0.05, 5, 18, 20, 1, 6),
    (0.03, 6, 21, 36, 2, 6),
)
"""Which amount goes with which score; the weights are invented."""


def draw_base(dice: Dice, families: Families, children: Children, timeline: Timeline) -> Spells:
    """The base amount of every child that lives in Flanders or whose right is exported."""
    stream = dice.stream("base")
    entitled = families.region[children.family] != Region.ELSEWHERE_IN_BELGIUM
    child = places_of(entitled & (children.right_from < children.right_to))
    new = children.born[child] >= _NEW_REGIME
    old_rank = 1 + np.minimum(children.rank[child], len(rates.OLD_REGIME_RANKS) - 1)
    count = len(child)
    spells = Spells(
        child=child,
        start=children.right_from[child],
        end=children.right_to[child],
        tariff=np.where(new, 0, old_rank),
        end_known=np.zeros(count, np.bool_),
        fields={"stelsel": new.astype(np.int64)},
    )
    adult = month_of(birthday(children.born[child], 18)) + 1
    anchor = timeline.anchor_month
    stop = np.maximum(adult + 1, anchor - stream.whole(4, 40, count))
    gap = stream.pick((adult < anchor - 4) & ~families.plain[children.family[child]], rates.STUDY_GAP * 0.15, least=2)
    return spells.without(gap, stop, stop + stream.whole(1, 3, count))


def draw_orphans(
    dice: Dice, families: Families, children: Children, beneficiaries: Beneficiaries, timeline: Timeline
) -> Spells:
    """The orphan supplement of all children of a family that lost a parent."""
    stream = dice.stream("orphans")
    count = families.count
    anchor = timeline.anchor
    died = np.full(count, NEVER, np.int64)
    processed = (beneficiaries.died < anchor - 60) & ~beneficiaries.successor
    np.minimum.at(died, beneficiaries.family[processed], beneficiaries.died[processed])
    orphaned = families.orphaned | (died < NEVER)
    died = np.where(died < NEVER, died, anchor - stream.whole(30, 3600, count))
    whole = stream.unit(count) < rates.ORPHAN_FULL
    child = places_of(orphaned[children.family])
    family = children.family[child]
    return Spells(
        child=child,
        start=month_of(died)[family] + 1,
        end=np.full(len(child), NEVER, np.int64),
        tariff=whole[family].astype(np.int64),
        end_known=np.zeros(len(child), np.bool_),
        fields={"soort": whole[family].astype(np.int64), "toegekend_aan": np.ones(len(child), np.int64)},
    ).within(children.right_from, children.right_to)


def draw_foster(
    dice: Dice, families: Families, children: Children, beneficiaries: Beneficiaries, timeline: Timeline
) -> Spells:
    """The foster-care supplement of every child in a foster family, since its placement."""
    stream = dice.stream("foster")
    child = places_of(families.household[children.family] == Household.FOSTER)
    count = len(child)
    since = timeline.anchor - stream.whole(40, 4000, count)
    return Spells(
        child=child,
        start=month_of(since),
        end=np.full(count, NEVER, np.int64),
        tariff=np.zeros(count, np.int64),
        end_known=np.zeros(count, np.bool_),
        fields={"toegekend_aan": _granted(stream, children, beneficiaries, child)},
    ).within(children.right_from, children.right_to)


def draw_care(
    dice: Dice, families: Families, children: Children, beneficiaries: Beneficiaries, timeline: Timeline
) -> Spells:
    """The care supplement to 21: with points that suit the amount, some unknown, some revised on the way."""
    stream = dice.stream("care")
    anchor = timeline.anchor_month
    age = (timeline.anchor - children.born) / 365.25
    likely = rates.CARE * np.interp(age, [0, 3, 8, 17, 25], [0.25, 0.75, 1.15, 1.25, 1.25])
    entitled = (stream.unit(children.count) < likely) & (children.right_from < children.right_to)
    entitled &= families.region[children.family] != Region.ELSEWHERE_IN_BELGIUM
    child = places_of(entitled)
    count = len(child)
    lifetime = np.maximum(anchor - children.right_from[child], 1)
    start = children.right_from[child] + np.floor(stream.unit(count) ** 1.4 * 0.9 * lifetime).astype(np.int64)
    to_21 = month_of(birthday(children.born[child], 21)) + 1
    known = stream.pick(to_21 > anchor + 24, rates.CARE_KNOWN_END)
    end = np.where(known, anchor + stream.whole(2, 20, count), to_21)
    granted = _granted(stream, children, beneficiaries, child)
    spells = Spells(child, start, end, np.zeros(count, np.int64), known, {"toegekend_aan": granted})
    revised = stream.unit(count) < rates.CARE_REVISED
    turn = np.maximum(anchor - stream.whole(1, 44, count), start + 6)
    revised &= turn < np.minimum(end, anchor)
    first = spells.take(np.ones(count, np.bool_), start, np.where(revised, turn, end))
    second = spells.take(revised, turn, end)
    scored = joined(_scored(stream, first), _scored(stream, second))
    return scored.within(children.right_from, children.right_to)


def _scored(stream: Stream, spells: Spells) -> Spells:
    count = len(spells.child)
    table = np.asarray([row[1:] for row in _SCORES], np.int64)
    row = table[stream.weighted([score[0] for score in _SCORES], count)]
    total = row[:, 1] + np.floor(stream.unit(count) * (row[:, 2] - row[:, 1] + 1)).astype(np.int64)
    most = np.minimum(row[:, 4], total)
    pillar = row[:, 3] + np.floor(stream.unit(count) * (most - row[:, 3] + 1)).astype(np.int64)
    nothing = stream.pick(np.ones(count, np.bool_), rates.CARE_UNKNOWN_POINTS)
    no_pillar = nothing | stream.pick(np.ones(count, np.bool_), rates.CARE_UNKNOWN_FIRST_PILLAR)
    fields = {
        **spells.fields,
        "punten_totaal": np.where(nothing, NONE, total),
        "punten_p1": np.where(no_pillar, NONE, pillar),
    }
    return Spells(spells.child, spells.start, spells.end, row[:, 0], spells.end_known, fields)


def _granted(stream: Stream, children: Children, beneficiaries: Beneficiaries, child: Ints) -> Ints:
    """Mostly to the first beneficiary; to the second only where there is one throughout."""
    two: Bools = beneficiaries.has_second[children.family[child]] & (children.came_from[child] == NONE)
    return 1 + (two & (stream.unit(len(child)) < rates.GRANTED_TO_SECOND)).astype(np.int64)
