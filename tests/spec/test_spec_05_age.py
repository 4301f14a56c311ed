from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, TRUE, UNKNOWN, child, family

LEAP_CHILD = "2020-02-29"

CHAPTER = Chapter(
    "Leeftijd en geboorte",
    """
    `leeftijd` telt volle jaren op de peildatum, `leeftijd_in_maanden` volle maanden; `geboren` kijkt naar de datum
    zelf. Beide grenzen tellen mee en één grens volstaat. Zonder geboortedatum is de uitkomst onbekend.
    """,
    (
        Case(
            "Volle jaren op de peildatum",
            "Een kind wordt een jaar ouder op zijn verjaardag, ook als dat de peildatum zelf is.",
            (
                family(
                    child(FALSE, geboren="2022-11-02", sociale_toeslag=GRANTED),
                    child(TRUE, geboren="2022-11-01", sociale_toeslag=GRANTED),
                    child(TRUE, geboren="2019-11-02", sociale_toeslag=GRANTED),
                    child(FALSE, geboren="2019-11-01", sociale_toeslag=GRANTED),
                    child(UNKNOWN, geboren=None, sociale_toeslag=GRANTED),
                ),
            ),
            Written("""
            en:
              - leeftijd: {van: 3, tot_en_met: 5}
              - heeft: {bron: sociale_toeslag}
            """),
        ),
        Case(
            "Alleen een ondergrens",
            "Zonder `tot_en_met` is er geen bovengrens.",
            (
                family(
                    child(TRUE, geboren="2007-11-01", sociale_toeslag=GRANTED),
                    child(FALSE, geboren="2007-11-02", sociale_toeslag=GRANTED),
                ),
            ),
            Written("""
            en:
              - leeftijd: {van: 18}
              - heeft: {bron: sociale_toeslag}
            """),
        ),
        Case(
            "Alleen een bovengrens",
            "Wie op de peildatum geboren is, is nul jaar.",
            (
                family(
                    child(TRUE, geboren="2025-11-01", sociale_toeslag=GRANTED),
                    child(TRUE, geboren="2024-11-02", sociale_toeslag=GRANTED),
                    child(FALSE, geboren="2024-11-01", sociale_toeslag=GRANTED),
                ),
            ),
            Written("""
            en:
              - leeftijd: {tot_en_met: 0}
              - heeft: {bron: sociale_toeslag}
            """),
        ),
        Case(
            "Geboren op 29 februari: op 28 februari",
            "In een gewoon jaar is de verjaardag er nog niet op 28 februari …",
            (
                family(
                    child(FALSE, geboren=LEAP_CHILD, sociale_toeslag=GRANTED),
                    child(TRUE, geboren="2020-02-28", sociale_toeslag=GRANTED),
                ),
            ),
            Written(
                """
                en:
                  - leeftijd: {van: 5}
                  - heeft: {bron: sociale_toeslag}
                """,
                reference_date="2025-02-28",
            ),
        ),
        Case(
            "Geboren op 29 februari: op 1 maart",
            "… maar wel op 1 maart.",
            (
                family(
                    child(TRUE, geboren=LEAP_CHILD, sociale_toeslag=GRANTED),
                    child(TRUE, geboren="2020-03-01", sociale_toeslag=GRANTED),
                    child(FALSE, geboren="2020-03-02", sociale_toeslag=GRANTED),
                ),
            ),
            Written(
                """
                en:
                  - leeftijd: {van: 5}
                  - heeft: {bron: sociale_toeslag}
                """,
                reference_date="2025-03-01",
            ),
        ),
        Case(
            "Geboren op 29 februari: in een schrikkeljaar",
            "Dan is 29 februari zelf de verjaardag.",
            (
                family(
                    child(TRUE, geboren=LEAP_CHILD, sociale_toeslag=GRANTED),
                    child(FALSE, geboren="2020-03-01", sociale_toeslag=GRANTED),
                ),
            ),
            Written(
                """
                en:
                  - leeftijd: {van: 4}
                  - heeft: {bron: sociale_toeslag, maand: 2024-06}
                """,
                reference_date="2024-02-29",
            ),
        ),
        Case(
            "Volle maanden",
            "Een maand is vol op hetzelfde dagnummer.",
            (
                family(
                    child(TRUE, geboren="2025-05-01", sociale_toeslag=GRANTED),
                    child(TRUE, geboren="2025-04-02", sociale_toeslag=GRANTED),
                    child(FALSE, geboren="2025-04-01", sociale_toeslag=GRANTED),
                    child(UNKNOWN, geboren=None, sociale_toeslag=GRANTED),
                ),
            ),
            Written("""
            en:
              - leeftijd_in_maanden: {tot_en_met: 6}
              - heeft: {bron: sociale_toeslag}
            """),
        ),
        Case(
            "Een dagnummer dat de maand niet heeft: op 30 september",
            "Voor wie op 31 augustus geboren is, is de maand op 30 september nog niet vol …",
            (
                family(
                    child(FALSE, geboren="2025-08-31", sociale_toeslag=GRANTED),
                    child(TRUE, geboren="2025-08-30", sociale_toeslag=GRANTED),
                ),
            ),
            Written(
                """
                en:
                  - leeftijd_in_maanden: {van: 1}
                  - heeft: {bron: sociale_toeslag}
                """,
                reference_date="2025-09-30",
            ),
        ),
        Case(
            "Een dagnummer dat de maand niet heeft: op 1 oktober",
            "… maar wel op de eerste van de volgende maand.",
            (
                family(
                    child(TRUE, geboren="2025-08-31", sociale_toeslag=GRANTED),
                    child(TRUE, geboren="2025-09-01", sociale_toeslag=GRANTED),
                    child(FALSE, geboren="2025-09-02", sociale_toeslag=GRANTED),
                ),
            ),
            Written(
                """
                en:
                  - leeftijd_in_maanden: {van: 1}
                  - heeft: {bron: sociale_toeslag}
                """,
                reference_date="2025-10-01",
            ),
        ),
        Case(
            "`geboren`",
            "Beide dagen tellen mee.",
            (
                family(
                    child(FALSE, geboren="2018-12-31", sociale_toeslag=GRANTED),
                    child(TRUE, geboren="2019-01-01", sociale_toeslag=GRANTED),
                    child(TRUE, geboren="2019-12-31", sociale_toeslag=GRANTED),
                    child(FALSE, geboren="2020-01-01", sociale_toeslag=GRANTED),
                    child(UNKNOWN, geboren=None, sociale_toeslag=GRANTED),
                ),
            ),
            Written("""
            en:
              - geboren: {van: 2019-01-01, tot_en_met: 2019-12-31}
              - heeft: {bron: sociale_toeslag}
            """),
        ),
        Case(
            "`geboren` met één grens",
            "Zo schrijft u wie onder het nieuwe stelsel valt.",
            (
                family(
                    child(TRUE, geboren="2019-01-01", sociale_toeslag=GRANTED),
                    child(FALSE, geboren="2018-12-31", sociale_toeslag=GRANTED),
                ),
            ),
            Written("""
            en:
              - geboren: {van: 2019-01-01}
              - heeft: {bron: sociale_toeslag}
            """),
        ),
    ),
)


def test_age(check, case):
    check(case)
