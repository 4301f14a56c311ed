"""Plain language: what a letter's source, or a text that an authority wrote, could say more simply or must not say.

Complements ``checking.py``, which looks for the required sentences in rendered letters. Rules, words and limits are
those of ``rules/policies/taal.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from groeibrief.documents import Scalar
from groeibrief.letters.plain_policy import LanguagePolicy, Limit, Phrase, Severity
from groeibrief.letters.prose import FIELD, Character, Prose, plain_prose, prose_of
from groeibrief.letters.sentences import Sentence, Voice, sentences_of
from groeibrief.letters.template import Template

_SHOWN = 60
_NO_WORD = re.compile(r"[\d@.:/+]")


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding about the language, with its place (lines and columns from 1) and what to write instead."""

    taalregel: str
    ernst: Severity
    melding: str
    bestand: str | None
    regel: int
    kolom: int
    gevonden: str
    voorstel: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.bestand, self.regel, self.kolom) if part is not None)
        return f"{place}: {self.ernst} ({self.taalregel}): {self.melding}"

    def as_json(self) -> dict[str, str | int | None]:
        """The form for programs."""
        return {
            "bestand": self.bestand,
            "regel": self.regel,
            "kolom": self.kolom,
            "taalregel": self.taalregel,
            "ernst": self.ernst,
            "gevonden": self.gevonden,
            "voorstel": self.voorstel,
            "melding": self.melding,
        }


def check_language(template: Template, policy: LanguagePolicy) -> tuple[Remark, ...]:
    """What is to be said about the language of *template*, its shared texts included, in the order of the text.

    Every branch is read, whatever a sample takes. A template that is no valid Jinja2 gives nothing here: the proof
    speaks of that.
    """
    zones = template.layout.zones.items()
    keeping = frozenset(name for name, zone in zones if zone.regeleinden == "behouden")
    prose = prose_of(template.texts, template.entry, keeping)
    if not prose.paragraphs:
        return ()
    names = {name: template.shown(name) for name in template.texts}
    reading = _Reading(policy, prose, names)
    remarks = [*reading.subject(template.layout.stroom), *reading.paragraphs()]
    return tuple(dict.fromkeys([*remarks, *_missing(template, prose, policy)]))


def check_text(text: str, policy: LanguagePolicy) -> tuple[Remark, ...]:
    """What is to be said about a text that an authority wrote for a letter; lines and columns are the text's own.

    A blank line, or a line that starts with ``- ``, begins a paragraph; nothing else is markup.
    """
    return tuple(dict.fromkeys(_Reading(policy, plain_prose(text), {}).paragraphs()))


def check_scalar(node: Scalar, source: str, policy: LanguagePolicy, name: str) -> tuple[Remark, ...]:
    """As :func:`check_text`, on a text that stands in the YAML file *source*, shown as *name*; at the file's places."""
    remarks = check_text(node.text, policy)
    if not remarks:
        return ()
    places = _aligned(node, source)
    lines = node.text.split("\n")
    placed = []
    for remark in remarks:
        offset = sum(len(line) + 1 for line in lines[: remark.regel - 1]) + remark.kolom - 1
        start, at = max(pair for pair in places if pair[0] <= offset)
        at += offset - start
        line = source.count("\n", 0, at) + 1
        column = at - (source.rfind("\n", 0, at) + 1) + 1
        placed.append(replace(remark, bestand=name, regel=line, kolom=column))
    return tuple(placed)


def _aligned(node: Scalar, source: str) -> list[tuple[int, int]]:
    """For each word of the value its offset there and in the file: YAML folds lines, and keeps words and their order.

    A word with an escape in it is not found as it is, and takes the place of the one before.
    """
    position = sum(len(line) + 1 for line in source.split("\n")[: node.line - 1]) + node.column - 1
    places = [(0, position)]
    for word in re.finditer(r"\S+", node.text):
        found = source.find(word[0], position)
        if found >= 0:
            places.append((word.start(), found))
            position = found + len(word[0])
    return places


def _missing(template: Template, prose: Prose, policy: LanguagePolicy) -> Iterator[Remark]:
    """The fields that some letter would not print."""
    rule = policy.onvolledig
    for field, what in rule.velden.items():
        if field not in prose.always:
            message = f"Niet elke brief zegt {what}. Zet {{{{ {field} }}}} op een plaats waar geen 'if' rond staat."
            yield Remark(
                "onvolledig", rule.ernst, message, template.shown(template.entry), 1, 1, "niets", f"{{{{ {field} }}}}"
            )


class _Reading:
    def __init__(self, policy: LanguagePolicy, prose: Prose, names: dict[str, str]) -> None:
        self._policy = policy
        self._prose = prose
        self._names = names
        self._voice = Voice(policy)
        self._known = {word.casefold() for word in policy.lang_woord.bekend}

    def subject(self, zone: str) -> Iterator[Remark]:
        """Too long a subject: the first heading of the letter's own text."""
        first = next((each for each in self._prose.paragraphs if each.zone == zone and each.kind == "kop1"), None)
        if first is not None:
            subject = Sentence(first, 0, first.text)
            message = "Het onderwerp telt {} woorden: hoogstens {} is vlot te lezen. Maak het korter."
            yield from self._length("onderwerp", self._policy.onderwerp, subject, message, "maak het korter")

    def paragraphs(self) -> Iterator[Remark]:
        """What is found sentence by sentence."""
        for paragraph in self._prose.paragraphs:
            for sentence in sentences_of(paragraph, self._policy):
                yield from self._long(sentence)
                yield from self._long_words(sentence)
                yield from self._phrases(sentence)
                yield from self._passive(sentence)

    def _long(self, sentence: Sentence) -> Iterator[Remark]:
        policy, advice = self._policy, "maak er twee zinnen van"
        message = "De zin telt {} woorden: hoogstens {} is vlot te lezen. Maak er twee zinnen van."
        if sentence.length(policy) > policy.te_lange_zin.hoogstens:
            yield from self._length("te_lange_zin", policy.te_lange_zin, sentence, message, advice)
        else:
            yield from self._length("lange_zin", policy.lange_zin, sentence, message, advice)

    def _length(self, rule: str, limit: Limit, sentence: Sentence, message: str, advice: str) -> Iterator[Remark]:
        length = sentence.length(self._policy)
        if length > limit.hoogstens:
            end = len(sentence.text)
            yield self._remark(rule, limit.ernst, message.format(length, limit.hoogstens), sentence, 0, end, advice)

    def _long_words(self, sentence: Sentence) -> Iterator[Remark]:
        rule = self._policy.lang_woord
        for word in sentence.words():
            if word[0] == FIELD or _NO_WORD.search(word[0]) or word[0].casefold() in self._known:
                continue
            length = max(len(part) for part in word[0].split("-"))
            if length > rule.hoogstens:
                message = f"'{word[0]}' is lang ({length} letters). Kunt u het korter of in meer woorden zeggen?"
                start, end = word.span()
                yield self._remark("lang_woord", rule.ernst, message, sentence, start, end, "een korter woord")

    def _phrases(self, sentence: Sentence) -> Iterator[Remark]:
        text = sentence.text
        for match, phrase in self._policy.phrases.found_in(text):
            start, end = match.span()
            if phrase.rule == "belofte" and self._policy.unless.search(text):
                continue
            if phrase.rule == "verwijzing_naar_wet" and self._may_refer(self._character(sentence, start)):
                continue
            message = _worded(match[0], phrase)
            yield self._remark(phrase.rule, phrase.severity, message, sentence, start, end, phrase.instead)

    def _passive(self, sentence: Sentence) -> Iterator[Remark]:
        found = self._voice.passive(sentence.text)
        if found is not None:
            start, end, words = found
            message = f"De zin is lijdend ('{words}'). Zeg wie het doet, bijvoorbeeld met 'wij' of 'u'."
            severity = self._policy.lijdende_vorm.ernst
            yield self._remark(
                "lijdende_vorm", severity, message, sentence, start, end, "zeg wie het doet", gevonden=words
            )

    def _may_refer(self, character: Character) -> bool:
        return any(fnmatchcase(character.file, allowed) for allowed in self._policy.verwijzing_naar_wet.toegelaten_in)

    def _remark(
        self,
        rule: str,
        severity: Severity,
        message: str,
        sentence: Sentence,
        start: int,
        end: int,
        advice: str,
        *,
        gevonden: str | None = None,
    ) -> Remark:
        place = self._prose.place(self._character(sentence, start))
        shown = gevonden or _cut(sentence.paragraph.shown(sentence.start + start, sentence.start + end))
        name = self._names.get(place.file)
        return Remark(rule, severity, message, name, place.line, place.column, shown, advice)

    @staticmethod
    def _character(sentence: Sentence, index: int) -> Character:
        return sentence.paragraph.characters[sentence.start + index]


def _worded(found: str, phrase: Phrase) -> str:
    if not phrase.reason:
        return f"'{found}' is moeilijk. Schrijf: '{phrase.instead}'."
    return f"Schrijf niet '{found}': {phrase.reason}. Beter: {phrase.instead}."


def _cut(text: str) -> str:
    """The beginning of a long text, to recognise it by."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rsplit(' ', 1)[0]} …"
