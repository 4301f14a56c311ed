"""What a condition is written about: the rows of persons, or of gezinnen, with what has to be joined to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from groeibrief.engines.duckdb.queries import query
from groeibrief.query import Condition, Has

PERSON_ID = {"kinderen": "kind_id", "begunstigde": "persoon_id"}


@dataclass
class PersonRow:
    """The rows that a condition on a person is about: their table, and what has to be joined to them."""

    table: str
    joins: list[tuple[str, exp.Expr, str]] = field(default_factory=list)
    domiciles: dict[date, str] = field(default_factory=dict)
    families: dict[Condition, str] = field(default_factory=dict)
    rights: dict[Has, str] = field(default_factory=dict)

    def select(self, columns: list[exp.Expr], where: list[exp.Expr] | None = None) -> exp.Select:
        """Select from the table with its joins; each join finds one row at most."""
        return query(columns, self.table, joins=self.joins, where=where or [])


@dataclass
class FamilyRow:
    """What a condition on a gezin is written with: counts of its children, and the steps that are joined for it."""

    telling: str
    numbers: dict[Condition | None, tuple[exp.Expr, exp.Expr | None]]
    lookups: dict[object, str] = field(default_factory=dict)
