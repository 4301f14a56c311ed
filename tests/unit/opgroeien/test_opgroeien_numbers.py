from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opgroeien_world import number
from stdnum.be import ssn

from groeibrief.opgroeien.national_numbers import digits_of, is_number, repaired

NINES = st.integers(0, 999_999_999).map("{:09d}".format)


def checked(nine: str, century: str) -> str:
    return f"{nine}{97 - int(century + nine) % 97:02d}"


@given(NINES, st.sampled_from(("", "2")))
def test_a_number_with_right_digits_is_what_stdnum_says(nine: str, century: str) -> None:
    written = checked(nine, century)
    if ssn.is_valid(written):
        assert is_number(written)
    elif is_number(written):
        # stdnum also holds the century against today: a 2 before a year that is to come is none of its numbers.
        assert century == "2"
        assert int(nine[:2]) > 26


@given(st.integers(0, 99_999_999_999).map("{:011d}".format))
def test_wrong_check_digits_are_wrong_for_both(written: str) -> None:
    if not is_number(written):
        assert not ssn.is_valid(written)


@given(NINES, st.sampled_from(("", "2")), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_of_the_nine_is_found(nine: str, century: str, place: int, shift: int) -> None:
    written = checked(nine, century)
    if place > 8 or not is_number(written):
        return
    digit = str((int(written[place]) + shift) % 10)
    spoilt = written[:place] + digit + written[place + 1 :]
    other = checked(spoilt[:9], "2" if century == "" else "")
    assert not is_number(spoilt) or spoilt == other


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("85.07.30-033.28", "85073003328"),
        (" 85 07 30 033 28 ", "85073003328"),
        ("85/07/30-033\u00a028", "85073003328"),
        ("85073003328", "85073003328"),
        ("8507300332X", None),
        ("", None),
        ("٨٥٠٧٣٠٠٣٣٢٨", None),
    ],
)
def test_punctuation_is_left_out(written: str, digits: str | None) -> None:
    assert digits_of(written) == digits


def test_both_centuries_and_bis_numbers() -> None:
    assert is_number("85073003328")
    assert is_number("17073003384")
    assert is_number("98472899765")
    assert is_number("01490700185")
    assert not is_number("85073003329")
    assert not is_number(checked("851330033", "")), "month 13"
    assert not is_number("00000000000")
    assert not is_number("8507300332")


def test_lost_zeros_come_back_only_where_a_number_results() -> None:
    whole = number(999, "050615")
    assert repaired(whole.lstrip("0")) == whole
    first = number(999, "000101")
    assert len(first.lstrip("0")) == 8
    assert repaired(first.lstrip("0")) == first
    assert repaired(whole[2:]) is None
    assert repaired("1234567") is None
    assert repaired(whole) is None, "nothing was lost"
