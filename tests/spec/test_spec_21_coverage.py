from __future__ import annotations

from spec_chapters import Chapter, Refusal, Written

CHAPTER = Chapter(
    "Wat de snapshot niet weet",
    """
    Geen rij is alleen onwaar als de snapshot voor die periode volledig is. Is ze dat niet, dan telt het programma
    niet, en zegt het welke periode buiten de dekking valt. De snapshot van deze voorbeelden is van 3 november 2025
    en dekt de maanden van 2024-06 tot en met 2025-11, de dagen van 2024-06-01 tot en met 2025-11-03, en de
    schooljaren van 2023-2024 tot en met 2025-2026. `groeibrief snapshot info` toont de dekking van een snapshot.
    """,
    (
        Refusal(
            "Een schooljaar buiten de dekking",
            "Niemand heeft er een rij voor; toch is dat geen nul.",
            Written("heeft: {bron: schooltoeslag, schooljaar: 2022-2023}"),
            "E430",
            ("schooltoeslag: 2022-2023 valt buiten de dekking van deze snapshot",),
            exit_code=4,
        ),
        Refusal(
            "Een maand buiten de dekking",
            "Ook als andere maanden van de periode wel gedekt zijn.",
            Written("heeft: {bron: sociale_toeslag, periode: {van: 2024-05, tot_en_met: 2024-08}}"),
            "E430",
            ("sociale_toeslag: 2024-05 tot en met 2024-08 valt buiten de dekking van deze snapshot",),
            exit_code=4,
        ),
        Refusal(
            "De standaardperiode buiten de dekking",
            "Zonder periode gaat het over de maand van de peildatum.",
            Written("heeft: {bron: sociale_toeslag}", reference_date="2024-05-31"),
            "E430",
            ("sociale_toeslag: 2024-05 valt buiten de dekking van deze snapshot",),
            exit_code=4,
        ),
        Refusal(
            "Dagen buiten de dekking",
            "De laatste gedekte dag is die van de extractie.",
            Written(
                """
            of:
              - heeft: {bron: startbedrag, periode: {van: 2025-10-01, tot_en_met: 2025-11-30}}
              - heeft: {bron: kleutertoeslag, periode: {van: 2024-05-31, tot_en_met: 2024-12-31}}
            """,
                vulnerability="Een gezin met een pasgeboren kind heeft hogere kosten.",
            ),
            "E430",
            (
                "startbedrag: 2025-10-01 tot en met 2025-11-30 valt buiten de dekking van deze snapshot",
                "kleutertoeslag: 2024-05-31 tot en met 2024-12-31 valt buiten de dekking van deze snapshot",
            ),
            exit_code=4,
        ),
        Refusal(
            "Een peildatum na de extractie",
            "De snapshot kent die dag nog niet.",
            Written("heeft: {bron: sociale_toeslag}", reference_date="2025-11-04"),
            "E431",
            (
                "De peildatum 2025-11-04 ligt na de extractie van de snapshot (2025-11-03). Kies een vroegere "
                "peildatum of neem een nieuwere snapshot in.",
            ),
            exit_code=4,
        ),
        Refusal(
            "Een woonplaats op een dag na de extractie",
            "Ook `op` ligt niet later dan de snapshot.",
            Written("""
            en:
              - heeft: {bron: sociale_toeslag}
              - woont_in: {gemeenten: ["24062"], op: 2025-12-01}
            """),
            "E432",
            (
                "De dag 2025-12-01 in 'woont_in' ligt na de extractie van de snapshot (2025-11-03). Kies een vroegere "
                "dag of neem een nieuwere snapshot in.",
            ),
            exit_code=4,
        ),
    ),
)


def test_coverage(check, case):
    check(case)
