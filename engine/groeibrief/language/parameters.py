"""Parameters of a standard audience or a named condition: what may be filled in, and the filling in.

``$naam`` is replaced in the document itself, before it is read as conditions, so that a filled-in value meets every
check that a written one meets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from groeibrief.calendar import Month, SchoolYear
from groeibrief.documents import Mapping, Node, Scalar, Sequence
from groeibrief.errors import closest
from groeibrief.language import values
from groeibrief.language.faults import PARAMETER, RANGE, Faults, one_of

KINDS = ("geheel_getal", "bedrag", "datum", "maand", "schooljaar", "keuze", "ja_nee")
GIVEN = ("peildatum", "gemeenten")
"""What conditions can refer to without declaring it."""
_RANGED = ("geheel_getal", "bedrag", "datum", "maand", "schooljaar")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_REFERENCE = re.compile(r"\$([a-z][a-z0-9_]*)")
_LARGEST = 1_000_000

Bound = int | Decimal | date | Month | SchoolYear


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. ``van`` and ``tot_en_met`` are both included; ``standaard`` None: a value must be given.

    ``waarden`` only for ``keuze``. Values are as the kind has them: ``ja_nee`` a bool, ``keuze`` a str.
    """

    naam: str
    soort: str
    omschrijving: str | None = None
    van: Bound | None = None
    tot_en_met: Bound | None = None
    waarden: tuple[str, ...] = ()
    standaard: Bound | bool | str | None = None


def read_parameters(faults: Faults, node: Node | None) -> dict[str, Parameter]:
    """Read ``parameters:``; those that are wrong are reported and left out."""
    if node is None:
        return {}
    if not isinstance(node, Mapping) or not node.entries:
        faults.add(PARAMETER, node, "Onder 'parameters' hoort per parameter een naam met zijn soort te staan.")
        return {}
    read: dict[str, Parameter] = {}
    for key, declaration in node.entries:
        if not _NAME.fullmatch(key.text):
            faults.add(PARAMETER, key, f"'{key.text}' is geen geldige naam: gebruik kleine letters, cijfers en '_'.")
        elif key.text in GIVEN:
            faults.add(PARAMETER, key, f"'${key.text}' bestaat al zonder verklaring: kies een andere naam.")
        elif (parameter := _read(faults, key.text, declaration)) is not None:
            read[key.text] = parameter
    return read


def _read(faults: Faults, name: str, node: Node) -> Parameter | None:
    known = ("soort", "omschrijving", "van", "tot_en_met", "waarden", "standaard")
    entries = values.mapping(faults, node, name, known, ("soort",))
    if entries is None or "soort" not in entries:
        return None
    soort = values.choice(faults, entries["soort"], "soort", KINDS)
    if soort is None:
        return None
    misplaced = ("van", "tot_en_met") if soort not in _RANGED else ()
    for key in (*misplaced, *(() if soort == "keuze" else ("waarden",))):
        if key in entries:
            faults.add(
                PARAMETER, entries[key], f"Een parameter van soort '{soort}' heeft geen '{key}'. Schrap de regel."
            )
    about = values.text(faults, entries["omschrijving"], "omschrijving") if "omschrijving" in entries else None
    options: tuple[str, ...] = ()
    if soort == "keuze":
        if "waarden" not in entries:
            faults.add(PARAMETER, node, "Een parameter van soort 'keuze' noemt zijn 'waarden'.", verwacht="waarden")
            return None
        options = tuple(
            option
            for item in values.listed(faults, entries["waarden"], "waarden")
            if (option := values.text(faults, item, "waarden")) is not None
        )
    bounds: dict[str, Bound | None] = {"van": None, "tot_en_met": None}
    if soort in _RANGED:
        for key in bounds:
            if key in entries:
                bounds[key] = _bound(faults, entries[key], key, soort)
    parameter = Parameter(name, soort, about, bounds["van"], bounds["tot_en_met"], options)
    if _reversed(parameter):
        faults.add(
            RANGE, node, f"De parameter '{name}' loopt van {bounds['van']} tot en met {bounds['tot_en_met']}: draai om."
        )
        return None
    if "standaard" in entries:
        default = read_value(faults, parameter, entries["standaard"], "standaard")
        if default is None:
            return None
        return Parameter(name, soort, about, bounds["van"], bounds["tot_en_met"], options, _as_kind(soort, default))
    return parameter


def _reversed(parameter: Parameter) -> bool:
    low, high = parameter.van, parameter.tot_en_met
    return low is not None and high is not None and low > high  # type: ignore[operator]


def _bound(faults: Faults, node: Node, what: str, soort: str) -> Bound | None:
    match soort:
        case "geheel_getal":
            return values.integer(faults, node, what, -_LARGEST, _LARGEST)
        case "bedrag":
            return values.number(faults, node, what)
        case "datum":
            return values.day(faults, node, what)
        case "maand":
            return values.month(faults, node, what)
    return values.school_year(faults, node, what)


def _as_kind(soort: str, value: Scalar) -> Bound | bool | str | None:
    match soort:
        case "maand":
            return Month.parse(value.text)
        case "schooljaar":
            return SchoolYear.parse(value.text)
    return value.value


def read_value(faults: Faults, parameter: Parameter, node: Node, what: str) -> Scalar | None:
    """Check a value against its parameter; returns it as the scalar to fill in."""
    if not isinstance(node, Scalar):
        faults.add(PARAMETER, node, f"Onder '{what}' hoort één waarde te staan.")
        return None
    if parameter.soort == "keuze":
        chosen = values.choice(faults, node, what, parameter.waarden)
        return None if chosen is None else Scalar(chosen, chosen, True, node.line, node.column)
    if parameter.soort == "ja_nee":
        return None if values.yes_no(faults, node, what) is None else node
    value = _bound(faults, node, what, parameter.soort)
    if value is None:
        return None
    low, high = parameter.van, parameter.tot_en_met
    if (low is not None and value < low) or (high is not None and value > high):  # type: ignore[operator]
        faults.add(RANGE, node, f"{_between(parameter, what)}.", verwacht=_expected(parameter))
        return None
    return Scalar(node.value, node.text, node.quoted, node.line, node.column)


def _between(parameter: Parameter, what: str) -> str:
    low, high = parameter.van, parameter.tot_en_met
    if high is None:
        return f"'{what}' moet minstens {low} zijn"
    if low is None:
        return f"'{what}' mag hoogstens {high} zijn"
    return f"'{what}' moet tussen {low} en {high} liggen"


def _expected(parameter: Parameter) -> str:
    low, high = parameter.van, parameter.tot_en_met
    if high is None:
        return f"minstens {low}"
    return f"hoogstens {high}" if low is None else f"van {low} tot en met {high}"


def from_text(parameter: Parameter, given: str) -> Scalar:
    """A value as the command line or a form gives it, as a scalar; whether it fits, :func:`read_value` says."""
    value: str | int | Decimal | bool = given
    try:
        match parameter.soort:
            case "geheel_getal":
                value = int(given)
            case "bedrag":
                value = Decimal(given.replace(",", "."))
            case "ja_nee":
                value = {"ja": True, "true": True, "nee": False, "false": False}.get(given.casefold(), given)
    except (ValueError, InvalidOperation):
        value = given
    return Scalar(value, given, isinstance(value, str), 1, 1)


def default_scalar(parameter: Parameter) -> Scalar | None:
    """The default as a scalar, or None when there is none."""
    return None if parameter.standaard is None else scalar_of(parameter.standaard)


def scalar_of(value: Bound | bool | str) -> Scalar:
    """A value as a scalar to fill in."""
    if isinstance(value, (Month, SchoolYear)):
        return Scalar(str(value), str(value), False, 1, 1)
    text = ("ja" if value else "nee") if isinstance(value, bool) else str(value)
    return Scalar(value, text, isinstance(value, str), 1, 1)


@dataclass(frozen=True, slots=True)
class Filling:
    """Fills values in for ``$naam``. ``used`` gathers the names met; a name without a value is left for later.

    ``given`` holds what needs no declaration: ``$peildatum`` and ``$gemeenten`` (a list).
    """

    known: AbstractMapping[str, Parameter]
    values: AbstractMapping[str, Scalar]
    used: set[str]
    given: AbstractMapping[str, Node] = field(default_factory=dict)

    def fill(self, faults: Faults, node: Node) -> Node:
        """Return *node* with every ``$naam`` replaced; an unknown name is reported."""
        match node:
            case Mapping(entries=entries, line=line, column=column):
                return Mapping(tuple((key, self.fill(faults, value)) for key, value in entries), line, column)
            case Sequence(items=items, line=line, column=column):
                return Sequence(tuple(self.fill(faults, item) for item in items), line, column)
            case Scalar(value=str(text)) if match := _REFERENCE.fullmatch(text):
                return self._filled(faults, node, match[1])
        return node

    def _filled(self, faults: Faults, node: Scalar, name: str) -> Node:
        if name in self.given:
            return self.given[name]
        if name not in self.known:
            faults.add(
                PARAMETER,
                node,
                f"De parameter '{name}' staat niet onder 'parameters'.",
                verwacht=one_of(self.known) if self.known else "een waarde",
                bedoelde=f"${near}" if (near := closest(name, self.known)) else None,
            )
            return node
        self.used.add(name)
        value = self.values.get(name)
        return node if value is None else Scalar(value.value, value.text, value.quoted, node.line, node.column)


def report_unused(faults: Faults, node: Node | None, known: AbstractMapping[str, Parameter], used: set[str]) -> None:
    """Report every parameter that stands nowhere."""
    for name in known:
        if name not in used and isinstance(node, Mapping):
            faults.add(
                PARAMETER,
                node.key(name),
                f"De parameter '{name}' wordt nergens gebruikt: schrijf ${name} waar hij hoort.",
            )
