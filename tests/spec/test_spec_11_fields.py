from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, TRUE, UNKNOWN, child, family

CHAPTER = Chapter(
    "`met`: voorwaarden op de velden van een rij",
    """
    Alle voorwaarden onder `met` gelden op dezelfde rij, en die rij ligt in de periode. Welke velden een bron heeft,
    zegt `groeibrief catalog show BRON`.

    | soort veld | u schrijft |
    |---|---|
    | lijst | de waarde, of `{een_van: […]}` |
    | ja of nee | `true` of `false` |
    | getal of bedrag | de waarde, of `{minstens, hoogstens}` |
    | elk veld dat kan ontbreken | `{onbekend: true}` of `{onbekend: false}` |

    Een veld dat ontbreekt, maakt die rij onbekend. `heeft` is waar als een rij waar is, anders onbekend als een rij
    onbekend is, en anders onwaar.
    """,
    (
        Case(
            "Een waarde van een lijst",
            "Zonder schijf is het kind niet te beoordelen; zonder rij voldoet het niet.",
            (
                family(
                    child(TRUE, sociale_toeslag={"schijf": "laag"}),
                    child(FALSE, sociale_toeslag={"schijf": "hoog"}),
                    child(UNKNOWN, sociale_toeslag={"schijf": None}),
                    child(FALSE),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag, met: {schijf: laag}}"),
        ),
        Case(
            "Een van verschillende waarden",
            "Elke waarde van `een_van` volstaat.",
            (
                family(
                    child(TRUE, sociale_toeslag={"schijf": "laag"}),
                    child(TRUE, sociale_toeslag={"schijf": "midden"}),
                    child(FALSE, sociale_toeslag={"schijf": "hoog"}),
                    child(UNKNOWN, sociale_toeslag={"schijf": None}),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag, met: {schijf: {een_van: [laag, midden]}}}"),
        ),
        Case(
            "Ja of nee",
            "`helft: true` zoekt wie de helft krijgt, `helft: false` wie alles krijgt.",
            (
                family(
                    child(TRUE, sociale_toeslag={"helft": True}),
                    child(FALSE, sociale_toeslag={"helft": False}),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag, met: {helft: true}}"),
        ),
        Case(
            "Een bedrag tussen grenzen",
            "Beide grenzen tellen mee.",
            (
                family(
                    child(FALSE, sociale_toeslag={"bedrag": "49.99"}),
                    child(TRUE, sociale_toeslag={"bedrag": "50.00"}),
                    child(TRUE, sociale_toeslag={"bedrag": "69.12"}),
                    child(FALSE, sociale_toeslag={"bedrag": "69.13"}),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag, met: {bedrag: {minstens: 50, hoogstens: 69.12}}}"),
        ),
        Case(
            "Een bedrag van precies nul",
            "Een getal alleen vraagt precies dat getal.",
            (
                family(
                    child(TRUE, sociale_toeslag={"bedrag": "0.00"}),
                    child(FALSE, sociale_toeslag={"bedrag": "0.01"}),
                    child(FALSE),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag, met: {bedrag: 0}}"),
        ),
        Case(
            "Een getal dat kan ontbreken",
            "Zonder punten is het kind niet te beoordelen.",
            (
                family(
                    child(TRUE, zorgtoeslag={"punten_totaal": 6}),
                    child(FALSE, zorgtoeslag={"punten_totaal": 5}),
                    child(UNKNOWN, zorgtoeslag={"punten_totaal": None}),
                ),
            ),
            Written("heeft: {bron: zorgtoeslag, met: {punten_totaal: {minstens: 6}}}"),
        ),
        Case(
            "`onbekend: true`",
            "Vraagt of het veld ontbreekt. Dat is zelf nooit onbekend.",
            (
                family(
                    child(TRUE, sociale_toeslag={"schijf": None}),
                    child(FALSE, sociale_toeslag={"schijf": "laag"}),
                    child(FALSE),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag, met: {schijf: {onbekend: true}}}"),
        ),
        Case(
            "`onbekend: false`",
            "Vraagt of het veld ingevuld is.",
            (
                family(
                    child(FALSE, sociale_toeslag={"schijf": None}),
                    child(TRUE, sociale_toeslag={"schijf": "hoog"}),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag, met: {schijf: {onbekend: false}}}"),
        ),
        Case(
            "Op dezelfde rij",
            "Van co-ouders heeft elk een rij. Dat de ene rij de schijf heeft en de andere het bedrag, volstaat niet.",
            (
                family(
                    child(TRUE, sociale_toeslag={"schijf": "laag", "bedrag": "69.12"}),
                    child(
                        FALSE,
                        sociale_toeslag=[
                            {"schijf": "laag", "bedrag": "35.00", "toegekend_aan": 1},
                            {"schijf": "hoog", "bedrag": "69.12", "toegekend_aan": 2},
                        ],
                    ),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag, met: {schijf: laag, bedrag: {minstens: 50}}}"),
        ),
        Case(
            "Op een rij van de periode",
            "Een rij met de juiste schijf in oktober helpt niet voor november.",
            (
                family(
                    child(
                        FALSE,
                        sociale_toeslag=[
                            {"van": "2025-01-01", "tot": "2025-11-01", "schijf": "laag"},
                            {"van": "2025-11-01", "schijf": "hoog"},
                        ],
                    ),
                    child(
                        TRUE,
                        sociale_toeslag=[
                            {"van": "2025-01-01", "tot": "2025-11-01", "schijf": "hoog"},
                            {"van": "2025-11-01", "schijf": "laag"},
                        ],
                    ),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag, met: {schijf: laag}}"),
        ),
        Case(
            "Verschillende rijen",
            "Eén ware rij volstaat. Zonder ware rij volstaat één onbekende rij om niet te beoordelen te zijn.",
            (
                family(
                    child(
                        TRUE,
                        sociale_toeslag=[
                            {"schijf": None, "toegekend_aan": 1},
                            {"schijf": "laag", "toegekend_aan": 2},
                        ],
                    ),
                    child(
                        UNKNOWN,
                        sociale_toeslag=[
                            {"schijf": None, "toegekend_aan": 1},
                            {"schijf": "hoog", "toegekend_aan": 2},
                        ],
                    ),
                    child(
                        FALSE,
                        sociale_toeslag=[
                            {"schijf": "midden", "toegekend_aan": 1},
                            {"schijf": "hoog", "toegekend_aan": 2},
                        ],
                    ),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag, met: {schijf: laag}}"),
        ),
        Case(
            "Een onbekend veld naast een onwaar veld",
            "Is een ander veld van de rij onwaar, dan voldoet die rij niet, wat het ontbrekende veld ook was.",
            (
                family(
                    child(UNKNOWN, sociale_toeslag={"schijf": None, "bedrag": "69.12"}),
                    child(FALSE, sociale_toeslag={"schijf": None, "bedrag": "35.00"}),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag, met: {schijf: laag, bedrag: {minstens: 50}}}"),
        ),
        Case(
            "Niet in die schijf",
            "Met `niet` buiten `heeft` voldoet ook wie geen toeslag heeft; vraag die dan apart.",
            (
                family(
                    child(TRUE, sociale_toeslag={"schijf": "hoog"}),
                    child(FALSE, sociale_toeslag={"schijf": "laag"}),
                    child(UNKNOWN, sociale_toeslag={"schijf": None}),
                    child(FALSE, basisbedrag=GRANTED),
                ),
            ),
            Written("""
            en:
              - heeft: {bron: sociale_toeslag}
              - niet:
                  heeft: {bron: sociale_toeslag, met: {schijf: laag}}
            """),
        ),
    ),
)


def test_fields(check, case):
    check(case)
