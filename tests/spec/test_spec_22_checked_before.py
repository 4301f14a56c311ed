from __future__ import annotations

from spec_chapters import Chapter, Refusal, Written

CHAPTER = Chapter(
    "Wat wordt nagekeken voor er gegevens gelezen worden",
    """
    `groeibrief audience check BESTAND` zegt alle fouten van een bestand in één keer, met regel en kolom.
    """,
    (
        Refusal(
            "Een voorwaarde over een kind, bij een gezin",
            "De melding zegt hoe u het schrijft.",
            Written("leeftijd: {van: 3}", unit="gezin"),
            "E352",
            ("een gezin heeft geen leeftijd: schrijf `kinderen: {minstens: 1, die: {leeftijd: …}}`",),
        ),
        Refusal(
            "Een voorwaarde over een gezin, bij een kind",
            "Daarvoor is er `gezin`.",
            Written("kinderen_in_dossier: {minstens: 3}"),
            "E352",
            ("een kind heeft zelf geen kinderen: schrijf `gezin: {kinderen_in_dossier: …}`",),
        ),
        Refusal(
            "Twee voorwaarden zonder `en`",
            "Schrijf ze als lijst.",
            Written("""
            leeftijd: {van: 3}
            heeft: {bron: sociale_toeslag}
            """),
            "E350",
            ("Hier staan 2 voorwaarden samen (leeftijd en heeft): zet ze als lijst onder `en: […]`.",),
        ),
        Refusal(
            "Een lege lijst",
            "Een lijst zonder voorwaarden zegt niets.",
            Written("en: []"),
            "E350",
            ("De lijst onder 'en' is leeg. Vul ze in of schrap ze.",),
        ),
        Refusal(
            "`minstens: 0`",
            "Dat is altijd waar.",
            Written("kinderen: {minstens: 0, die: {heeft: {bron: sociale_toeslag}}}", unit="gezin"),
            "E354",
            ("'minstens: 0' is altijd waar: schrijf minstens 1, of schrap de voorwaarde.",),
        ),
        Refusal(
            "Een onbekend woord",
            "De melding stelt het woord voor dat er het meest op lijkt.",
            Written("heft: {bron: sociale_toeslag}"),
            "E350",
            ("De voorwaarde 'heft' bestaat niet. Bedoelde u 'heeft'?",),
        ),
        Refusal(
            "Een onbekende waarde",
            "De waarden van een veld staan in de catalogus.",
            Written("heeft: {bron: sociale_toeslag, met: {schijf: lag}}"),
            "E351",
            ("'lag' is geen geldige waarde voor 'schijf'. Bedoelde u 'laag'?",),
        ),
        Refusal(
            "Een lege reeks",
            "De grenzen staan omgekeerd.",
            Written("""
            en:
              - leeftijd: {van: 12, tot_en_met: 3}
              - heeft: {bron: sociale_toeslag}
            """),
            "E354",
            ("'leeftijd' loopt van 12 tot en met 3: dat is leeg. Draai de grenzen om.",),
        ),
        Refusal(
            "Een soort periode die de bron niet heeft",
            "De schooltoeslag loopt niet per maand.",
            Written("heeft: {bron: schooltoeslag, maand: 2025-09}"),
            "E355",
            ("De schooltoeslag wordt per schooljaar toegekend: schrijf `schooljaar: 2025-2026`.",),
        ),
        Refusal(
            "Een verplichte periode",
            "De kleutertoeslag en het startbedrag hebben geen standaard.",
            Written("heeft: {bron: kleutertoeslag}"),
            "E355",
            ("De kleutertoeslag wordt op een leeftijd toegekend: schrijf `leeftijd: 3` of `periode` in dagen.",),
        ),
        Refusal(
            "Voorwaarden die elkaar tegenspreken",
            "Geen kind is tegelijk hoogstens vijf en minstens twaalf.",
            Written("""
            en:
              - leeftijd: {van: 3, tot_en_met: 5}
              - leeftijd: {van: 12}
              - heeft: {bron: sociale_toeslag}
            """),
            "E356",
            ("De voorwaarden op regels 4 en 5 spreken elkaar tegen: niemand kan aan allebei voldoen. Pas er een aan.",),
        ),
        Refusal(
            "Een bron en diezelfde bron niet",
            "Ook dat kan nooit.",
            Written("""
            en:
              - heeft: {bron: sociale_toeslag}
              - niet:
                  heeft: {bron: sociale_toeslag}
            """),
            "E356",
            ("De voorwaarden op regels 4 en 5 spreken elkaar tegen: niemand kan aan allebei voldoen. Pas er een aan.",),
        ),
        Refusal(
            "Een voorwaarde die altijd waar is",
            "Iedereen heeft de bron, of heeft ze niet.",
            Written("""
            en:
              - heeft: {bron: sociale_toeslag}
              - of:
                  - heeft: {bron: schooltoeslag}
                  - niet:
                      heeft: {bron: schooltoeslag}
            """),
            "E357",
            ("Samen zijn deze voorwaarden altijd waar: iedereen voldoet aan minstens één. Schrap of verfijn ze.",),
        ),
        Refusal(
            "Een voorwaarde die al gezegd is",
            "Wie vijf tot en met acht is, is ook drie of ouder.",
            Written("""
            en:
              - leeftijd: {van: 5, tot_en_met: 8}
              - leeftijd: {van: 3}
              - heeft: {bron: sociale_toeslag}
            """),
            "E358",
            ("Deze voorwaarde verandert niets: de voorwaarde op regel 4 zegt al genoeg. Schrap een van beide.",),
        ),
        Refusal(
            "Een gemeente die niet meer bestaat",
            "De melding noemt de opvolger op de peildatum.",
            Written("heeft: {bron: sociale_toeslag}", domicile='{gemeenten: ["37015"], van: kind}'),
            "E353",
            (
                'De NIS-code 37015 (Tielt) geldt niet meer op 1 november 2025: schrijf "37022" (Tielt). '
                "Bedoelde u '37022'?",
            ),
        ),
        Refusal(
            "Een code die nooit bestond",
            "Kijk ze na in de lijst van gemeenten.",
            Written("heeft: {bron: sociale_toeslag}", domicile='{gemeenten: ["31099"], van: kind}'),
            "E353",
            ("De NIS-code 31099 heeft nooit bestaan. Bedoelde u '31043'?",),
        ),
        Refusal(
            "Niet positief",
            "Leeftijd, woonplaats of gezinsgrootte alleen maakt een gezin niet kwetsbaar.",
            Written("leeftijd: {van: 3, tot_en_met: 5}"),
            "E361",
            (
                "Deze doelgroep kan ook kinderen zonder enige toeslag bevatten: laat altijd minstens één "
                "`heeft: …` gelden. Leeftijd, woonplaats of gezinsgrootte alleen maakt een gezin niet "
                "kwetsbaar.",
            ),
        ),
        Refusal(
            "Niet positief door `hoogstens`",
            "Een gezin zonder enige toeslag heeft er ook hoogstens één.",
            Written("kinderen: {hoogstens: 1, die: {heeft: {bron: sociale_toeslag}}}", unit="gezin"),
            "E361",
            (
                "Deze doelgroep kan ook gezinnen zonder enige toeslag bevatten: laat altijd minstens één "
                "`heeft: …` gelden. Leeftijd, woonplaats of gezinsgrootte alleen maakt een gezin niet "
                "kwetsbaar.",
            ),
        ),
        Refusal(
            "Alleen universele bronnen",
            "Het basisbedrag en het startbedrag krijgt elk gezin. Zeg waarom deze gezinnen kwetsbaar zijn.",
            Written("kinderen: {minstens: 3, die: {heeft: {bron: basisbedrag}}}", unit="gezin"),
            "E362",
            (
                "Deze doelgroep steunt alleen op het basisbedrag, en dat krijgt elk gezin: schrijf onder "
                "'doeleinde' bij 'kwetsbaarheid' waarom deze gezinnen kwetsbaar zijn.",
            ),
        ),
    ),
)


def test_checked_before(check, case):
    check(case)
