"""Documents as records: a frozen dataclass says what a file may hold, and a reader fills it or says what is wrong.

Not pydantic: importing it takes longer than the time that a whole count may take, and this reader knows the place of
every value. A field without a default is a required key; unknown keys are findings; nothing is converted (a number in
quotes is no number).
"""

from __future__ import annotations

import dataclasses
import re
import types
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, Protocol, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from groeibrief.documents import Mapping, Node, Scalar, Sequence
from groeibrief.errors import Finding, closest

_R = TypeVar("_R")
_BAD: Any = object()


class Check(Protocol):
    """What a value must fulfil beyond its type, as metadata of ``Annotated``."""

    def fault(self, value: Any) -> tuple[str, str] | None:
        """The Dutch sentence and what was expected, or None."""


@dataclass(frozen=True, slots=True)
class NotEmpty:
    """A text or list with something in it."""

    def fault(self, value: str | tuple[object, ...]) -> tuple[str, str] | None:
        """See :class:`Check`."""
        if isinstance(value, str):
            return None if value.strip() else ("Deze tekst mag niet leeg zijn.", "tekst")
        return None if value else ("Deze lijst mag niet leeg zijn.", "een lijst met minstens één waarde")


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A number that is this or more; ``strict``: more."""

    bound: int
    strict: bool = False

    def fault(self, value: int | Decimal) -> tuple[str, str] | None:
        """See :class:`Check`."""
        if value > self.bound or (value == self.bound and not self.strict):
            return None
        expected = f"{'meer dan' if self.strict else 'minstens'} {self.bound}"
        return f"Dit getal moet {expected} zijn.", expected


@dataclass(frozen=True, slots=True)
class Matches:
    """A text that a regular expression matches in full; ``shape`` says in Dutch what that is."""

    pattern: str
    shape: str

    def fault(self, value: str) -> tuple[str, str] | None:
        """See :class:`Check`."""
        if re.fullmatch(self.pattern, value):
            return None
        return f"'{value}' heeft niet de juiste vorm: schrijf {self.shape}.", self.shape


Text = Annotated[str, NotEmpty()]
Word = Annotated[str, Matches(r"[a-z][a-z0-9_]*", "kleine letters, cijfers en '_', met een letter vooraan")]
Slug = Annotated[str, Matches(r"[a-z][a-z0-9-]*", "kleine letters, cijfers en '-', met een letter vooraan")]


def read_record(kind: type[_R], node: Node, name: str) -> tuple[_R | None, list[Finding]]:
    """Read a document as the dataclass *kind*. Returns it, or None and every finding; *name* is the file shown."""
    reader = _Reader(name)
    value = reader.value(kind, node)
    return (None, reader.findings) if reader.findings else (cast(_R, value), [])


def place(node: Node, path: tuple[str | int, ...]) -> Node:
    """The node at *path*, or the nearest one around it."""
    for step in path:
        inner: Node | None = None
        if isinstance(node, Mapping) and isinstance(step, str):
            inner = node.get(step)
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            inner = node.items[step]
        if inner is None:
            break
        node = inner
    return node


def finding_at(
    name: str, node: Node, message: str, *, expected: str | None = None, meant: str | None = None
) -> Finding:
    """A finding on *node* of the file shown as *name*."""
    return Finding(message, name, node.line, node.column, found(node), expected, meant)


def found(node: Node) -> str:
    """What stands there, as the reader sees it."""
    match node:
        case Scalar(text=text):
            return text or "niets"
        case Sequence():
            return "een lijst"
        case Mapping():
            return "sleutels met hun waarde"


@cache
def _fields(kind: type) -> dict[str, tuple[Any, bool]]:
    """Each field's type, and whether its key must be there."""
    hints = get_type_hints(kind, include_extras=True)
    missing = dataclasses.MISSING
    return {
        field.name: (hints[field.name], field.default is missing and field.default_factory is missing)
        for field in dataclasses.fields(kind)
        if field.init
    }


_SCALARS: dict[type, tuple[str, str]] = {
    str: ("Hier hoort tekst te staan.", "tekst"),
    int: ("Hier hoort een geheel getal te staan.", "een geheel getal"),
    bool: ("Hier hoort 'true' of 'false' te staan.", "true of false"),
    date: ("Hier hoort een datum te staan.", "een datum, jjjj-mm-dd"),
    Decimal: ("Hier hoort een getal te staan.", "een getal"),
}


class _Reader:
    def __init__(self, name: str) -> None:
        self._name = name
        self.findings: list[Finding] = []

    def _bad(self, node: Node, message: str, expected: str | None = None, meant: str | None = None) -> Any:
        self.findings.append(finding_at(self._name, node, message, expected=expected, meant=meant))
        return _BAD

    def value(self, hint: Any, node: Node) -> Any:
        """The value of type *hint* that stands at *node*; ``_BAD``, with a finding, when there is none."""
        origin, parts = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self._checked(self.value(parts[0], node), hint.__metadata__, node)
        if origin in (Union, types.UnionType):
            if isinstance(node, Scalar) and node.value is None:
                return None
            return self.value(next(part for part in parts if part is not type(None)), node)
        if origin is Literal:
            return self._listed({value: value for value in parts}, node)
        if origin is tuple:
            if not isinstance(node, Sequence):
                return self._bad(node, "Hier hoort een lijst te staan.", "een lijst")
            return self._whole(tuple(self.value(parts[0], item) for item in node.items))
        if origin is dict:
            if not isinstance(node, Mapping):
                return self._bad(node, "Hier horen sleutels met hun waarde te staan.", "sleutels met hun waarde")
            values = {key.text: self.value(parts[1], inner) for key, inner in node.entries}
            return _BAD if any(value is _BAD for value in values.values()) else values
        if dataclasses.is_dataclass(hint):
            return self._record(cast(type, hint), node)
        if issubclass(hint, Enum):
            return self._listed({member.value: member for member in hint}, node)
        return self._scalar(hint, node)

    def _whole(self, values: tuple[Any, ...]) -> Any:
        return _BAD if any(value is _BAD for value in values) else values

    def _checked(self, value: Any, checks: tuple[Check, ...], node: Node) -> Any:
        for check in checks:
            if value is not _BAD and (fault := check.fault(value)):
                return self._bad(node, *fault)
        return value

    def _listed(self, values: dict[str, Any], node: Node) -> Any:
        if isinstance(node, Scalar) and node.text in values:
            return values[node.text]
        text, expected = found(node), f"een van: {', '.join(values)}"
        return self._bad(node, f"'{text}' is hier geen geldige waarde.", expected, closest(text, values))

    def _scalar(self, kind: type, node: Node) -> Any:
        if isinstance(node, Scalar):
            if type(node.value) is kind:
                return node.value
            if kind is Decimal and type(node.value) is int:
                return Decimal(node.value)
        return self._bad(node, *_SCALARS[kind])

    def _record(self, kind: type, node: Node) -> Any:
        if not isinstance(node, Mapping):
            return self._bad(node, "Hier horen sleutels met hun waarde te staan.", "sleutels met hun waarde")
        fields = _fields(kind)
        values: dict[str, Any] = {}
        for key, inner in node.entries:
            if key.text in fields:
                values[key.text] = self.value(fields[key.text][0], inner)
            else:
                message, expected = f"De sleutel '{key.text}' is hier niet bekend.", f"een van: {', '.join(fields)}"
                self._bad(key, message, expected, closest(key.text, fields))
        absent = [field for field, (_, required) in fields.items() if required and field not in values]
        for field in absent:
            message = f"De sleutel '{field}' ontbreekt."
            self.findings.append(Finding(message, self._name, node.line, node.column, verwacht=field))
        if absent or any(value is _BAD for value in values.values()):
            return _BAD
        try:
            return kind(**values)
        except ValueError as error:
            return self._bad(node, str(error))
