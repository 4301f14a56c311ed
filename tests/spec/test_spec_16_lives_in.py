from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, TRUE, UNKNOWN, beneficiary, child, family

BENEFICIARYS = '{gemeenten: ["31033"], van: begunstigde}'
HERE = (beneficiary(),)

CHAPTER = Chapter(
    "`woont_in`",
    """
    `woont_in` kijkt naar de woonplaats op de peildatum, of op de dag `op`: in een van de `gemeenten`, met een van
    de `postcodes`, of allebei. Zonder rij op die dag is de uitkomst onbekend. Wie in het buitenland woont, woont er
    niet. In België zonder code is het weer onbekend.
    """,
    (
        Case(
            "In een gemeente",
            "De gezinnen zijn hier die van een begunstigde in Torhout, zodat de kinderen overal kunnen wonen.",
            (
                family(
                    child(TRUE, woonplaats={"nis": "24062"}, sociale_toeslag=GRANTED),
                    child(FALSE, woonplaats={"nis": "31033"}, sociale_toeslag=GRANTED),
                    child(UNKNOWN, woonplaats=[], sociale_toeslag=GRANTED),
                    child(FALSE, woonplaats={"nis": None, "land": "FR"}, sociale_toeslag=GRANTED),
                    child(UNKNOWN, woonplaats={"nis": None}, sociale_toeslag=GRANTED),
                    beneficiaries=HERE,
                ),
            ),
            Written(
                """
                en:
                  - heeft: {bron: sociale_toeslag}
                  - woont_in: {gemeenten: ["24062", "23094"]}
                """,
                domicile=BENEFICIARYS,
            ),
        ),
        Case(
            "Met een postcode",
            "Zo schrijft u een deelgemeente. Een onbekende postcode maakt het kind onbekend.",
            (
                family(
                    child(TRUE, woonplaats={"postcode": "8820"}, sociale_toeslag=GRANTED),
                    child(FALSE, woonplaats={"postcode": "8000"}, sociale_toeslag=GRANTED),
                    child(UNKNOWN, woonplaats={"postcode": None}, sociale_toeslag=GRANTED),
                ),
            ),
            Written("""
            en:
              - heeft: {bron: sociale_toeslag}
              - woont_in: {postcodes: ["8820", "8700"]}
            """),
        ),
        Case(
            "Een gemeente en een postcode",
            "Allebei moeten ze kloppen. Klopt er een niet, dan is de uitkomst onwaar, ook als de andere ontbreekt.",
            (
                family(
                    child(TRUE, woonplaats={"nis": "24062", "postcode": "3000"}, sociale_toeslag=GRANTED),
                    child(FALSE, woonplaats={"nis": "24062", "postcode": "3010"}, sociale_toeslag=GRANTED),
                    child(UNKNOWN, woonplaats={"nis": "24062", "postcode": None}, sociale_toeslag=GRANTED),
                    child(FALSE, woonplaats={"nis": "31033", "postcode": None}, sociale_toeslag=GRANTED),
                    child(FALSE, woonplaats={"nis": None, "postcode": "8820"}, sociale_toeslag=GRANTED),
                    child(UNKNOWN, woonplaats={"nis": None, "postcode": "3000"}, sociale_toeslag=GRANTED),
                    child(
                        FALSE,
                        woonplaats={"nis": None, "postcode": None, "land": "NL"},
                        sociale_toeslag=GRANTED,
                    ),
                    beneficiaries=HERE,
                ),
            ),
            Written(
                """
                en:
                  - heeft: {bron: sociale_toeslag}
                  - woont_in: {gemeenten: ["24062"], postcodes: ["3000"]}
                """,
                domicile=BENEFICIARYS,
            ),
        ),
        Case(
            "Op een andere dag",
            "Wie nu in Torhout woont en op 1 januari in Leuven woonde. Wie toen geen woonplaats had, is niet te "
            "beoordelen.",
            (
                family(
                    child(
                        TRUE,
                        woonplaats=[
                            {"nis": "24062", "van": "2020-01-01", "tot": "2025-05-01"},
                            {"nis": "31033", "van": "2025-05-01"},
                        ],
                        sociale_toeslag=GRANTED,
                    ),
                    child(
                        FALSE,
                        woonplaats=[
                            {"nis": "24062", "van": "2020-01-01", "tot": "2025-01-01"},
                            {"nis": "31033", "van": "2025-01-01"},
                        ],
                        sociale_toeslag=GRANTED,
                    ),
                    child(UNKNOWN, geboren="2025-06-01", sociale_toeslag=GRANTED),
                    child(
                        FALSE,
                        woonplaats=[
                            {"nis": None, "land": "FR", "van": "2020-01-01", "tot": "2025-05-01"},
                            {"nis": "31033", "van": "2025-05-01"},
                        ],
                        sociale_toeslag=GRANTED,
                    ),
                ),
            ),
            Written("""
            en:
              - heeft: {bron: sociale_toeslag}
              - woont_in: {gemeenten: ["24062"], op: 2025-01-01}
            """),
        ),
        Case(
            "Nieuw in de gemeente",
            "`niet: woont_in` is waar voor wie op die dag elders of in het buitenland woonde.",
            (
                family(
                    child(
                        TRUE,
                        woonplaats=[
                            {"nis": None, "land": "FR", "van": "2020-01-01", "tot": "2025-05-01"},
                            {"nis": "31033", "van": "2025-05-01"},
                        ],
                        sociale_toeslag=GRANTED,
                    ),
                    child(FALSE, sociale_toeslag=GRANTED),
                    child(UNKNOWN, geboren="2025-06-01", sociale_toeslag=GRANTED),
                ),
            ),
            Written("""
            en:
              - heeft: {bron: sociale_toeslag}
              - niet:
                  woont_in: {gemeenten: ["31033"], op: 2025-01-01}
            """),
        ),
    ),
)


def test_lives_in(check, case):
    check(case)
