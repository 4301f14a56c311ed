"""The comparison: each number of a list against the snapshot, in one join. Three values, as everywhere (LANGUAGE.md).

Whoever is not known to be in the target group gets no word about the right. DuckDB works in memory alone: nothing that
does not fit is spilled, since that would put numbers on a disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from groeibrief.artefacts import sha256_file
from groeibrief.calendar import Month, born_by_years
from groeibrief.catalog.municipalities import Municipalities
from groeibrief.errors import Finding, SnapshotError, TryAgainError
from groeibrief.opgroeien.policy import Ages, Rule, Words
from groeibrief.snapshot.folder import Snapshot

SOURCE = "sociale_toeslag"
TABLES = ("persoon", "woonplaats", "dossier", "dossierkind", "begunstigde", SOURCE)
YES, NO, UNKNOWN = "ja", "nee", "onbekend"
_MEMORY, _NUMBERS = 256, 500_000
"""So many megabytes for every so many numbers, or a part of them."""
_THREADS = 2
_BATCH = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a protocol asks. ``municipalities``: codes valid on ``day``; ``with_number``: of the beneficiary."""

    day: date
    municipalities: tuple[str, ...]
    ages: Ages
    with_number: bool

    @property
    def month(self) -> Month:
        """The month that the right is looked at in."""
        return Month.of(self.day)


Row = tuple[str, str, str, str]
"""One child's answer: number, answer, month, to whom; the last two are empty where nothing may be told."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How many of each answer. ``withheld``: held back by policy; ``living``: children of the target group."""

    yes: int
    no: int
    unknown: int
    outside: int
    withheld: int
    living: int


class Match:
    """The answers to a list, ready to be read as often as needed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, totals: Totals) -> None:
        self._connection = connection
        self.totals = totals

    def rows(self) -> Iterator[list[Row]]:
        """The answers in the order of the list, in batches."""
        result = self._connection.execute("SELECT insz, antwoord, maand, aan FROM uitkomst ORDER BY rij")
        while batch := result.fetchmany(_BATCH):
            yield batch


@contextmanager
def matched(
    numbers: Sequence[str], ask: Ask, snapshot: Snapshot, municipalities: Municipalities, words: Words
) -> Iterator[Match]:
    """Compare a list with a verified snapshot.

    Raises SnapshotError: E840 the day lies after extraction, E841 the month is not covered, E842 a file was altered;
    TryAgainError (E845) what does not fit in memory.
    """
    _require_covered(ask, snapshot)
    _check_files(snapshot)
    megabytes = _MEMORY * max(1, -(-len(numbers) // _NUMBERS))
    with _session(snapshot.folder, megabytes) as connection:
        for table in TABLES:
            paths = [str(path.resolve()) for path in snapshot.files_of(table)]
            connection.read_parquet(paths).create_view(table)
        rows = pa.table({"rij": pa.array(range(len(numbers)), pa.int32()), "insz": pa.array(numbers, pa.string())})
        connection.register("gevraagd", rows)
        codes = sorted({code for own in ask.municipalities for code in municipalities.read_as(own, ask.day)})
        connection.register("code", pa.table({"nis": pa.array(codes, pa.string())}))
        try:
            _prepare(connection, ask, snapshot.extracted_on)
            _find_children(connection)
            _find_rights(connection, ask, words)
            _judge(connection, ask, words)
            totals = _totals(connection, words)
        except duckdb.OutOfMemoryException:
            # Not chained: what DuckDB says may quote a value.
            raise TryAgainError(
                "E845", "De vergelijking past niet in het geheugen. Vraag het bestuur om de lijst in delen te leveren."
            ) from None
        yield Match(connection, totals)


def _require_covered(ask: Ask, snapshot: Snapshot) -> None:
    if ask.day > snapshot.extracted_on:
        raise SnapshotError(
            "E840",
            f"De peildatum {ask.day} ligt na de extractie van de snapshot ({snapshot.extracted_on}). Kies een vroegere "
            "peildatum of neem een nieuwere snapshot in.",
        )
    coverage = snapshot.coverage.get(SOURCE)
    if coverage is None or not Month.parse(coverage.first) <= ask.month <= Month.parse(coverage.last):
        raise SnapshotError("E841", f"{SOURCE}: {ask.month} valt buiten de dekking van deze snapshot.")


def _check_files(snapshot: Snapshot) -> None:
    """A file with flipped bits is mostly read silently wrong: compare what is about to be read with the manifest."""
    for entry in snapshot.manifest.files:
        if entry.table in TABLES and sha256_file(snapshot.folder / entry.name) != entry.sha256:
            message = "De inhoud is niet die van het manifest (SHA-256). Haal de snapshot opnieuw op."
            raise SnapshotError("E842", Finding(message, bestand=entry.name))


@contextmanager
def _session(folder: Path, megabytes: int) -> Iterator[duckdb.DuckDBPyConnection]:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{megabytes}MB",
        "threads": _THREADS,
        "temp_directory": "",
        "python_enable_replacements": False,
        "preserve_insertion_order": False,
    }
    with duckdb.connect(":memory:", config=config) as connection:
        allowed = str(folder.resolve()).replace("'", "''")
        connection.execute(f"SET allowed_directories = ['{allowed}']")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection


def _day(value: date) -> str:
    return f"DATE '{value.isoformat()}'"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _prepare(connection: duckdb.DuckDBPyConnection, ask: Ask, extracted_on: date) -> None:
    """Macros for the days and ages, so that each rule is written once."""
    day, extracted = _day(ask.day), _day(extracted_on)
    month = _day(ask.month.first_day)
    youngest = _day(born_by_years(ask.ages.van, ask.day))
    too_old = _day(born_by_years(ask.ages.tot_en_met + 1, ask.day))
    for macro in (
        f"op_dag(van, tot) AS (van <= {day} AND (tot IS NULL OR tot > {day}))",
        f"bij_extractie(van, tot) AS (van <= {extracted} AND (tot IS NULL OR tot > {extracted}))",
        f"in_maand(van, tot) AS (van <= {month} AND (tot IS NULL OR tot > {month}))",
        f"leeft(geboren, overleden) AS (coalesce(geboren <= {day}, true) AND coalesce(overleden > {day}, true))",
        f"overleden_nadien(overleden) AS coalesce(overleden <= {extracted}, false)",
        f"juiste_leeftijd(geboren) AS (geboren <= {youngest} AND geboren > {too_old})",
        "woont_er(gevonden, land, nis) AS CASE WHEN NOT gevonden THEN NULL WHEN land <> 'BE' THEN false"
        " WHEN nis IS NULL THEN NULL ELSE nis IN (SELECT code.nis FROM code) END",
        r"net(tekst) AS trim(regexp_replace(coalesce(tekst, ''), '[\p{C}\p{Z}\s]+', ' ', 'g'))",
    ):
        connection.execute(f"CREATE TEMP MACRO {macro}")
    connection.execute(
        "CREATE TEMP TABLE afgeschermd AS SELECT DISTINCT persoon_id FROM woonplaats "
        "WHERE adres_niet_meedelen AND (op_dag(van, tot) OR bij_extractie(van, tot))"
    )


def _find_children(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``gevonden`` (who has the number; more than one is nobody) and ``kind`` (children of an open dossier)."""
    connection.execute(
        "CREATE TEMP TABLE gevonden AS SELECT v.rij, count(*) AS personen, min(p.persoon_id) AS kind_id, "
        "min(p.geboortedatum) AS geboren, min(p.overleden_op) AS overleden "
        "FROM gevraagd v JOIN persoon p ON p.insz = v.insz GROUP BY v.rij"
    )
    connection.execute(
        """
        CREATE TEMP TABLE kind AS
        SELECT g.rij, g.kind_id, k.dossier_id, overleden_nadien(g.overleden) AS overleden,
               woont_er(w.persoon_id IS NOT NULL, w.land, w.nis) AND juiste_leeftijd(g.geboren) AS in_groep,
               g.kind_id IN (SELECT persoon_id FROM afgeschermd) AS afgeschermd
        FROM gevonden g
        JOIN dossierkind k ON k.kind_id = g.kind_id AND op_dag(k.van, k.tot)
        JOIN dossier d ON d.dossier_id = k.dossier_id AND op_dag(d.geopend_op, d.gesloten_op)
        LEFT JOIN (
            SELECT persoon_id, land, nis FROM woonplaats SEMI JOIN gevonden ON gevonden.kind_id = woonplaats.persoon_id
            WHERE op_dag(van, tot)
        ) w ON w.persoon_id = g.kind_id
        WHERE g.personen = 1 AND leeft(g.geboren, g.overleden)
        """
    )


def _find_rights(connection: duckdb.DuckDBPyConnection, ask: Ask, words: Words) -> None:
    """Make ``recht``: for each child of the group with the right, to whom it is granted."""
    number = " || ', ' || bp.insz" if ask.with_number else ""
    name = f"net(concat_ws(' ', bp.voornaam, bp.naam)){number}"
    if words.afgeschermde_begunstigde.regel is Rule.HOLD:
        word = _text(words.afgeschermde_begunstigde.woord)
        name = f"CASE WHEN t.persoon_id IN (SELECT persoon_id FROM afgeschermd) THEN {word} ELSE {name} END"  # noqa: S608
    # First what is small: a join that holds every person or beneficiary would take more memory than all the rest.
    connection.execute(
        f"""
        CREATE TEMP TABLE toekenning AS
        SELECT r.*, b.dossier_id IS NOT NULL AS bekend, b.persoon_id
        FROM (SELECT s.kind_id, s.toegekend_aan, s.helft, k.dossier_id
              FROM {SOURCE} s JOIN kind k ON k.kind_id = s.kind_id AND k.in_groep WHERE in_maand(s.van, s.tot)) r
        LEFT JOIN (
            SELECT dossier_id, volgorde, persoon_id FROM begunstigde SEMI JOIN kind USING (dossier_id)
            WHERE op_dag(van, tot)
        ) b ON b.dossier_id = r.dossier_id AND b.volgorde = r.toegekend_aan
        """  # noqa: S608
    )
    connection.execute(
        f"""
        CREATE TEMP TABLE recht AS
        SELECT t.kind_id, string_agg(
            CASE WHEN NOT t.bekend THEN {_text(words.onbekende_begunstigde)}
                 WHEN t.persoon_id IS NULL THEN {_text(words.instelling)}
                 WHEN overleden_nadien(bp.overleden_op) THEN {_text(words.overleden_begunstigde)}
                 ELSE {name} END || CASE WHEN t.helft THEN ' (helft)' ELSE ' (geheel)' END,
            '; ' ORDER BY t.toegekend_aan) AS aan
        FROM toekenning t
        LEFT JOIN (SELECT * FROM persoon SEMI JOIN toekenning USING (persoon_id)) bp ON bp.persoon_id = t.persoon_id
        GROUP BY t.kind_id
        """  # noqa: S608
    )
    connection.execute("DROP TABLE toekenning")


def _judge(connection: duckdb.DuckDBPyConnection, ask: Ask, words: Words) -> None:
    """Make ``uitkomst``: one row for every number, in words."""
    held = ""
    for column, case in (("overleden", words.overleden_kind), ("afgeschermd", words.afgeschermd_kind)):
        if case.regel is Rule.HOLD:
            held += f" WHEN k.{column} THEN {_text(case.woord)}"
    connection.execute(
        f"""
        CREATE TEMP TABLE uitkomst AS
        SELECT rij, insz, antwoord, CASE WHEN antwoord IN ('{YES}', '{NO}') THEN '{ask.month}' ELSE '' END AS maand,
               CASE WHEN antwoord = '{YES}' THEN aan ELSE '' END AS aan
        FROM (
            SELECT v.rij, v.insz, r.aan,
                   CASE WHEN g.personen > 1 THEN '{UNKNOWN}'
                        WHEN k.rij IS NULL OR k.in_groep = false THEN {_text(words.niet_in_doelgroep)}
                        WHEN k.in_groep IS NULL THEN '{UNKNOWN}'{held}
                        WHEN r.kind_id IS NOT NULL THEN '{YES}' ELSE '{NO}' END AS antwoord
            FROM gevraagd v
            LEFT JOIN gevonden g ON g.rij = v.rij
            LEFT JOIN kind k ON k.rij = v.rij
            LEFT JOIN recht r ON r.kind_id = k.kind_id
        )
        """  # noqa: S608
    )
    for table in ("recht", "kind", "gevonden"):
        connection.execute(f"DROP TABLE {table}")


def _totals(connection: duckdb.DuckDBPyConnection, words: Words) -> Totals:
    counted = dict(connection.execute("SELECT antwoord, count(*) FROM uitkomst GROUP BY antwoord").fetchall())
    yes, no, unknown = (counted.pop(answer, 0) for answer in (YES, NO, UNKNOWN))
    outside = counted.pop(words.niet_in_doelgroep, 0)
    [(living,)] = connection.execute(
        "SELECT count(*) FROM (SELECT persoon_id FROM woonplaats "
        "WHERE op_dag(van, tot) AND land = 'BE' AND nis IN (SELECT code.nis FROM code)) w "
        "JOIN dossierkind k ON k.kind_id = w.persoon_id AND op_dag(k.van, k.tot) "
        "JOIN dossier d ON d.dossier_id = k.dossier_id AND op_dag(d.geopend_op, d.gesloten_op) "
        "JOIN persoon p ON p.persoon_id = w.persoon_id "
        "AND leeft(p.geboortedatum, p.overleden_op) AND juiste_leeftijd(p.geboortedatum)"
    ).fetchall()
    return Totals(yes, no, unknown, outside, sum(counted.values()), living)
