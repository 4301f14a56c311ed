"""The rules that a snapshot's rows keep (SNAPSHOT.md), each as a condition on a row or as a set of rows.

Conditions are SQL over columns whose names come from the catalogue's closed pattern; no value of the data is ever part
of one. A rule of the first form is counted together with the others of its table, in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from duckdb import DuckDBPyRelation as Relation

from groeibrief.catalog import PeriodKind
from groeibrief.snapshot.manifest import Coverage
from groeibrief.snapshot.report import Severity
from groeibrief.snapshot.schema import AMOUNT, Table

Views = Mapping[str, Relation]

NOTES = {
    "schema": "een verplichte kolom is leeg",
    "sleutel": "dezelfde sleutel komt meer dan één keer voor",
    "verwijzing": "een verwijzing naar een rij die er niet is",
    "periode": "het einde ligt niet na het begin",
    "overlap": "twee rijen gelden tegelijk",
    "maandgrens": "een datum die niet de eerste van een maand is",
    "toekomst": "een datum na de dag van extractie",
    "bedrag": "een negatief bedrag",
    "waarde": "een waarde die niet toegelaten is",
    "dekking": "een rij buiten de dekking van haar bron",
    "begunstigde": "een open dossier zonder begunstigde op de dag van extractie",
    "insz": "een nummer waarvan het controlegetal niet klopt",
    "nis": "een code die geen gemeente is op de dag waarop de woonplaats begint",
}
ORDER = tuple(NOTES)
GRANTED_TO = "toegekend_aan"
"""The name in ``Views`` of :func:`granted_to`, made once for all tables that refer to it."""
_WARNINGS = {"dekking", "begunstigde", "insz", "nis"}
# Every date is held against the extraction, save ``tot``: what ends may be known beforehand.
_END = "tot"
_CODE = "regexp_full_match(nis, '[0-9]{5}')"


def severity(rule: str) -> Severity:
    """How heavy a rule weighs."""
    return Severity.WARNING if rule in _WARNINGS else Severity.FAULT


@dataclass(frozen=True, slots=True)
class RowRule:
    """A rule that one row breaks by itself: where *condition* is true. ``subject`` is the id that examples show."""

    rule: str
    table: str
    subject: str
    condition: str


@dataclass(frozen=True, slots=True)
class Ordering:
    """A cheap proof: sorted by ``columns``, each row comes strictly after the one before.

    With ``exclusive`` the last column is ``van`` and a row also begins no earlier than the row before it, of the same
    group, ended; no two rows then hold at once. Sorting is fast on rows that are almost sorted, as they mostly are;
    grouping or partitioning tens of millions of rows is not.
    """

    table: str
    columns: tuple[str, ...]
    exclusive: bool

    def proven(self, views: Views) -> bool:
        """Whether the rows are so; when not, it is for the rules themselves to say which row is wrong."""
        before = ", ".join(f"lag({column}) OVER () AS eerder_{column}" for column in self.columns)
        end = ", lag(coalesce(tot, DATE 'infinity')) OVER () AS eerder_tot" if self.exclusive else ""
        columns = ", ".join((*self.columns, "tot") if self.exclusive else self.columns)
        ordered = views[self.table].project(columns).order(", ".join(self.columns))
        unproven = ordered.project(f"{columns}, {before}{end}").aggregate(
            f"count(*) FILTER (({self._follows()}) IS NOT TRUE)"
        )
        # Only the first row has none before it; were the order lost, more rows would be unproven.
        return int((unproven.fetchone() or (0,))[0]) <= 1

    def _follows(self) -> str:
        *group, last = self.columns
        condition = f"eerder_{last} < {last}" + (" AND eerder_tot <= van" if self.exclusive else "")
        for column in reversed(group):
            condition = f"eerder_{column} < {column} OR (eerder_{column} = {column} AND ({condition}))"
        return condition


@dataclass(frozen=True, slots=True)
class SetRule:
    """A rule about rows together. ``broken`` gives the rows that break it, as ``id`` and ``filename``.

    Where ``ordering`` is proven no row does.
    """

    rule: str
    table: str
    broken: Callable[[Views], Relation]
    ordering: Ordering | None = None


def _literal(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


def _any(conditions: list[str]) -> str:
    return " OR ".join(f"({condition})" for condition in conditions)


def row_rules(table: Table, extracted_on: date, coverage: Coverage | None) -> Iterator[RowRule]:
    """Every rule of the first form for a table."""
    for column in table.columns:
        if not column.nullable:
            # An empty id cannot be shown; the count and the file are.
            yield RowRule("schema", table.name, table.subject, f"{column.name} IS NULL")
    by_rule = {
        "periode": _period(table),
        "maandgrens": _month_boundary(table),
        "toekomst": [f"{name} > {_literal(extracted_on)}" for name in _dates(table) if name != _END],
        "bedrag": [f"{column.name} < 0" for column in table.columns if column.type == AMOUNT],
        "waarde": list(_values(table)),
        "dekking": _outside(table, coverage) if coverage else [],
        "insz": [_wrong_check_digits("insz")] if table.has("insz") else [],
    }
    for rule, conditions in by_rule.items():
        if conditions:
            yield RowRule(rule, table.name, table.subject, _any(conditions))


def _dates(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.type == "DATE"]


def _period(table: Table) -> list[str]:
    pairs = (("van", _END), ("geopend_op", "gesloten_op"))
    return [f"{last} <= {first}" for first, last in pairs if table.has(first) and table.has(last)]


def _month_boundary(table: Table) -> list[str]:
    if table.is_month_right:
        return ["day(van) <> 1", "day(tot) <> 1"]
    return ["day(maand) <> 1"] if table.has("maand") else []


def _values(table: Table) -> Iterator[str]:
    for column in table.columns:
        if column.values is not None:
            listed = ", ".join("'" + value.replace("'", "''") + "'" for value in column.values)
            yield f"{column.name} NOT IN ({listed})"
    for name in ("volgorde", "toegekend_aan"):
        if table.has(name):
            yield f"{name} NOT IN (1, 2)"
    if table.has("instelling_kbo"):
        yield "(persoon_id IS NULL) = (instelling_kbo IS NULL)"
    if table.has("land"):
        yield "NOT regexp_full_match(land, '[A-Z]{2}')"
    if table.has("nis"):
        yield f"NOT {_CODE}"
    if table.source is not None and table.source.soort_periode is PeriodKind.GRANT:
        yield "leeftijd NOT IN (3, 4)"
    if table.has("schooljaar"):
        yield "NOT regexp_full_match(schooljaar, '[0-9]{4}-[0-9]{4}')"
        yield "TRY_CAST(right(schooljaar, 4) AS INTEGER) <> TRY_CAST(left(schooljaar, 4) AS INTEGER) + 1"


def _outside(table: Table, coverage: Coverage) -> list[str]:
    """A right that runs into or past the coverage is not outside it; one that has no covered month is."""
    assert table.source is not None, "only a source has coverage"
    first, last = map(_literal, coverage.days)
    match table.source.soort_periode:
        case PeriodKind.MONTH_RIGHT:
            return [f"van > {last}", f"tot <= {first}"]
        case PeriodKind.MONTH:
            return [f"maand NOT BETWEEN {first} AND {last}"]
        case PeriodKind.GRANT:
            return [f"toegekend_op NOT BETWEEN {first} AND {last}"]
        case PeriodKind.SCHOOL_YEAR:
            return [f"schooljaar NOT BETWEEN '{coverage.first}' AND '{coverage.last}'"]
        case PeriodKind.DAY:
            return [f"datum NOT BETWEEN {first} AND {last}"]


def _wrong_check_digits(column: str) -> str:
    """97 − (first nine mod 97), with a 2 before the nine for births from 2000; BIS numbers are checked alike.

    The date in the number is not looked at: it is never a source for anything.
    """
    first_nine = f"TRY_CAST(left({column}, 9) AS BIGINT)"
    check = f"97 - TRY_CAST(right({column}, 2) AS BIGINT)"
    return (
        f"NOT regexp_full_match({column}, '[0-9]{{11}}') "
        f"OR ({first_nine} % 97 <> {check} AND (2000000000 + {first_nine}) % 97 <> {check})"
    )


def set_rules(tables: Mapping[str, Table], extracted_on: date, municipalities: Relation) -> Iterator[SetRule]:
    """Every rule of the second form. *municipalities* has ``code``, ``geldig_van``, ``geldig_tot``."""
    for table in tables.values():
        group = _exclusive(table)
        ordering = Ordering(table.name, (*group, "van") if group else table.key, bool(group))
        yield SetRule("sleutel", table.name, _repeated(table), ordering)
        if group:
            yield SetRule("overlap", table.name, _overlapping(table, group), ordering)
        yield from _references(table)
    yield SetRule("begunstigde", "dossier", _without_beneficiary(extracted_on))
    yield SetRule("nis", "woonplaats", _not_a_municipality(municipalities))


def _repeated(table: Table) -> Callable[[Views], Relation]:
    keys = ", ".join(table.key)

    def broken(views: Views) -> Relation:
        grouped = views[table.name].aggregate(
            f"{table.subject} AS id, min(filename) AS filename, count(*) AS rijen", group_expr=keys
        )
        return grouped.filter("rijen > 1").project("id, filename")

    return broken


def _exclusive(table: Table) -> tuple[str, ...]:
    """The columns that have one row at a time."""
    match table.name:
        case "woonplaats":
            return ("persoon_id",)
        case "begunstigde":
            return ("dossier_id", "volgorde")
        case "dossierkind":
            return ("kind_id",)
    if table.is_month_right:
        return tuple(column for column in table.key if column != "van")
    return ()


def _overlapping(table: Table, group: tuple[str, ...]) -> Callable[[Views], Relation]:
    before = (
        f"max(coalesce(tot, DATE 'infinity')) OVER (PARTITION BY {', '.join(group)} ORDER BY van "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    )

    def broken(views: Views) -> Relation:
        ordered = views[table.name].project(f"{group[0]} AS id, filename, van, {before} AS eerder_tot")
        return ordered.filter("eerder_tot > van").project("id, filename")

    return broken


_TARGETS = {
    "persoon_id": ("persoon", "persoon_id"),
    "kind_id": ("persoon", "persoon_id"),
    "dossier_id": ("dossier", "dossier_id"),
}


def _references(table: Table) -> Iterator[SetRule]:
    for column, (target, key) in _TARGETS.items():
        if table.has(column) and table.name != target:
            yield SetRule("verwijzing", table.name, _dangling(table, column, target, key))
    if table.has("toegekend_aan"):
        yield SetRule("verwijzing", table.name, _granted_to_nobody(table))


def _dangling(table: Table, column: str, target: str, key: str) -> Callable[[Views], Relation]:
    def broken(views: Views) -> Relation:
        rows = (
            views[table.name]
            .filter(f"{column} IS NOT NULL")
            .project(f"{table.subject} AS id, filename, {column} AS verwijzing")
        )
        return rows.join(views[target].project(f"{key} AS doel"), "verwijzing = doel", how="anti")

    return broken


def granted_to(views: Views) -> Relation:
    """Which ``volgorde`` a child's dossiers have or had: ``van_kind``, ``volgorde``, each pair once."""
    children = views["dossierkind"].project("dossier_id AS kind_dossier, kind_id AS van_kind")
    beneficiaries = views["begunstigde"].project("dossier_id AS begunstigd_dossier, volgorde").distinct()
    return children.join(beneficiaries, "kind_dossier = begunstigd_dossier").project("van_kind, volgorde").distinct()


def _granted_to_nobody(table: Table) -> Callable[[Views], Relation]:
    """``toegekend_aan`` names a beneficiary of a dossier that the child is or was in, whenever that was.

    Whether that beneficiary holds at the time of the right is not asked: a right can be paid after a dossier has
    changed hands, and the selection finds out who may be written to.
    """

    def broken(views: Views) -> Relation:
        rows = views[table.name].project("kind_id AS id, filename, toegekend_aan")
        return rows.join(views[GRANTED_TO], "id = van_kind AND toegekend_aan = volgorde", how="anti")

    return broken


def _without_beneficiary(day: date) -> Callable[[Views], Relation]:
    on = _literal(day)

    def broken(views: Views) -> Relation:
        dossiers = views["dossier"].filter(f"geopend_op <= {on} AND (gesloten_op IS NULL OR gesloten_op > {on})")
        holding = views["begunstigde"].filter(f"van <= {on} AND (tot IS NULL OR tot > {on})")
        return dossiers.project("dossier_id AS id, filename").join(
            holding.project("dossier_id AS dossier"), "id = dossier", how="anti"
        )

    return broken


def _not_a_municipality(municipalities: Relation) -> Callable[[Views], Relation]:
    def broken(views: Views) -> Relation:
        rows = views["woonplaats"].filter(_CODE).project("persoon_id AS id, filename, nis, van AS begin")
        # A code stands once in the catalogue, so that this join adds no row; an anti-join on a range is far slower.
        return (
            rows.join(municipalities, "nis = code", how="left")
            .filter("code IS NULL OR begin < geldig_van OR begin >= geldig_tot")
            .project("id, filename")
        )

    return broken
