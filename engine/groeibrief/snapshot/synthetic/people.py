"""People: children and adults as rows of ``persoon``, with the names of their families."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from groeibrief.snapshot.synthetic import rates
from groeibrief.snapshot.synthetic.arrays import NONE, Bools, Ints
from groeibrief.snapshot.synthetic.beneficiaries import Beneficiaries
from groeibrief.snapshot.synthetic.children import Children
from groeibrief.snapshot.synthetic.dice import Dice, Stream
from groeibrief.snapshot.synthetic.families import Families, Household
from groeibrief.snapshot.synthetic.names import LONG, Names
from groeibrief.snapshot.synthetic.national_numbers import draw_national_numbers


@dataclass(frozen=True, slots=True)
class People:
    """Columns by person, children first, then adults; ``surname`` and ``first_name`` index the two lists."""

    family: Ints
    born: Ints
    died: Ints
    birth_date_unknown: Bools
    national_number: Ints
    surname: Ints
    first_name: Ints
    surnames: list[str]
    first_names: list[str]


def draw_people(dice: Dice, families: Families, children: Children, beneficiaries: Beneficiaries) -> People:
    """Name and number everybody. Most children bear the name of one of the two parents, some of both."""
    stream = dice.stream("people")
    surnames, first_names = Names.read("familienaam"), Names.read("voornaam")
    count = families.count
    first = surnames.draw(stream, families.origin)
    mixed = stream.unit(count) < 0.2
    other_origin = np.where(mixed, stream.weighted(tuple(rates.ORIGINS.values()), count), families.origin)
    second = surnames.draw(stream, other_origin)
    texts, double = _double_names(surnames.names, first, second, stream, families)
    own = _family_names(stream, families, first, second, double)

    of_child = own[children.family]
    fostered = families.household[children.family] == Household.FOSTER
    origin = np.concatenate([families.origin[children.family], families.origin[beneficiaries.family]])
    of_child[fostered] = surnames.draw(stream, families.origin[children.family[fostered]])
    of_adult = np.where(beneficiaries.order == 1, first[beneficiaries.family], second[beneficiaries.family])
    of_adult[beneficiaries.successor] = second[beneficiaries.family[beneficiaries.successor]]

    everyone = len(origin)
    born = np.concatenate([children.born, beneficiaries.born])
    unknown = np.zeros(everyone, np.bool_)
    unknown[: children.count] = children.birth_date_unknown
    adult = np.arange(everyone) >= children.count
    unknown |= stream.pick(adult, rates.MISSING_BIRTH_DATE, least=2)
    first_name = first_names.draw(stream, origin)
    nameless = stream.pick(np.ones(everyone, np.bool_), rates.MISSING_FIRST_NAME)
    nameless[: children.count] |= children.stillborn
    bis = stream.pick(np.ones(everyone, np.bool_), rates.BIS_NUMBER)
    return People(
        family=np.concatenate([children.family, beneficiaries.family]),
        born=born,
        died=np.concatenate([children.died, beneficiaries.died]),
        birth_date_unknown=unknown,
        national_number=draw_national_numbers(stream, born, bis, unknown),
        surname=np.concatenate([of_child, of_adult]),
        first_name=np.where(nameless, NONE, first_name),
        surnames=texts,
        first_names=first_names.names,
    )


def _double_names(
    names: list[str], first: Ints, second: Ints, stream: Stream, families: Families
) -> tuple[list[str], Ints]:
    """The pool with the double names added, and by family which of them it bears, or NONE."""
    chosen = stream.pick((families.origin != LONG) & (first != second), rates.DOUBLE_NAME)
    pairs = list(zip(second[chosen].tolist(), first[chosen].tolist(), strict=True))
    double = np.full(families.count, NONE, np.int64)
    double[chosen] = len(names) + np.arange(len(pairs), dtype=np.int64)
    return [*names, *(f"{names[one]} {names[other]}" for one, other in pairs)], double


def _family_names(stream: Stream, families: Families, first: Ints, second: Ints, double: Ints) -> Ints:
    from_second = stream.unit(families.count) < np.where(families.household == Household.ALONE, 0.4, 0.67)
    one = np.where(from_second & (families.origin != LONG), second, first)
    return np.where(double == NONE, one, double)
