"""The commands that are tried, each with how it begins and what must be there in the end, whatever happened on the way.

What must be there is told as a mapping that is the same after every try: hashes of what is repeatable byte for byte,
the opened content of a package (its encryption differs each time), how many rows a database has, what the ledger tells.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
from fault_portal import use_portal
from fault_process import Body, command
from fault_world import NUMBER, PROTOCOL, Stage

from groeibrief.casework.ledger import Ledger
from groeibrief.casework.pseudonyms import Pseudonyms
from groeibrief.printshop.package import open_package

Outcome = Mapping[str, object]
_MADE = frozenset({"selectie", "brieven", "pakket", "telling", "besteld-aantal"})
"""Acts that are told before what they tell of is there to see: who was killed in between tells them again."""
_REQUEST = Path("staat", "dossiers", "uitvoeringen", NUMBER, "ronde-1")


@dataclass(frozen=True)
class Scenario:
    """One command. ``begin`` lays out an empty home; ``done``: what it may exit with once it was done to the end."""

    name: str
    state: str
    body: Callable[[Stage, Path], Body]
    outcome: Callable[[Stage, Path], Outcome]
    done: Collection[int]

    def begin(self, stage: Stage, home: Path) -> None:
        """Lay out *home* as the command finds it."""
        (home / "tmp").mkdir(parents=True)
        shutil.copytree(stage.state(self.state), home / "staat")

    def judge(self, stage: Stage, home: Path) -> Outcome:
        """What is there now. Raises AssertionError for what is broken or half."""
        assert not (left := sorted(path.name for path in home.rglob("*.deel"))), f"half made: {left}"
        for path in sorted(home.rglob("*.sqlite")):
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as opened:
                found = opened.execute("PRAGMA integrity_check").fetchall()
            assert found == [("ok",)], f"{path.name}: {found}"
        for path in sorted(home.rglob("logboek.sqlite")):
            verdict = Ledger(path).verify()
            assert verdict.valid, verdict.reason
        return self.outcome(stage, home)


def tree(folder: Path) -> dict[str, str]:
    """The hash of every file of a folder, by name."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def opened(stage: Stage, package: Path) -> dict[str, str]:
    """What the print shop reads in a package."""
    with tempfile.TemporaryDirectory(prefix="groeibrief-uitval-") as name:
        out = Path(name) / "open"
        made = open_package(package, out, stage.world.printer, [stage.world.vutg_public])
        manifest = made.manifest
        return {**tree(out), "opdracht": manifest.opdracht, "stukken": str(manifest.stukken)}


def rows(path: Path, *questions: str) -> list[object]:
    """What SQL *questions* answer, one row each."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as opened_:
        return [opened_.execute(question).fetchall() for question in questions]


def acts(path: Path) -> list[str]:
    """What a ledger tells, in order; the same artefact that was told again because its maker was killed, once."""
    told: list[str] = []
    seen: set[str] = set()
    for entry in Ledger(path).entries():
        line = f"{entry.who} {entry.role} {entry.act} {sorted(entry.hashes)}"
        if entry.act not in _MADE or line not in seen:
            told.append(line)
        seen.add(line)
    return told


def told_of(path: Path, act: str) -> set[str]:
    """The hashes of which a ledger tells *act*."""
    return {digest for entry in Ledger(path).entries() if entry.act == act for digest in entry.hashes.values()}


def _run(stage: Stage, home: Path) -> Body:
    world = stage.world
    return command(
        ["run", NUMBER, "--snapshot", world.snapshot, "--store", stage.store, "--trust", world.trust, "--suppression",
         world.lists, "--recipient", world.printer_public, "--key", world.vutg, "--account", "ana.een"]
    )  # fmt: skip


def _ran(stage: Stage, home: Path) -> Outcome:
    folder, state = home / _REQUEST, home / "staat"
    kept = state / "dossiers" / "gezinnen" / f"{NUMBER}-1"
    pseudonyms = Pseudonyms(kept.with_name(f"{kept.name}.sleutel"))
    # Without threads: this process is forked again, and a lock that a thread of it held would stay held.
    recipients = pq.ParquetFile(folder / "selectie" / "recipients.parquet").read(["dossier_id"], use_threads=False)
    dossiers = set(recipients.column("dossier_id").to_pylist())
    families = b"".join(sorted(bytes.fromhex(pseudonyms.of(each)) for each in dossiers))
    assert kept.with_name(f"{kept.name}.lijst").read_bytes()[:-8] == families, "who was written to is not what was kept"
    sealed = hashlib.sha256((folder / "opdracht.pakket" / "inhoud.tar.age").read_bytes()).hexdigest()
    jobs, known = state / "drukwerk.sqlite", state / "dossiers" / "dossiers.sqlite"
    assert (sealed,) in rows(jobs, "SELECT sha256 FROM pakket")[0], "the memory of jobs does not know the package"  # type: ignore[operator]
    assert sealed in told_of(state / "logboek.sqlite", "pakket"), "the ledger does not know the package"
    return {
        "selectie": tree(folder / "selectie"),
        "brieven": tree(folder / "brieven"),
        "pakket": opened(stage, folder / "opdracht.pakket"),
        "opdrachten": rows(jobs, "SELECT opdracht, brieven FROM opdracht", "SELECT count(*), sum(partij) FROM stuk"),
        "aanvraag": rows(
            known,
            "SELECT toestand, versie FROM aanvraag",
            "SELECT ronde, opdracht FROM uitvoering",
            "SELECT stap, aantal FROM stap ORDER BY stap",
            "SELECT count(*) FROM uitgaand WHERE bezorgd = 0",
            "SELECT daad, count(*) FROM uitgaand GROUP BY daad ORDER BY daad",
        ),
        "telbeurten": rows(
            state / "tellingen" / "telbeurten.sqlite",
            "SELECT gemeente, kost FROM verbruik ORDER BY gemeente",
            "SELECT count(*), count(ruw) FROM antwoord",
        ),
        "logboek": acts(state / "logboek.sqlite"),
        "mappen": sorted(path.name for path in folder.iterdir()),
    }


def _import(stage: Stage, home: Path) -> Body:
    good = stage.good
    return command(
        ["snapshot", "import", good.path("invoer.yaml"), good.path("bron"), "uit", "--key", stage.world.vutg]
    )


def _folder(_: Stage, home: Path) -> Outcome:
    return {"uit": tree(home / "uit")}


def _prepare(stage: Stage, home: Path) -> Body:
    return command(["snapshot", "prepare", stage.world.snapshot, "--store", "uit"])


def _prepared(stage: Stage, home: Path) -> Outcome:
    return {"uit": {name: digest for name, digest in tree(home / "uit").items() if not name.endswith(".slot")}}


def _make(stage: Stage, home: Path) -> Body:
    world = stage.world
    return command(
        ["package", "make", world.letters, "--out", "uit", "--recipient", world.printer_public, "--key", world.vutg]
    )


def _made(stage: Stage, home: Path) -> Outcome:
    sealed = hashlib.sha256((home / "uit" / "inhoud.tar.age").read_bytes()).hexdigest()
    jobs, ledger = home / "staat" / "drukwerk.sqlite", home / "staat" / "logboek.sqlite"
    assert (sealed,) in rows(jobs, "SELECT sha256 FROM pakket")[0], "the memory of jobs does not know the package"  # type: ignore[operator]
    assert sealed in told_of(ledger, "pakket"), "the ledger does not know the package"
    return {
        "pakket": opened(stage, home / "uit"),
        "opdrachten": rows(jobs, "SELECT opdracht, brieven FROM opdracht", "SELECT count(*), sum(partij) FROM stuk"),
        "logboek": acts(ledger),
    }


def _answer(stage: Stage, home: Path) -> Body:
    key = stage.good.path("teken.key")
    return command(["opgroeien", "answer", PROTOCOL, "--out", "uit", "--sign-key", key, "--account", "bert"])


def _answered(_: Stage, home: Path) -> Outcome:
    folder = home / "staat" / "opgroeien"
    known = folder / "protocollen.sqlite"
    return {
        "uit": tree(home / "uit"),
        "werk": sorted(path.name for path in (folder / "werk").iterdir()),
        "wisbewijzen": sorted(path.name for path in (folder / "wisbewijzen").iterdir()),
        "protocol": rows(
            known,
            "SELECT toestand FROM protocol",
            "SELECT count(*), count(geleverd_op), count(gewist_op) FROM levering",
            "SELECT count(*) FROM uitgaand WHERE bezorgd = 0",
            "SELECT daad, count(*) FROM uitgaand GROUP BY daad ORDER BY daad",
        ),
        "logboek": acts(folder / "logboek.sqlite"),
    }


def _portal(stage: Stage, home: Path) -> Body:
    return use_portal(stage.world.snapshot, stage.store, home / "staat")


def _used(_: Stage, home: Path) -> Outcome:
    state = home / "staat"
    known = state / "dossiers" / "dossiers.sqlite"
    (done,) = rows(known, "SELECT daad, count(*) FROM gebeurtenis GROUP BY daad ORDER BY daad")
    told = Counter(entry.act for entry in Ledger(state / "logboek.sqlite").entries())
    events = [(f"aanvraag-{act}", number) for act, number in done]  # type: ignore[attr-defined]
    assert [(act, told[act]) for act, _ in events] == events, f"events {events}, told {told}"
    open_ = "(SELECT id, toestand FROM aanvraag WHERE toestand <> 'ingetrokken')"
    return {
        "aanvraag": rows(
            known,
            f"SELECT toestand FROM {open_}",
            f"SELECT DISTINCT daad FROM gebeurtenis WHERE aanvraag IN (SELECT id FROM {open_}) ORDER BY daad",
            "SELECT count(*) FROM uitgaand WHERE bezorgd = 0",
            f"SELECT count(*) FROM bericht WHERE aanvraag IN (SELECT id FROM {open_})",
        ),
        "telbeurten": rows(
            state / "tellingen" / "telbeurten.sqlite",
            "SELECT gemeente, kost FROM verbruik ORDER BY gemeente",
            "SELECT count(*), count(ruw) FROM antwoord",
        ),
        "besluiten": len([*(state / "dossiers" / "besluiten").iterdir()]),
    }


SCENARIOS = {
    each.name: each
    for each in (
        Scenario("run", "goedgekeurd", _run, _ran, {0, 5}),
        Scenario("import", "leeg", _import, _folder, {0, 2}),
        Scenario("prepare", "leeg", _prepare, _prepared, {0}),
        Scenario("make", "leeg", _make, _made, {0, 2}),
        Scenario("answer", "klaar", _answer, _answered, {0, 5}),
        Scenario("portaal", "portaal", _portal, _used, {0}),
    )
}
