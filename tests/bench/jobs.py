"""One measurement in a process of its own: ``jobs.py GROUND NAME [ARGUMENT…]`` prints what was measured as JSON.

``seconds`` of every run but the first, which warms up; ``answer`` where tools have to agree; ``units`` (letters) when a
run is about many.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ground import Ground

Result = dict[str, Any]
WARM_RUNS = 9
FEW_RUNS = 3


def timed(work: Callable[[], Any], runs: int) -> Result:
    """Run once to warm up and *runs* times for the clock."""
    answer, seconds = work(), []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return {"seconds": seconds, "answer": answer}


def once(work: Callable[[], Any]) -> Result:
    """Run once, cold."""
    start = time.perf_counter()
    answer = work()
    return {"seconds": [time.perf_counter() - start], "answer": answer}


def count_ours(ground: Ground, question: str, where: str) -> Result:
    from groeibrief.engines.duckdb import DuckDBEngine

    engine = DuckDBEngine(ground.store, ground.catalogue)
    asked = ground.question(question, everywhere=where == "vlaanderen")

    def one() -> list[list[int]]:
        found = engine.count(asked)
        return [[found.families, found.children, found.children_capped, found.undecidable, found.without_domicile]]

    def everywhere() -> list[list[int]]:
        columns = engine.count_by_municipality(asked).to_pydict().values()
        return [[int(nis), *numbers] for nis, *numbers in zip(*columns, strict=True) if numbers[0]]

    return timed(everywhere if where == "vlaanderen" else one, WARM_RUNS)


def count_peer(ground: Ground, peer: str, question: str, where: str) -> Result:
    module = importlib.import_module(f"peer_{peer}")
    municipality = _municipality(ground, question, where)
    return timed(lambda: module.count(ground, question, municipality), WARM_RUNS)


def floor(ground: Ground, reader: str, question: str, where: str) -> Result:
    import floor

    read = {"pyarrow": floor.with_pyarrow, "duckdb": floor.with_duckdb}[reader]
    municipality = _municipality(ground, question, where)
    return timed(lambda: read(ground, question, municipality), WARM_RUNS)


def _municipality(ground: Ground, question: str, where: str) -> int | None:
    (code,) = ground.question(question, everywhere=False).municipalities
    return None if where == "vlaanderen" else int(code)


def verify(ground: Ground) -> Result:
    from groeibrief.snapshot import open_snapshot
    from groeibrief.snapshot.verification import verify as check

    return once(lambda: check(open_snapshot(ground.snapshot), ground.catalogue).raise_if_invalid())


def prepare(ground: Ground) -> Result:
    from groeibrief.snapshot import open_snapshot
    from groeibrief.snapshot.prepared.preparation import prepare as make

    root = ground.folder / "opnieuw"
    shutil.rmtree(root, ignore_errors=True)
    try:
        found = once(lambda: make(open_snapshot(ground.snapshot), ground.catalogue, root))
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return {**found, "answer": None}


def waterfall(ground: Ground, question: str) -> Result:
    from groeibrief.engines.duckdb import DuckDBEngine
    from groeibrief.selection import load_policy, load_suppression, select

    bound = ground.bound(question)
    definition = dataclasses.replace(bound.definition, question=ground.question(question, everywhere=True))
    engine = DuckDBEngine(ground.store, ground.catalogue)
    policy, lists = load_policy(bound.project), load_suppression(None, [], ground.store.extracted_on)

    def work() -> list[int]:
        made = select(definition, engine, ground.store, ground.catalogue, policy, lists, [])
        return [made.counts.families, made.letters]

    return timed(work, FEW_RUNS)


def letters_ours(ground: Ground, selection: str) -> Result:
    from groeibrief.workflow.mailing import render_letters

    out, sizes = ground.folder / "brieven-proef", []

    def work() -> int:
        shutil.rmtree(out, ignore_errors=True)
        made = render_letters(Path(selection), out, ground.settings)
        sizes.append(sum(path.stat().st_size for path in out.glob("*.pdf")))
        return made.brieven

    found = timed(work, FEW_RUNS)
    return {**found, "units": found["answer"], "bytes": sizes[-1]}


def letters_peer(ground: Ground, peer: str, definition: str, selection: str, most: str) -> Result:
    """The first *most* letters of the selection, set again; making their text, boxes and styles is not timed."""
    from letter_texts import letters_in

    module = importlib.import_module(f"peer_{peer}")
    letters = letters_in(Path(definition), Path(selection), int(most))
    out = ground.folder / f"{peer}.pdf"
    found = once(lambda: module.write(letters, out))
    size, pages = out.stat().st_size, _pages(out)
    out.unlink()
    if pages != 2 * len(letters.boxes):
        return {**found, "answer": f"{pages} pages!", "units": len(letters.boxes), "bytes": size}
    return {**found, "answer": None, "units": len(letters.boxes), "bytes": size}


def _pages(path: Path) -> int:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        return len(document)
    finally:
        document.close()


def list_make(ground: Ground, amount: str) -> Result:
    import list_track

    return once(lambda: list_track.make(ground, int(amount)))


def list_answer(ground: Ground, name: str) -> Result:
    import list_track

    found = once(lambda: list_track.answer(ground, name))
    shutil.rmtree(list_track.home(ground))
    return found


JOBS: dict[str, Callable[..., Result]] = {
    "count-ours": count_ours, "count-peer": count_peer, "floor": floor, "verify": verify, "prepare": prepare,
    "waterfall": waterfall, "letters-ours": letters_ours, "letters-peer": letters_peer,
    "list-make": list_make, "list-answer": list_answer,
}  # fmt: skip

if __name__ == "__main__":
    folder, name, *arguments = sys.argv[1:]
    print(json.dumps(JOBS[name](Ground(Path(folder)), *arguments)))
