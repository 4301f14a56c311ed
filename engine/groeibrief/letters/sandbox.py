"""The template language's sandbox: no functions, three filters, no missing values, and values that are never markup."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

# What the markup gives a meaning to. In a value each is replaced by a private-use character, which only the
# typesetter turns back, after the markup has been read: a family name can hold "**" and still be a family name.
_ACTIVE = "*#->:|\\"
_PRIVATE = 0xE000
_PROTECT: dict[int, str | None] = {
    **{ord(char): chr(_PRIVATE + ord(char)) for char in _ACTIVE},
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), " "),
    # A value is never broken: soft hyphens are the template's.
    0xAD: None,
    **dict.fromkeys(range(_PRIVATE, _PRIVATE + 0x200), "\N{REPLACEMENT CHARACTER}"),
}
_REVEAL: dict[int, str] = {_PRIVATE + ord(char): char for char in _ACTIVE}


class Slot(str):
    """A place for a value that comes later, as one private-use character that no value can hold."""

    __slots__ = ()


SLOTS = {"ontvanger.namen": Slot("\ue1f0"), "kenmerk": Slot("\ue1f1")}
"""For the fields that differ on every letter and are mostly just printed."""


def protected(value: Any) -> str:
    """A value as text without markup: diacritics composed, controls and line ends as spaces."""
    if type(value) is Slot:
        return value
    if type(value) is int:
        return str(value)
    if not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} cannot be printed")
    return composed(value).translate(_PROTECT)


def revealed(text: str) -> str:
    """The characters that :func:`protected` put aside, back in their place."""
    return text if text.isascii() else text.translate(_REVEAL)


def composed(text: str) -> str:
    """The text with its diacritics composed (NFC), so that each letter is one glyph."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def listed(items: Sequence[str]) -> str:
    """``opsomming``: "Ali, Bo en Cas"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} en {items[-1]}"


def capitalised(text: str) -> str:
    """``hoofdletter``: the first letter as a capital."""
    return text[:1].upper() + text[1:]


def counted(items: Sequence[str]) -> int:
    """``aantal``: how many."""
    return len(items)


FILTERS = {"opsomming": listed, "hoofdletter": capitalised, "aantal": counted}
LIST_FILTERS = frozenset({"opsomming", "aantal"})


def environment(sources: Mapping[str, str]) -> ImmutableSandboxedEnvironment:
    """The environment for the given template texts by name. No globals, no tests, only :data:`FILTERS`."""
    sandbox = ImmutableSandboxedEnvironment(
        loader=DictLoader(sources),
        undefined=StrictUndefined,
        autoescape=False,
        finalize=protected,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    sandbox.globals.clear()
    sandbox.filters.clear()
    sandbox.filters.update(FILTERS)
    sandbox.tests.clear()
    return sandbox
