"""The explanation of one gezin follows it to its letter as the selection of everyone does; and what is recorded."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from analysis_world import Data

from groeibrief.catalog import Catalogue
from groeibrief.errors import SnapshotError, UsageError
from groeibrief.language.definition import Binding
from groeibrief.selection import Selection, load_policy, no_lists, select
from groeibrief.workflow.definitions import Bound, read_bound
from groeibrief.workflow.explaining import Letters, attrition, difference, explain, sql
from groeibrief.workflow.mailing import make_selection
from groeibrief.workflow.recording import ledger_of
from groeibrief.workflow.settings import Settings

ROOT = Path(__file__).parents[3]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings((), None, tmp_path / "staat")


def read(catalogue: Catalogue, name: str = "sociale-toeslag", peildatum: str = "2025-11-01") -> Bound:
    """A standard audience, about all of Flanders."""
    day = date.fromisoformat(peildatum)
    everywhere = tuple(row.nis for row in catalogue.municipalities.valid_on(day))
    return read_bound(ROOT / "rules" / "standaard" / f"{name}.yaml", Binding(everywhere, day))


@pytest.fixture(scope="module")
def selection(synthetic: Data, catalogue: Catalogue) -> Selection:
    bound, store = read(catalogue), synthetic.engine._store
    policy = load_policy(bound.project)
    lists = no_lists(store.extracted_on)
    return select(bound.definition, synthetic.engine, store, catalogue, policy, lists)


def test_a_selected_gezin_falls_off_where_the_selection_says(
    synthetic: Data, catalogue: Catalogue, selection: Selection, settings: Settings
) -> None:
    rows = selection.pairs.to_pylist()
    one_a_step = {selection.step_of(row["dossier_id"]): row["dossier_id"] for row in rows}
    assert None in one_a_step
    assert len(one_a_step) >= 3
    for step, dossier in one_a_step.items():
        found = explain(read(catalogue), synthetic.snapshot.folder, settings, dossier=dossier).as_json()
        assert (found["dossier"], found["uitkomst"], found["waterval"]) == (dossier, "waar", step)
        assert (found["snapshot"], found["synthetisch"]) == ("synth-2025-11-03-600-5", True)


def test_who_was_written_to_before_falls_off(
    synthetic: Data, catalogue: Catalogue, selection: Selection, settings: Settings, tmp_path: Path
) -> None:
    bound, folder = read(catalogue), synthetic.snapshot.folder
    make_selection(bound, folder, tmp_path / "eerder", settings)
    dossier = selection.recipients["dossier_id"][0].as_py()
    found = explain(bound, folder, settings, dossier=dossier, letters=Letters(earlier=(tmp_path / "eerder",)))
    assert found.step == "reeds_aangeschreven"
    assert "Er gaat geen brief naar dit gezin: het viel af bij 'reeds_aangeschreven'." in found.text()


def test_exactly_one_of_dossier_and_child(synthetic: Data, catalogue: Catalogue, settings: Settings) -> None:
    for given in ({}, {"dossier": 1, "child": 1}):
        with pytest.raises(UsageError) as caught:
            explain(read(catalogue), synthetic.snapshot.folder, settings, **given)
        assert caught.value.code == "E211"
        assert str(caught.value) == "Zeg wie u uitgelegd wilt zien: --dossier N of --kind N, één van beide."
    assert ledger_of(settings).entries() == ()


def test_a_child_of_no_dossier(synthetic: Data, catalogue: Catalogue, settings: Settings) -> None:
    found = explain(read(catalogue), synthetic.snapshot.folder, settings, child=7)
    assert found.as_json() == {
        "buiten_populatie": "Kind 7 staat in geen enkel dossier van deze snapshot.",
        "snapshot": "synth-2025-11-03-600-5",
        "synthetisch": True,
    }


def test_what_the_snapshot_does_not_cover_is_refused(synthetic: Data, catalogue: Catalogue, settings: Settings) -> None:
    bound, folder = read(catalogue, peildatum="2020-11-01"), synthetic.snapshot.folder
    for ask in (
        lambda: explain(bound, folder, settings, dossier=1),
        lambda: sql(bound, folder, settings),
        lambda: attrition(bound, folder, settings),
        lambda: difference((bound, folder), (bound, folder), settings),
    ):
        with pytest.raises(SnapshotError) as caught:
            ask()
        assert caught.value.code == "E430"
        assert str(caught.value) == "sociale_toeslag: 2020-11 valt buiten de dekking van deze snapshot"


def test_what_is_exact_or_about_a_gezin_is_recorded(synthetic: Data, catalogue: Catalogue, settings: Settings) -> None:
    bound, folder = read(catalogue), synthetic.snapshot.folder
    attrition(bound, folder, settings)
    explain(bound, folder, settings, dossier=99)
    difference((bound, folder), (bound, folder), settings)
    sql(bound, folder, settings)
    entries = ledger_of(settings).entries()
    assert [entry.act for entry in entries] == ["afvalling", "uitleg", "vergelijking", "vergelijking"]
    for entry in entries:
        assert entry.hashes == {
            "voorwaarden": bound.definition.voorwaarden,
            "definitie": bound.definition.definitie,
            "snapshot": synthetic.snapshot.hash,
        }
