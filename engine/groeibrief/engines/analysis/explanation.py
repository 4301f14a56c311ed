"""Why one dossier or child is in or out: the tree of conditions, each with its outcome and the rows that decided it.

Evaluated by the reference engine, condition by condition; rows hold internal ids, dates and field values only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from groeibrief.catalog import Catalogue
from groeibrief.engines.analysis.wording import OUTCOMES
from groeibrief.engines.reference.dates import birthdays_passed, months_passed
from groeibrief.engines.reference.evaluation import Evaluation
from groeibrief.engines.reference.truth import Truth, some
from groeibrief.engines.reference.world import Row, World
from groeibrief.language.clauses import SUBJECTS, Speaker
from groeibrief.language.wording import long_date, municipality_names
from groeibrief.query import (
    Age,
    And,
    Beneficiaries,
    Born,
    Children,
    ChildrenInDossier,
    Condition,
    DomicileOf,
    Has,
    InFamily,
    LivesIn,
    Not,
    Or,
    Payer,
    Question,
    Sort,
    children_of,
)

_KEYWORDS: dict[type, str] = {
    And: "en",
    Or: "of",
    Not: "niet",
    Born: "geboren",
    Has: "heeft",
    LivesIn: "woont_in",
    InFamily: "gezin",
    Children: "kinderen",
    ChildrenInDossier: "kinderen_in_dossier",
    Beneficiaries: "begunstigden",
    Payer: "uitbetaler",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A condition with its outcome. ``path`` is written with the language's words; ``rows`` are ready for JSON."""

    path: str
    text: str
    outcome: Truth
    rows: tuple[Mapping[str, object], ...] = ()
    parts: tuple[Part, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The form that CLI.md fixes."""
        return {
            "pad": self.path,
            "tekst": self.text,
            "uitkomst": OUTCOMES[self.outcome],
            "rijen": [dict(row) for row in self.rows],
            "delen": [part.as_json() for part in self.parts],
        }

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The tree as lines, to read."""
        indent = "  " * depth
        yield f"{indent}[{OUTCOMES[self.outcome]}] {self.text}"
        for row in self.rows:
            yield f"{indent}    · {', '.join(f'{name} {_shown(name, value)}' for name, value in row.items())}"
        for part in self.parts:
            yield from part.lines(depth + 1)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Either a ``tree``, or why there is none: ``outside`` of the population, in Dutch.

    ``remark``: the gezin is explained, but the child that was asked about is not counted in it, and why.
    """

    tree: Part | None = None
    outside: str | None = None
    remark: str | None = None


class Explainer(Evaluation):
    """One question over a world, which may hold one dossier only, that shows how it comes to its values."""

    def __init__(self, world: World, catalogue: Catalogue, question: Question) -> None:
        super().__init__(world, catalogue, question)
        self._speaker = Speaker(question, catalogue)

    def explain(self, dossier: int, child: int | None = None) -> Explanation:
        """Explain a dossier, or with *child* one of its children (with ``eenheid: gezin``: that child's gezin)."""
        condition, unit = self.question.condition, self.question.unit
        if outside := self.why_outside(dossier):
            return Explanation(outside=outside)
        not_counted = None if child is None else self.why_not_counted(dossier, child)
        if not_counted and (unit is Sort.KIND or child not in self.dossier_of):
            return Explanation(outside=not_counted)
        if unit is Sort.GEZIN:
            return Explanation(self.part(condition, dossier, ""), remark=not_counted)
        if child is not None:
            return Explanation(self.part(condition, child, ""))
        parts = tuple(self._child(condition, each, f"kind[{each}]") for each in self.scope[dossier])
        text = "minstens 1 kind van het gezin wordt geselecteerd"
        return Explanation(Part("kind", text, some([part.outcome for part in parts]), (), parts))

    def part(self, node: Condition, subject: int, path: str) -> Part:
        """The condition for one child, gezin or beneficiary; *path* is what stands before it."""
        path = f"{path}.{self._keyword(node)}".lstrip(".")
        rows = tuple(_json_row(row) for row in self._deciding(node, subject))
        text = self._speaker.clause(node, SUBJECTS[node.sort]).text
        return Part(path, text, self.value(node, subject), rows, tuple(self._inside(node, subject, path)))

    def _keyword(self, node: Condition) -> str:
        if isinstance(node, Age):
            return "leeftijd" if node.unit == "jaar" else "leeftijd_in_maanden"
        return _KEYWORDS[type(node)]

    def _inside(self, node: Condition, subject: int, path: str) -> Iterator[Part]:
        match node:
            case And(parts) | Or(parts):
                for number, part in enumerate(parts, 1):
                    yield self.part(part, subject, f"{path}[{number}]")
            case Not(part):
                yield self.part(part, subject, path)
            case InFamily(part):
                yield self.part(part, self.dossier_of[subject], path)
            case Children(which=which):
                for child in self.scope[subject]:
                    yield self._child(which, child, f"{path}[{child}]")
            case Beneficiaries(which=which):
                for person in self.world.beneficiaries_on(subject, self.day):
                    yield self._person(which, person, f"begunstigde {person}", f"{path}[{person}]")
            case _:
                assert not children_of(node), f"Unhandled node: {node!r}"

    def _child(self, which: Condition | None, child: int, path: str) -> Part:
        return self._person(which, child, f"kind {child}", path)

    def _person(self, which: Condition | None, person: int, name: str, path: str) -> Part:
        if which is None:
            return Part(path, f"{name} telt mee", True)
        part = self.part(which, person, path)
        return Part(path, name, part.outcome, (), (part,))

    def _deciding(self, node: Condition, subject: int) -> Iterator[Row]:
        """The rows that a condition without parts looked at; of ``kinderen``: the children who don't count."""
        match node:
            case Age() | Born():
                yield self._born_row(node, subject)
            case Has():
                for row in self._rows(node, subject):
                    own = {name: value for name, value in row.items() if name != "kind_id"}
                    yield {"bron": node.source, **own, "voldoet": OUTCOMES[self._fields(node, row)]}
            case LivesIn():
                home = self.world.home(subject, node.on or self.day)
                if home is not None:
                    yield _home_row(home, with_postcode=bool(node.postcodes))
            case Payer():
                yield {"uitbetaler": self.world.dossiers[subject]["uitbetaler"]}
            case ChildrenInDossier():
                for child in self.world.children_on(subject, self.day):
                    yield {"kind_id": child}
            case Children():
                for child in sorted({row["kind_id"] for row in self.world.children.get(subject, ())}):
                    if child not in self.scope[subject]:
                        yield {"kind_id": child, "telt_niet_mee": self.why_not_counted(subject, child)}
            case _:
                return

    def _born_row(self, node: Age | Born, person: int) -> Row:
        born = self.world.persons[person]["geboortedatum"]
        row: Row = {"geboortedatum": born}
        if isinstance(node, Age) and born is not None:
            age = birthdays_passed if node.unit == "jaar" else months_passed
            row["leeftijd" if node.unit == "jaar" else "leeftijd_in_maanden"] = age(born, self.day)
        return row

    def why_outside(self, dossier: int) -> str | None:
        """Why a dossier is not in the population, in Dutch; None: it is."""
        if dossier in self.scope:
            return None
        row = self.world.dossiers.get(dossier)
        on = f"op de peildatum, {long_date(self.day)}"
        if row is None:
            return f"Dossier {dossier} bestaat niet in deze snapshot."
        if row["geopend_op"] > self.day:
            return f"Dossier {dossier} was nog niet open {on}: het is geopend op {long_date(row['geopend_op'])}."
        if not self.world.is_open(dossier, self.day):
            return f"Dossier {dossier} was niet meer open {on}: het is gesloten op {long_date(row['gesloten_op'])}."
        if self.question.domicile_of is DomicileOf.BEGUNSTIGDE:
            return (
                f"Dossier {dossier} heeft {on}, geen begunstigde (een persoon, in leven) die in {self._places()} woont."
            )
        if not self.world.children_on(dossier, self.day):
            return f"Dossier {dossier} heeft {on}, geen kinderen."
        return f"Dossier {dossier} heeft {on}, geen kind dat in {self._places()} woont."

    def why_not_counted(self, dossier: int, child: int) -> str | None:
        """Why a child of the dossier is not in scope, in Dutch; None: it is."""
        if child in self.scope.get(dossier, ()):
            return None
        on = f"op de peildatum, {long_date(self.day)}"
        person = self.world.persons[child]
        if child in self.world.children_on(dossier, self.day):
            home = self.world.home(child, self.day)
            if home is None or (home["land"] == "BE" and home["nis"] is None):
                return f"Kind {child} heeft {on}, geen gekende woonplaats."
            return f"Kind {child} woont {on}, niet in {self._places()}."
        if person["geboortedatum"] is not None and person["geboortedatum"] > self.day:
            return f"Kind {child} was {on}, nog niet geboren."
        if not self.world.alive(child, self.day):
            return f"Kind {child} was {on}, al overleden."
        return f"Kind {child} zat {on}, niet in dossier {dossier}."

    def _places(self) -> str:
        return municipality_names(self.question.municipalities, self.catalogue.municipalities, "of")


def _home_row(home: Row, *, with_postcode: bool) -> Row:
    """A domicile without its address; whoever's address may not be told, is not told the place of either."""
    period = {"van": home["van"], "tot": home["tot"]}
    if home["adres_niet_meedelen"]:
        return {**period, "adres_niet_meedelen": True}
    postcode = {"postcode": home["postcode"]} if with_postcode else {}
    return {**period, "land": home["land"], "nis": home["nis"], **postcode}


def _json_row(row: Mapping[str, Any]) -> dict[str, object]:
    return {name: _json_value(value) for name, value in row.items()}


def _json_value(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case Decimal():
            return float(value)
    return value


def _shown(name: str, value: object) -> str:
    match value:
        case None:
            return "loopt nog" if name == "tot" else "onbekend"
        case bool():
            return "ja" if value else "nee"
        case float():
            return f"{value:.2f}".replace(".", ",")
    return str(value)
