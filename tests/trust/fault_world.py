"""The home in which commands are tried: keys, a snapshot, letters, and a state for each command to begin with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
from badinput_world import DAY, PROTOCOL, YEAR, Good, fingerprint_of, seal_list, write_files
from fault_process import Ended, command, run
from functional_command import AUDIENCE, CITIES
from functional_world import World
from test_cli_casework import KBO

__all__ = ["DAY", "NUMBER", "PROTOCOL", "Stage", "make_stage"]

NUMBER = f"{YEAR}-0001"
NIS = "44021"


@dataclass(frozen=True)
class Stage:
    """The functional tests' world and what is beside it; ``state(name)`` is copied for each try."""

    good: Good

    @property
    def world(self) -> World:
        """Keys, snapshot, lists, selection, letters, package."""
        return self.good.world

    @property
    def store(self) -> Path:
        """The prepared store of the synthetic snapshot."""
        return self.good.path("voorbereid")

    def state(self, name: str) -> Path:
        """A state folder to begin with: ``goedgekeurd`` (a request), ``vergelijken`` and ``klaar`` (a protocol),
        ``portaal`` (opened once), ``leeg``.
        """
        return self.good.path(f"staat-{name}")

    def environment(self, home: Path) -> dict[str, str]:
        """The environment of a process that works in *home* alone."""
        return self.good.environment(home) | {"PATH": os.environ["PATH"]}

    def do(self, home: Path, *words: object) -> Ended:
        """Run a command that has to succeed."""
        ended = run(command(words), home, self.environment(home))
        assert ended.code == 0, (words, ended.code, ended.out, ended.err)
        return ended


def make_stage(world: World, home: Path) -> Stage:
    """Set the stage in *home*, unless it is there."""
    stage = Stage(Good(world, home))
    if not stage.state("portaal").exists():
        home.mkdir(parents=True, exist_ok=True)
        write_files(stage.good)
        work = home / "werk"
        (work / "tmp").mkdir(parents=True)
        stage.do(work, "snapshot", "prepare", world.snapshot, "--store", stage.store)
        stage.state("leeg").mkdir()
        for fill, name in ((_approve, "goedgekeurd"), (_match, "klaar")):
            fill(stage, work)
            (work / "staat").rename(stage.state(name))
        from fault_portal import use_portal

        opening = use_portal(world.snapshot, stage.store, stage.state("portaal"), only_open=True)
        assert run(opening, work, stage.environment(work)).code == 0
        shutil.rmtree(work)
    return stage


def _approve(stage: Stage, work: Path) -> None:
    good, by = stage.good, ("--account", "ana.een")
    cities = [word for nis in CITIES for word in ("--gemeente", nis)]
    lines: Sequence[tuple[object, ...]] = (
        ("desk", "authority", KBO, "--naam", "OCMW Proef", "--soort", "ocmw", *cities, "--sinds", "2025-01-01"),
        ("desk", "account", "stad", "--rol", "gemeente", "--authority", KBO),
        ("desk", "account", "ana.een", "--rol", "analist"),
        ("desk", "account", "ana.twee", "--rol", "analist"),
        ("request", "new", good.path("aanvraag.yaml"), "--authority", KBO, "--account", "stad"),
        ("request", "define", NUMBER, AUDIENCE, *cities, "--peildatum", "2025-11-01", "--account", "stad"),
        ("request", "decision", NUMBER, good.path("besluit.pdf"), "--referentie", "1", "--datum", "2025-10-01",
         "--account", "stad"),
        ("request", "submit", NUMBER, "--account", "stad"),
        ("request", "agree", NUMBER, "--referentie", "V-1", "--datum", "2025-11-03", *by),
        ("request", "review", NUMBER, *by),
        ("request", "approve", NUMBER, "--account", "ana.twee"),
        ("desk", "processor", "VO-1", "--naam", "Druk", "--kbo", KBO, "--recipient", stage.world.printer_public,
         "--van", "2025-01-01", "--tot", "2099-01-01", *by),
    )  # fmt: skip
    for line in lines:
        stage.do(work, *line)


def _match(stage: Stage, work: Path) -> None:
    good, world = stage.good, stage.world
    homes = pq.read_table(world.snapshot / "woonplaats.parquet", columns=["persoon_id", "nis"]).to_pylist()
    here = {row["persoon_id"] for row in homes if row["nis"] == NIS}
    kids = set(pq.read_table(world.snapshot / "dossierkind.parquet", columns=["kind_id"]).column("kind_id").to_pylist())
    people = pq.read_table(world.snapshot / "persoon.parquet", columns=["persoon_id", "insz"]).to_pylist()
    numbers = sorted({row["insz"] for row in people if row["persoon_id"] in here & kids})
    seal_list(good, "\n".join(["insz", *numbers, ""]).encode(), good.path("lijst.csv.age"))
    party = ("--age", good.path("gemeente.pub"), "--signing", good.path("gemeente-teken.pub"))
    track, secret = ("opgroeien", "protocol"), ("--key", good.path("opgroeien.key"))
    decided = ("--decision", good.path("besluit.pdf"), "--reference", "CB-1", "--date", "2025-12-15")
    lines: Sequence[tuple[object, ...]] = (
        ("opgroeien", "account", "add", "an", "--rol", "behandelaar"),
        ("opgroeien", "account", "add", "bert", "--rol", "behandelaar"),
        ("opgroeien", "account", "add", "dina", "--rol", "dpo"),
        (*track, "new", good.path("protocol.yaml"), "--account", "an"),
        (*track, "keys", "register", PROTOCOL, *party, "--account", "an"),
        (*track, "keys", "confirm", PROTOCOL, "--fingerprint", fingerprint_of(good), "--account", "bert"),
        (*track, "attach", PROTOCOL, *decided, "--account", "an"),
        (*track, "advise", PROTOCOL, "--of", "bestuur", "--positive", "--reference", "a", "--account", "an"),
        (*track, "advise", PROTOCOL, "--of", "opgroeien", "--positive", "--reference", "b", "--account", "dina"),
        (*track, "conclude", PROTOCOL, "--account", "an"),
        ("opgroeien", "receive", PROTOCOL, good.path("lijst.csv.age"), *secret, "--account", "an", "--report",
         work / "verslag.age"),
        ("opgroeien", "match", PROTOCOL, "--snapshot", world.snapshot, "--store", stage.store, "--peildatum",
         "2025-11-01", *secret, "--account", "an"),
        ("opgroeien", "approve", PROTOCOL, "--account", "an"),
        ("opgroeien", "approve", PROTOCOL, "--account", "bert"),
    )  # fmt: skip
    for line in lines:
        if line[1] == "match":
            shutil.copytree(work / "staat", stage.state("vergelijken"))
        stage.do(work, *line)
