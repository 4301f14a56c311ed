"""Verifying a snapshot: files, schema, rules; each stage only when the ones before it found no fault (SNAPSHOT.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import duckdb
import pyarrow as pa

from groeibrief.catalog import Catalogue
from groeibrief.snapshot.folder import Snapshot
from groeibrief.snapshot.integrity import check_files
from groeibrief.snapshot.report import MAX_EXAMPLES, Report, RuleResult
from groeibrief.snapshot.rules import (
    GRANTED_TO,
    NOTES,
    ORDER,
    Ordering,
    RowRule,
    SetRule,
    Views,
    granted_to,
    row_rules,
    set_rules,
    severity,
)
from groeibrief.snapshot.schema import Table, tables
from groeibrief.snapshot.session import locked_session
from groeibrief.snapshot.structure import check_columns, check_tables, view_of

Progress = Callable[[str, int, int], None]
"""Called with what was done, how many steps are done, and how many there are."""


def verify(snapshot: Snapshot, catalogue: Catalogue, progress: Progress | None = None) -> Report:
    """Verify everything: the manifest's tables, every file's hash, the schema, and the rules over the rows.

    Never raises for what a snapshot contains; ``Report.raise_if_invalid`` does.
    """
    schema = tables(catalogue)
    steps = _Steps(len(snapshot.manifest.files) + 1 + 2 * len(schema), progress)
    results = check_tables(snapshot, schema) or check_files(snapshot, steps.done)
    if not results:
        with locked_session(snapshot.folder) as connection:
            results = check_columns(connection, snapshot, schema)
            steps.done("schema")
            if not results:
                results = _check_rows(connection, snapshot, catalogue, schema, steps)
    return Report(snapshot.id, snapshot.synthetic, tuple(results))


class _Steps:
    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total, self._progress, self._count = total, progress, 0

    def done(self, what: str) -> None:
        self._count += 1
        if self._progress is not None:
            self._progress(what, self._count, self._total)


def _check_rows(
    connection: duckdb.DuckDBPyConnection,
    snapshot: Snapshot,
    catalogue: Catalogue,
    schema: Mapping[str, Table],
    steps: _Steps,
) -> list[RuleResult]:
    root = snapshot.folder.resolve()
    names = {table: [entry.name for entry in snapshot.manifest.files if entry.table == table] for table in schema}
    views = {table: view_of(connection, root, names[table]) for table in schema}
    results: list[RuleResult] = []
    for table in schema.values():
        results += _break_alone(views, list(row_rules(table, snapshot.extracted_on, snapshot.coverage.get(table.name))))
        steps.done(table.name)
    if any(result.rule == "schema" for result in results):
        # A row without its key or period has no place in the other rules.
        return [result for result in results if result.rule == "schema"]
    granted_to(views).create(GRANTED_TO)
    views[GRANTED_TO] = connection.table(GRANTED_TO)
    together: dict[str, list[SetRule]] = {table: [] for table in schema}
    for rule in set_rules(schema, snapshot.extracted_on, _municipalities(connection, catalogue)):
        together[rule.table].append(rule)
    for table_name, rules in together.items():
        results += _break_together(views, rules)
        steps.done(table_name)
    return sorted(_merged(results), key=lambda result: ORDER.index(result.rule))


def _break_alone(views: Views, rules: list[RowRule]) -> list[RuleResult]:
    """Count every rule of a table in one pass, and look up examples only of those that are broken."""
    view = views[rules[0].table]
    counts = view.aggregate(", ".join(f"count(*) FILTER ({rule.condition})" for rule in rules)).fetchone() or ()
    return [
        _result(rule.rule, rule.table, count, view.filter(rule.condition).project(f"{rule.subject} AS id, filename"))
        for rule, count in zip(rules, counts, strict=True)
        if count
    ]


def _break_together(views: Views, rules: list[SetRule]) -> list[RuleResult]:
    results = []
    proven: dict[Ordering, bool] = {}
    for rule in rules:
        if rule.ordering is not None:
            if rule.ordering not in proven:
                proven[rule.ordering] = rule.ordering.proven(views)
            if proven[rule.ordering]:
                continue
        broken = rule.broken(views)
        counted = broken.aggregate("count(*)").fetchone() or (0,)
        if counted[0]:
            results.append(_result(rule.rule, rule.table, counted[0], broken))
    return results


def _result(rule: str, table: str, count: int, rows: duckdb.DuckDBPyRelation) -> RuleResult:
    examples = rows.filter("id IS NOT NULL").project("id").distinct().order("id").limit(MAX_EXAMPLES).fetchall()
    files = (
        rows.project("parse_filename(filename) AS bestand").distinct().order("bestand").limit(MAX_EXAMPLES).fetchall()
    )
    return RuleResult(
        rule,
        severity(rule),
        table,
        count,
        tuple(int(row[0]) for row in examples),
        tuple(str(row[0]) for row in files),
        NOTES[rule],
    )


def _merged(results: list[RuleResult]) -> list[RuleResult]:
    """One line for a rule and table, also where several conditions make up the rule."""
    merged: dict[tuple[str, str], RuleResult] = {}
    for result in results:
        place = (result.rule, result.table)
        if earlier := merged.get(place):
            result = RuleResult(
                result.rule,
                result.severity,
                result.table,
                earlier.count + result.count,
                tuple(sorted({*earlier.examples, *result.examples}, key=lambda example: (str(type(example)), example)))[
                    :MAX_EXAMPLES
                ],
                tuple(sorted({*earlier.files, *result.files}))[:MAX_EXAMPLES],
                result.note,
            )
        merged[place] = result
    return list(merged.values())


def _municipalities(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> duckdb.DuckDBPyRelation:
    rows = catalogue.municipalities.rows
    return connection.from_arrow(
        pa.table(
            {
                "code": pa.array([row.nis for row in rows], pa.string()),
                "geldig_van": pa.array([row.van for row in rows], pa.date32()),
                "geldig_tot": pa.array([row.tot for row in rows], pa.date32()),
            }
        )
    )
