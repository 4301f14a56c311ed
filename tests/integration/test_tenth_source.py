"""A tenth source is YAML and a table in the snapshot: verified, prepared, asked and described; no code."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from groeibrief.catalog import Catalogue, Project, load_catalogue
from groeibrief.engines.duckdb import DuckDBEngine
from groeibrief.engines.reference import ReferenceEngine
from groeibrief.keys import write_key_pair
from groeibrief.language import describe, load_definition
from groeibrief.snapshot.folder import Snapshot, open_snapshot
from groeibrief.snapshot.manifest import Coverage, file_entry, write_manifest
from groeibrief.snapshot.prepared.preparation import prepare
from groeibrief.snapshot.schema import tables
from groeibrief.snapshot.verification import verify

ROOT = Path(__file__).parents[2]
DAY = date(2025, 11, 3)
SOURCE = """\
bron: mobiliteitstoeslag
naam: de mobiliteitstoeslag
omschrijving: Verzonnen bron voor een test; bestaat niet.
status: reconstructie
versie: 1
soort_periode: maandrecht
gevoelig: false
dpo: false
universeel: false
toegekend_aan: true
eigenaar: verzonnen
sinds: 2024-01-01
rechtsgrond:
  - {tekst: verzonnen, artikel: geen}
verwerkingsgrond: {artikelen: ["art. 6, lid 1, e), AVG"], toelichting: verzonnen}
velden:
  - {veld: bedrag, naam: bedrag, omschrijving: Bedrag., soort: bedrag, eenheid: euro per maand}
  - {veld: afstand, naam: afstand, omschrijving: Kilometers., soort: geheel_getal, opslag: INTEGER, kan_ontbreken: true}
"""
DEFINITION = """\
doelgroep: ver-van-school
titel: Gezinnen met een mobiliteitstoeslag
opdrachtgever: {naam: Stad Torhout, kbo: "0123.456.749"}
doeleinde:
  categorie: hulp-bij-rechten
  aanbod: {soort: dienstverlening, tekst: Wij helpen u met de bus.}
peildatum: 2025-11-01
woonplaats: {gemeenten: ["31033"], van: kind}
eenheid: gezin
voorwaarden:
  kinderen:
    minstens: 1
    die:
      heeft: {bron: mobiliteitstoeslag, met: {afstand: {minstens: 10}}}
brief: {sjabloon: informatiebrief}
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    for folder in ("catalog", "rules/policies", "letter_templates"):
        shutil.copytree(ROOT / folder, root / folder)
    (root / "catalog" / "bronnen" / "mobiliteitstoeslag.yaml").write_text(SOURCE)
    (root / "rules" / "ver-van-school.yaml").write_text(DEFINITION)
    return Project(root)


def _families() -> dict[str, list[dict[str, Any]]]:
    """Four families of one child each, with a distance of 12, 3 and unknown kilometres, and without the right."""
    rows: dict[str, list[dict[str, Any]]] = {"mobiliteitstoeslag": []}
    for number, distance in enumerate((12, 3, None, "geen"), 1):
        child, parent = 10 * number, 10 * number + 1
        for person, born in ((child, date(2017, 5, 1)), (parent, date(1990, 1, 1))):
            rows.setdefault("persoon", []).append(
                {"persoon_id": person, "insz": "00000000097", "naam": "X", "geboortedatum": born}
            )
            rows.setdefault("woonplaats", []).append(
                {
                    "persoon_id": person, "van": born, "nis": "31033", "straat": "Markt", "huisnummer": str(number),
                    "postcode": "8820", "gemeente": "Torhout", "land": "BE", "soort": "gewoon",
                    "adres_niet_meedelen": False,
                }
            )  # fmt: skip
        opened = {"dossier_id": number, "uitbetaler": "FONS", "geopend_op": date(2018, 1, 1)}
        rows.setdefault("dossier", []).append(opened)
        link = {"dossier_id": number, "kind_id": child, "van": date(2018, 1, 1)}
        rows.setdefault("dossierkind", []).append(link)
        holder = {"dossier_id": number, "volgorde": 1, "persoon_id": parent, "van": date(2018, 1, 1)}
        rows.setdefault("begunstigde", []).append(holder)
        if distance != "geen":
            right = {"kind_id": child, "van": date(2025, 9, 1), "bedrag": 20, "toegekend_aan": 1, "afstand": distance}
            rows["mobiliteitstoeslag"].append(right)
    return rows


def _snapshot(folder: Path, catalogue: Catalogue) -> Snapshot:
    rows, entries = _families(), []
    folder.mkdir()
    for table in tables(catalogue).values():
        name = f"{table.name}.parquet"
        pq.write_table(pa.Table.from_pylist(rows.get(table.name, []), table.arrow), folder / name)
        entries.append(file_entry(folder, name, table.name, len(rows.get(table.name, []))))
    bounds = {
        "maandrecht": ("2024-01", "2025-11"), "maand": ("2024-01", "2025-11"), "schooljaar": ("2023-2024", "2025-2026"),
        "toekenning": ("2024-01-01", "2025-11-03"), "dag": ("2024-01-01", "2025-11-03"),
    }  # fmt: skip
    coverage = {
        source.bron: Coverage(**dict(zip(("first", "last"), bounds[source.soort_periode.value], strict=True)))
        for source in catalogue.sources.values()
    }
    key = write_key_pair(folder.parent / "proef.key", folder.parent / "proef.pub")
    write_manifest(
        folder, key, snapshot_id="tien", extracted_on=DAY, files=tuple(entries), coverage=coverage, synthetic=True,
        produced_by="test",
    )  # fmt: skip
    return open_snapshot(folder)


def test_a_tenth_source_goes_the_whole_way(project: Project, tmp_path: Path) -> None:
    catalogue = load_catalogue(project)
    snapshot = _snapshot(tmp_path / "snapshot", catalogue)
    report = verify(snapshot, catalogue)
    assert report.valid, report.text()
    definition = load_definition(project.rules / "ver-van-school.yaml", catalogue, project)
    assert "recht op de mobiliteitstoeslag" in describe(definition, catalogue)
    engine = DuckDBEngine(prepare(snapshot, catalogue, tmp_path / "voorbereid"), catalogue)
    found = engine.select(definition.question)
    assert found.families.to_pylist() == [{"dossier_id": 1}]
    assert found.counts.undecidable == 1
    assert found.entitled.to_pylist() == [{"dossier_id": 1, "kind_id": 10, "volgorde": 1}]
    judge = ReferenceEngine.over(snapshot, catalogue)
    assert judge.outcomes(definition.question).equals(engine.outcomes(definition.question))
