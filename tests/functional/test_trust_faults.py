"""The short forms of two long suites: commands that are killed or have no room, and files that were damaged."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from functional_world import World

sys.path.append(str(Path(__file__).parents[1] / "trust"))

import corruption
import faults
from corruption_victims import PASSED, REFUSED, VICTIMS, Bench
from fault_process import Fault, import_everything, run
from fault_scenarios import SCENARIOS
from fault_world import Stage, make_stage

SHORT = ("run", "make", "answer", "portaal")


@pytest.fixture(scope="module")
def stage(world: World, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    import_everything()
    return make_stage(world, tmp_path_factory.mktemp("uitval") / "toneel")


@pytest.fixture(scope="module")
def theatre(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> faults.Theatre:
    """Without disks of its own: those ask for a mount."""
    made = faults.Theatre(stage, tmp_path_factory.mktemp("gevallen"), mounts=False)
    for name in SHORT:
        made.learn(SCENARIOS[name], times=1)
    return made


@pytest.mark.parametrize("name", SHORT)
def test_a_killed_command_is_given_again(theatre: faults.Theatre, name: str) -> None:
    steps = range(1, len(theatre.usual[name].steps) + 1)
    some = random.Random(name).sample(steps, 2)
    found = [faults.attempt(theatre, faults.Case("stappen", name, step)) for step in some]
    found.append(faults.attempt(theatre, faults.Case("willekeurig", name, theatre.usual[name].seconds / 2, 1)))
    assert [each for each in found if each] == []


def test_no_room_no_rights_and_two_at_once(theatre: faults.Theatre) -> None:
    cases = (
        faults.Case("schijf", "make", 0.3), faults.Case("schijf", "answer", 0.01), faults.Case("mappen", "make", 1),
        faults.Case("mappen", "answer", 2), faults.Case("klok", "answer", 3, 2), faults.Case("samen", "make", 0.1, 1),
        faults.Case("samen", "answer", 0.2, 1),
    )  # fmt: skip
    assert [fault for case in cases if (fault := faults.attempt(theatre, case))] == []


def test_a_durable_step_is_where_it_is_killed(theatre: faults.Theatre) -> None:
    scenario, home = SCENARIOS["make"], theatre.fresh("stap")
    steps = theatre.usual["make"].steps
    scenario.begin(theatre.stage, home)
    named = steps.index("os.rename uit") + 1
    ended = run(scenario.body(theatre.stage, home), home, theatre.stage.environment(home), Fault(step=named))
    assert ended.killed
    assert ended.steps[-1] == "os.rename uit"
    assert not (home / "uit").exists()
    assert len(list(home.glob(".uit.*.deel"))) == 1, "it was about to get its name"
    with pytest.raises(AssertionError, match="half made"):
        scenario.judge(theatre.stage, home)


@pytest.fixture(scope="module")
def bench(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = Bench(stage, tmp_path_factory.mktemp("schade"))
    made.learn(list(VICTIMS))
    return made


@pytest.mark.parametrize("part", VICTIMS)
def test_damage_is_noticed(bench: Bench, part: str) -> None:
    corruption._bench[:] = [bench]
    cases = [corruption.Case(part, number == 0, number + 7) for number in range(4)]
    results = [corruption.attempt(case) for case in cases]
    assert [result.told for result in results if result.how == PASSED] == []
    assert REFUSED in {result.how for result in results}


def test_what_comes_out_otherwise_is_told(bench: Bench) -> None:
    assert bench.compared("proef", lambda: 1)[0] != PASSED
    assert bench.compared("proef", lambda: 2)[0] == PASSED
