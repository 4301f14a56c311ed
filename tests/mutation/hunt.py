"""Mutants of what has to be right against the tests that run it; see docs/design/mutation.md.

``python tests/mutation/hunt.py`` from the root: every mutant of the DuckDB engine, and the hand-written ones;
``--target``: of something else in ``targets.py``. With names of modules: those of these modules. ``--survivors``: only
those that are explained in the note, which should live.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import json
import os
import pickle
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from installed import install
from meaning import Meaning, meanings
from mutants import Mutant, mutants, read
from reached import Place, reached
from targets import TARGETS, Target

ROOT = Path(__file__).parents[2]
NOTE = ROOT / "docs" / "design" / "mutation.md"
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where stores lie: syncing to disk costs nothing there."""
BY_HAND = "by hand"
SECONDS = 60
"""How much processor time a mutant gets besides twice what the tests take; one that never ends has been noticed."""
ENOUGH = 0.9
"""The share of the mutants that has to be killed."""


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant; ``by``: the test that failed, empty for a survivor."""

    mutant: Mutant
    by: str


@dataclass(eq=False)
class Hunt:
    """A pytest plugin: collects the tests once, then shows them one mutant after the other, each in its own process.

    ``hunted``: mutants of ``target``; ``modules``: the loaded modules by their short names, ``trees`` their sources.
    """

    target: Target
    hunted: list[Mutant]
    modules: dict[str, ModuleType]
    trees: dict[str, ast.Module]
    folder: Path
    verdicts: list[Verdict] = field(default_factory=list)
    _failed: list[str] = field(default_factory=list)
    _reached: dict[str, frozenset[Place]] = field(default_factory=dict)
    _seconds: dict[str, float] = field(default_factory=dict)
    _kills: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if not any(word in item.nodeid for word in self.target.left_out)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.append(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        found = self._in_a_child("whole", lambda: self._whole(session.items))
        assert isinstance(found, tuple), f"the tests fail without a mutant: {found}"
        self._reached, self._seconds, imported = found
        # What every child would import again, once; no connection is opened here, so no thread is forked.
        for name in imported:
            with suppress(Exception):
                importlib.import_module(name)
        started = time.monotonic()
        for number, mutant in enumerate(self.hunted, 1):
            failed = self._in_a_child(str(number), lambda mutant=mutant: self._shown(mutant, session.items))
            self.verdicts.append(Verdict(mutant, str(failed)))
            if failed:
                self._kills[mutant.place][str(failed)] += 1
            else:
                print(
                    f"{number}/{len(self.hunted)} {time.monotonic() - started:.0f} s  lives: {mutant.name}", flush=True
                )
        return True

    def _whole(self, items: list[pytest.Item]) -> Any:
        """Every test without a mutant: what it reaches and how long it takes; the first that fails."""
        lines, seconds = {}, {}
        files = frozenset(str(module.__file__) for module in self.modules.values())
        for item, after in zip(items, [*items[1:], None], strict=True):
            started = time.process_time()
            with reached(files) as places:
                item.ihook.pytest_runtest_protocol(item=item, nextitem=after)
            lines[item.nodeid], seconds[item.nodeid] = frozenset(places), time.process_time() - started
            if self._failed:
                return self._failed[0]
        return lines, seconds, sorted(sys.modules)

    def _shown(self, mutant: Mutant, items: list[pytest.Item]) -> str:
        """The first test that fails with the mutant; empty: none does."""
        order = self._order(mutant, items)
        tree = self.trees[mutant.module]
        mutant.install()
        if is_of_a_class(mutant, tree):
            return _shown_from_the_start(tree, self.modules[mutant.module], order)
        vocabulary = self.target.vocabulary
        try:
            install(tree, self.modules[mutant.module], importlib.import_module(vocabulary) if vocabulary else None)
        except Exception as error:
            return f"import ({type(error).__name__})"
        for item, after in zip(order, [*order[1:], None], strict=True):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=after)
            if self._failed:
                return self._failed[0]
        return ""

    def _order(self, mutant: Mutant, items: list[pytest.Item]) -> list[pytest.Item]:
        """Tests that reach the line first, file by file; those of files that never come near it not at all."""
        file = str(self.modules[mutant.module].__file__)
        kills = self._kills[mutant.place]

        def nearness(item: pytest.Item) -> int:
            near = {line for where, _, line in self._reached[item.nodeid] if where == file}
            return 2 if not near & mutant.lines else 1 if not kills[item.nodeid] else 0

        near = {item: nearness(item) for item in items}
        at_import = not any(value < 2 for value in near.values())
        if not (at_import or self.target.shared):
            near = {item: value for item, value in near.items() if value < 2}
        by_file: defaultdict[str, list[pytest.Item]] = defaultdict(list)
        for item in sorted(near, key=lambda item: (near[item], self._seconds[item.nodeid])):
            by_file[item.nodeid.split("::")[0]].append(item)
        files = [part for part in by_file.values() if at_import or near[part[0]] < 2]
        files.sort(
            key=lambda part: (
                -sum(kills[item.nodeid] for item in part),
                sum(self._seconds[item.nodeid] for item in part),
            )
        )
        return [item for part in files for item in part]

    def _in_a_child(self, name: str, work: Callable[[], Any]) -> Any:
        """What the work comes to in a process of its own: a mutant leaves no trace. A killed process: its signal."""
        answer, temporary = self.folder / f"{name}.answer", self.folder / f"{name}.tmp"
        temporary.mkdir()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                _bound_and_hush(temporary, self.folder / "output", SECONDS + 2 * round(sum(self._seconds.values())))
                answer.write_bytes(pickle.dumps(work()))
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(status)
        _, status = os.waitpid(child, 0)
        shutil.rmtree(temporary)
        if status:
            return f"a process that ended with {os.waitstatus_to_exitcode(status)}"
        found = pickle.loads(answer.read_bytes())
        answer.unlink()
        return found


def _bound_and_hush(temporary: Path, output: Path, seconds: int) -> None:
    os.environ["PYTEST_DEBUG_TEMPROOT"] = os.environ["TMPDIR"] = tempfile.tempdir = str(temporary)
    if seconds > SECONDS:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    with output.open("wb") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)


class Mutated(SourceFileLoader):
    """Finds and loads one module: from a tree instead of from its file."""

    def __init__(self, name: str, tree: ast.Module, file: str) -> None:
        super().__init__(name, file)
        self._tree = tree

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> Any:
        return compile(ast.fix_missing_locations(self._tree), self.path, "exec")


def is_of_a_class(mutant: Mutant, tree: ast.Module) -> bool:
    """Whether the mutant lies in the body of a class: what was made of it when it was imported cannot be replaced."""
    if mutant.place in ("module", BY_HAND):
        return False
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return not any(node.lineno <= min(mutant.lines) <= (node.end_lineno or 0) for node in functions)


def _shown_from_the_start(tree: ast.Module, module: ModuleType, order: list[pytest.Item]) -> str:
    """The same in a new interpreter, which imports the mutated module; empty: no test fails."""
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        file.write(pickle.dumps((module.__name__, tree, str(module.__file__))))
        file.flush()
        nodes = [f"{ROOT}/{item.nodeid}" for item in order]
        command = [sys.executable, __file__, "--from", file.name, *nodes]
        status = subprocess.run(command, check=False, cwd=ROOT).returncode
    return f"a process that ended with {status}" if status else ""


def run_from(file: Path, nodes: list[str]) -> int:
    """Run tests with the mutated module of *file* in place of its own; the exit code of pytest."""
    name, tree, source = pickle.loads(file.read_bytes())
    sys.meta_path.insert(0, Mutated(name, tree, source))
    return int(pytest.main(["-q", "-x", "-p", "no:warnings", *nodes]))


def load(target: Target) -> tuple[dict[str, ModuleType], dict[str, ast.Module]]:
    """The modules of the target and their trees, by short name."""
    sources = target.sources()
    return {short: importlib.import_module(name) for short, (name, _) in sources.items()}, {
        short: read(file) for short, (_, file) in sources.items()
    }


def written(target: str, trees: dict[str, ast.Module], modules: dict[str, ModuleType]) -> list[Mutant]:
    """The hand-written mutants."""
    return [
        by_hand(meaning, trees[meaning.module], Path(str(modules[meaning.module].__file__)))
        for meaning in meanings(target)
    ]


def by_hand(meaning: Meaning, tree: ast.Module, file: Path) -> Mutant:
    """A hand-written mutant of a module; its text has to stand in it once."""
    source = file.read_text(encoding="utf-8")
    assert source.count(meaning.before) == 1, f"{meaning.fault}: its text stands {source.count(meaning.before)} times"
    start = source[: source.index(meaning.before)].count("\n") + 1
    lines = frozenset(range(start, start + meaning.before.count("\n") + 1))

    def install() -> None:
        tree.body = ast.parse(source.replace(meaning.before, meaning.after), str(file)).body

    return Mutant(meaning.module, BY_HAND, meaning.fault, "", lines, install=install)


def explained(target: str) -> set[str]:
    """The survivors that the note gives a reason for: what is quoted in the lists below the target's head."""
    chapters = re.split(r"^## ", NOTE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (lines,) = (chapter.splitlines() for chapter in chapters if chapter.splitlines()[0].lower() == target)
    return {name for line in lines if line.startswith("- ") for name in re.findall(r"`` (.+?) ``", line)}


def report(verdicts: Iterable[Verdict], known: set[str]) -> tuple[str, bool]:
    """Killed and alive by module, then every survivor; and whether the hunt is good."""
    groups: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        groups[BY_HAND if verdict.mutant.place == BY_HAND else verdict.mutant.module].append(verdict)
    groups["all"] = [verdict for group in groups.values() for verdict in group]
    lines = [f"{'module':<14}{'mutants':>8}{'killed':>8}{'alive':>8}{'explained':>11}{'killed':>9}"]
    for name, group in groups.items():
        alive = [verdict.mutant for verdict in group if not verdict.by]
        told = sum(mutant.name in known for mutant in alive)
        killed = len(group) - len(alive)
        lines.append(f"{name:<14}{len(group):>8}{killed:>8}{len(alive):>8}{told:>11}{killed / len(group):>9.1%}")
    alive = [verdict.mutant for verdict in groups["all"] if not verdict.by]
    new = [mutant for mutant in alive if mutant.name not in known]
    lines += ["", *(f"explained: {mutant.name}" for mutant in alive if mutant not in new)]
    lines += [f"NOT EXPLAINED: {mutant.name}" for mutant in new]
    enough = len(groups["all"]) - len(alive) >= ENOUGH * len(groups["all"])
    return "\n".join(lines), enough and not new


def figures(verdicts: Iterable[Verdict], known: set[str], drawn_from: int) -> dict[str, Any]:
    """What a table needs: how many mutants, of how many, how many killed, and which lives that nobody has explained."""
    told = [(verdict.mutant.name, bool(verdict.by)) for verdict in verdicts]
    return {
        "mutants": len(told),
        "drawn_from": drawn_from,
        "killed": sum(killed for _, killed in told),
        "unexplained": [name for name, killed in told if not killed and name not in known],
    }


def main() -> int:
    """Hunt, and print what lives. Exit code 1: too many, or some that nobody has explained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--target", choices=TARGETS, default="engines")
    parser.add_argument("--survivors", action="store_true")
    parser.add_argument("--named", type=Path, help="a file with the names of the only mutants to hunt, one a line")
    parser.add_argument("--sample", type=int, help="so many of them, drawn with a fixed seed")
    parser.add_argument("--figures", type=Path, help="a file for the figures, as JSON")
    parser.add_argument("--from", type=Path, dest="mutated", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    sys.path.insert(0, str(ROOT / "engine"))
    if asked.mutated:
        return run_from(asked.mutated, asked.modules)
    target = TARGETS[asked.target]
    modules, trees = load(target)
    known = explained(asked.target)
    hunted = [mutant for name, tree in trees.items() for mutant in mutants(name, tree)]
    hunted += written(asked.target, trees, modules)
    if asked.modules:
        hunted = [mutant for mutant in hunted if mutant.module in asked.modules]
    if asked.named:
        wanted = set(asked.named.read_text(encoding="utf-8").splitlines())
        hunted = [mutant for mutant in hunted if mutant.name in wanted]
    if asked.survivors:
        hunted = [mutant for mutant in hunted if mutant.name in known]
    drawn_from = len(hunted)
    if asked.sample and asked.sample < len(hunted):
        drawn = set(random.Random(1).sample(range(len(hunted)), asked.sample))
        hunted = [mutant for number, mutant in enumerate(hunted) if number in drawn]
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        folder = Path(name)
        importlib.import_module("stores").keep_stores(folder / "stores")
        hunt = Hunt(target, hunted, modules, trees, folder)
        tests = [str(ROOT / part) for part in target.tests]
        status = pytest.main(["-q", "-s", "-p", "no:warnings", *tests], plugins=[hunt])
    if len(hunt.verdicts) < len(hunted):
        return int(status) or 1
    text, good = report(hunt.verdicts, known)
    print(text)
    if asked.figures:
        asked.figures.write_text(json.dumps(figures(hunt.verdicts, known, drawn_from)), encoding="utf-8")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
