"""What stops a letter at a living addressee: where and how the address is, who objects, who is protected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from groeibrief.selection.policy import Choice, SelectionPolicy
from groeibrief.selection.suppression import SuppressionLists
from groeibrief.selection.waterfall import FALLS

if TYPE_CHECKING:
    # What renders letters reads a selection too, without the 40 MB of a database.
    import duckdb

# Control characters would break a line, format characters (soft hyphen, direction marks) print as nothing, and bpost
# wants no punctuation; hyphens, apostrophes and slashes belong to names and numbers. Nearly every row is clean, and
# one look at the whole row is ten times cheaper than cleaning each field: ``vuil`` tells which rows need it.
_MACROS = (
    r"CREATE TEMP MACRO net(tekst) AS"
    r" trim(regexp_replace(regexp_replace(nfc_normalize(coalesce(tekst, '')), '\p{Cf}+', '', 'g'),"
    r" '[\p{Cc}\p{Z}\s]+', ' ', 'g'))",
    r"CREATE TEMP MACRO zonder_leestekens(tekst) AS"
    r""" trim(regexp_replace(net(tekst), '[\s.,;:!?()"“”„«»]+', ' ', 'g'))""",
    r"CREATE TEMP MACRO vuil(rij) AS"
    r" regexp_matches(rij, '[^\x20\x23-\x27*+/0-9<=>@A-Z\[\]_a-z|À-ÖØ-öø-ž-]|  |\| | \|')",
    r"CREATE TEMP MACRO regeltekst(tekst, vuil) AS"
    r" CASE WHEN vuil THEN zonder_leestekens(tekst) ELSE coalesce(tekst, '') END",
    r"CREATE TEMP MACRO busnummer(tekst) AS"
    r" CASE WHEN tekst ILIKE 'b%' THEN regexp_replace(tekst, '^(?i:bus|bte|box) *', '') ELSE tekst END",
)
_ADDRESSES = """
CREATE TEMP TABLE adressering AS
SELECT persoon_id, nis, land, soort, adres_niet_meedelen,
       regeltekst(straat, vuil) AS straat, regeltekst(huisnummer, vuil) AS huisnummer,
       busnummer(regeltekst(bus, vuil)) AS bus,
       regeltekst(postcode, vuil) AS postcode, regeltekst(gemeente, vuil) AS gemeente
FROM (
    SELECT a.*, vuil('|' || concat_ws('|', a.straat, a.huisnummer, a.bus, a.postcode, a.gemeente) || '|') AS vuil
    FROM adres a
    SEMI JOIN (SELECT persoon_id FROM paar WHERE stap IS NULL) p ON p.persoon_id = a.persoon_id
    WHERE a.van <= $dag AND (a.tot IS NULL OR a.tot > $dag)
)
"""
_NAMES = """
CREATE TEMP TABLE benaming AS
SELECT persoon_id,
       CASE WHEN vuil THEN trim(net(voornaam) || ' ' || net(naam)) ELSE concat_ws(' ', voornaam, naam) END AS noemer,
       regeltekst(voornaam, vuil) AS voornaam, regeltekst(naam, vuil) AS naam
FROM (
    SELECT n.persoon_id, n.voornaam, n.naam,
           n.voornaam = '' OR vuil('|' || concat_ws('|', n.voornaam, n.naam) || '|') AS vuil
    FROM persoon n
    SEMI JOIN (SELECT persoon_id FROM paar WHERE stap IS NULL) p ON p.persoon_id = n.persoon_id
)
"""
_LISTED = """
(p.persoon_id IN (SELECT id FROM {lijst}_persoon) OR p.dossier_id IN (SELECT id FROM {lijst}_dossier))
"""
_BARRIERS = f"""
CREATE OR REPLACE TEMP TABLE paar AS
SELECT p.dossier_id, p.persoon_id, p.volgorde,
       CASE WHEN p.stap IS NOT NULL THEN p.stap
            WHEN a.land <> 'BE' AND NOT $ook_buitenland THEN {FALLS.index("buitenland")}
            WHEN a.persoon_id IS NULL OR '' IN (n.naam, a.straat, a.huisnummer, a.postcode, a.gemeente)
                THEN {FALLS.index("adres_onvolledig")}
            WHEN NOT $ook_buiten_gemeente AND (a.nis IS NULL OR a.nis NOT IN (SELECT nis FROM binnen))
                THEN {FALLS.index("buiten_gemeente")}
            WHEN a.adres_niet_meedelen THEN {FALLS.index("geheim_adres")}
            WHEN a.soort IN (SELECT soort FROM geweerd_adres) THEN {FALLS.index("adres_via_derde")}
            WHEN {_LISTED.format(lijst="verzet")} THEN {FALLS.index("verzet")}
            WHEN {_LISTED.format(lijst="beschermd")} THEN {FALLS.index("beschermd")}
            WHEN (p.dossier_id, p.persoon_id) IN (SELECT (dossier_id, persoon_id) FROM aangeschreven)
                THEN {FALLS.index("reeds_aangeschreven")}
       END AS stap
FROM paar p
LEFT JOIN adressering a ON a.persoon_id = p.persoon_id
LEFT JOIN benaming n ON n.persoon_id = p.persoon_id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Barriers:
    """What to hold back. ``inside``: the codes that lie in the definition's municipalities, None: everywhere is fine.

    ``written``: ``dossier_id, persoon_id`` (int64) of who has had this letter.
    """

    policy: SelectionPolicy
    inside: frozenset[str] | None
    suppression: SuppressionLists
    written: pa.Table


def raise_barriers(connection: duckdb.DuckDBPyConnection, barriers: Barriers, day: date) -> None:
    """Fill in the other steps of ``paar``; make ``adressering`` and ``benaming``, clean text, for who was still in."""
    policy, lists = barriers.policy, barriers.suppression
    through_thirds = {
        "referentieadres": policy.adres_via_derde.referentieadres,
        "collectief": policy.adres_via_derde.collectief,
    }
    held = [kind for kind, choice in through_thirds.items() if choice is Choice.HOLD]
    connection.register("geweerd_adres", pa.table({"soort": pa.array(held, pa.string())}))
    connection.register("binnen", pa.table({"nis": pa.array(sorted(barriers.inside or ()), pa.string())}))
    connection.register("aangeschreven", barriers.written)
    for name in lists.persons:
        connection.register(f"{name}_persoon", pa.table({"id": pa.array(sorted(lists.persons[name]), pa.int64())}))
        connection.register(f"{name}_dossier", pa.table({"id": pa.array(sorted(lists.dossiers[name]), pa.int64())}))
    for macro in _MACROS:
        connection.execute(macro)
    connection.execute(_ADDRESSES, {"dag": day})
    connection.execute(_NAMES)
    connection.execute(
        _BARRIERS,
        {"ook_buitenland": policy.buitenland is Choice.WRITE, "ook_buiten_gemeente": barriers.inside is None},
    )
