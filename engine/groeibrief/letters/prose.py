"""The prose of a template's source: its paragraphs on every path through the branches, each character with its place.

Read from the source and not from rendered letters: a line in a shared text is then the line that someone mends, and a
branch that no sample takes is read too. Jinja2's syntax tree has no columns, so this reads its lexer's tokens, which
together are the source. Blocks that the proof refuses are not understood here either, and passed over.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from jinja2 import TemplateError, TemplateNotFound
from jinja2.environment import Environment

FIELD = "\ufffc"
"""Stands for the value of a merge field."""

_ZONE = re.compile(r"::[ \t]*([a-z_]+)")
_MARKS = {"# ": "kop1", "## ": "kop2", "- ": "punt", "> ": "citaat", "| ": "rij"}
_ORDER = ">> "
_PATH = re.compile(r"[A-Za-z_][\w.]*")
# Of a paragraph with more branches than anyone writes, the first paths are read: reading all would take for ever.
_MOST_PATHS = 256


class Place(NamedTuple):
    """A character of a source: the text's name, line and column, from 1."""

    file: str
    line: int
    column: int


class Character(NamedTuple):
    """A character with where it was read; of a merge field, also the field's path and how it is written."""

    char: str
    file: str
    offset: int
    path: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a kind (tekst, kop1, kop2, punt, citaat, rij, label) in a zone. Fields stand in it as FIELD."""

    kind: str
    zone: str
    characters: tuple[Character, ...]

    @property
    def text(self) -> str:
        """The text, a character for each of ``characters``."""
        return "".join(character.char for character in self.characters)

    def shown(self, start: int, end: int) -> str:
        """A part of the text with its fields as they are written."""
        return "".join(character.written or character.char for character in self.characters[start:end])


@dataclass(frozen=True)
class Prose:
    """Paragraphs, and the sources that their characters come from."""

    sources: Mapping[str, str]
    paragraphs: tuple[Paragraph, ...]
    always: frozenset[str] = frozenset()
    """The merge fields that are printed whichever branches are taken."""

    def place(self, character: Character) -> Place:
        """Where *character* stands."""
        starts = [0, *(match.end() for match in re.finditer("\n", self.sources[character.file]))]
        line = bisect_right(starts, character.offset)
        return Place(character.file, line, character.offset - starts[line - 1] + 1)


@dataclass(frozen=True, slots=True)
class _Text:
    file: str
    offset: int
    text: str


@dataclass(frozen=True, slots=True)
class _Field:
    file: str
    offset: int
    written: str
    path: str


@dataclass(slots=True)
class _Branches:
    """An ``if`` with its tests, "" for the ``else``; or a ``for``, of which only the bodies count."""

    word: str
    arms: list[tuple[str, list[_Part]]]


@dataclass(frozen=True, slots=True)
class _Insert:
    name: str


_Part = _Text | _Field | _Branches | _Insert


class _State(NamedTuple):
    """Where a path through the branches is: the paragraph and the line so far, and what it took for true or false."""

    zone: str = ""
    kind: str = "tekst"
    paragraph: tuple[Character, ...] = ()
    line: tuple[Character, ...] = ()
    assumed: frozenset[tuple[str, bool]] = frozenset()


def prose_of(texts: Mapping[str, str], entry: str, keeping: frozenset[str]) -> Prose:
    """Read the text *entry* with what it includes; in the zones *keeping* each line is a paragraph.

    What is no valid template, or includes what is not there, has no prose: the proof says what is wrong with it.
    """
    reading = _Reading(texts, keeping)
    try:
        states = reading.walk(reading.parts(entry), [_State()], (entry,))
        always = reading.always(entry, (entry,))
    except TemplateError:
        return Prose(texts, ())
    for state in states:
        reading.close(reading.end_line(state))
    return Prose(texts, tuple(reading.paragraphs), always)


def plain_prose(text: str) -> Prose:
    """Read a text without markup or fields: a blank line, or a line that starts a list item, begins a paragraph."""
    paragraphs = []
    for match in re.finditer(r"(?:(?!\n[ \t]*(?:\n|- ))[\s\S])+", text):
        characters = tuple(Character(char, "", match.start() + index) for index, char in enumerate(match[0]))
        paragraphs.append(Paragraph("tekst", "", _without_breaks(characters)))
    return Prose({"": text}, tuple(paragraphs))


def _without_breaks(characters: tuple[Character, ...]) -> tuple[Character, ...]:
    return tuple(character._replace(char=" ") if character.char == "\n" else character for character in characters)


@dataclass
class _Reading:
    texts: Mapping[str, str]
    keeping: frozenset[str]
    paragraphs: dict[Paragraph, None] = field(default_factory=dict)
    _parts: dict[str, list[_Part]] = field(default_factory=dict)

    def parts(self, name: str) -> list[_Part]:
        """The parts of a text, read once. Raises TemplateError for one that is missing or not valid."""
        if name not in self.texts:
            raise TemplateNotFound(name)
        if name not in self._parts:
            self._parts[name] = _parts_of(name, self.texts[name])
        return self._parts[name]

    def always(self, name: str, files: tuple[str, ...]) -> frozenset[str]:
        """The fields that the text *name* prints on every path."""
        return self._always(self.parts(name), files)

    def _always(self, parts: list[_Part], files: tuple[str, ...]) -> frozenset[str]:
        fields: frozenset[str] = frozenset()
        for part in parts:
            match part:
                case _Field(path=path):
                    fields |= {path}
                case _Insert(name=name) if name not in files:
                    fields |= self.always(name, (*files, name))
                case _Branches(word="if", arms=arms) if arms[-1][0] == "":
                    fields |= frozenset.intersection(*(self._always(body, files) for _, body in arms))
        return fields

    def walk(self, parts: list[_Part], states: list[_State], files: tuple[str, ...]) -> list[_State]:
        """Follow *parts* from each of *states*; paragraphs that end on the way are kept."""
        for part in parts:
            match part:
                case _Text():
                    states = [self._text(part, state) for state in states]
                case _Field():
                    char = Character(FIELD, part.file, part.offset, part.path, part.written)
                    states = [state._replace(line=(*state.line, char)) for state in states]
                case _Insert(name=name) if name not in files:
                    states = self.walk(self.parts(name), states, (*files, name))
                case _Branches():
                    states = self._branch(part, states, files)
            states = list(dict.fromkeys(states))[:_MOST_PATHS]
        return states

    def _branch(self, branches: _Branches, states: list[_State], files: tuple[str, ...]) -> list[_State]:
        if branches.word != "if":
            return [after for _, body in branches.arms for after in self.walk(body, states, files)]
        after: list[_State] = []
        rest = states
        for test, body in (*branches.arms, ("", [])):
            taken = rest if test == "" else [found for state in rest if (found := _assume(state, test, True))]
            after += self.walk(body, taken, files)
            rest = [] if test == "" else [found for state in rest if (found := _assume(state, test, False))]
        return after

    def _text(self, part: _Text, state: _State) -> _State:
        offset = part.offset
        for number, text in enumerate(part.text.split("\n")):
            if number:
                state = self.end_line(state)
            read = (Character(char, part.file, index) for index, char in enumerate(text, offset))
            state = state._replace(line=(*state.line, *read))
            offset += len(text) + 1
        return state

    def end_line(self, state: _State) -> _State:
        """What the line just read does to the paragraph (``markup.py``)."""
        line = _stripped(state.line)
        text = "".join(character.char for character in line)
        if zone := _ZONE.fullmatch(text):
            return self.close(state)._replace(zone=zone[1], assumed=frozenset())
        if not text:
            return self.close(state)._replace(assumed=frozenset())
        if text.startswith(_ORDER):
            return self.close(state)
        mark = next((mark for mark in _MARKS if text.startswith(mark)), "")
        if mark:
            state = self.close(state)._replace(kind=_MARKS[mark])
            line = line[len(mark) :]
        elif state.kind in ("kop1", "kop2") or state.zone in self.keeping:
            state = self.close(state)
        gap = (Character(" ", line[0].file, line[0].offset),) if line and state.paragraph else ()
        return state._replace(paragraph=(*state.paragraph, *gap, *line), line=())

    def close(self, state: _State) -> _State:
        """End the paragraph of *state* and keep it."""
        kind, characters = state.kind, tuple(each for each in state.paragraph if each.char != "*")
        text = "".join(character.char for character in characters)
        if kind == "rij" and " | " in text:
            label, characters = characters[: text.index(" | ")], characters[text.index(" | ") + 3 :]
            self.paragraphs[Paragraph("label", state.zone, label)] = None
        if characters:
            self.paragraphs[Paragraph(kind, state.zone, characters)] = None
        return _State(zone=state.zone, assumed=state.assumed)


def _assume(state: _State, test: str, outcome: bool) -> _State | None:
    """The state with *test* being *outcome*; None where it was assumed to be the other."""
    while test.startswith("not "):
        test, outcome = test.removeprefix("not ").strip(), not outcome
    if (test, not outcome) in state.assumed:
        return None
    return state._replace(assumed=state.assumed | {(test, outcome)})


def _stripped(line: tuple[Character, ...]) -> tuple[Character, ...]:
    start, end = 0, len(line)
    while start < end and line[start].char.isspace():
        start += 1
    while end > start and line[end - 1].char.isspace():
        end -= 1
    return line[start:end]


def _parts_of(name: str, source: str) -> list[_Part]:
    """The parts of one text. Raises TemplateError."""
    body: list[_Part] = []
    open_bodies: list[list[_Part]] = [body]
    open_branches: list[_Branches] = []
    for kind, offset, text in _tokens(source):
        if kind == "data":
            open_bodies[-1].append(_Text(name, offset, text))
        elif kind == "variable":
            path = _PATH.search(text)
            open_bodies[-1].append(_Field(name, offset, text, path[0] if path else ""))
        else:
            word, _, rest = text.partition(" ")
            if word in ("if", "for"):
                branches = _Branches(word, [(" ".join(rest.split()), [])])
                open_bodies[-1].append(branches)
                open_branches.append(branches)
                open_bodies.append(branches.arms[-1][1])
            elif word in ("elif", "else"):
                open_branches[-1].arms.append((" ".join(rest.split()), []))
                open_bodies[-1] = open_branches[-1].arms[-1][1]
            elif word in ("endif", "endfor"):
                open_branches.pop()
                open_bodies.pop()
            elif word == "include":
                open_bodies[-1].append(_Insert(rest.strip().strip("\"'")))
    return body


def _tokens(source: str) -> Iterator[tuple[str, int, str]]:
    """The source as data, variables (as written) and blocks (what stands between the marks), each with its offset."""
    environment = Environment(autoescape=False, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    environment.parse(source)
    position = start = 0
    inside = ""
    for _, kind, text in environment.lex(source):
        offset = source.find(text, position)
        position = offset + len(text)
        if kind in ("variable_begin", "block_begin"):
            inside, start = kind.removesuffix("_begin"), offset if kind == "variable_begin" else position
        elif kind in ("variable_end", "block_end"):
            end = position if kind == "variable_end" else offset
            yield inside, start, source[start:end].strip()
            inside = ""
        elif kind == "data" and not inside:
            yield "data", offset, text
