"""Who shares a letter: the addressees of one dossier at one address. Two dossiers never do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from groeibrief.language.definition import LetterPer
from groeibrief.selection.policy import Abbreviations
from groeibrief.selection.recipients.address import SameAddress

if TYPE_CHECKING:
    # What renders letters reads a selection too, without the 40 MB of a database.
    import duckdb

# Most that share an address write it alike, and most that don't have another postcode; only the others need their
# addresses compared word by word.
_NEIGHBOURS = """
CREATE TEMP TABLE buur AS
WITH woont AS (
    SELECT p.dossier_id, p.persoon_id, p.volgorde, a.land, a.postcode, a.straat, a.huisnummer, a.bus
    FROM paar p JOIN adressering a ON a.persoon_id = p.persoon_id
    WHERE p.stap IS NULL
)
SELECT b.dossier_id, b.persoon_id, a.volgorde AS eerste,
       a.postcode = b.postcode AND a.straat = b.straat AND a.huisnummer = b.huisnummer AND a.bus = b.bus AS gelijk
FROM woont a JOIN woont b ON a.dossier_id = b.dossier_id AND a.volgorde < b.volgorde AND a.land = b.land
WHERE CASE WHEN a.postcode = b.postcode THEN true
           ELSE lower(regexp_replace(a.postcode, '[^0-9A-Za-z]', '', 'g'))
                = lower(regexp_replace(b.postcode, '[^0-9A-Za-z]', '', 'g')) END
"""
_UNLIKE = """
SELECT p.dossier_id, p.persoon_id, p.volgorde, a.land, a.postcode, a.straat, a.huisnummer, a.bus
FROM paar p JOIN adressering a ON a.persoon_id = p.persoon_id
WHERE p.stap IS NULL AND p.dossier_id IN (SELECT dossier_id FROM buur WHERE NOT gelijk)
ORDER BY p.dossier_id, p.volgorde
"""
_SHARED = """
CREATE TEMP TABLE briefpaar AS
SELECT p.dossier_id, p.persoon_id, p.volgorde, coalesce(o.brief, g.brief, p.volgorde) AS brief
FROM paar p
LEFT JOIN (SELECT dossier_id, persoon_id, min(eerste) AS brief FROM buur WHERE gelijk GROUP BY dossier_id, persoon_id) g
    ON g.dossier_id = p.dossier_id AND g.persoon_id = p.persoon_id
LEFT JOIN ongelijk o ON o.dossier_id = p.dossier_id AND o.persoon_id = p.persoon_id
WHERE p.stap IS NULL
"""
_APART = """
CREATE TEMP TABLE briefpaar AS
SELECT dossier_id, persoon_id, volgorde, volgorde AS brief FROM paar WHERE stap IS NULL
"""


def share_letters(connection: duckdb.DuckDBPyConnection, per: LetterPer, abbreviations: Abbreviations) -> int:
    """Make ``briefpaar`` (``dossier_id, persoon_id, volgorde, brief``) and return how many letters there are.

    ``brief`` is the lowest ``volgorde`` on the letter; with the dossier it names the letter.
    """
    if per is LetterPer.ADDRESS:
        connection.execute(_NEIGHBOURS)
        connection.register("ongelijk", _compare(connection, abbreviations))
        connection.execute(_SHARED)
    else:
        connection.execute(_APART)
    row = connection.execute("SELECT count(*) FROM briefpaar WHERE volgorde = brief").fetchone()
    assert row is not None
    return int(row[0])


def _compare(connection: duckdb.DuckDBPyConnection, abbreviations: Abbreviations) -> pa.Table:
    same = SameAddress(abbreviations)
    letters: dict[tuple[object, ...], int] = {}
    found: list[tuple[int, int, int]] = []
    for dossier, person, volgorde, *address in connection.execute(_UNLIKE).fetchall():
        letter = letters.setdefault((dossier, *same.key(*address)), volgorde)
        found.append((dossier, person, letter))
    columns = list(zip(*found, strict=True)) or [(), (), ()]
    return pa.table(
        {
            "dossier_id": pa.array(columns[0], pa.int64()),
            "persoon_id": pa.array(columns[1], pa.int64()),
            "brief": pa.array(columns[2], pa.int8()),
        }
    )
