"""The cases of a definition, run on both engines over a snapshot that is made of them and thrown away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog import Catalogue, PeriodKind, Source
from groeibrief.engines.base import Engine
from groeibrief.engines.duckdb import DuckDBEngine
from groeibrief.engines.reference import ReferenceEngine
from groeibrief.errors import DefinitionError, Finding
from groeibrief.keys import write_public_key
from groeibrief.language.cases import Cases, Expected
from groeibrief.language.casetables import DOSSIERS, CaseTables, case_tables
from groeibrief.language.faults import CASES
from groeibrief.query import Days, Granted, Has, LivesIn, Months, Question, SchoolYears, Sort, walk
from groeibrief.snapshot.folder import Snapshot, open_snapshot
from groeibrief.snapshot.manifest import Coverage, file_entry, write_manifest
from groeibrief.snapshot.prepared.preparation import prepare
from groeibrief.snapshot.report import Severity
from groeibrief.snapshot.schema import Table, tables
from groeibrief.snapshot.verification import verify

_WORDS: dict[bool | None, Expected] = {True: Expected.IN, False: Expected.OUT, None: Expected.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was expected of a family, or of one child (``kind``: its place, from 1), and what each engine found."""

    expected: Expected
    duckdb: Expected
    reference: Expected
    kind: int | None = None

    @property
    def passed(self) -> bool:
        """Whether both engines found what was expected."""
        return self.duckdb is self.expected and self.reference is self.expected


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case with its verdicts: of the family when that is expected, then of the children."""

    naam: str
    omdat: str
    line: int
    verdicts: tuple[Verdict, ...]

    @property
    def passed(self) -> bool:
        """Whether everything is as expected."""
        return all(verdict.passed for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class CaseReport:
    """The results of one file with cases. ``complete``: at least one in and one out, which approval asks for."""

    doelgroep: str
    path: Path
    complete: bool
    results: tuple[CaseResult, ...]

    @property
    def passed(self) -> bool:
        """Whether every case is as expected."""
        return all(result.passed for result in self.results)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What does not fail the test, and does stop an approval."""
        if self.complete:
            return ()
        return (
            f"{self.path}: goedkeuren vraagt minstens één gezin dat in de doelgroep hoort en één dat erbuiten hoort.",
        )

    def as_json(self) -> list[dict[str, object]]:
        """A row for each verdict."""
        return [
            {
                "doelgroep": self.doelgroep,
                "bestand": str(self.path),
                "regel": result.line,
                "naam": result.naam,
                "kind": verdict.kind,
                "omdat": result.omdat,
                "verwacht": verdict.expected.value,
                "duckdb": verdict.duckdb.value,
                "reference": verdict.reference.value,
                "geslaagd": verdict.passed,
            }
            for result in self.results
            for verdict in result.verdicts
        ]

    def text(self) -> str:
        """The same, to read."""
        lines = [f"{self.doelgroep}: {sum(each.passed for each in self.results)} van {len(self.results)} in orde"]
        for result in self.results:
            lines.append(f"  {'goed ' if result.passed else 'FOUT '} {result.naam} ({result.omdat})")
            for verdict in result.verdicts:
                if not verdict.passed:
                    who = "" if verdict.kind is None else f"kind {verdict.kind}: "
                    lines.append(
                        f"        {self.path}:{result.line}: {who}verwacht {verdict.expected.value}, "
                        f"duckdb vindt {verdict.duckdb.value}, reference vindt {verdict.reference.value}"
                    )
        return "\n".join(lines)


def run_cases(cases: Cases, question: Question, catalogue: Catalogue) -> CaseReport:
    """Run the cases for the bound *question*.

    Raises DefinitionError (E370) when the rows of a case break a rule of the snapshot (SNAPSHOT.md).
    """
    laid_out = case_tables(cases, question, catalogue)
    with tempfile.TemporaryDirectory(prefix="groeibrief-gevallen-") as name:
        folder = Path(name)
        snapshot = _make_snapshot(folder, cases, laid_out, question, catalogue)
        _check(snapshot, cases, catalogue)
        duckdb = DuckDBEngine(prepare(snapshot, catalogue, folder / "voorbereid"), catalogue)
        try:
            ours = _Found.by(duckdb, question)
            theirs = _Found.by(ReferenceEngine.over(snapshot, catalogue), question)
        finally:
            duckdb.close()
    results = []
    for case, dossier, children in zip(cases.cases, laid_out.dossiers, laid_out.children, strict=True):
        verdicts = []
        if case.verwacht is not None:
            verdicts.append(Verdict(case.verwacht, ours.family(dossier, children), theirs.family(dossier, children)))
        for place, (child, expected) in enumerate(zip(children, case.children, strict=True), 1):
            if expected is not None:
                found = ours.child(dossier, child), theirs.child(dossier, child)
                verdicts.append(Verdict(expected, *found, place))
        results.append(CaseResult(case.naam, case.omdat, case.line, tuple(verdicts)))
    return CaseReport(cases.doelgroep, cases.path, cases.has_in_and_out, tuple(results))


@dataclass(frozen=True, slots=True)
class _Found:
    """What an engine found: the outcome of each unit of the population, and the children that are counted."""

    unit: Sort
    outcomes: Mapping[int, bool | None]
    counted: frozenset[int]

    @classmethod
    def by(cls, engine: Engine, question: Question) -> _Found:
        rows = engine.outcomes(question).to_pylist()
        counted = engine.select(question).children["kind_id"].to_pylist()
        return cls(question.unit, {row["unit_id"]: row["outcome"] for row in rows}, frozenset(counted))

    def family(self, dossier: int, children: Iterable[int]) -> Expected:
        """A family is in when it is, or with ``eenheid: kind`` when one of its children is."""
        if self.unit is Sort.GEZIN:
            return _WORDS[self.outcomes.get(dossier, False)]
        found = [self.outcomes.get(child, False) for child in children]
        return _WORDS[True if True in found else None if None in found else False]

    def child(self, dossier: int, child: int) -> Expected:
        """A child is in when it is selected; with ``eenheid: gezin`` when it is counted in its gezin."""
        if self.unit is Sort.KIND:
            return _WORDS[self.outcomes.get(child, False)]
        family = self.outcomes.get(dossier, False)
        return _WORDS[child in self.counted if family is True else family]


def _make_snapshot(
    folder: Path, cases: Cases, laid_out: CaseTables, question: Question, catalogue: Catalogue
) -> Snapshot:
    """Write the cases as a signed synthetic snapshot in *folder*, drawn on the last day that they name."""
    where, key = folder / "snapshot", Ed25519PrivateKey.generate()
    where.mkdir()
    entries = []
    for name, table in tables(catalogue).items():
        path = f"{name}.parquet"
        pq.write_table(_as_table(table, laid_out.rows[name], cases), where / path)
        entries.append(file_entry(where, path, name, len(laid_out.rows[name])))
    extracted_on = max(_days(laid_out, question))
    write_manifest(
        where,
        key,
        snapshot_id="gevallen",
        extracted_on=extracted_on,
        files=tuple(entries),
        coverage={source.bron: _coverage(source, question, extracted_on) for source in catalogue.sources.values()},
        synthetic=True,
        produced_by="groeibrief audience test",
    )
    write_public_key(key.public_key(), folder / "gevallen.pub")
    return open_snapshot(where)


def _as_table(table: Table, rows: list[dict[str, Any]], cases: Cases) -> pa.Table:
    required = [column.name for column in table.columns if not column.nullable]
    faults = []
    for row in rows:
        if empty := [name for name in required if row[name] is None]:
            faults.append(_fault(cases, row, table, f"'{empty[0]}' mag niet ontbreken in '{table.name}'"))
            continue
        try:
            pa.Table.from_pylist([row], table.arrow)
        except (pa.ArrowException, TypeError, ValueError):
            faults.append(_fault(cases, row, table, f"een waarde in '{table.name}' is niet van de juiste soort"))
    if faults:
        raise DefinitionError(CASES, faults)
    return pa.Table.from_pylist(rows, table.arrow)


def _fault(cases: Cases, row: Mapping[str, Any], table: Table, what: str) -> Finding:
    return _finding(cases, row[table.subject], what)


def _finding(cases: Cases, subject: int, what: str) -> Finding:
    """A finding about the case that a dossier, child or beneficiary belongs to."""
    case = cases.cases[subject // DOSSIERS - 1]
    return Finding(f"Geval '{case.naam}': {what}. Verbeter het geval.", bestand=str(cases.path), regel=case.line)


def _check(snapshot: Snapshot, cases: Cases, catalogue: Catalogue) -> None:
    """Hold the cases to the snapshot's rules: what could not occur proves nothing."""
    faults = [
        _finding(cases, subject, f"regel '{result.rule}', tabel '{result.table}': {result.note}")
        for result in verify(snapshot, catalogue).rules
        if result.severity is Severity.FAULT
        for subject in result.examples
        if isinstance(subject, int)
    ]
    if faults:
        raise DefinitionError(CASES, list(dict.fromkeys(faults)))


def _days(laid_out: CaseTables, question: Question) -> Iterator[date]:
    """The days that have to lie before the extraction: what ends may be known beforehand."""
    yield question.reference_date
    for node in walk(question.condition):
        if isinstance(node, LivesIn) and node.on is not None:
            yield node.on
    for rows in laid_out.rows.values():
        for row in rows:
            yield from (value for name, value in row.items() if name != "tot" and isinstance(value, date))


def _bounds(node: Has) -> tuple[date, date]:
    """The first and last day of a period; of an age alone: every day is as good."""
    match node.period:
        case Months(first, last):
            return first.first_day, last.first_day
        case SchoolYears(year):
            return (date(year.start, 9, 1),) * 2
        case Days(start, end) | Granted(_, Days(start, end)):
            return start, end
        case Granted():
            return date.min, date.min
    raise AssertionError(f"Unhandled node: {node.period!r}")


def _coverage(source: Source, question: Question, extracted_on: date) -> Coverage:
    """What the question asks of the source, up to the extraction: no family is written over more."""
    asked = [
        bound
        for node in walk(question.condition)
        if isinstance(node, Has) and node.source == source.bron
        for bound in _bounds(node)
        if bound > date.min
    ]
    first, last = min([*asked, question.reference_date]), max([*asked, extracted_on])
    match source.soort_periode:
        case PeriodKind.MONTH_RIGHT | PeriodKind.MONTH:
            bounds = str(Month.of(first)), str(Month.of(last))
        case PeriodKind.SCHOOL_YEAR:
            bounds = str(SchoolYear.of(first)), str(SchoolYear.of(last))
        case PeriodKind.GRANT | PeriodKind.DAY:
            bounds = first.isoformat(), last.isoformat()
    return Coverage(first=bounds[0], last=bounds[1])
