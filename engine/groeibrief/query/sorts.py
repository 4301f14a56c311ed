"""The sorts of thing that a condition can be about."""

from __future__ import annotations

from enum import Enum


class Sort(Enum):
    """A child (kind), a dossier (gezin), or a beneficiary who is a person (begunstigde)."""

    KIND = "kind"
    GEZIN = "gezin"
    BEGUNSTIGDE = "begunstigde"
