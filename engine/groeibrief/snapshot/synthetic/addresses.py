"""Addresses: where a family lives now and lived before, and the other addresses of its members."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from groeibrief.snapshot.synthetic import rates
from groeibrief.snapshot.synthetic.arrays import NEVER, NONE, Bools, Floats, Ints, places_of
from groeibrief.snapshot.synthetic.dice import Stream
from groeibrief.snapshot.synthetic.families import Families, Home, Household, Region
from groeibrief.snapshot.synthetic.places import Group, Places
from groeibrief.snapshot.synthetic.streets import Streets

SORTS = ("gewoon", "referentieadres", "collectief")


@dataclass(slots=True)
class Addresses:
    """Columns by address: indices into the pools of :class:`Places` and :class:`Streets`; NONE for an empty part."""

    locality: Ints
    street: Ints
    number: Ints
    box: Ints
    sort: Ints
    secret: Bools
    without_postcode: Bools

    @property
    def count(self) -> int:
        """How many addresses there are."""
        return len(self.locality)


class AddressBook:
    """Draws addresses and numbers them through: the index into :meth:`bound` is an address's identity."""

    def __init__(self, stream: Stream, places: Places, streets: Streets) -> None:
        self._stream = stream
        self._places = places
        self._streets = streets
        self._parts: list[Addresses] = []
        self._count = 0
        home = np.full(places.count, NONE, np.int64)
        for index, group in enumerate(places.groups):
            home[group.first : group.first + len(group.weights)] = index
        inhabitants = np.where(home == NONE, 20_000, places.inhabitants[home])
        self._spread = np.clip(inhabitants / 60, 25, 1900).astype(np.int64)
        self._flats: Floats = np.clip(0.06 + 0.07 * np.log2(np.maximum(inhabitants, 1) / 8000), 0.03, 0.45)

    def main(self, families: Families) -> Ints:
        """The address of every family, with its particulars. Returns its index, by family."""
        locality = self._places.draw(self._stream, families.municipality)
        elsewhere = families.region == Region.ELSEWHERE_IN_BELGIUM
        locality[elsewhere] = self._in_belgium(int(elsewhere.sum()))
        abroad = families.region == Region.ABROAD
        locality[abroad] = self._from(self._places.abroad, int(abroad.sum()))
        locality[families.region == Region.UNKNOWN] = self._places.unknown.first
        addresses = self._draw(locality)
        self._particulars(addresses, families)
        return self._add(addresses)

    def before(self, families: Families) -> Ints:
        """Where the families that moved came from; by family, NONE for the others."""
        movers = families.moved < NEVER
        between = families.moved_between & movers
        municipality = families.municipality.copy()
        municipality[between] = self._municipalities(int(between.sum()))
        return self._scatter(self._places.draw(self._stream, municipality[movers]), movers)

    def other(self, families: Families, where: Bools) -> Ints:
        """A second address, mostly in the same municipality; by family, NONE for the others."""
        near = self._stream.unit(families.count) < 0.7
        municipality = np.where(near, families.municipality, self._municipalities(families.count))
        return self._scatter(self._places.draw(self._stream, municipality[where]), where)

    def elsewhere(self, municipality: Ints) -> Ints:
        """An address for each child that lives with another: two in three in the same municipality."""
        near = self._stream.unit(len(municipality)) < 0.67
        drawn = np.where(near, municipality, self._municipalities(len(municipality)))
        return self._add(self._draw(self._places.draw(self._stream, drawn)))

    def abroad(self, count: int) -> Ints:
        """Addresses abroad."""
        return self._add(self._draw(self._from(self._places.abroad, count)))

    def in_belgium(self, count: int) -> Ints:
        """Addresses in Brussels and Wallonia."""
        return self._add(self._draw(self._in_belgium(count)))

    def homes(self, municipality: Ints) -> Ints:
        """The collective home of each municipality: everybody's there is the same."""
        addresses = self._draw(self._first_locality(municipality))
        addresses.street = addresses.locality * 13 % 1900
        addresses.number = np.full(len(municipality), 4 * 49, np.int64)
        addresses.box = np.full(len(municipality), NONE, np.int64)
        addresses.sort = np.full(len(municipality), SORTS.index("collectief"), np.int64)
        return self._add(addresses)

    def written_otherwise(self, index: Ints) -> Ints:
        """Copies of these addresses, written in capitals or abbreviated."""
        addresses = self.bound()
        copies = Addresses(
            addresses.locality[index],
            self._streets.written_otherwise(self._stream, addresses.street[index]),
            addresses.number[index],
            addresses.box[index],
            addresses.sort[index],
            addresses.secret[index],
            addresses.without_postcode[index],
        )
        return self._add(copies)

    def bound(self) -> Addresses:
        """All addresses, in one."""
        names = Addresses.__dataclass_fields__
        return Addresses(*(np.concatenate([getattr(part, name) for part in self._parts]) for name in names))

    def _add(self, addresses: Addresses) -> Ints:
        self._parts.append(addresses)
        index = self._count + np.arange(addresses.count, dtype=np.int64)
        self._count += addresses.count
        return index

    def _scatter(self, locality: Ints, where: Bools) -> Ints:
        index = np.full(len(where), NONE, np.int64)
        index[where] = self._add(self._draw(locality))
        return index

    def _municipalities(self, count: int) -> Ints:
        """Municipalities by inhabitants, never the smallest: it keeps its count."""
        weights = self._places.inhabitants.copy()
        small = self._places.municipality(rates.HERSTAPPE)
        if small is not None:
            weights[small] = 0
        return self._stream.weighted(weights, count)

    def _in_belgium(self, count: int) -> Ints:
        brussels = self._from(self._places.brussels, count)
        return np.where(self._stream.unit(count) < 0.6, brussels, self._from(self._places.wallonia, count))

    def _from(self, group: Group, count: int) -> Ints:
        return group.first + self._stream.weighted(group.weights, count)

    def _first_locality(self, municipality: Ints) -> Ints:
        first = np.asarray([group.first for group in self._places.groups], np.int64)
        return first[municipality]

    def _draw(self, locality: Ints) -> Addresses:
        count = len(locality)
        street = self._streets.draw(self._stream, locality, self._spread[locality])
        for group, kind in ((self._places.wallonia, "frans"), (self._places.abroad, "buitenland")):
            there = (locality >= group.first) & (locality < group.first + len(group.weights))
            street[there] = self._streets.draw_of(self._stream, kind, int(there.sum()))
        return Addresses(
            locality=locality,
            street=street,
            number=self._streets.draw_numbers(self._stream, count),
            box=self._streets.draw_boxes(self._stream, self._flats[locality]),
            sort=np.zeros(count, np.int64),
            secret=np.zeros(count, np.bool_),
            without_postcode=np.zeros(count, np.bool_),
        )

    def _particulars(self, addresses: Addresses, families: Families) -> None:
        stream = self._stream
        home = families.home
        long_street = stream.pick(
            (home == Home.ORDINARY) & (families.region == Region.FLANDERS), rates.LONG_STREET, least=2
        )
        addresses.street[long_street] = self._streets.draw_of(stream, "lang", int(long_street.sum()))
        addresses.secret = home == Home.SECRET
        for kind, sort, number in (
            (Home.REFERENCE, "referentieadres", 4),
            (Home.COLLECTIVE, "collectief", 4 * 49),
        ):
            here = home == kind
            addresses.locality[here] = self._first_locality(families.municipality[here])
            addresses.street[here] = addresses.locality[here] * 13 % 1900
            addresses.number[here] = number
            addresses.box[here] = NONE
            addresses.sort[here] = SORTS.index(sort)
        lacking = places_of(home == Home.INCOMPLETE)
        addresses.number[lacking[0::3]] = NONE
        addresses.without_postcode[lacking[1::3]] = True
        addresses.street[lacking[2::3]] = NONE
        self._share(addresses, families)

    def _share(self, addresses: Addresses, families: Families) -> None:
        """Two dossiers at one address: the next ordinary family takes over that of the one before it."""
        usual = (families.home == Home.ORDINARY) & (families.region == Region.FLANDERS)
        usual &= families.is_any(Household.ALONE, Household.TOGETHER) & ~families.plain & (families.moved == NEVER)
        hosts = places_of(usual)
        guests = places_of(families.home == Home.SHARED)
        if not len(hosts):
            return
        host = hosts[np.searchsorted(hosts, guests).clip(max=len(hosts) - 1)]
        for column in (addresses.locality, addresses.street, addresses.number, addresses.box):
            column[guests] = column[host]
