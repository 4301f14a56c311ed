"""When one condition on a source's rows, or on a domicile, makes another one on the same thing hold."""

from __future__ import annotations

from groeibrief.query import Days, Field, Granted, Has, IsUnknown, LivesIn, Months, OneOf, Period, Range, SchoolYears


def has_implies(strong: Has, weak: Has) -> bool:
    """Whether *weak* holds whenever *strong* does: the same source, a narrower period, narrower fields."""
    return (
        strong.source == weak.source
        and _period_implies(strong.period, weak.period)
        and all(any(_field_implies(mine, asked) for mine in strong.where) for asked in weak.where)
    )


def lives_implies(strong: LivesIn, weak: LivesIn) -> bool:
    """Whether *weak* holds whenever *strong* does: the same day, fewer places."""
    if strong.sort is not weak.sort or strong.on != weak.on:
        return False
    pairs = ((strong.municipalities, weak.municipalities), (strong.postcodes, weak.postcodes))
    return all(not wide or (narrow and set(narrow) <= set(wide)) for narrow, wide in pairs)


def _period_implies(strong: Period, weak: Period) -> bool:
    match strong, weak:
        case Months(), Months():
            shared = min(strong.last, weak.last).index - max(strong.first, weak.first).index + 1
            outside = strong.length - max(shared, 0)
            return _needed(strong) - outside >= _needed(weak)
        case Days(), Days():
            return weak.first <= strong.first and strong.last <= weak.last
        case Granted(), Granted():
            within = weak.days is None or (strong.days is not None and _period_implies(strong.days, weak.days))
            return within and weak.age in (None, strong.age)
        case SchoolYears(), SchoolYears():
            return strong == weak
    return False


def _needed(period: Months) -> int:
    return period.length if period.at_least is None else period.at_least


def _field_implies(strong: Field, weak: Field) -> bool:
    if strong.name != weak.name:
        return False
    match strong.test, weak.test:
        case OneOf(values), OneOf(wider):
            return set(values) <= set(wider)
        case OneOf(values), Range(at_least, at_most):
            return all(
                (at_least is None or value >= at_least) and (at_most is None or value <= at_most)  # type: ignore[operator]
                for value in values
            )
        case Range(), Range():
            low, high = weak.test.at_least, weak.test.at_most
            narrow = strong.test
            return (low is None or (narrow.at_least is not None and narrow.at_least >= low)) and (
                high is None or (narrow.at_most is not None and narrow.at_most <= high)
            )
        case ((OneOf() | Range()), IsUnknown(unknown)):
            return not unknown
        case IsUnknown(mine), IsUnknown(asked):
            return mine == asked
    return False
