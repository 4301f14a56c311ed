"""What is damaged, and which command has to notice: a victim for each part of the suite."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from fault_process import Ended, command, run
from fault_scenarios import opened, tree
from fault_world import NIS, PROTOCOL, Stage
from functional_command import AUDIENCE, BOUND

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.casework.cabinet import Cabinet
from groeibrief.casework.families import key_path, list_path, remember_families, too_often
from groeibrief.casework.ledger import Ledger
from groeibrief.casework.runs import Done, Run
from groeibrief.catalog import find_project, load_catalogue
from groeibrief.errors import UserError
from groeibrief.keys import read_private_key
from groeibrief.snapshot.folder import open_snapshot
from groeibrief.workflow import intake

REFUSED, SAME, PASSED = "geweigerd", "ongewijzigd", "onopgemerkt"
_EXITS = frozenset({2, 3, 4, 5})
"""A command that refuses what is damaged ends so; 1 would be an accident, 0 and 6 an answer."""
How = tuple[str, str]


@dataclass
class Bench:
    """The stage, a home for copies, and what each use gives when nothing is damaged."""

    stage: Stage
    home: Path
    usual: dict[str, object] = field(default_factory=dict)

    def learn(self, parts: Sequence[str]) -> None:
        """See what every use gives undamaged: it must be an answer, and not a refusal."""
        for part in parts:
            victim = VICTIMS[part]
            for number in range(victim.uses):
                home = self.home / f"gaaf-{part}-{number}"
                (home / "tmp").mkdir(parents=True)
                paths = victim.lay_out(self, home)
                how, told = victim.use(self, home, paths[number % len(paths)], number)
                assert how == SAME, f"{part}: {told}"
                shutil.rmtree(home)

    def do(self, home: Path, *words: object) -> Ended:
        """Run a command in *home*."""
        return run(command(words), home, self.stage.environment(home))

    def compared(self, name: str, found: Callable[[], object]) -> How:
        """Whether what a use gave is what it gives undamaged; the first time it is what that is."""
        value = found()
        same = self.usual.setdefault(name, value) == value
        return (SAME, "same") if same else (PASSED, f"{name}: other: {str(value)[:300]}")

    def judged(self, name: str, ended: Ended, found: Callable[[], object]) -> How:
        """What a process made of it."""
        said = ended.out + ended.err
        if "Traceback" in said or (ended.code != 0 and ended.code not in _EXITS):
            return PASSED, f"exit {ended.code}: {said[-500:]}"
        return (REFUSED, said[:200]) if ended.code else self.compared(name, found)


@dataclass(frozen=True)
class Victim:
    """``lay_out`` copies into a home and returns the files to damage; ``use`` is told which one it was and a draw."""

    lay_out: Callable[[Bench, Path], list[Path]]
    use: Callable[[Bench, Path, Path, int], How]
    uses: int = 1
    favoured: Callable[[Path], bool] = lambda path: True

    def choose(self, paths: Sequence[Path], chance: random.Random) -> Path:
        """A file to damage: two in three from those that the use reads."""
        full = [path for path in paths if path.stat().st_size]
        read = [path for path in full if self.favoured(path)]
        return chance.choice(read if read and chance.random() < 2 / 3 else full)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


# A snapshot: looked at whole, and counted on after it was found good before.
def _copy_snapshot(bench: Bench, home: Path) -> list[Path]:
    shutil.copytree(bench.stage.world.real, home / "snapshot")
    return _files(home / "snapshot")


def _on(bench: Bench, home: Path) -> tuple[object, ...]:
    return ("--snapshot", home / "snapshot", "--trust", bench.stage.world.trust, "--store", bench.home / "voorbereid")


def _count_on(bench: Bench, home: Path, path: Path, draw: int) -> How:
    if draw % 2:
        ended = bench.do(home, "snapshot", "verify", "snapshot", "--trust", bench.stage.world.trust)
        return bench.judged("snapshot verify", ended, lambda: ended.out)
    ended = bench.do(home, "count", AUDIENCE, *BOUND, *_on(bench, home), "--exact", "--json")
    return bench.judged("count", ended, lambda: ended.out)


# The same, but nothing shows it: the record of the verification fits the damaged file.
def _wear(bench: Bench, home: Path) -> list[Path]:
    shutil.copytree(bench.stage.world.snapshot, home / "snapshot")
    for key in bench.stage.world.snapshot.parent.glob("*.pub"):
        shutil.copy(key, home)
    shutil.copytree(bench.stage.store, home / "voorbereid")
    shutil.copytree(bench.stage.state("vergelijken"), home / "staat")
    return sorted((home / "snapshot").glob("*.parquet"))


def _use_worn(bench: Bench, home: Path, path: Path, draw: int) -> How:
    snapshot = open_snapshot(home / "snapshot")
    looks = intake._looks(snapshot, load_catalogue(find_project()))
    (record,) = (home / "voorbereid").glob("*.nagekeken")
    record.write_bytes(canonical_json({"gezien": looks, "sha256": sha256_bytes(canonical_json(looks))}))
    on = ("--snapshot", "snapshot", "--store", "voorbereid")
    match draw % 3:
        case 0:
            good = bench.stage.good
            ended = bench.do(
                home, "opgroeien", "match", PROTOCOL, *on, "--peildatum", "2025-11-01", "--key",
                good.path("opgroeien.key"), "--account", "an", "--json",
            )  # fmt: skip
            return bench.judged("opgroeien match", ended, lambda: ended.out)
        case 1:
            engine = ("--engine", "reference")
            ended = bench.do(home, "count", AUDIENCE, "--gemeente", NIS, *BOUND[-2:], *on, "--exact", *engine, "--json")
            return bench.judged("count reference", ended, lambda: ended.out)
    ended = bench.do(home, "count", AUDIENCE, *BOUND, *on, "--exact", "--json")
    return bench.judged("count worn", ended, lambda: ended.out)


# The prepared store, under a selection.
def _copy_store(bench: Bench, home: Path) -> list[Path]:
    shutil.copytree(bench.stage.store, home / "voorbereid")
    return [path for path in _files(home / "voorbereid") if not path.name.endswith(".slot")]


def _select(bench: Bench, home: Path, path: Path, draw: int) -> How:
    world = bench.stage.world
    given = (
        "--snapshot",
        world.snapshot,
        "--store",
        "voorbereid",
        "--suppression",
        world.lists,
        "--trust",
        world.trust,
    )
    ended = bench.do(home, "select", AUDIENCE, *BOUND, *given, "--out", "uit")
    return bench.judged("select", ended, lambda: tree(home / "uit"))


def _is_selected_from(path: Path) -> bool:
    """Whether the selection reads a file: of the parts of a table, those of the day that is asked about."""
    names = {"kind", "begunstigde", "sociale_toeslag", "persoon", "adres", "dossierbegunstigde", "index.json"}
    part = path.parent.name
    return bool(names & set(path.parts)) and ("=" not in part or part in ("eind=2025", "eind=9999", "blok=2025"))


# A package, opened and verified.
def _copy_package(bench: Bench, home: Path) -> list[Path]:
    shutil.copytree(bench.stage.world.package, home / "pakket")
    return _files(home / "pakket")


def _open_package(bench: Bench, home: Path, path: Path, draw: int) -> How:
    world = bench.stage.world
    if draw % 2:
        ended = bench.do(home, "package", "verify", "pakket", "--trust", world.vutg_public)
        return bench.judged("package verify", ended, lambda: ended.out)
    keys = ("--trust", world.vutg_public, "--key", world.printer)
    ended = bench.do(home, "package", "open", "pakket", *keys, "--out", "uit")
    return bench.judged("package open", ended, lambda: tree(home / "uit"))


# The ledger: verified; and when it is called whole, exported and written on.
def _copy_ledger(bench: Bench, home: Path) -> list[Path]:
    (home / "staat").mkdir()
    for path in bench.stage.state("goedgekeurd").glob("logboek.*"):
        shutil.copy(path, home / "staat")
    return [path for path in _files(home / "staat") if path.name.endswith((".sqlite", ".hoofd", ".sleutel"))]


def _verify_ledger(bench: Bench, home: Path, path: Path, draw: int) -> How:
    ended = bench.do(home, "ledger", "verify")
    if ended.code == 0:
        exported = bench.do(home, "ledger", "export", "--out", "logboek.jsonl")
        ledger = Ledger(home / "staat" / "logboek.sqlite")

        def found() -> object:
            data = (home / "logboek.jsonl").read_bytes()
            ledger.append("ana.een", "analist", "proef", {"proef": "ab" * 16}, datetime(2026, 1, 1, tzinfo=UTC))
            ledger.verify().require()
            with closing(sqlite3.connect(home / "staat" / "logboek.sqlite")) as database:
                return data, database.execute("PRAGMA integrity_check").fetchall()

        return bench.judged("ledger", exported, found)
    return bench.judged("ledger", ended, lambda: None)


# Lists of objections and protected people.
def _copy_lists(bench: Bench, home: Path) -> list[Path]:
    folder, key = home / "lijsten", read_private_key(bench.stage.world.signer)
    folder.mkdir()
    head = "persoon_id,dossier_id,lijst,geldig_van,geldig_tot"
    for name, start in (("verzet", 1), ("beschermd", 500)):
        rows = [f"{start + each},,{name},2020-01-01," for each in range(0, 400, 2)]
        data = ("\n".join([head, *rows]) + "\n").encode()
        (folder / f"{name}.csv").write_bytes(data)
        (folder / f"{name}.csv.sig").write_bytes(key.sign(data))
    return _files(folder)


def _suppress(bench: Bench, home: Path, path: Path, draw: int) -> How:
    world = bench.stage.world
    given = (
        "--snapshot",
        world.snapshot,
        "--store",
        bench.stage.store,
        "--suppression",
        "lijsten",
        "--trust",
        world.trust,
    )
    ended = bench.do(home, "select", AUDIENCE, *BOUND, *given, "--out", "uit")
    return bench.judged("suppress", ended, lambda: tree(home / "uit"))


# Keys: each in its use.
def _copy_keys(bench: Bench, home: Path) -> list[Path]:
    shutil.copytree(bench.stage.world.trust.parent, home / "sleutels")
    for name in ("teken.key", "teken.pub"):
        shutil.copy(bench.stage.good.path(name), home / "sleutels")
    return [path for path in _files(home / "sleutels") if path.name != "bron.key" and path.name != "teken.pub"]


def _use_key(bench: Bench, home: Path, path: Path, draw: int) -> How:
    world, keys = bench.stage.world, home / "sleutels"
    match path.name:
        case "vutg.key" | "drukkerij.pub":
            given = ("--recipient", keys / "drukkerij.pub", "--key", keys / "vutg.key")
            ended = bench.do(home, "package", "make", world.letters, "--out", "uit", *given)
            return bench.judged("package make", ended, lambda: opened(bench.stage, home / "uit"))
        case "vutg.pub" | "drukkerij.key":
            given = ("--trust", keys / "vutg.pub", "--key", keys / "drukkerij.key")
            ended = bench.do(home, "package", "open", world.package, *given, "--out", "uit")
            return bench.judged("package open", ended, lambda: tree(home / "uit"))
        case "bron.pub":
            ended = bench.do(home, "snapshot", "verify", world.real, "--trust", keys / "bron.pub")
            return bench.judged("snapshot verify", ended, lambda: ended.out)
    shutil.copytree(bench.stage.state("klaar"), home / "staat")
    ended = bench.do(
        home, "opgroeien", "answer", PROTOCOL, "--out", "uit", "--sign-key", keys / "teken.key", "--account", "bert"
    )
    return bench.judged("opgroeien answer", ended, lambda: tree(home / "uit"))


# Who was written to: the list of a run and its key, which the next run reads.
_WRITTEN = tuple(range(1, 400, 3))


def _run_of(hashed: str | None) -> Run:
    day = datetime(2025, 11, 3, tzinfo=UTC)
    steps = {"gezinnen": Done(day, hashed, len(_WRITTEN))} if hashed else {}
    return Run(
        "2025-0001", 1, day, "ana", "s", "0" * 64, day.date(), "0" * 64, "0" * 64, "VO", True, None, steps
    )  # fmt: skip


def _remember(bench: Bench, home: Path) -> list[Path]:
    cabinet = Cabinet(home / "staat")
    hashed = remember_families(cabinet, _run_of(None), _WRITTEN)
    (home / "hash").write_text(hashed)
    return [key_path(cabinet, "2025-0001", 1), list_path(cabinet, "2025-0001", 1)]


def _look_up(bench: Bench, home: Path, path: Path, draw: int) -> How:
    run_ = _run_of((home / "hash").read_text())
    try:
        found = too_often(Cabinet(home / "staat"), [run_], range(1, 600), 1)
    except UserError as error:
        return (REFUSED, str(error)) if error.exit_code in _EXITS else (PASSED, str(error))
    return bench.compared("gezinnen", lambda: hashlib.sha256(json.dumps(sorted(found)).encode()).hexdigest())


VICTIMS: dict[str, Victim] = {
    "snapshot": Victim(_copy_snapshot, _count_on, 2),
    "slijtage": Victim(_wear, _use_worn, 3),
    "voorbereid": Victim(_copy_store, _select, favoured=_is_selected_from),
    "pakket": Victim(_copy_package, _open_package, 2),
    "logboek": Victim(_copy_ledger, _verify_ledger, favoured=lambda path: path.suffix == ".sqlite"),
    "lijsten": Victim(_copy_lists, _suppress),
    "sleutels": Victim(_copy_keys, _use_key, 6),
    "gezinnen": Victim(_remember, _look_up),
}
