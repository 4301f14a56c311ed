"""A synthetic world: everybody in it and everything that was granted, drawn noun by noun from one seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from groeibrief.catalog import Catalogue
from groeibrief.snapshot.synthetic.beneficiaries import Beneficiaries, draw_beneficiaries
from groeibrief.snapshot.synthetic.children import Children, draw_children
from groeibrief.snapshot.synthetic.dice import Dice
from groeibrief.snapshot.synthetic.families import Families, draw_families
from groeibrief.snapshot.synthetic.places import Places
from groeibrief.snapshot.synthetic.social import Incomes, draw_incomes
from groeibrief.snapshot.synthetic.timeline import Timeline


@dataclass(frozen=True, slots=True)
class World:
    """What the rows of a snapshot are drawn from."""

    dice: Dice
    timeline: Timeline
    places: Places
    families: Families
    children: Children
    beneficiaries: Beneficiaries
    incomes: Incomes


def draw_world(catalogue: Catalogue, families: int, seed: int, extracted_on: date) -> World:
    """Draw the families, children, beneficiaries and incomes of a world."""
    timeline = Timeline(extracted_on)
    dice = Dice(seed)
    places = Places(catalogue, date(1970, 1, 1) + timedelta(days=timeline.anchor))
    drawn = draw_families(dice, places, families, timeline)
    children = draw_children(dice, drawn, timeline)
    return World(
        dice=dice,
        timeline=timeline,
        places=places,
        families=drawn,
        children=children,
        beneficiaries=draw_beneficiaries(dice, drawn, children, timeline),
        incomes=draw_incomes(dice, places, drawn, timeline),
    )
