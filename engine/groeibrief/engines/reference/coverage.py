"""Whether the snapshot covers what is asked; if not, there is no answer (LANGUAGE, "Unknown is not false")."""

from __future__ import annotations

from datetime import date

from groeibrief.engines.reference.world import World
from groeibrief.errors import Finding, SnapshotError
from groeibrief.query import Days, Granted, Has, LivesIn, Months, Question, SchoolYears, walk


def refuse_what_is_not_covered(world: World, question: Question) -> None:
    """Raise SnapshotError: E431 or E432 for a day after extraction, E430 for periods outside the coverage."""
    if question.reference_date > world.extracted_on:
        raise SnapshotError(
            "E431",
            f"De peildatum {question.reference_date} ligt na de extractie van de snapshot ({world.extracted_on}). "
            "Kies een vroegere peildatum of neem een nieuwere snapshot in.",
        )
    outside: dict[str, None] = {}
    late: set[date] = set()
    for node in walk(question.condition):
        if isinstance(node, LivesIn) and node.on is not None and node.on > world.extracted_on:
            late.add(node.on)
        if isinstance(node, Has):
            first, last, words = _asked(node)
            covered = world.coverage.get(node.source)
            if covered is None or (first and first < covered[0]) or (last and last > covered[1]):
                outside[f"{node.source}: {words} valt buiten de dekking van deze snapshot"] = None
    if late:
        raise SnapshotError(
            "E432",
            [
                Finding(
                    f"De dag {day} in 'woont_in' ligt na de extractie van de snapshot ({world.extracted_on}). "
                    "Kies een vroegere dag of neem een nieuwere snapshot in."
                )
                for day in sorted(late)
            ],
        )
    if outside:
        raise SnapshotError("E430", [Finding(text) for text in outside])


def _asked(node: Has) -> tuple[str, str, str]:
    """First and last moment, empty where any will do, and the words for them."""
    match node.period:
        case Months(first, last):
            return _span(f"{first.year:04d}-{first.month:02d}", f"{last.year:04d}-{last.month:02d}")
        case SchoolYears(year):
            return _span(*[f"{year.start:04d}-{year.start + 1:04d}"] * 2)
        case Days(start, end):
            return _span(start.isoformat(), end.isoformat())
        case Granted(days=Days(start, end)):
            return _span(start.isoformat(), end.isoformat())
        case Granted(age=age):
            return "", "", f"leeftijd {age}"


def _span(first: str, last: str) -> tuple[str, str, str]:
    return first, last, first if first == last else f"{first} tot en met {last}"
