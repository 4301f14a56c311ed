from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, TRUE, child, family

CHAPTER = Chapter(
    "`heeft`: de kinderopvangtoeslag",
    """
    De kinderopvangtoeslag heeft een rij per maand. Een maand telt als het aantal volle en halve dagen samen
    minstens 1 is. De woorden zijn die van de maandelijkse rechten; zonder periode geldt de maand van de peildatum.
    """,
    (
        Case(
            "Een maand telt vanaf één dag",
            "Een halve dag volstaat. Een rij zonder dagen telt niet, wat het bedrag ook is.",
            (
                family(
                    child(TRUE, kinderopvangtoeslag={"volle_dagen": 1, "halve_dagen": 0}),
                    child(TRUE, kinderopvangtoeslag={"volle_dagen": 0, "halve_dagen": 1}),
                    child(FALSE, kinderopvangtoeslag={"volle_dagen": 0, "halve_dagen": 0, "bedrag": "35.00"}),
                    child(TRUE, kinderopvangtoeslag={"volle_dagen": 10, "halve_dagen": 0, "bedrag": "0.00"}),
                ),
            ),
            Written("heeft: {bron: kinderopvangtoeslag}"),
        ),
        Case(
            "De maand van de peildatum, of een andere",
            "De rij van oktober telt niet voor november.",
            (
                family(
                    child(TRUE, kinderopvangtoeslag={"maand": "2025-10-01"}),
                    child(FALSE, kinderopvangtoeslag={"maand": "2025-11-01"}),
                ),
            ),
            Written("heeft: {bron: kinderopvangtoeslag, maand: 2025-10}"),
        ),
        Case(
            "Elke maand van een periode",
            "Een maand zonder rij, of met een rij zonder dagen, is een gat.",
            (
                family(
                    child(TRUE, kinderopvangtoeslag=[{"maand": "2025-09-01"}, {"maand": "2025-10-01"}]),
                    child(FALSE, kinderopvangtoeslag={"maand": "2025-09-01"}),
                    child(
                        FALSE,
                        kinderopvangtoeslag=[
                            {"maand": "2025-09-01"},
                            {"maand": "2025-10-01", "volle_dagen": 0, "halve_dagen": 0},
                        ],
                    ),
                ),
            ),
            Written(
                "heeft: {bron: kinderopvangtoeslag, periode: {van: 2025-09, tot_en_met: 2025-10}, hoe_vaak: elke_maand}"
            ),
        ),
        Case(
            "Minstens twee maanden",
            "Alleen maanden die tellen.",
            (
                family(
                    child(TRUE, kinderopvangtoeslag=[{"maand": "2025-07-01"}, {"maand": "2025-09-01"}]),
                    child(
                        FALSE,
                        kinderopvangtoeslag=[
                            {"maand": "2025-07-01"},
                            {"maand": "2025-09-01", "volle_dagen": 0, "halve_dagen": 0},
                        ],
                    ),
                ),
            ),
            Written("""
            heeft:
              bron: kinderopvangtoeslag
              periode: {van: 2025-07, tot_en_met: 2025-10}
              hoe_vaak: {minstens_maanden: 2}
            """),
        ),
        Case(
            "Met een voorwaarde op de dagen",
            "`met` kijkt naar dezelfde rij als de maand.",
            (
                family(
                    child(TRUE, kinderopvangtoeslag={"volle_dagen": 10, "halve_dagen": 2}),
                    child(FALSE, kinderopvangtoeslag={"volle_dagen": 9, "halve_dagen": 20}),
                    child(
                        FALSE,
                        kinderopvangtoeslag=[
                            {"maand": "2025-10-01", "volle_dagen": 10},
                            {"maand": "2025-11-01", "volle_dagen": 1},
                        ],
                    ),
                ),
            ),
            Written("heeft: {bron: kinderopvangtoeslag, met: {volle_dagen: {minstens: 10}}}"),
        ),
    ),
)


def test_childcare(check, case):
    check(case)
