"""Counting: exactly for an analyst, which is recorded; through ``disclosure`` for a municipality."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from groeibrief.errors import UsageError
from groeibrief.workflow.definitions import Bound
from groeibrief.workflow.intake import Progress, take_in
from groeibrief.workflow.recording import MUNICIPALITY, record
from groeibrief.workflow.settings import Settings
from groeibrief.workflow.tellers import disclosure_policy, evened, open_teller, sensitive_sources

if TYPE_CHECKING:
    from groeibrief.disclosure import Answer
    from groeibrief.engines import Counts, Engine
    from groeibrief.query import Question
    from groeibrief.snapshot.store import Store

ENGINES = ("duckdb", "reference", "spark")


@dataclass(frozen=True)
class ExactCount:
    """An exact count, for the agency only."""

    counts: Counts
    bound: Bound
    snapshot: str
    synthetic: bool
    engine: str

    def as_json(self) -> dict[str, object]:
        """The JSON form that CLI.md fixes, and whether the families are invented."""
        definition = self.bound.definition
        return {
            "eenheid": self.counts.unit.value,
            "gezinnen": self.counts.families,
            "kinderen": self.counts.children,
            "niet_te_beoordelen": self.counts.undecidable,
            "zonder_woonplaats": self.counts.without_domicile,
            "voorwaarden": definition.voorwaarden,
            "definitie": definition.definitie,
            "snapshot": self.snapshot,
            "engine": self.engine,
            "synthetisch": self.synthetic,
        }


class Counter(Protocol):
    """What a count needs of an engine."""

    def count(self, question: Question) -> Counts:
        """See ``Engine.count``."""


def open_engine(
    bound: Bound, folder: Path, settings: Settings, name: str = "duckdb", progress: Progress | None = None
) -> tuple[Engine, Store]:
    """Take the snapshot in and open an engine over it. Raises UsageError (E202) for an engine that does not exist."""
    if name not in ENGINES:
        raise UsageError("E202", f"De engine '{name}' bestaat niet. Kies uit: {', '.join(ENGINES)}.")
    store = take_in(folder, settings, bound.catalogue, progress)
    if name == "reference":
        from groeibrief.engines.reference import ReferenceEngine
        from groeibrief.snapshot.folder import open_snapshot
        from groeibrief.snapshot.integrity import refuse_changed

        opened = open_snapshot(folder, settings.trust)
        refuse_changed(opened, {entry.table for entry in opened.manifest.files})
        return ReferenceEngine.over(opened, bound.catalogue), store
    if name == "spark":
        from groeibrief.engines.spark import SparkEngine

        return SparkEngine(store, bound.catalogue), store
    from groeibrief.engines.duckdb import DuckDBEngine

    return DuckDBEngine(store, bound.catalogue), store


def count_exactly(
    bound: Bound, folder: Path, settings: Settings, engine: str = "duckdb", progress: Progress | None = None
) -> ExactCount:
    """Count exactly, and record in the ledger that it was done."""
    opened, store = open_engine(bound, folder, settings, engine, progress)
    counts = opened.count(bound.definition.question)
    definition = bound.definition
    hashes = {"voorwaarden": definition.voorwaarden, "definitie": definition.definitie, "snapshot": store.snapshot}
    record(settings, "exacte-telling", hashes)
    return ExactCount(counts, bound, store.id, store.synthetic, engine)


def count_as_municipality(
    bound: Bound,
    folder: Path,
    settings: Settings,
    municipalities: Collection[str],
    *,
    children: bool,
    engine: str = "duckdb",
    progress: Progress | None = None,
) -> tuple[Answer, bool]:
    """Count as a municipality would see it, through ``disclosure``; also whether the snapshot is synthetic.

    What can be refused from the text and the manifest alone is refused before anything is charged: the coverage and
    the reference date (SnapshotError), another's municipality (RefusedError E510).
    """
    opened, store = open_engine(bound, folder, settings, engine, progress)
    return ask_as_municipality(bound, opened, store, settings, municipalities, children=children), store.synthetic


def ask_as_municipality(
    bound: Bound, engine: Counter, store: Store, settings: Settings, municipalities: Collection[str], *, children: bool
) -> Answer:
    """Ask over an engine that is open already, and record it; see :func:`count_as_municipality`."""
    from groeibrief.engines.duckdb.coverage import refuse_uncovered

    begun, question = time.monotonic(), bound.definition.question
    coverage = {source: (bounds.first, bounds.last) for source, bounds in store.coverage.items()}
    refuse_uncovered(question, store.extracted_on, coverage)

    def exactly() -> tuple[int, int]:
        counts = engine.count(question)
        return counts.families, counts.children_capped

    teller = open_teller(bound.project, bound.catalogue, settings)
    answer = teller.ask(
        question,
        municipality=municipalities,
        snapshot_id=store.id,
        snapshot_hash=store.snapshot,
        sources_sensitive=sensitive_sources(bound.catalogue),
        children=children,
        count=evened(exactly, disclosure_policy(bound.project), begun),
    )
    hashes = {"voorwaarden": answer.voorwaarden, "snapshot": store.snapshot}
    record(settings, "telling", hashes, MUNICIPALITY)
    return answer
