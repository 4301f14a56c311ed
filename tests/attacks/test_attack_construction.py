"""Why a charge cannot depend on the data: what charges cannot read them, and is done before they are read."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from fractions import Fraction

import pytest
from attack_catalogue import state
from attack_linear import a_child
from attack_protections import CATALOGUE, ROOT, SENSITIVE, Told
from attack_world import SECRET, TORHOUT, ask, has

from groeibrief.disclosure import Answer, DiscreteGaussian
from groeibrief.errors import TryAgainError

QUESTION = ask(a_child(has(SECRET)))


class Counting(DiscreteGaussian):
    """The real noise, with a tally of how often it was drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.draws = 0

    def draw(self, value: int, *, sigma: Fraction, sensitivity: int, cost: Fraction) -> int:
        self.draws += 1
        return super().draw(value, sigma=sigma, sensitivity=sensitivity, cost=cost)


def put(told: Told, count: object) -> Answer:
    return told.teller.ask(
        QUESTION, municipality=TORHOUT, snapshot_id="s", snapshot_hash="5" * 64, sources_sensitive=SENSITIVE,
        children=False, count=count,
    )  # type: ignore[arg-type]  # fmt: skip


def test_a_contract_forbids_that_what_charges_reads_data() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    mine = [one for one in contracts if one.get("source_modules") == ["groeibrief.disclosure.budget"]]
    assert len(mine) == 1
    assert {"groeibrief.engines", "groeibrief.snapshot", "duckdb"} <= set(mine[0]["forbidden_modules"])
    assert "allow_indirect_imports" not in mine[0]


@pytest.mark.parametrize("module", ["budget", "memory", "policy", "teller"])
def test_what_charges_loads_nothing_that_reads_data(module: str) -> None:
    program = (
        f"import sys, groeibrief.disclosure.{module}\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('duckdb', 'pyarrow', 'pyspark')"
        " or name.startswith(('groeibrief.engines', 'groeibrief.snapshot'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_charge_stands_before_the_count_begins() -> None:
    with state() as folder:
        seen = []

        def count() -> tuple[int, int]:
            # Another connection sees only what is committed.
            with closing(sqlite3.connect(folder / "telbeurten.sqlite")) as opened:
                seen.extend(opened.execute("SELECT gemeente, soort, kost FROM verbruik").fetchall())
                seen.extend(opened.execute("SELECT ruw FROM antwoord").fetchall())
            return 140, 230

        put(Told(folder, Counting()), count)
        assert seen == [(TORHOUT, "eigen", "1/32"), (None,)]


def test_a_count_that_explodes_leaves_its_charge_and_the_next_draws_once() -> None:
    with state() as folder:
        noise = Counting()
        told = Told(folder, noise)

        def explode() -> tuple[int, int]:
            raise TryAgainError("E519", "de gegevens ontploften")

        for _ in range(3):
            with pytest.raises(TryAgainError, match="de gegevens ontploften"):
                put(told, explode)
        assert (told.teller.turns(TORHOUT).used, noise.draws) == (1, 0)
        first = put(told, lambda: (140, 230))
        again = put(Told(folder, noise), lambda: (999_999, 0))
        assert (first.families, first.turns.used, noise.draws) == (again.families, 1, 1)


def test_a_merged_municipality_has_one_budget_for_its_one_population() -> None:
    """Asking by the old code, the new one or the other old one is no second purse."""
    merged = next(row for row in CATALOGUE.municipalities.rows if row.opvolger is not None)
    final = CATALOGUE.municipalities.final(merged.nis)
    with state() as folder:
        teller = Told(folder, Counting()).teller
        for number, code in enumerate((merged.nis, final)):
            teller.ask(
                ask(a_child(has(SECRET)), where=(code,)), municipality=final, snapshot_id="s", snapshot_hash="5" * 64,
                sources_sensitive=SENSITIVE, children=False, count=lambda: (1, 1),
            )  # fmt: skip
            assert teller.turns(merged.nis).used == teller.turns(final).used == number + 1
