"""Municipalities in SQL: which codes are read as the one asked, and which clusters of the store hold them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlglot import exp

from groeibrief.catalog import Municipalities
from groeibrief.engines.duckdb.expressions import all_of, among, any_of, at_least, at_most, case, column, literal
from groeibrief.snapshot.prepared.layout import NOWHERE, cluster_of, number

_FEW = 8
_MOST_RUNS = 40
_OTHERS_AT_MOST = 1


def codes_read_as(municipalities: Municipalities, asked: Iterable[str], day: date) -> tuple[int, ...]:
    """Every code in the data that on *day* is read as one of those asked, which are read likewise."""
    today = {municipalities.resolve(code, day) for code in asked}
    return tuple(sorted({number(code) for known in today for code in municipalities.read_as(known, day)}))


class Area:
    """The municipalities of a question on its reference date, against the clusters that the store holds."""

    def __init__(
        self, municipalities: Municipalities, asked: tuple[str, ...], day: date, stored: tuple[int, ...]
    ) -> None:
        self._stored = stored
        self._codes = {int(code): codes_read_as(municipalities, (code,), day) for code in asked}
        self.clusters = tuple(sorted({cluster_of(municipalities.final(code)) for code in asked} - {NOWHERE}))
        whole: dict[int, set[int]] = {cluster: {cluster} for cluster in self.clusters}
        for row in municipalities.rows:
            if (cluster := cluster_of(municipalities.final(row.nis))) in whole:
                whole[cluster].add(number(row.nis))
        self._split = {
            asked_code: codes for asked_code, codes in self._codes.items() if whole.get(asked_code) != set(codes)
        }

    def lies_in_clusters(self, table: str | None = None) -> exp.Expr:
        """The row stands in one of the clusters: what keeps the reading to a few row groups."""
        gemeente = column("gemeente", table)
        if len(self.clusters) > _FEW and len(runs := self._runs()) <= _MOST_RUNS:
            return any_of(
                all_of((at_least(gemeente.copy(), literal(low)), at_most(gemeente.copy(), literal(high))))
                for low, high in runs
            )
        return among(gemeente, self.clusters)

    def lies_near_clusters(self, table: str | None = None) -> exp.Expr:
        """As :meth:`lies_in_clusters` where it may hold for some rows of other clusters too, which is quicker to test.

        Between the first and the last, when at most as many others lie there as are asked.
        """
        if len(self.clusters) > _FEW:
            low, high = self.clusters[0], self.clusters[-1]
            others = sum(low <= cluster <= high for cluster in self._stored) - len(self.clusters)
            if others <= _OTHERS_AT_MOST * len(self.clusters):
                gemeente = column("gemeente", table)
                return all_of((at_least(gemeente, literal(low)), at_most(gemeente.copy(), literal(high))))
        return self.lies_in_clusters(table)

    def _runs(self) -> list[tuple[int, int]]:
        """The clusters as runs of neighbours among those that the store holds."""
        runs: list[tuple[int, int]] = []
        previous_wanted = False
        for cluster in self._stored:
            wanted = cluster in self.clusters
            if wanted:
                runs = [*runs[:-1], (runs[-1][0], cluster)] if previous_wanted else [*runs, (cluster, cluster)]
            previous_wanted = wanted
        return runs or [(cluster, cluster) for cluster in self.clusters]

    def is_home(self, table: str | None = None, *, nearly: bool = False) -> list[exp.Expr]:
        """The row is at home in the area on its day: tests that hold together. *nearly*: or just beside it."""
        lies = self.lies_near_clusters(table) if nearly else self.lies_in_clusters(table)
        tests: list[exp.Expr] = [column("thuis", table), lies]
        if self._split:
            codes = sorted({code for codes in self._codes.values() for code in codes})
            tests.append(among(column("nis", table), codes))
        return tests

    def asked_code(self, table: str | None = None) -> exp.Expr:
        """For a row at home in the area: the municipality of the question that its code is read as."""
        gemeente = column("gemeente", table)
        if not self._split:
            return gemeente
        branches = [(among(column("nis", table), codes), literal(asked)) for asked, codes in self._split.items()]
        return case(*branches, otherwise=gemeente)


def lives_in(table: str, municipalities: tuple[int, ...], postcodes: tuple[str, ...]) -> exp.Expr:
    """Domicile in the codes and in the postcodes, each when given, on a row with ``nis``, ``postcode`` and ``land``.

    No row: all three are missing, which is unknown; abroad: false; a code missing in Belgium: unknown.
    """
    parts = []
    if municipalities:
        parts.append(among(column("nis", table), municipalities))
    if postcodes:
        parts.append(among(column("postcode", table), postcodes))
    abroad = exp.NEQ(this=column("land", table), expression=literal("BE"))
    return case((abroad, literal(False)), otherwise=all_of(parts))
