"""Spark agrees with the reference too, on fewer questions: each statement costs it a tenth of a second at the least.

It runs what DuckDB runs, from the same expressions; what can differ is what another database makes of them.
"""

from __future__ import annotations

from generated_engines import answers, reference, stored
from generated_questions import questions
from generated_worlds import Tables, worlds
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from groeibrief.catalog import find_project, load_catalogue
from groeibrief.engines.spark import SparkEngine
from groeibrief.query import Question
from small_spark import on_loopback, small_spark

CATALOGUE = load_catalogue(find_project())
QUESTIONS, A_WORLD = 40, 10
seen = {"questions": 0, "true": 0, "unknown": 0, "entitled": 0}


@settings(
    # The first example of each list is the simplest there is, ten times: one more, and it is not counted.
    max_examples=QUESTIONS // A_WORLD + 1,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(worlds(CATALOGUE), st.lists(questions(CATALOGUE), min_size=A_WORLD, max_size=A_WORLD))
def _compare(rows: Tables, asked: list[Question]) -> None:
    judge = reference(rows, CATALOGUE)
    with stored(rows, CATALOGUE) as store:
        spark = SparkEngine(store, CATALOGUE, session=small_spark().session)
        entitled = 0
        for number, question in enumerate(dict.fromkeys(asked)):
            expected = answers(judge, question)
            if expected["entitled"] and not entitled:
                entitled = 1
                assert answers(spark, question) == expected, question
            else:
                assert spark.outcomes(question).to_pylist() == expected["outcomes"], question
            if number % 2:
                assert spark.count_by_municipality(question).to_pylist() == expected["by_municipality"], question
            outcomes = {row["outcome"] for row in expected["outcomes"]}  # type: ignore[attr-defined]
            seen["questions"] += 1
            seen["true"] += True in outcomes
            seen["unknown"] += None in outcomes
        seen["entitled"] += entitled


@on_loopback
def test_spark_agrees() -> None:
    _compare()
    print(seen)
    assert seen["questions"] >= QUESTIONS
    # The comparison means something: enough questions select, leave unknown, and entitle someone.
    assert seen["true"] > QUESTIONS * 0.25
    assert seen["unknown"] > QUESTIONS * 0.02
    assert seen["entitled"] >= 2
