"""The flowing text onto pages. A paragraph is never divided, so no line of one stands alone on a page."""

from __future__ import annotations

from collections.abc import Callable

from groeibrief.letters.layout import Area
from groeibrief.letters.typesetting import Block, DoesNotFitError, Placed

_LEAST_LINES = 3
"""So many lines, at least, of the text's end stand on its last page."""


def flow(
    blocks_in: Callable[[float], list[Block]], first: Area, following: Area, most_pages: int
) -> list[list[Placed]]:
    """Place blocks in *first* and, from the second page on, in *following*; ``pagina`` starts a page where it may.

    *blocks_in* gives the blocks as set in a width. A heading keeps the paragraph below it, and the end of the text (a
    greeting, a name) takes along what stands before it. Raises DoesNotFitError when *most_pages* are too few.
    """
    area = first
    # Kept apart: looking them up for each paragraph would take a twentieth of a letter's time.
    top, bottom = area.y, area.bottom + 1e-6
    blocks = blocks_in(area.breedte)
    ending, end = _ending(blocks)
    placed: list[list[Placed]] = [[]]
    y, after, index = top, 0.0, 0
    while index < len(blocks):
        block = blocks[index]
        gap = max(after, block.before) if y > top else 0.0
        need = gap + block.height
        if block.keep or ending <= index < end - 1:
            last = index
            while last + 1 < len(blocks) and (blocks[last].keep or ending <= last < end - 1):
                need += max(blocks[last].after, blocks[last + 1].before) + blocks[last + 1].height
                last += 1
        turned = block.kind == "pagina" or (y + need > bottom and y > top)
        if turned and len(placed) < most_pages:
            if block.kind == "pagina":
                placed[-1].append(Placed(block, area.x, y))
                index += 1
            if area is not following and area.breedte != following.breedte:
                blocks = blocks_in(following.breedte)
            area, after = following, 0.0
            top, bottom = area.y, area.bottom + 1e-6
            y = top
            placed.append([])
            continue
        placed[-1].append(Placed(block, area.x, round(y + gap, 3)))
        y, after, index = y + gap + block.height, block.after, index + 1
    if y > bottom:
        raise DoesNotFitError(y - area.bottom)
    return placed


def _ending(blocks: list[Block]) -> tuple[int, int]:
    """The blocks that end the text, as a range of indices: the last ones that have three lines together."""
    stop = next((index for index, block in enumerate(blocks) if block.kind == "pagina"), len(blocks))
    start, lines = stop, 0
    while start > 0 and lines < _LEAST_LINES:
        start -= 1
        lines += len(blocks[start].lines)
    return start, stop
