"""The engine's interface over the evaluation of one unit at a time."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from groeibrief.catalog import Catalogue
from groeibrief.engines.base import Counts, Engine, Selected
from groeibrief.engines.reference.coverage import refuse_what_is_not_covered
from groeibrief.engines.reference.evaluation import Evaluation
from groeibrief.engines.reference.truth import Truth
from groeibrief.engines.reference.world import Row, World
from groeibrief.query import Has, Question, Sort, counted_children, walk

if TYPE_CHECKING:
    from groeibrief.snapshot.folder import Snapshot

_CHILD_CAP = 3


class ReferenceEngine(Engine):
    """Plain Python over a world that is held in memory."""

    name = "reference"

    def __init__(self, world: World, catalogue: Catalogue) -> None:
        self._world, self._catalogue = world, catalogue

    @classmethod
    def over(cls, snapshot: Snapshot, catalogue: Catalogue) -> ReferenceEngine:
        """Read a verified snapshot whole."""

        def rows_of(table: str) -> list[Row]:
            rows: list[Row] = []
            for path in snapshot.files_of(table):
                rows.extend(pq.read_table(path).to_pylist())
            return rows

        coverage = {source: (part.first, part.last) for source, part in snapshot.coverage.items()}
        return cls(World.read(rows_of, list(catalogue.sources), snapshot.extracted_on, coverage), catalogue)

    def count(self, question: Question) -> Counts:
        """See :class:`~groeibrief.engines.base.Engine`."""
        return self.select(question).counts

    def select(self, question: Question) -> Selected:
        """See :class:`~groeibrief.engines.base.Engine`."""
        evaluation = self._evaluation(question)
        values = _values(evaluation, question)
        if question.unit is Sort.GEZIN:
            families = [dossier for dossier, value in values.items() if value is True]
            counted = [(dossier, child) for dossier in families for child in _counted(evaluation, question, dossier)]
        else:
            counted = sorted((evaluation.dossier_of[child], child) for child, value in values.items() if value is True)
            families = sorted({dossier for dossier, _ in counted})
        per_family = Counter(dossier for dossier, _ in counted)
        counts = Counts(
            unit=question.unit,
            families=len(families),
            children=len(counted),
            children_capped=sum(min(_CHILD_CAP, children) for children in per_family.values()),
            undecidable=sum(1 for value in values.values() if value is None),
            without_domicile=evaluation.without_domicile(),
        )
        entitled = self._entitled(evaluation, question, counted)
        return Selected(
            counts,
            pa.table({"dossier_id": pa.array(families, pa.int64())}),
            _table(counted, ("dossier_id", "kind_id")),
            _table(entitled, ("dossier_id", "kind_id", "volgorde")),
        )

    def outcomes(self, question: Question) -> pa.Table:
        """See :class:`~groeibrief.engines.base.Engine`."""
        values = _values(self._evaluation(question), question)
        return pa.table(
            {
                "unit_id": pa.array(list(values), pa.int64()),
                "outcome": pa.array(list(values.values()), pa.bool_()),
            }
        )

    def count_by_municipality(self, question: Question) -> pa.Table:
        """See :class:`~groeibrief.engines.base.Engine`."""
        alone = [self.count(dataclasses.replace(question, municipalities=(code,))) for code in question.municipalities]
        return pa.table(
            {
                "nis": pa.array(question.municipalities, pa.string()),
                "gezinnen": pa.array([counts.families for counts in alone], pa.int64()),
                "kinderen": pa.array([counts.children for counts in alone], pa.int64()),
                "kinderen_begrensd": pa.array([counts.children_capped for counts in alone], pa.int64()),
            }
        )

    def _evaluation(self, question: Question) -> Evaluation:
        refuse_what_is_not_covered(self._world, question)
        return Evaluation(self._world, self._catalogue, question)

    def _entitled(
        self, evaluation: Evaluation, question: Question, counted: list[tuple[int, int]]
    ) -> list[tuple[int, ...]]:
        nodes = [
            node
            for node in walk(question.condition)
            if isinstance(node, Has) and self._catalogue.sources[node.source].toegekend_aan
        ]
        return sorted(
            {
                (dossier, child, row["toegekend_aan"])
                for dossier, child in counted
                for node in nodes
                if evaluation.value(node, child) is True
                for row in evaluation.rows_that_hold(node, child)
            }
        )


def _values(evaluation: Evaluation, question: Question) -> dict[int, Truth]:
    if question.unit is Sort.GEZIN:
        units = list(evaluation.scope)
    else:
        units = sorted(child for children in evaluation.scope.values() for child in children)
    return {unit: evaluation.value(question.condition, unit) for unit in units}


def _counted(evaluation: Evaluation, question: Question, dossier: int) -> list[int]:
    children = evaluation.scope[dossier]
    nodes = counted_children(question.condition)
    if not nodes or any(node.which is None for node in nodes):
        return children
    return [
        child
        for child in children
        if any(node.which is not None and evaluation.value(node.which, child) is True for node in nodes)
    ]


def _table(rows: list[tuple[int, ...]] | list[tuple[int, int]], names: tuple[str, ...]) -> pa.Table:
    types = {"volgorde": pa.int8()}
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table(
        {name: pa.array(list(column), types.get(name, pa.int64())) for name, column in zip(names, columns, strict=True)}
    )
