"""What a form has that a letter has not: lines to write on, boxes to tick, small tables, a line to cut along.

All lines are full black: a raster image processor would make dots of a thin grey one.
"""

from __future__ import annotations

from collections.abc import Sequence

from groeibrief.letters.layout import Style
from groeibrief.letters.markup import Paragraph, Span
from groeibrief.letters.typesetting import Bar, Block, Line, Typesetter

FORM_KINDS = frozenset({"invul", "vakje", "tabelkop", "tabelrij", "knip"})
CUT_HERE = "Knip hier af"
_THIN = 0.2
_THICK = 0.4
_BOX = 3.8
_GAP = 4.0
"""Between two columns of lines to write on."""
_PADDING = 1.5
"""Left and right in a table's cell."""
_BELOW = 1.2
"""From a line to write on to the row's end."""
_DASH, _SPACE = 2.0, 1.5


def form_block(setter: Typesetter, paragraph: Paragraph, style: Style, width: float) -> Block:
    """Set a paragraph of :data:`FORM_KINDS` in *width* mm. Raises MissingCharacterError."""
    match paragraph.kind:
        case "knip":
            lines, bars, height, cells = _cut(setter, style, width)
        case "vakje":
            lines, bars, height, cells = _box(setter, paragraph, style, width)
        case "invul":
            lines, bars, height, cells = _to_write_on(setter, paragraph, style, width)
        case _:
            lines, bars, height, cells = _row(setter, paragraph, style, width)
    return Block(
        tuple(lines), tuple(bars), height, kind=paragraph.kind, before=style.voor, after=style.na,
        keep=style.bij_volgende, cells=cells,
    )  # fmt: skip


_Set = tuple[list[Line], list[Bar], float, tuple[int, ...]]


def _cut(setter: Typesetter, style: Style, width: float) -> _Set:
    lines = setter.lines((Span(CUT_HERE, "gewoon"),), style, 0.0, width)
    count = int((width + _SPACE) / (_DASH + _SPACE))
    step = (width - _DASH) / (count - 1)
    bars = [Bar(round(index * step, 3), style.regel, _DASH, _THIN) for index in range(count)]
    return lines, bars, style.regel + _THIN, ()


def _box(setter: Typesetter, paragraph: Paragraph, style: Style, width: float) -> _Set:
    left = max(style.inspring, _BOX + 2.0)
    lines = setter.lines(paragraph.spans, style, left, width - left)
    height = max(style.hoogte, len(lines) * style.regel)
    top = (style.regel - _BOX) / 2
    bars = [
        Bar(0.0, top, _BOX, _THIN),
        Bar(0.0, top + _BOX - _THIN, _BOX, _THIN),
        Bar(0.0, top, _THIN, _BOX),
        Bar(_BOX - _THIN, top, _THIN, _BOX),
    ]
    return lines, bars, height, ()


def _to_write_on(setter: Typesetter, paragraph: Paragraph, style: Style, width: float) -> _Set:
    """Labels on their lines; the first of each row is as wide as ``label``, so that the lines begin aligned."""
    lines: list[Line] = []
    bars: list[Bar] = []
    columns = _columns(style, len(paragraph.cells), width + _GAP)
    most = 1
    labels = []
    for number, (spans, (left, wide)) in enumerate(zip(paragraph.cells, columns, strict=True)):
        text = "".join(span.text for span in spans)
        own = style.label if number == 0 else setter.width(text, style.letter) + 0.1
        labels.append((setter.lines(spans, style, left, own), left + own + 2.0, left + wide - _GAP))
        most = max(most, len(labels[-1][0]))
    height = max(style.hoogte, most * style.regel + _BELOW)
    for label, start, end in labels:
        drop = height - _BELOW - len(label) * style.regel
        lines += [line._replace(y=line.y + drop) for line in label]
        bars.append(Bar(round(start, 3), height - _BELOW, round(end - start, 3), _THIN))
    return lines, bars, height, ()


def _row(setter: Typesetter, paragraph: Paragraph, style: Style, width: float) -> _Set:
    lines: list[Line] = []
    bars: list[Bar] = []
    cells = []
    columns = _columns(style, len(paragraph.cells), width)
    for spans, (left, wide) in zip(paragraph.cells, columns, strict=True):
        text = setter.lines(spans, style, left + _PADDING, wide - 2 * _PADDING) if spans else []
        lines += text
        cells.append(len(text))
    height = max(style.hoogte, max(cells) * style.regel)
    head = paragraph.kind == "tabelkop"
    rule = _THICK if head else _THIN
    bars.append(Bar(0.0, height - rule, width, rule))
    if not head:
        bars += [Bar(round(left, 3), 0.0, _THIN, height) for left, _ in columns[1:]]
    return lines, bars, height, tuple(cells)


def _columns(style: Style, count: int, width: float) -> list[tuple[float, float]]:
    """Where each column starts and how wide it is."""
    shares: Sequence[float] = style.kolommen if len(style.kolommen) == count else (1.0,) * count
    left, columns = 0.0, []
    for share in shares:
        wide = width * share / sum(shares)
        columns.append((left, wide))
        left += wide
    return columns
