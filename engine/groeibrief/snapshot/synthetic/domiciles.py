"""Domiciles: who lived where from when to when, as the rows of ``woonplaats``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from groeibrief.snapshot.synthetic import rates
from groeibrief.snapshot.synthetic.addresses import AddressBook, Addresses
from groeibrief.snapshot.synthetic.arrays import NEVER, NONE, Bools, Ints, places_of
from groeibrief.snapshot.synthetic.beneficiaries import Beneficiaries
from groeibrief.snapshot.synthetic.children import Children
from groeibrief.snapshot.synthetic.dice import Dice
from groeibrief.snapshot.synthetic.families import Families, Home, Household, Region
from groeibrief.snapshot.synthetic.places import Places
from groeibrief.snapshot.synthetic.streets import Streets

_REMOVED_AFTER = 30
"""A death takes this many days to end a domicile."""


@dataclass(frozen=True, slots=True)
class Domiciles:
    """Rows: a person (children first, then adults), an address, and the days, half open."""

    person: Ints
    address: Ints
    start: Ints
    end: Ints
    addresses: Addresses


@dataclass(frozen=True, slots=True)
class _Residents:
    """Persons who live with their family, unless ``own`` names an address of theirs."""

    person: Ints
    family: Ints
    born: Ints
    died: Ints
    own: Ints


def draw_domiciles(
    dice: Dice,
    places: Places,
    streets: Streets,
    families: Families,
    children: Children,
    beneficiaries: Beneficiaries,
    anchor: int,
) -> Domiciles:
    """Draw every domicile of children and adults through time."""
    stream = dice.stream("domiciles")
    book = AddressBook(dice.stream("addresses"), places, streets)
    main = book.main(families)
    before = book.before(families)
    apart = book.other(families, families.is_any(Household.APART))

    own = np.full(children.count, NONE, np.int64)
    # The children of co-parents: three in ten are domiciled with the second of them.
    with_second = families.is_any(Household.APART) & (stream.unit(families.count) < 0.3)
    own[with_second[children.family]] = apart[children.family[with_second[children.family]]]
    placed = families.household[children.family] == Household.INSTITUTION
    placed &= stream.unit(children.count) < 0.6
    own[placed] = book.homes(families.municipality[children.family[placed]])
    own[children.elsewhere] = book.elsewhere(families.municipality[children.family[children.elsewhere]])
    kids = _Residents(np.arange(children.count, dtype=np.int64), children.family, children.born, children.died, own)
    here = ~children.without_domicile
    kids = _Residents(kids.person[here], kids.family[here], kids.born[here], kids.died[here], kids.own[here])

    own = np.where(beneficiaries.order == 2, apart[beneficiaries.family], NONE)
    usual = (families.region == Region.FLANDERS) & (families.home == Home.ORDINARY) & ~families.plain
    usual &= families.is_any(Household.ALONE, Household.TOGETHER)
    usual_adult = usual[beneficiaries.family] & ~beneficiaries.successor
    away = stream.pick(usual_adult, rates.BENEFICIARY_ABROAD, least=2)
    own[away] = book.abroad(int(away.sum()))
    near = stream.pick(usual_adult & ~away, rates.BENEFICIARY_ELSEWHERE_IN_BELGIUM, least=2)
    own[near] = book.in_belgium(int(near.sum()))
    unmoved = usual_adult & (families.moved[beneficiaries.family] == NEVER) & ~away & ~near
    otherwise = stream.pick(unmoved & (beneficiaries.order == 2), rates.SECOND_WRITTEN_OTHERWISE, least=2)
    own[otherwise] = book.written_otherwise(main[beneficiaries.family[otherwise]])
    adults = _Residents(
        children.count + np.arange(len(beneficiaries.family), dtype=np.int64),
        beneficiaries.family,
        beneficiaries.born,
        beneficiaries.died,
        own,
    )
    rows = [_rows(residents, families, main, before, anchor) for residents in (kids, adults)]
    person, address, start, end = (np.concatenate([part[column] for part in rows]) for column in range(4))
    return Domiciles(person, address, start, end, book.bound())


def _rows(
    residents: _Residents, families: Families, main: Ints, before: Ints, anchor: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """The current domicile of each, and the one before a move; ended by a death that has been processed."""
    family = residents.family
    since = np.maximum(residents.born, families.settled[family])
    at_home: Bools = residents.own == NONE
    moved = families.moved[family]
    moves = at_home & (moved < NEVER) & (since < moved)
    gone = np.where(residents.died < anchor - _REMOVED_AFTER, residents.died, NEVER)
    start = np.where(moves, moved, since)
    address = np.where(at_home, main[family], residents.own)
    earlier = places_of(moves)
    person = np.concatenate([residents.person, residents.person[earlier]])
    address = np.concatenate([address, before[family[earlier]]])
    end = np.concatenate([gone, np.minimum(moved, gone)[earlier]])
    start = np.concatenate([start, since[earlier]])
    kept = start < end
    return person[kept], address[kept], start[kept], end[kept]
