"""The array types of the synthetic snapshot: whole columns of days, months, indices and flags."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NEVER = 2**31 - 1
"""The end of what still runs: later than any day and any month."""
NONE = -1
"""An index that points nowhere: an empty value in the snapshot."""


def ints(values: object) -> Ints:
    """Return *values* as a column of 64-bit integers."""
    return np.asarray(values, np.int64)


def places_of(mask: Bools) -> Ints:
    """The positions at which *mask* holds."""
    return np.flatnonzero(mask).astype(np.int64)
