"""The portal under load, in short: nothing fails, and budget and ledger fit afterwards. Times: tests/trust/load.py."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from functional_world import World

sys.path.append(str(Path(__file__).parents[1] / "trust"))

import load
from load_users import Sample

SECONDS, TOWNS = 2.5, 60


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize("pause", [0.2, 0.0])
def test_nothing_fails_and_everything_fits_afterwards(world: World, tmp_path: Path, pause: float) -> None:
    served = load.Served(world.snapshot, world.home / "voorbereid")
    state = tmp_path / "staat"
    run, wrong = load.measure(served, SECONDS, pause, keep=state, most_towns=TOWNS)
    assert run.faults == ()
    assert wrong == []
    kinds = {sample.kind for sample in run.samples}
    assert {"aanmelden", "pagina", "nieuwe telling", "schrijven"} <= kinds
    assert run.counts == len(run.of("nieuwe telling", "eerdere telling")) > 0
    assert {sample.status for sample in run.of("pagina")} == {200}

    # The check would see a charge for what nobody asked, and an answer that the ledger does not know.
    town, asked = next((nis, asked) for nis, asked in run.paid.items() if asked)
    fewer = replace(run, paid={nis: each for nis, each in run.paid.items() if nis != town})
    assert load.check(state, fewer) == [f"{town}: {len(asked)} keer aangerekend, 0 vragen gesteld"]
    assert load.check(state, replace(run, counts=run.counts + 1)) == [
        f"{run.counts} tellingen in het logboek, {run.counts + 1} antwoorden getoond"
    ]


def test_figures_that_fall_short_say_so() -> None:
    slow = tuple(Sample("pagina", "/", 0.06, 1000, 200) for _ in range(100))
    run = load.Run(slow, ("500 /",), {}, 0, (100.0,) * 40 + (120.0,) * 10, 0.5, 50, (0.01,))
    held = {figure.what.split(" (")[0]: figure.holds for figure in load.figures(run, [], families="2000 gezinnen")}
    assert held == {
        "50 gebruikers, 50 s, 2000 gezinnen: mislukte verzoeken": False,
        "pagina zonder telling": False,
        "nieuwe telling, met de pagina": False,
        "eerder gestelde vraag, met de pagina": False,
        "50 keer aanmelden op hetzelfde ogenblik": True,
        "grootste pagina": True,
        "geheugen, laatste vijfde tegenover het tweede": False,
        "telbeurten en logboek tegenover wat de gebruikers zagen": True,
    }
