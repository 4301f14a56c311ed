from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, TRUE, child, family

CHAPTER = Chapter(
    "`heeft`: de kleutertoeslag",
    """
    De kleutertoeslag wordt toegekend op 3 en op 4 jaar. Schrijf `leeftijd: 3` of `4`, een `periode` in dagen op de
    dag van toekenning (`toegekend_op`, beide grenzen inbegrepen), of allebei. Er is geen standaard: één van beide
    is verplicht.
    """,
    (
        Case(
            "Op een leeftijd",
            "De leeftijd is die van de toekenning, niet die van het kind op de peildatum.",
            (
                family(
                    child(TRUE, geboren="2020-05-05", kleutertoeslag={"leeftijd": 3, "toegekend_op": "2024-09-20"}),
                    child(FALSE, geboren="2020-05-05", kleutertoeslag={"leeftijd": 4, "toegekend_op": "2024-09-20"}),
                    child(FALSE, geboren="2022-05-05"),
                ),
            ),
            Written("heeft: {bron: kleutertoeslag, leeftijd: 3}"),
        ),
        Case(
            "In een periode",
            "Beide dagen tellen mee, op welke leeftijd ook.",
            (
                family(
                    child(FALSE, kleutertoeslag={"leeftijd": 3, "toegekend_op": "2025-08-31"}),
                    child(TRUE, kleutertoeslag={"leeftijd": 3, "toegekend_op": "2025-09-01"}),
                    child(TRUE, kleutertoeslag={"leeftijd": 4, "toegekend_op": "2025-09-30"}),
                    child(FALSE, kleutertoeslag={"leeftijd": 4, "toegekend_op": "2025-10-01"}),
                ),
            ),
            Written("heeft: {bron: kleutertoeslag, periode: {van: 2025-09-01, tot_en_met: 2025-09-30}}"),
        ),
        Case(
            "Op een leeftijd, in een periode",
            "Beide op dezelfde rij: een toekenning op 4 jaar in de periode en een op 3 jaar ervoor volstaan niet.",
            (
                family(
                    child(TRUE, kleutertoeslag={"leeftijd": 3, "toegekend_op": "2025-09-15"}),
                    child(
                        FALSE,
                        kleutertoeslag=[
                            {"leeftijd": 3, "toegekend_op": "2024-09-15"},
                            {"leeftijd": 4, "toegekend_op": "2025-09-15"},
                        ],
                    ),
                ),
            ),
            Written("heeft: {bron: kleutertoeslag, leeftijd: 3, periode: {van: 2025-09-01, tot_en_met: 2025-09-30}}"),
        ),
    ),
)


def test_preschool(check, case):
    check(case)
