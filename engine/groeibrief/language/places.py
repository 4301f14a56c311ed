"""NIS codes and postcodes: quoted, existing, and valid on the reference date."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from groeibrief.catalog import Municipalities
from groeibrief.documents import Node, Scalar
from groeibrief.errors import closest
from groeibrief.language import values
from groeibrief.language.faults import MUNICIPALITY, SUPERFLUOUS, Faults
from groeibrief.language.wording import long_date

_NIS = re.compile(r"[0-9]{5}")
_POSTCODE = re.compile(r"[1-9][0-9]{3}")
_EXPECTED = "een NIS-code van vijf cijfers tussen aanhalingstekens"


def read_municipalities(faults: Faults, node: Node, municipalities: Municipalities, on: date) -> tuple[str, ...]:
    """Read a list of NIS codes, each valid on *on*."""
    return _codes(faults, values.listed(faults, node, "gemeenten"), lambda item: _nis(faults, item, municipalities, on))


def read_postcodes(faults: Faults, node: Node) -> tuple[str, ...]:
    """Read a list of postcodes."""
    return _codes(faults, values.listed(faults, node, "postcodes"), lambda item: _postcode(faults, item))


def _codes(faults: Faults, items: tuple[Node, ...], read: Callable[[Node], str | None]) -> tuple[str, ...]:
    found: list[str] = []
    for item in items:
        code = read(item)
        if code in found:
            faults.add(SUPERFLUOUS, item, f"'{code}' staat twee keer in deze lijst. Schrap er één.")
        elif code is not None:
            found.append(code)
    return tuple(found)


def _nis(faults: Faults, node: Node, municipalities: Municipalities, on: date) -> str | None:
    if values.open_reference(node):
        return None
    if not isinstance(node, Scalar):
        faults.add(MUNICIPALITY, node, "Een gemeente is één NIS-code.", verwacht=_EXPECTED)
        return None
    text = node.text
    if _NIS.fullmatch(text) and not node.quoted:
        faults.add(
            MUNICIPALITY,
            node,
            f'Schrijf de NIS-code tussen aanhalingstekens: "{text}".',
            verwacht=f'"{text}"',
        )
        return None
    melding, meant = why_not_valid(text, municipalities, on)
    if melding is None:
        return text
    faults.add(MUNICIPALITY, node, melding, verwacht=_EXPECTED, bedoelde=meant)
    return None


def why_not_valid(text: str, municipalities: Municipalities, on: date) -> tuple[str | None, str | None]:
    """Why *text* is no municipality on *on* (None: it is one), and the code that was probably meant."""
    if not _NIS.fullmatch(text):
        names = {row.naam: row.nis for row in municipalities.valid_on(on, None)}
        near = closest(text, names)
        if near is None:
            return f"'{text}' is geen NIS-code: die bestaat uit vijf cijfers.", None
        if near.casefold() == text.casefold():
            return f"'{text}' is een naam. Schrijf de NIS-code van de gemeente: \"{names[near]}\".", names[near]
        return f"'{text}' is geen NIS-code. De code van {near} is \"{names[near]}\".", names[near]
    if text not in municipalities:
        near = closest(text, (row.nis for row in municipalities.valid_on(on) if row.nis[:2] == text[:2]))
        return f"De NIS-code {text} heeft nooit bestaan.", near
    if municipalities.is_valid(text, on):
        return None, None
    row = municipalities[text]
    heir = municipalities.resolve(text, on)
    if heir != text:
        name = municipalities[heir].naam
        return f'De NIS-code {text} ({row.naam}) geldt niet meer op {long_date(on)}: schrijf "{heir}" ({name}).', heir
    if row.van > on:
        before = [code for code in municipalities.read_as(text, date.max) if municipalities.is_valid(code, on)]
        old = ", ".join(f'"{code}" ({municipalities[code].naam})' for code in before)
        advice = f" Toen gold: {old}." if old else ""
        meant = before[0] if len(before) == 1 else None
        return f"De NIS-code {text} ({row.naam}) geldt pas vanaf {long_date(row.van)}.{advice}", meant
    return f"De NIS-code {text} ({row.naam}) geldt niet op {long_date(on)}.", None


def _postcode(faults: Faults, node: Node) -> str | None:
    if values.open_reference(node):
        return None
    expected = "een postcode van vier cijfers tussen aanhalingstekens"
    if not isinstance(node, Scalar) or not _POSTCODE.fullmatch(node.text):
        faults.add(MUNICIPALITY, node, "Een postcode bestaat uit vier cijfers.", verwacht=expected)
        return None
    if not node.quoted:
        advice = f'Schrijf de postcode tussen aanhalingstekens: "{node.text}".'
        faults.add(MUNICIPALITY, node, advice, verwacht=f'"{node.text}"')
        return None
    return node.text
