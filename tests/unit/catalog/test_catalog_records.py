from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

import pytest

from groeibrief.catalog.records import AtLeast, place, read_record
from groeibrief.documents import Mapping, Scalar, parse_yaml


@dataclass(frozen=True)
class Part:
    naam: str
    aantal: int = 1


@dataclass(frozen=True)
class Whole:
    delen: tuple[Part, ...]
    prijs: Annotated[Decimal, AtLeast(0, strict=True)] = Decimal(1)
    kleur: Literal["rood", "blauw"] | None = None
    namen: dict[str, str] | None = None


def told(text: str) -> list[str]:
    value, findings = read_record(Whole, parse_yaml(text, "x.yaml"), "x.yaml")
    assert value is None
    return [str(finding) for finding in findings]


def test_a_document_becomes_a_record() -> None:
    text = "delen: [{naam: a}, {naam: b, aantal: 2}]\nprijs: 3\nkleur: blauw\nnamen: {x: een}\n"
    value, findings = read_record(Whole, parse_yaml(text, "x.yaml"), "x.yaml")
    assert findings == []
    assert value == Whole((Part("a"), Part("b", 2)), Decimal(3), "blauw", {"x": "een"})


def test_what_may_be_absent_may_also_be_empty() -> None:
    value, _ = read_record(Whole, parse_yaml("delen: []\nkleur:\nnamen: null\n", "x.yaml"), "x.yaml")
    assert value == Whole(())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", ["x.yaml:1:1: Hier horen sleutels met hun waarde te staan."]),
        ("delen: [3]", ["x.yaml:1:9: Hier horen sleutels met hun waarde te staan."]),
        ("delen: []\nprijs: 0", ["x.yaml:2:8: Dit getal moet meer dan 0 zijn."]),
        ("delen: []\nprijs: true", ["x.yaml:2:8: Hier hoort een getal te staan."]),
        ("delen: []\nnamen: [a]", ["x.yaml:2:8: Hier horen sleutels met hun waarde te staan."]),
        ("delen: []\nnamen: {a: 1}", ["x.yaml:2:12: Hier hoort tekst te staan."]),
        ("delen: []\nkleur: rod", ["x.yaml:2:8: 'rod' is hier geen geldige waarde. Bedoelde u 'rood'?"]),
        ("delen: []\nkleur: [rood]", ["x.yaml:2:8: 'een lijst' is hier geen geldige waarde."]),
        ("delen: [{naam: a, aantal: true}]", ["x.yaml:1:27: Hier hoort een geheel getal te staan."]),
        (
            "delen: [{aantal: x}, {naam: {a: b}}]",
            [
                "x.yaml:1:18: Hier hoort een geheel getal te staan.",
                "x.yaml:1:9: De sleutel 'naam' ontbreekt.",
                "x.yaml:1:29: Hier hoort tekst te staan.",
            ],
        ),
    ],
)
def test_every_fault_is_told(text: str, expected: list[str]) -> None:
    assert told(text) == expected


def test_a_place_is_the_nearest_node() -> None:
    document = parse_yaml("delen:\n  - naam: a\n", "x.yaml")
    inner = place(document, ("delen", 0, "naam"))
    assert isinstance(inner, Scalar)
    assert inner.value == "a"
    assert isinstance(place(document, ("delen", 0, "kleur")), Mapping)
    assert place(document, ("delen", 5)).line == 2
