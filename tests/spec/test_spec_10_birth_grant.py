from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, TRUE, child, family

AUTUMN = "periode: {van: 2025-09-01, tot_en_met: 2025-10-31}"

CHAPTER = Chapter(
    "`heeft`: het startbedrag",
    """
    Het startbedrag heeft een dag. Een `periode` in dagen is verplicht, beide grenzen inbegrepen. Het is een
    universele bron: elk gezin met een nieuw kind krijgt het. Daarom staat er een andere bron naast, of in het
    doeleinde waarom de gezinnen kwetsbaar zijn.
    """,
    (
        Case(
            "In een periode",
            "Beide dagen tellen mee.",
            (
                family(
                    child(FALSE, sociale_toeslag=GRANTED, startbedrag={"datum": "2025-08-31"}),
                    child(TRUE, sociale_toeslag=GRANTED, startbedrag={"datum": "2025-09-01"}),
                    child(TRUE, sociale_toeslag=GRANTED, startbedrag={"datum": "2025-10-31"}),
                    child(FALSE, sociale_toeslag=GRANTED, startbedrag={"datum": "2025-11-01"}),
                    child(FALSE, sociale_toeslag=GRANTED),
                ),
            ),
            Written(f"""
            en:
              - heeft: {{bron: sociale_toeslag}}
              - heeft: {{bron: startbedrag, {AUTUMN}}}
            """),
        ),
        Case(
            "Levenloos geboren",
            "Daarover wordt nooit geschreven: geen enkele voorwaarde ziet die rijen. Voor `heeft` bestaan ze niet …",
            (
                family(
                    child(TRUE, sociale_toeslag=GRANTED, startbedrag={"datum": "2025-09-10", "aard": "geboorte"}),
                    child(TRUE, sociale_toeslag=GRANTED, startbedrag={"datum": "2025-09-10", "aard": "adoptie"}),
                    child(
                        FALSE, sociale_toeslag=GRANTED, startbedrag={"datum": "2025-09-10", "aard": "levenloos_geboren"}
                    ),
                ),
            ),
            Written(f"""
            en:
              - heeft: {{bron: sociale_toeslag}}
              - heeft: {{bron: startbedrag, {AUTUMN}}}
            """),
        ),
        Case(
            "Levenloos geboren, en `niet`",
            "… en dus ook voor `niet` niet: dit gezin wordt behandeld als elk ander gezin zonder startbedrag.",
            (
                family(
                    child(FALSE, sociale_toeslag=GRANTED, startbedrag={"datum": "2025-09-10", "aard": "geboorte"}),
                    child(
                        TRUE, sociale_toeslag=GRANTED, startbedrag={"datum": "2025-09-10", "aard": "levenloos_geboren"}
                    ),
                    child(TRUE, sociale_toeslag=GRANTED),
                ),
            ),
            Written(f"""
            en:
              - heeft: {{bron: sociale_toeslag}}
              - niet:
                  heeft: {{bron: startbedrag, {AUTUMN}}}
            """),
        ),
        Case(
            "Met een voorwaarde op de aard",
            "Ook op een veld zijn die rijen niet te vinden.",
            (
                family(
                    child(FALSE, sociale_toeslag=GRANTED, startbedrag={"datum": "2025-09-10", "aard": "geboorte"}),
                    child(TRUE, sociale_toeslag=GRANTED, startbedrag={"datum": "2025-09-10", "aard": "adoptie"}),
                    child(
                        FALSE, sociale_toeslag=GRANTED, startbedrag={"datum": "2025-09-10", "aard": "levenloos_geboren"}
                    ),
                ),
            ),
            Written(f"""
            en:
              - heeft: {{bron: sociale_toeslag}}
              - heeft: {{bron: startbedrag, {AUTUMN}, met: {{aard: adoptie}}}}
            """),
        ),
        Case(
            "Alleen universele bronnen, met een verantwoording",
            "Dan zegt `kwetsbaarheid` waarom deze gezinnen kwetsbaar zijn, en keurt ook de DPO de doelgroep goed.",
            (
                family(
                    child(basisbedrag=GRANTED),
                    child(basisbedrag=GRANTED),
                    child(basisbedrag=GRANTED),
                    outcome=TRUE,
                ),
                family(child(basisbedrag=GRANTED), child(basisbedrag=GRANTED), child(), outcome=FALSE),
            ),
            Written(
                "kinderen: {minstens: 3, die: {heeft: {bron: basisbedrag}}}",
                unit="gezin",
                vulnerability="Een gezin met drie of meer kinderen heeft hogere vaste kosten.",
            ),
            counted="1a 1b 1c",
        ),
    ),
)


def test_birth_grant(check, case):
    check(case)
