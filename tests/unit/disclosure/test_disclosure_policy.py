from __future__ import annotations

from fractions import Fraction

import pytest

from groeibrief.catalog import Project
from groeibrief.disclosure import DisclosurePolicy, load_disclosure_policy
from groeibrief.errors import DefinitionError

FILE = "rules/policies/disclosure.yaml"


def test_an_answer_costs_what_the_design_says(policy: DisclosurePolicy) -> None:
    costs = {
        (sensitive, children): policy.cost(sensitive=sensitive, children=children)
        for sensitive in (False, True)
        for children in (False, True)
    }
    assert costs == {
        (False, False): Fraction(1, 32),
        (False, True): Fraction(1, 32),
        (True, False): Fraction(1, 72),
        (True, True): Fraction(1, 72),
    }
    assert policy.sigma(sensitive=False, children=True) == 12
    assert policy.sigma(sensitive=True, children=True) == 18


def test_the_shares_hold_twelve_standard_audiences_and_four_orders(policy: DisclosurePolicy) -> None:
    shares = policy.aandelen
    assert (
        policy.standaard.hoogstens * policy.standard_cost == Fraction(shares.standaarddoelgroepen) == Fraction(12, 128)
    )
    assert policy.bestellingen.hoogstens * policy.order_cost == Fraction(shares.bestellingen) == Fraction(4, 128)


def test_a_whole_year_s_budget_gives_an_attacker_at_most_69_percent(policy: DisclosurePolicy) -> None:
    assert round(policy.bound, 2) == 0.69


FAULTS = {
    "no noise": ("gewoon: 4", "gewoon: 0", "11:11: Dit getal moet meer dan 0 zijn."),
    "negative noise": ("gevoelig: 6\n", "gevoelig: -6\n", "12:13: Dit getal moet meer dan 0 zijn."),
    "shares": (
        "eigen_vragen: 0.375",
        "eigen_vragen: 0.4",
        "7:3: De aandelen zijn samen 0,525, het budget is 0,5.",
    ),
    "negative threshold": ("drempel: 10", "drempel: -10", "20:12: Dit getal moet minstens 0 zijn."),
    "less noise on a sensitive source": (
        "gevoelig: 6\n",
        "gevoelig: 3\n",
        "12:13: De ruis voor een gevoelige bron mag niet kleiner zijn dan de gewone.",
    ),
    "fewer children than engines count": (
        "hoogstens_per_gezin: 3",
        "hoogstens_per_gezin: 2",
        "17:24: Dit getal moet minstens 3 zijn.",
    ),
    "certainty": ("zekerheid: 0.95", "zekerheid: 1", "22:14: De zekerheid moet kleiner zijn dan 1."),
    "rounding": ("afronding: 5", "afronding: 0", "21:14: Dit getal moet minstens 1 zijn."),
    "unknown key": (
        "  gewoon: 4",
        "  gewone: 4",
        "11:3: De sleutel 'gewone' is hier niet bekend. Bedoelde u 'gewoon'?\n"
        f"{FILE}:11:3: De sleutel 'gewoon' ontbreekt.",
    ),
    "more standard audiences than the share has room for": (
        "hoogstens: 12",
        "hoogstens: 13",
        "13:14: Met deze ruis passen 13 standaarddoelgroepen niet in hun aandeel (0,09375).",
    ),
    "more orders than the share has room for": (
        "hoogstens: 4",
        "hoogstens: 5",
        "14:15: Met deze ruis passen 5 bestellingen niet in hun aandeel (0,03125).",
    ),
    "less noise on orders than on sensitive sources": (
        "  bestelling: 8\n",
        "  bestelling: 5\n",
        "14:15: Deze ruis dient ook voor gevoelige bronnen en mag niet kleiner zijn dan die ervoor.\n"
        f"{FILE}:14:15: Met deze ruis passen 4 bestellingen niet in hun aandeel (0,03125).",
    ),
    "a day that is none": ("peildatum: null", "peildatum: ooit", "27:14: Hier hoort een datum te staan."),
    "noise too small for the budget": (
        "gewoon: 4",
        "gewoon: 1",
        "11:11: Met deze ruis past zelfs één vraag met kinderen niet in het aandeel eigen_vragen.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_policy_is_refused_with_line_and_reason(project: Project, fault: str) -> None:
    old, new, shown = FAULTS[fault]
    path = project.root / FILE
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(DefinitionError) as caught:
        load_disclosure_policy(project)
    assert str(caught.value) == f"{FILE}:{shown}"
    assert (caught.value.code, caught.value.exit_code) == ("E330", 3)
