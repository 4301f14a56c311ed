"""Plots as plain SVG: curves and grouped bars, with a share of 0 to 100 % upward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 780, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 200, 50, 60
INK, GRID = "#222222", "#dddddd"
Series = Mapping[str, Sequence[tuple[float, float]]]
Bars = Mapping[str, Sequence[tuple[str, float]]]


def curves(title: str, across: str, upward: str, series: Series, colours: Sequence[str]) -> str:
    """Lines through points (x, share)."""
    most = max(x for points in series.values() for x, _ in points)
    parts = _frame(title, across, upward)
    for step in range(0, int(most) + 1, 5):
        x = _across(step / most)
        parts.append(_text(x, HEIGHT - BOTTOM + 20, str(step), "middle"))
    for place, ((name, points), colour) in enumerate(zip(series.items(), colours, strict=False)):
        path = " ".join(f"{_across(x / most):.1f},{_up(share):.1f}" for x, share in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        parts += _legend(place, name, colour)
    return _whole(title, parts)


def bars(title: str, across: str, upward: str, groups: Bars, colours: Sequence[str]) -> str:
    """A group of bars for each name on the axis, one bar for each series."""
    names = [name for name, _ in next(iter(groups.values()))]
    parts = _frame(title, across, upward)
    room = (WIDTH - LEFT - RIGHT) / len(names)
    wide = room * 0.7 / len(groups)
    for place, name in enumerate(names):
        parts.append(_text(LEFT + room * (place + 0.5), HEIGHT - BOTTOM + 20, name, "middle"))
    for place, ((series, points), colour) in enumerate(zip(groups.items(), colours, strict=False)):
        for column, (_, share) in enumerate(points):
            x = LEFT + room * (column + 0.15) + wide * place
            parts.append(
                f'<rect x="{x:.1f}" y="{_up(share):.1f}" width="{wide:.1f}" height="{_up(0) - _up(share):.1f}" '
                f'fill="{colour}"/>'
            )
            parts.append(_text(x + wide / 2, _up(share) - 5, f"{100 * share:.0f} %", "middle", 11))
        parts += _legend(place, series, colour)
    return _whole(title, parts)


def _across(part: float) -> float:
    return LEFT + part * (WIDTH - LEFT - RIGHT)


def _up(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _text(x: float, y: float, text: str, anchor: str, size: int = 12, more: str = "") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{INK}"{more}>'
        f"{escape(text)}</text>"
    )


def _frame(title: str, across: str, upward: str) -> list[str]:
    parts = [_text(LEFT, 28, title, "start", 16, ' font-weight="bold"')]
    for step in range(0, 101, 20):
        y = _up(step / 100)
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{GRID}"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{step} %", "end"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, across, "middle"))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(_text(18, middle, upward, "middle", 12, f' transform="rotate(-90 18 {middle:.1f})"'))
    return parts


def _legend(place: int, name: str, colour: str) -> list[str]:
    y = TOP + 10 + 22 * place
    return [
        f'<rect x="{WIDTH - RIGHT + 15}" y="{y - 9}" width="14" height="10" fill="{colour}"/>',
        _text(WIDTH - RIGHT + 35, y, name, "start"),
    ]


def _whole(title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="sans-serif" role="img" aria-label="{escape(title)}">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )
