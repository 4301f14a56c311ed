"""Every hard case is in a snapshot of 2,000 families, and the design note lists them all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

EERSTE = "(SELECT dossier_id, persoon_id FROM begunstigde WHERE loopt(van, tot) AND volgorde = 1)"
TWEEDE = "(SELECT dossier_id, persoon_id FROM begunstigde WHERE loopt(van, tot) AND volgorde = 2)"
ADRES = "w1.straat = w2.straat AND w1.huisnummer = w2.huisnummer AND w1.postcode = w2.postcode"
SAMEN = (
    f"SELECT count(*) FROM {EERSTE} b1 JOIN {TWEEDE} b2 USING (dossier_id) "
    "JOIN woont w1 ON w1.persoon_id = b1.persoon_id JOIN woont w2 ON w2.persoon_id = b2.persoon_id WHERE "
)
HELFTEN = (
    "SELECT count(*) FROM (SELECT kind_id, count(DISTINCT toegekend_aan) AS wie FROM sociale_toeslag "
    "WHERE helft AND loopt(van, tot) GROUP BY 1) WHERE wie = "
)
KIND_EN_EERSTE = (
    f"SELECT count(*) FROM kind k JOIN {EERSTE} b USING (dossier_id) JOIN woont w1 ON w1.persoon_id = k.kind_id "
    "JOIN woont w2 ON w2.persoon_id = b.persoon_id WHERE "
)
VERHUISD = (
    "SELECT count(*) FROM woonplaats w1 JOIN woonplaats w2 ON w1.persoon_id = w2.persoon_id AND w1.tot = w2.van "
    "WHERE w2.van > DATE '2022-11-01'"
)
NAAM = "length(coalesce(voornaam || ' ', '') || naam) > 40"

CASES = {
    "missing birth date of a child": "SELECT count(*) FROM kind WHERE geboortedatum IS NULL",
    "missing birth date of a beneficiary": (
        f"SELECT count(*) FROM persoon SEMI JOIN {EERSTE} USING (persoon_id) WHERE geboortedatum IS NULL"
    ),
    "missing first name": "SELECT count(*) FROM persoon WHERE voornaam IS NULL",
    "child that died in the period": (
        "SELECT count(*) FROM persoon SEMI JOIN dossierkind ON kind_id = persoon_id "
        "WHERE overleden_op BETWEEN DATE '2022-11-01' AND DATE '2025-09-30'"
    ),
    "child that died in the last days": (
        "SELECT count(*) FROM persoon SEMI JOIN (FROM dossierkind WHERE loopt(van, tot)) ON kind_id = persoon_id "
        "WHERE overleden_op BETWEEN DATE '2025-11-01' AND DATE '2025-11-03'"
    ),
    "deceased beneficiary, succeeded": (
        "SELECT count(*) FROM begunstigde a JOIN begunstigde b "
        "ON a.dossier_id = b.dossier_id AND a.volgorde = b.volgorde AND a.tot = b.van "
        "JOIN persoon p ON p.persoon_id = a.persoon_id WHERE p.overleden_op = a.tot"
    ),
    "deceased beneficiary, not processed": (
        "SELECT count(*) FROM persoon SEMI JOIN (FROM begunstigde WHERE loopt(van, tot)) USING (persoon_id) "
        "WHERE overleden_op BETWEEN DATE '2025-11-01' AND DATE '2025-11-03'"
    ),
    "two beneficiaries at one address": SAMEN + ADRES,
    "two beneficiaries at two addresses": SAMEN + f"NOT ({ADRES})",
    "one address, written in two ways": SAMEN + "w1.straat <> w2.straat AND lower(w1.straat) = lower(w2.straat)",
    "beneficiary who left": "SELECT count(*) FROM begunstigde WHERE volgorde = 2 AND tot IS NOT NULL",
    "institution as only beneficiary": (
        "SELECT count(*) FROM begunstigde b WHERE instelling_kbo IS NOT NULL "
        "AND NOT EXISTS (FROM begunstigde a WHERE a.dossier_id = b.dossier_id AND a.persoon_id IS NOT NULL)"
    ),
    "institution and a parent": (
        "SELECT count(*) FROM begunstigde b WHERE instelling_kbo IS NOT NULL "
        "AND EXISTS (FROM begunstigde a WHERE a.dossier_id = b.dossier_id AND a.persoon_id IS NOT NULL)"
    ),
    "child of 16 or more that is its own beneficiary": (
        "SELECT count(*) FROM kind k JOIN begunstigde b ON b.dossier_id = k.dossier_id AND b.persoon_id = k.kind_id "
        "WHERE k.geboortedatum <= vandaag() - INTERVAL 16 YEAR"
    ),
    "co-parents, one with a half": HELFTEN + "1",
    "co-parents, each with a half": HELFTEN + "2",
    "granted to the second beneficiary": (
        "SELECT count(*) FROM sociale_toeslag WHERE toegekend_aan = 2 AND NOT helft AND loopt(van, tot)"
    ),
    "foster family": "SELECT count(*) FROM pleegzorgtoeslag WHERE loopt(van, tot)",
    "reference address": "SELECT count(*) FROM woont WHERE soort = 'referentieadres'",
    "collective home": "SELECT count(*) FROM woont WHERE soort = 'collectief'",
    "child domiciled elsewhere than the beneficiary": KIND_EN_EERSTE + "w1.nis <> w2.nis",
    "child outside Flanders": (
        "SELECT count(*) FROM kind JOIN woont ON persoon_id = kind_id "
        "WHERE nis LIKE '21%' OR nis LIKE '5%' OR nis LIKE '6%'"
    ),
    "school allowance for a child outside Flanders": (
        "SELECT count(*) FROM schooltoeslag JOIN woont ON persoon_id = kind_id "
        "WHERE (nis LIKE '21%' OR nis LIKE '5%' OR nis LIKE '6%')"
    ),
    "family abroad": "SELECT count(*) FROM kind JOIN woont ON persoon_id = kind_id WHERE land <> 'BE' AND nis IS NULL",
    "only the beneficiary abroad": KIND_EN_EERSTE + "w1.land = 'BE' AND w2.land <> 'BE'",
    "in Belgium without a code": "SELECT count(*) FROM woont WHERE land = 'BE' AND nis IS NULL",
    "child without a domicile": "SELECT count(*) FROM kind ANTI JOIN woonplaats ON persoon_id = kind_id",
    "secret address": "SELECT count(*) FROM woont WHERE adres_niet_meedelen",
    "address without a house number": "SELECT count(*) FROM woont WHERE huisnummer IS NULL AND straat IS NOT NULL",
    "address without a postcode": "SELECT count(*) FROM woont WHERE postcode IS NULL AND nis IS NOT NULL",
    "address without a street": "SELECT count(*) FROM woont WHERE straat IS NULL",
    "two dossiers at one address": (
        f"SELECT count(*) FROM {EERSTE} b1 JOIN woont w1 USING (persoon_id) JOIN woont w2 ON {ADRES} AND w1.bus IS NOT "
        f"DISTINCT FROM w2.bus JOIN {EERSTE} b2 ON b2.persoon_id = w2.persoon_id AND b2.dossier_id > b1.dossier_id "
        "WHERE w1.soort = 'gewoon'"
    ),
    "move inside the period": VERHUISD,
    "move to another municipality": VERHUISD + " AND w1.nis <> w2.nis AND w1.gemeente <> w2.gemeente",
    "code of before a merger lives on": (
        "SELECT count(*) FROM woont WHERE nis IN ('11007', '73006', '73032', '44043', '46003') "
        "AND van < DATE '2025-01-01'"
    ),
    "code of before the merger of 2019": "SELECT count(*) FROM woonplaats WHERE nis IN ('44011', '44049', '12030')",
    "successor's code after a merger": "SELECT count(*) FROM woont WHERE nis IN ('73110', '46030', '44088')",
    "social supplement that stops and restarts": (
        "SELECT count(*) FROM sociale_toeslag a WHERE tot IS NOT NULL AND NOT EXISTS (FROM sociale_toeslag b "
        "WHERE a.kind_id = b.kind_id AND b.van = a.tot) AND EXISTS (FROM sociale_toeslag b "
        "WHERE a.kind_id = b.kind_id AND b.van > a.tot)"
    ),
    "base amount that stops and restarts": (
        "SELECT count(*) FROM basisbedrag a WHERE tot IS NOT NULL AND NOT EXISTS (FROM basisbedrag b "
        "WHERE a.kind_id = b.kind_id AND b.van = a.tot) AND EXISTS (FROM basisbedrag b "
        "WHERE a.kind_id = b.kind_id AND b.van > a.tot)"
    ),
    "social supplement with unknown band": (
        "SELECT count(*) FROM sociale_toeslag WHERE schijf IS NULL AND loopt(van, tot)"
    ),
    "care supplement with unknown points": "SELECT count(*) FROM zorgtoeslag WHERE punten_totaal IS NULL",
    "care supplement with only the total known": (
        "SELECT count(*) FROM zorgtoeslag WHERE punten_totaal IS NOT NULL AND punten_p1 IS NULL"
    ),
    "care supplement with an end that is known": "SELECT count(*) FROM zorgtoeslag WHERE tot > DATE '2025-12-01'",
    "month of childcare without days": (
        "SELECT count(*) FROM kinderopvangtoeslag WHERE volle_dagen + halve_dagen = 0 AND bedrag = 0"
    ),
    "twins": "SELECT count(*) FROM (SELECT dossier_id, geboortedatum FROM kind GROUP BY ALL HAVING count(*) > 1)",
    "born on 29 February": "SELECT count(*) FROM kind WHERE month(geboortedatum) = 2 AND day(geboortedatum) = 29",
    "closed dossier": "SELECT count(*) FROM dossier WHERE gesloten_op <= vandaag()",
    "child that left its dossier": (
        "SELECT count(*) FROM dossierkind JOIN dossier USING (dossier_id) WHERE tot IS NOT NULL AND gesloten_op IS NULL"
    ),
    "child that came from another dossier": (
        "SELECT count(*) FROM dossierkind a JOIN dossierkind b ON a.kind_id = b.kind_id AND a.tot = b.van "
        "AND a.dossier_id <> b.dossier_id"
    ),
    "adoption": "SELECT count(*) FROM startbedrag WHERE aard = 'adoptie'",
    "stillborn": "SELECT count(*) FROM startbedrag WHERE aard = 'levenloos_geboren'",
    "BIS number": "SELECT count(*) FROM persoon WHERE CAST(substr(insz, 3, 2) AS INT) BETWEEN 21 AND 52",
    "name of more than 40 characters": f"SELECT count(*) FROM persoon WHERE {NAAM}",
    "street of more than 40 characters": "SELECT count(*) FROM woont WHERE length(straat) > 40",
    "apostrophe in a name": "SELECT count(*) FROM persoon WHERE contains(naam, '''')",
    "hyphen in a name": "SELECT count(*) FROM persoon WHERE contains(naam, '-') AND contains(voornaam, '-')",
    "diacritics in a name": "SELECT count(*) FROM persoon WHERE naam <> strip_accents(naam)",
    "apostrophe in a street": "SELECT count(*) FROM woont WHERE contains(straat, '''')",
    "diacritics in a street": "SELECT count(*) FROM woont WHERE straat <> strip_accents(straat)",
    "double surname": "SELECT count(*) FROM persoon WHERE regexp_matches(naam, '^[A-Z][a-z]+ [A-Z][a-z]+$')",
}


@pytest.mark.parametrize("case", CASES)
def test_a_hard_case_is_there(small: Any, case: str) -> None:
    assert small.one(CASES[case]) >= 1


@pytest.mark.parametrize("case", CASES)
def test_a_hard_case_stays_rare_or_is_ordinary(large: Any, case: str) -> None:
    """Not a rule of the data, but of the test above: a query that holds for everything would prove nothing."""
    assert 1 <= large.one(CASES[case]) < 0.9 * large.one("SELECT count(*) FROM persoon")


def test_herstappe_has_19_children(small: Any, large: Any) -> None:
    for views in (small, large):
        assert views.one("SELECT count(*) FROM kind JOIN woont ON persoon_id = kind_id WHERE nis = '73028'") == 19


@pytest.mark.parametrize("nis", ["31033", "23094", "24062", "31043"])
def test_the_example_municipalities_have_families(small: Any, nis: str) -> None:
    count = "SELECT count(DISTINCT dossier_id) FROM kind JOIN woont ON persoon_id = kind_id WHERE nis = "
    assert small.one(f"{count}'{nis}'") >= 20


def test_torhout_has_families_to_help(small: Any) -> None:
    """A social supplement, a child of 3 to 12, and no school allowance for the running school year."""
    assert (
        small.one("""
        SELECT count(DISTINCT dossier_id) FROM kind JOIN woont ON persoon_id = kind_id
        WHERE nis = '31033' AND date_part('year', age(vandaag(), geboortedatum)) BETWEEN 3 AND 12
          AND kind_id IN (SELECT kind_id FROM sociale_toeslag WHERE loopt(van, tot))
          AND kind_id NOT IN (SELECT kind_id FROM schooltoeslag WHERE schooljaar = '2025-2026')""")
        >= 1
    )


def test_the_design_note_lists_every_case() -> None:
    note = (Path(__file__).parents[3] / "docs" / "design" / "synthetic.md").read_text(encoding="utf-8")
    assert [case for case in CASES if f"| {case} |" not in note] == []
