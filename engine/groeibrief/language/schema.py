"""JSON Schema (2020-12) of the definitions for editors: completion, descriptions and the catalogue's own values.

It is a help while writing, not the check: ``audience check`` says more, and in sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from groeibrief.catalog import Catalogue, FieldKind, PeriodKind, Source, SourceField
from groeibrief.language.conditions import KEYWORDS, payers
from groeibrief.language.definition import AddressedTo, LetterPer
from groeibrief.language.loading import ALWAYS_REQUIRED
from groeibrief.language.parameters import KINDS
from groeibrief.language.periods import GRANT_AGES, HOW_OFTEN
from groeibrief.language.surroundings import EVERY
from groeibrief.query import DomicileOf, Sort

Schema = dict[str, Any]

_REFERENCE: Schema = {"type": "string", "pattern": r"^\$[a-z][a-z0-9_]*$", "description": "Waarde van een parameter."}
_TEXT: Schema = {"type": "string", "minLength": 1}
_WORDS = {
    "en": "Alle voorwaarden gelden.",
    "of": "Minstens één voorwaarde geldt.",
    "niet": "De voorwaarde geldt niet.",
    "begrip": "Een benoemde voorwaarde uit rules/begrippen.",
    "leeftijd": "Volle jaren op de peildatum, beide grenzen inbegrepen.",
    "leeftijd_in_maanden": "Volle maanden op de peildatum, beide grenzen inbegrepen.",
    "geboren": "Geboortedatum, beide grenzen inbegrepen.",
    "heeft": "Er is een rij van die bron in de periode.",
    "woont_in": "Woonplaats op de peildatum, of op de dag 'op'.",
    "gezin": "Het gezin van het kind voldoet aan de voorwaarde.",
    "kinderen": "Hoeveel meetellende kinderen van het gezin aan 'die' voldoen.",
    "kinderen_in_dossier": "Hoeveel kinderen het gezin heeft, waar ze ook wonen.",
    "begunstigden": "Hoeveel begunstigden (personen, in leven) aan 'die' voldoen.",
    "uitbetaler": "Wie het Groeipakket van het gezin uitbetaalt.",
}


def json_schema(catalogue: Catalogue) -> Schema:
    """The schema of a definition; ``$defs`` also holds the conditions of each sort, and a named condition's file."""
    defs: Schema = {
        "getal": _or_reference({"type": "integer", "minimum": 0}),
        "bedrag": _or_reference({"type": "number", "minimum": 0}),
        "dag": _or_reference({"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
        "maand": _or_reference({"type": "string", "pattern": r"^\d{4}-(0[1-9]|1[0-2])$"}),
        "schooljaar": _or_reference({"type": "string", "pattern": r"^\d{4}-\d{4}$"}),
        "nis": _or_reference({"type": "string", "pattern": r"^\d{5}$", "description": "Tussen aanhalingstekens."}),
        "postcode": _or_reference({"type": "string", "pattern": r"^[1-9]\d{3}$"}),
        "heeft": {"oneOf": [_has(source) for source in catalogue.sources.values()]},
        "parameters": _parameters(),
    }
    for sort in Sort:
        defs[f"voorwaarde_{sort.value}"] = _condition(sort, catalogue)
    defs["begrip"] = _object(
        {
            "begrip": _TEXT,
            "omschrijving": _TEXT,
            "over": {"enum": [sort.value for sort in Sort]},
            "parameters": _ref("parameters"),
            "voorwaarden": {"anyOf": [_ref(f"voorwaarde_{sort.value}") for sort in Sort]},
        },
        ("begrip", "over", "voorwaarden"),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Doelgroep",
        **_definition(),
        "$defs": defs,
    }


def _definition() -> Schema:
    contact = _object(dict.fromkeys(("dienst", "telefoon", "e_mail", "webpagina"), _TEXT))
    offer = _object({"soort": _TEXT, "tekst": _TEXT}, ("soort", "tekst"))
    properties: Schema = {
        "doelgroep": {**_TEXT, "description": "De naam van het bestand zonder '.yaml'."},
        "titel": _TEXT,
        "opdrachtgever": _object(
            {"naam": _TEXT, "kbo": {**_TEXT, "description": "Ondernemingsnummer."}, "contact": contact},
            ("naam", "kbo"),
        ),
        "doeleinde": _object(
            {
                "categorie": {**_TEXT, "description": "Uit de gesloten lijst rules/policies/doeleinden.yaml."},
                "aanbod": offer,
                "kwetsbaarheid": {**_TEXT, "description": "Waarom deze gezinnen kwetsbaar zijn."},
            },
            ("categorie", "aanbod"),
        ),
        "parameters": _ref("parameters"),
        "peildatum": {**_ref("dag"), "description": "Het enige 'nu' van de voorwaarden."},
        "woonplaats": _object(
            {
                "gemeenten": _list(_ref("nis")),
                "van": {"enum": [each.value for each in DomicileOf], "description": "Wiens woonplaats telt."},
            }
        ),
        "eenheid": {"enum": [Sort.GEZIN.value, Sort.KIND.value]},
        "voorwaarden": True,
        "brief": _object(
            {
                "sjabloon": {**_TEXT, "description": "Een map van letter_templates."},
                "aan": {"enum": [each.value for each in AddressedTo]},
                "per": {"enum": [each.value for each in LetterPer]},
                "ook_buiten_gemeente": {"type": "boolean"},
            },
            ("sjabloon",),
        ),
        "herhaling": _object(
            {"elke": {"enum": list(EVERY)}, "tot": _ref("maand"), "alleen_nieuwe": {"type": "boolean"}},
            ("elke", "tot"),
        ),
    }
    by_unit = {
        "if": {"properties": {"eenheid": {"const": Sort.KIND.value}}},
        "then": {"properties": {"voorwaarden": _ref("voorwaarde_kind")}},
        "else": {"properties": {"voorwaarden": _ref("voorwaarde_gezin")}},
    }
    return {**_object(properties, ALWAYS_REQUIRED), **by_unit}


def _condition(sort: Sort, catalogue: Catalogue) -> Schema:
    itself = _ref(f"voorwaarde_{sort.value}")
    numbers = {key: _ref("getal") for key in ("minstens", "hoogstens", "precies")}
    whole_range = _object({"van": _ref("getal"), "tot_en_met": _ref("getal")}, least=1)
    by_word: Schema = {
        "en": _list(itself),
        "of": _list(itself),
        "niet": itself,
        "begrip": {"anyOf": [_TEXT, _object({"naam": _TEXT, "parameters": {"type": "object"}}, ("naam",))]},
        "leeftijd": whole_range,
        "leeftijd_in_maanden": whole_range,
        "geboren": _object({"van": _ref("dag"), "tot_en_met": _ref("dag")}, least=1),
        "heeft": _ref("heeft"),
        "woont_in": _object(
            {"gemeenten": _or_reference(_list(_ref("nis"))), "postcodes": _list(_ref("postcode")), "op": _ref("dag")},
            least=1,
        ),
        "gezin": _ref("voorwaarde_gezin"),
        "kinderen": _object({**numbers, "die": _ref("voorwaarde_kind")}, least=1),
        "kinderen_in_dossier": _object(numbers, least=1),
        "begunstigden": _object({**numbers, "die": _ref("voorwaarde_begunstigde")}, least=1),
        "uitbetaler": _object({"een_van": _list(_or_reference({"enum": list(payers(catalogue))}))}, ("een_van",)),
    }
    properties = {word: {"description": _WORDS[word], **by_word[word]} for word in KEYWORDS[sort]}
    return {**_object(properties, least=1), "maxProperties": 1, "description": f"Een voorwaarde over een {sort.value}."}


def _has(source: Source) -> Schema:
    properties: Schema = {"bron": {"const": source.bron, "description": f"{source.naam}: {source.omschrijving}"}}
    required: tuple[str, ...] = ("bron",)
    extra: Schema = {}
    days = _object({"van": _ref("dag"), "tot_en_met": _ref("dag")}, ("van", "tot_en_met"))
    match source.soort_periode:
        case PeriodKind.MONTH_RIGHT | PeriodKind.MONTH:
            often = _object({"minstens_maanden": _ref("getal")}, ("minstens_maanden",))
            properties |= {
                "maand": _ref("maand"),
                "periode": _object({"van": _ref("maand"), "tot_en_met": _ref("maand")}, ("van", "tot_en_met")),
                "hoe_vaak": {"anyOf": [{"enum": list(HOW_OFTEN)}, often]},
            }
            extra = {"dependentRequired": {"hoe_vaak": ["periode"]}}
        case PeriodKind.GRANT:
            properties |= {"leeftijd": _or_reference({"enum": list(GRANT_AGES)}), "periode": days}
            extra = {"anyOf": [{"required": ["leeftijd"]}, {"required": ["periode"]}]}
        case PeriodKind.SCHOOL_YEAR:
            properties["schooljaar"] = _ref("schooljaar")
        case PeriodKind.DAY:
            properties["periode"] = days
            required = ("bron", "periode")
    if source.velden:
        properties["met"] = _object({field.veld: _field(source, field) for field in source.velden}, least=1)
    return {**_object(properties, required), **extra}


def _field(source: Source, field: SourceField) -> Schema:
    match field.soort:
        case FieldKind.LISTED:
            useful = [value for value in field.waarden or {} if value not in source.nooit.get(field.veld, ())]
            one = _or_reference({"enum": useful})
            forms = [one, _object({"een_van": _list(one)}, ("een_van",))]
        case FieldKind.BOOLEAN:
            forms = [_or_reference({"type": "boolean"})]
        case FieldKind.AMOUNT | FieldKind.INTEGER:
            number = _ref("bedrag" if field.soort is FieldKind.AMOUNT else "getal")
            forms = [number, _object({"minstens": number, "hoogstens": number}, least=1)]
    if field.kan_ontbreken:
        forms.append(_object({"onbekend": {"type": "boolean"}}, ("onbekend",)))
    return {"description": field.omschrijving, "anyOf": forms}


def _parameters() -> Schema:
    value = {"type": ["string", "number", "boolean"]}
    properties: Schema = {
        "soort": {"enum": list(KINDS)},
        "omschrijving": _TEXT,
        "van": value,
        "tot_en_met": value,
        "waarden": _list(_TEXT),
        "standaard": value,
    }
    return {
        "type": "object",
        "description": "Wat een gemeente kan invullen; gebruik met $naam.",
        "propertyNames": {"pattern": r"^[a-z][a-z0-9_]*$"},
        "additionalProperties": _object(properties, ("soort",)),
    }


def _object(properties: Schema, required: Sequence[str] = (), *, least: int = 0) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        schema["required"] = list(required)
    if least:
        schema["minProperties"] = least
    return schema


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items, "minItems": 1}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _or_reference(schema: Schema) -> Schema:
    return {"anyOf": [schema, _REFERENCE]}
