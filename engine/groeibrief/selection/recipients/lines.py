"""Address lines by bpost's rules: no punctuation, "bus" in full, at most so many characters, else abbreviated.

Every function takes clean text (one space between words, no punctuation) and returns one line, or two when even
shortened it does not fit. Surname, house number, box and postcode are never dropped or shortened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from groeibrief.selection.policy import Abbreviations

_PART = re.compile(r"[^\s-]+")
_LEAST_STREET = 10


def name_lines(voornaam: str, naam: str, most: int) -> list[str]:
    """Shorten in this order until it fits: later first names to initials, later first names away, first name to its
    initials, first name away, surname over two or more lines."""
    first, *later = voornaam.split() or [""]
    initials = "-".join(part[0] for part in first.split("-") if part)
    for given in (voornaam, " ".join((first, *(name[0] for name in later))), first, initials, ""):
        if len(line := f"{given} {naam}".strip()) <= most:
            return [line]
    return _wrap(naam, most)


def street_lines(straat: str, huisnummer: str, bus: str, most: int, abbreviations: Abbreviations) -> list[str]:
    """Shorten in this order until it fits: kind of street, other words of the policy's list, inner words to initials,
    end of the street's name cut off. A number and box that leave the street no room get a line of their own."""
    number = f"{huisnummer} bus {bus}" if bus else huisnummer
    if most - len(number) - 1 < _LEAST_STREET:
        return [*_fit(straat, most, abbreviations), *_wrap(number, most)]
    (street,) = _fit(straat, most - len(number) - 1, abbreviations)
    return [f"{street} {number}"]


def place_lines(postcode: str, gemeente: str, most: int, abbreviations: Abbreviations) -> list[str]:
    """Shorten the municipality as a street's name; a postcode that leaves it no room gets a line of its own."""
    if most - len(postcode) - 1 < _LEAST_STREET:
        return [*_wrap(postcode, most), *_fit(gemeente, most, abbreviations)]
    (place,) = _fit(gemeente, most - len(postcode) - 1, abbreviations)
    return [f"{postcode} {place}"]


def _fit(text: str, most: int, abbreviations: Abbreviations) -> list[str]:
    steps: tuple[Callable[[str], str], ...] = (
        partial(_short_ending, endings=abbreviations.achtervoegsels),
        partial(_short_words, words=abbreviations.woorden),
        _inner_initials,
    )
    for step in steps:
        if len(text) <= most:
            break
        text = step(text)
    return [text[:most].rstrip(" -")]


def _short_ending(text: str, endings: Mapping[str, tuple[str, ...]]) -> str:
    for full, shorts in endings.items():
        if text[-len(full) :].casefold() == full:
            kept = text[: len(text) - len(full)]
            return kept + _as_written(shorts[0], text[len(kept)], lower=bool(kept) and kept[-1].isalpha())
    return text


def _as_written(short: str, first: str, *, lower: bool) -> str:
    return short.lower() if lower or not first.isupper() else short[0].upper() + short[1:]


def _short_words(text: str, words: Mapping[str, tuple[str, ...]]) -> str:
    return _PART.sub(lambda match: words.get(match[0].casefold(), (match[0],))[0], text)


def _inner_initials(text: str) -> str:
    parts = list(_PART.finditer(text))
    if len(parts) < 3:
        return text
    inner = " ".join(part[0][0] for part in parts[1:-1])
    return f"{parts[0][0]} {inner} {parts[-1][0]}"


def _wrap(text: str, most: int) -> list[str]:
    """Break at spaces, else after hyphens, and a longer word where it must."""
    lines: list[str] = []
    while len(text) > most:
        space, hyphen = text.rfind(" ", 0, most + 1), text.rfind("-", 0, most) + 1
        cut = space if space > 0 else hyphen if hyphen > 0 else most
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*lines, text]
