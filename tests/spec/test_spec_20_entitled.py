from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, TRUE, UNKNOWN, beneficiary, child, family

BOTH = (beneficiary(), beneficiary(woonplaats={"nis": "24062"}))

CHAPTER = Chapter(
    "Aan wie het recht is toegekend",
    """
    Gebruikt een doelgroep een bron die aan één begunstigde wordt toegekend (`toegekend_aan`), dan gaat de brief
    naar de *gerechtigden*: wie een recht kreeg met een rij die een `heeft` van de doelgroep waar maakt, voor een
    geselecteerd kind. De andere ouder leest zo niets over het inkomen van de eerste.
    """,
    (
        Case(
            "Alleen wie het recht kreeg",
            "Van twee begunstigden kreeg alleen de tweede de sociale toeslag; co-ouders kregen elk de helft.",
            (
                family(child(TRUE, sociale_toeslag={"toegekend_aan": 2}), child(FALSE), beneficiaries=BOTH),
                family(
                    child(
                        TRUE,
                        sociale_toeslag=[
                            {"helft": True, "toegekend_aan": 1},
                            {"helft": True, "toegekend_aan": 2},
                        ],
                    ),
                    beneficiaries=BOTH,
                ),
            ),
            Written("heeft: {bron: sociale_toeslag}"),
            entitled={"1a": (2,), "2a": (1, 2)},
        ),
        Case(
            "Alleen een rij die de voorwaarde waar maakt",
            "De co-ouder in een andere schijf, of zonder gekende schijf, krijgt geen brief.",
            (
                family(
                    child(
                        TRUE,
                        sociale_toeslag=[
                            {"schijf": "laag", "toegekend_aan": 1},
                            {"schijf": "hoog", "toegekend_aan": 2},
                        ],
                    ),
                    child(
                        TRUE,
                        sociale_toeslag=[
                            {"schijf": None, "toegekend_aan": 1},
                            {"schijf": "laag", "toegekend_aan": 2},
                        ],
                    ),
                    child(UNKNOWN, sociale_toeslag={"schijf": None, "toegekend_aan": 1}),
                    beneficiaries=BOTH,
                ),
            ),
            Written("heeft: {bron: sociale_toeslag, met: {schijf: laag}}"),
            entitled={"1a": (1,), "1b": (2,)},
        ),
        Case(
            "Alleen een rij in de periode",
            "Wie het recht vroeger had, is geen gerechtigde.",
            (
                family(
                    child(
                        TRUE,
                        sociale_toeslag=[
                            {"van": "2025-01-01", "tot": "2025-11-01", "toegekend_aan": 1},
                            {"van": "2025-11-01", "toegekend_aan": 2},
                        ],
                    ),
                    beneficiaries=BOTH,
                ),
            ),
            Written("heeft: {bron: sociale_toeslag}"),
            entitled={"1a": (2,)},
        ),
        Case(
            "Verschillende bronnen",
            "Elke `heeft` die waar is voor het kind, wijst gerechtigden aan. Een bron zonder `toegekend_aan` "
            "wijst niemand aan.",
            (
                family(
                    child(TRUE, sociale_toeslag={"toegekend_aan": 1}, zorgtoeslag={"toegekend_aan": 2}),
                    child(TRUE, zorgtoeslag={"toegekend_aan": 2}),
                    child(TRUE, schooltoeslag=GRANTED),
                    beneficiaries=BOTH,
                ),
            ),
            Written("""
            of:
              - heeft: {bron: sociale_toeslag}
              - heeft: {bron: zorgtoeslag}
              - heeft: {bron: schooltoeslag}
            """),
            entitled={"1a": (1, 2), "1b": (2,)},
        ),
        Case(
            "Alleen voor de kinderen die tellen",
            "Het recht van een kind dat niet meetelt, wijst niemand aan.",
            (
                family(
                    child(geboren="2019-05-01", sociale_toeslag={"toegekend_aan": 1}),
                    child(geboren="2009-05-01", sociale_toeslag={"toegekend_aan": 2}),
                    outcome=TRUE,
                    beneficiaries=BOTH,
                ),
            ),
            Written(
                """
                kinderen:
                  minstens: 1
                  die:
                    en:
                      - leeftijd: {tot_en_met: 12}
                      - heeft: {bron: sociale_toeslag}
                """,
                unit="gezin",
            ),
            counted="1a",
            entitled={"1a": (1,)},
        ),
    ),
)


def test_entitled(check, case):
    check(case)
