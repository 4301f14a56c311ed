"""The Belgian national number (INSZ): eleven digits, with two that check the other nine.

Check = 97 − (first nine mod 97), with a 2 before the nine for births from 2000. A BIS number has 20 or 40 added to its
month; a month 0 is a birth date that is not known. Nothing else is read from a number: no age, no sex.
"""

from __future__ import annotations

import re

LENGTH = 11
SHORTEST = 8
"""A spreadsheet drops leading zeros: three at most, of somebody born in January to September 2000."""
_SEPARATORS = str.maketrans("", "", " \u00a0\u202f.-/\t'’")
_MONTHS = frozenset((*range(13), *range(20, 33), *range(40, 53)))
_DIGITS = re.compile(r"[0-9]+")


def digits_of(written: str) -> str | None:
    """What is left of a written number without punctuation; None when that is not digits alone."""
    bare = written.translate(_SEPARATORS)
    return bare if _DIGITS.fullmatch(bare) else None


def is_number(digits: str) -> bool:
    """Whether eleven digits are a national or BIS number."""
    if len(digits) != LENGTH or digits == "0" * LENGTH or int(digits[2:4]) not in _MONTHS:
        return False
    nine, check = int(digits[:9]), int(digits[9:])
    return 97 - nine % 97 == check or 97 - (2_000_000_000 + nine) % 97 == check


def repaired(digits: str) -> str | None:
    """The number that lost its leading zeros, or None when there is no such number."""
    if not SHORTEST <= len(digits) < LENGTH:
        return None
    whole = digits.zfill(LENGTH)
    return whole if is_number(whole) else None
