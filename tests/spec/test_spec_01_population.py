from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, OUTSIDE, TRUE, child, family

SUPPORTED = Written("heeft: {bron: sociale_toeslag}")
FAMILY_SUPPORTED = Written(
    """
    kinderen:
      minstens: 1
      die:
        heeft: {bron: sociale_toeslag}
    """,
    unit="gezin",
)

CHAPTER = Chapter(
    "Wie in de populatie zit",
    """
    Met `woonplaats.van: kind` tellen de kinderen die op de peildatum in een van de gemeenten wonen: zij zijn *in
    scope*. Een gezin zit in de populatie als het er één heeft. De kinderen van een gezin zijn wie op de peildatum
    in het dossier staat, geboren is (of geen gekende geboortedatum heeft) en niet overleden is; het dossier is dan
    open. Wie buiten de populatie valt, is in noch uit: over hem wordt niets gevraagd.
    """,
    (
        Case(
            "Alleen de kinderen die in de gemeente wonen",
            "Een broer of zus met een andere woonplaats is niet in scope, ook al zit hij in hetzelfde dossier.",
            (
                family(
                    child(TRUE, woonplaats={"nis": "31033"}, sociale_toeslag=GRANTED),
                    child(OUTSIDE, woonplaats={"nis": "24062"}, sociale_toeslag=GRANTED),
                ),
            ),
            SUPPORTED,
        ),
        Case(
            "Een gezin met één kind in de gemeente",
            "Zo'n gezin zit in de populatie, maar alleen dat ene kind kan aan de voorwaarde voldoen.",
            (
                family(
                    child(woonplaats={"nis": "31033"}),
                    child(woonplaats={"nis": "24062"}, sociale_toeslag=GRANTED),
                    outcome=FALSE,
                ),
                family(child(woonplaats={"nis": "31033"}, sociale_toeslag=GRANTED), outcome=TRUE),
                family(child(woonplaats={"nis": "24062"}, sociale_toeslag=GRANTED), outcome=OUTSIDE),
            ),
            FAMILY_SUPPORTED,
            counted="2a",
        ),
        Case(
            "Verschillende gemeenten",
            "Een kind is in scope als het in een van de gemeenten woont.",
            (
                family(
                    child(TRUE, woonplaats={"nis": "31033"}, sociale_toeslag=GRANTED),
                    child(TRUE, woonplaats={"nis": "24062"}, sociale_toeslag=GRANTED),
                    child(OUTSIDE, woonplaats={"nis": "23094"}, sociale_toeslag=GRANTED),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag}", domicile='{gemeenten: ["31033", "24062"], van: kind}'),
        ),
        Case(
            "De woonplaats op de peildatum",
            "Een woonplaats begint op de dag `van` en eindigt vóór de dag `tot`. Wie op de peildatum verhuist, "
            "woont in de nieuwe gemeente.",
            (
                family(
                    child(
                        TRUE,
                        woonplaats=[
                            {"nis": "24062", "van": "2020-01-01", "tot": "2025-11-01"},
                            {"nis": "31033", "van": "2025-11-01"},
                        ],
                        sociale_toeslag=GRANTED,
                    ),
                    child(
                        OUTSIDE,
                        woonplaats=[
                            {"nis": "31033", "van": "2020-01-01", "tot": "2025-11-01"},
                            {"nis": "24062", "van": "2025-11-01"},
                        ],
                        sociale_toeslag=GRANTED,
                    ),
                ),
            ),
            SUPPORTED,
        ),
        Case(
            "Zonder gekende woonplaats",
            "Geen rij, geen code, of een woonplaats in het buitenland: zo'n kind zit in niemands populatie.",
            (
                family(
                    child(TRUE, sociale_toeslag=GRANTED),
                    child(OUTSIDE, woonplaats=[], sociale_toeslag=GRANTED),
                    child(OUTSIDE, woonplaats={"nis": None}, sociale_toeslag=GRANTED),
                    child(OUTSIDE, woonplaats={"nis": None, "land": "FR"}, sociale_toeslag=GRANTED),
                ),
            ),
            SUPPORTED,
        ),
        Case(
            "Het dossier is open op de peildatum",
            "Van de dag waarop het opengaat tot de dag vóór het sluit.",
            (
                family(child(sociale_toeslag=GRANTED), outcome=TRUE, geopend_op="2025-11-01"),
                family(child(sociale_toeslag=GRANTED), outcome=OUTSIDE, geopend_op="2025-11-02"),
                family(child(sociale_toeslag=GRANTED), outcome=TRUE, gesloten_op="2025-11-02"),
                family(child(sociale_toeslag=GRANTED), outcome=OUTSIDE, gesloten_op="2025-11-01"),
            ),
            FAMILY_SUPPORTED,
            counted="1a 3a",
        ),
        Case(
            "Het kind staat in het dossier op de peildatum",
            "Ook hier telt `van` mee en `tot` niet.",
            (
                family(
                    child(TRUE, van="2025-11-01", sociale_toeslag=GRANTED),
                    child(OUTSIDE, van="2025-11-02", sociale_toeslag=GRANTED),
                    child(TRUE, tot="2025-11-02", sociale_toeslag=GRANTED),
                    child(OUTSIDE, tot="2025-11-01", sociale_toeslag=GRANTED),
                ),
            ),
            SUPPORTED,
        ),
        Case(
            "Een overleden kind",
            "Wie op of vóór de peildatum overleed, is geen kind van het gezin. Wie daarna overleed, valt pas bij "
            "de brieven af.",
            (
                family(
                    child(OUTSIDE, overleden_op="2025-10-31", sociale_toeslag=GRANTED),
                    child(OUTSIDE, overleden_op="2025-11-01", sociale_toeslag=GRANTED),
                    child(TRUE, overleden_op="2025-11-02", sociale_toeslag=GRANTED),
                ),
            ),
            SUPPORTED,
        ),
        Case(
            "Nog niet geboren, of zonder geboortedatum",
            "Wie na de peildatum geboren is, telt niet mee. Een onbekende geboortedatum sluit niemand uit.",
            (
                family(
                    child(TRUE, geboren="2025-11-01", sociale_toeslag=GRANTED),
                    child(
                        OUTSIDE,
                        geboren="2025-11-02",
                        van="2025-10-01",
                        woonplaats={"van": "2025-10-01"},
                        sociale_toeslag=GRANTED,
                    ),
                    child(TRUE, geboren=None, sociale_toeslag=GRANTED),
                ),
            ),
            SUPPORTED,
        ),
    ),
)


def test_population(check, case):
    check(case)
