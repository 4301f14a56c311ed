from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, TRUE, child, family

CHAPTER = Chapter(
    "`kinderen_in_dossier` en `uitbetaler`",
    """
    `kinderen_in_dossier` telt hoeveel kinderen het gezin heeft, waar ze ook wonen. `uitbetaler` kijkt naar wie het
    Groeipakket van het gezin uitbetaalt.
    """,
    (
        Case(
            "Waar de kinderen ook wonen",
            "Ook een kind elders, in het buitenland of zonder gekende woonplaats is een kind van het gezin.",
            (
                family(
                    child(sociale_toeslag=GRANTED),
                    child(woonplaats={"nis": "24062"}),
                    child(woonplaats=[]),
                    outcome=TRUE,
                ),
                family(child(sociale_toeslag=GRANTED), child(), outcome=FALSE),
            ),
            Written(
                """
                en:
                  - kinderen_in_dossier: {minstens: 3}
                  - kinderen: {minstens: 1, die: {heeft: {bron: sociale_toeslag}}}
                """,
                unit="gezin",
            ),
            counted="1a",
        ),
        Case(
            "Wie een kind van het gezin is",
            "Een overleden kind, een kind dat nog geboren moet worden en een kind dat het dossier verliet, tellen "
            "niet; een kind zonder geboortedatum wel.",
            (
                family(child(sociale_toeslag=GRANTED), child(overleden_op="2025-10-01"), outcome=FALSE),
                family(
                    child(sociale_toeslag=GRANTED),
                    child(geboren="2025-11-02", van="2025-10-01", woonplaats={"van": "2025-10-01"}),
                    outcome=FALSE,
                ),
                family(child(sociale_toeslag=GRANTED), child(tot="2025-11-01"), outcome=FALSE),
                family(child(sociale_toeslag=GRANTED), child(geboren=None), outcome=TRUE),
            ),
            Written(
                """
                en:
                  - kinderen_in_dossier: {precies: 2}
                  - kinderen: {minstens: 1, die: {heeft: {bron: sociale_toeslag}}}
                """,
                unit="gezin",
            ),
            counted="4a",
        ),
        Case(
            "`hoogstens`",
            "Dit is nooit onbekend: het aantal kinderen staat vast.",
            (
                family(child(sociale_toeslag=GRANTED), child(), outcome=TRUE),
                family(child(sociale_toeslag=GRANTED), child(), child(), outcome=FALSE),
            ),
            Written(
                """
                en:
                  - kinderen_in_dossier: {hoogstens: 2}
                  - kinderen: {minstens: 1, die: {heeft: {bron: sociale_toeslag}}}
                """,
                unit="gezin",
            ),
            counted="1a",
        ),
        Case(
            "`uitbetaler`",
            "Een van de genoemde uitbetalers.",
            (
                family(child(sociale_toeslag=GRANTED), outcome=TRUE, uitbetaler="FONS"),
                family(child(sociale_toeslag=GRANTED), outcome=TRUE, uitbetaler="Infino"),
                family(child(sociale_toeslag=GRANTED), outcome=FALSE, uitbetaler="KidsLife"),
            ),
            Written(
                """
                en:
                  - uitbetaler: {een_van: [FONS, Infino]}
                  - kinderen: {minstens: 1, die: {heeft: {bron: sociale_toeslag}}}
                """,
                unit="gezin",
            ),
            counted="1a 2a",
        ),
    ),
)


def test_dossier(check, case):
    check(case)
