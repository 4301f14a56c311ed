"""One interface for every engine: what can be asked of a snapshot."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from groeibrief.query import Question, Sort

if TYPE_CHECKING:
    # Only named here: an engine that counts does not pay for the import.
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Counts:
    """How many; always given twice. Exact: for analysts, and for ``disclosure`` to add noise to.

    ``undecidable``: units of the population for which the condition is unknown. ``without_domicile``: children of open
    dossiers in the whole snapshot who are in nobody's population (LANGUAGE, "Population and scope").
    ``children_capped``: as ``children``, each gezin counted for at most 3 (DISCLOSURE 2).
    """

    unit: Sort
    families: int
    children: int
    children_capped: int
    undecidable: int
    without_domicile: int


@dataclass(frozen=True, slots=True)
class Selected:
    """Who is selected. Tables are sorted by their columns and hold int64 ids (``volgorde`` int8).

    ``families``: ``dossier_id``. ``children``: ``dossier_id, kind_id``, the children that are counted.
    ``entitled``: ``dossier_id, kind_id, volgorde``: for each counted child, to whom (``toegekend_aan``) a right is
    granted by a row that makes a ``heeft`` of the question true for that child; empty when no source of the question
    has ``toegekend_aan``.
    """

    counts: Counts
    families: pa.Table
    children: pa.Table
    entitled: pa.Table


class Engine(ABC):
    """Answers questions over one snapshot. Read-only, and safe to use from one thread at a time."""

    name: ClassVar[str]

    @abstractmethod
    def count(self, question: Question) -> Counts:
        """Count. Raises SnapshotError (E430 not covered, E431 reference date after extraction)."""

    @abstractmethod
    def select(self, question: Question) -> Selected:
        """Select, with everything that ``selection`` needs. Raises as :meth:`count`."""

    @abstractmethod
    def outcomes(self, question: Question) -> pa.Table:
        """Every unit of the population: ``unit_id`` int64 (kind_id or dossier_id), ``outcome`` bool, null: unknown.

        Sorted by ``unit_id``. Raises as :meth:`count`.
        """

    @abstractmethod
    def count_by_municipality(self, question: Question) -> pa.Table:
        """The counts of the question asked for each of its municipalities alone, in one pass.

        Columns ``nis`` string, ``gezinnen``, ``kinderen``, ``kinderen_begrensd`` int64; a row for every municipality
        of the question, sorted. A gezin with children in two municipalities counts in both.
        """
