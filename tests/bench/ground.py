"""What every measurement stands on: one synthetic snapshot, its prepared store, and the questions that are asked."""

from __future__ import annotations

import dataclasses
import functools
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from groeibrief.catalog import Catalogue, find_project, load_catalogue
from groeibrief.language.definition import Binding
from groeibrief.query import Question
from groeibrief.snapshot.store import Store
from groeibrief.workflow.definitions import Bound, read_bound
from groeibrief.workflow.intake import take_in
from groeibrief.workflow.settings import Settings

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".bench"

DAY = date(2025, 11, 1)
"""The reference date of the questions, in the block of twelve months that starts in September 2025."""
BLOCK = 2025

QUESTIONS = {
    "schooltoeslag": "torhout-hulp-bij-schooltoeslag",
    "laagste-schijf": "leuven-vrijetijdspremie",
    "drie-kinderen": "zaventem-grote-gezinnen",
}
"""The questions by the short name of the table, with the shipped definition that asks them."""


@dataclass(frozen=True)
class Ground:
    """The folder of a snapshot in the cache, and everything that is derived from it."""

    folder: Path

    @property
    def snapshot(self) -> Path:
        return self.folder / "snapshot"

    @property
    def settings(self) -> Settings:
        return Settings(trust=(), store_root=self.folder / "voorbereid", state=self.folder / "staat")

    @functools.cached_property
    def catalogue(self) -> Catalogue:
        return load_catalogue(find_project())

    @functools.cached_property
    def store(self) -> Store:
        return take_in(self.snapshot, self.settings, self.catalogue)

    def bound(self, question: str) -> Bound:
        return read_bound(find_project().rules / f"{QUESTIONS[question]}.yaml", Binding())

    def question(self, name: str, *, everywhere: bool) -> Question:
        question = self.bound(name).definition.question
        return dataclasses.replace(question, municipalities=self.municipalities) if everywhere else question

    @property
    def municipalities(self) -> tuple[str, ...]:
        return tuple(sorted(row.nis for row in self.catalogue.municipalities.valid_on(DAY)))

    def parts(self, table: str, *, since: int = BLOCK) -> list[Path]:
        """The files of a table whose part is *since* or later: what a question about :data:`DAY` has to look at."""
        return [self.store.root / file.name for file in self.store.files_of(table, range(since, 10_000))]

    def definition_for(self, question: str, municipalities: tuple[str, ...], name: str) -> Path:
        """Write a definition like the shipped one, about other municipalities, and return its file."""
        shipped = self.bound(question).definition
        assert shipped.path is not None
        (own,) = shipped.question.municipalities
        codes = json.dumps(municipalities)
        text = shipped.path.read_text().replace(f'["{own}"]', codes).replace(shipped.doelgroep, name, 1)
        path = self.folder / f"{name}.yaml"
        path.write_text(text)
        return path


def make_ground(families: int | None) -> Ground:
    """Find the snapshot of that size in the cache, or synthesise it."""
    ground = Ground(CACHE / ("vlaanderen" if families is None else f"gezinnen-{families}"))
    if not (ground.snapshot / "manifest.json").is_file():
        size = [] if families is None else ["--families", str(families)]
        command = [sys.executable, "-m", "groeibrief", "snapshot", "synth", str(ground.snapshot), *size]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return ground
