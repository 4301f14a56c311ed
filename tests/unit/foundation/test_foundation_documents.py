"""YAML with positions: what is read, and every refusal word for word."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from groeibrief.documents import MAX_BYTES, Mapping, Scalar, parse_yaml, read_yaml
from groeibrief.errors import DefinitionError


def test_scalars_follow_the_core_schema_plus_dates() -> None:
    text = "a: 1\nb: '1'\nc: 1.50\nd: 2025-11-01\ne: true\nf: nee\ng:\nh: 2025-11\ni: 007\nj: on\nk: 12:30\n"
    assert parse_yaml(text, "x").plain() == {
        "a": 1, "b": "1", "c": Decimal("1.50"), "d": date(2025, 11, 1), "e": True, "f": "nee", "g": None,
        "h": "2025-11", "i": "007", "j": "on", "k": "12:30",
    }  # fmt: skip


def test_positions_count_from_one() -> None:
    root = parse_yaml("a:\n  - b: c\n", "x")
    assert isinstance(root, Mapping)
    node = root.entries[0][1].items[0].get("b")  # type: ignore[union-attr]
    assert isinstance(node, Scalar)
    assert (node.value, node.line, node.column) == ("c", 2, 8)
    key = root.key("a")
    assert key is not None
    assert (key.line, key.column) == (1, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x 1\nb: *x\n", "t.yaml:1:4: Verwijzingen met '&' en '*' zijn niet toegelaten: schrijf de waarde voluit."),
        ("a: 1\na: 2\n", "t.yaml:2:1: De sleutel 'a' staat hier twee keer."),
        ("a: [1\n", "t.yaml:2:1: Dit is geen geldige YAML. Kijk na of alles juist inspringt."),
        ("a: !!python/object:os.system 1\n", "t.yaml:1:4: Typeaanduidingen met '!' zijn niet toegelaten."),
        ("a: !x [1]\n", "t.yaml:1:4: Typeaanduidingen met '!' zijn niet toegelaten."),
        ("a: 2025-02-30\n", "t.yaml:1:4: '2025-02-30' is geen bestaande datum."),
        ("a: 1\n---\nb: 2\n", "t.yaml:2:1: Een bestand bevat één document: verwijder de regel met '---'."),
        ("", "t.yaml: Het bestand is leeg."),
        ("? [a]\n: 1\n", "t.yaml:1:3: Een sleutel is één woord."),
        ("a: \x00\n", "t.yaml: Het bestand bevat een teken dat niet toegelaten is in YAML."),
        ("[" * 100, "t.yaml:1:62: Dit is dieper genest dan 60 niveaus."),
    ],
)
def test_refusals(text: str, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_yaml(text, "t.yaml")
    assert (str(caught.value), caught.value.code, caught.value.exit_code) == (message, "E302", 3)


def test_a_file_that_is_too_large_not_utf8_or_not_there(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=re.escape(f"t: Het bestand is groter dan {MAX_BYTES} bytes.")):
        parse_yaml(b"a" * (MAX_BYTES + 1), "t")
    with pytest.raises(DefinitionError, match=re.escape("Het bestand is geen UTF-8. Bewaar het als UTF-8.")):
        parse_yaml(b"a: \xff", "t")
    with pytest.raises(DefinitionError, match=re.escape("Het bestand kan niet gelezen worden: het bestaat niet.")):
        read_yaml(tmp_path / "x.yaml")
