"""Sentences: where they end, how many words they have, and whether they are passive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from groeibrief.letters.plain_policy import LanguagePolicy
from groeibrief.letters.prose import FIELD, Paragraph

_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)")
_WORD = re.compile(rf"{FIELD}|[^\W_](?:[\w'’./@:+-]*[^\W_])?")
_LETTERS = re.compile(r"[^\W\d_]+")
# What parts one statement of a sentence from the next, so that an auxiliary and a participle are of one clause.
_CLAUSE = re.compile(
    r"[,;:()–]|\b(?:als|dat|die|doordat|hoewel|maar|nadat|of|omdat|opdat|tenzij|terwijl|voordat|wanneer|want|wat|wie|zodat|zodra)\b",
    re.IGNORECASE,
)
# A weak participle ends in -d, or in -t after a voiceless consonant, so that "betaalt" is none; "-heid" makes nouns.
_WEAK = r"(?!\w*heid$)(?:(?:ge|be|ver|ont|her)[^\W\d_]|er[^\W\d_]{2})[^\W\d_]*(?:[^\W\d_]d|[kfshpx]t)"
_HAVE = re.compile(r"\b(?:heb|hebt|heeft|hebben|had|hadden)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: ``text``, with FIELD for each field, is the part of a paragraph's text that begins at ``start``."""

    paragraph: Paragraph
    start: int
    text: str

    @property
    def end(self) -> int:
        """Where it ends in the paragraph's text."""
        return self.start + len(self.text)

    def words(self) -> Iterator[re.Match[str]]:
        """Each word with its place in the sentence; an address of the web or of mail is one word."""
        return _WORD.finditer(self.text)

    def length(self, policy: LanguagePolicy) -> int:
        """The number of words; a field counts for as many as the policy says."""
        total = 0
        for word in self.words():
            if word[0] == FIELD:
                total += policy.words_of(self.paragraph.characters[self.start + word.start()].path)
            else:
                total += 1
        return total


def sentences_of(paragraph: Paragraph, policy: LanguagePolicy) -> Iterator[Sentence]:
    """Cut a paragraph into sentences. A dot after an abbreviation, or before a small letter, ends none."""
    text, start = paragraph.text, 0
    short = {word.casefold() for word in policy.afkortingen}
    for end in _END.finditer(text):
        following = text[end.end() :].lstrip()
        last = text[start : end.end()].rsplit(None, 1)
        if end[0] == "." and last and last[-1].lstrip("(\"'“‘").casefold() in short:
            continue
        if following[:1].islower() and end[0].startswith((".", "…")):
            continue
        yield from _sentence(paragraph, start, text[start : end.end()])
        start = end.end()
    yield from _sentence(paragraph, start, text[start:])


def _sentence(paragraph: Paragraph, start: int, text: str) -> Iterator[Sentence]:
    inner = text.strip()
    if inner:
        yield Sentence(paragraph, start + len(text) - len(text.lstrip()), inner)


@dataclass(frozen=True)
class Voice:
    """Finds the passive: an auxiliary and a past participle in one clause, without a form of 'hebben'."""

    policy: LanguagePolicy

    @cached_property
    def _become(self) -> re.Pattern[str]:
        return _words(self.policy.lijdende_vorm.hulpwerkwoorden)

    @cached_property
    def _be(self) -> re.Pattern[str]:
        return _words(self.policy.lijdende_vorm.zijn)

    @cached_property
    def _participle(self) -> re.Pattern[str]:
        rules = self.policy.lijdende_vorm
        prefix = f"(?:{'|'.join(map(re.escape, sorted(rules.voorvoegsels, key=len, reverse=True))) or '(?!)'})?"
        strong = "|".join(map(re.escape, rules.sterk)) or "(?!)"
        return re.compile(rf"{prefix}(?:{_WEAK}|{strong})", re.IGNORECASE)

    @cached_property
    def _not_one(self) -> frozenset[str]:
        return frozenset(word.casefold() for word in self.policy.lijdende_vorm.geen_deelwoord)

    @cached_property
    def _done(self) -> frozenset[str]:
        return frozenset(word.casefold() for word in self.policy.lijdende_vorm.met_zijn)

    def passive(self, text: str) -> tuple[int, int, str] | None:
        """Where the first auxiliary of a passive stands in *text*, and the two words; None: nothing is passive."""
        start = 0
        for end in (*(match.start() for match in _CLAUSE.finditer(text)), len(text)):
            found = self._clause(text[start:end])
            if found is not None:
                verb, participle = found
                return start + verb.start(), start + verb.end(), f"{verb[0]} … {participle}"
            start = end
        return None

    def _clause(self, clause: str) -> tuple[re.Match[str], str] | None:
        if _HAVE.search(clause):
            return None
        words = [word.casefold() for word in _LETTERS.findall(clause)]
        if verb := self._become.search(clause):
            participle = next((word for word in words if self._is_participle(word)), None)
            if participle is not None:
                return verb, participle
        if verb := self._be.search(clause):
            participle = next((word for word in words if word in self._done), None)
            if participle is not None:
                return verb, participle
        return None

    def _is_participle(self, word: str) -> bool:
        return word not in self._not_one and self._participle.fullmatch(word) is not None


def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words)) or '(?!)'})\b", re.IGNORECASE)
