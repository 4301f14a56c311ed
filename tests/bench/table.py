"""``make bench``: every row of the design's speed table, measured in one run beside its peers. No test."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from ground import QUESTIONS, ROOT, Ground, make_ground
from measuring import Measured, Row, job, process, spent
from presentation import as_markdown, as_text, lines, machine, versions

from groeibrief.keys import write_key_pair
from groeibrief.printshop.seal import make_age_keys

DOCUMENT = ROOT / "docs" / "design" / "speed.md"
BEGIN, END = "<!-- begin: make bench -->", "<!-- end: make bench -->"
PEERS = ("polars", "pandas", "datafusion")
WHERE = {
    "gemeente": ("one municipality, warm", "15 ms"),
    "vlaanderen": ("all Flanders by municipality, warm", "100 ms"),
}
MUNICIPALITY_OF_LETTERS = "44021"
"""Ghent: some five thousand letters at full scale."""
PEERS_OF_LETTERS = {
    "platypus": ("ReportLab platypus", 5_000),
    "typst": ("Typst", 1_000),
    "weasyprint": ("WeasyPrint", 500),
}
"""Other tools for the same letters, with how many each gets: a slow one would take minutes for the rest."""
LIST_NUMBERS = 500_000
MANY = 50_000
"""From so many letters on, starting up no longer decides how long a letter takes."""


def counting(ground: Ground) -> Iterator[Row]:
    """The same questions with every tool; a tool that answers otherwise is said to."""
    for where, (what, limit) in WHERE.items():
        for question in QUESTIONS:
            ours = job(ground, "count-ours", question, where)
            row = Row(f"{what}: {question}", "groeibrief", ours, limit)
            for peer in PEERS:
                found = job(ground, "count-peer", peer, question, where)
                if found.seconds and found.answer != ours.answer:
                    found = Measured(found.seconds, found.peak, note="another answer!")
                row.peers.append(Row(row.what, f"{peer}, by hand", found))
            for reader in ("pyarrow", "duckdb"):
                row.peers.append(Row(row.what, f"decode only, {reader}", job(ground, "floor", reader, question, where)))
            yield row


def start_up(ground: Ground) -> Iterator[Row]:
    own = str(Path(sys.executable).with_name("groeibrief"))
    definition = ground.bound("schooltoeslag").definition.path
    count = [own, "count", str(definition), "--snapshot", str(ground.snapshot), "--exact"]
    row = Row("one municipality, whole process", "groeibrief count --exact", process(ground, count), "250 ms")
    row.peers.append(Row(row.what, "import duckdb", process(ground, [sys.executable, "-c", "import duckdb"])))
    yield row
    row = Row("help", "groeibrief --help", process(ground, [own, "--help"]), "80 ms")
    row.peers.append(Row(row.what, "import click", process(ground, [sys.executable, "-c", "import click"])))
    yield row


def taking_in(ground: Ground) -> Iterator[Row]:
    yield Row("verify a snapshot", "groeibrief", job(ground, "verify"), "30 s, 4 GB, together")
    yield Row("prepare it", "groeibrief", job(ground, "prepare"))


def selecting(ground: Ground) -> Iterator[Row]:
    found = job(ground, "waterfall", "drie-kinderen")
    if found.answer:
        families, letters = found.answer
        found = Measured(found.seconds, found.peak, note=f"{families:,} families, {letters:,} letters")
    yield Row("waterfall and recipients, all Flanders", "groeibrief", found, "1 s, 500 MB")


def writing(ground: Ground) -> Iterator[Row]:
    selection = ground.folder / "selectie-proef"
    shutil.rmtree(selection, ignore_errors=True)
    definition = ground.definition_for("laagste-schijf", (MUNICIPALITY_OF_LETTERS,), "proef-brieven")
    spent(ground, cli("select", definition, "--snapshot", ground.snapshot, "--out", selection))
    ours = job(ground, "letters-ours", str(selection))
    row = Row("a letter, one core", "groeibrief", ours, "0.4 ms, 150 MB, 2 kB")
    for peer, (name, most) in PEERS_OF_LETTERS.items():
        found = job(ground, "letters-peer", peer, str(definition), str(selection), str(most))
        row.peers.append(Row(row.what, f"{name}, same boxes and styles", found))
    yield row


def cli(*words: object) -> list[str]:
    return [str(Path(sys.executable).with_name("groeibrief")), *map(str, words)]


def whole_run(ground: Ground) -> Iterator[Row]:
    """From verifying to a sealed package that was opened again, each step a process of its own."""
    folder = ground.folder / "hele-opdracht"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    definition = ground.definition_for("drie-kinderen", ground.municipalities, "heel-vlaanderen")
    write_key_pair(folder / "vutg.key", folder / "vutg.pub")
    make_age_keys(folder / "drukkerij.key", folder / "drukkerij.pub")
    package = folder / "opdracht.pakket"
    steps = {
        "verify": cli("snapshot", "verify", ground.snapshot),
        "select": cli("select", definition, "--snapshot", ground.snapshot, "--out", folder / "selectie"),
        "render": cli(
            "letters", "render", folder / "selectie", "--out", folder / "brieven", "--processes", 2, "--json"
        ),
        "check and seal": cli(
            "package", "make", folder / "brieven", "--out", package, "--key", folder / "vutg.key",
            "--recipient", folder / "drukkerij.pub",
        ),
        "open and verify": cli(
            "package", "verify", package, "--key", folder / "drukkerij.key", "--trust", folder / "vutg.pub"
        ),
    }  # fmt: skip
    rows, letters = [], 0
    for name, command in steps.items():
        try:
            seconds, peak, out = spent(ground, command)
        except RuntimeError as error:
            print(error, file=sys.stderr)
            rows.append(Row("", name, Measured(note="failed")))
            break
        if name == "render":
            letters = json.loads(out)["brieven"]
        rows.append(Row("", name, Measured((seconds,), peak)))
    shutil.rmtree(folder)
    if rows[-1].measured.note:
        yield Row("the whole run, two processes", "groeibrief", Measured(), "90 s", steps=rows)
        return
    total = Measured((sum(row.measured.least for row in rows),), max(row.measured.peak for row in rows))
    per_150_000 = f"; per 150,000: {total.least * 150_000 / letters:,.0f} s" if letters > MANY else ""
    total = Measured(total.seconds, total.peak, note=f"{letters:,} letters{per_150_000}")
    yield Row("the whole run, two processes", "groeibrief", total, "90 s", steps=rows)


def list_track(ground: Ground) -> Iterator[Row]:
    """A sealed list against all Flanders, to the delivered answer; verifying the snapshot has a row of its own.

    A snapshot is verified once, when it comes; a list's own run only looks that it is still the same, and hashes again
    the files that it reads.
    """
    made = job(ground, "list-make", str(LIST_NUMBERS))
    found = job(ground, "list-answer", str(made.answer))
    if found.answer:
        rows, answered = found.answer
        found = Measured(found.seconds, found.peak, note=f"{rows:,} numbers, {answered:,} yes or no")
    yield Row("a list of half a million numbers, answered", "groeibrief", found, "20 s, 500 MB")


PARTS = {
    "counting": counting, "start-up": start_up, "taking-in": taking_in, "selecting": selecting, "writing": writing,
    "list-track": list_track, "whole-run": whole_run,
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, help="a smaller snapshot than all Flanders")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS), help="some of the parts")
    parser.add_argument("--write", action="store_true", help=f"put the table in {DOCUMENT.relative_to(ROOT)}")
    options = parser.parse_args()
    print("making the snapshot ready", file=sys.stderr)
    ground = make_ground(options.families)
    families = "all Flanders" if options.families is None else f"{options.families:,} families"
    print(f"{len(ground.store.files)} files in the prepared store", file=sys.stderr)
    about = f"{machine()}; {families}"
    rows = []
    for name in options.only:
        for row in PARTS[name](ground):
            print(as_text(lines([row])).partition("\n")[2], file=sys.stderr)
            rows.append(row)
    found = lines(rows)
    print(f"\n{about}\n{versions()}\n\n{as_text(found)}")
    if options.write:
        text = DOCUMENT.read_text()
        before, after = text.partition(BEGIN)[0], text.partition(END)[2]
        DOCUMENT.write_text(f"{before}{BEGIN}\n{about}.\n{versions()}.\n\n{as_markdown(found)}\n{END}{after}")
    return 1 if any(line[-1] in ("failed", "another answer!") for line in found) else 0


if __name__ == "__main__":
    sys.exit(main())
