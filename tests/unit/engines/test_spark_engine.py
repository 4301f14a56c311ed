"""What is Spark's own: how its statements are written, what it reads, and how it comes and goes."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from decimal import Decimal
from pathlib import Path

import pytest
from engines_world import NOVEMBER, TORHOUT, World, ask, day, months, value, values

from groeibrief.engines.duckdb.expressions import column, literal, months_after
from groeibrief.engines.duckdb.queries import query
from groeibrief.engines.spark import SparkEngine
from groeibrief.engines.spark.dialect import text
from groeibrief.errors import SnapshotError
from groeibrief.query import And, Children, Condition, Count, Field, Has, LivesIn, OneOf, Payer, Sort
from small_spark import on_loopback, small_spark

SOCIAL = Has("sociale_toeslag", NOVEMBER)
AMOUNT = (Field("bedrag", OneOf((Decimal("50.00"),))),)


@pytest.fixture
def engine(world: World) -> SparkEngine:
    world.only_child(1)
    world.right("sociale_toeslag", 1, van="2025-01-01")
    return SparkEngine(world.store(), world.catalogue, session=small_spark().session)


def test_literals_are_written_as_spark_reads_them() -> None:
    written = (True, -3, Decimal("-0.10"), "a'b", "a\\b", day("2025-11-01"))
    assert [text(literal(part)) for part in written] == [
        "TRUE", "-3", "-0.10", r"'a\'b'", r"'a\\b'", "CAST('2025-11-01' AS DATE)",
    ]  # fmt: skip


def test_months_are_told_apart_by_year_and_month() -> None:
    base = literal(day("2024-12-01"))
    statement = query([months_after(base, column("van"))], "basisbedrag")
    first = "CAST('2024-12-01' AS DATE)"
    assert (
        text(statement) == f"SELECT (YEAR(van) - YEAR({first})) * 12 + (MONTH(van) - MONTH({first})) FROM basisbedrag"
    )


@on_loopback
def test_a_value_is_a_literal_whatever_it_holds(engine: SparkEngine) -> None:
    for nasty in ("x' OR 1=1 --", "x\\' OR 1=1 --", "x\\", "${spark.master}"):
        conditions: list[Condition] = [
            Children(Count(at_least=1), And((SOCIAL, LivesIn(Sort.KIND, (), (nasty,))))),
            Payer((nasty,)),
        ]
        for condition in conditions:
            found = engine.count(ask(condition))
            assert (found.families, found.children) == (0, 0)


@on_loopback
def test_the_statement_is_laid_out_in_sparks_sql(engine: SparkEngine) -> None:
    written = engine.sql(ask(Has("sociale_toeslag", months("2025-01", "2025-10", 3), AMOUNT)))
    assert written.startswith("WITH kinderen AS (\n  SELECT\n")
    assert "SHIFTLEFT(" in written
    assert "BIT_COUNT(" in written


@on_loopback
def test_only_the_files_that_a_question_touches_are_checked_and_read(engine: SparkEngine) -> None:
    store = engine._store
    for untouched in (store.paths("wezentoeslag")[-1], store.folder("sociale_toeslag") / "blok=2024" / "deel.parquet"):
        untouched.write_bytes(b"nothing that Spark could read")
    assert engine.count(ask(Has("sociale_toeslag", NOVEMBER, AMOUNT))).children == 1
    with pytest.raises(SnapshotError) as caught:
        engine.count(ask(Has("sociale_toeslag", months("2024-09", "2025-11"), AMOUNT)))
    assert caught.value.code == "E440"


@on_loopback
def test_a_folder_may_have_any_name(world: World) -> None:
    world.folder = world.folder / "een map [1] {a,b} 50%20 *"
    world.folder.mkdir()
    world.only_child(1)
    world.right("sociale_toeslag", 1, van="2025-01-01")
    engine = SparkEngine(world.store(), world.catalogue, session=small_spark().session)
    assert value(engine, Has("sociale_toeslag", NOVEMBER, AMOUNT), 1) is True


@on_loopback
def test_engines_of_one_session_do_not_see_each_other(engine: SparkEngine, world: World, tmp_path: Path) -> None:
    other_world = World(world.catalogue, tmp_path / "ander")
    other_world.folder.mkdir()
    other_world.only_child(2)
    session = small_spark().session
    zone = session.conf.get("spark.sql.session.timeZone")
    other = SparkEngine(other_world.store(), world.catalogue, session=session)
    assert values(other, ask(SOCIAL, TORHOUT)) == {2: False}
    assert values(engine, ask(SOCIAL, TORHOUT)) == {1: True}
    engine.close()
    assert values(other, ask(SOCIAL, TORHOUT)) == {2: False}
    assert session.conf.get("spark.sql.session.timeZone") == zone
    assert session.catalog.listTables() == []


def test_nothing_of_spark_is_imported_before_it_is_asked_for() -> None:
    program = "import sys, groeibrief.engines.spark, groeibrief.workflow.counting; print('pyspark' in sys.modules)"
    assert _run(program).stdout == "False\n"


def test_without_the_extra_it_says_which_to_install() -> None:
    found = _run(
        """
        import sys
        sys.modules["pyspark"] = None
        from groeibrief.engines.spark.session import local_spark
        from groeibrief.errors import UsageError
        try:
            local_spark()
        except UsageError as error:
            print(error.code, error.exit_code, error)
        """
    )
    assert found.stdout == (
        "E215 2 De engine 'spark' is niet geïnstalleerd. Installeer ze met: pip install 'groeibrief[spark]'. "
        "Of tel met de gewone engine: --engine duckdb.\n"
    )


def test_without_java_it_says_so(tmp_path: Path) -> None:
    found = _run(
        """
        from groeibrief.engines.spark.session import local_spark
        from groeibrief.errors import UsageError
        try:
            local_spark()
        except UsageError as error:
            print(error.code, error.exit_code, error)
        """,
        JAVA_HOME=str(tmp_path / "no-java"),
        TMPDIR=str(tmp_path),
    )
    assert found.stdout == (
        "E216 2 De engine 'spark' kan niet starten: ze heeft Java 17 of nieuwer nodig. Installeer Java en zet "
        "JAVA_HOME. Of tel met de gewone engine: --engine duckdb.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_spark_of_its_own_is_shared_quiet_and_leaves_nothing(tmp_path: Path) -> None:
    found = _run(
        """
        import os, signal
        from groeibrief.engines.spark.session import local_spark
        before = signal.getsignal(signal.SIGINT)
        first = local_spark()
        assert local_spark() is first
        assert signal.getsignal(signal.SIGINT) is before
        assert "PYSPARK_SUBMIT_ARGS" not in os.environ and os.environ["SPARK_LOCAL_DIRS"] == "/elsewhere"
        context = first.session.sparkContext
        print(context.master, context.uiWebUrl, context.getConf().get("spark.driver.host"))
        folder, process = os.environ["TMPDIR"], context._gateway.proc
        assert [oct(os.stat(f"{folder}/{name}").st_mode)[-3:] for name in os.listdir(folder)
                if name.startswith("groeibrief")] == ["700"]
        first.close()
        print(process.returncode, os.listdir(folder))
        """,
        SPARK_HOME="/elsewhere",
        SPARK_LOCAL_DIRS="/elsewhere",
        TMPDIR=str(tmp_path),
    )
    assert found.stdout == "local[2] None 127.0.0.1\n0 []\n"
    assert found.stderr == ""
    assert list(tmp_path.iterdir()) == []


def _run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own, whose way of ending is part of the test."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(program)],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
