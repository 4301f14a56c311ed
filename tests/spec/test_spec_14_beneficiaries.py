from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, TRUE, UNKNOWN, Family, Outcome, Values, beneficiary, child, family


def supported(outcome: Outcome, *beneficiaries: Values) -> Family:
    return family(child(sociale_toeslag=GRANTED), outcome=outcome, beneficiaries=beneficiaries)


def written(condition: str) -> Written:
    return Written(
        f"""
        en:
          - begunstigden: {condition}
          - kinderen: {{minstens: 1, die: {{heeft: {{bron: sociale_toeslag}}}}}}
        """,
        unit="gezin",
    )


INSTITUTION = beneficiary(instelling_kbo="0123456749")

CHAPTER = Chapter(
    "`begunstigden`",
    """
    `begunstigden` telt zoals `kinderen`, maar dan de begunstigden die een persoon zijn, op de peildatum in leven en
    begunstigde van het dossier. Onder `die` kan het over hun leeftijd en hun woonplaats gaan.
    """,
    (
        Case(
            "Wie een begunstigde is",
            "Een instelling, een overledene en wie geen begunstigde meer is, tellen niet.",
            (
                supported(TRUE, beneficiary(), beneficiary()),
                supported(FALSE, beneficiary()),
                supported(FALSE, beneficiary(), INSTITUTION),
                supported(FALSE, beneficiary(), beneficiary(overleden_op="2025-11-01")),
                supported(FALSE, beneficiary(), beneficiary(tot="2025-11-01")),
                supported(TRUE, beneficiary(), beneficiary(overleden_op="2025-11-02")),
            ),
            written("{minstens: 2}"),
            counted="1a 6a",
        ),
        Case(
            "Een alleenstaande begunstigde",
            "`precies: 1`: één persoon.",
            (
                supported(TRUE, beneficiary()),
                supported(FALSE, beneficiary(), beneficiary()),
                supported(FALSE, INSTITUTION),
            ),
            written("{precies: 1}"),
            counted="1a",
        ),
        Case(
            "Geen enkele begunstigde",
            "`hoogstens: 0`: alleen een instelling.",
            (supported(TRUE, INSTITUTION), supported(FALSE, beneficiary())),
            written("{hoogstens: 0}"),
            counted="1a",
        ),
        Case(
            "De leeftijd van een begunstigde",
            "Een ouder van hoogstens 24. Zonder geboortedatum is het gezin niet te beoordelen, tenzij een ander "
            "voldoet.",
            (
                supported(TRUE, beneficiary(geboren="2000-11-02"), beneficiary(geboren="1980-01-01")),
                supported(FALSE, beneficiary(geboren="2000-11-01")),
                supported(UNKNOWN, beneficiary(geboren=None), beneficiary(geboren="1980-01-01")),
                supported(TRUE, beneficiary(geboren=None), beneficiary(geboren="2005-01-01")),
            ),
            written("{minstens: 1, die: {leeftijd: {tot_en_met: 24}}}"),
            counted="1a 4a",
        ),
        Case(
            "De leeftijd in maanden",
            "Zo kan het ook bij een begunstigde: 18 jaar en 6 maanden is 222 maanden.",
            (
                supported(TRUE, beneficiary(geboren="2007-05-01")),
                supported(FALSE, beneficiary(geboren="2007-04-01")),
            ),
            written("{minstens: 1, die: {leeftijd_in_maanden: {tot_en_met: 222}}}"),
            counted="1a",
        ),
        Case(
            "De woonplaats van een begunstigde",
            "Minstens één begunstigde woont niet in Torhout. In het buitenland wonen is ergens anders wonen.",
            (
                supported(TRUE, beneficiary(), beneficiary(woonplaats={"nis": "24062"})),
                supported(FALSE, beneficiary(), beneficiary()),
                supported(TRUE, beneficiary(), beneficiary(woonplaats={"nis": None, "land": "NL"})),
                supported(UNKNOWN, beneficiary(), beneficiary(woonplaats=[])),
                supported(UNKNOWN, beneficiary(), beneficiary(woonplaats={"nis": None})),
            ),
            written('{minstens: 1, die: {niet: {woont_in: {gemeenten: ["31033"]}}}}'),
            counted="1a 3a",
        ),
    ),
)


def test_beneficiaries(check, case):
    check(case)
