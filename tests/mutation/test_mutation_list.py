"""The mutants that are hunted: what is made of a source, how it is put in place, and that no list has gone stale."""

from __future__ import annotations

import ast
import sys
import types
from pathlib import Path

import pytest
from hunt import ROOT, Verdict, by_hand, explained, load, report
from installed import install
from meaning import meanings
from mutants import Mutant, mutants
from targets import TARGETS

SOURCE = """
CAP = 3

def holds(low, high, parts):
    if low is not None and not parts:
        return [at_least(low, literal(1)), *parts]
    return all_of(part for part in parts if part <= high)
"""


def test_the_mutants_of_a_function() -> None:
    found = [mutant.name.removeprefix("small.") for mutant in mutants("small", ast.parse(SOURCE))]
    assert found == [
        "module: CAP = 3 → CAP = 4",
        "module: CAP = 3 → CAP = 2",
        "holds: if low is not None and (not parts) → if low is not None and (not parts) or True",
        "holds: if low is not None and (not parts) → if (low is not None and (not parts)) and False",
        "holds: low is not None and (not parts) → low is not None or not parts",
        "holds: low is not None and (not parts) → not parts",
        "holds: low is not None and (not parts) → low is not None",
        "holds: low is not None → low is None",
        "holds: not parts → parts",
        "holds: at_least(low, literal(1)) → nothing",
        "holds: *parts → nothing",
        "holds: at_least(low, literal(1)) → more(low, literal(1))",
        "holds: literal(1) → literal(2)",
        "holds: literal(1) → literal(0)",
        "holds: all_of((part for part in parts if part <= high)) → any_of((part for part in parts if part <= high))",
        "holds: part <= high → nothing",
        "holds: for part in parts if part <= high → for part in parts if not part <= high",
        "holds: part <= high → part < high",
    ]


def test_a_mutant_is_put_in_place_wherever_it_was_imported_to(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "LIMIT = 3\n\ndef below(number, limit=LIMIT):\n    return number < limit\n"
    module, importer, vocabulary = (types.ModuleType(name) for name in ("small", "importer", "vocabulary"))
    module.__file__ = "small.py"
    exec(compile(source, "small.py", "exec"), vars(module))
    importer.below, importer.LIMIT = module.below, module.LIMIT
    for each in (module, importer):
        monkeypatch.setitem(sys.modules, each.__name__, each)
    tree = ast.parse(source, "small.py")
    wanted = next(mutant for mutant in mutants("small", tree) if mutant.after == "number <= limit")
    wanted.install()
    install(tree, module, vocabulary)
    assert importer.below(3) is True
    other = ast.parse(source, "small.py")
    next(mutant for mutant in mutants("small", other) if mutant.after == "LIMIT = 4").install()
    install(other, module, vocabulary)
    assert (importer.below(3), importer.LIMIT) == (True, 4)


@pytest.mark.parametrize("target", TARGETS)
def test_names_of_mutants_are_unique_and_those_of_the_note_exist(target: str) -> None:
    _, trees = load(TARGETS[target])
    names = [mutant.name for name, tree in trees.items() for mutant in mutants(name, tree)]
    assert len(names) == len(set(names))
    assert explained(target) - set(names) == set()
    assert [path for path in TARGETS[target].tests if not (ROOT / path).exists()] == []


def test_every_hand_written_mutant_has_its_place_and_another_tree() -> None:
    modules, _ = load(TARGETS["engines"])
    for meaning in meanings("engines"):
        _, trees = load(TARGETS["engines"])
        tree = trees[meaning.module]
        before = ast.dump(tree)
        by_hand(meaning, tree, Path(str(modules[meaning.module].__file__))).install()
        assert ast.dump(tree) != before, meaning.fault


def test_a_survivor_that_nobody_has_explained_is_no_success() -> None:
    killed, alive = (Mutant("m", "f", f"{number}", "x", frozenset((1,))) for number in (1, 2))
    verdicts = [Verdict(killed, "test_it")] * 9 + [Verdict(alive, "")]
    text, good = report(verdicts, {alive.name})
    assert good
    assert text.splitlines()[1].split() == ["m", "10", "9", "1", "1", "90.0%"]
    assert text.splitlines()[-1] == "explained: m.f: 2 → x"
    text, good = report(verdicts, set())
    assert not good
    assert text.splitlines()[-1] == "NOT EXPLAINED: m.f: 2 → x"
    assert not report([*verdicts, Verdict(alive, "")], {alive.name})[1]
