"""Explanations of hand-made families: every outcome, path, text and row is known beforehand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from analysis_world import (
    AGE,
    DAY,
    LEUVEN,
    LONG_AGO,
    SCHOOL,
    SIX,
    SOCIAL,
    TORHOUT,
    WHICH,
    Data,
    World,
    question,
)

from groeibrief.catalog import Catalogue
from groeibrief.engines.analysis.dossier import find_dossier, read_dossier
from groeibrief.engines.analysis.explanation import Explainer, Explanation
from groeibrief.errors import SnapshotError
from groeibrief.query import (
    Age,
    And,
    Beneficiaries,
    Born,
    Children,
    ChildrenInDossier,
    Condition,
    Count,
    DomicileOf,
    InFamily,
    LivesIn,
    Not,
    Or,
    Payer,
    Question,
    Sort,
)
from groeibrief.snapshot.folder import Snapshot

SOCIAL_ROW = {
    "bron": "sociale_toeslag",
    "van": "2025-09-01",
    "tot": None,
    "bedrag": 69.12,
    "schijf": "laag",
    "helft": False,
    "toegekend_aan": 1,
    "voldoet": "waar",
}
SCHOOL_ROW = {
    "bron": "schooltoeslag",
    "schooljaar": "2025-2026",
    "toegekend_op": "2025-10-01",
    "niveau": "lager",
    "bedrag": 161.0,
    "voldoet": "waar",
}


def explain(
    snapshot: Snapshot, catalogue: Catalogue, asked: Question, dossier: int, child: int | None = None
) -> Explanation:
    world = read_dossier(snapshot, catalogue, dossier, ["sociale_toeslag", "schooltoeslag"])
    return Explainer(world, catalogue, asked).explain(dossier, child)


def tree(found: Explanation) -> dict[str, Any]:
    assert found.tree is not None
    return found.tree.as_json()


def test_the_tree_of_a_selected_gezin(hand: Data, catalogue: Catalogue) -> None:
    age = "het kind is 3 tot en met 12 jaar oud op 1 november 2025"
    social = "het kind heeft in november 2025 recht op de sociale toeslag"
    no_school = "het kind kreeg de schooltoeslag niet voor het schooljaar 2025-2026"
    school = "het kind kreeg de schooltoeslag voor het schooljaar 2025-2026"
    born = {"geboortedatum": "2019-05-02", "leeftijd": 6}

    def child(number: int, whole: str, allowance: str, given: str, rows: list[Any]) -> dict[str, Any]:
        path = f"kinderen[{number}].en"
        return {
            "pad": f"kinderen[{number}]", "tekst": f"kind {number}", "uitkomst": whole, "rijen": [],
            "delen": [
                {
                    "pad": path, "tekst": "aan al deze voorwaarden is voldaan", "uitkomst": whole, "rijen": [],
                    "delen": [
                        {"pad": f"{path}[1].leeftijd", "tekst": age, "uitkomst": "waar", "rijen": [born], "delen": []},
                        {
                            "pad": f"{path}[2].heeft", "tekst": social, "uitkomst": "waar", "rijen": [SOCIAL_ROW],
                            "delen": [],
                        },
                        {
                            "pad": f"{path}[3].niet", "tekst": no_school, "uitkomst": allowance, "rijen": [],
                            "delen": [
                                {
                                    "pad": f"{path}[3].niet.heeft", "tekst": school, "uitkomst": given, "rijen": rows,
                                    "delen": [],
                                }
                            ],
                        },
                    ],
                }
            ],
        }  # fmt: skip

    assert tree(explain(hand.snapshot, catalogue, question(), 1)) == {
        "pad": "kinderen",
        "tekst": "minstens 1 kind van het gezin voldoet aan al deze voorwaarden",
        "uitkomst": "waar",
        "rijen": [],
        "delen": [
            child(11, "waar", "waar", "onwaar", []),
            child(12, "onwaar", "onwaar", "waar", [SCHOOL_ROW]),
        ],
    }


def test_the_tree_as_lines(hand: Data, catalogue: Catalogue) -> None:
    found = explain(hand.snapshot, catalogue, question(), 3).tree
    assert found is not None
    assert list(found.lines()) == [
        "[onbekend] minstens 1 kind van het gezin voldoet aan al deze voorwaarden",
        "  [onwaar] kind 31",
        "    [onwaar] aan al deze voorwaarden is voldaan",
        "      [waar] het kind is 3 tot en met 12 jaar oud op 1 november 2025",
        "          · geboortedatum 2019-05-02, leeftijd 6",
        "      [onwaar] het kind heeft in november 2025 recht op de sociale toeslag",
        "      [waar] het kind kreeg de schooltoeslag niet voor het schooljaar 2025-2026",
        "        [onwaar] het kind kreeg de schooltoeslag voor het schooljaar 2025-2026",
        "  [onbekend] kind 32",
        "    [onbekend] aan al deze voorwaarden is voldaan",
        "      [onbekend] het kind is 3 tot en met 12 jaar oud op 1 november 2025",
        "          · geboortedatum onbekend",
        "      [waar] het kind heeft in november 2025 recht op de sociale toeslag",
        "          · bron sociale_toeslag, van 2025-09-01, tot loopt nog, bedrag 69,12, schijf laag, helft nee, "
        "toegekend_aan 1, voldoet waar",
        "      [waar] het kind kreeg de schooltoeslag niet voor het schooljaar 2025-2026",
        "        [onwaar] het kind kreeg de schooltoeslag voor het schooljaar 2025-2026",
    ]


@pytest.fixture(scope="module")
def odd(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Dossier 1: child 11 in Torhout, 12 in Leuven, 13 without domicile, 14 who left, 15 unborn, 16 dead. Dossier 2 is
    closed, 3 has no child, 4 has one in Leuven, 5 opens later."""
    world = World(catalogue)
    world.dossier(1, payer="Infino")
    world.child(11, school=True)
    world.child(12, nis=LEUVEN)
    world.child(13, nis=None)
    world.child(14)
    world.rows["dossierkind"][-1]["tot"] = date(2025, 6, 1)
    world.child(15, date(2025, 11, 2))
    world.child(16)
    world.rows["persoon"][-1]["overleden_op"] = date(2025, 5, 1)
    world.dossier(2, closed=date(2025, 9, 1))
    world.child(21)
    world.dossier(3)
    world.dossier(4)
    world.child(41, nis=LEUVEN)
    world.dossier(5)
    world.rows["dossier"][-1]["geopend_op"] = date(2025, 11, 2)
    world.dossier(6, nis=LEUVEN)
    # Child 11 was in dossier 4 before, and child 14 went nowhere.
    world.rows["dossierkind"].append({"dossier_id": 4, "kind_id": 11, "van": date(2009, 1, 1), "tot": date(2010, 1, 1)})
    return world.write(tmp_path_factory.mktemp("odd") / "o")


@pytest.mark.parametrize(
    ("dossier", "van", "reason"),
    [
        (99, DomicileOf.KIND, "Dossier 99 bestaat niet in deze snapshot."),
        (
            2,
            DomicileOf.KIND,
            "Dossier 2 was niet meer open op de peildatum, 1 november 2025: het is gesloten op 1 september 2025.",
        ),
        (
            5,
            DomicileOf.KIND,
            "Dossier 5 was nog niet open op de peildatum, 1 november 2025: het is geopend op 2 november 2025.",
        ),
        (3, DomicileOf.KIND, "Dossier 3 heeft op de peildatum, 1 november 2025, geen kinderen."),
        (
            4,
            DomicileOf.KIND,
            "Dossier 4 heeft op de peildatum, 1 november 2025, geen kind dat in Torhout (31033) woont.",
        ),
        (
            6,
            DomicileOf.BEGUNSTIGDE,
            "Dossier 6 heeft op de peildatum, 1 november 2025, geen begunstigde (een persoon, in leven) die in Torhout "
            "(31033) woont.",
        ),
    ],
)
def test_why_a_dossier_is_outside(
    odd: Snapshot, catalogue: Catalogue, dossier: int, van: DomicileOf, reason: str
) -> None:
    assert explain(odd, catalogue, question(van=van), dossier) == Explanation(outside=reason)


@pytest.mark.parametrize(
    ("child", "reason"),
    [
        (12, "Kind 12 woont op de peildatum, 1 november 2025, niet in Torhout (31033)."),
        (13, "Kind 13 heeft op de peildatum, 1 november 2025, geen gekende woonplaats."),
        (14, "Kind 14 zat op de peildatum, 1 november 2025, niet in dossier 1."),
        (15, "Kind 15 was op de peildatum, 1 november 2025, nog niet geboren."),
        (16, "Kind 16 was op de peildatum, 1 november 2025, al overleden."),
    ],
)
def test_why_a_child_is_not_counted(odd: Snapshot, catalogue: Catalogue, child: int, reason: str) -> None:
    assert explain(odd, catalogue, question(WHICH), 1, child) == Explanation(outside=reason)
    in_gezin = explain(odd, catalogue, question(), 1, child)
    if child in (12, 13):
        # The child is of the gezin, which is explained; the others are of no gezin on that day.
        assert in_gezin.remark == reason
        assert tree(in_gezin)["uitkomst"] == "onwaar"
    else:
        assert in_gezin == Explanation(outside=reason)


def test_children_who_do_not_count_are_told(odd: Snapshot, catalogue: Catalogue) -> None:
    rows = tree(explain(odd, catalogue, question(), 1))["rijen"]
    assert [row["kind_id"] for row in rows] == [12, 13, 14, 15, 16]
    assert rows[0]["telt_niet_mee"] == "Kind 12 woont op de peildatum, 1 november 2025, niet in Torhout (31033)."


def test_a_child_is_explained_as_a_unit(hand: Data, catalogue: Catalogue) -> None:
    found = tree(explain(hand.snapshot, catalogue, question(WHICH), 1, 12))
    assert (found["pad"], found["uitkomst"], [part["uitkomst"] for part in found["delen"]]) == (
        "en",
        "onwaar",
        ["waar", "waar", "onwaar"],
    )


def test_a_dossier_is_in_by_one_child_when_children_are_units(hand: Data, catalogue: Catalogue) -> None:
    found = tree(explain(hand.snapshot, catalogue, question(WHICH), 1))
    assert (found["pad"], found["uitkomst"]) == ("kind", "waar")
    assert [(part["pad"], part["uitkomst"]) for part in found["delen"]] == [
        ("kind[11]", "waar"),
        ("kind[12]", "onwaar"),
    ]


@pytest.mark.parametrize(
    ("condition", "path", "outcome", "rows"),
    [
        (Payer(("FONS",)), "uitbetaler", "onwaar", [{"uitbetaler": "Infino"}]),
        (
            ChildrenInDossier(Count(exactly=3)),
            "kinderen_in_dossier",
            "waar",
            [{"kind_id": 11}, {"kind_id": 12}, {"kind_id": 13}],
        ),
    ],
)
def test_conditions_on_a_gezin(
    odd: Snapshot, catalogue: Catalogue, condition: Condition, path: str, outcome: str, rows: list[Any]
) -> None:
    found = tree(explain(odd, catalogue, question(condition), 1))
    assert (found["pad"], found["uitkomst"], found["rijen"], found["delen"]) == (path, outcome, rows, [])


HOME = {"van": LONG_AGO.isoformat(), "tot": None, "land": "BE", "nis": TORHOUT}


@pytest.mark.parametrize(
    ("condition", "path", "outcome", "rows"),
    [
        (Born(SIX, None), "geboren", "waar", [{"geboortedatum": "2019-05-02"}]),
        (
            Age(Sort.KIND, None, 77, "maand"),
            "leeftijd_in_maanden",
            "waar",
            [{"geboortedatum": "2019-05-02", "leeftijd_in_maanden": 77}],
        ),
        (LivesIn(Sort.KIND, (LEUVEN,)), "woont_in", "onwaar", [HOME]),
        (LivesIn(Sort.KIND, (), ("8820",)), "woont_in", "waar", [{**HOME, "postcode": "8820"}]),
        (LivesIn(Sort.KIND, (TORHOUT,), (), date(2009, 1, 1)), "woont_in", "onbekend", []),
    ],
)
def test_conditions_on_a_child(
    odd: Snapshot, catalogue: Catalogue, condition: Condition, path: str, outcome: str, rows: list[Any]
) -> None:
    found = tree(explain(odd, catalogue, question(condition), 1, 11))
    assert (found["pad"], found["uitkomst"], found["rijen"], found["delen"]) == (path, outcome, rows, [])


def test_conditions_inside_conditions(odd: Snapshot, catalogue: Catalogue) -> None:
    parents = Beneficiaries(Count(at_least=1), Age(Sort.BEGUNSTIGDE, 40))
    anyone = Children(Count(at_least=2))
    found = tree(explain(odd, catalogue, question(Or((SCHOOL, InFamily(And((parents, Not(anyone))))))), 1, 11))

    def outline(part: dict[str, Any]) -> list[tuple[str, str]]:
        inside = [each for inner in part["delen"] for each in outline(inner)]
        return [(part["pad"], part["uitkomst"]), *inside]

    assert outline(found) == [
        ("of", "waar"),
        ("of[1].heeft", "waar"),
        ("of[2].gezin", "waar"),
        ("of[2].gezin.en", "waar"),
        ("of[2].gezin.en[1].begunstigden", "waar"),
        ("of[2].gezin.en[1].begunstigden[101]", "waar"),
        ("of[2].gezin.en[1].begunstigden[101].leeftijd", "waar"),
        ("of[2].gezin.en[2].niet", "waar"),
        ("of[2].gezin.en[2].niet.kinderen", "onwaar"),
        ("of[2].gezin.en[2].niet.kinderen[11]", "waar"),
    ]


def test_the_place_of_a_secret_address_is_not_told(catalogue: Catalogue, tmp_path: Path) -> None:
    world = World(catalogue)
    world.dossier(1)
    world.child(11)
    world.rows["woonplaats"][-1]["adres_niet_meedelen"] = True
    asked = question(LivesIn(Sort.KIND, (TORHOUT,), ("8820",)))
    found = tree(explain(world.write(tmp_path / "s"), catalogue, asked, 1, 11))
    assert (found["uitkomst"], found["rijen"]) == (
        "waar",
        [{"van": "2010-01-01", "tot": None, "adres_niet_meedelen": True}],
    )


def test_no_name_or_address_is_read(hand: Data, catalogue: Catalogue) -> None:
    world = read_dossier(hand.snapshot, catalogue, 1, catalogue.sources)
    assert sorted(world.persons) == [11, 12, 101]
    everything = json.dumps([world.persons, world.homes, world.sources], default=str)
    for canary in ("Kanarie", "Geheimnaam", "Verborgenstraat", f"{11:011d}"):
        assert canary not in everything


def test_the_dossier_of_a_child_is_the_one_on_the_day(odd: Snapshot) -> None:
    assert find_dossier(odd, 11, DAY) == 1
    assert find_dossier(odd, 11, date(2009, 6, 1)) == 4
    # In none on the day: the last one before, and before any the first.
    assert find_dossier(odd, 14, DAY) == 1
    assert find_dossier(odd, 11, date(2008, 1, 1)) == 4
    assert find_dossier(odd, 99, DAY) is None


def test_a_changed_file_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    world = World(catalogue)
    world.dossier(1)
    world.child(11)
    snapshot = world.write(tmp_path / "s")
    path = snapshot.folder / "dossierkind.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(SnapshotError) as caught:
        read_dossier(snapshot, catalogue, 1, ["sociale_toeslag"])
    assert caught.value.code == "E420"
    assert str(caught.value) == (
        "dossierkind.parquet: de inhoud is niet die van het manifest (SHA-256); haal de snapshot opnieuw op"
    )


def test_every_condition_has_a_word() -> None:
    nodes: tuple[Condition, ...] = (
        AGE, Age(Sort.KIND, 1, unit="maand"), Born(SIX), SOCIAL, LivesIn(Sort.KIND, (TORHOUT,)), Payer(("FONS",)),
        InFamily(Payer(("FONS",))), Not(AGE), And((AGE,)), Or((AGE,)), Children(Count(at_least=1)),
        ChildrenInDossier(Count(at_least=1)), Beneficiaries(Count(at_least=1)),
    )  # fmt: skip
    assert {type(node) for node in nodes} == set(Condition.__args__)
    explainer = Explainer.__new__(Explainer)
    assert [explainer._keyword(node) for node in nodes] == [
        "leeftijd", "leeftijd_in_maanden", "geboren", "heeft", "woont_in", "uitbetaler", "gezin", "niet", "en", "of",
        "kinderen", "kinderen_in_dossier", "begunstigden",
    ]  # fmt: skip
