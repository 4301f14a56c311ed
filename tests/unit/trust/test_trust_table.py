"""The table of docs/betrouwbaarheid.md is made of what the suites recorded, and of nothing else."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tests" / "trust"))

import table  # noqa: E402
import trust_figures  # noqa: E402
from trust_figures import Figure, Suite, read, record  # noqa: E402

HELD = Figure(what="kill -9", measured="200 van 200 hervat", target="alle", holds=True)
SHORT = Figure(what="p95", measured="61 ms", target="≤ 50 ms", holds=False)


def test_recorded_figures_are_read_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(trust_figures, "FOLDER", tmp_path / "cijfers")

    suite = read(record("faults", "make trust SUITES=faults", [HELD, SHORT]))

    assert (suite.name, suite.command, suite.measured_on) == ("faults", "make trust SUITES=faults", date.today())
    assert suite.figures == (HELD, SHORT)


def test_a_figure_that_falls_short_stays_in_the_table_and_is_marked() -> None:
    suite = Suite(
        name="load",
        command="make trust SUITES=load",
        measured_on=date(2026, 11, 24),
        machine="2 kernen",
        load=0.3,
        figures=(HELD, SHORT),
    )

    assert table.as_table([suite]) == (
        "### Belasting van het portaal\n\n"
        "`make trust SUITES=load`, gemeten op 24/11/2026 (2 kernen; belasting van de machine bij het einde 0,3).\n\n"
        "| wat | gemeten | gevraagd | gehaald |\n|---|---|---|---|\n"
        "| kill -9 | 200 van 200 hervat | alle | ja |\n"
        "| p95 | 61 ms | ≤ 50 ms | **neen** |"
    )


def test_the_table_in_the_handbook_is_that_of_the_recorded_figures() -> None:
    document = table.DOCUMENT.read_text(encoding="utf-8")

    assert table.with_table(document, table.as_table(table.recorded())) == document


def test_every_suite_of_the_table_has_its_script() -> None:
    assert [name for name in table.SUITES if not (table.HERE / f"{name}.py").is_file()] == []
