"""The print policy (``rules/policies/drukwerk.yaml``): how large a batch may be, and how it is printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from groeibrief.catalog.project import Project
from groeibrief.documents import Mapping, read_yaml
from groeibrief.errors import DefinitionError, Finding, closest

POLICY = "policies/drukwerk.yaml"
LARGEST_BATCH = 5000


@dataclass(frozen=True, slots=True)
class PrintPolicy:
    """How the letters are printed.

    ``paginas_per_partij``: the most pages in one batch. ``velaantallen_apart``: a batch holds letters of one number of
    sheets. ``dubbelzijdig``: two pages on a sheet. The rest is text for the job ticket.
    """

    geldig_vanaf: date
    paginas_per_partij: int
    velaantallen_apart: bool
    dubbelzijdig: bool
    formaat: str
    kleur: str
    papier: str
    omslag: str

    def sheets(self, pages: int) -> int:
        """Sheets of paper that a letter of *pages* pages takes."""
        return sheets(pages, duplex=self.dubbelzijdig)


def sheets(pages: int, *, duplex: bool) -> int:
    """Sheets of paper for *pages* pages, on one side or on both."""
    return (pages + 1) // 2 if duplex else pages


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 100


def _is_batch_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST_BATCH


_DATE = (lambda value: isinstance(value, date), "een datum, zoals 2025-01-01")
_SWITCH = (lambda value: isinstance(value, bool), "true of false")
_TEXT = (_is_text, "een tekst van 1 tot 100 tekens")
_EXPECTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "geldig_vanaf": _DATE,
    "paginas_per_partij": (_is_batch_size, f"een geheel getal van 1 tot en met {LARGEST_BATCH}"),
    "velaantallen_apart": _SWITCH,
    "dubbelzijdig": _SWITCH,
    "formaat": (lambda value: value == "A4", "A4"),
    "kleur": (lambda value: value == "zwart", "zwart"),
    "papier": _TEXT,
    "omslag": _TEXT,
}
assert set(_EXPECTED) == {field.name for field in fields(PrintPolicy)}


def load_policy(project: Project) -> PrintPolicy:
    """Read the project's print policy. Raises DefinitionError (E301, E302 unreadable; E399 a value is not allowed)."""
    path = project.rules / POLICY
    name = f"{project.rules.name}/{POLICY}"
    tree = read_yaml(path, shown_as=name)
    if not isinstance(tree, Mapping):
        raise DefinitionError("E399", Finding("Het beleid is een lijst van 'naam: waarde'.", bestand=name, regel=1))
    findings = list(_findings(tree, name))
    if findings:
        raise DefinitionError("E399", findings)
    return PrintPolicy(**tree.plain())


def _findings(tree: Mapping, name: str) -> list[Finding]:
    findings = []
    for key, node in tree.entries:
        word = str(key.value)
        if word not in _EXPECTED:
            findings.append(
                Finding(
                    f"'{word}' is geen sleutel van het drukwerkbeleid.",
                    name, key.line, key.column, gevonden=word, bedoelde=closest(word, _EXPECTED),
                )
            )  # fmt: skip
            continue
        allowed, expected = _EXPECTED[word]
        if not allowed(node.plain()):
            findings.append(Finding(f"Bij '{word}' hoort {expected}.", name, node.line, node.column, verwacht=expected))
    for word, (_, expected) in _EXPECTED.items():
        if tree.get(word) is None:
            findings.append(Finding(f"'{word}' ontbreekt: geef {expected}.", name, verwacht=expected))
    return findings
