from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, TRUE, UNKNOWN, child, family

LOW = {"schijf": "laag"}
HIGH = {"schijf": "hoog"}
MISSING = {"schijf": None}
MANY = {"punten_p1": 4}
FEW = {"punten_p1": 2}
NONE = {"punten_p1": None}

CHAPTER = Chapter(
    "En, of, niet: met drie waarden",
    """
    Een voorwaarde is waar, onwaar of onbekend. Onbekend is niet onwaar: er ontbreekt een gegeven waar het antwoord
    van afhangt. Alleen wat waar is, wordt geselecteerd; wat onbekend is, staat apart als "niet te beoordelen".

    De twee voorwaarden hieronder zijn: de inkomensschijf van de sociale toeslag is de laagste, en de zorgtoeslag
    heeft minstens 4 punten in pijler 1. Van beide kan het gegeven ontbreken.
    """,
    (
        Case(
            "`en`",
            "Waar als alle delen waar zijn, onwaar zodra één deel onwaar is, en anders onbekend.",
            (
                family(
                    child(TRUE, sociale_toeslag=LOW, zorgtoeslag=MANY),
                    child(FALSE, sociale_toeslag=LOW, zorgtoeslag=FEW),
                    child(UNKNOWN, sociale_toeslag=LOW, zorgtoeslag=NONE),
                    child(FALSE, sociale_toeslag=HIGH, zorgtoeslag=MANY),
                    child(FALSE, sociale_toeslag=HIGH, zorgtoeslag=FEW),
                    child(FALSE, sociale_toeslag=HIGH, zorgtoeslag=NONE),
                    child(UNKNOWN, sociale_toeslag=MISSING, zorgtoeslag=MANY),
                    child(FALSE, sociale_toeslag=MISSING, zorgtoeslag=FEW),
                    child(UNKNOWN, sociale_toeslag=MISSING, zorgtoeslag=NONE),
                ),
            ),
            Written("""
            en:
              - heeft: {bron: sociale_toeslag, met: {schijf: laag}}
              - heeft: {bron: zorgtoeslag, met: {punten_p1: {minstens: 4}}}
            """),
        ),
        Case(
            "`of`",
            "Waar zodra één deel waar is, onwaar als alle delen onwaar zijn, en anders onbekend.",
            (
                family(
                    child(TRUE, sociale_toeslag=LOW, zorgtoeslag=MANY),
                    child(TRUE, sociale_toeslag=LOW, zorgtoeslag=FEW),
                    child(TRUE, sociale_toeslag=LOW, zorgtoeslag=NONE),
                    child(TRUE, sociale_toeslag=HIGH, zorgtoeslag=MANY),
                    child(FALSE, sociale_toeslag=HIGH, zorgtoeslag=FEW),
                    child(UNKNOWN, sociale_toeslag=HIGH, zorgtoeslag=NONE),
                    child(TRUE, sociale_toeslag=MISSING, zorgtoeslag=MANY),
                    child(UNKNOWN, sociale_toeslag=MISSING, zorgtoeslag=FEW),
                    child(UNKNOWN, sociale_toeslag=MISSING, zorgtoeslag=NONE),
                ),
            ),
            Written("""
            of:
              - heeft: {bron: sociale_toeslag, met: {schijf: laag}}
              - heeft: {bron: zorgtoeslag, met: {punten_p1: {minstens: 4}}}
            """),
        ),
        Case(
            "`niet`",
            "Draait waar en onwaar om; onbekend blijft onbekend. Wie geen sociale toeslag heeft, heeft er ook "
            "geen met die schijf.",
            (
                family(
                    child(FALSE, schooltoeslag=GRANTED, sociale_toeslag=LOW),
                    child(TRUE, schooltoeslag=GRANTED, sociale_toeslag=HIGH),
                    child(UNKNOWN, schooltoeslag=GRANTED, sociale_toeslag=MISSING),
                    child(TRUE, schooltoeslag=GRANTED),
                ),
            ),
            Written("""
            en:
              - heeft: {bron: schooltoeslag}
              - niet:
                  heeft: {bron: sociale_toeslag, met: {schijf: laag}}
            """),
        ),
        Case(
            "Een voorwaarde met één deel",
            "Een lijst met één voorwaarde zegt hetzelfde als die voorwaarde zelf.",
            (family(child(TRUE, sociale_toeslag=GRANTED), child(FALSE)),),
            Written("""
            of:
              - en:
                  - heeft: {bron: sociale_toeslag}
            """),
        ),
        Case(
            "`en`, `of` en `niet` over een gezin",
            "Dezelfde regels gelden voor voorwaarden over een gezin.",
            (
                family(child(sociale_toeslag=GRANTED), outcome=TRUE, uitbetaler="FONS"),
                family(child(sociale_toeslag=GRANTED), outcome=FALSE, uitbetaler="Infino"),
                family(child(sociale_toeslag=GRANTED), child(), outcome=TRUE, uitbetaler="Infino"),
                family(child(), child(), outcome=FALSE, uitbetaler="FONS"),
            ),
            Written(
                """
                en:
                  - kinderen: {minstens: 1, die: {heeft: {bron: sociale_toeslag}}}
                  - of:
                      - niet:
                          uitbetaler: {een_van: [Infino]}
                      - kinderen_in_dossier: {minstens: 2}
                """,
                unit="gezin",
            ),
            counted="1a 3a",
        ),
    ),
)


def test_logic(check, case):
    check(case)
