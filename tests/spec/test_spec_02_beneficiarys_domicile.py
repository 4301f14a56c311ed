from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, OUTSIDE, TRUE, beneficiary, child, family

DOMICILE = '{gemeenten: ["31033"], van: begunstigde}'
FAMILY_SUPPORTED = Written(
    """
    kinderen:
      minstens: 1
      die:
        heeft: {bron: sociale_toeslag}
    """,
    unit="gezin",
    domicile=DOMICILE,
)
IN_TORHOUT = beneficiary(woonplaats={"nis": "31033"})
IN_LEUVEN = beneficiary(woonplaats={"nis": "24062"})

CHAPTER = Chapter(
    "De woonplaats van de begunstigde",
    """
    Met `woonplaats.van: begunstigde` zit een gezin in de populatie als een begunstigde in een van de gemeenten
    woont: een persoon, op de peildatum in leven en begunstigde van het dossier. Al zijn kinderen zijn dan in scope,
    waar ze ook wonen.
    """,
    (
        Case(
            "Alle kinderen van het gezin",
            "Ook een kind dat elders of in het buitenland woont, of geen gekende woonplaats heeft. Een kind in de "
            "gemeente met een begunstigde elders valt erbuiten.",
            (
                family(
                    child(TRUE, woonplaats={"nis": "31033"}, sociale_toeslag=GRANTED),
                    child(TRUE, woonplaats={"nis": "24062"}, sociale_toeslag=GRANTED),
                    child(TRUE, woonplaats={"nis": None, "land": "FR"}, sociale_toeslag=GRANTED),
                    child(TRUE, woonplaats=[], sociale_toeslag=GRANTED),
                    beneficiaries=(IN_TORHOUT,),
                ),
                family(
                    child(OUTSIDE, woonplaats={"nis": "31033"}, sociale_toeslag=GRANTED), beneficiaries=(IN_LEUVEN,)
                ),
            ),
            Written("heeft: {bron: sociale_toeslag}", domicile=DOMICILE),
        ),
        Case(
            "Eén van beide begunstigden volstaat",
            "De rang (`volgorde`) speelt geen rol.",
            (
                family(child(sociale_toeslag=GRANTED), outcome=TRUE, beneficiaries=(IN_LEUVEN, IN_TORHOUT)),
                family(child(sociale_toeslag=GRANTED), outcome=OUTSIDE, beneficiaries=(IN_LEUVEN, IN_LEUVEN)),
            ),
            FAMILY_SUPPORTED,
            counted="1a",
        ),
        Case(
            "Een persoon, in leven, op de peildatum begunstigde",
            "Een instelling heeft geen woonplaats; wie overleden is of geen begunstigde (meer) is, telt niet.",
            (
                family(
                    child(sociale_toeslag=GRANTED),
                    outcome=OUTSIDE,
                    beneficiaries=(beneficiary(instelling_kbo="0123456749"),),
                ),
                family(
                    child(sociale_toeslag=GRANTED),
                    outcome=OUTSIDE,
                    beneficiaries=(beneficiary(overleden_op="2025-11-01"),),
                ),
                family(child(sociale_toeslag=GRANTED), outcome=OUTSIDE, beneficiaries=(beneficiary(tot="2025-11-01"),)),
                family(child(sociale_toeslag=GRANTED), outcome=OUTSIDE, beneficiaries=(beneficiary(van="2025-11-02"),)),
                family(
                    child(sociale_toeslag=GRANTED),
                    outcome=TRUE,
                    beneficiaries=(beneficiary(overleden_op="2025-11-02"),),
                ),
                family(child(sociale_toeslag=GRANTED), outcome=TRUE, beneficiaries=(beneficiary(van="2025-11-01"),)),
            ),
            FAMILY_SUPPORTED,
            counted="5a 6a",
        ),
        Case(
            "Een gezin zonder kinderen",
            "Het zit in de populatie, want zijn begunstigde woont er; aan `minstens: 1` voldoet het niet.",
            (
                family(outcome=FALSE, beneficiaries=(IN_TORHOUT,)),
                family(
                    child(overleden_op="2025-10-01", sociale_toeslag=GRANTED),
                    outcome=FALSE,
                    beneficiaries=(IN_TORHOUT,),
                ),
            ),
            FAMILY_SUPPORTED,
            counted="",
        ),
    ),
)


def test_domicile_of_a_beneficiary(check, case):
    check(case)
