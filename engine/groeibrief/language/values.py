"""Reading single values out of a document: each function reports what is wrong and then returns None."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from groeibrief.calendar import Month, SchoolYear
from groeibrief.documents import Mapping, Node, Scalar, Sequence
from groeibrief.errors import closest
from groeibrief.language.faults import FORM, RANGE, VALUE, Faults, one_of

FIRST_YEAR, LAST_YEAR = 1900, 2100
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_REFERENCE = re.compile(r"\$[a-z][a-z0-9_]*")


def open_reference(node: Node) -> bool:
    """Whether a ``$naam`` still stands here: already reported where it was to be filled in, so not once more."""
    return isinstance(node, Scalar) and isinstance(node.value, str) and bool(_REFERENCE.fullmatch(node.value))


def mapping(
    faults: Faults, node: Node, what: str, known: Iterable[str], required: Iterable[str] = ()
) -> dict[str, Node] | None:
    """The entries of a mapping with only *known* keys and all *required* ones; *what* names it in the message."""
    known = tuple(known)
    if not isinstance(node, Mapping):
        faults.add(FORM, node, f"Onder '{what}' horen sleutels met hun waarde te staan.", verwacht=one_of(known))
        return None
    entries: dict[str, Node] = {}
    for key, value in node.entries:
        if key.text not in known:
            faults.add(
                FORM,
                key,
                f"De sleutel '{key.text}' is hier niet bekend.",
                verwacht=one_of(known),
                bedoelde=closest(key.text, known),
            )
        elif isinstance(value, Scalar) and value.value is None:
            faults.add(FORM, value, f"'{key.text}' heeft geen waarde. Vul ze in of schrap de regel.")
        else:
            entries[key.text] = value
    for key_name in required:
        if node.get(key_name) is None:
            missing(faults, node, what, key_name)
    return entries


def missing(faults: Faults, node: Node, what: str, key: str) -> None:
    """Report that *key* is missing under *what*."""
    faults.add(FORM, node, f"De sleutel '{key}' ontbreekt bij '{what}'.", gevonden="niets", verwacht=key)


def listed(faults: Faults, node: Node, what: str) -> tuple[Node, ...]:
    """The items of a list, at least one."""
    if open_reference(node):
        return ()
    if not isinstance(node, Sequence):
        faults.add(FORM, node, f"Onder '{what}' hoort een lijst te staan.", verwacht="een lijst")
        return ()
    if not node.items:
        faults.add(
            FORM, node, f"De lijst onder '{what}' is leeg. Vul ze in of schrap ze.", verwacht="minstens één waarde"
        )
    return node.items


def text(faults: Faults, node: Node, what: str) -> str | None:
    """A text that is not empty."""
    if open_reference(node):
        return None
    if isinstance(node, Scalar) and isinstance(node.value, str) and node.value.strip():
        return node.value.strip()
    if isinstance(node, Scalar) and node.value is not None and not isinstance(node.value, str):
        advice = f"Zet de tekst van '{what}' tussen aanhalingstekens: \"{node.text}\"."
        faults.add(FORM, node, advice, verwacht=f'"{node.text}"')
    else:
        faults.add(FORM, node, f"Onder '{what}' hoort een tekst te staan.", verwacht="tekst")
    return None


def integer(faults: Faults, node: Node, what: str, low: int, high: int) -> int | None:
    """A whole number from *low* to *high*, both included."""
    if open_reference(node):
        return None
    expected = f"een geheel getal van {low} tot en met {high}"
    if isinstance(node, Scalar) and isinstance(node.value, int) and not isinstance(node.value, bool):
        if low <= node.value <= high:
            return node.value
        faults.add(RANGE, node, f"'{what}' moet tussen {low} en {high} liggen.", verwacht=expected)
        return None
    quoted = isinstance(node, Scalar) and node.quoted and node.text.lstrip("-").isdecimal()
    advice = " zonder aanhalingstekens" if quoted else ""
    faults.add(FORM, node, f"Onder '{what}' hoort een geheel getal te staan{advice}.", verwacht=expected)
    return None


def number(faults: Faults, node: Node, what: str) -> Decimal | None:
    """A number, as a Decimal."""
    if isinstance(node, Scalar) and isinstance(node.value, (int, Decimal)) and not isinstance(node.value, bool):
        return Decimal(node.value)
    if open_reference(node):
        return None
    faults.add(
        FORM, node, f"Onder '{what}' hoort een getal te staan, met een punt voor de decimalen.", verwacht="een getal"
    )
    return None


def yes_no(faults: Faults, node: Node, what: str) -> bool | None:
    """``true`` or ``false``."""
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    if open_reference(node):
        return None
    faults.add(FORM, node, f"Onder '{what}' hoort 'true' of 'false' te staan.", verwacht="true of false")
    return None


def day(faults: Faults, node: Node, what: str) -> date | None:
    """A date, bare or in quotes."""
    if open_reference(node):
        return None
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            faults.add(VALUE, node, f"'{value}' is geen bestaande datum.", verwacht="een datum, jjjj-mm-dd")
            return None
    if not isinstance(value, date):
        faults.add(
            FORM, node, f"Onder '{what}' hoort een datum te staan, zoals 2025-11-01.", verwacht="een datum, jjjj-mm-dd"
        )
        return None
    return value if _sane(faults, node, what, value.year) else None


def month(faults: Faults, node: Node, what: str) -> Month | None:
    """A month, ``2025-11``."""
    if open_reference(node):
        return None
    value = node.value if isinstance(node, Scalar) else None
    try:
        read = Month.parse(value if isinstance(value, str) else "")
    except ValueError:
        faults.add(
            FORM, node, f"Onder '{what}' hoort een maand te staan, zoals 2025-11.", verwacht="een maand, jjjj-mm"
        )
        return None
    return read if _sane(faults, node, what, read.year) else None


def school_year(faults: Faults, node: Node, what: str) -> SchoolYear | None:
    """A school year, ``2025-2026``."""
    if open_reference(node):
        return None
    value = node.value if isinstance(node, Scalar) else None
    try:
        read = SchoolYear.parse(value if isinstance(value, str) else "")
    except ValueError:
        faults.add(
            FORM,
            node,
            f"Onder '{what}' horen twee jaren te staan die op elkaar volgen, zoals 2025-2026.",
            verwacht="een schooljaar, jjjj-jjjj",
        )
        return None
    return read if _sane(faults, node, what, read.start) else None


def _sane(faults: Faults, node: Node, what: str, year: int) -> bool:
    if FIRST_YEAR <= year <= LAST_YEAR:
        return True
    faults.add(RANGE, node, f"'{what}' moet tussen {FIRST_YEAR} en {LAST_YEAR} liggen.")
    return False


def choice(
    faults: Faults, node: Node, what: str, values: Iterable[str], *, code: str = VALUE, melding: str | None = None
) -> str | None:
    """One of the listed *values*."""
    values = tuple(values)
    if open_reference(node):
        return None
    if isinstance(node, Scalar) and node.text in values:
        return node.text
    meant = closest(node.text, values) if isinstance(node, Scalar) else None
    found = node.text if isinstance(node, Scalar) else None
    if melding is None:
        melding = (
            f"Onder '{what}' hoort één woord te staan."
            if found is None
            else f"'{found}' is geen geldige waarde voor '{what}'."
        )
    faults.add(code, node, melding, verwacht=one_of(values), bedoelde=meant)
    return None
