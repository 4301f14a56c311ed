"""The policy of the casework: what it holds, and each fault with its place."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from casework_world import ROOT

from groeibrief.casework.policy import load_casework_policy, months_after, months_before
from groeibrief.casework.workdays import add_working_days, easter
from groeibrief.catalog import Project
from groeibrief.errors import DefinitionError

TOO_SHORT = (
    "De bewaring is korter dan 'grenzen.venster_maanden': wie gewist is, telt niet meer mee voor het hoogste aantal "
    "brieven per gezin."
)
FILE = "rules/policies/werkwijze.yaml"


def test_the_policy_that_is_shipped() -> None:
    policy = load_casework_policy(ROOT)
    assert policy.status == policy.prijzen.status == "te bevestigen door VUTG"
    assert policy.prijzen.telling == 0, "counts are free"
    assert policy.bewaring.maanden >= policy.grenzen.venster_maanden
    assert policy.termijnen.datalek_uren == 72
    assert policy.grenzen.besluit_bytes <= 2_000_000


def test_a_price_goes_by_the_size_of_the_mailing() -> None:
    prices = load_casework_policy(ROOT).prijzen
    assert prices.of(100) == Decimal("75.00") + 100 * Decimal("1.45")
    assert prices.of(500) == Decimal("75.00") + 500 * Decimal("1.10")
    assert prices.of(9_999_999) == Decimal("75.00") + 9_999_999 * Decimal("0.92")


def test_the_day_of_delivery_counts_working_days() -> None:
    days = load_casework_policy(ROOT).werkdagen
    assert days.delivery(date(2025, 11, 7)) == date(2025, 12, 11), "11 November does not count"
    assert add_working_days(date(2025, 11, 7), 23) == date(2025, 12, 10)
    assert days.delivery(date(2026, 3, 5)) == date(2026, 4, 8), "nor does Easter Monday"
    assert add_working_days(date(2025, 11, 7), 1) == date(2025, 11, 10)
    assert add_working_days(date(2025, 11, 8), 1) == date(2025, 11, 10)


@pytest.mark.parametrize(
    "day", [date(2000, 4, 23), date(2008, 3, 23), date(2025, 4, 20), date(2026, 4, 5), date(2038, 4, 25)]
)
def test_easter(day: date) -> None:
    assert easter(day.year) == day


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 11, 30), 1, date(2025, 12, 30)),
        (date(2025, 12, 31), 12, date(2026, 12, 31)),
        (date(2025, 10, 31), 1, date(2025, 11, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_end_on_a_day_that_exists(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later
    assert months_before(later, months) <= day


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("maanden: 13 ", "maanden: 11 ", TOO_SHORT),
        ("tot_en_met: 499,", "tot_en_met: 2999,", "De prijzen staan van de kleinste naar de grootste zending."),
        ("vast: 75.00", "vast: -1", "Dit getal moet minstens 0 zijn."),
        ("versie: 1", "versie: 1\nextra: 2", "De sleutel 'extra' is hier niet bekend."),
    ],
)  # fmt: skip
def test_a_fault_has_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    shutil.copytree(ROOT.rules / "policies", tmp_path / "rules" / "policies")
    path = tmp_path / FILE
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(DefinitionError) as refusal:
        load_casework_policy(Project(tmp_path))
    assert refusal.value.code == "E321"
    (finding,) = refusal.value.findings
    assert finding.melding == told
    assert (finding.bestand, finding.regel is not None) == (FILE, True)
