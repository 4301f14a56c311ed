from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, TRUE, child, family

CHAPTER = Chapter(
    "`heeft`: de schooltoeslag",
    """
    De schooltoeslag wordt per schooljaar toegekend. Schrijf `schooljaar: 2025-2026`; zonder `schooljaar` geldt dat
    van de peildatum (van 1 september tot en met 31 augustus).
    """,
    (
        Case(
            "Een schooljaar",
            "Het gaat om het schooljaar van de rij, niet om de dag van toekenning.",
            (
                family(
                    child(TRUE, schooltoeslag={"schooljaar": "2024-2025", "toegekend_op": "2025-10-01"}),
                    child(FALSE, schooltoeslag={"schooljaar": "2025-2026", "toegekend_op": "2025-10-01"}),
                    child(FALSE),
                ),
            ),
            Written("heeft: {bron: schooltoeslag, schooljaar: 2024-2025}"),
        ),
        Case(
            "Het schooljaar van de peildatum: 31 augustus",
            "De laatste dag van het schooljaar 2024-2025.",
            (
                family(
                    child(TRUE, schooltoeslag={"schooljaar": "2024-2025"}),
                    child(FALSE, schooltoeslag={"schooljaar": "2025-2026"}),
                ),
            ),
            Written("heeft: {bron: schooltoeslag}", reference_date="2025-08-31"),
        ),
        Case(
            "Het schooljaar van de peildatum: 1 september",
            "De eerste dag van het schooljaar 2025-2026.",
            (
                family(
                    child(FALSE, schooltoeslag={"schooljaar": "2024-2025"}),
                    child(TRUE, schooltoeslag={"schooljaar": "2025-2026"}),
                ),
            ),
            Written("heeft: {bron: schooltoeslag}", reference_date="2025-09-01"),
        ),
        Case(
            "Wie hem nog niet kreeg",
            "De doelgroep van Torhout: een sociale toeslag, drie tot en met twaalf jaar, en geen schooltoeslag.",
            (
                family(
                    child(
                        geboren="2019-05-02",
                        sociale_toeslag=GRANTED,
                        schooltoeslag={"schooljaar": "2024-2025", "toegekend_op": "2024-11-01"},
                    ),
                    outcome=TRUE,
                ),
                family(child(geboren="2019-05-02", sociale_toeslag=GRANTED, schooltoeslag=GRANTED), outcome=FALSE),
                family(
                    child(geboren="2012-11-01", sociale_toeslag=GRANTED),
                    child(geboren="2019-05-02"),
                    outcome=FALSE,
                ),
            ),
            Written(
                """
                kinderen:
                  minstens: 1
                  die:
                    en:
                      - leeftijd: {van: 3, tot_en_met: 12}
                      - heeft: {bron: sociale_toeslag}
                      - niet:
                          heeft: {bron: schooltoeslag, schooljaar: 2025-2026}
                """,
                unit="gezin",
            ),
            counted="1a",
        ),
    ),
)


def test_school(check, case):
    check(case)
