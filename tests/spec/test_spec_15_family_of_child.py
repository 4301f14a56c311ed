from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, TRUE, UNKNOWN, beneficiary, child, family

CHAPTER = Chapter(
    "`gezin`: een voorwaarde over het gezin van een kind",
    """
    Is een kind de eenheid, of staat u onder `die`, dan brengt `gezin: …` u bij het gezin van dat kind.
    """,
    (
        Case(
            "De uitbetaler van het gezin",
            "Een kind heeft geen uitbetaler, zijn gezin wel.",
            (
                family(child(TRUE, sociale_toeslag=GRANTED), child(FALSE), uitbetaler="FONS"),
                family(child(FALSE, sociale_toeslag=GRANTED), uitbetaler="Infino"),
            ),
            Written("""
            en:
              - heeft: {bron: sociale_toeslag}
              - gezin:
                  uitbetaler: {een_van: [FONS]}
            """),
        ),
        Case(
            "Een broer of zus met een recht",
            "Het kind zelf kreeg geen sociale toeslag, een ander kind in scope van het gezin wel.",
            (
                family(child(TRUE), child(FALSE, sociale_toeslag=GRANTED)),
                family(child(FALSE)),
                family(child(FALSE), child(FALSE)),
            ),
            Written("""
            en:
              - niet:
                  heeft: {bron: sociale_toeslag}
              - gezin:
                  kinderen: {minstens: 1, die: {heeft: {bron: sociale_toeslag}}}
            """),
        ),
        Case(
            "Een onbekend gezin",
            "Is de voorwaarde over het gezin onbekend, dan is ze dat voor elk van zijn kinderen.",
            (
                family(
                    child(UNKNOWN, sociale_toeslag=GRANTED),
                    child(FALSE),
                    beneficiaries=(beneficiary(geboren=None),),
                ),
                family(child(TRUE, sociale_toeslag=GRANTED), beneficiaries=(beneficiary(geboren="2004-01-01"),)),
            ),
            Written("""
            en:
              - heeft: {bron: sociale_toeslag}
              - gezin:
                  begunstigden: {minstens: 1, die: {leeftijd: {tot_en_met: 24}}}
            """),
        ),
        Case(
            "Een kind in een groot gezin",
            "`gezin` onder `die`: het hele gezin telt, ook de kinderen die elders wonen.",
            (
                family(
                    child(geboren="2021-05-01", sociale_toeslag=GRANTED),
                    child(geboren="2012-05-01", sociale_toeslag=GRANTED),
                    child(woonplaats={"nis": "24062"}),
                    outcome=TRUE,
                ),
                family(child(geboren="2021-05-01", sociale_toeslag=GRANTED), child(), outcome=FALSE),
            ),
            Written(
                """
                kinderen:
                  minstens: 1
                  die:
                    en:
                      - leeftijd: {tot_en_met: 5}
                      - heeft: {bron: sociale_toeslag}
                      - gezin:
                          kinderen_in_dossier: {minstens: 3}
                """,
                unit="gezin",
            ),
            counted="1a",
        ),
    ),
)


def test_family_of_a_child(check, case):
    check(case)
