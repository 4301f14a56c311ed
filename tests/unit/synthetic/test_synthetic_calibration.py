"""The shares of a synthetic snapshot are those of the real population, as far as these are known."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from groeibrief.snapshot.synthetic import rates

KINDEREN = "(SELECT count(*) FROM kind)"
GEZINNEN = "(SELECT count(DISTINCT dossier_id) FROM kind)"
# A full snapshot has 921,053 dossiers; what is known in numbers is compared at that scale.
VOL = "(SELECT 921053.0 / count(*) FROM dossier)"


def share_with(source: str) -> str:
    running = f"(FROM {source} WHERE loopt(van, tot))"
    return f"SELECT count(DISTINCT kind_id) / {KINDEREN} FROM kind SEMI JOIN {running} USING (kind_id)"


def size(condition: str) -> str:
    return f"SELECT avg(({condition})::INT) FROM (SELECT count(*) AS n FROM kind GROUP BY dossier_id)"


def ages(low: int, high: int) -> str:
    return (
        f"SELECT avg((date_part('year', age(vandaag(), geboortedatum)) BETWEEN {low} AND {high})::INT) "
        "FROM kind WHERE geboortedatum IS NOT NULL"
    )


def social_in(nis: str) -> str:
    return (
        "SELECT avg((k.kind_id IN (SELECT kind_id FROM sociale_toeslag WHERE loopt(van, tot)))::INT) FROM kind k "
        f"JOIN woont w ON w.persoon_id = k.kind_id AND w.nis = '{nis}'"
    )


SHARES = {
    "children in all": (f"SELECT {KINDEREN} * {VOL}", 1_632_844, 25_000),
    "children a family": (f"SELECT {KINDEREN} / {GEZINNEN}", 1.773, 0.01),
    "families of 1": (size("n = 1"), 0.45, 0.005),
    "families of 2": (size("n = 2"), 0.39, 0.005),
    "families of 3": (size("n = 3"), 0.118, 0.004),
    "families of 4": (size("n = 4"), 0.03, 0.002),
    "families of 5 and more": (size("n >= 5"), 0.012, 0.001),
    "aged 0-5": (ages(0, 5), 0.245, 0.008),
    "aged 6-11": (ages(6, 11), 0.279, 0.008),
    "aged 12-17": (ages(12, 17), 0.290, 0.008),
    "aged 18-24": (ages(18, 24), 0.186, 0.008),
    "with a base amount": (share_with("basisbedrag"), 0.99, 0.005),
    "with a social supplement": (share_with("sociale_toeslag"), 0.3078, 0.012),
    "families with a social supplement": (
        f"SELECT count(DISTINCT dossier_id) / {GEZINNEN} FROM kind SEMI JOIN "
        "(FROM sociale_toeslag WHERE loopt(van, tot)) USING (kind_id)",
        0.2935,
        0.01,
    ),
    "with a care supplement": (share_with("zorgtoeslag"), 0.027, 0.003),
    "with a foster-care supplement": (share_with("pleegzorgtoeslag"), 0.0043, 0.0008),
    "families with an orphan supplement": (
        f"SELECT count(DISTINCT dossier_id) / {GEZINNEN} FROM kind SEMI JOIN "
        "(FROM wezentoeslag WHERE loopt(van, tot)) USING (kind_id)",
        0.0225,
        0.0035,
    ),
    "school allowances in a whole school year": (
        f"SELECT count(*) * {VOL} FROM schooltoeslag WHERE schooljaar = '2024-2025'",
        478_000,
        18_000,
    ),
    "school allowances that go with a social supplement": (
        "SELECT avg((kind_id IN (SELECT kind_id FROM sociale_toeslag WHERE van < DATE '2025-09-01' AND "
        "coalesce(tot, DATE '2100-01-01') > DATE '2024-09-01'))::INT) FROM schooltoeslag "
        "WHERE schooljaar = '2024-2025'",
        0.588,
        0.02,
    ),
    "running school year, granted so far": (
        "SELECT count(*) FILTER (schooljaar = '2025-2026') / count(*) FILTER (schooljaar = '2024-2025') "
        "FROM schooltoeslag",
        0.60,
        0.05,
    ),
    "preschool supplements in a year": (
        f"SELECT count(*) * {VOL} FROM kleutertoeslag WHERE year(toegekend_op) = 2024",
        127_500,
        8_000,
    ),
    "start amounts in a year": (
        f"SELECT count(*) * {VOL} FROM startbedrag WHERE year(datum) = 2024",
        64_000,
        5_000,
    ),
    "Antwerpen with a social supplement": (social_in("11002"), 0.459, 0.03),
    "Ronse with a social supplement": (social_in("45041"), 0.429, 0.11),
    "Oostende with a social supplement": (social_in("35013"), 0.406, 0.07),
    "two beneficiaries": (
        "SELECT avg((n = 2)::INT) FROM (SELECT count(*) AS n FROM begunstigde JOIN dossier USING (dossier_id) "
        "WHERE loopt(van, tot) AND loopt(geopend_op, gesloten_op) GROUP BY dossier_id)",
        0.65,
        0.02,
    ),
    "persons for each child and beneficiary": (
        f"SELECT (SELECT count(*) FROM persoon) / ({KINDEREN} + (SELECT count(DISTINCT persoon_id) FROM begunstigde))",
        1.01,
        0.02,
    ),
}


@pytest.mark.parametrize("what", SHARES)
def test_a_known_share_is_met(large: Any, what: str) -> None:
    query, expected, tolerance = SHARES[what]
    assert large.one(query) == pytest.approx(expected, abs=tolerance)


def test_families_live_where_people_live(large: Any) -> None:
    found = dict(
        large.all("""
        SELECT w.nis, count(DISTINCT dossier_id) FROM kind JOIN woont w ON w.persoon_id = kind_id
        WHERE nis IN ('11002', '44021', '24062', '31033') GROUP BY 1""")
    )
    total = large.one(f"SELECT {GEZINNEN}")
    for nis, inhabitants in {"11002": 565_000, "44021": 270_000, "24062": 104_000, "31033": 20_467}.items():
        assert found[nis] / total == pytest.approx(inhabitants / 6_820_000, rel=0.3), nis


def test_a_family_shares_its_social_supplement(large: Any) -> None:
    """Brothers and sisters have it together, or not at all, bar those who have no right of their own."""
    mixed = large.one("""
        SELECT avg((n BETWEEN 1 AND alle - 1)::INT) FROM (
            SELECT dossier_id, count(*) AS alle, count(s.kind_id) AS n FROM kind
            LEFT JOIN (SELECT DISTINCT kind_id FROM sociale_toeslag WHERE loopt(van, tot)) s USING (kind_id)
            GROUP BY 1 HAVING count(*) > 1)""")
    assert mixed < 0.01


def test_regimes_follow_the_date_of_birth(large: Any) -> None:
    wrong = large.one("""
        SELECT count(*) FROM basisbedrag JOIN persoon ON persoon_id = kind_id
        WHERE geboortedatum IS NOT NULL AND (geboortedatum >= DATE '2019-01-01') <> (stelsel = 'nieuw')""")
    assert wrong == 0
    assert large.one("SELECT avg((stelsel = 'nieuw')::INT) FROM basisbedrag WHERE tot IS NULL") == pytest.approx(
        0.285, abs=0.02
    )


def test_the_design_note_states_every_rate() -> None:
    note = (Path(__file__).parents[3] / "docs" / "design" / "synthetic.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"^\| `([A-Z0-9_]+)` \| `([^`]+)` \|", note, re.MULTILINE))
    actual = {name: repr(value) for name, value in vars(rates).items() if name.isupper()}
    assert stated == actual
