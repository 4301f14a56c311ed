"""The JSON Schema (2020-12) of the record of processing and of the inputs for an impact assessment."""

from __future__ import annotations

from typing import Any

from groeibrief.workflow.impact import KIND as IMPACT
from groeibrief.workflow.processing import KIND as RECORD

_TEXT = {"type": "string", "minLength": 1}
_DIGEST = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_BOOLEAN = {"type": "boolean"}
_COUNT = {"type": "integer", "minimum": 0}
_NUMBER = {"type": "number", "minimum": 0}


def privacy_schema() -> dict[str, Any]:
    """One schema for both documents, told apart by ``soort``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Register van verwerkingsactiviteiten en gegevens voor een DPIA",
        "oneOf": [{"$ref": "#/$defs/verwerkingsregister"}, {"$ref": "#/$defs/dpia"}],
        "$defs": {
            "verwerkingsregister": _object(
                soort={"const": RECORD},
                versie={"type": "integer", "minimum": 1},
                status=_TEXT,
                catalogus=_TEXT,
                beleid={"type": "object", "additionalProperties": _DIGEST},
                verwerkingen=_many("verwerking"),
            ),
            "dpia": _object(
                soort={"const": IMPACT},
                catalogus=_TEXT,
                doelgroepen=_many("doelgroep"),
                grens=_many("grens"),
                maatregelen=_many("maatregel"),
            ),
            **_parts(),
        },
    }


def _parts() -> dict[str, Any]:
    source = {
        "bron": _TEXT, "naam": _TEXT, "status": _TEXT, "gevoelig": _BOOLEAN, "dpo": _BOOLEAN, "velden": _texts(),
        "decreet": _texts(), "gronden": _texts(), "toelichting": _TEXT,
    }  # fmt: skip
    return {
        "verwerking": _object(
            verwerking=_TEXT,
            naam=_TEXT,
            verantwoordelijke=_object(naam=_TEXT, dpo=_TEXT),
            omschrijving=_TEXT,
            doel=_TEXT,
            doeleinden=_many("doeleinde"),
            rechtsgrond=_texts(),
            betrokkenen=_texts(),
            gegevens=_texts(),
            bronnen=_many("bron"),
            ontvangers=_texts(),
            verwerkers=_many("verwerker"),
            doorgifte=_TEXT,
            bewaring=_many("bewaring"),
            maatregelen=_many("maatregel"),
        ),
        "doeleinde": _object(id=_TEXT, naam=_TEXT, omschrijving=_TEXT),
        "bron": _object(**source),
        "verwerker": _object(
            referentie=_TEXT, naam=_TEXT, kbo=_TEXT, sleutel=_DIGEST,
            van={"type": "string", "format": "date"}, tot={"type": "string", "format": "date"},
        ),
        "bewaring": _object(
            soort=_TEXT, naam=_TEXT, bevat=_TEXT, over={"enum": ["gezinnen", "medewerkers", "niemand"]}, waar=_TEXT,
            vanaf=_TEXT, termijn=_TEXT, reden=_TEXT, bron=_TEXT, wist=_TEXT, opdracht=_TEXT,
        ),
        "maatregel": _object(maatregel=_TEXT, tekst=_TEXT, zie=_TEXT),
        "doelgroep": _object(
            doelgroep=_TEXT,
            titel=_TEXT,
            bestand=_TEXT,
            voorbeeld=_BOOLEAN,
            voorwaarden=_or_null(_DIGEST),
            definitie=_or_null(_DIGEST),
            in_te_vullen_door_bestuur=_texts(),
            tekst=_TEXT,
            doeleinde={"$ref": "#/$defs/doeleinde"},
            aanbod=_object(soort=_TEXT, tekst=_TEXT),
            kwetsbaarheid=_or_null(_TEXT),
            dpo=_BOOLEAN,
            bronnen=_many("gebruikte_bron"),
            andere_gegevens=_many("parameter"),
            gezinnen_exact=_or_null(_COUNT),
            ruis=_object(
                gevoelig=_BOOLEAN, sigma_gezinnen=_NUMBER, sigma_kinderen=_NUMBER, kost_gezinnen=_NUMBER,
                kost_kinderen=_NUMBER, drempel=_COUNT, afronding=_COUNT,
            ),
            in_te_vullen=_texts(),
        ),
        "gebruikte_bron": _object(
            **source, universeel=_BOOLEAN, velden_niet_gebruikt=_texts(), nodig_voor=_texts(), noodzaak=_TEXT
        ),
        "parameter": _object(parameter=_TEXT, omschrijving=_TEXT),
        "grens": _object(aandeel=_TEXT, budget=_NUMBER, berekend={"type": "number", "minimum": 0.5, "maximum": 1}),
    }  # fmt: skip


def _object(**properties: Any) -> dict[str, Any]:
    """Every key must be there, and no other."""
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


def _many(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}


def _texts() -> dict[str, Any]:
    return {"type": "array", "items": _TEXT}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}
