from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groeibrief.errors import UsageError
from groeibrief.printshop.sequences import as_ranges, chosen, outside, overlap, read_ranges, shown, within

NUMBERS = st.sets(st.integers(1, 60))
RANGES = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 15)).map(lambda pair: (pair[0], pair[0] + pair[1])))


def spelled(ranges) -> set[int]:
    return {number for first, last in ranges for number in range(first, last + 1)}


@given(NUMBERS)
def test_ranges_hold_exactly_the_numbers_and_never_touch(numbers):
    ranges = as_ranges(numbers)
    assert spelled(ranges) == numbers
    assert all(first[1] + 1 < second[0] for first, second in pairwise(ranges))


@given(RANGES, NUMBERS)
def test_inside_and_outside_are_those_of_sets(ranges, numbers):
    assert within(ranges, numbers) == spelled(ranges) & numbers
    assert spelled(outside(ranges, numbers)) == spelled(ranges) - numbers


@given(RANGES)
def test_an_overlap_is_a_number_in_two_ranges(ranges):
    every = [number for one in ranges for number in range(one[0], one[1] + 1)]
    found = overlap(ranges)
    assert (found is not None) == (len(every) != len(set(every)))
    assert found is None or every.count(found) > 1


def test_a_range_as_wide_as_can_be_costs_nothing():
    assert outside([(1, 999_999_999)], {5}) == ((1, 4), (6, 999_999_999))


def test_typed_ranges():
    assert read_ranges(["7", "9-12, 3"]) == ((7, 7), (9, 12), (3, 3))
    assert chosen(["7"], 9, 12) == ((7, 7), (9, 12))


@pytest.mark.parametrize("word", ["", "0", "a", "12-9", "-3", "3-", "1.5", "1234567890", "٣"])
def test_anything_else_is_refused(word):
    with pytest.raises(UsageError) as caught:
        read_ranges([word])
    assert (caught.value.code, str(caught.value)) == (
        "E251",
        f"'{word}' is geen volgnummer of reeks. Schrijf 7 of 9-12, met een komma tussen meer dan één.",
    )


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (([], 9, None), "Een reeks heeft een begin en een einde: geef --from én --to."),
        (([], None, 9), "Een reeks heeft een begin en een einde: geef --from én --to."),
        (([], None, None), "Geef de volgnummers met --sequence 7 of --from 9 --to 12."),
    ],
)
def test_nothing_chosen_is_refused(arguments, text):
    with pytest.raises(UsageError) as caught:
        chosen(*arguments)
    assert (caught.value.code, str(caught.value)) == ("E251", text)


def test_shown_in_a_sentence():
    assert shown({3, 1, 2, 9}) == "1-3, 9"
    assert shown(range(1, 40, 2)) == "1, 3, 5, 7, 9, 11, 13, 15, 17, 19 …"
