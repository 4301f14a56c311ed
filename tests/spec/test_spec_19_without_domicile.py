from __future__ import annotations

from spec_chapters import Case, Chapter, Written
from spec_families import GRANTED, OUTSIDE, TRUE, child, family

CHAPTER = Chapter(
    "Zonder woonplaats",
    """
    Een kind van een open dossier zonder gekende woonplaats zit met `van: kind` in niemands populatie. Hoeveel er zo
    zijn, staat bij elke exacte telling, voor de hele snapshot: `zonder_woonplaats`.
    """,
    (
        Case(
            "Wie geen gekende woonplaats heeft",
            "Geen rij op de peildatum (1b, 1e), of in België zonder code (1c). Wie in het buitenland woont (1d), "
            "heeft een gekende woonplaats. Een gesloten dossier en een overleden kind tellen niet.",
            (
                family(
                    child(TRUE, sociale_toeslag=GRANTED),
                    child(OUTSIDE, woonplaats=[], sociale_toeslag=GRANTED),
                    child(OUTSIDE, woonplaats={"nis": None}, sociale_toeslag=GRANTED),
                    child(OUTSIDE, woonplaats={"nis": None, "land": "FR"}, sociale_toeslag=GRANTED),
                    child(OUTSIDE, woonplaats={"nis": "31033", "tot": "2025-11-01"}, sociale_toeslag=GRANTED),
                    child(OUTSIDE, woonplaats=[], overleden_op="2025-10-01"),
                ),
                family(child(OUTSIDE, woonplaats=[], sociale_toeslag=GRANTED), gesloten_op="2025-11-01"),
                family(child(OUTSIDE, woonplaats={"nis": "24062"}, sociale_toeslag=GRANTED)),
            ),
            Written("heeft: {bron: sociale_toeslag}"),
            without_domicile=3,
        ),
    ),
)


def test_without_domicile(check, case):
    check(case)
