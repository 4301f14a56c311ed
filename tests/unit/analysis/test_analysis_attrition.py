"""Attrition of the hand-made families: every number worked out by hand from the masks in ``analysis_world.torhout``."""

from __future__ import annotations

from typing import Any

import pytest
from analysis_world import AGE, SCHOOL, SOCIAL, WHICH, Data, question

from groeibrief.catalog import Catalogue
from groeibrief.engines.analysis.attrition import attrition
from groeibrief.engines.analysis.outline import outline
from groeibrief.query import And, Children, Count, Not, Or, Payer, Question


def rows(numbers: list[dict[str, int]]) -> list[tuple[int, ...]]:
    return [tuple(row[key] for key in ("nr", "gezinnen", "kinderen", "niet_te_beoordelen")) for row in numbers]


def work_out(data: Data, asked: Question, catalogue: Catalogue) -> dict[str, Any]:
    return attrition(data.engine, asked, catalogue, {AGE: 18, SOCIAL: 19}).as_json()


def test_a_sole_kinderen_is_opened_to_its_own_conditions(hand: Data, catalogue: Catalogue) -> None:
    found = work_out(hand, question(), catalogue)
    assert (found["eenheid"], found["per"]) == ("gezin", "kind")
    assert found["voorwaarden"] == [
        {"nr": 1, "tekst": "het kind is 3 tot en met 12 jaar oud op 1 november 2025", "regel": 18},
        {"nr": 2, "tekst": "het kind heeft in november 2025 recht op de sociale toeslag", "regel": 19},
        {"nr": 3, "tekst": "het kind kreeg de schooltoeslag niet voor het schooljaar 2025-2026", "regel": None},
    ]
    assert [(row["uitkomsten"], row["gezinnen"], row["kinderen"]) for row in found["maskers"]] == [
        ("www", 2, 3),
        ("wwo", 1, 1),
        ("wow", 1, 1),
        ("woo", 1, 1),
        ("?ww", 1, 1),
        ("oww", 1, 1),
        ("oow", 1, 1),
    ]
    assert found["populatie"] == {"gezinnen": 5, "kinderen": 9}
    assert rows(found["volgorde"]) == [(1, 4, 6, 1), (2, 2, 4, 1), (3, 2, 3, 1)]
    assert rows(found["elk_apart"]) == [(1, 4, 6, 1), (2, 4, 6, 0), (3, 5, 7, 0)]
    # Dossier 1 is in by its other child, so dropping the third condition would not bring it in.
    assert rows(found["alleen_deze"]) == [(1, 2, 2, 1), (2, 1, 1, 0), (3, 0, 1, 0)]
    assert found["geselecteerd"] == {"gezinnen": 2, "kinderen": 3, "niet_te_beoordelen": 1}


def test_gezinnen_need_as_many_children_as_the_definition_asks(hand: Data, catalogue: Catalogue) -> None:
    found = work_out(hand, question(at_least=2), catalogue)
    # Of age: dossiers 1 and 4 have two; dossier 3 has one and one unknown.
    assert rows(found["volgorde"]) == [(1, 2, 6, 1), (2, 2, 4, 1), (3, 1, 3, 1)]
    assert found["geselecteerd"] == {"gezinnen": 1, "kinderen": 2, "niet_te_beoordelen": 0}


def test_bounds_from_above_are_kept(hand: Data, catalogue: Catalogue) -> None:
    found = work_out(hand, question(Children(Count(exactly=1), WHICH)), catalogue)
    # All three conditions: dossier 1 has exactly one such child, dossier 4 two; of dossier 3 it is unknown.
    assert rows(found["volgorde"])[-1] == (3, 1, 3, 1)
    assert found["geselecteerd"] == {"gezinnen": 1, "kinderen": 1, "niet_te_beoordelen": 1}


def test_conditions_on_a_gezin(hand: Data, catalogue: Catalogue) -> None:
    found = work_out(hand, question(And((Children(Count(at_least=1), SOCIAL), Payer(("FONS",))))), catalogue)
    assert (found["eenheid"], found["per"]) == ("gezin", "gezin")
    # FONS pays all but dossier 2; only dossier 6 has no social supplement. Counted: 11, 12, 32, 41, 42; and 21.
    assert [(row["uitkomsten"], row["gezinnen"], row["kinderen"]) for row in found["maskers"]] == [
        ("ww", 3, 5),
        ("wo", 1, 1),
        ("ow", 1, 0),
    ]
    assert rows(found["volgorde"]) == [(1, 4, 6, 0), (2, 3, 5, 0)]
    assert rows(found["elk_apart"]) == [(1, 4, 6, 0), (2, 4, 5, 0)]
    assert rows(found["alleen_deze"]) == [(1, 1, 0, 0), (2, 1, 1, 0)]
    assert found["geselecteerd"] == {"gezinnen": 3, "kinderen": 5, "niet_te_beoordelen": 0}


def test_conditions_on_a_child_with_children_as_units(hand: Data, catalogue: Catalogue) -> None:
    found = work_out(hand, question(WHICH), catalogue)
    assert (found["eenheid"], found["per"]) == ("kind", "kind")
    assert rows(found["volgorde"]) == [(1, 4, 6, 1), (2, 2, 4, 1), (3, 2, 3, 1)]
    assert found["geselecteerd"] == {"gezinnen": 2, "kinderen": 3, "niet_te_beoordelen": 1}


def test_one_condition_drops_everyone_who_does_not_fulfil_it(hand: Data, catalogue: Catalogue) -> None:
    found = work_out(hand, question(SOCIAL), catalogue)
    assert rows(found["alleen_deze"]) == [(1, 1, 3, 0)]


def test_the_text_shows_the_same_numbers(hand: Data, catalogue: Catalogue) -> None:
    assert attrition(hand.engine, question(), catalogue, {AGE: 18}).text() == (
        "Voorwaarden, per kind nagekeken\n"
        "  1. het kind is 3 tot en met 12 jaar oud op 1 november 2025 (regel 18)\n"
        "  2. het kind heeft in november 2025 recht op de sociale toeslag\n"
        "  3. het kind kreeg de schooltoeslag niet voor het schooljaar 2025-2026\n"
        "\n"
        "Na elkaar: wie na elke voorwaarde overblijft\n"
        "  na voorwaarde    kinderen  gezinnen  niet te beoordelen\n"
        "  in de populatie         9         5\n"
        "  1                       6         4                   1\n"
        "  2                       4         2                   1\n"
        "  3                       3         2                   1\n"
        "\n"
        "Elk apart: wie aan die ene voorwaarde voldoet\n"
        "  voorwaarde  kinderen  gezinnen  niet te beoordelen\n"
        "  1                  6         4                   1\n"
        "  2                  6         4                   0\n"
        "  3                  7         5                   0\n"
        "\n"
        "Alleen deze: wie enkel door die ene voorwaarde afvalt (en van wie ze niet te beoordelen is)\n"
        "  voorwaarde  kinderen  gezinnen  niet te beoordelen\n"
        "  1                  2         2                   1\n"
        "  2                  1         1                   0\n"
        "  3                  1         0                   0\n"
        "\n"
        "Elke combinatie (w waar, o onwaar, ? onbekend, per voorwaarde in volgorde)\n"
        "  uitkomsten  kinderen  gezinnen\n"
        "  www                3         2\n"
        "  wwo                1         1\n"
        "  wow                1         1\n"
        "  woo                1         1\n"
        "  ?ww                1         1\n"
        "  oww                1         1\n"
        "  oow                1         1\n"
        "\n"
        "Geselecteerd: 2 gezinnen, 3 kinderen. Niet te beoordelen: 1 gezin."
    )


@pytest.mark.parametrize(
    ("condition", "conditions", "opened"),
    [
        (Children(Count(at_least=1), WHICH), WHICH.parts, True),
        (And((Children(Count(at_least=1), WHICH),)), WHICH.parts, True),
        (Children(Count(at_least=1), And((WHICH,))), WHICH.parts, True),
        (Children(Count(at_least=1), AGE), (Children(Count(at_least=1), AGE),), False),
        (Children(Count(at_most=1), WHICH), (Children(Count(at_most=1), WHICH),), False),
        (Children(Count(at_least=1), Or((AGE, SCHOOL))), (Children(Count(at_least=1), Or((AGE, SCHOOL))),), False),
        (Not(SOCIAL), (Not(SOCIAL),), False),
    ],
)
def test_the_outermost_conditions(condition: Any, conditions: tuple[Any, ...], opened: bool) -> None:
    found = outline(question(condition))
    assert (found.conditions, found.opened is not None) == (conditions, opened)
