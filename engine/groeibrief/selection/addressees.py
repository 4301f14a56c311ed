"""Who is written to: for each selected gezin its addressees, as ids; no names, no addresses (LANGUAGE.md, ``aan``)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from groeibrief.catalog import Catalogue
from groeibrief.engines import Selected
from groeibrief.language.definition import AddressedTo
from groeibrief.query import Days, Granted, Has, Months, Period, Question, SchoolYears, walk
from groeibrief.selection.waterfall import FALLS

if TYPE_CHECKING:
    # What renders letters reads a selection too, without the 40 MB of a database.
    import duckdb

_DEAD = """
CREATE TEMP TABLE dode AS SELECT persoon_id FROM persoon WHERE overleden <= $dag
"""
_CHILDREN = """
CREATE TEMP TABLE telkind AS
SELECT dossier_id, kind_id, kind_id NOT IN (SELECT persoon_id FROM dode) AS leeft,
       kind_id IN (SELECT kind_id FROM recht) AS met_recht
FROM gekozen_kind
"""
_DEAD_FAMILIES = """
CREATE TEMP TABLE dood_gezin AS
SELECT dossier_id FROM gekozen_gezin WHERE dossier_id NOT IN (SELECT dossier_id FROM telkind WHERE leeft)
"""
_HOLDERS = """
CREATE TEMP TABLE houder AS
SELECT b.dossier_id, b.volgorde, b.persoon_id, (b.van <= $dag AND (b.tot IS NULL OR b.tot > $dag)) AS nu,
       EXISTS (SELECT 1 FROM venster v WHERE b.van <= v.laatste AND (b.tot IS NULL OR b.tot > v.eerste)) AS toen
FROM dossierbegunstigde b SEMI JOIN gekozen_gezin g ON g.dossier_id = b.dossier_id
"""
_BENEFICIARIES = """
CREATE TEMP TABLE begunstigde AS
SELECT dossier_id, persoon_id, min(volgorde) AS volgorde, persoon_id IN (SELECT persoon_id FROM dode) AS dood
FROM houder
WHERE nu AND persoon_id IS NOT NULL
GROUP BY dossier_id, persoon_id
"""
# A right is granted to whoever held the volgorde when the row ran. When it passed to someone else in those months it
# cannot be told to whom, and the one must not read about the other: then nobody is entitled through it.
_ENTITLED = """
CREATE TEMP TABLE gerechtigde AS
WITH wie AS (
    SELECT dossier_id, volgorde,
           CASE WHEN NOT bool_or(toen) THEN any_value(persoon_id) FILTER (nu)
                WHEN bool_and(persoon_id IS NOT NULL) FILTER (toen)
                    AND min(persoon_id) FILTER (toen) = max(persoon_id) FILTER (toen)
                THEN min(persoon_id) FILTER (toen) END AS persoon_id
    FROM houder GROUP BY dossier_id, volgorde
)
SELECT r.dossier_id, r.kind_id, w.persoon_id
FROM recht r JOIN wie w ON w.dossier_id = r.dossier_id AND w.volgorde = r.volgorde
"""
_ADDRESSEES = {
    AddressedTo.ALL: "SELECT dossier_id, persoon_id, volgorde, dood FROM begunstigde",
    AddressedTo.FIRST: """
        SELECT dossier_id, arg_min(persoon_id, (dood, volgorde)) AS persoon_id,
               arg_min(volgorde, (dood, volgorde)) AS volgorde, bool_and(dood) AS dood
        FROM begunstigde GROUP BY dossier_id
    """,
    # A child that has died makes nobody an addressee, unless none lives: then the gezin falls off as it stood.
    AddressedTo.ENTITLED: """
        SELECT b.dossier_id, b.persoon_id, b.volgorde, b.dood
        FROM begunstigde b SEMI JOIN (
            SELECT dossier_id, persoon_id FROM gerechtigde
            WHERE kind_id NOT IN (SELECT persoon_id FROM dode)
               OR dossier_id IN (SELECT dossier_id FROM dood_gezin)
        ) g ON g.dossier_id = b.dossier_id AND g.persoon_id = b.persoon_id
    """,
}
_PAIRS = """
CREATE TEMP TABLE paar AS
SELECT g.dossier_id, a.persoon_id, a.volgorde,
       CASE WHEN g.dossier_id IN (SELECT dossier_id FROM dood_gezin) THEN {kind_overleden}
            WHEN g.dossier_id NOT IN (SELECT dossier_id FROM begunstigde) THEN {instelling}
            WHEN a.persoon_id IS NULL THEN {geen_gerechtigde}
            WHEN a.dood THEN {overleden} END AS stap
FROM gekozen_gezin g LEFT JOIN ({addressees}) a ON a.dossier_id = g.dossier_id
"""


def find_addressees(
    connection: duckdb.DuckDBPyConnection,
    selected: Selected,
    question: Question,
    addressed_to: AddressedTo,
    catalogue: Catalogue,
    day: date,
) -> None:
    """Make the tables ``telkind``, ``gerechtigde`` and ``paar`` in *connection*.

    ``telkind``: ``dossier_id, kind_id, leeft, met_recht``, the selected children. ``gerechtigde``: ``dossier_id,
    kind_id, persoon_id``, whose the right is for which child. ``paar``: ``dossier_id, persoon_id?, volgorde?, stap?``,
    with the steps up to and with ``overleden`` filled in; a gezin without addressee is one row without ``persoon_id``.
    """
    connection.register("gekozen_gezin", selected.families)
    connection.register("gekozen_kind", selected.children)
    connection.register("recht", selected.entitled)
    connection.register("venster", _windows(question, catalogue))
    on = {"dag": day}
    connection.execute(_DEAD, on)
    connection.execute(_CHILDREN)
    connection.execute(_DEAD_FAMILIES)
    connection.execute(_HOLDERS, on)
    connection.execute(_BENEFICIARIES)
    connection.execute(_ENTITLED)
    numbers = {name: number for number, name in enumerate(FALLS)}
    connection.execute(_PAIRS.format(addressees=_ADDRESSEES[addressed_to], **numbers))


def _windows(question: Question, catalogue: Catalogue) -> pa.Table:
    """The days on which a right that makes someone entitled may have run: ``eerste``, ``laatste``, both included."""
    windows = sorted(
        {
            _window(node.period)
            for node in walk(question.condition)
            if isinstance(node, Has) and catalogue.sources[node.source].toegekend_aan
        }
    )
    return pa.table(
        {
            "eerste": pa.array([first for first, _ in windows], pa.date32()),
            "laatste": pa.array([last for _, last in windows], pa.date32()),
        }
    )


def _window(period: Period) -> tuple[date, date]:
    match period:
        case Months(first, last):
            return first.first_day, last.last_day
        case Days(first, last):
            return first, last
        case Granted(days=Days(first, last)):
            return first, last
        case Granted():
            return date.min, date.max
        case SchoolYears(year):
            return date(year.start, 9, 1), date(year.start + 1, 8, 31)
    raise AssertionError(f"Unhandled period: {period!r}")
