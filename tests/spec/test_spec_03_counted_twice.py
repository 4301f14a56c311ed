from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, TRUE, child, family

CHAPTER = Chapter(
    "Eenheid en dubbele telling",
    """
    Elke telling geeft twee getallen: gezinnen en kinderen. Met `eenheid: kind` zijn de kinderen de eenheid, en de
    gezinnen hun dossiers. Met `eenheid: gezin` tellen van de geselecteerde gezinnen de kinderen in scope die zelf
    aan minstens één buitenste `kinderen` voldoen: eentje met `minstens`, of met `precies` 1 of meer, onder een even
    aantal `niet` (ook geen). Is er zo geen `kinderen`, dan tellen alle kinderen in scope.
    """,
    (
        Case(
            "De eenheid is een kind",
            "De gezinnen zijn de verschillende dossiers van de geselecteerde kinderen.",
            (
                family(
                    child(TRUE, sociale_toeslag=GRANTED),
                    child(TRUE, sociale_toeslag=GRANTED),
                    child(FALSE),
                ),
                family(child(TRUE, sociale_toeslag=GRANTED)),
                family(child(FALSE)),
            ),
            Written("heeft: {bron: sociale_toeslag}"),
        ),
        Case(
            "De eenheid is een gezin",
            "Alleen de kinderen die zelf aan `die` voldoen, tellen mee.",
            (
                family(
                    child(sociale_toeslag=GRANTED),
                    child(sociale_toeslag=GRANTED),
                    child(),
                    outcome=TRUE,
                ),
                family(child(), outcome=FALSE),
            ),
            Written(
                """
                kinderen:
                  minstens: 1
                  die:
                    heeft: {bron: sociale_toeslag}
                """,
                unit="gezin",
            ),
            counted="1a 1b",
        ),
        Case(
            "Een kind dat niet te beoordelen is",
            "Het gezin is zeker geselecteerd door een ander kind; het onzekere kind telt niet mee.",
            (
                family(
                    child(sociale_toeslag={"schijf": "laag"}),
                    child(sociale_toeslag={"schijf": None}),
                    outcome=TRUE,
                ),
            ),
            Written(
                """
                kinderen:
                  minstens: 1
                  die:
                    heeft: {bron: sociale_toeslag, met: {schijf: laag}}
                """,
                unit="gezin",
            ),
            counted="1a",
        ),
        Case(
            "Twee keer `kinderen`",
            "Een kind telt als het aan een van beide voldoet, en telt één keer als het aan allebei voldoet.",
            (
                family(
                    child(sociale_toeslag=GRANTED, schooltoeslag=GRANTED),
                    child(sociale_toeslag=GRANTED),
                    child(schooltoeslag=GRANTED),
                    child(),
                    outcome=TRUE,
                ),
                family(child(sociale_toeslag=GRANTED), outcome=FALSE),
            ),
            Written(
                """
                en:
                  - kinderen: {minstens: 2, die: {heeft: {bron: sociale_toeslag}}}
                  - kinderen: {minstens: 1, die: {heeft: {bron: schooltoeslag}}}
                """,
                unit="gezin",
            ),
            counted="1a 1b 1c",
        ),
        Case(
            "`kinderen` onder `of`",
            "Ook de kinderen van de andere tak tellen mee, als het gezin geselecteerd is.",
            (
                family(child(sociale_toeslag=GRANTED), child(schooltoeslag=GRANTED), outcome=TRUE),
                family(child(schooltoeslag=GRANTED), outcome=FALSE),
            ),
            Written(
                """
                of:
                  - kinderen: {minstens: 1, die: {heeft: {bron: sociale_toeslag}}}
                  - kinderen: {minstens: 2, die: {heeft: {bron: schooltoeslag}}}
                """,
                unit="gezin",
            ),
            counted="1a 1b",
        ),
        Case(
            "`kinderen` zonder `die`",
            "Zonder `die` voldoet elk kind in scope, dus tellen ze allemaal.",
            (
                family(child(sociale_toeslag=GRANTED), child(), outcome=TRUE),
                family(child(sociale_toeslag=GRANTED), outcome=FALSE),
            ),
            Written(
                """
                en:
                  - kinderen: {minstens: 2}
                  - kinderen: {minstens: 1, die: {heeft: {bron: sociale_toeslag}}}
                """,
                unit="gezin",
            ),
            counted="1a 1b",
        ),
        Case(
            "`precies`",
            "`precies` 1 of meer telt mee zoals `minstens`.",
            (
                family(child(sociale_toeslag=GRANTED), child(), outcome=TRUE),
                family(child(sociale_toeslag=GRANTED), child(sociale_toeslag=GRANTED), outcome=FALSE),
            ),
            Written("kinderen: {precies: 1, die: {heeft: {bron: sociale_toeslag}}}", unit="gezin"),
            counted="1a",
        ),
        Case(
            "`minstens` en `hoogstens` samen",
            "De ondergrens beslist dat deze kinderen tellen.",
            (
                family(child(sociale_toeslag=GRANTED), child(sociale_toeslag=GRANTED), child(), outcome=TRUE),
                family(*(child(sociale_toeslag=GRANTED) for _ in range(3)), outcome=FALSE),
            ),
            Written("kinderen: {minstens: 1, hoogstens: 2, die: {heeft: {bron: sociale_toeslag}}}", unit="gezin"),
            counted="1a 1b",
        ),
        Case(
            "`hoogstens` alleen",
            "Een bovengrens zonder ondergrens wijst geen kinderen aan: alleen wie aan de andere `kinderen` "
            "voldoet, telt.",
            (
                family(child(sociale_toeslag=GRANTED), child(schooltoeslag=GRANTED), outcome=TRUE),
                family(
                    child(sociale_toeslag=GRANTED),
                    child(schooltoeslag=GRANTED),
                    child(schooltoeslag=GRANTED),
                    outcome=FALSE,
                ),
            ),
            Written(
                """
                en:
                  - kinderen: {minstens: 1, die: {heeft: {bron: sociale_toeslag}}}
                  - kinderen: {hoogstens: 1, die: {heeft: {bron: schooltoeslag}}}
                """,
                unit="gezin",
            ),
            counted="1a",
        ),
        Case(
            "`kinderen` onder `niet`",
            "Onder één `niet` wijst `kinderen` geen kinderen aan.",
            (
                family(child(sociale_toeslag=GRANTED), child(), outcome=TRUE),
                family(child(sociale_toeslag=GRANTED), child(schooltoeslag=GRANTED), outcome=FALSE),
            ),
            Written(
                """
                en:
                  - kinderen: {minstens: 1, die: {heeft: {bron: sociale_toeslag}}}
                  - niet:
                      kinderen: {minstens: 1, die: {heeft: {bron: schooltoeslag}}}
                """,
                unit="gezin",
            ),
            counted="1a",
        ),
        Case(
            "`kinderen` onder twee keer `niet`",
            "Dit vraagt hetzelfde als het vorige geval en telt dus ook hetzelfde.",
            (
                family(child(sociale_toeslag=GRANTED), child(), outcome=TRUE),
                family(child(sociale_toeslag=GRANTED), child(schooltoeslag=GRANTED), outcome=FALSE),
            ),
            Written(
                """
                niet:
                  of:
                    - niet:
                        kinderen: {minstens: 1, die: {heeft: {bron: sociale_toeslag}}}
                    - kinderen: {minstens: 1, die: {heeft: {bron: schooltoeslag}}}
                """,
                unit="gezin",
            ),
            counted="1a",
        ),
        Case(
            "Geen enkele `kinderen` die aanwijst",
            "Dan tellen alle kinderen in scope van de geselecteerde gezinnen. Een broer of zus elders is niet in "
            "scope.",
            (
                family(
                    child(sociale_toeslag=GRANTED),
                    child(),
                    child(woonplaats={"nis": "24062"}, sociale_toeslag=GRANTED),
                    outcome=TRUE,
                ),
                family(child(), outcome=FALSE),
            ),
            Written(
                """
                niet:
                  kinderen: {hoogstens: 0, die: {heeft: {bron: sociale_toeslag}}}
                """,
                unit="gezin",
            ),
            counted="1a 1b",
        ),
        Case(
            "Alleen de buitenste `kinderen`",
            "Een `kinderen` binnen `gezin:` wijst niemand aan; hier voldoet elk kind van vier of ouder aan de "
            "buitenste `die`.",
            (
                family(
                    child(geboren="2015-05-01", sociale_toeslag=GRANTED),
                    child(geboren="2023-05-01", sociale_toeslag=GRANTED),
                    child(geboren="2017-05-01"),
                    outcome=TRUE,
                ),
                family(child(geboren="2015-05-01", sociale_toeslag=GRANTED), outcome=FALSE),
            ),
            Written(
                """
                kinderen:
                  minstens: 1
                  die:
                    en:
                      - leeftijd: {van: 4}
                      - gezin:
                          kinderen: {minstens: 2, die: {heeft: {bron: sociale_toeslag}}}
                """,
                unit="gezin",
            ),
            counted="1a 1c",
        ),
    ),
)


def test_counted_twice(check, case):
    check(case)
