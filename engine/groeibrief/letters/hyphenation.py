"""Soft hyphens in a template's own words, put there before any value is filled in: a value has none and stays whole.

Patterns: the Dutch ones of pyphen. Names and addresses on the web are left alone, and so is what begins with a capital.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_LEAST = 3
"""Letters before a break and after it."""
_CODE = re.compile(r"(\{#.*?#\}|\{[{%].*?[}%]\})", re.DOTALL)
# Not beside what makes it part of a longer word, an e-mail address or a web page.
_WORD = re.compile(r"(?<![\w@./:'’-])[^\W\d_A-Z][^\W\d_]{7,}(?![\w@/'’-]|[.:]\w)")
_NO_TEXT = ("::", ">>")


def hyphenated(texts: Mapping[str, str]) -> dict[str, str]:
    """The template *texts*, by name, with soft hyphens in their words of eight letters and more."""
    return {name: _text(text) for name, text in texts.items()}


def whole(text: str) -> str:
    """*text* without soft hyphens."""
    return text.replace(SOFT_HYPHEN, "")


def _text(text: str) -> str:
    pieces = _CODE.split(text)
    for index in range(0, len(pieces), 2):
        piece, last = pieces[index], index == len(pieces) - 1

        def broken(match: re.Match[str], piece: str = piece, first: bool = index == 0, last: bool = last) -> str:
            # A word that touches code goes on in a value.
            glued = (match.start() == 0 and not first) or (match.end() == len(piece) and not last)
            line = piece[piece.rfind("\n", 0, match.start()) + 1 : match.start()].lstrip()
            return match[0] if glued or line.startswith(_NO_TEXT) else _word(match[0])

        pieces[index] = _WORD.sub(broken, piece)
    return "".join(pieces)


@cache
def _word(word: str) -> str:
    return str(_patterns().inserted(word, SOFT_HYPHEN))


@cache
def _patterns() -> Any:
    from pyphen import Pyphen  # type: ignore[import-untyped]

    return Pyphen(lang="nl_NL", left=_LEAST, right=_LEAST)
