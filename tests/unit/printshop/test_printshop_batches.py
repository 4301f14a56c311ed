from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groeibrief.errors import RefusedError
from groeibrief.printshop.batches import Letter, plan_batches


def test_letters_are_ordered_by_sheets_postcode_and_sequence(policy):
    letters = [Letter(1, 3, "1000"), Letter(2, 2, "9000"), Letter(3, 1, "8000"), Letter(4, 2, "8000"), Letter(5, 2, "")]
    batches = plan_batches(letters, policy)
    assert [[letter.sequence for letter in batch.letters] for batch in batches] == [[5, 3, 4, 2], [1]]
    assert [batch.number for batch in batches] == [1, 2]
    assert [batch.pages for batch in batches] == [7, 3]


def test_the_order_given_does_not_matter(policy):
    letters = [Letter(number, 1 + number % 5, str(1000 + number % 7)) for number in range(200)]
    shuffled = letters.copy()
    Random(4).shuffle(shuffled)
    assert plan_batches(shuffled, policy) == plan_batches(letters, policy)


def test_a_batch_may_be_exactly_full(policy):
    policy = replace(policy, paginas_per_partij=4)
    batches = plan_batches([Letter(number, 2, "1000") for number in range(1, 6)], policy)
    assert [batch.pages for batch in batches] == [4, 4, 2]


def test_sheet_counts_share_a_batch_when_the_policy_says_so(policy):
    policy = replace(policy, velaantallen_apart=False)
    (batch,) = plan_batches([Letter(1, 4, "1000"), Letter(2, 2, "2000")], policy)
    assert [letter.sequence for letter in batch.letters] == [2, 1]


def test_single_sided_each_page_is_a_sheet(policy):
    policy = replace(policy, dubbelzijdig=False)
    batches = plan_batches([Letter(1, 2, "1000"), Letter(2, 1, "1000")], policy)
    assert [[letter.sequence for letter in batch.letters] for batch in batches] == [[2], [1]]


def test_no_letters_make_no_batches(policy):
    assert plan_batches([], policy) == ()


@pytest.mark.parametrize("pages", [0, 5001])
def test_a_letter_that_fits_no_batch_is_refused(policy, pages):
    with pytest.raises(RefusedError) as caught:
        plan_batches([Letter(12, pages, "1000")], policy)
    assert caught.value.code == "E554"
    assert str(caught.value) == (
        f"Brief 12 telt {pages} pagina's. Een brief heeft minstens 1 en hoogstens 5000 pagina's: kort het sjabloon in "
        "of pas het drukwerkbeleid aan."
    )


_LETTERS = st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["", "1000", "9000"])), max_size=60)


@given(_LETTERS, st.integers(9, 30), st.booleans())
def test_every_letter_is_in_one_batch_that_is_not_too_large(drawn, most, apart):
    from datetime import date

    from groeibrief.printshop.policy import PrintPolicy

    policy = PrintPolicy(date(2025, 1, 1), most, apart, True, "A4", "zwart", "wit", "C5")
    letters = [Letter(number, *drawn_one) for number, drawn_one in enumerate(drawn, start=1)]
    batches = plan_batches(letters, policy)
    assert sorted(letter.sequence for batch in batches for letter in batch.letters) == list(range(1, len(letters) + 1))
    assert all(0 < batch.pages <= most for batch in batches)
    if apart:
        assert all(len({policy.sheets(letter.pages) for letter in batch.letters}) == 1 for batch in batches)
