"""What municipalities are told is what the policy and the code do."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from disclosure_world import ROOT

from groeibrief.disclosure import DisclosurePolicy, Share, invoice_band
from groeibrief.disclosure.answer import estimate
from groeibrief.disclosure.bound import bounds

PAGE = (ROOT / "docs" / "telling-en-privacy.md").read_text()


def percent(chance: float) -> str:
    return f"{100 * chance:.2f} %".replace(".", ",")


def test_the_bounds_of_the_page_are_computed(policy: DisclosurePolicy) -> None:
    found = bounds(policy)
    for what, bound in (
        ("alleen de eigen vragen", found.shares[Share.OWN]),
        ("alleen de standaarddoelgroepen", found.shares[Share.STANDARD]),
        ("alleen de bestellingen", found.shares[Share.ORDERS]),
        ("twee gemeenten die samenspannen", found.pooled),
    ):
        budget = f"{float(bound.cost):g}".replace(".", ",")
        assert f"| {what} | {budget} | {percent(bound.computed)} |" in PAGE
    assert f"| **alles samen, een jaar lang** | **0,5** | **{percent(found.whole.computed)}** |" in PAGE
    assert f"hoogstens 69 keer op 100 juist** ({percent(found.whole.computed)})" in PAGE


def test_the_numbers_of_the_page_are_the_policy_s(policy: DisclosurePolicy) -> None:
    ordinary = policy.cost(sensitive=False, children=False)
    assert f"| eigen vragen | {Share.OWN.of(policy) // ordinary} gewone" in PAGE
    assert f"| hoogstens {policy.hoogstens_gevoelig} antwoorden | {policy.ruis.gevoelig} gezinnen |" in PAGE
    assert f"de hoogstens {policy.standaard.hoogstens} die er zijn" in PAGE
    assert (
        f"| {policy.bestellingen.hoogstens}; verdere tellen mee met de eigen vragen | {policy.ruis.bestelling} " in PAGE
    )
    assert f"binnen {policy.analist.werkdagen} werkdagen" in PAGE
    assert f'"minder dan {policy.tonen.drempel}"' in PAGE


@pytest.mark.parametrize(
    ("about", "low", "high", "sigma"), [(420, 400, 435, 8), (255, 245, 265, 4), (250, 230, 270, 8)]
)
def test_the_example_is_possible(policy: DisclosurePolicy, about: int, low: int, high: int, sigma: int) -> None:
    shapes = [estimate(noisy, Fraction(sigma), policy) for noisy in range(about - 2, about + 3)]
    assert (about, low, high) in [(shape.about, shape.low, shape.high) for shape in shapes]
    assert re.search(rf"ongeveer {about}[^.]*tussen\s+{low} en {high}", PAGE)


def test_the_example_s_invoice(policy: DisclosurePolicy) -> None:
    assert invoice_band(250, policy.bestellingen.schijf) == (201, 250)
    assert "de schijf van 201 tot en met 250 gezinnen" in PAGE
