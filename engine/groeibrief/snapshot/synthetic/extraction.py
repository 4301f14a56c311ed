"""An extraction of a world: the tables of a snapshot as of one day, without anything that happened after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from groeibrief.catalog import Catalogue
from groeibrief.snapshot.synthetic import family_rights, participation, rates, social
from groeibrief.snapshot.synthetic.addresses import SORTS
from groeibrief.snapshot.synthetic.amounts import Amounts, Tariff
from groeibrief.snapshot.synthetic.arrays import NEVER, NONE, Bools, Ints, places_of
from groeibrief.snapshot.synthetic.beneficiaries import institution_numbers
from groeibrief.snapshot.synthetic.domiciles import draw_domiciles
from groeibrief.snapshot.synthetic.month_rights import Spells, renewals
from groeibrief.snapshot.synthetic.participation import Grants
from groeibrief.snapshot.synthetic.people import draw_people
from groeibrief.snapshot.synthetic.streets import Streets
from groeibrief.snapshot.synthetic.timeline import first_day, month_at
from groeibrief.snapshot.synthetic.world import World
from groeibrief.snapshot.synthetic.writer import Column, Digits, TableWriter, Vocabulary, Words

_FIRST_PERSON = 1_000_001
_FIRST_DOSSIER = 100_001
_DOMICILE_BATCH = 1_000_000
Texts = dict[str, tuple[str, ...]]


class Extraction:
    """Writes the tables of a world one after the other; at most one of them is in memory."""

    def __init__(self, world: World, catalogue: Catalogue, writer: TableWriter) -> None:
        self._world = world
        self._catalogue = catalogue
        self._writer = writer
        self._today = world.timeline.today
        self._present = np.concatenate(
            [
                world.children.born <= self._today,
                world.children.dossier_opened[world.beneficiaries.family] <= self._today,
            ]
        )

    @property
    def steps(self) -> dict[str, Callable[[], None]]:
        """What writes the tables, in order; a source's step has the name of its table."""
        people = (self.dossier, self.persoon, self.woonplaats)
        month_rights = (
            self.basisbedrag,
            self.sociale_toeslag,
            self.wezentoeslag,
            self.pleegzorgtoeslag,
            self.zorgtoeslag,
        )
        allowances = (self.kinderopvangtoeslag, self.kleutertoeslag, self.schooltoeslag, self.startbedrag)
        return {step.__name__: step for step in (*people, *month_rights, *allowances)}

    def dossier(self) -> None:
        """Write ``dossier``, ``dossierkind`` and ``begunstigde``."""
        families, children = self._world.families, self._world.children
        opened = children.dossier_opened
        here = opened <= self._today
        columns: dict[str, Column] = {
            "dossier_id": _FIRST_DOSSIER + places_of(here),
            "uitbetaler": Words.of(families.payer[here], tuple(rates.PAYERS)),
            "geopend_op": opened[here],
            "gesloten_op": self._known(families.closed[here]),
        }
        self._writer.write("dossier", "dossier", [columns])

        came = places_of(children.came_from != NONE)
        source = children.came_from[came]
        child = np.concatenate([np.arange(children.count, dtype=np.int64), came])
        family = np.concatenate([children.family, source])
        start = np.concatenate([children.linked, np.maximum(children.born[came], opened[source])])
        end = np.concatenate([children.until, children.came_on[came]])
        # Half of the stillborn were never in a dossier.
        kept = (start < end) & (start <= self._today) & ~(children.stillborn[child] & (child % 2 == 0))
        columns = {
            "dossier_id": _FIRST_DOSSIER + family[kept],
            "kind_id": _FIRST_PERSON + child[kept],
            "van": start[kept],
            "tot": self._known(end[kept]),
        }
        self._writer.write("dossierkind", "dossierkind", [columns])
        self._beneficiaries()

    def _beneficiaries(self) -> None:
        children, beneficiaries = self._world.children, self._world.beneficiaries
        adult = beneficiaries.row_adult
        kept = (beneficiaries.row_from <= self._today) & (beneficiaries.row_from < beneficiaries.row_to)
        itself = np.zeros(self._world.families.count, np.int64)
        itself[children.family[::-1]] = np.arange(children.count, dtype=np.int64)[::-1]
        person = np.where(adult == NONE, itself[beneficiaries.row_family], children.count + adult)
        house = beneficiaries.row_institution
        columns: dict[str, Column] = {
            "dossier_id": _FIRST_DOSSIER + beneficiaries.row_family[kept],
            "volgorde": beneficiaries.row_order[kept],
            "persoon_id": np.where(house == NONE, _FIRST_PERSON + person, NONE)[kept],
            "instelling_kbo": Words.of(house[kept], institution_numbers()),
            "van": beneficiaries.row_from[kept],
            "tot": self._known(beneficiaries.row_to[kept]),
        }
        self._writer.write("begunstigde", "begunstigde", [columns])

    def persoon(self) -> None:
        """Write ``persoon``."""
        world = self._world
        people = draw_people(world.dice, world.families, world.children, world.beneficiaries)
        here = self._present
        columns: dict[str, Column] = {
            "persoon_id": _FIRST_PERSON + places_of(here),
            "insz": Digits(people.national_number[here], 11),
            "voornaam": Words.of(people.first_name[here], people.first_names),
            "naam": Words.of(people.surname[here], people.surnames),
            "geboortedatum": np.where(people.birth_date_unknown, NEVER, people.born)[here],
            "overleden_op": self._known(people.died[here]),
        }
        self._writer.write("persoon", "persoon", [columns])

    def woonplaats(self) -> None:
        """Write ``woonplaats``; a code is the one that was valid when the domicile began."""
        world = self._world
        places, streets = world.places, Streets()
        domiciles = draw_domiciles(
            world.dice, places, streets, world.families, world.children, world.beneficiaries, world.timeline.anchor
        )
        pools = (places.codes, places.postcodes, places.names, places.lands)
        codes, postcodes, localities, lands = (Vocabulary.of(pool.texts) for pool in pools)
        names, numbers, boxes = map(Vocabulary.of, (streets.names, streets.numbers, streets.boxes))
        sorts = Vocabulary.of(SORTS)
        kept = places_of((domiciles.start <= self._today) & self._present[domiciles.person])
        kept = kept[np.argsort(domiciles.person[kept], kind="stable")]

        def batches() -> Iterator[dict[str, Column]]:
            addresses = domiciles.addresses
            for first in range(0, max(len(kept), 1), _DOMICILE_BATCH):
                row = kept[first : first + _DOMICILE_BATCH]
                address = domiciles.address[row]
                locality = addresses.locality[address]
                era = places.era(domiciles.start[row])
                postcode = np.where(addresses.without_postcode[address], NONE, places.postcode[locality])
                yield {
                    "persoon_id": _FIRST_PERSON + domiciles.person[row],
                    "van": domiciles.start[row],
                    "tot": self._known(domiciles.end[row]),
                    "nis": Words(places.code[locality, era], codes),
                    "straat": Words(addresses.street[address], names),
                    "huisnummer": Words(addresses.number[address], numbers),
                    "bus": Words(addresses.box[address], boxes),
                    "postcode": Words(postcode, postcodes),
                    "gemeente": Words(places.name[locality, era], localities),
                    "land": Words(places.land[locality], lands),
                    "soort": Words(addresses.sort[address], sorts),
                    "adres_niet_meedelen": addresses.secret[address],
                }

        self._writer.write("woonplaats", "woonplaats", batches())

    def basisbedrag(self) -> None:
        """Write ``basisbedrag``."""
        world = self._world
        spells = family_rights.draw_base(world.dice, world.families, world.children, world.timeline)
        self._rights("basisbedrag", spells, family_rights.BASE_TARIFFS, {"stelsel": family_rights.REGIMES})

    def sociale_toeslag(self) -> None:
        """Write ``sociale_toeslag``."""
        world = self._world
        spells = social.draw_social(
            world.dice, world.families, world.children, world.beneficiaries, world.incomes, world.timeline
        )
        self._rights("sociale_toeslag", spells, social.TARIFFS, {"schijf": social.BANDS})

    def wezentoeslag(self) -> None:
        """Write ``wezentoeslag``."""
        world = self._world
        spells = family_rights.draw_orphans(
            world.dice, world.families, world.children, world.beneficiaries, world.timeline
        )
        self._rights("wezentoeslag", spells, family_rights.ORPHAN_TARIFFS, {"soort": family_rights.ORPHAN_SORTS})

    def pleegzorgtoeslag(self) -> None:
        """Write ``pleegzorgtoeslag``."""
        world = self._world
        spells = family_rights.draw_foster(
            world.dice, world.families, world.children, world.beneficiaries, world.timeline
        )
        self._rights("pleegzorgtoeslag", spells, family_rights.FOSTER_TARIFFS, {})

    def zorgtoeslag(self) -> None:
        """Write ``zorgtoeslag``."""
        world = self._world
        spells = family_rights.draw_care(
            world.dice, world.families, world.children, world.beneficiaries, world.timeline
        )
        self._rights("zorgtoeslag", spells, family_rights.CARE_TARIFFS, {})

    def kinderopvangtoeslag(self) -> None:
        """Write ``kinderopvangtoeslag``."""
        world = self._world
        drawn = participation.draw_childcare(
            world.dice, world.children, self._amounts("kinderopvangtoeslag"), world.timeline
        )
        batches = (self._granted(grants, "maand", {}) for grants in drawn)
        self._writer.write("kinderopvangtoeslag", "kinderopvangtoeslag", batches)

    def kleutertoeslag(self) -> None:
        """Write ``kleutertoeslag``."""
        world = self._world
        grants = participation.draw_preschool(
            world.dice, world.children, self._amounts("kleutertoeslag"), world.timeline
        )
        self._writer.write("kleutertoeslag", "kleutertoeslag", [self._granted(grants, "toegekend_op", {})])

    def schooltoeslag(self) -> None:
        """Write ``schooltoeslag``, a file for each school year."""
        world = self._world
        amounts = self._amounts("schooltoeslag")
        for year, grants in participation.draw_school_allowances(
            world.dice, world.children, world.incomes, amounts, world.timeline
        ):
            columns = self._granted(grants, "toegekend_op", {"niveau": participation.LEVELS})
            columns["schooljaar"] = Words.of(np.zeros(len(grants.child), np.int64), [str(year)])
            self._writer.write("schooltoeslag", f"schooltoeslag-{year}", [columns])

    def startbedrag(self) -> None:
        """Write ``startbedrag``."""
        world = self._world
        grants = participation.draw_start_amounts(
            world.dice, world.families, world.children, self._amounts("startbedrag"), world.timeline
        )
        self._writer.write(
            "startbedrag", "startbedrag", [self._granted(grants, "datum", {"aard": participation.KINDS})]
        )

    def _amounts(self, source: str) -> Amounts:
        return Amounts(self._catalogue, source)

    def _known(self, days: Ints) -> Ints:
        """Ends and deaths that the extraction knows of: later ones have not happened yet."""
        return np.where(days > self._today, NEVER, days)

    def _rights(self, source: str, spells: Spells, tariffs: tuple[Tariff, ...], texts: Texts) -> None:
        """Write a month right, a file for each renewal."""
        for rows in renewals(spells, tariffs, self._amounts(source), self._world.timeline):
            end = rows.spells.end
            still: Bools = end == NEVER
            columns: dict[str, Column] = {
                "kind_id": _FIRST_PERSON + rows.spells.child,
                "van": first_day(rows.spells.start),
                "tot": np.where(still, NEVER, first_day(np.where(still, 0, end))),
                "bedrag": rows.cents,
                **_fields(rows.spells.fields, texts),
            }
            self._writer.write(source, f"{source}-{month_at(rows.month)}", [columns])

    def _granted(self, grants: Grants, day: str, texts: Texts) -> dict[str, Column]:
        return {
            "kind_id": _FIRST_PERSON + grants.child,
            day: grants.day,
            "bedrag": grants.cents,
            **_fields(grants.fields, texts),
        }


def _fields(columns: dict[str, Ints], texts: Texts) -> dict[str, Column]:
    return {name: Words.of(column, texts[name]) if name in texts else column for name, column in columns.items()}
