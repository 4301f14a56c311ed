from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, TRUE, UNKNOWN, child, family

LOW = {"schijf": "laag"}
HIGH = {"schijf": "hoog"}
MISSING = {"schijf": None}

CHAPTER = Chapter(
    "`kinderen`: hoeveel kinderen van het gezin",
    """
    `kinderen` telt de kinderen in scope die aan `die` voldoen; zonder `die` alle kinderen in scope. Minstens één
    van `minstens`, `hoogstens` en `precies` staat er; staan er meer, dan gelden ze samen.

    Met kinderen die niet te beoordelen zijn, geldt: `minstens: n` is waar als er zeker n zijn, onwaar als er ook
    met de onbekende erbij geen n zijn, en anders onbekend. `hoogstens: n` is het omgekeerde van `minstens: n+1`, en
    `precies: n` is beide samen.
    """,
    (
        Case(
            "`minstens`",
            "Het aantal kinderen dat aan `die` voldoet, is de grens of meer.",
            (
                family(child(sociale_toeslag=GRANTED), outcome=FALSE),
                family(child(sociale_toeslag=GRANTED), child(sociale_toeslag=GRANTED), outcome=TRUE),
                family(*(child(sociale_toeslag=GRANTED) for _ in range(3)), outcome=TRUE),
            ),
            Written("kinderen: {minstens: 2, die: {heeft: {bron: sociale_toeslag}}}", unit="gezin"),
            counted="2a 2b 3a 3b 3c",
        ),
        Case(
            "`minstens` met onbekende kinderen",
            "Gezin 3 heeft er zeker één en misschien twee.",
            (
                family(
                    child(sociale_toeslag=LOW),
                    child(sociale_toeslag=LOW),
                    child(sociale_toeslag=MISSING),
                    outcome=TRUE,
                ),
                family(child(sociale_toeslag=LOW), child(sociale_toeslag=HIGH), outcome=FALSE),
                family(child(sociale_toeslag=LOW), child(sociale_toeslag=MISSING), outcome=UNKNOWN),
                family(child(sociale_toeslag=MISSING), child(sociale_toeslag=HIGH), outcome=FALSE),
                family(child(sociale_toeslag=MISSING), child(sociale_toeslag=MISSING), outcome=UNKNOWN),
            ),
            Written(
                "kinderen: {minstens: 2, die: {heeft: {bron: sociale_toeslag, met: {schijf: laag}}}}", unit="gezin"
            ),
            counted="1a 1b",
        ),
        Case(
            "`hoogstens` met onbekende kinderen",
            "Onwaar zodra er zeker te veel zijn, onbekend zolang er misschien te veel zijn.",
            (
                family(child(schooltoeslag=GRANTED, sociale_toeslag=LOW), child(), outcome=TRUE),
                family(child(schooltoeslag=GRANTED, sociale_toeslag=LOW), child(sociale_toeslag=LOW), outcome=FALSE),
                family(
                    child(schooltoeslag=GRANTED, sociale_toeslag=LOW),
                    child(sociale_toeslag=MISSING),
                    outcome=UNKNOWN,
                ),
                family(
                    child(schooltoeslag=GRANTED, sociale_toeslag=MISSING), child(sociale_toeslag=HIGH), outcome=TRUE
                ),
            ),
            Written(
                """
                en:
                  - kinderen: {minstens: 1, die: {heeft: {bron: schooltoeslag}}}
                  - kinderen: {hoogstens: 1, die: {heeft: {bron: sociale_toeslag, met: {schijf: laag}}}}
                """,
                unit="gezin",
            ),
            counted="1a 4a",
        ),
        Case(
            "`hoogstens: 0`",
            "Geen enkel kind: een onbekend kind maakt het gezin onbekend.",
            (
                family(child(schooltoeslag=GRANTED), child(sociale_toeslag=HIGH), outcome=TRUE),
                family(child(schooltoeslag=GRANTED), child(sociale_toeslag=LOW), outcome=FALSE),
                family(child(schooltoeslag=GRANTED), child(sociale_toeslag=MISSING), outcome=UNKNOWN),
            ),
            Written(
                """
                en:
                  - kinderen: {minstens: 1, die: {heeft: {bron: schooltoeslag}}}
                  - kinderen: {hoogstens: 0, die: {heeft: {bron: sociale_toeslag, met: {schijf: laag}}}}
                """,
                unit="gezin",
            ),
            counted="1a",
        ),
        Case(
            "`precies` met onbekende kinderen",
            "Onwaar zodra het er zeker te veel of zeker te weinig zijn.",
            (
                family(child(sociale_toeslag=LOW), child(sociale_toeslag=HIGH), outcome=TRUE),
                family(child(sociale_toeslag=LOW), child(sociale_toeslag=LOW), outcome=FALSE),
                family(child(sociale_toeslag=LOW), child(sociale_toeslag=MISSING), outcome=UNKNOWN),
                family(child(sociale_toeslag=MISSING), child(), outcome=UNKNOWN),
                family(child(sociale_toeslag=HIGH), outcome=FALSE),
                family(
                    child(sociale_toeslag=LOW),
                    child(sociale_toeslag=LOW),
                    child(sociale_toeslag=MISSING),
                    outcome=FALSE,
                ),
            ),
            Written("kinderen: {precies: 1, die: {heeft: {bron: sociale_toeslag, met: {schijf: laag}}}}", unit="gezin"),
            counted="1a",
        ),
        Case(
            "`minstens` en `hoogstens` samen",
            "Beide grenzen gelden.",
            (
                family(child(sociale_toeslag=GRANTED), outcome=TRUE),
                family(*(child(sociale_toeslag=GRANTED) for _ in range(2)), outcome=TRUE),
                family(*(child(sociale_toeslag=GRANTED) for _ in range(3)), outcome=FALSE),
                family(child(), outcome=FALSE),
            ),
            Written("kinderen: {minstens: 1, hoogstens: 2, die: {heeft: {bron: sociale_toeslag}}}", unit="gezin"),
            counted="1a 2a 2b",
        ),
        Case(
            "Alleen kinderen in scope",
            "Een kind met een andere woonplaats telt niet voor `kinderen`; daarvoor is er `kinderen_in_dossier`.",
            (
                family(
                    child(sociale_toeslag=GRANTED),
                    child(woonplaats={"nis": "24062"}, sociale_toeslag=GRANTED),
                    outcome=FALSE,
                ),
                family(child(sociale_toeslag=GRANTED), child(sociale_toeslag=GRANTED), outcome=TRUE),
            ),
            Written("kinderen: {minstens: 2, die: {heeft: {bron: sociale_toeslag}}}", unit="gezin"),
            counted="2a 2b",
        ),
        Case(
            "Alle voorwaarden voor hetzelfde kind",
            "Onder één `die` gaat het telkens over hetzelfde kind.",
            (
                family(child(sociale_toeslag=GRANTED, schooltoeslag=GRANTED), child(), outcome=TRUE),
                family(child(sociale_toeslag=GRANTED), child(schooltoeslag=GRANTED), outcome=FALSE),
            ),
            Written(
                """
                kinderen:
                  minstens: 1
                  die:
                    en:
                      - heeft: {bron: sociale_toeslag}
                      - heeft: {bron: schooltoeslag}
                """,
                unit="gezin",
            ),
            counted="1a",
        ),
    ),
)


def test_children(check, case):
    check(case)
