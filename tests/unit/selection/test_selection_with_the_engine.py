"""The real engine over a real prepared store: what is written to is what the snapshot's own tables allow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from selection_world import REFERENCE, definition

from groeibrief.calendar import SchoolYear, holds_on
from groeibrief.catalog import Catalogue, find_project, load_catalogue
from groeibrief.engines.duckdb.engine import DuckDBEngine
from groeibrief.language.definition import AddressedTo
from groeibrief.query import Has, SchoolYears
from groeibrief.selection import Selection, SelectionPolicy, no_lists, select
from groeibrief.snapshot import open_snapshot
from groeibrief.snapshot.prepared.preparation import prepare
from groeibrief.snapshot.synthetic.synthesis import synthesise

DAY = date(2025, 11, 3)


@dataclass(frozen=True)
class Prepared:
    """A selection over a synthetic snapshot, with the snapshot's tables as rows."""

    selection: Selection
    people: dict[int, dict[str, Any]]
    homes: dict[int, dict[str, Any]]
    beneficiaries: dict[int, set[int]]


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(folder / f"{table}.parquet").to_pylist()
    return found


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return load_catalogue(find_project())


SCHOOL = Has("schooltoeslag", SchoolYears(SchoolYear(2025)))


@pytest.fixture(scope="module", params=[(AddressedTo.ENTITLED, None), (AddressedTo.ALL, SCHOOL)])
def prepared(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    shipped: Catalogue,
    policy: SelectionPolicy,
) -> Prepared:
    root = tmp_path_factory.mktemp("snapshot")
    folder = root / "snapshot"
    synthesise(folder, catalogue=shipped, families=600, seed=3, extracted_on=DAY)
    snapshot = open_snapshot(folder)
    store = prepare(snapshot, shipped, root / "stores")
    municipalities = tuple(row.nis for row in shipped.municipalities.valid_on(REFERENCE))
    aan, child = request.param
    what = definition(aan, municipalities=municipalities, child=child)
    engine = DuckDBEngine(store, shipped)
    selection = select(what, engine, store, shipped, policy, no_lists(DAY))
    engine.close()
    beneficiaries: dict[int, set[int]] = {}
    for row in rows(folder, "begunstigde"):
        if holds_on(row["van"], row["tot"], DAY) and row["persoon_id"] is not None:
            beneficiaries.setdefault(row["dossier_id"], set()).add(row["persoon_id"])
    return Prepared(
        selection,
        {row["persoon_id"]: row for row in rows(folder, "persoon")},
        {row["persoon_id"]: row for row in rows(folder, "woonplaats") if holds_on(row["van"], row["tot"], DAY)},
        beneficiaries,
    )


def test_the_rows_add_up(prepared: Prepared) -> None:
    first, *falls, per_person, merged, letters = prepared.selection.waterfall
    assert first.gezinnen == prepared.selection.counts.families > 100
    assert first.geadresseerden - sum(row.geadresseerden for row in falls) == per_person.geadresseerden
    assert first.gezinnen - sum(row.gezinnen for row in falls) == letters.gezinnen
    assert per_person.geadresseerden - merged.geadresseerden == letters.geadresseerden > 100


def test_each_letter_goes_to_a_living_beneficiary_at_an_open_address(prepared: Prepared) -> None:
    for row in prepared.selection.recipients.to_pylist():
        assert set(row["persoon_ids"]) <= prepared.beneficiaries[row["dossier_id"]]
        for person in row["persoon_ids"]:
            home = prepared.homes[person]
            assert prepared.people[person]["overleden_op"] is None
            assert (home["land"], home["soort"], home["adres_niet_meedelen"]) == ("BE", "gewoon", False)
        home = prepared.homes[row["persoon_ids"][0]]
        assert row["regels"][-1] == f"{home['postcode']} {home['gemeente']}"
        assert row["kind_ids"]
        assert all(prepared.people[kid]["overleden_op"] is None for kid in row["kind_ids"])
        assert all(0 < len(line) <= 40 for line in row["regels"])


def test_every_selected_family_has_a_letter_or_a_step(prepared: Prepared) -> None:
    selection = prepared.selection
    with_letter = set(selection.recipients["dossier_id"].to_pylist())
    for dossier in set(selection.pairs["dossier_id"].to_pylist()):
        assert (selection.step_of(dossier) is None) == (dossier in with_letter)
