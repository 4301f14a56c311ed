"""What is not a month right: the start amount, childcare, preschool and school; outside Flanders too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from groeibrief.calendar import SchoolYear
from groeibrief.snapshot.synthetic import rates
from groeibrief.snapshot.synthetic.amounts import Amounts, Tariff
from groeibrief.snapshot.synthetic.arrays import NEVER, Bools, Floats, Ints, ints, places_of
from groeibrief.snapshot.synthetic.children import Children
from groeibrief.snapshot.synthetic.dice import Dice, Stream
from groeibrief.snapshot.synthetic.families import Families, Region
from groeibrief.snapshot.synthetic.social import Incomes, is_social
from groeibrief.snapshot.synthetic.timeline import Timeline, birthday, day_number, first_day, month_of, working_day

KINDS = ("geboorte", "adoptie", "levenloos_geboren")
LEVELS = ("kleuter", "lager", "secundair", "hbo5")
_START = Tariff("Startbedrag geboorte of adoptie")
_PRESCHOOL = Tariff("Kleutertoeslag op 3 jaar of op 4 jaar")
_FULL_DAY = Tariff("Volle dag opvang")
_HALF_DAY = Tariff("Halve dag opvang")
_AVERAGES = (
    Tariff("Gemiddelde, kleuteronderwijs"),
    Tariff("Gemiddelde, lager onderwijs"),
    Tariff("Gemiddelde, secundair onderwijs"),
    Tariff("Gemiddelde, HBO5"),
)
_SPREAD = (0.0, 0.25, 0.65, 0.3)
"""By level: how far an amount lies from the average, at most, as a share of it."""
_BY_LEVEL = (1.0, 1.0, 0.45, 0.5)
"""By level: how much a pupil counts when grants are divided; those from 18 are fewer at school."""
_GRANTED_BY = ((0.0, 0.60, 0.90, 0.985, 1.0), (10.0, 64.0, 150.0, 330.0, 450.0))
"""Share of a school year's grants, and the days after 1 September within which they are made."""


@dataclass(frozen=True, slots=True)
class Grants:
    """Rows on a day or in a month: the child, the day, cents, and the source's other columns."""

    child: Ints
    day: Ints
    cents: Ints
    fields: dict[str, Ints]

    def take(self, chosen: Bools) -> Grants:
        """Some of the rows."""
        fields = {name: column[chosen] for name, column in self.fields.items()}
        return Grants(self.child[chosen], self.day[chosen], self.cents[chosen], fields)


def _by_day(amounts: Amounts, tariff: Tariff, days: Ints) -> Ints:
    months = month_of(days)
    known, inverse = np.unique(months, return_inverse=True)
    return ints([amounts.cents(tariff, int(month)) for month in known])[inverse] if len(known) else ints([])


def draw_start_amounts(
    dice: Dice, families: Families, children: Children, amounts: Amounts, timeline: Timeline
) -> Grants:
    """Births, adoptions and stillbirths in the coverage."""
    stream = dice.stream("start")
    count = children.count
    in_flanders = families.region[children.family] != Region.ELSEWHERE_IN_BELGIUM
    granted = in_flanders & ~children.stillborn & (stream.unit(count) < rates.START_AMOUNT)
    on = working_day(children.born + stream.whole(2, 25, count))
    born = np.maximum(on, children.born)
    young = in_flanders & ~children.stillborn & (children.born > timeline.anchor - 4000) & (children.died == NEVER)
    adopted = places_of(stream.pick(young, rates.ADOPTED, least=2))
    late = np.maximum(children.born[adopted] + 60, timeline.anchor - stream.whole(5, 1400, len(adopted)))
    still = places_of(children.stillborn)
    child = np.concatenate([places_of(granted), adopted, still])
    day = np.concatenate([born[granted], late, children.born[still]])
    kind = np.repeat(ints([0, 1, 2]), [int(granted.sum()), len(adopted), len(still)])
    first = int(first_day(ints([timeline.first_month]))[0])
    grants = Grants(child, day, np.zeros(len(child), np.int64), {"aard": kind})
    grants = grants.take((day >= first) & (day <= timeline.today))
    return Grants(grants.child, grants.day, _by_day(amounts, _START, grants.day), grants.fields)


def draw_childcare(dice: Dice, children: Children, amounts: Amounts, timeline: Timeline) -> Iterator[Grants]:
    """The months of childcare, one batch a month. The running month has the working days until the extraction."""
    stream = dice.stream("childcare")
    anchor = timeline.anchor_month
    candidate = places_of((month_of(children.born) > anchor - 85) & (stream.unit(children.count) < rates.CHILDCARE))
    born = month_of(children.born[candidate])
    begins = born + stream.whole(3, 9, len(candidate))
    ends = np.minimum(begins + stream.whole(8, 26, len(candidate)), born + 31)
    ends = np.minimum(ends, children.right_to[candidate])
    usual = stream.whole(4, 20, len(candidate))
    for month in range(anchor - 12 - 36, anchor + 1):
        # Every month of the world is drawn, so that a month reads the same in each extraction.
        active = (begins <= month) & (month < ends) & (stream.unit(len(candidate)) < 0.94)
        holiday = 0.6 if month % 12 in (6, 7) else 1.0
        full = np.rint(usual * holiday * (0.7 + 0.45 * stream.unit(len(candidate)))).astype(np.int64)
        half = np.floor(stream.unit(len(candidate)) ** 3 * 7).astype(np.int64)
        none = stream.unit(len(candidate)) < rates.CHILDCARE_NO_DAYS
        if not timeline.first_month <= month <= timeline.last_month:
            continue
        most = _working_days(month, timeline.today)
        full = np.where(none, 0, np.minimum(full, most))
        half = np.where(none, 0, np.minimum(half, most - full))
        if month == timeline.last_month:
            active &= (full + half > 0) & (half >= 0)
        cents = full * amounts.cents(_FULL_DAY, month) + half * amounts.cents(_HALF_DAY, month)
        start = np.full(len(candidate), int(first_day(ints([month]))[0]), np.int64)
        yield Grants(candidate, start, cents, {"volle_dagen": full, "halve_dagen": half}).take(active)


def _working_days(month: int, today: int) -> int:
    first, following = first_day(ints([month, month + 1]))
    days = np.arange(first, min(int(following), today + 1), dtype=np.int64)
    return int(((days + 3) % 7 < 5).sum())


def draw_preschool(dice: Dice, children: Children, amounts: Amounts, timeline: Timeline) -> Grants:
    """The preschool supplement: at three on enrolment, at four after enough half days of presence."""
    stream = dice.stream("preschool")
    count = children.count
    parts: list[tuple[Ints, Ints, Ints]] = []
    for years, soonest, latest in ((3, 8, 150), (4, 20, 210)):
        day = working_day(birthday(children.born, years) + stream.whole(soonest, latest, count))
        granted = (stream.unit(count) < rates.PRESCHOOL) & (day < np.minimum(children.until, children.died))
        child = places_of(granted)
        parts.append((child, day[child], np.full(len(child), years, np.int64)))
    child, day, age = (np.concatenate([part[column] for part in parts]) for column in range(3))
    first = int(first_day(ints([timeline.first_month]))[0])
    grants = Grants(child, day, np.zeros(len(child), np.int64), {"leeftijd": age})
    grants = grants.take((day >= first) & (day <= timeline.today))
    return Grants(grants.child, grants.day, _by_day(amounts, _PRESCHOOL, grants.day), grants.fields)


def draw_school_allowances(
    dice: Dice, children: Children, incomes: Incomes, amounts: Amounts, timeline: Timeline
) -> Iterator[tuple[SchoolYear, Grants]]:
    """The school allowances of each covered school year, granted by the day of extraction."""
    stream = dice.stream("school")
    lasting = stream.unit(children.count)
    wanted = rates.SCHOOL_ALLOWANCE * float((children.until == NEVER).sum())
    for start in timeline.world_years:
        year = SchoolYear(start)
        draws = stream.unit(children.count), stream.unit(children.count), stream.unit(children.count)
        if year not in timeline.school_years:
            continue
        level = _levels(children, start, stream)
        september = day_number(date(start, 9, 1))
        known = (level >= 0) & (children.until > september) & (children.died > september)
        weight = np.where(known, np.asarray(_BY_LEVEL, np.float64)[level], 0.0)
        social = is_social(incomes, start)[children.family]
        likely = _divide(weight, social, wanted)
        # Three quarters of who has it one year has it the next: the draw is mostly the child's own.
        chosen = np.where(draws[0] < 0.75, lasting, draws[1]) < likely
        delay = np.interp(draws[2], *_GRANTED_BY).astype(np.int64)
        day = working_day(september + delay)
        child = places_of(chosen & (day <= timeline.today))
        yield year, _allowances(stream, child, level[child], day[child], amounts, september)


def _levels(children: Children, start: int, stream: Stream) -> Ints:
    """By age on 31 December: the level, or −1 for who goes to no school that gives a right."""
    december = day_number(date(start, 12, 31))
    age = np.floor((december - children.born) / 365.25).astype(np.int64)
    later = stream.unit(children.count)
    level = np.select([age < 3, age < 6, age < 12, age < 18], [-1, 0, 1, 2], -1)
    # At 18 and 19 some are still in secondary school; a few go on to HBO5.
    level = np.where((age >= 18) & (age < 20) & (later < 0.35), 2, level)
    return np.where((age >= 18) & (age < 25) & (later > 0.97), 3, level)


def _divide(weight: Floats, social: Bools, wanted: float) -> Floats:
    """Chances that give the wanted number of grants, the stated share of them to families with a social supplement."""
    likely = np.zeros(len(weight), np.float64)
    for group, share in ((social, rates.SCHOOL_ALLOWANCE_SOCIAL), (~social, 1 - rates.SCHOOL_ALLOWANCE_SOCIAL)):
        total = float(weight[group].sum())
        likely[group] = np.minimum(weight[group] * (wanted * share / total if total else 0), 0.95)
    return likely


def _allowances(stream: Stream, child: Ints, level: Ints, day: Ints, amounts: Amounts, september: int) -> Grants:
    month = int(month_of(ints([september]))[0])
    average = ints([amounts.cents(tariff, month) for tariff in _AVERAGES])[level]
    spread = np.asarray(_SPREAD, np.float64)[level]
    factor = 1 + spread * (2 * stream.unit(len(child)) - 1)
    return Grants(child, day, np.rint(average * factor).astype(np.int64), {"niveau": level})
