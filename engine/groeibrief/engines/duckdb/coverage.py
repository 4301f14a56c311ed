"""What a question asks of a snapshot that it cannot know: refused before anything is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from groeibrief.calendar import Month, SchoolYear
from groeibrief.errors import Finding, SnapshotError
from groeibrief.query import Days, Granted, Has, LivesIn, Months, Period, Question, SchoolYears, walk

Bound = Month | SchoolYear | date


def refuse_uncovered(question: Question, extracted_on: date, coverage: Mapping[str, tuple[str, str]]) -> None:
    """Raise SnapshotError when the snapshot does not cover the question.

    E431 the reference date, E432 the day of a domicile lies after extraction; E430 periods of sources, all at once.
    """
    if question.reference_date > extracted_on:
        raise SnapshotError(
            "E431",
            f"De peildatum {question.reference_date} ligt na de extractie van de snapshot ({extracted_on}). "
            "Kies een vroegere peildatum of neem een nieuwere snapshot in.",
        )
    nodes = list(walk(question.condition))
    later = sorted({node.on for node in nodes if isinstance(node, LivesIn) and node.on and node.on > extracted_on})
    if later:
        raise SnapshotError(
            "E432",
            [
                Finding(
                    f"De dag {day} in 'woont_in' ligt na de extractie van de snapshot ({extracted_on}). "
                    "Kies een vroegere dag of neem een nieuwere snapshot in."
                )
                for day in later
            ],
        )
    missing = dict.fromkeys(
        f"{node.source}: {written(node.period)} valt buiten de dekking van deze snapshot"
        for node in nodes
        if isinstance(node, Has) and not _is_covered(node.period, coverage.get(node.source))
    )
    if missing:
        raise SnapshotError("E430", [Finding(message) for message in missing])


def written(period: Period) -> str:
    """A period as the language writes it."""
    match period:
        case SchoolYears(year):
            return str(year)
        case Granted(age, None):
            return f"leeftijd {age}"
        case Months(first, last) | Days(first, last) | Granted(_, Days(first, last)):
            return str(first) if first == last else f"{first} tot en met {last}"
    raise AssertionError(f"Unhandled node: {period!r}")


def _is_covered(period: Period, bounds: tuple[str, str] | None) -> bool:
    """Whether the period lies inside. An age alone names no period, so any coverage does."""
    if bounds is None:
        return False
    match period:
        case Months(first, last):
            return Month.parse(bounds[0]) <= first and last <= Month.parse(bounds[1])
        case SchoolYears(year):
            return SchoolYear.parse(bounds[0]) <= year <= SchoolYear.parse(bounds[1])
        case Granted(_, None):
            return True
        case Days(start, end) | Granted(_, Days(start, end)):
            return date.fromisoformat(bounds[0]) <= start and end <= date.fromisoformat(bounds[1])
    raise AssertionError(f"Unhandled node: {period!r}")
