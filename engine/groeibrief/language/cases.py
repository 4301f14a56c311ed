"""Cases: invented families beside a definition (``<doelgroep>.cases.yaml``), and who is expected in, out or unknown.

A family is written in the snapshot's terms; what is left out gets a default, so that a case says only what matters.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from groeibrief.catalog import Catalogue
from groeibrief.documents import Mapping, Node, Scalar, Sequence, read_yaml
from groeibrief.errors import closest
from groeibrief.language import values
from groeibrief.language.definition import Binding
from groeibrief.language.faults import CASES, FORM, IDENTIFIER, Faults, one_of

SUFFIX = ".cases.yaml"
_CHILD = ("geboren", "overleden_op", "woonplaats", "van", "tot", "verwacht")
_BENEFICIARY = ("volgorde", "geboren", "overleden_op", "woonplaats", "instelling_kbo", "van", "tot")
_DOMICILE = ("nis", "postcode", "land", "soort", "van", "tot", "adres_niet_meedelen")
_DATES = ("geboren", "overleden_op", "van", "tot", "geopend_op", "gesloten_op")


class Expected(Enum):
    """What a case expects."""

    IN = "in"
    OUT = "uit"
    UNKNOWN = "onbekend"


@dataclass(frozen=True, slots=True)
class Case:
    """One family. ``family`` is as written (checked); ``line`` is where it stands.

    ``verwacht`` None: with ``eenheid: kind`` each child has its own, in ``children``, by its place in ``kinderen``.
    """

    naam: str
    verwacht: Expected | None
    omdat: str
    family: AbstractMapping[str, object]
    children: tuple[Expected | None, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of a definition. ``binding`` fills in a standard audience."""

    doelgroep: str
    binding: Binding
    cases: tuple[Case, ...]
    path: Path

    @property
    def has_in_and_out(self) -> bool:
        """Whether there is at least one family in and one out, which approval asks for."""
        found = {expected for case in self.cases for expected in (case.verwacht, *case.children)}
        return {Expected.IN, Expected.OUT} <= found


def cases_path(definition: Path) -> Path:
    """Where the cases of a definition lie."""
    return definition.with_name(definition.stem + SUFFIX)


def load_cases(path: Path, catalogue: Catalogue) -> Cases:
    """Read and check a file with cases. Raises DefinitionError (E301, E302, E350 and on), all findings at once."""
    node = read_yaml(path)
    faults = Faults(str(path))
    reading = _Reading(faults, catalogue)
    parts = values.mapping(faults, node, "gevallen", ("doelgroep", "invulling", "gevallen"), ("doelgroep", "gevallen"))
    stem = path.name.removesuffix(SUFFIX)
    name, binding, cases = None, Binding(), []
    if parts and "doelgroep" in parts:
        name = values.text(faults, parts["doelgroep"], "doelgroep")
        if name not in (None, stem):
            melding = f"Dit bestand hoort bij een andere doelgroep: schrijf 'doelgroep: {stem}' of hernoem het bestand."
            faults.add(IDENTIFIER, parts["doelgroep"], melding, verwacht=stem)
    if parts and "invulling" in parts:
        binding = reading.binding(parts["invulling"])
    if parts and "gevallen" in parts:
        cases = [reading.case(item) for item in values.listed(faults, parts["gevallen"], "gevallen")]
    faults.raise_any()
    return Cases(stem, binding, tuple(case for case in cases if case is not None), path)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of a file."""

    faults: Faults
    catalogue: Catalogue

    def binding(self, node: Node) -> Binding:
        parts = values.mapping(self.faults, node, "invulling", ("gemeenten", "peildatum", "parameters"))
        if parts is None:
            return Binding()
        codes: list[str] = []
        if "gemeenten" in parts:
            items = values.listed(self.faults, parts["gemeenten"], "gemeenten")
            codes = [code for item in items if (code := values.text(self.faults, item, "gemeenten")) is not None]
        on = values.day(self.faults, parts["peildatum"], "peildatum") if "peildatum" in parts else None
        given: dict[str, str] = {}
        if "parameters" in parts:
            node = parts["parameters"]
            if isinstance(node, Mapping) and all(isinstance(value, Scalar) for _, value in node.entries):
                given = {key.text: value.text for key, value in node.entries if isinstance(value, Scalar)}
            else:
                self.faults.add(FORM, node, "Onder 'parameters' hoort per parameter één waarde te staan.")
        return Binding(tuple(codes), on, given)

    def case(self, node: Node) -> Case | None:
        known = ("naam", "verwacht", "omdat", "dossier", "kinderen", "begunstigden")
        parts = values.mapping(self.faults, node, "geval", known, ("naam", "omdat", "kinderen"))
        if parts is None or not {"naam", "omdat", "kinderen"} <= parts.keys():
            return None
        name = values.text(self.faults, parts["naam"], "naam")
        because = values.text(self.faults, parts["omdat"], "omdat")
        expected = self._expected(parts["verwacht"]) if "verwacht" in parts else None
        children = values.listed(self.faults, parts["kinderen"], "kinderen")
        each = tuple(
            self._expected(own) if isinstance(child, Mapping) and (own := child.get("verwacht")) is not None else None
            for child in children
        )
        if expected is None and "verwacht" not in parts and not any(each):
            self.faults.add(
                CASES, node, "Zeg wat u verwacht: `verwacht: in`, `uit` of `onbekend`.", verwacht="verwacht"
            )
        family: dict[str, object] = {"kinderen": tuple(self._child(child) for child in children)}
        if "begunstigden" in parts:
            items = values.listed(self.faults, parts["begunstigden"], "begunstigden")
            family["begunstigden"] = tuple(self._person(item, "begunstigde", _BENEFICIARY) for item in items)
        if "dossier" in parts:
            family["dossier"] = self._row(parts["dossier"], "dossier", ("uitbetaler", "geopend_op", "gesloten_op"))
        if name is None or because is None:
            return None
        return Case(name, expected, because, family, each, node.line)

    def _expected(self, node: Node) -> Expected | None:
        word = values.choice(self.faults, node, "verwacht", [each.value for each in Expected])
        return None if word is None else Expected(word)

    def _child(self, node: Node) -> dict[str, object]:
        child = self._person(node, "kind", (*_CHILD, *self.catalogue.sources))
        child.pop("verwacht", None)
        for key in self.catalogue.sources.keys() & child.keys():
            assert isinstance(node, Mapping), "it has keys"
            rows = node.get(key)
            assert rows is not None, "it was read"
            items = values.listed(self.faults, rows, key)
            child[key] = tuple(self._source_row(item, key) for item in items)
        return child

    def _person(self, node: Node, what: str, known: tuple[str, ...]) -> dict[str, object]:
        person = self._row(node, what, known)
        if isinstance(node, Mapping) and (homes := node.get("woonplaats")) is not None:
            items = homes.items if isinstance(homes, Sequence) else (homes,)
            person["woonplaats"] = tuple(self._row(item, "woonplaats", _DOMICILE) for item in items)
        return person

    def _row(self, node: Node, what: str, known: tuple[str, ...]) -> dict[str, object]:
        """The bare values of a row; ``null`` says that a value is missing, and stands."""
        if not isinstance(node, Mapping):
            self.faults.add(
                FORM, node, f"Onder '{what}' horen sleutels met hun waarde te staan.", verwacht=one_of(known)
            )
            return {}
        row: dict[str, object] = {}
        for key, value in node.entries:
            if key.text not in known:
                meant = closest(key.text, known)
                self.faults.add(
                    FORM, key, f"De sleutel '{key.text}' is hier niet bekend.", verwacht=one_of(known), bedoelde=meant
                )
            elif key.text in _DATES and not (isinstance(value, Scalar) and value.value is None):
                row[key.text] = values.day(self.faults, value, key.text)
            else:
                row[key.text] = value.plain()
        return row

    def _source_row(self, node: Node, key: str) -> dict[str, object]:
        source = self.catalogue.sources[key]
        columns = {name: kind for name, kind, _ in source.columns if name != "kind_id"}
        row = self._row(node, key, tuple(columns))
        for name, kind in columns.items():
            if name not in row or row[name] is None or name in _DATES or not isinstance(node, Mapping):
                continue
            value = node.get(name)
            assert value is not None, "it was read"
            if name == "maand":
                month = values.month(self.faults, value, name)
                row[name] = None if month is None else month.first_day
            elif kind == "DATE":
                row[name] = values.day(self.faults, value, name)
            elif kind.startswith("DECIMAL"):
                row[name] = values.number(self.faults, value, name)
            elif kind == "BOOLEAN":
                row[name] = values.yes_no(self.faults, value, name)
            elif kind == "VARCHAR":
                field = source.field(name)
                row[name] = (
                    str(values.school_year(self.faults, value, name))
                    if field is None
                    else values.choice(self.faults, value, name, field.waarden or ())
                )
            else:
                row[name] = values.integer(self.faults, value, name, 0, 1_000_000)
        return row
