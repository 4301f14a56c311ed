"""The policy on plain language (``rules/policies/taal.yaml``): words, limits, and how serious each finding is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from groeibrief.catalog.project import Project
from groeibrief.catalog.records import AtLeast, Matches, NotEmpty, Text, finding_at, place, read_record
from groeibrief.documents import Node, read_yaml
from groeibrief.errors import DefinitionError, Finding

FILE = "taal.yaml"

Severity = Literal["fout", "waarschuwing", "opmerking"]
Positive = Annotated[int, AtLeast(1)]
_PART = r"(?:[^\W\d]|[-.'’#])+\*?"
_PATTERN = Matches(rf"{_PART}(?: {_PART})*", "een of meer woorden, met '*' als uitgang of '#' als getal")
Pattern = Annotated[str, _PATTERN]
Patterns = Annotated[tuple[Pattern, ...], NotEmpty()]
Words = tuple[Text, ...]


@dataclass(frozen=True, kw_only=True)
class Address:
    """Which form of address is used, and the words that belong to each."""

    ernst: Severity
    vorm: Literal["u", "je"]
    woorden: dict[str, Patterns]


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most so many words."""

    ernst: Severity
    hoogstens: Positive


@dataclass(frozen=True, kw_only=True)
class LongWord:
    """At most so many letters, the words in ``bekend`` aside."""

    ernst: Severity
    hoogstens: Positive
    bekend: Words


@dataclass(frozen=True, kw_only=True)
class DifficultWords:
    """What to write instead of a difficult word."""

    ernst: Severity
    woorden: dict[str, Text]


@dataclass(frozen=True, kw_only=True)
class Unfit:
    """Why a word is not written, what to do, and how serious it is where that differs from its rule."""

    reden: Text
    schrijf: Text
    ernst: Severity | None = None


@dataclass(frozen=True, kw_only=True)
class ForbiddenWords:
    """Words that no letter uses."""

    ernst: Severity
    woorden: dict[str, Unfit]


@dataclass(frozen=True, kw_only=True)
class Promises:
    """Wordings that promise; in a sentence with one of ``tenzij`` they do not."""

    ernst: Severity
    woorden: dict[str, Unfit]
    tenzij: Patterns


@dataclass(frozen=True, kw_only=True)
class LegalReferences:
    """References to the law, and the texts (as globs) that may hold them."""

    ernst: Severity
    toegelaten_in: Words
    woorden: Patterns


@dataclass(frozen=True, kw_only=True)
class PassiveVoice:
    """What makes a sentence passive: an auxiliary and a participle in one clause."""

    ernst: Severity
    hulpwerkwoorden: Annotated[Words, NotEmpty()]
    met_zijn: Words
    zijn: Words
    sterk: Words
    voorvoegsels: Words
    geen_deelwoord: Words


@dataclass(frozen=True, kw_only=True)
class Missing:
    """The merge fields that every letter prints whichever branch is taken, with what each says."""

    ernst: Severity
    velden: dict[str, Text]


class Phrase(NamedTuple):
    """A word or words to look for: its rule, how serious, what to write, why (empty: it is difficult)."""

    rule: str
    severity: Severity
    instead: str
    reason: str


class Phrases:
    """Many phrases as one search; of those that start at the same place the longest is found."""

    def __init__(self, phrases: Iterable[tuple[str, Phrase]]) -> None:
        ordered = sorted(phrases, key=lambda pair: (-len(pair[0]), pair[0]))
        self._phrases = [phrase for _, phrase in ordered]
        self._search = _search(word for word, _ in ordered)

    def found_in(self, text: str) -> Iterator[tuple[re.Match[str], Phrase]]:
        """Each place in *text* where a phrase stands."""
        for match in self._search.finditer(text):
            assert match.lastindex, "each phrase is a group"
            yield match, self._phrases[match.lastindex - 1]


def _search(words: Iterable[str]) -> re.Pattern[str]:
    """One group for each of *words*, in order; a word of capitals only is found as such, others in any case."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(_group(word) for word in words)})(?![\w-])", re.IGNORECASE)


def _group(word: str) -> str:
    parts = [re.escape(part).replace(r"\*", r"\w*").replace(r"\#", r"\d+") for part in word.split()]
    pattern = r"\s+".join(parts)
    return rf"((?-i:{pattern}))" if word.isupper() else f"({pattern})"


@dataclass(frozen=True, kw_only=True)
class LanguagePolicy:
    """The whole policy."""

    versie: Positive
    aanspreking: Address
    onderwerp: Limit
    lange_zin: Limit
    te_lange_zin: Limit
    woorden_per_veld: dict[str, Positive]
    lang_woord: LongWord
    afkortingen: Words
    moeilijk_woord: DifficultWords
    verboden_woord: ForbiddenWords
    belofte: Promises
    verwijzing_naar_wet: LegalReferences
    lijdende_vorm: PassiveVoice
    onvolledig: Missing

    @cached_property
    def phrases(self) -> Phrases:
        """Everything that is found by its words."""
        return Phrases(self._phrases())

    @cached_property
    def unless(self) -> re.Pattern[str]:
        """What takes the promise out of a sentence."""
        return _search(self.belofte.tenzij)

    def words_of(self, field: str) -> int:
        """For how many words the merge field *field* counts."""
        first = field.partition(".")[0]
        return self.woorden_per_veld.get(field, self.woorden_per_veld.get(first, 1))

    def _phrases(self) -> Iterator[tuple[str, Phrase]]:
        address, difficult = self.aanspreking, self.moeilijk_woord
        for form, words in address.woorden.items():
            for word in words if form != address.vorm else ():
                yield word, Phrase("aanspreking", address.ernst, address.vorm, f"de brief zegt '{address.vorm}'")
        for word, instead in difficult.woorden.items():
            yield word, Phrase("moeilijk_woord", difficult.ernst, instead, "")
        for rule, listed in (("verboden_woord", self.verboden_woord), ("belofte", self.belofte)):
            for word, unfit in listed.woorden.items():
                yield word, Phrase(rule, unfit.ernst or listed.ernst, unfit.schrijf, unfit.reden)
        legal = self.verwijzing_naar_wet
        for word in legal.woorden:
            reason = "wetten en artikels horen op de bladzijde over de gegevens"
            yield word, Phrase("verwijzing_naar_wet", legal.ernst, "zeg in gewone woorden wat de regel is", reason)


def load_language_policy(project: Project) -> LanguagePolicy:
    """Read and check the project's policy. Raises as :func:`read_language_policy`."""
    path = project.rules / "policies" / FILE
    return read_language_policy(path, path.relative_to(project.root).as_posix())


def read_language_policy(path: Path, name: str) -> LanguagePolicy:
    """Read and check the policy in a file, called *name* in what is found.

    Raises DefinitionError E680 (all findings at once), E301 and E302 as ``read_yaml``.
    """
    document = read_yaml(path, shown_as=name)
    policy, findings = read_record(LanguagePolicy, document, name)
    if policy is not None:
        findings = [*_inconsistencies(policy, document, name)] or [*_bad_advice(policy, document, name)]
    if policy is None or findings:
        raise DefinitionError("E680", findings)
    return policy


def _inconsistencies(policy: LanguagePolicy, document: Node, name: str) -> Iterator[Finding]:
    """What the form of the values cannot tell."""
    if policy.aanspreking.vorm not in policy.aanspreking.woorden:
        node = place(document, ("aanspreking", "woorden"))
        yield finding_at(name, node, f"De woorden van de vorm '{policy.aanspreking.vorm}' ontbreken.")
    if policy.te_lange_zin.hoogstens < policy.lange_zin.hoogstens:
        node = place(document, ("te_lange_zin", "hoogstens"))
        yield finding_at(name, node, "Een te lange zin is minstens zo lang als een lange zin.")
    seen: dict[str, str] = {}
    for rule in ("moeilijk_woord", "verboden_woord", "belofte"):
        for word in getattr(policy, rule).woorden:
            node = place(document, (rule, "woorden", word))
            if fault := _PATTERN.fault(word):
                yield finding_at(name, node, *fault[:1], expected=fault[1])
            elif word.casefold() in seen:
                yield finding_at(name, node, f"'{word}' staat ook onder '{seen[word.casefold()]}': kies een van beide.")
            seen[word.casefold()] = rule


def _bad_advice(policy: LanguagePolicy, document: Node, name: str) -> Iterator[Finding]:
    """What is proposed instead of a difficult word, and would be found itself."""
    for word, instead in policy.moeilijk_woord.woorden.items():
        for match, _ in policy.phrases.found_in(instead):
            node = place(document, ("moeilijk_woord", "woorden", word))
            yield finding_at(name, node, f"Het andere woord voor '{word}' deugt zelf niet: '{match[0]}'.")
