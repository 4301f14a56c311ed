from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groeibrief.errors import RefusedError
from groeibrief.printshop.batches import Letter, plan_batches
from groeibrief.printshop.policy import PrintPolicy
from groeibrief.printshop.waves import posting_dates, wave_numbers


def test_a_wave_is_filled_with_the_next_batches_as_long_as_they_fit():
    assert wave_numbers([400, 600, 1, 999, 1], 1000) == (1, 1, 2, 2, 3)


def test_without_a_limit_all_is_one_wave():
    assert wave_numbers([400, 600, 5000], None) == (1, 1, 1)


def test_a_batch_larger_than_a_week_is_refused():
    with pytest.raises(RefusedError) as caught:
        wave_numbers([10, 11], 10)
    assert caught.value.code == "E556"
    assert str(caught.value) == (
        "Partij 2 telt 11 brieven en er mogen er hoogstens 10 per week op de post. Maak de brieven opnieuw met "
        "--per-week 10, of laat er meer per week toe."
    )


def test_each_wave_is_posted_a_week_later():
    assert posting_dates(date(2025, 12, 29), 3) == (date(2025, 12, 29), date(2026, 1, 5), date(2026, 1, 12))
    assert posting_dates(None, 2) == (None, None)


@given(st.lists(st.integers(1, 6), min_size=1, max_size=80), st.integers(1, 12), st.integers(6, 20))
def test_batches_cut_for_a_week_fill_every_wave_but_the_last(pages, per_week, most):
    policy = PrintPolicy(date(2025, 1, 1), most, True, True, "A4", "zwart", "wit", "C5")
    batches = plan_batches([Letter(number, one, "1000") for number, one in enumerate(pages, 1)], policy, per_week)
    waves = wave_numbers([len(batch.letters) for batch in batches], per_week)
    filled = [
        sum(len(batch.letters) for batch, wave in zip(batches, waves, strict=True) if wave == number)
        for number in range(1, waves[-1] + 1)
    ]
    assert sum(filled) == len(pages)
    assert filled[:-1] == [per_week] * (len(filled) - 1)
    assert filled[-1] <= per_week


def test_cutting_for_a_week_keeps_order_and_bounds(policy):
    policy = replace(policy, paginas_per_partij=6)
    batches = plan_batches([Letter(number, 2, "1000") for number in range(1, 8)], policy, 4)
    assert [[letter.sequence for letter in batch.letters] for batch in batches] == [[1, 2, 3], [4], [5, 6, 7]]
