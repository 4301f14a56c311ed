"""Nothing is left out: each node, period and field test is generated, compiled, evaluated, told and shown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from spec_chapters import Case, Chapter, Written
from spec_contents import chapters
from spec_families import TRUE, beneficiary, child, family

from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog import Catalogue
from groeibrief.engines.duckdb.compiler import Compiler
from groeibrief.engines.reference.evaluation import Evaluation
from groeibrief.language import describe_condition
from groeibrief.language.conditions import ALL_KEYWORDS
from groeibrief.language.periods import HOW_OFTEN, WORDS
from groeibrief.query import (
    Age,
    And,
    Beneficiaries,
    Born,
    Children,
    ChildrenInDossier,
    Condition,
    Count,
    Days,
    DomicileOf,
    Field,
    Granted,
    Has,
    InFamily,
    IsUnknown,
    LivesIn,
    Months,
    Not,
    OneOf,
    Or,
    Payer,
    Period,
    Question,
    Range,
    SchoolYears,
    Sort,
)

NODES = get_args(Condition)
PERIODS = get_args(Period)
TESTS = get_args(get_type_hints(Field)["test"])
CLASSES = (*NODES, *PERIODS, *TESTS)

NOVEMBER = Months(Month(2025, 11), Month(2025, 11))
SUPPORTED = Has("sociale_toeslag", NOVEMBER)
NO_CARE = Not(Has("zorgtoeslag", NOVEMBER))
ONE_CHILD = Children(Count(at_least=1), SUPPORTED)
AUTUMN = Days(date(2025, 9, 1), date(2025, 10, 31))


def with_field(name: str, test: OneOf | Range | IsUnknown) -> Has:
    return Has("sociale_toeslag", NOVEMBER, (Field(name, test),))


EXAMPLES: dict[type, tuple[Condition, ...]] = {
    And: (And((SUPPORTED, NO_CARE)), And((ONE_CHILD, Payer(("FONS",))))),
    Or: (Or((SUPPORTED, NO_CARE)), Or((ONE_CHILD, Payer(("FONS",))))),
    Not: (NO_CARE, Not(Payer(("Infino",)))),
    Age: (Age(Sort.KIND, 3, 5), Age(Sort.KIND, at_most=60, unit="maand")),
    Born: (Born(date(2020, 1, 1), date(2022, 1, 1)),),
    Has: (SUPPORTED,),
    LivesIn: (LivesIn(Sort.KIND, ("31033",)), LivesIn(Sort.KIND, ("31033",), on=date(2025, 1, 1))),
    InFamily: (InFamily(ONE_CHILD),),
    Children: (ONE_CHILD, Children(Count(exactly=1))),
    ChildrenInDossier: (ChildrenInDossier(Count(at_most=1)),),
    Beneficiaries: (
        Beneficiaries(Count(exactly=1)),
        Beneficiaries(Count(at_least=1), Age(Sort.BEGUNSTIGDE, 30)),
        Beneficiaries(Count(at_least=1), LivesIn(Sort.BEGUNSTIGDE, ("31033",))),
    ),
    Payer: (Payer(("FONS",)),),
    Months: (
        Has("sociale_toeslag", Months(Month(2025, 10), Month(2025, 11), None)),
        Has("kinderopvangtoeslag", Months(Month(2025, 9), Month(2025, 11))),
    ),
    Days: (Has("startbedrag", AUTUMN),),
    Granted: (Has("kleutertoeslag", Granted(3)), Has("kleutertoeslag", Granted(days=AUTUMN))),
    SchoolYears: (Has("schooltoeslag", SchoolYears(SchoolYear(2025))),),
    OneOf: (with_field("schijf", OneOf(("laag",))), with_field("helft", OneOf((False,)))),
    Range: (with_field("bedrag", Range(50, 60)),),
    IsUnknown: (with_field("schijf", IsUnknown(False)),),
}
"""Conditions that hold for the one family of :data:`WORLD`, by the class that they are an example of."""

WORLD = Chapter(
    "",
    "",
    (
        Case(
            "",
            "",
            (
                family(
                    child(
                        TRUE,
                        geboren="2021-11-01",
                        sociale_toeslag={"van": "2025-09-01", "schijf": "laag"},
                        kinderopvangtoeslag={"maand": "2025-10-01"},
                        kleutertoeslag={"leeftijd": 3, "toegekend_op": "2025-09-10"},
                        schooltoeslag={"schooljaar": "2025-2026"},
                        startbedrag={"datum": "2025-09-10"},
                    ),
                    beneficiaries=(beneficiary(),),
                    uitbetaler="FONS",
                ),
            ),
            Written("heeft: {bron: sociale_toeslag}"),
        ),
    ),
)


def question(condition: Condition) -> Question:
    return Question(condition.sort, date(2025, 11, 1), ("31033",), DomicileOf.KIND, condition)


def classes_in(value: Any) -> Iterator[type]:
    """The classes of a node and of everything inside it."""
    if isinstance(value, tuple):
        for part in value:
            yield from classes_in(part)
    elif is_dataclass(value):
        yield type(value)
        for each in fields(value):
            yield from classes_in(getattr(value, each.name))


@pytest.fixture(scope="module")
def engines(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory):
    from spec_engines import bench

    with bench(WORLD, catalogue, tmp_path_factory.mktemp("world")) as opened:
        yield opened.engines


@pytest.fixture(scope="module")
def generated(catalogue: Catalogue) -> set[type]:
    from generated_questions import questions

    seen: set[type] = set()

    @settings(max_examples=300, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(questions(catalogue))
    def draw(drawn: Question) -> None:
        seen.update(classes_in(drawn))

    draw()
    return seen


@pytest.fixture(scope="module")
def shown(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> set[type]:
    """The classes in the definitions of the chapters' cases; a refusal shows nothing."""
    from spec_engines import load

    folder: Path = tmp_path_factory.mktemp("shown")
    cases = [case for chapter in chapters() for case in chapter.cases if isinstance(case, Case)]
    return {each for case in cases for each in classes_in(load(case.definition, folder, catalogue).question)}


def test_every_class_has_an_example() -> None:
    assert set(EXAMPLES) == set(CLASSES)
    for each, conditions in EXAMPLES.items():
        assert all(each in classes_in(condition) for condition in conditions), each


@pytest.mark.parametrize("each", CLASSES)
def test_is_generated(each: type, generated: set[type]) -> None:
    assert each in generated


@pytest.mark.parametrize("each", NODES)
def test_has_a_sql_rule(each: type) -> None:
    rules = {
        Sort.GEZIN: Compiler.__dict__["_on_family"].dispatcher.registry,
        Sort.KIND: Compiler.__dict__["_on_person"].dispatcher.registry,
    }
    for condition in EXAMPLES[each]:
        assert each in rules[condition.sort]


@pytest.mark.parametrize("each", NODES)
def test_has_a_rule_in_the_reference_engine(each: type, engines: dict[str, Any], catalogue: Catalogue) -> None:
    reference = engines["reference"]
    assert each in Evaluation(reference._world, catalogue, question(EXAMPLES[each][0]))._values


@pytest.mark.parametrize("engine", ["duckdb", "reference"])
@pytest.mark.parametrize("each", CLASSES)
def test_holds_where_it_should(each: type, engine: str, engines: dict[str, Any]) -> None:
    for condition in EXAMPLES[each]:
        assert engines[engine].outcomes(question(condition)).column("outcome").to_pylist() == [True], condition


@pytest.mark.parametrize("each", CLASSES)
def test_has_a_text(each: type, catalogue: Catalogue) -> None:
    for condition in EXAMPLES[each]:
        assert describe_condition(condition, question(condition), catalogue).strip()


@pytest.mark.parametrize("each", CLASSES)
def test_stands_in_a_chapter(each: type, shown: set[type]) -> None:
    assert each in shown


def words_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from words_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from words_in(part)
    elif isinstance(value, str):
        yield value


def test_every_word_of_the_language_stands_in_a_case(catalogue: Catalogue) -> None:
    cases = [case for chapter in chapters() for case in chapter.cases if isinstance(case, Case)]
    used = {word for case in cases for word in words_in(yaml.safe_load(textwrap.dedent(case.definition.conditions)))}
    bounds = ("van", "tot_en_met", "minstens", "hoogstens", "precies", "een_van", "onbekend", "die", "op", "met")
    frequencies = (*HOW_OFTEN, "minstens_maanden")
    words = {*ALL_KEYWORDS, *WORDS, *bounds, *frequencies, *catalogue.sources, "postcodes", "gemeenten", "$gemeenten"}
    assert words - used == set()


def test_titles_tell_cases_apart() -> None:
    for chapter in chapters():
        titles = [case.title for case in chapter.cases]
        assert len(titles) == len(set(titles)), chapter.title
