"""Belgian national numbers that were never issued: serial 000 or 999, right check digits, some BIS numbers."""

from __future__ import annotations

import numpy as np

from groeibrief.snapshot.synthetic.arrays import Bools, Ints
from groeibrief.snapshot.synthetic.dice import Stream
from groeibrief.snapshot.synthetic.timeline import first_day, month_of, year_of


def draw_national_numbers(stream: Stream, born: Ints, bis: Bools, unknown: Bools) -> Ints:
    """Eleven digits as a number. *bis*: month + 20 or + 40; *unknown*: no month and day in it.

    Check: 97 − (first nine mod 97), with a 2 before the nine for births from 2000. They need not be unique:
    ``persoon_id`` is the identity.
    """
    month = month_of(born)
    year = year_of(born)
    digits = month % 12 + 1 + np.where(bis, 20 * stream.whole(1, 2, len(born)), 0)
    day = born - first_day(month) + 1
    date_part = (year % 100) * 10_000 + np.where(unknown, 0, digits * 100 + day)
    nine = date_part * 1000 + np.where(stream.unit(len(born)) < 0.5, 0, 999)
    check = 97 - (nine + np.where(year >= 2000, 2_000_000_000, 0)) % 97
    return nine * 100 + check
