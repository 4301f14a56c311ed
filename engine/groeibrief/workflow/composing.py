"""A target group put together from parts, as a form has them, and the same as a definition in the audience language.

Parts only arrange words: whether they make sense is for the language to say, in the YAML that they become.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from groeibrief.catalog import Catalogue, PeriodKind
from groeibrief.catalog.model import FieldKind, Source
from groeibrief.language.definition import Client

FAMILY_SIZE = "gezinsgrootte"
SOURCE = "bron:"
GROUPS = 3
ROWS = 6


@dataclass(frozen=True, slots=True)
class Part:
    """One condition: what it is about, and the texts that were filled in for it (``van``, ``tot``, ``hoe`` …)."""

    about: str
    negated: bool = False
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str | None:
        """The key of the source that it is about, if it is."""
        return self.about.removeprefix(SOURCE) if self.about.startswith(SOURCE) else None


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions that belong together. ``every``: all hold, else one of them.

    For a gezin, at least (``bound`` is ``minstens``), at most or exactly ``number`` children fulfil them.
    """

    parts: tuple[Part, ...] = ()
    every: bool = True
    bound: str = "minstens"
    number: str = "1"


@dataclass(frozen=True, slots=True)
class Composition:
    """A whole target group. ``every``: all groups hold, else one of them."""

    title: str
    unit: str
    domicile_of: str
    municipalities: tuple[str, ...]
    reference_date: str
    groups: tuple[Group, ...]
    every: bool = True


def definition_text(
    composition: Composition, catalogue: Catalogue, *, name: str, client: Client, purpose: Mapping[str, Any]
) -> str:
    """Write the definition as YAML, its keys in the order of LANGUAGE.md."""
    document = {
        "doelgroep": name,
        "titel": composition.title,
        "opdrachtgever": {"naam": client.naam, "kbo": client.kbo},
        "doeleinde": dict(purpose),
        "peildatum": _day(composition.reference_date),
        "woonplaats": {"gemeenten": list(composition.municipalities), "van": composition.domicile_of},
        "eenheid": composition.unit,
        "voorwaarden": _linked([_group(group, composition, catalogue) for group in composition.groups if group.parts],
                               every=composition.every),
        "brief": {"sjabloon": "informatiebrief"},
    }  # fmt: skip
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


class _Dumper(yaml.SafeDumper):
    """Codes stay text: what would be read back as a number is quoted, and a list of words stays on its line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def _linked(conditions: list[dict[str, Any]], *, every: bool) -> dict[str, Any]:
    if len(conditions) == 1:
        return conditions[0]
    return {"en" if every else "of": conditions}


def _group(group: Group, composition: Composition, catalogue: Catalogue) -> dict[str, Any]:
    on_child = [
        _negated(part, _condition(part, composition, catalogue)) for part in group.parts if not _on_family(part)
    ]
    on_family = [_negated(part, _condition(part, composition, catalogue)) for part in group.parts if _on_family(part)]
    if composition.unit == "kind":
        return _linked([*on_child, *({"gezin": condition} for condition in on_family)], every=group.every)
    if not on_child:
        return _linked(on_family, every=group.every)
    children = {"kinderen": {group.bound: _number(group.number), "die": _linked(on_child, every=group.every)}}
    return _linked([children, *on_family], every=group.every)


def _on_family(part: Part) -> bool:
    return part.about == FAMILY_SIZE


def _negated(part: Part, condition: dict[str, Any]) -> dict[str, Any]:
    return {"niet": condition} if part.negated else condition


def _condition(part: Part, composition: Composition, catalogue: Catalogue) -> dict[str, Any]:
    match part.about:
        case "leeftijd" | "leeftijd_in_maanden":
            return {part.about: _range(part.texts, "van", "tot_en_met")}
        case "gezinsgrootte":
            return {"kinderen_in_dossier": _range(part.texts, "minstens", "hoogstens", given=("van", "tot_en_met"))}
        case "nieuw_in_gemeente":
            lived = {"gemeenten": list(composition.municipalities), "op": _day(part.texts.get("op", ""))}
            return {"niet": {"woont_in": lived}}
    source = catalogue.sources.get(part.source or "")
    return {"heeft": {"bron": part.source or part.about, **(_period(part.texts, source) if source else {})}}


def _range(texts: Mapping[str, str], low: str, high: str, *, given: tuple[str, str] | None = None) -> dict[str, Any]:
    names = zip((low, high), given or (low, high), strict=True)
    return {word: _number(texts[name]) for word, name in names if texts.get(name)}


def _period(texts: Mapping[str, str], source: Source) -> dict[str, Any]:
    first, last = texts.get("van", ""), texts.get("tot_en_met", "")
    words: dict[str, Any] = {}
    match source.soort_periode:
        case PeriodKind.MONTH_RIGHT | PeriodKind.MONTH if first and last and first != last:
            words = {"periode": {"van": first, "tot_en_met": last}}
            if texts.get("hoe_vaak") == "elke_maand":
                words["hoe_vaak"] = "elke_maand"
        case PeriodKind.MONTH_RIGHT | PeriodKind.MONTH if first or last:
            words = {"maand": first or last}
        case PeriodKind.SCHOOL_YEAR if texts.get("schooljaar"):
            words = {"schooljaar": texts["schooljaar"]}
        case PeriodKind.GRANT | PeriodKind.DAY:
            if texts.get("leeftijd"):
                words["leeftijd"] = _number(texts["leeftijd"])
            if first or last:
                words["periode"] = {word: _day(text) for word, text in (("van", first), ("tot_en_met", last)) if text}
    tests = dict(_tests(texts.get("met", ""), source))
    return {**words, "met": tests} if tests else words


def _tests(chosen: str, source: Source) -> Iterator[tuple[str, Any]]:
    name, _, value = chosen.partition("=")
    for known in source.velden:
        if known.veld == name:
            yield name, value == "ja" if known.soort is FieldKind.BOOLEAN else value


def field_choices(source: Source) -> tuple[tuple[str, str], ...]:
    """What a field of the source may be held to in a form: the value of the choice, and its Dutch text."""
    choices = []
    for known in source.velden:
        if known.soort is FieldKind.LISTED and known.waarden:
            choices += [(f"{known.veld}={value}", f"{known.naam}: {text}") for value, text in known.waarden.items()]
        elif known.soort is FieldKind.BOOLEAN:
            choices += [(f"{known.veld}={word}", f"{known.naam}: {word}") for word in ("ja", "nee")]
    return tuple(choices)


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() and len(text) < 5 else text


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
