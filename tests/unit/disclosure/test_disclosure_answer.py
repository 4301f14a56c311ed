from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from groeibrief.disclosure import Answer, DisclosurePolicy, Estimate, OrderFigure, Share, Turns, invoice_band
from groeibrief.disclosure.answer import estimate


@pytest.mark.parametrize(
    ("noisy", "sigma", "shown"),
    [
        (-3, 4, {"minder_dan": 10}),
        (9, 4, {"minder_dan": 10}),
        (10, 4, {"ongeveer": 10, "van": 0, "tot": 20}),
        (12, 4, {"ongeveer": 10, "van": 0, "tot": 20}),
        (13, 4, {"ongeveer": 15, "van": 5, "tot": 25}),
        (139, 4, {"ongeveer": 140, "van": 130, "tot": 150}),
        (140, 4, {"ongeveer": 140, "van": 130, "tot": 150}),
        (142, 4, {"ongeveer": 140, "van": 130, "tot": 150}),
        (143, 4, {"ongeveer": 145, "van": 135, "tot": 155}),
        (140, 12, {"ongeveer": 140, "van": 115, "tot": 165}),
    ],
)
def test_a_noisy_count_is_rounded_and_its_range_rounded_outward(
    policy: DisclosurePolicy, noisy: int, sigma: int, shown: dict[str, int]
) -> None:
    assert estimate(noisy, Fraction(sigma), policy).as_json() == shown


def answer(
    families: Estimate, children: Estimate | None = None, *, before: bool = False, used: int = 1, prepared: bool = False
) -> Answer:
    turns = Turns(used, 12 - used, date(2026, 3, 1) if used else None)
    left = {Share.OWN: Fraction(11, 32), Share.STANDARD: Fraction(0), Share.ORDERS: Fraction(1, 32)}
    cost = Fraction() if before else Fraction(1, 32)
    return Answer(families, children, 3, turns, before, prepared, cost, left, "a" * 64, "snapshot-1")


def test_an_answer_as_json_is_the_contract(policy: DisclosurePolicy) -> None:
    families = estimate(139, Fraction(4), policy)
    assert answer(families).as_json() == {
        "gezinnen": {"ongeveer": 140, "van": 130, "tot": 150},
        "telbeurten": {"gebruikt": 1, "over": 11, "vanaf": "2026-03-01"},
        "eerder_gesteld": False,
        "vooraf_getrokken": False,
        "kosten": 0.03125,
        "resterend": {"eigen_vragen": 0.34375, "standaarddoelgroepen": 0.0, "bestellingen": 0.03125},
        "voorwaarden": "a" * 64,
        "snapshot": "snapshot-1",
    }
    both = answer(families, estimate(4, Fraction(12), policy), before=True, used=0).as_json()
    assert both["kinderen"] == {"minder_dan": 10}
    assert both["telbeurten"] == {"gebruikt": 0, "over": 12, "vanaf": None}
    assert (both["eerder_gesteld"], both["kosten"]) == (True, 0.0)


def test_an_answer_as_text(policy: DisclosurePolicy) -> None:
    assert answer(estimate(139, Fraction(4), policy)).text() == (
        "Het gaat om ongeveer 140 gezinnen; in 19 van de 20 gevallen tussen 130 en 150.\n"
        "Telbeurten: 1 gebruikt, 11 over. Vanaf 1 maart 2026 komt er ruimte bij."
    )


def test_a_small_answer_says_how_wide_its_range_is(policy: DisclosurePolicy) -> None:
    families, children = estimate(3, Fraction(4), policy), estimate(31, Fraction(12), policy)
    assert answer(families, children, before=True, used=0).text() == (
        "Het gaat om minder dan 10 gezinnen.\n"
        "In die gezinnen gaat het om ongeveer 30 kinderen; in 19 van de 20 gevallen tussen 5 en 55.\n"
        "Elk gezin telt daarbij voor hoogstens 3 kinderen.\n"
        "Bij kleine aantallen is de marge ongeveer even groot als het aantal zelf.\n"
        "Ook 'minder dan' is bij benadering: het echte aantal kan iets hoger liggen.\n"
        "Deze vraag is eerder gesteld: u krijgt hetzelfde antwoord en gebruikt geen telbeurt.\n"
        "Telbeurten: 0 gebruikt, 12 over."
    )


@pytest.mark.parametrize(("noisy", "wide"), [(97, True), (98, False), (140, False), (9, False)])
def test_under_a_hundred_is_wide(policy: DisclosurePolicy, noisy: int, wide: bool) -> None:
    assert estimate(noisy, Fraction(4), policy).wide is wide


def test_an_answer_that_was_prepared_for_everyone(policy: DisclosurePolicy) -> None:
    prepared = answer(estimate(139, Fraction(8), policy), before=True, prepared=True, used=0)
    assert prepared.as_json()["vooraf_getrokken"] is True
    assert prepared.text() == (
        "Het gaat om ongeveer 140 gezinnen; in 19 van de 20 gevallen tussen 120 en 155.\n"
        "Dit antwoord is vooraf voor elke gemeente getrokken: u gebruikt geen telbeurt.\n"
        "Telbeurten: 0 gebruikt, 12 over."
    )


@pytest.mark.parametrize(
    ("noisy", "band"),
    [(-20, (1, 50)), (0, (1, 50)), (1, (1, 50)), (50, (1, 50)), (51, (51, 100)), (100, (51, 100)), (140, (101, 150))],
)
def test_an_invoice_goes_by_bands_of_fifty(noisy: int, band: tuple[int, int]) -> None:
    assert invoice_band(noisy) == band


def test_the_figure_of_an_order(policy: DisclosurePolicy) -> None:
    figure = OrderFigure(estimate(139, Fraction(8), policy), invoice_band(139), drawn_before=False, own=True)
    assert figure.as_json() == {
        "gezinnen": {"ongeveer": 140, "van": 120, "tot": 155},
        "factuur": {"van": 101, "tot": 150},
        "eerder_getrokken": False,
        "uit_eigen_vragen": True,
    }
    assert figure.text() == (
        "De brief gaat naar ongeveer 140 gezinnen; in 19 van de 20 gevallen tussen 120 en 155.\n"
        "De factuur rekent met de schijf van 101 tot en met 150 gezinnen.\n"
        "De bestellingen van dit jaar zijn op: deze telt mee met uw telbeurten."
    )
    usual = OrderFigure(estimate(139, Fraction(8), policy), invoice_band(139), drawn_before=False, own=False)
    assert usual.text() == "\n".join(figure.text().splitlines()[:2])
