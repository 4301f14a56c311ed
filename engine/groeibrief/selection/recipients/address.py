"""When two addresses are the same (LANGUAGE.md, "Same address")."""

from __future__ import annotations

import re
import unicodedata

from groeibrief.selection.policy import Abbreviations

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+|[^\W\d_]+")


def fold(text: str) -> str:
    """Drop case and diacritics."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()


class SameAddress:
    """Decides by a key: equal keys, same address."""

    def __init__(self, abbreviations: Abbreviations) -> None:
        self._words = {
            fold(short): fold(full)
            for words in (abbreviations.achtervoegsels, abbreviations.woorden)
            for full, shorts in words.items()
            for short in shorts
        }
        endings = {fold(short): fold(full) for full, shorts in abbreviations.achtervoegsels.items() for short in shorts}
        self._endings = sorted(endings.items(), key=lambda ending: -len(ending[0]))
        self._streets: dict[str, str] = {}
        self._numbers: dict[str, str] = {}

    def key(self, land: str, postcode: str, straat: str, huisnummer: str, bus: str) -> tuple[str, ...]:
        """The address without case, diacritics, punctuation and abbreviations; a missing ``bus`` is ``""``."""
        if (street := self._streets.get(straat)) is None:
            street = self._streets[straat] = self._street(straat)
        return land, "".join(_WORD.findall(fold(postcode))), street, self._number(huisnummer), self._number(bus)

    def _number(self, text: str) -> str:
        if (number := self._numbers.get(text)) is None:
            number = self._numbers[text] = _number(text)
        return number

    def _street(self, straat: str) -> str:
        return "".join(self._written_out(word) for word in _WORD.findall(fold(straat)))

    def _written_out(self, word: str) -> str:
        if word in self._words:
            return self._words[word]
        for short, full in self._endings:
            if word.endswith(short):
                return word.removesuffix(short) + full
        return word


def _number(text: str) -> str:
    """A house number or box: "12 A", "12-a" and "12A" are one, but "12/1" is not "121"."""
    parts = _NUMBER.findall(fold(text))
    return "".join(
        ("-" if index and parts[index - 1].isdigit() and part.isdigit() else "") + part
        for index, part in enumerate(parts)
    )
