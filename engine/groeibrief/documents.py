"""YAML files as trees that know their positions.

The subset is small on purpose: one document, no anchors, aliases or tags, no duplicate keys, bounded in size and
depth, so that no file can be a bomb. Scalars follow the YAML 1.2 core schema plus dates; fractions are Decimals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from groeibrief.errors import DefinitionError, Finding, reason

MAX_BYTES = 1_000_000
MAX_DEPTH = 60
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FRACTION = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LOADER: type = getattr(yaml, "CLoader", yaml.Loader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. ``text`` is as written; ``quoted`` tells a string from a bare word. Lines and columns count from 1."""

    value: str | int | Decimal | bool | date | None
    text: str
    quoted: bool
    line: int
    column: int

    def plain(self) -> Any:
        """The bare value."""
        return self.value


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    line: int
    column: int

    def plain(self) -> Any:
        """The bare list."""
        return [item.plain() for item in self.items]


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys, which are strings and unique, with their nodes, in written order."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    column: int

    def plain(self) -> Any:
        """The bare dictionary."""
        return {str(key.value): node.plain() for key, node in self.entries}

    def get(self, key: str) -> Node | None:
        """The node under *key*, or None."""
        return next((node for name, node in self.entries if name.value == key), None)

    def key(self, key: str) -> Scalar | None:
        """The key itself, for its position, or None."""
        return next((name for name, _ in self.entries if name.value == key), None)


Node = Scalar | Sequence | Mapping


def read_yaml(path: Path, *, shown_as: str | None = None) -> Node:
    """Read a YAML file. Raises DefinitionError (E301 unreadable, E302 not acceptable YAML)."""
    name = shown_as or str(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise DefinitionError(
            "E301", Finding(f"Het bestand kan niet gelezen worden: {reason(error)}.", bestand=name)
        ) from error
    return parse_yaml(data, name)


def parse_yaml(data: bytes | str, name: str) -> Node:
    """Parse YAML text; *name* is the file name that errors show. Raises DefinitionError (E302)."""
    if isinstance(data, str):
        data = data.encode()
    if len(data) > MAX_BYTES:
        raise _fault(name, None, f"Het bestand is groter dan {MAX_BYTES} bytes.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _fault(name, None, "Het bestand is geen UTF-8. Bewaar het als UTF-8.") from error
    try:
        return _Builder(name).build(iter(yaml.parse(text, Loader=_LOADER)))
    except yaml.MarkedYAMLError as error:
        raise _fault(name, error.problem_mark, "Dit is geen geldige YAML. Kijk na of alles juist inspringt.") from error
    except yaml.reader.ReaderError as error:
        raise _fault(name, None, "Het bestand bevat een teken dat niet toegelaten is in YAML.") from error


def _fault(name: str, mark: Any, message: str) -> DefinitionError:
    line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
    return DefinitionError("E302", Finding(message, bestand=name, regel=line, kolom=column))


class _Builder:
    """Builds the tree from libyaml's events, without recursion in the parser and with a bound on depth here."""

    def __init__(self, name: str) -> None:
        self._name = name

    def build(self, events: Iterator[Any]) -> Node:
        root: Node | None = None
        for event in events:
            if isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentEndEvent)):
                continue
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise self._refuse(event, "Een bestand bevat één document: verwijder de regel met '---'.")
                continue
            root = self._node(event, events, 0)
        if root is None:
            raise _fault(self._name, None, "Het bestand is leeg.")
        return root

    def _refuse(self, event: Any, message: str) -> DefinitionError:
        return _fault(self._name, event.start_mark, message)

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._refuse(event, "Verwijzingen met '&' en '*' zijn niet toegelaten: schrijf de waarde voluit.")
        if depth > MAX_DEPTH:
            raise self._refuse(event, f"Dit is dieper genest dan {MAX_DEPTH} niveaus.")
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, line, column)
        if event.tag is not None:
            raise self._refuse(event, "Typeaanduidingen met '!' zijn niet toegelaten.")
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                items.append(self._node(inner, events, depth + 1))
            return Sequence(tuple(items), line, column)
        entries: list[tuple[Scalar, Node]] = []
        seen: set[str] = set()
        while not isinstance(inner := next(events), yaml.MappingEndEvent):
            key = self._node(inner, events, depth + 1)
            if not isinstance(key, Scalar):
                raise self._refuse(inner, "Een sleutel is één woord.")
            key = Scalar(key.text, key.text, key.quoted, key.line, key.column)
            if key.text in seen:
                raise self._refuse(inner, f"De sleutel '{key.text}' staat hier twee keer.")
            seen.add(key.text)
            entries.append((key, self._node(next(events), events, depth + 1)))
        return Mapping(tuple(entries), line, column)

    def _scalar(self, event: Any, line: int, column: int) -> Scalar:
        if event.tag is not None:
            raise self._refuse(event, "Typeaanduidingen met '!' zijn niet toegelaten.")
        text: str = event.value
        quoted = event.style in ("'", '"', "|", ">")
        return Scalar(text if quoted else self._value(text, event), text, quoted, line, column)

    def _value(self, text: str, event: Any) -> str | int | Decimal | bool | date | None:
        if text in ("", "~", "null", "Null", "NULL"):
            return None
        if text in ("true", "True", "TRUE"):
            return True
        if text in ("false", "False", "FALSE"):
            return False
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FRACTION.fullmatch(text):
            return Decimal(text)
        if _DATE.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError as error:
                raise self._refuse(event, f"'{text}' is geen bestaande datum.") from error
        return text
