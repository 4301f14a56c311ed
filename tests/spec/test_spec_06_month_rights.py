from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import FALSE, GRANTED, TRUE, UNKNOWN, child, family

SUPPORTED = Written("heeft: {bron: sociale_toeslag}")
SUMMER = "periode: {van: 2025-06, tot_en_met: 2025-08}"

CHAPTER = Chapter(
    "`heeft`: maandelijkse rechten",
    """
    `heeft` vraagt of er een rij van de bron is in de periode. Een maandelijks recht (basisbedrag, sociale toeslag,
    wezentoeslag, pleegzorgtoeslag, zorgtoeslag) loopt vanaf `van`, en tot en zonder `tot`. Geen rij is onwaar, niet
    onbekend: de snapshot is voor die maanden volledig.

    | u schrijft | betekenis |
    |---|---|
    | niets | de maand van de peildatum |
    | `maand: 2025-06` | die maand |
    | `periode: {van: 2025-06, tot_en_met: 2025-08}` | minstens 1 van die maanden (`hoe_vaak: minstens_1_maand`) |
    | … met `hoe_vaak: elke_maand` | al die maanden, zonder gat |
    | … met `hoe_vaak: {minstens_maanden: 2}` | minstens 2 verschillende van die maanden |
    """,
    (
        Case(
            "De maand van de peildatum",
            "Zonder periode geldt november 2025. De maand `tot` telt niet meer mee.",
            (
                family(
                    child(TRUE, sociale_toeslag={"van": "2025-11-01"}),
                    child(TRUE, sociale_toeslag={"van": "2024-06-01"}),
                    child(TRUE, sociale_toeslag={"van": "2025-10-01", "tot": "2025-12-01"}),
                    child(FALSE, sociale_toeslag={"van": "2025-09-01", "tot": "2025-11-01"}),
                    child(FALSE),
                ),
            ),
            SUPPORTED,
        ),
        Case(
            "De hele maand telt, niet de dag",
            "Op 31 oktober gaat het over de maand oktober, en niet over november.",
            (
                family(
                    child(TRUE, sociale_toeslag={"van": "2025-09-01", "tot": "2025-11-01"}),
                    child(FALSE, sociale_toeslag={"van": "2025-11-01"}),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag}", reference_date="2025-10-31"),
        ),
        Case(
            "Een andere maand",
            "`maand` kijkt alleen naar die maand.",
            (
                family(
                    child(TRUE, sociale_toeslag={"van": "2025-06-01", "tot": "2025-07-01"}),
                    child(FALSE, sociale_toeslag={"van": "2025-07-01"}),
                ),
            ),
            Written("heeft: {bron: sociale_toeslag, maand: 2025-06}"),
        ),
        Case(
            "Een periode",
            "Eén maand van de periode volstaat; beide grenzen tellen mee.",
            (
                family(
                    child(TRUE, sociale_toeslag={"van": "2025-01-01", "tot": "2025-07-01"}),
                    child(TRUE, sociale_toeslag={"van": "2025-08-01"}),
                    child(FALSE, sociale_toeslag={"van": "2025-01-01", "tot": "2025-06-01"}),
                    child(FALSE, sociale_toeslag={"van": "2025-09-01"}),
                    child(
                        FALSE,
                        sociale_toeslag=[{"van": "2025-01-01", "tot": "2025-06-01"}, {"van": "2025-09-01"}],
                    ),
                ),
            ),
            Written(f"heeft: {{bron: sociale_toeslag, {SUMMER}}}"),
        ),
        Case(
            "`hoe_vaak: minstens_1_maand`",
            "Dat is de standaard: voluit geschreven betekent het hetzelfde.",
            (
                family(
                    child(TRUE, sociale_toeslag={"van": "2025-07-01", "tot": "2025-08-01"}),
                    child(FALSE, sociale_toeslag={"van": "2025-09-01"}),
                ),
            ),
            Written(f"heeft: {{bron: sociale_toeslag, {SUMMER}, hoe_vaak: minstens_1_maand}}"),
        ),
        Case(
            "`elke_maand`: één rij of verschillende",
            "Verschillende rijen mogen samen de periode bedekken, ook rijen van twee begunstigden.",
            (
                family(
                    child(TRUE, sociale_toeslag={"van": "2025-06-01", "tot": "2025-09-01"}),
                    child(
                        TRUE,
                        sociale_toeslag=[
                            {"van": "2025-06-01", "tot": "2025-08-01"},
                            {"van": "2025-08-01"},
                        ],
                    ),
                    child(
                        TRUE,
                        sociale_toeslag=[
                            {"van": "2025-01-01", "tot": "2025-08-01", "toegekend_aan": 1},
                            {"van": "2025-07-01", "toegekend_aan": 2},
                        ],
                    ),
                ),
            ),
            Written(f"heeft: {{bron: sociale_toeslag, {SUMMER}, hoe_vaak: elke_maand}}"),
        ),
        Case(
            "`elke_maand`: een gat",
            "Eén maand zonder rij volstaat om niet te voldoen, waar ze ook valt.",
            (
                family(
                    child(
                        FALSE,
                        sociale_toeslag=[{"van": "2025-01-01", "tot": "2025-07-01"}, {"van": "2025-08-01"}],
                    ),
                    child(FALSE, sociale_toeslag={"van": "2025-07-01"}),
                    child(FALSE, sociale_toeslag={"van": "2025-01-01", "tot": "2025-08-01"}),
                    child(FALSE),
                ),
            ),
            Written(f"heeft: {{bron: sociale_toeslag, {SUMMER}, hoe_vaak: elke_maand}}"),
        ),
        Case(
            "`minstens_maanden`",
            "Verschillende maanden: twee rijen in dezelfde maand tellen één keer. De maanden hoeven niet op "
            "elkaar te volgen.",
            (
                family(
                    child(TRUE, sociale_toeslag={"van": "2025-07-01"}),
                    child(
                        TRUE,
                        sociale_toeslag=[{"van": "2025-01-01", "tot": "2025-07-01"}, {"van": "2025-08-01"}],
                    ),
                    child(
                        FALSE,
                        sociale_toeslag=[
                            {"van": "2025-08-01", "toegekend_aan": 1},
                            {"van": "2025-08-01", "toegekend_aan": 2},
                        ],
                    ),
                    child(FALSE, sociale_toeslag={"van": "2025-08-01"}),
                ),
            ),
            Written(f"heeft: {{bron: sociale_toeslag, {SUMMER}, hoe_vaak: {{minstens_maanden: 2}}}}"),
        ),
        Case(
            "`elke_maand` met een onbekend veld",
            "Elke maand waar: waar. Een maand onwaar: onwaar. Anders onbekend.",
            (
                family(
                    child(TRUE, sociale_toeslag={"van": "2025-06-01", "schijf": "laag"}),
                    child(
                        UNKNOWN,
                        sociale_toeslag=[
                            {"van": "2025-06-01", "tot": "2025-08-01", "schijf": "laag"},
                            {"van": "2025-08-01", "schijf": None},
                        ],
                    ),
                    child(
                        FALSE,
                        sociale_toeslag=[
                            {"van": "2025-06-01", "tot": "2025-08-01", "schijf": "hoog"},
                            {"van": "2025-08-01", "schijf": None},
                        ],
                    ),
                    child(FALSE, sociale_toeslag={"van": "2025-07-01", "schijf": None}),
                ),
            ),
            Written(f"heeft: {{bron: sociale_toeslag, {SUMMER}, hoe_vaak: elke_maand, met: {{schijf: laag}}}}"),
        ),
        Case(
            "`minstens_maanden` met een onbekend veld",
            "Zoals `minstens` over de maanden: genoeg zekere maanden is waar, te weinig mogelijke maanden is onwaar.",
            (
                family(
                    child(
                        TRUE,
                        sociale_toeslag=[
                            {"van": "2025-06-01", "tot": "2025-08-01", "schijf": "laag"},
                            {"van": "2025-08-01", "schijf": None},
                        ],
                    ),
                    child(
                        UNKNOWN,
                        sociale_toeslag=[
                            {"van": "2025-06-01", "tot": "2025-07-01", "schijf": "laag"},
                            {"van": "2025-07-01", "tot": "2025-08-01", "schijf": None},
                        ],
                    ),
                    child(
                        FALSE,
                        sociale_toeslag=[
                            {"van": "2025-06-01", "tot": "2025-08-01", "schijf": "hoog"},
                            {"van": "2025-08-01", "schijf": None},
                        ],
                    ),
                ),
            ),
            Written(
                f"heeft: {{bron: sociale_toeslag, {SUMMER}, hoe_vaak: {{minstens_maanden: 2}}, met: {{schijf: laag}}}}"
            ),
        ),
        Case(
            "Een bedrag van nul",
            "Een rij met bedrag 0 is een rij: het recht is toegekend.",
            (family(child(TRUE, sociale_toeslag={"bedrag": "0.00"}), child(FALSE)),),
            SUPPORTED,
        ),
        Case(
            "Geen recht",
            "`niet: heeft` is waar voor wie in die maand geen rij heeft, ook als er ooit een was.",
            (
                family(
                    child(TRUE, schooltoeslag=GRANTED, sociale_toeslag={"van": "2025-01-01", "tot": "2025-11-01"}),
                    child(TRUE, schooltoeslag=GRANTED),
                    child(FALSE, schooltoeslag=GRANTED, sociale_toeslag=GRANTED),
                ),
            ),
            Written("""
            en:
              - heeft: {bron: schooltoeslag}
              - niet:
                  heeft: {bron: sociale_toeslag}
            """),
        ),
        Case(
            "Een ander maandelijks recht",
            "Voor de wezentoeslag en de andere maandelijkse bronnen gelden dezelfde woorden.",
            (
                family(
                    child(TRUE, wezentoeslag={"soort": "half"}),
                    child(FALSE, wezentoeslag={"van": "2025-01-01", "tot": "2025-10-01"}),
                    child(TRUE, pleegzorgtoeslag=GRANTED),
                    child(TRUE, zorgtoeslag=GRANTED),
                    child(FALSE, basisbedrag=GRANTED),
                ),
            ),
            Written("""
            of:
              - heeft: {bron: wezentoeslag}
              - heeft: {bron: pleegzorgtoeslag}
              - heeft: {bron: zorgtoeslag}
            """),
        ),
    ),
)


def test_month_rights(check, case):
    check(case)
