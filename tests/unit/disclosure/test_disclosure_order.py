"""The figure shown with an order: drawn once, on gezinnen, from the share for orders and then from own questions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import pytest
from disclosure_world import SENSITIVE, Clock, Counted, Recorded, question

from groeibrief.disclosure import OrderFigure, Share, Teller
from groeibrief.errors import RefusedError
from groeibrief.query import Question


def order(
    teller: Teller,
    number: str = "B-1",
    asked: Question | None = None,
    families: Callable[[], int] = lambda: 140,
    *,
    municipality: Any = "31033",
    snapshot: str = "een",
) -> OrderFigure:
    return teller.order(
        number,
        asked or question(),
        municipality=municipality,
        snapshot_id=snapshot,
        snapshot_hash=snapshot * 20,
        sources_sensitive=SENSITIVE,
        families=families,
    )


def ask(teller: Teller, asked: Question, municipality: Any = "31033") -> None:
    teller.ask(
        asked,
        municipality=municipality,
        snapshot_id="een",
        snapshot_hash="een" * 20,
        sources_sensitive=SENSITIVE,
        children=False,
        count=Counted(),
    )


def test_the_figure_is_drawn_once_for_an_order(teller: Teller, noise: Recorded) -> None:
    noise.shift = 7
    first = order(teller)
    noise.shift = -40
    again = order(teller, families=lambda: 9999, snapshot="twee")
    assert first.families == again.families
    assert first.as_json()["gezinnen"] == {"ongeveer": 145, "van": 130, "tot": 165}
    assert (first.band, again.band, first.drawn_before, again.drawn_before) == ((101, 150), (101, 150), False, True)
    assert noise.draws == [(140, Fraction(8), 1, Fraction(1, 128))]
    assert (teller.left("31033")[Share.ORDERS], teller.turns("31033").used) == (Fraction(3, 128), 0)


def test_an_order_of_no_one_looks_like_a_small_one(teller: Teller) -> None:
    figure = order(teller, families=lambda: 0)
    assert figure.as_json() == {
        "gezinnen": {"minder_dan": 10},
        "factuur": {"van": 1, "tot": 50},
        "eerder_getrokken": False,
        "uit_eigen_vragen": False,
    }


def test_four_orders_have_a_share_and_further_ones_use_the_own_questions(teller: Teller, noise: Recorded) -> None:
    figures = [order(teller, f"B-{number}") for number in range(5)]
    assert [figure.own for figure in figures] == [False] * 4 + [True]
    assert teller.left("31033") == {
        Share.OWN: Fraction(3, 8) - Fraction(1, 128),
        Share.STANDARD: Fraction(3, 32),
        Share.ORDERS: 0,
    }
    assert teller.turns("31033").used == 1
    assert {draw[1:] for draw in noise.draws} == {(Fraction(8), 1, Fraction(1, 128))}
    assert order(teller, "B-4").own


def test_without_room_an_order_is_told_when(teller: Teller, clock: Clock) -> None:
    for number in range(12):
        ask(teller, question(number))
    clock.now = datetime(2025, 6, 1, tzinfo=UTC)
    for number in range(4):
        order(teller, f"B-{number}")
    with pytest.raises(RefusedError) as caught:
        order(teller, "B-4", families=lambda: 1 // 0)
    assert (caught.value.code, str(caught.value)) == (
        "E513",
        "U hebt geen ruimte meer voor een aantal bij een bestelling. Vanaf 1 maart 2026 is er weer ruimte voor deze "
        "bestelling. Wilt u niet wachten, leg uw vraag dan voor aan een analist van het agentschap: die antwoordt "
        "binnen 10 werkdagen.",
    )
    assert order(teller, "B-0").drawn_before
    clock.now = datetime(2026, 3, 1, tzinfo=UTC)
    assert order(teller, "B-4").own
    clock.now = datetime(2026, 6, 1, tzinfo=UTC)
    assert not order(teller, "B-5").own


def test_a_sensitive_order_out_of_own_questions_counts_among_the_sensitive_ones(teller: Teller) -> None:
    for number in range(6):
        ask(teller, question(number, source="zorgtoeslag"))
    care = question(9, source="zorgtoeslag")
    assert [order(teller, f"B-{number}", care).own for number in range(4)] == [False] * 4
    with pytest.raises(RefusedError, match="geen ruimte meer voor een aantal bij een bestelling"):
        order(teller, "B-4", care)
    assert order(teller, "B-5").own


def test_a_joint_order_is_paid_by_each_from_what_it_has(teller: Teller) -> None:
    both = question(where=("31033", "23094"))
    for number in range(4):
        order(teller, f"T-{number}")
    figure = order(teller, "S-1", both, municipality=("31033", "23094"))
    assert figure.own
    assert (teller.left("31033")[Share.OWN], teller.left("31033")[Share.ORDERS]) == (Fraction(47, 128), Fraction(0))
    assert (teller.left("23094")[Share.OWN], teller.left("23094")[Share.ORDERS]) == (Fraction(3, 8), Fraction(3, 128))


def test_another_s_order_is_refused_and_not_charged(teller: Teller) -> None:
    with pytest.raises(RefusedError) as caught:
        order(teller, asked=question(where=("23094",)))
    assert caught.value.code == "E510"
    assert teller.left("31033")[Share.ORDERS] == teller.left("23094")[Share.ORDERS] == Fraction(1, 32)


@pytest.mark.parametrize("other", [question(4), question(where=("23094",)), question(day=date(2025, 10, 1))])
def test_an_order_s_number_belongs_to_one_question(teller: Teller, other: Question) -> None:
    order(teller)
    with pytest.raises(RefusedError) as caught:
        order(teller, asked=other, municipality=("31033", "23094"))
    assert (caught.value.code, str(caught.value)) == (
        "E534",
        "Deze bestelling is al geteld, met een andere doelgroep. Geef een gewijzigde bestelling een nieuw nummer.",
    )


def test_a_question_and_an_order_are_answers_of_their_own(teller: Teller, noise: Recorded) -> None:
    ask(teller, question())
    assert not order(teller).drawn_before
    assert len(noise.draws) == 2
