"""Beneficiaries: the one or two of each dossier, through time; persons, the child itself, or an institution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from groeibrief.snapshot.synthetic import rates
from groeibrief.snapshot.synthetic.arrays import NEVER, NONE, Bools, Ints, ints, places_of
from groeibrief.snapshot.synthetic.children import Children
from groeibrief.snapshot.synthetic.dice import Dice, Stream
from groeibrief.snapshot.synthetic.families import Families, Household, Region
from groeibrief.snapshot.synthetic.timeline import Timeline

_YEAR = 365.25
_INSTITUTIONS = 400


@dataclass(frozen=True, slots=True)
class Beneficiaries:
    """Adults (``family``, ``order``, ``born``, ``died``, ``successor``) and the rows of ``begunstigde`` (``row_*``).

    ``row_adult`` indexes the adults; NONE where the beneficiary is the child itself or an institution.
    """

    family: Ints
    order: Ints
    born: Ints
    died: Ints
    successor: Bools
    row_family: Ints
    row_order: Ints
    row_adult: Ints
    row_institution: Ints
    row_from: Ints
    row_to: Ints
    has_second: Bools
    """By family: a second beneficiary for as long as the dossier is open."""


def draw_beneficiaries(dice: Dice, families: Families, children: Children, timeline: Timeline) -> Beneficiaries:
    """Draw the adults of every family, and who was beneficiary when."""
    stream = dice.stream("beneficiaries")
    anchor = timeline.anchor
    opened = children.dossier_opened
    every = np.arange(families.count, dtype=np.int64)
    adult_first = families.is_any(Household.ALONE, Household.TOGETHER, Household.APART, Household.FOSTER)
    second_foster = families.is_any(Household.FOSTER) & (stream.unit(families.count) < 0.7)
    two = families.is_any(Household.TOGETHER, Household.APART, Household.INSTITUTION_AND_PARENT) | second_foster

    born_first = _ages(stream, families, children)
    born_second = np.minimum(
        born_first + np.floor(stream.normal(families.count) * 1500).astype(np.int64), _limit(opened)
    )
    usual = adult_first & (families.closed == NEVER) & ~families.plain & (families.region == Region.FLANDERS)
    together = usual & families.is_any(Household.TOGETHER)
    succeeded = stream.pick(together, rates.SUCCEEDED, least=2)
    unprocessed = stream.pick(usual & ~succeeded, rates.DEATH_UNPROCESSED, least=3)
    widowed = together & families.orphaned & ~succeeded & (stream.unit(families.count) < 0.4)
    left = stream.pick(together & ~widowed & ~succeeded, rates.SECOND_LEFT, least=2)

    changed = np.maximum(anchor - stream.whole(40, 1400, families.count), opened + 1)
    died_first = np.where(succeeded, changed, NEVER)
    # As with the children: someone has always died in the days before the extraction.
    died_first[unprocessed] = np.maximum(
        timeline.today - np.arange(int(unprocessed.sum())) % 60 - 1, opened[unprocessed] + 1
    )
    died_second = np.where(widowed, changed, NEVER)
    first, second, heir = places_of(adult_first), places_of(two), places_of(succeeded)
    adults = np.concatenate([first, second, heir])
    number = _numbering(families.count, first, 0), _numbering(families.count, second, len(first))
    heirs = len(first) + len(second) + np.arange(len(heir), dtype=np.int64)

    itself = families.household == Household.SELF
    institution = families.is_any(Household.INSTITUTION, Household.INSTITUTION_AND_PARENT)
    house = np.where(institution, stream.whole(0, _INSTITUTIONS - 1, families.count), NONE)
    end = np.minimum(families.closed, NEVER)
    end_first = np.where(succeeded, changed, end)
    end_second = np.where(widowed | left, changed, end)
    has_first = adult_first | itself | institution
    groups = (
        (every[has_first], 1, number[0][has_first], house[has_first], opened[has_first], end_first[has_first]),
        (second, 2, number[1][second], np.full(len(second), NONE), opened[second], end_second[second]),
        (heir, 1, heirs, np.full(len(heir), NONE), changed[heir], end[heir]),
    )
    return Beneficiaries(
        family=adults,
        order=np.repeat(ints([1, 2, 1]), [len(first), len(second), len(heir)]),
        born=np.concatenate([born_first[first], born_second[second], born_second[heir]]),
        died=np.concatenate([died_first[first], died_second[second], np.full(len(heir), NEVER)]),
        successor=np.arange(len(adults)) >= len(first) + len(second),
        row_family=np.concatenate([group[0] for group in groups]),
        row_order=np.concatenate([np.full(len(group[0]), group[1], np.int64) for group in groups]),
        row_adult=np.concatenate([group[2] for group in groups]),
        row_institution=np.concatenate([group[3] for group in groups]),
        row_from=np.concatenate([group[4] for group in groups]),
        row_to=np.concatenate([group[5] for group in groups]),
        has_second=two & ~widowed & ~left,
    )


def institution_numbers() -> list[str]:
    """Invented enterprise numbers from 0999 on, with right check digits: 97 − (first eight mod 97)."""
    return [f"{stem:08d}{97 - stem % 97:02d}" for stem in range(9_990_000, 9_990_000 + _INSTITUTIONS)]


def _ages(stream: Stream, families: Families, children: Children) -> Ints:
    """Between 19 and 42 at the birth of the eldest, foster parents older."""
    eldest = np.full(families.count, NEVER, np.int64)
    np.minimum.at(eldest, children.family, children.born)
    age = np.clip(29.5 + 4.8 * stream.normal(families.count), 18.5, 43)
    age += np.where(families.is_any(Household.FOSTER), 12, 0)
    return eldest - np.floor(age * _YEAR).astype(np.int64)


def _limit(opened: Ints) -> Ints:
    return opened - int(18 * _YEAR)


def _numbering(count: int, where: Ints, start: int) -> Ints:
    numbers = np.full(count, NONE, np.int64)
    numbers[where] = start + np.arange(len(where), dtype=np.int64)
    return numbers
