from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from groeibrief.catalog import Catalogue, Project
from groeibrief.errors import DefinitionError
from groeibrief.language import (
    Binding,
    Expected,
    case_tables,
    cases_path,
    definitions,
    load_cases,
    load_definition,
    published,
)

RULES = Project(Path(__file__).parents[3])

FILE = """\
doelgroep: torhout-hulp-bij-schooltoeslag
invulling: {gemeenten: ["31033"], peildatum: 2025-11-01, parameters: {tot: 12}}
gevallen:
  - naam: veel
    verwacht: in
    omdat: een reden
    dossier: {uitbetaler: Infino, gesloten_op: 2026-01-01}
    begunstigden:
      - {geboren: 1980-02-03, woonplaats: [{nis: "24062"}]}
      - {instelling_kbo: "0123456749"}
    kinderen:
      - geboren: null
        woonplaats: [{nis: "24062", tot: 2025-05-01}, {nis: "31033", van: 2025-05-01}]
        sociale_toeslag: [{bedrag: 69.12, schijf: null, toegekend_aan: 2}]
        kinderopvangtoeslag: [{maand: 2025-10, volle_dagen: 3}]
        schooltoeslag: [{schooljaar: 2024-2025}]
      - {geboren: 2025-03-01, overleden_op: 2025-04-01, tot: 2025-04-01}
  - naam: per kind
    omdat: een reden
    kinderen: [{verwacht: uit}, {verwacht: onbekend}]
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "torhout-hulp-bij-schooltoeslag.cases.yaml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("path", [*definitions(RULES.rules), *published(RULES)], ids=lambda path: path.stem)
def test_every_definition_has_a_family_in_and_one_out(path: Path, catalogue: Catalogue) -> None:
    cases = load_cases(cases_path(path), catalogue)
    assert cases.doelgroep == path.stem
    assert cases.has_in_and_out


def test_cases_are_read(tmp_path: Path, catalogue: Catalogue) -> None:
    cases = load_cases(write(tmp_path, FILE), catalogue)
    assert cases.binding == Binding(("31033",), date(2025, 11, 1), {"tot": "12"})
    much, each = cases.cases
    assert (much.naam, much.verwacht, much.omdat, much.line) == ("veel", Expected.IN, "een reden", 4)
    assert (each.verwacht, each.children) == (None, (Expected.OUT, Expected.UNKNOWN))
    assert cases.has_in_and_out


def test_cases_become_tables(tmp_path: Path, shipped: Project, catalogue: Catalogue) -> None:
    cases = load_cases(write(tmp_path, FILE), catalogue)
    question = load_definition(shipped.rules / "torhout-hulp-bij-schooltoeslag.yaml", catalogue, shipped).question
    tables = case_tables(cases, question, catalogue)
    assert tables.dossiers == (1000, 2000)
    assert tables.children == ((1001, 1002), (2001, 2002))
    rows = tables.rows
    assert rows["dossier"][0] == {
        "dossier_id": 1000,
        "uitbetaler": "Infino",
        "geopend_op": date(2005, 1, 1),
        "gesloten_op": date(2026, 1, 1),
    }
    assert [(row["volgorde"], row["persoon_id"], row["instelling_kbo"]) for row in rows["begunstigde"][:2]] == [
        (1, 1101, None),
        (2, None, "0123456749"),
    ]
    born = {row["persoon_id"]: (row["geboortedatum"], row["overleden_op"]) for row in rows["persoon"]}
    assert born[1001] == (None, None)
    assert born[1002] == (date(2025, 3, 1), date(2025, 4, 1))
    homes = [(row["nis"], row["van"], row["tot"]) for row in rows["woonplaats"] if row["persoon_id"] == 1001]
    assert homes == [("24062", date(2005, 1, 1), date(2025, 5, 1)), ("31033", date(2025, 5, 1), None)]
    assert rows["sociale_toeslag"] == [
        {
            "kind_id": 1001,
            "van": date(2025, 11, 1),
            "tot": None,
            "bedrag": Decimal("69.12"),
            "schijf": None,
            "helft": False,
            "toegekend_aan": 2,
        }
    ]
    assert rows["kinderopvangtoeslag"][0]["maand"] == date(2025, 10, 1)
    assert (rows["kinderopvangtoeslag"][0]["volle_dagen"], rows["kinderopvangtoeslag"][0]["halve_dagen"]) == (3, 1)
    assert rows["schooltoeslag"][0]["schooljaar"] == "2024-2025"
    assert rows["dossierkind"][1] == {
        "dossier_id": 1000,
        "kind_id": 1002,
        "van": date(2025, 3, 1),
        "tot": date(2025, 4, 1),
    }
    assert set(rows) == {"persoon", "woonplaats", "dossier", "dossierkind", "begunstigde", *catalogue.sources}
    for key, source in catalogue.sources.items():
        for row in rows[key]:
            assert set(row) == {name for name, _, _ in source.columns}


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        (
            "doelgroep: torhout-hulp-bij-schooltoeslag",
            "doelgroep: iets-anders",
            "E369",
            ":1:12: Dit bestand hoort bij een andere doelgroep: "
            "schrijf 'doelgroep: torhout-hulp-bij-schooltoeslag' of hernoem het bestand.",
        ),
        (
            "verwacht: in\n",
            "verwacht: inn\n",
            "E351",
            ":5:15: 'inn' is geen geldige waarde voor 'verwacht'. Bedoelde u 'in'?",
        ),
        (
            "    verwacht: in\n",
            "",
            "E370",
            ":4:5: Zeg wat u verwacht: `verwacht: in`, `uit` of `onbekend`.",
        ),
        (
            "geboren: null",
            "gebren: null",
            "E350",
            ":12:9: De sleutel 'gebren' is hier niet bekend. Bedoelde u 'geboren'?",
        ),
        (
            "schooljaar: 2024-2025",
            "schooljaar: 2024-2026",
            "E350",
            ":16:38: Onder 'schooljaar' horen twee jaren te staan die op elkaar volgen, zoals 2025-2026.",
        ),
        ("volle_dagen: 3", "volle_dagen: x", "E350", ":15:61: Onder 'volle_dagen' hoort een geheel getal te staan."),
        (
            "geboren: 2025-03-01",
            "geboren: 2025",
            "E350",
            ":17:19: Onder 'geboren' hoort een datum te staan, zoals 2025-11-01.",
        ),
    ],
)
def test_fault_in_cases(tmp_path: Path, catalogue: Catalogue, old: str, new: str, code: str, told: str) -> None:
    assert old in FILE
    path = write(tmp_path, FILE.replace(old, new, 1))
    with pytest.raises(DefinitionError) as caught:
        load_cases(path, catalogue)
    assert caught.value.code == code
    assert [str(finding) for finding in caught.value.findings] == [f"{path}{told}"]
