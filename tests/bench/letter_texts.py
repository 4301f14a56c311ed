"""The text of our own letters, for tools that set the same letters again."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

_SHORT = 45


def texts_of(letters: Path) -> list[list[str]]:
    """The paragraphs of every page in a folder of our letters."""
    pages = []
    for path in sorted(letters.glob("*.pdf")):
        document = pypdfium2.PdfDocument(path)
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            pages.append(_paragraphs(text.get_text_bounded().splitlines()))
            text.close()
            page.close()
        document.close()
    return pages


def _paragraphs(lines: list[str]) -> list[str]:
    """Join lines up to one that is short, or that ends a sentence."""
    found, running = [], ""
    for line in filter(None, map(str.strip, lines)):
        running = f"{running} {line}".strip()
        if len(line) < _SHORT or line.endswith((".", "?", ":")):
            found.append(running)
            running = ""
    return [*found, running] if running else found
