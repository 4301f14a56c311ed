"""Uitval: processes that are killed, disks that are full, folders that cannot be written, clocks that go back.

Six commands (``fault_scenarios``), each disturbed, then given again as its user would, until it is done. Afterwards
everything must be as after an undisturbed run: no letter lost, doubled or halved, nothing half made left, every
database sound, the ledger whole. Repeat one case with ``--only PART --scenario NAME --seed N``.
"""

from __future__ import annotations

import argparse
import ctypes
import multiprocessing
import os
import random
import shutil
import stat
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from fault_process import NONE, Ended, Fault, import_everything, run, start
from fault_scenarios import SCENARIOS, Outcome, Scenario
from fault_world import Stage, make_stage
from functional_world import build
from trust_figures import Figure, record

LIBC = ctypes.CDLL(None, use_errno=True)
_NEW_MOUNTS, _PRIVATE, _RECURSIVE, _READ_ONLY, _REMOUNT = 0x20000, 0x40000, 0x4000, 0x1, 0x20
PARTS = ("stappen", "willekeurig", "schijf", "mappen", "klok", "samen")
WHAT = {
    "stappen": "kill −9 vóór elke duurzame stap",
    "willekeurig": "kill −9 op een willekeurig ogenblik",
    "schijf": "volle schijf",
    "mappen": "map of schijf die niet beschreven kan worden",
    "klok": "klok die terugloopt na kill −9",
    "samen": "dezelfde opdracht twee keer tegelijk",
}
RANDOM, FULL, TOGETHER = 200, 50, 40
_SHARES = {"run": 60, "import": 20, "prepare": 30, "make": 25, "answer": 25, "portaal": 40}
_REFUSALS = frozenset({2, 5, 75})
"""How a process may end that could not work; 1 and a traceback are faults of the program."""
_SIZE = 64_000_000


@dataclass(frozen=True)
class Case:
    """One try: the part, the command, and the draw from which everything that is random follows."""

    part: str
    scenario: str
    at: float
    draw: int = 0

    def __str__(self) -> str:
        return f"{self.part} {self.scenario} {self.at:g}"


@dataclass
class Usual:
    """A command undisturbed: what is there afterwards, its durable steps, its seconds, its bytes at most."""

    outcome: Outcome
    steps: tuple[str, ...]
    seconds: float
    grown: int


@dataclass
class Theatre:
    """Where cases are tried."""

    stage: Stage
    home: Path
    mounts: bool
    usual: dict[str, Usual] = field(default_factory=dict)

    def fresh(self, name: str) -> Path:
        """A new folder."""
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.home))

    def ended(self, scenario: Scenario, home: Path, fault: Fault = NONE) -> Ended:
        """The command in *home* with a fault; a traceback or an unexpected end is an AssertionError."""
        ended = run(scenario.body(self.stage, home), home, self.stage.environment(home), fault)
        return checked(ended)

    def finish(self, scenario: Scenario, home: Path) -> None:
        """Give the command again as its user would, and compare."""
        ended = self.ended(scenario, home)
        assert ended.code in scenario.done, f"again: exit {ended.code}: {ended.err[-300:]}"
        found, usual = scenario.judge(self.stage, home), self.usual[scenario.name].outcome
        different = [name for name in usual if found.get(name) != usual[name]]
        assert not different, f"not as undisturbed: {', '.join(f'{name}: {found[name]}' for name in different)[:1500]}"

    def learn(self, scenario: Scenario, times: int = 2) -> None:
        """Run the command undisturbed, so many times: it must be repeatable."""
        for _ in range(times):
            home = self.fresh(scenario.name)
            scenario.begin(self.stage, home)
            before = size(home)
            ended = self.ended(scenario, home)
            assert ended.code == 0, f"{scenario.name}: {ended}"
            outcome = scenario.judge(self.stage, home)
            known = self.usual.setdefault(scenario.name, Usual(outcome, ended.steps, ended.seconds, 0))
            assert known.outcome == outcome, f"{scenario.name} is not repeatable"
            known.seconds, known.grown = min(known.seconds, ended.seconds), size(home) - before
            shutil.rmtree(home)


def checked(ended: Ended) -> Ended:
    """What holds for every process that was not killed."""
    said = ended.out + ended.err
    assert "Traceback" not in said, f"{said[-1500:]}"
    assert ended.killed or ended.code == 0 or ended.code in _REFUSALS, f"exit {ended.code}: {said[-300:]}"
    return ended


def size(folder: Path) -> int:
    """The bytes of the files in *folder*, as a file system counts them."""
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


def stopped(theatre: Theatre, scenario: Scenario, home: Path, case: Case) -> None:
    """Killed before a durable step."""
    theatre.ended(scenario, home, Fault(step=int(case.at)))


def struck(theatre: Theatre, scenario: Scenario, home: Path, case: Case) -> None:
    """Killed after a while; every third time the next one is killed as well."""
    theatre.ended(scenario, home, Fault(seconds=case.at))
    if case.draw % 3 == 0:
        again = random.Random(case.draw).random()
        theatre.ended(scenario, home, Fault(seconds=again * theatre.usual[scenario.name].seconds))


def filled(theatre: Theatre, scenario: Scenario, home: Path, case: Case) -> None:
    """A disk with only a share of the room that the command needs, or where that cannot be had a limit to each file."""
    usual = theatre.usual[scenario.name]
    if not theatre.mounts:
        theatre.ended(scenario, home, Fault(file_bytes=int(case.at * 200_000)))
        return
    free = max(0, int(case.at * usual.grown))
    filler = home / "vulling"
    room = os.statvfs(home)
    with filler.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, room.f_bavail * room.f_frsize - free)
    theatre.ended(scenario, home)
    filler.unlink()


def locked(theatre: Theatre, scenario: Scenario, home: Path, case: Case) -> None:
    """A folder that cannot be written; the last time, where it can be had, the whole disk."""
    folders = [home, *sorted(path for path in home.rglob("*") if path.is_dir())]
    index = int(case.at)
    if index >= len(folders):
        if theatre.mounts:
            with read_only(home):
                theatre.ended(scenario, home)
        return
    mode = stat.S_IMODE(folders[index].stat().st_mode)
    folders[index].chmod(0o500)
    try:
        theatre.ended(scenario, home, Fault(obedient=True))
    finally:
        if folders[index].exists():
            folders[index].chmod(mode)


def turned(theatre: Theatre, scenario: Scenario, home: Path, case: Case) -> None:
    """Killed on its way, and taken up by a process that thinks that it is earlier; or begun by one that was ahead."""
    chance = random.Random(case.draw)
    step = chance.randrange(1, len(theatre.usual[scenario.name].steps) + 1)
    back = timedelta(days=-case.at)
    first, second = (timedelta(), back) if chance.random() < 0.5 else (-back, timedelta())
    theatre.ended(scenario, home, Fault(step=step, clock=first))
    theatre.ended(scenario, home, Fault(clock=second))


def together(theatre: Theatre, scenario: Scenario, home: Path, case: Case) -> None:
    """Two at once."""
    environment = theatre.stage.environment(home)
    first = start(scenario.body(theatre.stage, home), home, environment)
    time.sleep(case.at * theatre.usual[scenario.name].seconds)
    second = start(scenario.body(theatre.stage, home), home, environment)
    codes = [checked(each.wait()).code for each in (first, second)]
    assert 0 in codes, f"neither was done: {codes}"


TRIES: dict[str, Callable[[Theatre, Scenario, Path, Case], None]] = {
    "stappen": stopped,
    "willekeurig": struck,
    "schijf": filled,
    "mappen": locked,
    "klok": turned,
    "samen": together,
}


def attempt(theatre: Theatre, case: Case) -> str:
    """Try a case; what is wrong, or nothing."""
    scenario, home = SCENARIOS[case.scenario], theatre.fresh(case.part)
    own = theatre.mounts and case.part in ("schijf", "mappen")
    try:
        with tmpfs(home) if own else _nothing():
            scenario.begin(theatre.stage, home)
            TRIES[case.part](theatre, scenario, home, case)
            theatre.finish(scenario, home)
    except (AssertionError, OSError, LookupError) as error:
        return f"{case} (draw {case.draw}): {type(error).__name__}: {error}"
    except Exception as error:
        return f"{case} (draw {case.draw}): {type(error).__name__}: {error}"
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return ""


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def tmpfs(folder: Path) -> Iterator[None]:
    """A small disk of its own at *folder*."""
    _mount("tmpfs", folder, "tmpfs", 0, f"size={_SIZE}")
    try:
        yield
    finally:
        LIBC.umount2(os.fsencode(folder), 2)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The disk at *folder*, read-only."""
    _mount("tmpfs", folder, "tmpfs", _REMOUNT | _READ_ONLY, f"size={_SIZE}")
    try:
        yield
    finally:
        _mount("tmpfs", folder, "tmpfs", _REMOUNT, f"size={_SIZE}")


def _mount(source: str, target: Path, kind: str | None, flags: int, data: str = "") -> None:
    given = [None if each is None else os.fsencode(each) for each in (source, target, kind)]
    if LIBC.mount(*given, ctypes.c_ulong(flags), os.fsencode(data)) != 0:
        raise OSError(ctypes.get_errno(), f"mount {target}")


def own_mounts() -> bool:
    """From now on, what this process and its children mount is theirs alone; False where that is not allowed."""
    if LIBC.unshare(_NEW_MOUNTS) != 0:
        return False
    try:
        _mount("none", Path("/"), None, _RECURSIVE | _PRIVATE)
    except OSError:
        return False
    return True


def cases(theatre: Theatre, names: Sequence[str], parts: Sequence[str], seed: int, share: float) -> list[Case]:
    """Every case; with a *share* below 1 a part of them."""
    made: list[Case] = []
    for part in parts:
        for name in names:
            made += _cases_of(theatre, name, part, random.Random(f"{seed} {part} {name}"), share)
    # So that the slow ones are not all at the end.
    random.Random(seed).shuffle(made)
    return made


def _cases_of(theatre: Theatre, name: str, part: str, chance: random.Random, share: float) -> list[Case]:
    usual, portion = theatre.usual[name], _SHARES[name] / sum(_SHARES.values())

    def number(whole: float) -> int:
        return max(1, round(whole * share))

    def draw() -> int:
        return chance.randrange(1_000_000)

    match part:
        case "stappen":
            every = list(range(1, len(usual.steps) + 1))
            return [Case(part, name, step) for step in sorted(chance.sample(every, number(len(every))))]
        case "willekeurig":
            return [
                Case(part, name, chance.uniform(0.01, usual.seconds), draw()) for _ in range(number(RANDOM * portion))
            ]
        case "schijf":
            return [Case(part, name, chance.uniform(0, 1.1), draw()) for _ in range(number(FULL * portion + 0.5))]
        case "mappen":
            folders = sum(1 for path in theatre.stage.state(SCENARIOS[name].state).rglob("*") if path.is_dir()) + 3
            return [Case(part, name, index) for index in range(folders + 1) if share == 1 or index in (1, folders)]
        case "klok":
            return [Case(part, name, days, draw()) for days in (0.02, 3, 30) for _ in range(number(3))][: number(9)]
    if name == "portaal":
        return []  # Two people who each begin a request have two requests, which is right.
    return [Case(part, name, chance.uniform(0, 0.8), draw()) for _ in range(number(TOGETHER / 5))]


_theatre: list[Theatre] = []


def _attempt(case: Case) -> str:
    return attempt(_theatre[0], case)


def perform(theatre: Theatre, wanted: Sequence[Case], processes: int) -> Counter[str]:
    """Try every case; the number of faults by part. Each is printed."""
    faults: Counter[str] = Counter()
    _theatre[:] = [theatre]
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        for number, (case, fault) in enumerate(zip(wanted, pool.map(_attempt, wanted), strict=True), 1):
            if fault:
                faults[case.part] += 1
                print(fault, flush=True)
            if number % 50 == 0:
                print(f"{number} of {len(wanted)}", file=sys.stderr, flush=True)
    return faults


def figures(theatre: Theatre, wanted: Sequence[Case], faults: Counter[str]) -> list[Figure]:
    """A line for each part."""
    made = []
    for part in PARTS:
        tried = Counter(case.scenario for case in wanted if case.part == part)
        if not tried:
            continue
        each = ", ".join(f"{name} {number}" for name, number in tried.items())
        what = WHAT[part] + ("" if part != "schijf" or theatre.mounts else " (grens aan elk bestand)")
        made.append(
            Figure(
                what=f"{what}, daarna hervat: {tried.total()} keer ({each})",
                measured=f"{faults[part]} afwijkingen",
                target="0: alles als na een ongestoorde uitvoering",
                holds=not faults[part],
            )
        )
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the cases; records nothing")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--scenario", nargs="+", choices=SCENARIOS, default=list(SCENARIOS))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--step", type=int, help="one durable step alone, by its number")
    chosen = parser.parse_args()
    import_everything()
    mounts = own_mounts()
    with tempfile.TemporaryDirectory(prefix="groeibrief-uitval-") as name:
        home = Path(name)
        world = build(home / "wereld", home / "compiled")
        theatre = Theatre(make_stage(world, home / "toneel"), home, mounts)
        for each in chosen.scenario:
            theatre.learn(SCENARIOS[each])
            usual = theatre.usual[each]
            print(f"{each}: {len(usual.steps)} durable steps, {usual.seconds:.2f} s, {usual.grown / 1e6:.1f} MB")
        wanted = cases(theatre, chosen.scenario, chosen.only, chosen.seed, 0.1 if chosen.quick else 1)
        if chosen.step:
            wanted = [Case("stappen", each, chosen.step) for each in chosen.scenario]
            print(*(theatre.usual[each].steps[chosen.step - 1] for each in chosen.scenario))
        faults = perform(theatre, wanted, chosen.processes)
        told = figures(theatre, wanted, faults)
        for figure in told:
            print(f"{figure.what}: {figure.measured}")
        if faults:
            print(f"repeat with --seed {chosen.seed}")
        whole = not chosen.quick and not chosen.step
        if whole and tuple(chosen.only) == PARTS and list(chosen.scenario) == list(SCENARIOS):
            record("faults", "python tests/trust/faults.py", told)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
