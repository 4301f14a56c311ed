"""What must not change an answer, does not; and one more condition never lets anyone in."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from random import Random
from typing import Any

from generated_engines import answers, duckdb, reference
from generated_questions import gezinnen, kinds, questions
from generated_worlds import Tables, worlds
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from groeibrief.calendar import Month, SchoolYear
from groeibrief.catalog import find_project, load_catalogue
from groeibrief.query import And, Question, Sort, normal_form

CATALOGUE = load_catalogue(find_project())
UNMERGED = ("31033", "23094")
LEAP_CYCLE = 4
generated = settings(
    max_examples=6, derandomize=True, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
several = st.lists(questions(CATALOGUE), min_size=8, max_size=8)


@generated
@given(worlds(CATALOGUE), several)
def test_the_normal_form_keeps_every_answer(rows: Tables, asked: list[Question]) -> None:
    with duckdb(rows, CATALOGUE) as engine:
        for question in asked:
            assert answers(engine, question) == answers(engine, normal_form(question))


@generated
@given(worlds(CATALOGUE), several, st.integers(0, 2**16))
def test_row_order_and_file_split_are_irrelevant(rows: Tables, asked: list[Question], shuffle: int) -> None:
    mixed = {table: Random(shuffle).sample(part, len(part)) for table, part in rows.items()}
    with duckdb(rows, CATALOGUE) as engine, duckdb(mixed, CATALOGUE, files=3) as other:
        for question in asked:
            assert answers(engine, question) == answers(other, question)


@generated
@given(worlds(CATALOGUE), several, kinds(CATALOGUE, 2), gezinnen(CATALOGUE, 2))
def test_a_conjunct_never_grows_the_set(rows: Tables, asked: list[Question], of_kind: Any, of_gezin: Any) -> None:
    with duckdb(rows, CATALOGUE) as engine:
        for question in asked:
            extra = of_kind if question.unit is Sort.KIND else of_gezin
            narrower = dataclasses.replace(question, condition=And((question.condition, extra)))
            wide = {row["unit_id"] for row in engine.outcomes(question).to_pylist() if row["outcome"]}
            narrow = {row["unit_id"] for row in engine.outcomes(narrower).to_pylist() if row["outcome"]}
            assert narrow <= wide


@generated
@given(worlds(CATALOGUE, UNMERGED), several)
def test_a_leap_cycle_later_says_the_same(rows: Tables, asked: list[Question]) -> None:
    later: Tables = shifted(rows)
    with duckdb(rows, CATALOGUE) as engine, duckdb(later, CATALOGUE, years=LEAP_CYCLE) as other:
        for question in asked:
            here = dataclasses.replace(question, municipalities=UNMERGED)
            there = shifted(here)
            assert answers(engine, here) == answers(other, there)
            assert answers(reference(rows, CATALOGUE), here) == answers(reference(later, CATALOGUE, LEAP_CYCLE), there)


def shifted(value: Any) -> Any:
    """Every date, month and school year in it, one leap cycle later."""
    if isinstance(value, date):
        return value.replace(year=value.year + LEAP_CYCLE)
    if isinstance(value, Month):
        return Month(value.year + LEAP_CYCLE, value.month)
    if isinstance(value, SchoolYear):
        return SchoolYear(value.start + LEAP_CYCLE)
    if isinstance(value, str):
        return re.sub(
            r"(\d{4})-(\d{4})", lambda found: f"{int(found[1]) + LEAP_CYCLE}-{int(found[2]) + LEAP_CYCLE}", value
        )
    if isinstance(value, dict):
        return {key: shifted(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(shifted(part) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {part.name: shifted(getattr(value, part.name)) for part in dataclasses.fields(value) if part.init}
        return dataclasses.replace(value, **fields)
    return value
