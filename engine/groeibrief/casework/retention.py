"""How long each kind of data is kept (``rules/policies/bewaring.yaml``): from when, why, and who erases it.

The kinds are closed: a policy that forgets one, or names one that nothing here keeps, is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from groeibrief.casework.policy import months_after
from groeibrief.catalog import Project
from groeibrief.catalog.records import AtLeast, NotEmpty, Text, Word, finding_at, place, read_record
from groeibrief.documents import Node, Scalar, read_yaml
from groeibrief.errors import DefinitionError, Finding, closest

FILE = "bewaring.yaml"
KINDS = (
    "snapshot", "voorbereid", "lijsten", "selectie", "brieven", "pakket", "pseudoniemen", "pakket_drukkerij",
    "retouren", "inzage", "aanvragen", "besluiten", "berichten", "accounts", "datalekken", "register", "logboek",
    "tellingen", "sessies", "systeemlogboek", "reservekopieen", "wisverklaringen", "opgroeien_lijsten",
    "opgroeien_antwoorden",
)  # fmt: skip
"""Every kind of data that there is."""
TOGETHER = (("selectie", "brieven", "pakket", "pseudoniemen"), ("snapshot", "voorbereid"))
"""Kinds that one act erases: they have one term."""
_DAY = timedelta(days=1)
_MONTHS_IN_YEAR = 12

Number = Annotated[int, AtLeast(0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """How long: days, months or years; taken over from another policy; or ``blijft``, with the reason."""

    dagen: Number | None = None
    maanden: Number | None = None
    jaren: Number | None = None
    blijft: Text | None = None
    uit: Text | None = None
    sleutel: Text | None = None
    eenheid: Literal["dagen", "maanden", "jaren"] | None = None

    def __post_init__(self) -> None:
        borrowed = (self.uit, self.sleutel, self.eenheid)
        own = [each for each in (self.dagen, self.maanden, self.jaren, self.blijft) if each is not None]
        if len(own) + (borrowed != (None, None, None)) != 1 or (not own and None in borrowed):
            raise ValueError(
                "Een termijn is één van: 'dagen', 'maanden', 'jaren', 'blijft', of 'uit' met 'sleutel' en 'eenheid'."
            )

    def end(self, begin: date) -> date | None:
        """The first day after the term; None when it never ends."""
        if self.blijft is not None:
            return None
        if self.dagen is not None:
            return begin + self.dagen * _DAY
        return months_after(begin, self.maanden if self.maanden is not None else (self.jaren or 0) * _MONTHS_IN_YEAR)

    def __str__(self) -> str:
        if self.blijft is not None:
            return f"blijft: {self.blijft}"
        number, one, more = next(
            (number, one, more)
            for number, one, more in (
                (self.dagen, "dag", "dagen"), (self.maanden, "maand", "maanden"), (self.jaren, "jaar", "jaar"),
            )
            if number is not None
        )  # fmt: skip
        return f"{number} {one if number == 1 else more}"


_TERMS: Mapping[str, Callable[[int], Term]] = {
    "dagen": lambda number: Term(dagen=number),
    "maanden": lambda number: Term(maanden=number),
    "jaren": lambda number: Term(jaren=number),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One kind of data: what it holds of whom, where, from when and how long, why, on which ground, and who erases."""

    soort: Word
    naam: Text
    bevat: Text
    over: Literal["gezinnen", "medewerkers", "niemand"]
    waar: Text
    vanaf: Text
    termijn: Term
    reden: Text
    bron: Text
    wist: Text
    opdracht: Text

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "soort": self.soort,
            "naam": self.naam,
            "bevat": self.bevat,
            "over": self.over,
            "waar": self.waar,
            "vanaf": self.vanaf,
            "termijn": str(self.termijn),
            "reden": self.reden,
            "bron": self.bron,
            "wist": self.wist,
            "opdracht": self.opdracht,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """The policy as read, borrowed terms filled in."""

    versie: Annotated[int, AtLeast(1)]
    status: Text
    soorten: Annotated[tuple[Kept, ...], NotEmpty()]

    def of(self, kind: str) -> Kept:
        """What is said of a kind."""
        return next(kept for kept in self.soorten if kept.soort == kind)


def load_retention_policy(project: Project) -> RetentionPolicy:
    """Read and check the policy. Raises DefinitionError E290 (all findings at once), E301 and E302 as ``read_yaml``."""
    path = project.rules / "policies" / FILE
    name = path.relative_to(project.root).as_posix()
    document = read_yaml(path, shown_as=name)
    policy, findings = read_record(RetentionPolicy, document, name)
    if policy is not None:
        filled = [
            _filled(kept, project, place(document, ("soorten", number, "termijn")), name, findings)
            for number, kept in enumerate(policy.soorten)
        ]
        policy = replace(policy, soorten=tuple(filled))
        # A term that another file does not give cannot be held against the others.
        findings += () if findings else _inconsistencies(policy, document, name)
    if policy is None or findings:
        raise DefinitionError("E290", findings)
    return policy


def _filled(kept: Kept, project: Project, node: Node, name: str, findings: list[Finding]) -> Kept:
    """The kind with its term as a number, also where another policy holds it."""
    term = kept.termijn
    if term.uit is None or term.sleutel is None or term.eenheid is None:
        return kept
    folder = project.rules / "policies"
    other = folder / term.uit
    if other.parent != folder or not other.is_file():
        findings.append(finding_at(name, node, f"'{term.uit}' is geen bestand in deze map."))
        return kept
    found = place(read_yaml(other, shown_as=term.uit), tuple(term.sleutel.split(".")))
    if not isinstance(found, Scalar) or type(found.value) is not int or found.value < 0:
        findings.append(finding_at(name, node, f"'{term.sleutel}' is geen getal in {term.uit}."))
        return kept
    return replace(kept, termijn=_TERMS[term.eenheid](found.value))


def _inconsistencies(policy: RetentionPolicy, document: Node, name: str) -> Iterator[Finding]:
    seen: dict[str, Kept] = {}
    for number, kept in enumerate(policy.soorten):
        node = place(document, ("soorten", number, "soort"))
        if kept.soort not in KINDS:
            message = f"Er is geen soort gegevens '{kept.soort}'."
            yield finding_at(name, node, message, meant=closest(kept.soort, KINDS))
        elif kept.soort in seen:
            yield finding_at(name, node, f"'{kept.soort}' staat hier twee keer.")
        seen.setdefault(kept.soort, kept)
    for kind in KINDS:
        if kind not in seen:
            yield finding_at(name, place(document, ("soorten",)), f"De soort '{kind}' ontbreekt.", expected=kind)
    for group in TOGETHER:
        terms = {str(seen[kind].termijn) for kind in group if kind in seen}
        if len(terms) > 1:
            message = f"Deze soorten worden samen gewist en hebben één termijn: {', '.join(group)}."
            yield finding_at(name, place(document, ("soorten",)), message)
