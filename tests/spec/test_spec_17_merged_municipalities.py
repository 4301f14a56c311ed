from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, OUTSIDE, TRUE, child, family

TIELT_NOW = '{gemeenten: ["37022"], van: kind}'
TIELT_THEN = '{gemeenten: ["37015"], van: kind}'

CHAPTER = Chapter(
    "Gemeenten die fuseerden",
    """
    Een NIS-code wordt gelezen via haar opvolgers, tot de code die geldt op de gevraagde dag. Tielt (37015) en
    Meulebeke (37007) zijn op 1 januari 2025 samen Tielt (37022) geworden. In de doelgroep schrijft u codes die
    gelden op de peildatum.
    """,
    (
        Case(
            "Oude codes in de snapshot",
            "Een woonplaats die nog de oude code draagt, wordt na de fusie gelezen als de nieuwe gemeente.",
            (
                family(
                    child(TRUE, woonplaats={"nis": "37022"}, sociale_toeslag=GRANTED),
                    child(TRUE, woonplaats={"nis": "37015"}, sociale_toeslag=GRANTED),
                    child(TRUE, woonplaats={"nis": "37007"}, sociale_toeslag=GRANTED),
                    child(OUTSIDE, woonplaats={"nis": "37021"}, sociale_toeslag=GRANTED),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag}", domicile=TIELT_NOW),
        ),
        Case(
            "Een peildatum voor de fusie",
            "Op 31 december 2024 zijn het nog twee gemeenten.",
            (
                family(
                    child(TRUE, woonplaats={"nis": "37015"}, sociale_toeslag=GRANTED),
                    child(OUTSIDE, woonplaats={"nis": "37007"}, sociale_toeslag=GRANTED),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag}", reference_date="2024-12-31", domicile=TIELT_THEN),
        ),
        Case(
            "Een peildatum op de dag van de fusie",
            "De nieuwe code geldt vanaf die dag zelf.",
            (family(child(TRUE, woonplaats={"nis": "37007"}, sociale_toeslag=GRANTED)),),
            Written("heeft: {bron: sociale_toeslag}", reference_date="2025-01-01", domicile=TIELT_NOW),
        ),
        Case(
            "`woont_in` op een dag voor de fusie",
            "De fusiegemeente herkent haar vroegere delen: wie toen in Meulebeke woonde, woonde in wat nu Tielt is.",
            (
                family(
                    child(
                        TRUE,
                        woonplaats=[
                            {"nis": "37007", "van": "2020-01-01", "tot": "2025-03-01"},
                            {"nis": "31033", "van": "2025-03-01"},
                        ],
                        sociale_toeslag=GRANTED,
                    ),
                    child(
                        FALSE,
                        woonplaats=[
                            {"nis": "24062", "van": "2020-01-01", "tot": "2025-03-01"},
                            {"nis": "31033", "van": "2025-03-01"},
                        ],
                        sociale_toeslag=GRANTED,
                    ),
                ),
            ),
            Written("""
            en:
              - heeft: {bron: sociale_toeslag}
              - woont_in: {gemeenten: ["37022"], op: 2024-09-01}
            """),
        ),
        Case(
            "`woont_in` op een dag na de fusie",
            "De peildatum ligt ervoor, de dag `op` erna. Beide codes worden dan gelezen zoals op de laatste van "
            "die twee dagen: het vroegere Tielt en het vroegere Meulebeke zijn dan dezelfde gemeente.",
            (
                family(
                    child(
                        TRUE,
                        woonplaats=[
                            {"nis": "31033", "van": "2020-01-01", "tot": "2025-03-01"},
                            {"nis": "37022", "van": "2025-03-01"},
                        ],
                        sociale_toeslag=GRANTED,
                    ),
                    child(
                        TRUE,
                        woonplaats=[
                            {"nis": "31033", "van": "2020-01-01", "tot": "2025-03-01"},
                            {"nis": "37007", "van": "2025-03-01"},
                        ],
                        sociale_toeslag=GRANTED,
                    ),
                    child(FALSE, woonplaats={"nis": "31033"}, sociale_toeslag=GRANTED),
                ),
            ),
            Written(
                """
                en:
                  - heeft: {bron: sociale_toeslag}
                  - woont_in: {gemeenten: ["37015"], op: 2025-06-01}
                """,
                reference_date="2024-12-31",
            ),
        ),
    ),
)


def test_merged_municipalities(check, case):
    check(case)
