"""Where one machine ends: everything at 0.1, 1, 3 and 10 times Flanders, on both engines over the same store.

``python tests/bench/scale.py --write`` puts the table in ``docs/design/scale.md``. Ten times Flanders takes 13 GB of
disk in ``.bench/``, 10 GB of memory to synthesise and half an hour; ``--factors 0.1 1`` leaves it out.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from ground import CACHE, ROOT, Ground
from measuring import spent
from presentation import machine, versions

DOCUMENT = ROOT / "docs" / "design" / "scale.md"
BEGIN, END = "<!-- begin: scale -->", "<!-- end: scale -->"
FLANDERS = 921_053
QUESTIONS = ("schooltoeslag", "laagste-schijf")
RUNS = 5
STEPS = ("verify", "prepare", "duckdb", "spark")


def synthesised(ground: Ground, families: int) -> dict[str, Any]:
    """Make the snapshot, past the size that the command line allows."""
    from groeibrief.snapshot.synthetic import synthesis

    synthesis.MOST_FAMILIES = families
    manifest = synthesis.synthesise(
        ground.snapshot, catalogue=ground.catalogue, families=families, seed=1, extracted_on=date(2025, 11, 3)
    )
    return {"rows": sum(file.rows for file in manifest.files)}


def verified(ground: Ground) -> dict[str, Any]:
    from groeibrief.snapshot.folder import open_snapshot
    from groeibrief.snapshot.verification import verify

    return {"valid": verify(open_snapshot(ground.snapshot), ground.catalogue).valid}


def prepared(ground: Ground) -> dict[str, Any]:
    from groeibrief.snapshot.folder import open_snapshot
    from groeibrief.snapshot.prepared.preparation import prepare

    store = prepare(open_snapshot(ground.snapshot), ground.catalogue, ground.settings.store_root or ground.folder)
    return {"bytes": sum(file.bytes for file in store.files)}


def counted(ground: Ground, engine: str) -> dict[str, Any]:
    """Milliseconds, the median of warm runs, of each question in one municipality and by municipality everywhere."""
    from groeibrief.snapshot.folder import open_snapshot
    from groeibrief.snapshot.store import find_store

    store = find_store(open_snapshot(ground.snapshot), ground.catalogue, ground.settings.store_root or ground.folder)
    assert store is not None, "prepared in the step before"
    opened: Any
    if engine == "duckdb":
        from groeibrief.engines.duckdb import DuckDBEngine

        opened = DuckDBEngine(store, ground.catalogue)
    else:
        from groeibrief.engines.spark import SparkEngine

        opened = SparkEngine(store, ground.catalogue)
    found: dict[str, Any] = {}
    for name in QUESTIONS:
        one, everywhere = (ground.question(name, everywhere=all_of) for all_of in (False, True))
        found[f"{name} one"] = _warm(lambda question=one: opened.count(question))
        found[f"{name} all"] = _warm(lambda question=everywhere: opened.count_by_municipality(question))
        counts = opened.count(everywhere)
        found[f"{name} answer"] = [counts.families, counts.children]
    if engine == "spark":
        found["jvm"] = _peak_of(opened._local.session.sparkContext._gateway.proc.pid)
    opened.close()
    return found


def _warm(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return median(times) * 1000


def _peak_of(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def step(name: str, ground: Ground, families: int) -> dict[str, Any]:
    """Do one step in this process; with its seconds, processor seconds and highest memory."""
    begun, processor = time.perf_counter(), time.process_time()
    match name:
        case "synthesise":
            found = synthesised(ground, families)
        case "verify":
            found = verified(ground)
        case "prepare":
            found = prepared(ground)
        case _:
            found = counted(ground, name)
    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        **found, "seconds": time.perf_counter() - begun, "processor": time.process_time() - processor, "peak": usage,
    }  # fmt: skip


def measured(factor: float) -> dict[str, Any]:
    """Every step at one size, each in a process of its own."""
    families = round(FLANDERS * factor)
    ground = Ground(CACHE / f"schaal-{factor:g}")
    ground.folder.mkdir(parents=True, exist_ok=True)
    steps = (*(() if (ground.snapshot / "manifest.json").is_file() else ("synthesise",)), *STEPS)
    found: dict[str, Any] = {"factor": factor, "families": families, "load": os.getloadavg()[0]}
    for name in steps:
        print(f"{factor:g} x: {name}", file=sys.stderr)
        _, _, out = spent(ground, [sys.executable, __file__, "--step", name, "--factors", str(factor)])
        found[name] = json.loads(out)
    answers = [[found[engine][f"{name} answer"] for name in QUESTIONS] for engine in ("duckdb", "spark")]
    assert answers[0] == answers[1], f"the engines differ: {answers}"
    return found


def table(results: list[dict[str, Any]]) -> str:
    """The results in Markdown, a column a size."""
    lines = [
        "| what | " + " | ".join(f"{each['factor']:g} x Flanders" for each in results) + " |",
        "|---|" + "---:|" * len(results),
        "| families | " + " | ".join(f"{each['families']:,}" for each in results) + " |",
    ]

    def row(what: str, cell: Callable[[dict[str, Any]], str]) -> None:
        lines.append(f"| {what} | " + " | ".join(cell(each) for each in results) + " |")

    row("load before", lambda each: f"{each['load']:.1f}")
    for name in ("verify", "prepare"):
        row(f"{name}, seconds", lambda each, name=name: f"{each[name]['seconds']:.1f}")
        row(f"{name}, peak memory", lambda each, name=name: f"{each[name]['peak'] / 1e9:.1f} GB")
    row("prepared store", lambda each: f"{each['prepare']['bytes'] / 1e6:,.0f} MB")
    for question in QUESTIONS:
        for where, words in (("one", "one municipality"), ("all", "everywhere by municipality")):
            for engine in ("duckdb", "spark"):
                row(
                    f"{question}, {words}, {engine}",
                    lambda each, key=f"{question} {where}", engine=engine: f"{each[engine][key]:,.0f} ms",
                )
    row("duckdb, peak memory", lambda each: f"{each['duckdb']['peak'] / 1e6:,.0f} MB")
    row("spark, peak memory of the JVM", lambda each: f"{each['spark']['jvm'] / 1e6:,.0f} MB")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--factors", type=float, nargs="+", default=[0.1, 1, 3, 10])
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true", help=f"put the table in {DOCUMENT.relative_to(ROOT)}")
    options = parser.parse_args()
    if options.step:
        (factor,) = options.factors
        ground = Ground(CACHE / f"schaal-{factor:g}")
        print(json.dumps(step(options.step, ground, round(FLANDERS * factor))))
        return 0
    text = table([measured(factor) for factor in options.factors])
    print(text)
    if options.write:
        written = DOCUMENT.read_text()
        before, after = written.partition(BEGIN)[0], written.partition(END)[2]
        DOCUMENT.write_text(f"{before}{BEGIN}\n{machine()}.\n{versions()}.\n\n{text}\n{END}{after}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
