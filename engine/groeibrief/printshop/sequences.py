"""Sets of sequence numbers as ranges: how people type them (``7`` and ``9-12``) and how documents hold them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence

from groeibrief.errors import UsageError

LARGEST = 999_999_999
_RANGE = re.compile(r"([1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?")
_SHOWN = 10

Range = tuple[int, int]


def read_ranges(texts: Iterable[str]) -> tuple[Range, ...]:
    """Read ``7``, ``9-12`` and ``7,9-12``. Raises UsageError (E251) for anything else, or a range that runs back."""
    found = []
    for word in (part.strip() for text in texts for part in text.split(",")):
        match = _RANGE.fullmatch(word)
        if match is None or int(match[2] or match[1]) < int(match[1]):
            raise UsageError(
                "E251", f"'{word}' is geen volgnummer of reeks. Schrijf 7 of 9-12, met een komma tussen meer dan één."
            )
        found.append((int(match[1]), int(match[2] or match[1])))
    return tuple(found)


def chosen(texts: Iterable[str], first: int | None = None, last: int | None = None) -> tuple[Range, ...]:
    """Read ranges, and the one from *first* to *last*. Raises UsageError (E251) for nothing and for half a range."""
    if (first is None) is not (last is None):
        raise UsageError("E251", "Een reeks heeft een begin en een einde: geef --from én --to.")
    found = read_ranges([*texts, *([f"{first}-{last}"] if first is not None else [])])
    if not found:
        raise UsageError("E251", "Geef de volgnummers met --sequence 7 of --from 9 --to 12.")
    return found


def as_ranges(numbers: Iterable[int]) -> tuple[Range, ...]:
    """The fewest ranges that hold exactly these numbers."""
    ranges: list[Range] = []
    for number in sorted(set(numbers)):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return tuple(ranges)


def within(ranges: Sequence[Range], numbers: Collection[int]) -> set[int]:
    """Which of *numbers* lie in a range."""
    joined = _joined(ranges)
    return {number for number in numbers if _holds(joined, number)}


def outside(ranges: Sequence[Range], numbers: Collection[int]) -> tuple[Range, ...]:
    """What the ranges name that is none of *numbers*: as ranges, since they may be as wide as anyone writes them."""
    known = as_ranges(numbers)
    left: list[Range] = []
    at = 0
    for first, last in _joined(ranges):
        while at < len(known) and known[at][1] < first:
            at += 1
        start = first
        while at < len(known) and known[at][0] <= last:
            if known[at][0] > start:
                left.append((start, known[at][0] - 1))
            start = known[at][1] + 1
            if start > last:
                # This one may go on into the next range.
                break
            at += 1
        if start <= last:
            left.append((start, last))
    return tuple(left)


def overlap(ranges: Sequence[Range]) -> int | None:
    """The first number that stands in two ranges, or None."""
    end = 0
    for first, last in sorted(ranges):
        if first <= end:
            return first
        end = max(end, last)
    return None


def shown(numbers: Iterable[int]) -> str:
    """``3, 7–9 …``: numbers in a Dutch sentence, the first few."""
    return shown_ranges(as_ranges(numbers))


def shown_ranges(ranges: Sequence[Range]) -> str:
    """The same for ranges."""
    words = [str(first) if first == last else f"{first}-{last}" for first, last in ranges[:_SHOWN]]
    return ", ".join(words) + (" …" if len(ranges) > _SHOWN else "")


def _joined(ranges: Sequence[Range]) -> tuple[Range, ...]:
    """The same numbers in rising ranges that do not touch."""
    joined: list[Range] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def _holds(ordered: Sequence[Range], number: int) -> bool:
    place = bisect_right(ordered, (number, LARGEST + 1))
    return place > 0 and ordered[place - 1][1] >= number
