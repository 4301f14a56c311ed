"""Municipalities through time: a code is read through its successors to the code valid on the day asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from groeibrief.catalog.model import Municipality


class Municipalities:
    """All Belgian municipality codes with their validity and successors."""

    def __init__(self, rows: Iterable[Municipality]) -> None:
        self.rows: tuple[Municipality, ...] = tuple(sorted(rows, key=lambda row: row.nis))
        self._by_code = {row.nis: row for row in self.rows}
        if len(self._by_code) != len(self.rows):
            raise ValueError("a code stands twice")
        self._heirs: dict[str, list[str]] = defaultdict(list)
        for row in self.rows:
            if row.opvolger is not None:
                self._heirs[row.opvolger].append(row.nis)

    def __getitem__(self, code: str) -> Municipality:
        return self._by_code[code]

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def resolve(self, code: str, day: date) -> str:
        """The code that *code* is read as on *day*: itself, or the successor that has taken over by then.

        An unknown code stands for itself.
        """
        while (row := self._by_code.get(code)) and row.tot is not None and row.tot <= day and row.opvolger:
            code = row.opvolger
        return code

    def final(self, code: str) -> str:
        """The last successor of *code*, whatever the day: how the prepared store is sorted."""
        return self.resolve(code, date.max)

    def is_valid(self, code: str, day: date) -> bool:
        """Whether *code* is a municipality on *day*."""
        row = self._by_code.get(code)
        return row is not None and row.van <= day and (row.tot is None or day < row.tot)

    def read_as(self, code: str, day: date) -> tuple[str, ...]:
        """Every code in the data that is read as *code* on *day*, itself included, sorted."""
        found, pending = set(), [code]
        while pending:
            current = pending.pop()
            if self.resolve(current, day) == code:
                found.add(current)
                pending.extend(self._heirs[current])
        return tuple(sorted(found))

    def valid_on(self, day: date, region: str | None = "vlaanderen") -> tuple[Municipality, ...]:
        """The municipalities on *day*, of one region or (None) of all, by code."""
        return tuple(
            row
            for row in self.rows
            if row.van <= day and (row.tot is None or day < row.tot) and region in (None, row.gewest)
        )
