"""Statements that a store keeps: found again only for the same question, and worth nothing once damaged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from engines_world import World, ask

from groeibrief.engines.duckdb import DuckDBEngine, statement
from groeibrief.engines.duckdb.statement import FOLDER, KeptStatements, Statement
from groeibrief.query import Age, Sort
from groeibrief.snapshot.store import Store


@pytest.fixture
def store(world: World) -> Store:
    world.family(1, [10])
    return world.store()


QUESTION = ask(Age(Sort.KIND, at_least=3))
STATEMENT = Statement("SELECT 1", {"kind": range(2025, 10_000), "zonder_woonplaats": None})


def kept(store: Store) -> list[Path]:
    return sorted((store.root / FOLDER).iterdir())


def test_a_count_keeps_its_statement_and_the_next_engine_finds_it(world: World, store: Store) -> None:
    first = DuckDBEngine(store, world.catalogue).count(QUESTION)
    (file,) = kept(store)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    found = KeptStatements(store, world.catalogue, "duckdb").find(QUESTION)
    assert found is not None
    assert found.tables == {"kind": range(2025, 10_000), "zonder_woonplaats": None}
    assert DuckDBEngine(store, world.catalogue).count(QUESTION) == first


def test_another_question_has_another_statement(world: World, store: Store) -> None:
    statements = KeptStatements(store, world.catalogue, "duckdb")
    statements.keep(QUESTION, STATEMENT)
    assert statements.find(QUESTION) == STATEMENT
    assert statements.find(ask(Age(Sort.KIND, at_least=4))) is None
    assert KeptStatements(store, world.catalogue, "spark").find(QUESTION) is None


def test_another_program_finds_nothing(world: World, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    statements = KeptStatements(store, world.catalogue, "duckdb")
    statements.keep(QUESTION, STATEMENT)
    monkeypatch.setattr(statement, "_program", lambda: "another")
    assert statements.find(QUESTION) is None


@pytest.mark.parametrize("change", ["damage", "empty", "forged key"])
def test_a_damaged_statement_is_none_and_is_written_again(world: World, store: Store, change: str) -> None:
    statements = KeptStatements(store, world.catalogue, "duckdb")
    statements.keep(QUESTION, STATEMENT)
    (file,) = kept(store)
    data = file.read_bytes()
    match change:
        case "damage":
            file.write_bytes(data.replace(b"SELECT 1", b"SELECT 2"))
        case "empty":
            file.write_bytes(b"")
        case _:
            file.write_bytes(json.dumps({**json.loads(data), "sha256": "0" * 64}).encode())
    assert statements.find(QUESTION) is None
    statements.keep(QUESTION, STATEMENT)
    assert statements.find(QUESTION) == STATEMENT


def test_a_store_that_cannot_be_written_to_still_counts(world: World, store: Store) -> None:
    (store.root / FOLDER).write_text("in de weg")
    engine = DuckDBEngine(store, world.catalogue)
    assert engine.count(QUESTION) == DuckDBEngine(store, world.catalogue).count(QUESTION)
