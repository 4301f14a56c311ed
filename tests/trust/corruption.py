"""Beschadiging: one bit is flipped, or the end of a file is gone, and the command that uses it must notice.

Noticed is: it refuses with a documented exit code and no traceback; or what comes out is byte for byte what it was
before, which is told apart. What says neither is a fault: the damage passed for good. Each try is a process of its own
over a copy. Repeat one with ``--only PART --seed N``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from corruption_victims import VICTIMS, Bench
from fault_process import import_everything
from fault_world import make_stage
from functional_world import build
from trust_figures import Figure, record

FLIPS, CUTS = 1000, 200
WHAT = {
    "snapshot": "snapshot",
    "slijtage": "snapshot die sinds het nakijken op de schijf sleet, zonder spoor in de tijden",
    "voorbereid": "voorbereide gegevens",
    "pakket": "pakket",
    "logboek": "logboek, met hoofd en sleutel",
    "lijsten": "lijsten van verzet en bescherming",
    "sleutels": "sleutels: ondertekenen, vertrouwen, verzegelen, openen",
    "gezinnen": "lijst en sleutel van wie een brief kreeg",
}
_SHARES = {
    "snapshot": 15, "slijtage": 8, "voorbereid": 18, "pakket": 12, "logboek": 20, "lijsten": 10, "sleutels": 12,
    "gezinnen": 5,
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One try: the part, flip or cut, and the draw from which file and place follow."""

    part: str
    cut: bool
    draw: int


@dataclass(frozen=True)
class Result:
    """``how``: ``geweigerd``, ``ongewijzigd`` or ``onopgemerkt``; ``told``: file, place and what was said."""

    how: str
    told: str


def damage(path: Path, chance: random.Random, *, cut: bool) -> str:
    """Flip a bit of a file, or cut off its end; what was done."""
    data = bytearray(path.read_bytes())
    if cut:
        # Half of the cuts take little: a last line, a last byte.
        little = chance.random() < 0.5
        left = len(data) - chance.randint(1, min(16, len(data))) if little else chance.randrange(len(data))
        done, data = f"cut to {left} of {len(data)} bytes", data[:left]
    else:
        place, bit = chance.randrange(len(data)), chance.randrange(8)
        data[place] ^= 1 << bit
        done = f"bit {bit} of byte {place} of {len(data)}"
    path.write_bytes(data)
    return done


_bench: list[Bench] = []


def attempt(case: Case) -> Result:
    """Try a case."""
    bench, victim = _bench[0], VICTIMS[case.part]
    chance = random.Random(case.draw)
    home = Path(tempfile.mkdtemp(prefix=f"{case.part}-", dir=bench.home))
    try:
        (home / "tmp").mkdir()
        paths = victim.lay_out(bench, home)
        path = victim.choose(paths, chance)
        done = f"{path.relative_to(home)}: {damage(path, chance, cut=case.cut)}"
        how, told = victim.use(bench, home, path, case.draw)
        return Result(how, f"{case} {done}: {told}")
    except Exception as error:
        return Result("onopgemerkt", f"{case} {type(error).__name__}: {error}")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def cases(parts: Sequence[str], seed: int, share: float) -> list[Case]:
    """Every case, divided over the parts."""
    made = []
    whole = sum(_SHARES[part] for part in _SHARES)
    for part in parts:
        chance = random.Random(f"{seed} {part}")
        for number, cut in ((FLIPS, False), (CUTS, True)):
            for _ in range(max(1, round(number * share * _SHARES[part] / whole))):
                made.append(Case(part, cut, chance.randrange(1_000_000_000)))
    random.Random(seed).shuffle(made)
    return made


def perform(bench: Bench, wanted: Sequence[Case], processes: int) -> Counter[tuple[str, bool, str]]:
    """Try every case; how many of each part ended how. What passed for good is printed."""
    found: Counter[tuple[str, bool, str]] = Counter()
    _bench[:] = [bench]
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("fork")) as pool:
        for number, (case, result) in enumerate(zip(wanted, pool.map(attempt, wanted), strict=True), 1):
            found[case.part, case.cut, result.how] += 1
            if result.how == "onopgemerkt":
                print(result.told, flush=True)
            if number % 100 == 0:
                print(f"{number} of {len(wanted)}", file=sys.stderr, flush=True)
    return found


def figures(found: Counter[tuple[str, bool, str]]) -> list[Figure]:
    """A line for each part, and one for all."""
    made = []
    for part, what in {**WHAT, "": "alles samen"}.items():
        here = {key: number for key, number in found.items() if part in ("", key[0])}
        flips, cuts = (sum(n for key, n in here.items() if key[1] is cut) for cut in (False, True))
        by = Counter[str]()
        for key, number in here.items():
            by[key[2]] += number
        if here:
            made.append(
                Figure(
                    what=f"{what}: {flips} gekeerde bits, {cuts} afgekapte bestanden",
                    measured=f"{by['geweigerd']} geweigerd, {by['ongewijzigd']} zonder gevolg (zelfde uitkomst), "
                    f"{by['onopgemerkt']} onopgemerkt",
                    target="0 onopgemerkt",
                    holds=not by["onopgemerkt"],
                )
            )
    return made


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the cases; records nothing")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=WHAT, default=list(WHAT))
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    import_everything()
    with tempfile.TemporaryDirectory(prefix="groeibrief-beschadiging-") as name:
        home = Path(name)
        stage = make_stage(build(home / "wereld", home / "compiled"), home / "toneel")
        bench = Bench(stage, home)
        bench.learn(chosen.only)
        wanted = cases(chosen.only, chosen.seed, 0.1 if chosen.quick else 1)
        found = perform(bench, wanted, chosen.processes)
    told = figures(found)
    for figure in told:
        print(f"{figure.what}: {figure.measured}")
    unnoticed = sum(number for key, number in found.items() if key[2] == "onopgemerkt")
    if unnoticed:
        print(f"repeat with --seed {chosen.seed}")
    if not chosen.quick and list(chosen.only) == list(WHAT):
        record("corruption", "python tests/trust/corruption.py", told)
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
