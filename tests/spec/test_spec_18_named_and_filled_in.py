from __future__ import annotations

from spec_chapters import Case, Chapter, Refusal, Written
from spec_families import FALSE, GRANTED, TRUE, child, family

CHAPTER = Chapter(
    "Begrippen en parameters",
    """
    Een voorwaarde die vaak terugkomt, krijgt een naam in `rules/begrippen/`: `begrip: naam`. Een begrip kan
    parameters hebben, en een doelgroep ook; `$naam` staat waar de waarde hoort. Een doelgroep met parameters is een
    standaarddoelgroep. `$peildatum` en `$gemeenten` bestaan altijd.

    Het begrip `sociaal-kwetsbaar-kind` zegt: hoogstens `$leeftijd_tot` jaar (standaard 24), en een sociale toeslag
    in de maand van de peildatum.
    """,
    (
        Case(
            "Een begrip",
            "Met de standaardwaarden van zijn parameters.",
            (
                family(
                    child(TRUE, geboren="2001-11-01", sociale_toeslag=GRANTED),
                    child(FALSE, geboren="2000-11-01", sociale_toeslag=GRANTED),
                    child(FALSE, geboren="2015-05-01"),
                ),
            ),
            Written("begrip: sociaal-kwetsbaar-kind"),
        ),
        Case(
            "Een begrip met een eigen waarde",
            "Een begrip kan overal staan waar een voorwaarde over hetzelfde kan staan.",
            (
                family(
                    child(geboren="2013-11-01", sociale_toeslag=GRANTED),
                    child(geboren="2012-11-01", sociale_toeslag=GRANTED),
                    outcome=TRUE,
                ),
                family(child(geboren="2012-11-01", sociale_toeslag=GRANTED), outcome=FALSE),
            ),
            Written(
                """
                kinderen:
                  minstens: 1
                  die:
                    begrip: {naam: sociaal-kwetsbaar-kind, parameters: {leeftijd_tot: 12}}
                """,
                unit="gezin",
            ),
            counted="1a",
        ),
        Case(
            "Een parameter, met zijn standaardwaarde",
            "Wie niets invult, krijgt de standaard.",
            (
                family(
                    child(TRUE, geboren="2013-11-01", sociale_toeslag=GRANTED),
                    child(FALSE, geboren="2012-11-01", sociale_toeslag=GRANTED),
                ),
            ),
            Written(
                """
                en:
                  - leeftijd: {tot_en_met: $leeftijd_tot}
                  - heeft: {bron: sociale_toeslag}
                """,
                parameters="leeftijd_tot: {soort: geheel_getal, van: 3, tot_en_met: 25, standaard: 12}",
            ),
        ),
        Case(
            "Een parameter, ingevuld",
            "De aanvraag kiest een andere waarde, binnen de grenzen.",
            (
                family(
                    child(TRUE, geboren="2012-11-01", sociale_toeslag=GRANTED),
                    child(FALSE, geboren="2006-11-01", sociale_toeslag=GRANTED),
                ),
            ),
            Written(
                """
                en:
                  - leeftijd: {tot_en_met: $leeftijd_tot}
                  - heeft: {bron: sociale_toeslag}
                """,
                parameters="leeftijd_tot: {soort: geheel_getal, van: 3, tot_en_met: 25, standaard: 12}",
                binding={"leeftijd_tot": "18"},
            ),
        ),
        Refusal(
            "Een parameter buiten zijn grenzen",
            "Zo'n aanvraag wordt geweigerd.",
            Written(
                """
                en:
                  - leeftijd: {tot_en_met: $leeftijd_tot}
                  - heeft: {bron: sociale_toeslag}
                """,
                parameters="leeftijd_tot: {soort: geheel_getal, van: 3, tot_en_met: 25, standaard: 12}",
                binding={"leeftijd_tot": "30"},
            ),
            "E366",
            ("'--param leeftijd_tot' moet tussen 3 en 25 liggen.",),
            exit_code=2,
        ),
        Case(
            "`$gemeenten` en `$peildatum`",
            'Zo schrijft u een standaarddoelgroep over "dezelfde gemeenten" of "dezelfde dag".',
            (
                family(
                    child(
                        TRUE,
                        geboren="2020-01-01",
                        woonplaats=[
                            {"nis": "24062", "van": "2020-01-01", "tot": "2025-05-01"},
                            {"nis": "31033", "van": "2025-05-01"},
                        ],
                        sociale_toeslag=GRANTED,
                    ),
                    child(FALSE, geboren="2020-01-01", sociale_toeslag=GRANTED),
                ),
            ),
            Written(
                """
                en:
                  - geboren: {van: 2015-01-01, tot_en_met: $peildatum}
                  - heeft: {bron: sociale_toeslag}
                  - niet:
                      woont_in: {gemeenten: $gemeenten, op: $elders_op}
                """,
                parameters="elders_op: {soort: datum, van: 2022-01-01, standaard: 2025-01-01}",
            ),
        ),
    ),
)


def test_named_and_filled_in(check, case):
    check(case)
