from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from groeibrief.catalog import Catalogue, Project
from groeibrief.documents import read_yaml
from groeibrief.language import definitions, json_schema, published

HERE = Path(__file__).parent
RULES = Project(HERE.parents[2])


def plain(path: Path) -> Any:
    """As an editor reads the file: dates are text."""
    text = json.dumps(
        read_yaml(path).plain(), default=lambda value: float(value) if hasattr(value, "quantize") else str(value)
    )
    return json.loads(text)


@pytest.fixture(scope="module")
def validator(catalogue: Catalogue) -> jsonschema.Draft202012Validator:
    schema = json_schema(catalogue)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize(
    "path",
    [*definitions(RULES.rules), *published(RULES), HERE / "alle-woorden.yaml"],
    ids=lambda path: path.stem,
)
def test_definition_fits(path: Path, validator: jsonschema.Draft202012Validator) -> None:
    assert [error.message for error in validator.iter_errors(plain(path))] == []


@pytest.mark.parametrize("path", sorted((RULES.rules / "begrippen").glob("*.yaml")), ids=lambda path: path.stem)
def test_named_condition_fits(path: Path, catalogue: Catalogue) -> None:
    schema = json_schema(catalogue)
    part = {"$ref": "#/$defs/begrip", "$defs": schema["$defs"]}
    assert list(jsonschema.Draft202012Validator(part).iter_errors(plain(path))) == []


@pytest.mark.parametrize(
    "name",
    [
        "sleutel-onbekend",
        "eenheid-onbekend",
        "voorwaarde-onbekend",
        "twee-voorwaarden",
        "lege-lijst",
        "bron-onbekend",
        "periode-schooljaar-bij-maandrecht",
        "periode-ontbreekt",
        "veld-onbekend",
        "veld-waarde-onbekend",
        "levenloos-geboren",
        "soort-gezin-leeftijd",
        "soort-kind-uitbetaler",
        "nis-naam",
        "uitbetaler-onbekend",
        "hoe-vaak-zonder-periode",
    ],
)
def test_fault_shows_in_the_editor(name: str, validator: jsonschema.Draft202012Validator) -> None:
    assert list(validator.iter_errors(plain(HERE / "fouten" / f"{name}.yaml")))


def test_every_source_and_field_is_explained(catalogue: Catalogue) -> None:
    branches = {
        branch["properties"]["bron"]["const"]: branch for branch in json_schema(catalogue)["$defs"]["heeft"]["oneOf"]
    }
    assert list(branches) == list(catalogue.sources)
    for key, source in catalogue.sources.items():
        assert branches[key]["properties"]["bron"]["description"] == f"{source.naam}: {source.omschrijving}"
        fields = branches[key]["properties"]["met"]["properties"]
        assert {name: part["description"] for name, part in fields.items()} == {
            field.veld: field.omschrijving for field in source.velden
        }
