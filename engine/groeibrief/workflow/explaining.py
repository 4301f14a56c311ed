"""What an analyst sees of a definition on a snapshot: attrition, one dossier explained, a difference; all recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from groeibrief.errors import UsageError
from groeibrief.query import sources_used
from groeibrief.workflow.definitions import Bound
from groeibrief.workflow.intake import Progress, take_in
from groeibrief.workflow.recording import record
from groeibrief.workflow.settings import Settings

if TYPE_CHECKING:
    from groeibrief.engines.analysis.attrition import Attrition
    from groeibrief.engines.analysis.difference import Difference
    from groeibrief.engines.analysis.explanation import Explanation
    from groeibrief.engines.reference.world import World
    from groeibrief.snapshot.store import Store


@dataclass(frozen=True, slots=True)
class Source:
    """What an answer was drawn from; every output tells it."""

    snapshot: str
    synthetic: bool

    @classmethod
    def of(cls, store: Store) -> Source:
        """The source that a prepared store is."""
        return cls(store.id, store.synthetic)

    def __str__(self) -> str:
        return f"snapshot {self.snapshot}{' (synthetisch)' if self.synthetic else ''}"

    def as_json(self) -> dict[str, object]:
        """Under Dutch keys."""
        return {"snapshot": self.snapshot, "synthetisch": self.synthetic}


@dataclass(frozen=True, slots=True)
class Letters:
    """What decides, after the conditions, whether a letter goes out: the lists, and earlier selections."""

    lists: Path | None = None
    earlier: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Explained:
    """``step``: where a selected gezin fell off on the way to a letter; None: nowhere, or it is not selected."""

    dossier: int | None
    child: int | None
    explanation: Explanation
    step: str | None
    source: Source

    def as_json(self) -> dict[str, object]:
        """The form that CLI.md fixes, and what it was drawn from."""
        from groeibrief.engines.analysis.wording import OUTCOMES

        tree = self.explanation.tree
        if tree is None:
            return {"buiten_populatie": self.explanation.outside, **self.source.as_json()}
        return {
            "dossier": self.dossier,
            "kind": self.child,
            "uitkomst": OUTCOMES[tree.outcome],
            "boom": tree.as_json(),
            "waterval": self.step,
            "opmerking": self.explanation.remark,
            **self.source.as_json(),
        }

    def text(self) -> str:
        """The same, to read."""
        tree = self.explanation.tree
        if tree is None:
            return f"{self.explanation.outside}\nDat is buiten de populatie van deze doelgroep."
        who = f"Dossier {self.dossier}" + (f", kind {self.child}" if self.child else "")
        verdict = {
            True: "geselecteerd",
            False: "niet geselecteerd",
            None: "niet te beoordelen, dus niet geselecteerd",
        }[tree.outcome]
        lines = [f"{who}: {verdict}.", *([self.explanation.remark] if self.explanation.remark else [])]
        if tree.outcome is True:
            lines.append(
                "Er gaat een brief naar dit gezin."
                if self.step is None
                else f"Er gaat geen brief naar dit gezin: het viel af bij '{self.step}'."
            )
        return "\n".join([*lines, "", *tree.lines()])


def explain(
    bound: Bound,
    folder: Path,
    settings: Settings,
    *,
    dossier: int | None = None,
    child: int | None = None,
    letters: Letters = Letters(),
    progress: Progress | None = None,
) -> Explained:
    """Explain one dossier, or the dossier of one child, and where it falls off before a letter.

    Raises UsageError (E211) unless exactly one of them is given; RefusedError (E565) when a selected gezin cannot be
    followed because a suppression list is missing; and SnapshotError as a count.
    """
    if (dossier is None) == (child is None):
        raise UsageError("E211", "Zeg wie u uitgelegd wilt zien: --dossier N of --kind N, één van beide.")
    from groeibrief.engines.analysis.dossier import find_dossier, read_dossier
    from groeibrief.engines.analysis.explanation import Explainer, Explanation
    from groeibrief.engines.duckdb.coverage import refuse_uncovered
    from groeibrief.snapshot.folder import open_snapshot

    store = take_in(folder, settings, bound.catalogue, progress)
    question = bound.definition.question
    refuse_uncovered(
        question, store.extracted_on, {name: (each.first, each.last) for name, each in store.coverage.items()}
    )
    snapshot, source = open_snapshot(folder, settings.trust), Source.of(store)
    _record(settings, bound, store, "uitleg")
    if dossier is None:
        assert child is not None, "one of them is given"
        dossier = find_dossier(snapshot, child, question.reference_date)
        if dossier is None:
            outside = f"Kind {child} staat in geen enkel dossier van deze snapshot."
            return Explained(None, child, Explanation(outside=outside), None, source)
    world = read_dossier(snapshot, bound.catalogue, dossier, sources_used(question))
    explanation = Explainer(world, bound.catalogue, question).explain(dossier, child)
    selected = explanation.tree is not None and explanation.tree.outcome is True
    step = _step(bound, store, settings, world, dossier, letters) if selected else None
    return Explained(dossier, child, explanation, step, source)


def _step(bound: Bound, store: Store, settings: Settings, world: World, dossier: int, letters: Letters) -> str | None:
    """Follow the one gezin to its letter: a selection in which it is alone, on the very path of all selections."""
    from groeibrief.engines.reference import ReferenceEngine
    from groeibrief.keys import read_public_key
    from groeibrief.selection import load_policy, load_suppression, read_selection, select

    keys = [read_public_key(path) for path in settings.trust]
    suppression = load_suppression(letters.lists, keys, store.extracted_on)
    written = [
        (dossier, person)
        for earlier in letters.earlier
        for row in read_selection(earlier).recipients.select(["dossier_id", "persoon_ids"]).to_pylist()
        if row["dossier_id"] == dossier
        for person in row["persoon_ids"]
    ]
    engine = ReferenceEngine(world, bound.catalogue)
    policy = load_policy(bound.project)
    return select(bound.definition, engine, store, bound.catalogue, policy, suppression, written).step_of(dossier)


def attrition(
    bound: Bound, folder: Path, settings: Settings, progress: Progress | None = None
) -> tuple[Attrition, Source]:
    """Work out the attrition of a definition on a snapshot. Raises SnapshotError as a count."""
    from groeibrief.engines.analysis.attrition import attrition as work_out
    from groeibrief.engines.duckdb import DuckDBEngine

    store = take_in(folder, settings, bound.catalogue, progress)
    definition = bound.definition
    found = work_out(DuckDBEngine(store, bound.catalogue), definition.question, bound.catalogue, definition.lines)
    _record(settings, bound, store, "afvalling")
    return found, Source.of(store)


def sql(bound: Bound, folder: Path, settings: Settings, progress: Progress | None = None) -> tuple[str, Source]:
    """The statement that counts, under a comment that tells the definition. Raises SnapshotError as a count."""
    from groeibrief.engines.analysis.statement import commented
    from groeibrief.engines.duckdb import DuckDBEngine
    from groeibrief.engines.duckdb.coverage import refuse_uncovered

    store = take_in(folder, settings, bound.catalogue, progress)
    coverage = {name: (each.first, each.last) for name, each in store.coverage.items()}
    refuse_uncovered(bound.definition.question, store.extracted_on, coverage)
    statement = DuckDBEngine(store, bound.catalogue).sql(bound.definition.question)
    return commented(statement, bound.definition, bound.catalogue), Source.of(store)


def difference(
    before: tuple[Bound, Path], after: tuple[Bound, Path], settings: Settings, progress: Progress | None = None
) -> tuple[Difference, tuple[Source, Source]]:
    """Compare two definitions, each on a snapshot. Raises UsageError (E212) when their units differ."""
    from groeibrief.engines.analysis.difference import Side
    from groeibrief.engines.analysis.difference import difference as compare
    from groeibrief.engines.duckdb import DuckDBEngine

    sides, sources = [], []
    for bound, folder in (before, after):
        store = take_in(folder, settings, bound.catalogue, progress)
        definition = bound.definition
        name = f"{definition.path or definition.doelgroep} op {Source.of(store)}"
        engine = DuckDBEngine(store, bound.catalogue)
        sides.append(Side(engine, definition.question, bound.catalogue, name, definition.lines))
        sources.append(Source.of(store))
        _record(settings, bound, store, "vergelijking")
    return compare(*sides), (sources[0], sources[1])


def _record(settings: Settings, bound: Bound, store: Store, act: str) -> None:
    definition = bound.definition
    hashes: Mapping[str, str] = {
        "voorwaarden": definition.voorwaarden,
        "definitie": definition.definitie,
        "snapshot": store.snapshot,
    }
    record(settings, act, hashes)
