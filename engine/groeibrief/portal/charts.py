"""Small charts as SVG inside the page: no script, no style attribute, and always beside a table that says the same.

What is drawn is what stands in words on the page; a chart of a municipality is made from answers alone. Decorative for
a screen reader (``aria-hidden``), since the table is read instead. Every text is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from groeibrief.workflow.registration import LeadTime, Row
    from groeibrief.workflow.requestviews import CalendarEntry
    from groeibrief.workflow.splitting import Counted

_WIDTH, _ROW, _EDGE = 360, 44, 12
"""Narrow, so that its letters are still letters on a phone; each name stands above its bar."""
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart: from nought to ``value``. ``low``, ``high``: its range, when it has one; ``told``: in words."""

    label: str
    value: float
    told: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A day on a time line, by the row that it belongs to."""

    row: str
    on: date
    done: bool


class Told(Protocol):
    """A count as a municipality sees it: below a threshold, or about so many within a range."""

    @property
    def below(self) -> int | None:
        """The threshold, when it is below."""

    @property
    def about(self) -> int:
        """About so many."""

    @property
    def low(self) -> int:
        """The lower end of the range."""

    @property
    def high(self) -> int:
        """The upper end."""


def answer_bars(rows: Iterable[tuple[str, Told]]) -> str:
    """Answers side by side, each with its range; one below the threshold has no bar."""
    return bars(
        [
            Bar(name, 0, f"minder dan {told.below}")
            if told.below is not None
            else Bar(name, told.about, f"ongeveer {told.about:,}".replace(",", "."), told.low, told.high)
            for name, told in rows
        ]
    )


def part_bars(parts: Iterable[Counted]) -> str:
    """The parts of a group that were answered, side by side."""
    return answer_bars((each.slice.name, each.answer.families) for each in parts if each.answer is not None)


def variant_bars(columns: Iterable[tuple[Any, str, Any, str]]) -> str:
    """Requests of one municipality that were counted, side by side: the request, its sentences, its answer."""
    return answer_bars((shown.content.title, answer.families) for shown, _, answer, _ in columns)


def mailing_line(days: Iterable[CalendarEntry], today: date) -> str:
    """The days of the calendar, a row for each request."""
    return time_line([Mark(f"{each.authority_name}: {each.title}", each.on, each.on <= today) for each in days], today)


def year_bars(rows: Iterable[Row]) -> str:
    """How many authorities were registered in each year, by track and status."""
    return bars(
        [
            Bar(f"{row.year}, {row.track.value}, {row.status}", row.authorities, str(row.authorities))
            for row in sorted((each for each in rows if each.year), key=lambda each: (each.year, each.track.value))
        ]
    )


def lead_bars(times: Iterable[LeadTime]) -> str:
    """The median of each step that has one; nothing without any."""
    rows = [
        Bar(f"{each.track.value}, {each.step[0]} tot {each.step[1]}", each.days, f"{each.days:.0f} dagen")
        for each in times
        if each.days is not None
    ]
    return bars(rows) if rows else ""


def bars(rows: Sequence[Bar]) -> str:
    """Horizontal bars over one scale, each with its range as a whisker; nothing when no row has any length."""
    most = max((max(row.value, row.high or 0) for row in rows), default=0)
    if not most:
        return ""
    scale, top = _scale(most)
    height = len(rows) * _ROW + 24
    parts = [_grid(scale, top, height, [place * _ROW + 28 for place in range(len(rows))])]
    for place, row in enumerate(rows):
        above, middle = place * _ROW + 14, place * _ROW + 28
        parts.append(_text("g-naam", 0, above, f"{row.label}: {row.told}", "start"))
        parts.append(
            f'<rect class="g-balk" x="{_EDGE}" y="{middle - 7}" width="{_at(row.value, top) - _EDGE:.1f}" height="14"/>'
        )
        if row.low is not None and row.high is not None:
            parts.append(_whisker(_at(row.low, top), _at(row.high, top), middle))
    return _svg(height, parts)


def estimate_bar(low: int, about: int, high: int) -> str:
    """One answer with its range, on a scale that begins at nought."""
    scale, top = _scale(high)
    parts = [_grid(scale, top, 46, [16])]
    left, right, middle = (_at(each, top) for each in (low, high, about))
    parts.append(f'<rect class="g-marge" x="{left:.1f}" y="8" width="{right - left:.1f}" height="16"/>')
    parts.append(f'<path class="g-streep" d="M{middle:.1f} 4V28"/>')
    return _svg(46, parts)


def time_line(marks: Sequence[Mark], today: date) -> str:
    """Days by row, from the first to the last, with a line at *today*."""
    names = list(dict.fromkeys(mark.row for mark in marks))
    first, last = min([*(mark.on for mark in marks), today]), max([*(mark.on for mark in marks), today])
    days = max((last - first).days, 1)

    def at(day: date) -> float:
        return _EDGE + (day - first).days / days * (_WIDTH - 2 * _EDGE)

    height = len(names) * _ROW + 24
    parts = [f'<path class="g-vandaag" d="M{at(today):.1f} {place * _ROW + 20}v20"/>' for place in range(len(names))]
    parts.append(_text("g-as", min(max(at(today), 24), _WIDTH - 24), height - 5, "vandaag", "middle"))
    for place, name in enumerate(names):
        middle = place * _ROW + 30
        parts.append(_text("g-naam", 0, place * _ROW + 16, name[:48], "start"))
        parts.append(f'<path class="g-lijn" d="M{_EDGE} {middle}H{_WIDTH - _EDGE}"/>')
        parts += [
            f'<circle class="{"g-gedaan" if mark.done else "g-straks"}" cx="{at(mark.on):.1f}" cy="{middle}" r="5"/>'
            for mark in marks
            if mark.row == name
        ]
    return _svg(height, parts)


def _scale(most: float) -> tuple[list[float], float]:
    """Round numbers along the axis, at most six, and the last of them."""
    if most <= 0:
        return [0, 1], 1
    rough = most / 4
    power = 10 ** floor(log10(rough))
    step = max(1, next(each * power for each in _STEPS if each * power >= rough))
    count = ceil(most / step)
    return [place * step for place in range(count + 1)], count * step


def _at(value: float, top: float) -> float:
    return _EDGE + value / top * (_WIDTH - 2 * _EDGE)


def _grid(scale: Sequence[float], top: float, height: int, middles: Iterable[int]) -> str:
    """Lines behind the bars, not through the names above them, and the numbers below."""
    lines = "".join(
        f'<path class="g-rooster" d="M{_at(each, top):.1f} {middle - 12}v24"/>' for middle in middles for each in scale
    )
    return lines + "".join(
        _text("g-as", _at(each, top), height - 5, f"{each:,.0f}".replace(",", "."), "middle") for each in scale
    )


def _whisker(low: float, high: float, middle: float) -> str:
    return (
        f'<path class="g-marges" d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 5:.1f}v10'
        f'M{high:.1f} {middle - 5:.1f}v10"/>'
    )


def _text(kind: str, x: float, y: float, told: str, anchor: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(told)}</text>'


def _svg(height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg class="grafiek" viewBox="0 0 {_WIDTH} {height}" aria-hidden="true" focusable="false">'
        f"{''.join(parts)}</svg>"
    )
