"""Waves: so many letters a week, so that a counter copes with who comes. A wave is whole batches, in printing order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate

from groeibrief.errors import RefusedError

_WEEK = timedelta(days=7)


def wave_numbers(batches: Sequence[int], per_week: int | None) -> tuple[int, ...]:
    """The number of the wave, from 1, of each batch; *batches* holds their letters, in printing order.

    A wave is filled with the next batch as long as that fits; None: all in one. Raises RefusedError (E556) for a batch
    that is larger than a week may be.
    """
    if per_week is None:
        return (1,) * len(batches)
    for number, letters in enumerate(batches, start=1):
        if letters > per_week:
            raise RefusedError(
                "E556",
                f"Partij {number} telt {letters} brieven en er mogen er hoogstens {per_week} per week op de post. Maak "
                f"de brieven opnieuw met --per-week {per_week}, of laat er meer per week toe.",
            )
    return tuple(_numbers(batches, per_week))


def posting_dates(first: date | None, waves: int) -> tuple[date | None, ...]:
    """The posting date of each wave: *first*, and a week later each time; None where no date is known."""
    if first is None:
        return (None,) * waves
    return tuple(accumulate([_WEEK] * (waves - 1), lambda day, week: day + week, initial=first))


def _numbers(batches: Sequence[int], per_week: int) -> Iterator[int]:
    wave, filled = 1, 0
    for letters in batches:
        if filled + letters > per_week:
            wave, filled = wave + 1, 0
        filled += letters
        yield wave
