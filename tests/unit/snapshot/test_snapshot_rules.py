"""Every rule of SNAPSHOT.md over the rows: one family spoiled for each, and what the report then says."""

# A table of cases reads best with a case a line.
# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from snapshot_maker import EXTRACTED_ON, HOME, Maker, national_number, person
from stdnum.be import bis, nn

from groeibrief.errors import SnapshotError
from groeibrief.snapshot.report import Report
from groeibrief.snapshot.rules import NOTES

Spoil = Callable[[Maker], None]
LATER = EXTRACTED_ON + timedelta(days=1)


def change(table: str, number: int, **values: object) -> Spoil:
    """Change values of a row."""
    return lambda maker: maker.rows[table][number].update(values)


def add(table: str, like: int, **values: object) -> Spoil:
    """Add a row like another one."""
    return lambda maker: maker.rows[table].append({**maker.rows[table][like], **values})


def drop(table: str, number: int) -> Spoil:
    return lambda maker: maker.rows[table].__delitem__(number)


@dataclass(frozen=True)
class Case:
    """A way to spoil the snapshot, and the lines that the report then holds: rule, table, count, examples."""

    name: str
    spoil: Spoil
    results: tuple[tuple[str, str, int, tuple[int, ...]], ...]


def case(name: str, spoil: Spoil, *results: tuple[str, str, int, tuple[int, ...]]) -> Case:
    return Case(name, spoil, results)


FAULTS = [
    case("persoon twice", add("persoon", 0), ("sleutel", "persoon", 1, (1,))),
    case("dossier twice", add("dossier", 1), ("sleutel", "dossier", 1, (200,))),
    case(
        "domicile twice",
        add("woonplaats", 0),
        ("sleutel", "woonplaats", 1, (1,)), ("overlap", "woonplaats", 1, (1,)),
    ),
    case(
        "beneficiary twice",
        add("begunstigde", 0),
        ("sleutel", "begunstigde", 1, (100,)), ("overlap", "begunstigde", 1, (100,)),
    ),
    case(
        "child twice in a dossier",
        add("dossierkind", 1),
        ("sleutel", "dossierkind", 1, (100,)), ("overlap", "dossierkind", 1, (2,)),
    ),
    case(
        "month right twice",
        add("basisbedrag", 3, tot=date(2025, 10, 1)),
        ("sleutel", "basisbedrag", 1, (2,)), ("overlap", "basisbedrag", 1, (2,)),
    ),
    case(
        "right twice to one beneficiary",
        add("sociale_toeslag", 0),
        ("sleutel", "sociale_toeslag", 1, (1,)), ("overlap", "sociale_toeslag", 1, (1,)),
    ),
    case("childcare month twice", add("kinderopvangtoeslag", 0), ("sleutel", "kinderopvangtoeslag", 1, (2,))),
    case(
        "preschool age twice",
        add("kleutertoeslag", 0, toegekend_op=date(2023, 1, 1)),
        ("sleutel", "kleutertoeslag", 1, (1,)),
    ),
    case("school year twice", add("schooltoeslag", 0, niveau="lager"), ("sleutel", "schooltoeslag", 1, (1,))),
    case("birth grant twice", add("startbedrag", 0), ("sleutel", "startbedrag", 1, (1,))),
    case("domicile of nobody", change("woonplaats", 0, persoon_id=99), ("verwijzing", "woonplaats", 1, (99,))),
    case("child of no dossier", add("dossierkind", 0, dossier_id=999, kind_id=11), ("verwijzing", "dossierkind", 1, (999,))),
    case("dossier of no child", add("dossierkind", 0, kind_id=99), ("verwijzing", "dossierkind", 1, (100,))),
    case("beneficiary of no dossier", add("begunstigde", 0, dossier_id=999), ("verwijzing", "begunstigde", 1, (999,))),
    case("beneficiary nobody", change("begunstigde", 0, persoon_id=99), ("verwijzing", "begunstigde", 1, (100,))),
    case("right of nobody", change("basisbedrag", 0, kind_id=99), ("verwijzing", "basisbedrag", 1, (99,))),
    case("childcare of nobody", change("kinderopvangtoeslag", 0, kind_id=99), ("verwijzing", "kinderopvangtoeslag", 1, (99,))),
    case("preschool of nobody", change("kleutertoeslag", 0, kind_id=99), ("verwijzing", "kleutertoeslag", 1, (99,))),
    case("school of nobody", change("schooltoeslag", 0, kind_id=99), ("verwijzing", "schooltoeslag", 1, (99,))),
    case("birth of nobody", change("startbedrag", 0, kind_id=99), ("verwijzing", "startbedrag", 1, (99,))),
    case(
        "granted to a beneficiary that the dossier never had",
        change("pleegzorgtoeslag", 0, toegekend_aan=2),
        ("verwijzing", "pleegzorgtoeslag", 1, (3,)),
    ),
    case("domicile ends as it begins", change("woonplaats", 0, tot=date(2020, 1, 1)), ("periode", "woonplaats", 1, (1,))),
    case("dossier closed before it opened", change("dossier", 1, gesloten_op=date(2019, 1, 1)), ("periode", "dossier", 1, (200,))),
    case("child leaves before it comes", change("dossierkind", 2, tot=date(2019, 1, 1)), ("periode", "dossierkind", 1, (200,))),
    case("beneficiary ends as it begins", add("begunstigde", 2, volgorde=2, tot=date(2020, 1, 1)), ("periode", "begunstigde", 1, (200,))),
    case("right ends before it begins", change("wezentoeslag", 0, tot=date(2025, 8, 1)), ("periode", "wezentoeslag", 1, (2,))),
    case(
        "two homes at once",
        add("woonplaats", 1, van=date(2023, 1, 15)),
        ("overlap", "woonplaats", 1, (2,)),
    ),
    case(
        "a long home around two short ones",
        lambda maker: maker.rows["woonplaats"].extend(
            {**maker.rows["woonplaats"][1], "van": date(year, 1, 1), "tot": date(year, 2, 1)} for year in (2022, 2023)
        ),
        ("overlap", "woonplaats", 2, (2,)),
    ),
    case("two first beneficiaries", add("begunstigde", 0, van=date(2021, 1, 1)), ("overlap", "begunstigde", 1, (100,))),
    case("a child in two dossiers", add("dossierkind", 0, dossier_id=200), ("overlap", "dossierkind", 1, (1,))),
    case("two base amounts", add("basisbedrag", 0, van=date(2025, 5, 1)), ("overlap", "basisbedrag", 1, (1,))),
    case(
        "two supplements to one beneficiary",
        add("sociale_toeslag", 0, van=date(2025, 10, 1)),
        ("overlap", "sociale_toeslag", 1, (1,)),
    ),
    case("right from the second", change("pleegzorgtoeslag", 0, van=date(2025, 9, 2)), ("maandgrens", "pleegzorgtoeslag", 1, (3,))),
    case("right to the second", change("basisbedrag", 0, tot=date(2025, 8, 31)), ("maandgrens", "basisbedrag", 1, (1,))),
    case("childcare on the second", change("kinderopvangtoeslag", 0, maand=date(2024, 1, 2)), ("maandgrens", "kinderopvangtoeslag", 1, (2,))),
    case("born tomorrow", lambda maker: maker.rows["persoon"].append(person(7, LATER)), ("toekomst", "persoon", 1, (7,))),
    case("dies tomorrow", change("persoon", 3, overleden_op=LATER), ("toekomst", "persoon", 1, (11,))),
    case("moves tomorrow", change("woonplaats", 0, van=LATER), ("toekomst", "woonplaats", 1, (1,))),
    case("closes tomorrow", change("dossier", 1, gesloten_op=LATER), ("toekomst", "dossier", 1, (200,))),
    case("enters tomorrow", change("dossierkind", 2, van=LATER), ("toekomst", "dossierkind", 1, (200,))),
    case("second beneficiary tomorrow", change("begunstigde", 1, van=LATER), ("toekomst", "begunstigde", 1, (100,))),
    case(
        "right from next month",
        change("zorgtoeslag", 0, van=date(2025, 12, 1)),
        ("toekomst", "zorgtoeslag", 1, (2,)), ("dekking", "zorgtoeslag", 1, (2,)),
    ),
    case(
        "childcare next month",
        change("kinderopvangtoeslag", 0, maand=date(2025, 12, 1)),
        ("toekomst", "kinderopvangtoeslag", 1, (2,)), ("dekking", "kinderopvangtoeslag", 1, (2,)),
    ),
    case(
        "preschool granted tomorrow",
        change("kleutertoeslag", 0, toegekend_op=LATER),
        ("toekomst", "kleutertoeslag", 1, (1,)), ("dekking", "kleutertoeslag", 1, (1,)),
    ),
    case("school granted tomorrow", change("schooltoeslag", 0, toegekend_op=LATER), ("toekomst", "schooltoeslag", 1, (1,))),
    case(
        "birth tomorrow",
        change("startbedrag", 0, datum=LATER),
        ("toekomst", "startbedrag", 1, (1,)), ("dekking", "startbedrag", 1, (1,)),
    ),
    *(
        case(f"negative {table}", change(table, 0, bedrag=Decimal("-0.01")), ("bedrag", table, 1, (kind,)))
        for table, kind in {
            "basisbedrag": 1, "sociale_toeslag": 1, "wezentoeslag": 2, "pleegzorgtoeslag": 3, "zorgtoeslag": 2,
            "kinderopvangtoeslag": 2, "kleutertoeslag": 1, "schooltoeslag": 1, "startbedrag": 1,
        }.items()
    ),
    *(
        case(f"{table}.{column} = {value!r}", change(table, 0, **{column: value}), ("waarde", table, 1, (subject,)))
        for table, column, value, subject in [
            ("woonplaats", "soort", "tijdelijk", 1), ("woonplaats", "land", "be", 1), ("woonplaats", "land", "BEL", 1),
            ("woonplaats", "nis", "3103", 1), ("woonplaats", "nis", "", 1), ("woonplaats", "nis", "3103A", 1),
            ("basisbedrag", "stelsel", "nieuwst", 1), ("sociale_toeslag", "schijf", "top", 1),
            ("wezentoeslag", "soort", "heel", 2), ("kleutertoeslag", "leeftijd", 5, 1),
            ("schooltoeslag", "niveau", "universiteit", 1), ("startbedrag", "aard", "gift", 1),
        ]
    ),
    case("a third beneficiary", add("begunstigde", 0, volgorde=3), ("waarde", "begunstigde", 1, (100,))),
    case("person and institution", change("begunstigde", 0, instelling_kbo="0123456749"), ("waarde", "begunstigde", 1, (100,))),
    case("neither person nor institution", change("begunstigde", 2, instelling_kbo=None), ("waarde", "begunstigde", 1, (200,))),
    case(
        "granted to a third",
        change("zorgtoeslag", 0, toegekend_aan=3),
        ("verwijzing", "zorgtoeslag", 1, (2,)), ("waarde", "zorgtoeslag", 1, (2,)),
    ),
    *(
        case(
            f"school year {value}",
            change("schooltoeslag", 0, schooljaar=value),
            ("waarde", "schooltoeslag", 1, (1,)),
        )
        for value in ("2024-2026", "2024", "2024/2025")
    ),
]  # fmt: skip

WARNINGS = [
    case(
        "right before the coverage",
        change("basisbedrag", 0, van=date(2021, 1, 1), tot=date(2022, 11, 1)),
        ("dekking", "basisbedrag", 1, (1,)),
    ),
    case("childcare before", change("kinderopvangtoeslag", 0, maand=date(2022, 10, 1)), ("dekking", "kinderopvangtoeslag", 1, (2,))),
    case("preschool before", change("kleutertoeslag", 0, toegekend_op=date(2022, 8, 31)), ("dekking", "kleutertoeslag", 1, (1,))),
    case("school year before", change("schooltoeslag", 0, schooljaar="2021-2022"), ("dekking", "schooltoeslag", 1, (1,))),
    case("birth before", change("startbedrag", 0, datum=date(2018, 12, 31)), ("dekking", "startbedrag", 1, (1,))),
    case("beneficiary ended", change("begunstigde", 2, tot=EXTRACTED_ON), ("begunstigde", "dossier", 1, (200,))),
    case("wrong check digits", change("persoon", 0, insz="19030199900"), ("insz", "persoon", 1, (1,))),
    case("a number of ten digits", change("persoon", 0, insz="1903019990"), ("insz", "persoon", 1, (1,))),
    case("a number with points", change("persoon", 0, insz="19.03.01-999.00"), ("insz", "persoon", 1, (1,))),
    case("unknown municipality", change("woonplaats", 2, nis="99999"), ("nis", "woonplaats", 1, (3,))),
    case("merged before the move", change("woonplaats", 2, nis="44029"), ("nis", "woonplaats", 1, (3,))),
    case("not yet merged at the move", change("woonplaats", 2, nis="44086"), ("nis", "woonplaats", 1, (3,))),
]  # fmt: skip

RIGHT = {
    "nothing": lambda maker: None,
    "a home that follows on another": lambda maker: (
        maker.rows["woonplaats"][0].update(tot=date(2023, 1, 1)),
        maker.rows["woonplaats"].append({"persoon_id": 1, **HOME, "van": date(2023, 1, 1)}),
    ),
    "another child's right, in any order": lambda maker: maker.rows["basisbedrag"].reverse(),
    "a right that runs past the coverage": change("basisbedrag", 0, van=date(2019, 1, 1)),
    "an end after the extraction": change("basisbedrag", 1, tot=date(2026, 9, 1)),
    "everything today": change("woonplaats", 0, van=EXTRACTED_ON),
    "a BIS number": change("persoon", 0, insz=national_number("194301999", from_2000=True)),
    "a number of a child of the last century": change("persoon", 0, insz=national_number("990301999", from_2000=False)),
    "an amount of zero": change("basisbedrag", 0, bedrag=Decimal("0.00")),
    "a closed dossier without a beneficiary": lambda maker: (
        maker.rows["dossier"][1].update(gesloten_op=date(2025, 10, 1)),
        maker.rows["begunstigde"][2].update(tot=date(2025, 10, 1)),
    ),
    "an old code, valid on the day of the move": change("woonplaats", 0, nis="44012"),
    "a right granted to a beneficiary who has gone": change("begunstigde", 1, tot=date(2024, 1, 1)),
    "tables without rows": lambda maker: maker.rows.update(zorgtoeslag=[], startbedrag=[]),
}


def packed(cases: list[Case]) -> list[Case]:
    """The cases, several in one snapshot where each spoils a table of its own: writing and verifying takes time."""
    packs: list[list[Case]] = []
    for one in cases:
        touched = {table for _, table, _, _ in one.results}
        for pack in packs:
            if not touched & {table for other in pack for _, table, _, _ in other.results}:
                pack.append(one)
                break
        else:
            packs.append([one])
    return [
        Case(
            "; ".join(one.name for one in pack), _in_turn(pack), tuple(result for one in pack for result in one.results)
        )
        for pack in packs
    ]


def _in_turn(pack: list[Case]) -> Spoil:
    def spoil(maker: Maker) -> None:
        for one in pack:
            one.spoil(maker)

    return spoil


def found(report: Report) -> list[tuple[str, str, int, tuple[int | str, ...]]]:
    return sorted((result.rule, result.table, result.count, result.examples) for result in report.rules)


@pytest.mark.parametrize("spoiled", packed(FAULTS), ids=lambda spoiled: spoiled.name)
def test_a_fault(spoiled: Case, maker: Maker) -> None:
    spoiled.spoil(maker)
    report = maker.write().verify()
    assert found(report) == sorted(spoiled.results)
    assert not report.valid


@pytest.mark.parametrize("spoiled", packed(WARNINGS), ids=lambda spoiled: spoiled.name)
def test_a_warning(spoiled: Case, maker: Maker) -> None:
    spoiled.spoil(maker)
    report = maker.write().verify()
    assert found(report) == sorted(spoiled.results)
    assert report.valid
    report.raise_if_invalid()


@pytest.mark.parametrize("right", RIGHT.values(), ids=RIGHT.keys())
def test_nothing_wrong(right: Spoil, maker: Maker) -> None:
    right(maker)
    report = maker.write().verify()
    assert report.as_json() == {"geldig": True, "snapshot": "proef", "synthetisch": True, "regels": []}


def test_every_rule_has_a_case() -> None:
    tried = {result[0] for spoiled in (*FAULTS, *WARNINGS) for result in spoiled.results}
    assert tried == NOTES.keys() - {"schema"}


def test_the_report_names_file_table_and_rule(maker: Maker) -> None:
    maker.split = frozenset({"basisbedrag"})
    change("basisbedrag", 4, bedrag=Decimal("-1.00"))(maker)
    change("persoon", 0, insz="19030199900")(maker)
    report = maker.write().verify()
    assert report.as_json() == {
        "geldig": False,
        "snapshot": "proef",
        "synthetisch": True,
        "regels": [
            {"regel": "bedrag", "ernst": "fout", "tabel": "basisbedrag", "aantal": 1, "voorbeelden": [3]},
            {"regel": "insz", "ernst": "waarschuwing", "tabel": "persoon", "aantal": 1, "voorbeelden": [1]},
        ],
    }
    assert report.text() == (
        "Snapshot proef (synthetisch) is NIET geldig en wordt niet gebruikt.\n"
        "fout: regel 'bedrag', tabel 'basisbedrag': 1 keer: een negatief bedrag (3)\n"
        "waarschuwing: regel 'insz', tabel 'persoon': 1 keer: een nummer waarvan het controlegetal niet klopt (1)"
    )
    with pytest.raises(SnapshotError) as error:
        report.raise_if_invalid()
    assert error.value.code == "E422"
    assert str(error.value) == (
        "basisbedrag-4.parquet: Snapshot proef, regel 'bedrag', tabel 'basisbedrag': 1 keer: een negatief bedrag (3)."
    )


def test_the_numbers_of_these_tests_are_right_elsewhere_too() -> None:
    assert nn.is_valid(person(11, date(1985, 1, 1))["insz"])
    assert nn.is_valid(person(1, date(2019, 3, 1))["insz"])
    assert bis.is_valid(national_number("194301999", from_2000=True))


def test_two_references_of_a_table_make_one_line(maker: Maker) -> None:
    maker.rows["dossierkind"] += [
        {"dossier_id": 999, "kind_id": 11, "van": EXTRACTED_ON, "tot": None},
        {"dossier_id": 100, "kind_id": 98, "van": EXTRACTED_ON, "tot": None},
    ]
    assert found(maker.write().verify()) == [("verwijzing", "dossierkind", 2, (100, 999))]


def test_the_text_when_nothing_is_wrong(maker: Maker) -> None:
    assert maker.write().verify().text() == (
        "Snapshot proef (synthetisch) is geldig.\nAlle regels zijn nagekeken: geen fouten en geen waarschuwingen."
    )


def test_at_most_twenty_examples(maker: Maker) -> None:
    maker.rows["basisbedrag"] = [
        {
            "kind_id": 1,
            "van": date(2020 + month // 12, month % 12 + 1, 1),
            "tot": None,
            "bedrag": Decimal(-1),
            "stelsel": "oud",
        }
        for month in range(2)
    ]
    maker.rows["persoon"] += [person(number, date(2026, 1, 1)) for number in range(1000, 2000)]
    maker.write()
    future = next(result for result in maker.verify().rules if result.rule == "toekomst")
    assert future.count == 1000
    assert future.examples == tuple(range(1000, 1020))
    assert str(future).startswith(
        "regel 'toekomst', tabel 'persoon': 1.000 keer: een datum na de dag van extractie (1000, 1001,"
    )
    assert str(future).endswith("1019, …)")


def test_one_overlap_among_many_ordered_rows(maker: Maker) -> None:
    """The quick proof of order must not miss a single overlap, wherever it stands: also where blocks of rows meet."""
    count, odd = 260_000, 122_880
    kinds = range(odd - 1, odd + count - 1)

    def constant(value: object, kind: pa.DataType) -> pa.Array:
        return pa.repeat(pa.scalar(value, kind), count)

    number = person(1, date(2019, 3, 1))["insz"]
    dates = pa.date32()
    maker.write()
    people = pa.table(
        {
            "persoon_id": pa.array(range(1, odd + count), pa.int64()),
            "insz": pa.repeat(number, odd + count - 1),
            "voornaam": pa.nulls(odd + count - 1, pa.string()),
            "naam": pa.repeat("Peeters", odd + count - 1),
            "geboortedatum": pa.nulls(odd + count - 1, dates),
            "overleden_op": pa.nulls(odd + count - 1, dates),
        }
    )
    maker.replace("persoon", people)
    rights = pa.table(
        {
            "kind_id": pa.array(kinds, pa.int64()),
            "van": constant(date(2025, 6, 1), dates),
            "tot": constant(date(2025, 9, 1), dates),
            "bedrag": constant(Decimal("1.00"), pa.decimal128(10, 2)),
            "stelsel": constant("oud", pa.string()),
        }
    )
    second = rights.slice(odd - 1, 1).set_column(1, "van", pa.array([date(2025, 7, 1)], dates))
    maker.replace("basisbedrag", pa.concat_tables([rights.slice(0, odd), second, rights.slice(odd)]).combine_chunks())
    report = maker.verify()
    assert [(result.rule, result.count, result.examples) for result in report.rules] == [("overlap", 1, (2 * odd - 2,))]
