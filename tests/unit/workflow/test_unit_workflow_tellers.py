"""The exit for counts as the workflow opens it: counts that take as long whatever they find; an order's figure."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from groeibrief.catalog import Project
from groeibrief.errors import DefinitionError
from groeibrief.language.definition import Binding
from groeibrief.workflow import tellers
from groeibrief.workflow.definitions import Bound, read_bound
from groeibrief.workflow.orderfigures import order_figure
from groeibrief.workflow.recording import ledger_of
from groeibrief.workflow.settings import Settings

ROOT = Path(__file__).parents[3]


@dataclass
class Watch:
    """A clock that goes on only when someone works or sleeps."""

    now: float = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.now += seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(tellers, "time", made)
    return made


@pytest.mark.parametrize(
    ("works", "takes"), [(0.0, 0.0), (0.001, 0.1), (0.017, 0.1), (0.022, 0.1), (0.1, 0.1), (0.12, 0.2)]
)
def test_a_count_takes_a_whole_number_of_steps(watch: Watch, works: float, takes: float) -> None:
    def count() -> int:
        watch.now += works
        return 7

    begun, policy = watch.now, tellers.disclosure_policy(Project(ROOT))
    assert tellers.evened(count, policy)() == 7
    assert watch.now - begun == pytest.approx(takes)


def test_what_comes_before_the_count_takes_no_time_of_its_own(watch: Watch) -> None:
    """Charged in 30 ms, counted in 22: together one step after the beginning."""
    begun = watch.now
    watch.now += 0.03

    def count() -> None:
        watch.now += 0.022

    tellers.evened(count, tellers.disclosure_policy(Project(ROOT)), begun)()
    assert watch.now - begun == pytest.approx(0.1)


def test_the_policy_is_read_again_when_its_file_has_changed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "rules" / "policies", tmp_path / "rules" / "policies")
    project, path = Project(tmp_path), tmp_path / "rules" / "policies" / "disclosure.yaml"
    first = tellers.disclosure_policy(project)
    assert tellers.disclosure_policy(project) is first
    path.write_text(path.read_text().replace("stap_milliseconden: 100", "stap_milliseconden: 250"))
    assert tellers.disclosure_policy(project).stap_milliseconden == 250
    path.unlink()
    with pytest.raises(DefinitionError):
        tellers.disclosure_policy(project)


@dataclass(frozen=True)
class Taken:
    """What an order needs of a store."""

    id: str = "proef"
    snapshot: str = "ab" * 32


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(trust=(), store_root=None, state=tmp_path / "staat")


@pytest.fixture
def bound() -> Bound:
    return read_bound(ROOT / "rules" / "torhout-hulp-bij-schooltoeslag.yaml", Binding())


def test_an_order_is_drawn_once_and_recorded(watch: Watch, settings: Settings, bound: Bound) -> None:
    store: Any = Taken()
    first = order_figure("B-2026-7", bound, store, settings, ["31033"], lambda: 5000)
    again = order_figure("B-2026-7", bound, store, settings, ["31033"], lambda: 0)
    # The noise is under 100 but once in 10^34.
    assert abs(first.families.about - 5000) < 100
    assert (first.families, first.band) == (again.families, again.band)
    assert (first.drawn_before, again.drawn_before) == (False, True)
    acts = ledger_of(settings).entries()
    assert [(entry.act, entry.role, sorted(entry.hashes)) for entry in acts] == [
        ("besteld-aantal", "gemeente", ["bestelling", "snapshot", "voorwaarden"])
    ] * 2
    assert "B-2026-7" not in str(acts)


def test_the_first_order_reads_and_the_second_does_not(watch: Watch, settings: Settings, bound: Bound) -> None:
    store: Any = Taken()
    calls: list[int] = []

    def families() -> int:
        calls.append(1)
        return 12

    for _ in range(3):
        order_figure("B-1", bound, store, settings, ["31033"], families)
    assert calls == [1]
