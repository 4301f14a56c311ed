"""Bad input: every command and every page with what nobody should hand in, and files that are made to do harm.

Each must be refused in Dutch with a documented exit code, in less than five seconds and within a bound on memory, and
leave nothing half; a page never answers 500. Repeat one failure with ``--case`` and the words that it is told with.
"""

from __future__ import annotations

import argparse
import os
import pickle
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import badinput_archives
import badinput_commands
import badinput_documents
import badinput_process
from badinput_commands import Case, faults, left_behind
from badinput_documents import Trial
from badinput_process import HANG_SECONDS, MOST_MEGABYTES, Ended
from badinput_world import REPOSITORY, Good, make_good
from trust_figures import Figure, record

PARTS = ("commands", "documents", "archives", "portal")
_PROCESSES = 2
_LONG = {"commands": 3_000, "documents": 4, "portal": 10}
_QUICK = {"commands": 40, "documents": 1, "portal": 1}
_QUICK_TRIALS = 10


@dataclass
class Found:
    """What a part tried and what was wrong."""

    tried: int = 0
    codes: Counter[int | None] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: float = 0.0
    megabytes: float = 0.0

    def add(self, name: str, ended: Ended, wrong: Sequence[str]) -> None:
        """Take in how one case ended."""
        self.tried += 1
        self.codes[ended.code] += 1
        self.megabytes = max(self.megabytes, ended.megabytes)
        if ended.code != 0:
            self.slowest = max(self.slowest, ended.worked, ended.idle)
        if wrong:
            said = ended.err.decode("utf-8", "replace")[-300:].strip()
            self.wrong.append(f"{name}: {'; '.join(wrong)} | {said}")

    def join(self, other: Found) -> None:
        """Add what another process found."""
        self.tried += other.tried
        self.codes += other.codes
        self.wrong += other.wrong
        self.slowest, self.megabytes = max(self.slowest, other.slowest), max(self.megabytes, other.megabytes)


def run_cases(good: Good, cases: Iterable[Case], scratch: Path) -> Found:
    """Try commands with one bad value each."""
    found = Found()
    for number, case in enumerate(cases):
        folder = scratch / str(number)
        ended, wrong = badinput_commands.tried(case, good, folder)
        badinput_commands.remove(folder)
        found.add(str(case), ended, wrong)
    return found


def run_trials(good: Good, trials: Iterable[Trial], scratch: Path) -> Found:
    """Try files and folders that are bad."""
    found = Found()
    for number, trial in enumerate(trials):
        folder = scratch / str(number)
        (folder / "tmp").mkdir(parents=True)
        shutil.copytree(good.state, folder / "staat")
        words = [str(word) for word in trial.words(folder)]
        ended = badinput_process.run(words, folder, good.environment(folder))
        wrong = [*faults(ended, server=words[0] == "serve"), *left_behind(folder, ended)]
        if trial.fails and ended.code == 0:
            wrong.append("is accepted")
        badinput_commands.remove(folder)
        found.add(trial.name, ended, wrong)
    return found


def shared_out(work: Callable[[int], Found]) -> Found:
    """The same work in two forks of this process, each of which is told which it is."""
    found, readers = Found(), []
    for which in range(_PROCESSES):
        reader, writer = os.pipe()
        if os.fork() == 0:
            try:
                with os.fdopen(writer, "wb") as stream:
                    pickle.dump(work(which), stream)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        os.close(writer)
        readers.append(reader)
    for reader in readers:
        with os.fdopen(reader, "rb") as stream:
            found.join(pickle.load(stream))
    for _ in readers:
        os.wait()
    return found


@dataclass(frozen=True)
class Suite:
    """How much is tried, over which world."""

    good: Good
    scratch: Path
    most: dict[str, int]
    seed: int
    share: float
    only: str = ""

    @property
    def quick(self) -> bool:
        """Whether this is the sample for every run of the tests."""
        return self.most is _QUICK

    def cases(self) -> list[Case]:
        """A sample of the commands' cases in which each parameter of each command comes at least once."""
        every = list(badinput_commands.cases())
        Random(self.seed).shuffle(every)
        if self.only:
            return [case for case in every if self.only in str(case)]
        first: dict[tuple[tuple[str, ...], str], Case] = {}
        for case in every:
            first.setdefault((case.command, case.parameter), case)
        number = int(self.most["commands"] * self.share)
        chosen = set(first.values()) if len(first) < number else set()
        rest = [case for case in every if case not in chosen]
        return [*sorted(chosen, key=str), *rest[: number - len(chosen)]]

    def documents(self) -> list[Trial]:
        """The changed files."""
        return self._sample(badinput_documents.trials(self.good, self.most["documents"], self.seed))

    def archives(self) -> list[Trial]:
        """The harmful files."""
        return self._sample(badinput_archives.trials(self.good))

    def _sample(self, trials: Iterable[Trial]) -> list[Trial]:
        every = [trial for trial in trials if self.only in trial.name]
        if self.only:
            return every
        Random(self.seed).shuffle(every)
        return every[: _QUICK_TRIALS if self.quick else int(len(every) * self.share)]

    def part(self, name: str) -> Found:
        """Run one part."""
        if name == "portal":
            return self.portal()
        runs: dict[str, Callable[[int, Path], Found]] = {
            "commands": lambda which, folder: run_cases(self.good, self.cases()[which::_PROCESSES], folder),
            "documents": lambda which, folder: run_trials(self.good, self.documents()[which::_PROCESSES], folder),
            "archives": lambda which, folder: run_trials(self.good, self.archives()[which::_PROCESSES], folder),
        }
        return shared_out(lambda which: runs[name](which, self.scratch / name / str(which)))

    def portal(self) -> Found:
        """Visit every page."""
        import badinput_portal as pages

        found, before = Found(), pages.memory()
        state = self.scratch / "portaal"
        state.mkdir(parents=True)
        with pages.site(REPOSITORY, self.good.world.snapshot, state) as site:
            found.wrong += [*pages.methods(site)] if not self.quick else []
            found.wrong += [*pages.uploads(site)] if not self.quick else []
            found.wrong += pages.fuzz(site, max(1, int(self.most["portal"] * self.share)), self.seed)
        found.tried, found.slowest, found.megabytes = site.asked, site.slowest, pages.memory() - before
        found.codes.update(site.statuses)
        if found.megabytes > pages.MOST_GROWTH_MEGABYTES:
            found.wrong.append(f"the portal's memory grew by {found.megabytes:.0f} MB")
        return found


_WHAT = {
    "commands": "opdrachten, elke parameter met foute waarden",
    "documents": "eigen bestanden met één fout erin",
    "archives": "pakketten, lijsten, logo's, besluiten en uittreksels die schade willen doen",
    "portal": "bladzijden van het portaal, in elke rol",
}


def figures(found: dict[str, Found]) -> list[Figure]:
    """The lines of the table."""
    lines = []
    for name, part in found.items():
        bound = HANG_SECONDS if name != "portal" else 5.0
        lines.append(
            Figure(
                what=f"{_WHAT[name]}: {f'{part.tried:,}'.replace(',', '.')} keer",
                measured=f"{len(part.wrong)} keer iets mis; traagste weigering {part.slowest:.1f} s, hoogstens "
                f"{part.megabytes:.0f} MB{' erbij' if name == 'portal' else ''}".replace(".", ","),
                target=f"0 keer; {bound:.0f} s; {MOST_MEGABYTES if name != 'portal' else 400} MB",
                holds=not part.wrong,
            )
        )
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small sample, within half a minute; keeps no figures")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="how much of it all, for a machine with less time")
    parser.add_argument("--only", choices=PARTS, help="this part alone; keeps no figures")
    parser.add_argument("--case", default="", help="only what has these words in its name; keeps no figures")
    parser.add_argument("--home", type=Path, help="a folder to make the world in, or with one in it")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    badinput_process.import_everything()
    started, found = time.monotonic(), dict[str, Found]()
    with tempfile.TemporaryDirectory(prefix="badinput-", ignore_cleanup_errors=True) as scratch:
        good = make_good(chosen.home or Path(scratch) / "home")
        most = _QUICK if chosen.quick else _LONG
        suite = Suite(good, Path(scratch) / "werk", most, chosen.seed, chosen.share, chosen.case)
        for name in (chosen.only,) if chosen.only else PARTS:
            found[name] = part = suite.part(name)
            print(f"{name}: {part.tried} tried, {len(part.wrong)} wrong, {dict(part.codes)}", flush=True)
            for line in part.wrong:
                print(f"  {line}", flush=True)
    print(
        f"{time.monotonic() - started:.0f} s; again: badinput.py --seed {chosen.seed}, with --only and --case for one"
    )
    if not (chosen.quick or chosen.only or chosen.case):
        share = f" --share {chosen.share}" if chosen.share != 1 else ""
        record("badinput", f"python tests/trust/badinput.py{share}", figures(found))
    return 1 if any(part.wrong for part in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
