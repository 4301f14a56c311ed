"""The attackers' world says what the reference engine says, and their questions are ones that the language allows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attack_catalogue import ATTACKS
from attack_desk import Attack, Desk
from attack_linear import Differencing, padded
from attack_protections import CATALOGUE, ROOT, SENSITIVE, Raw
from attack_world import (
    COMMON,
    FIRST_MONTH,
    KNOWN,
    SECRET,
    World,
    ask,
)

from groeibrief.catalog import Project
from groeibrief.engines.reference import ReferenceEngine
from groeibrief.engines.reference import world as reference
from groeibrief.language.loading import load_definition
from groeibrief.language.positivity import is_positive
from groeibrief.query import Question, identity, sources_used

LONG_AGO = date(2008, 1, 1)
EXTRACTED_ON = date(2025, 12, 1)
SMALL, COMPARED = 120, 6


def played(attack: Attack, *, bit: bool) -> tuple[World, tuple[bool, ...], list[Question]]:
    """A small world of the attack, the bits, and every question of one trial without protection."""
    world = attack.world(SMALL)
    bits = (*[number % 2 == 0 for number in range(len(world.candidates) - 1)], bit)
    desk = Desk(world, bits, Raw(), Random(1))
    attack.play(desk)
    return world, bits, list(desk.asked)


def rows_of(world: World, bits: tuple[bool, ...]) -> dict[str, list[dict[str, Any]]]:
    """The world as a snapshot's tables."""
    tables: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("persoon", "woonplaats", "dossier", "dossierkind", "begunstigde", *CATALOGUE.sources)
    }
    for dossier, payer in enumerate(world.payer.tolist()):
        tables["dossier"].append(
            {"dossier_id": dossier, "uitbetaler": payer, "geopend_op": LONG_AGO, "gesloten_op": None}
        )
    secret = {
        int(row): bit for rows, bit in zip(world.rows, bits, strict=True) for row in rows
    }  # fmt: skip
    for child, (dossier, born, nis) in enumerate(
        zip(world.family.tolist(), world.born.tolist(), world.nis, strict=True)
    ):
        tables["persoon"].append({"persoon_id": child, "geboortedatum": date.fromordinal(born), "overleden_op": None})
        tables["woonplaats"].append(
            {"persoon_id": child, "van": LONG_AGO, "tot": None, "nis": str(nis), "postcode": None, "land": "BE"}
        )
        tables["dossierkind"].append({"dossier_id": dossier, "kind_id": child, "van": LONG_AGO, "tot": None})
        if secret.get(child, bool(world.has[SECRET][child])):
            since = world.changes.first_day if child in secret else LONG_AGO
            tables[SECRET].append({"kind_id": child, "van": since, "tot": None, "toegekend_aan": 1})
        if world.has[KNOWN][child]:
            tables[KNOWN] += [
                {"kind_id": child, "maand": FIRST_MONTH.plus(n).first_day, "volle_dagen": 1, "halve_dagen": 0}
                for n in range(12)
            ]
        if world.has[COMMON][child]:
            tables[COMMON].append({"kind_id": child, "schooljaar": "2024-2025", "toegekend_op": LONG_AGO})
    return tables


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_the_world_counts_as_the_reference_engine_does(attack: Attack) -> None:
    coverage = dict.fromkeys(CATALOGUE.sources, ("2000-01", "2030-12"))
    coverage[COMMON] = ("2000-2001", "2029-2030")
    for bit in (False, True):
        world, bits, questions = played(attack, bit=bit)
        tables = rows_of(world, bits)
        made = reference.World.read(tables.__getitem__, list(CATALOGUE.sources), EXTRACTED_ON, coverage)
        engine = ReferenceEngine(made, CATALOGUE)
        for question in questions[:: max(1, len(questions) // COMPARED)]:
            counts = engine.count(question)
            assert world.count(question, bits) == (counts.families, counts.children_capped), question


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_every_question_of_an_attack_is_positive_and_ordinary(attack: Attack) -> None:
    _, _, questions = played(attack, bit=True)
    for question in questions:
        assert is_positive(question), question
        assert not set(sources_used(question)) & SENSITIVE
        assert set(sources_used(question)) <= set(CATALOGUE.sources)


DEFINITION = """
doelgroep: {name}
titel: Gezinnen met een sociale toeslag
opdrachtgever: {{naam: OCMW Torhout, kbo: "0123.456.749"}}
doeleinde:
  categorie: hulp-bij-rechten
  aanbod: {{soort: dienstverlening, tekst: Wij helpen u.}}
peildatum: 2024-09-01
woonplaats: {{gemeenten: ["31033"], van: kind}}
eenheid: gezin
voorwaarden:
  of:
    - {set}
    - kinderen:
        minstens: 1
        die:
          en:
            - heeft: {{bron: kinderopvangtoeslag}}
            - of:
                - geboren: {{van: {0}, tot_en_met: {0}}}
                - geboren: {{van: {1}, tot_en_met: {1}}}
brief: {{sjabloon: hulp-bij-schooltoeslag}}
"""
EVERYONE = "kinderen: {{minstens: 1, die: {{heeft: {{bron: sociale_toeslag}}}}}}"
OTHERS = (
    "en: [{{"
    + EVERYONE
    + "}}, {{niet: {{kinderen: {{minstens: 1, die: {{geboren: {{van: {2}, tot_en_met: {2}}}}}}}}}}}]"
)


@pytest.mark.parametrize(("term", "written"), [(0, EVERYONE), (1, OTHERS)])
def test_an_attack_can_be_written_in_the_language(tmp_path: Path, term: int, written: str) -> None:
    """Differencing, word for word as a municipality would write it: the same question as the attack's."""
    world = Differencing().world()
    days = (*world.dummies[:2], world.candidates[-1])
    path = tmp_path / "vraag.yaml"
    path.write_text(DEFINITION.replace("{set}", written).format(*days, name="vraag"))
    definition = load_definition(path, CATALOGUE, Project(ROOT))
    condition = Differencing().terms(world, 2)[term][1]
    assert definition.voorwaarden == identity(ask(padded(condition, world, 2)))
