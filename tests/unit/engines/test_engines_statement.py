"""The statement that is run, and the connection that runs it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import get_args

import duckdb
import pytest
from engines_world import NOVEMBER, TORHOUT, World, ask, day, months

from groeibrief.engines.duckdb import DuckDBEngine
from groeibrief.engines.duckdb.compiler import Compiler
from groeibrief.engines.duckdb.expressions import literal
from groeibrief.errors import SnapshotError
from groeibrief.query import (
    Age,
    And,
    Beneficiaries,
    Children,
    Condition,
    Count,
    Field,
    Has,
    LivesIn,
    OneOf,
    Payer,
    Sort,
)

SOCIAL = Has("sociale_toeslag", NOVEMBER)


@pytest.fixture
def engine(world: World) -> Iterator[DuckDBEngine]:
    world.only_child(1)
    world.right("sociale_toeslag", 1, van="2025-01-01")
    found = world.engine()
    yield found
    found.close()


def test_every_node_has_a_rule() -> None:
    persons, families = (vars(Compiler)[name].dispatcher.registry for name in ("_on_person", "_on_family"))
    assert {node for node in get_args(Condition) if node not in persons and node not in families} == set()


def test_a_node_without_a_rule_is_a_defect(engine: DuckDBEngine) -> None:
    class Unknown:
        sort = Sort.KIND

    with pytest.raises(AssertionError, match=r"Unhandled node: .*Unknown"):
        engine.count(ask(And((Unknown(),))))  # type: ignore[arg-type]


def test_the_statement_is_laid_out_and_names_its_steps(engine: DuckDBEngine) -> None:
    condition = Children(Count(at_least=2), And((Age(Sort.KIND, 3, 12), SOCIAL)))
    text = engine.sql(ask(condition))
    assert text.startswith("WITH kinderen AS (\n  SELECT\n")
    assert "kind.gemeente = 31033" in text
    assert "sociale_toeslag_m0 & 16384" in text
    assert [word for word in ("oordeel_1", "telling_1", "gezin_1", "zonder_woonplaats") if word not in text] == []


def test_a_value_is_a_literal_whatever_it_holds(engine: DuckDBEngine) -> None:
    nasty = "x' OR 1=1 --"
    conditions: list[Condition] = [
        Has("sociale_toeslag", NOVEMBER, (Field("schijf", OneOf((nasty,))),)),
        LivesIn(Sort.KIND, (TORHOUT,), (nasty,)),
        Children(Count(at_least=1), And((SOCIAL, LivesIn(Sort.KIND, (), (nasty,))))),
        Payer((nasty,)),
    ]
    for condition in conditions:
        found = engine.count(ask(condition))
        assert (found.families, found.children) == (0, 0)
        assert "'x'' OR 1=1 --'" in engine.sql(ask(condition))


def test_literals_have_their_type() -> None:
    values = (True, 3, -3, Decimal("-0.10"), Decimal("1E+2"), "a'b", day("2025-11-01"))
    assert [literal(value).sql(dialect="duckdb") for value in values] == [
        "TRUE", "3", "-3", "-0.10", "100", "'a''b'", "CAST('2025-11-01' AS DATE)",
    ]  # fmt: skip


def test_the_connection_sees_the_store_and_nothing_else(engine: DuckDBEngine, world: World) -> None:
    connection = engine._connection
    raw = world.folder / "raw" / "persoon.parquet"
    assert raw.exists()
    for statement in (
        f"SELECT * FROM read_parquet('{raw}')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "ATTACH '/tmp/x.db'",
        "INSTALL httpfs",
    ):
        with pytest.raises((duckdb.PermissionException, duckdb.IOException)):
            connection.execute(statement)
    for statement in ("SET enable_external_access = true", "SET memory_limit = '90GB'", "SET threads = 64"):
        with pytest.raises(duckdb.InvalidInputException, match="locked"):
            connection.execute(statement)


def test_memory_and_threads_are_bounded(world: World) -> None:
    engine = DuckDBEngine(world.store(), world.catalogue, memory_limit="100MiB", threads=1)
    settings = engine._connection.execute(
        "SELECT current_setting('memory_limit'), current_setting('threads'), current_setting('temp_directory')"
    ).fetchone()
    assert settings == ("100.0 MiB", 1, "")
    engine.close()


def test_only_the_files_that_a_question_touches_are_checked(engine: DuckDBEngine) -> None:
    store = engine._store

    def damage(path: Path) -> None:
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    damage(store.paths("wezentoeslag")[-1])
    damage(store.folder("sociale_toeslag") / "blok=2024" / "deel.parquet")
    low = (Field("bedrag", OneOf((Decimal("50.00"),))),)
    assert engine.count(ask(Has("sociale_toeslag", NOVEMBER, low))).children == 1
    for untouched in (Has("wezentoeslag", NOVEMBER, low), Has("sociale_toeslag", months("2024-09", "2025-11"), low)):
        with pytest.raises(SnapshotError) as caught:
            engine.count(ask(untouched))
        assert caught.value.code == "E440"


def test_beneficiaries_and_domiciles_are_checked_when_they_are_read(engine: DuckDBEngine) -> None:
    for table in ("begunstigde", "domicilie"):
        for path in engine._store.paths(table):
            path.write_bytes(path.read_bytes() + b" ")
    assert engine.count(ask(SOCIAL)).children == 1
    elsewhere = LivesIn(Sort.KIND, (TORHOUT,), on=day("2025-01-01"))
    for condition in (And((SOCIAL, elsewhere)), Beneficiaries(Count(at_least=1))):
        with pytest.raises(SnapshotError, match="de voorbereide gegevens zijn beschadigd"):
            engine.count(ask(condition))
