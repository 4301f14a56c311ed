"""Chapters of the handbook: cases of who is in and who is out, and definitions that are refused."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field

from spec_families import TRUE, Family, Outcome

REFERENCE_DATE = "2025-11-01"
DOMICILE = '{gemeenten: ["31033"], van: kind}'
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Written:
    """A definition as an analyst writes it; what is left out is the same in every chapter."""

    conditions: str
    unit: str = "kind"
    reference_date: str = REFERENCE_DATE
    domicile: str = DOMICILE
    parameters: str = ""
    binding: Mapping[str, str] = field(default_factory=dict)
    vulnerability: str = ""

    @property
    def shown(self) -> str:
        """The parts that tell this definition from another: what the handbook shows."""
        parts = []
        if self.parameters:
            parts.append(f"parameters:\n{_indented(self.parameters)}")
        if self.reference_date != REFERENCE_DATE:
            parts.append(f"peildatum: {self.reference_date}")
        if self.domicile != DOMICILE:
            parts.append(f"woonplaats: {self.domicile}")
        parts += [f"eenheid: {self.unit}", f"voorwaarden:\n{_indented(self.conditions)}"]
        if self.vulnerability:
            parts.append(f"doeleinde:\n  kwetsbaarheid: {self.vulnerability}")
        return "\n".join(parts)

    @property
    def document(self) -> str:
        """The whole file, what is shown first: so a line number in a message is one of the handbook's."""
        parts = [
            self.shown,
            *([] if self.vulnerability else ["doeleinde:"]),
            "  categorie: hulp-bij-rechten",
            "  aanbod: {soort: dienstverlening, tekst: Wij helpen u met uw aanvraag.}",
            "doelgroep: voorbeeld",
            "titel: Een voorbeeld uit de handleiding",
            'opdrachtgever: {naam: OCMW Torhout, kbo: "0123.456.749"}',
            "brief: {sjabloon: informatiebrief}",
            *([f"peildatum: {self.reference_date}"] if self.reference_date == REFERENCE_DATE else []),
            *([f"woonplaats: {self.domicile}"] if self.domicile == DOMICILE else []),
        ]
        return "\n".join(parts) + "\n"


def _indented(text: str) -> str:
    return textwrap.indent(textwrap.dedent(text).strip("\n"), "  ")


@dataclass(frozen=True)
class Case:
    """Families, a definition, and what comes out.

    ``counted``: the children that are counted, by label, for a definition about gezinnen; about children it follows.
    ``entitled``: to which ``volgorde`` a right of each counted child is granted, where that is what the case is about.
    ``without_domicile``: as in the counts, for the whole chapter.
    """

    title: str
    text: str
    families: tuple[Family, ...]
    definition: Written
    counted: str | None = None
    entitled: Mapping[str, tuple[int, ...]] | None = None
    without_domicile: int | None = None

    def __post_init__(self) -> None:
        about_children = self.definition.unit == "kind"
        assert about_children is (self.counted is None), "which children count is said of gezinnen, follows of children"
        for family in self.families:
            assert about_children is (family.outcome is None), "each gezin has an outcome when it is the unit"
            assert all(about_children is (child.outcome is not None) for child in family.children), "so has each child"

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """The outcome of each unit by its label: ``1``, ``2`` for gezinnen, ``1a``, ``1b`` for children."""
        if self.definition.unit == "gezin":
            return {str(number): family.outcome for number, family in self.numbered if family.outcome}
        return {
            label: child.outcome
            for number, family in self.numbered
            for label, child in zip(child_labels(number, family), family.children, strict=True)
            if child.outcome
        }

    @property
    def numbered(self) -> list[tuple[int, Family]]:
        """The families, numbered from 1."""
        return list(enumerate(self.families, 1))

    @property
    def counted_children(self) -> tuple[str, ...]:
        """The labels of the children that are counted."""
        if self.counted is not None:
            return tuple(self.counted.split())
        return tuple(label for label, outcome in self.outcomes.items() if outcome is TRUE)

    @property
    def counted_families(self) -> tuple[str, ...]:
        """The labels of the gezinnen that are counted."""
        if self.definition.unit == "gezin":
            return tuple(label for label, outcome in self.outcomes.items() if outcome is TRUE)
        return tuple(dict.fromkeys(label.rstrip(_LETTERS) for label in self.counted_children))


def child_labels(number: int, family: Family) -> list[str]:
    """The labels of the children of gezin *number*, in written order."""
    return [f"{number}{letter}" for letter, _ in zip(_LETTERS, family.children, strict=False)]


@dataclass(frozen=True)
class Refusal:
    """A definition that is refused, when it is read (exit 3) or when it is asked of the snapshot (exit 4)."""

    title: str
    text: str
    definition: Written
    code: str
    messages: tuple[str, ...]
    exit_code: int = 3


@dataclass(frozen=True)
class Chapter:
    """A chapter: what it is about, and its cases in order."""

    title: str
    text: str
    cases: tuple[Case | Refusal, ...]
