"""A database carries the version of its schema, and is brought forward one version after the other."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from groeibrief.errors import RefusedError
from groeibrief.state import connection

FIRST = "CREATE TABLE brief (nummer INTEGER PRIMARY KEY) STRICT"
THIRD = "CREATE TABLE brief (nummer INTEGER PRIMARY KEY, kleur TEXT, soort TEXT) STRICT"
FORWARD = {
    1: "ALTER TABLE brief ADD COLUMN kleur TEXT",
    2: "ALTER TABLE brief ADD COLUMN soort TEXT; UPDATE brief SET soort = 'gewoon'",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of the first version, with a letter in it."""
    with connection(tmp_path / "brieven.sqlite", FIRST, 1) as opened:
        opened.execute("INSERT INTO brief VALUES (7)")
    return tmp_path / "brieven.sqlite"


def test_two_versions_forward_at_once(path: Path) -> None:
    for _ in range(2):
        with connection(path, THIRD, 3, FORWARD) as opened:
            assert opened.execute("SELECT * FROM brief").fetchall() == [(7, None, "gewoon")]
            assert opened.execute("PRAGMA user_version").fetchone() == (3,)


def test_a_new_database_is_made_from_the_schema_alone(tmp_path: Path) -> None:
    with connection(tmp_path / "nieuw.sqlite", THIRD, 3, {1: "no statement", 2: "no statement"}) as opened:
        assert opened.execute("SELECT kleur, soort FROM brief").fetchall() == []


def test_a_migration_that_fails_leaves_the_old_version(path: Path) -> None:
    broken = {**FORWARD, 2: "UPDATE brief SET soort = 'gewoon'"}
    with pytest.raises(sqlite3.OperationalError, match="no such column: soort"), connection(path, THIRD, 3, broken):
        pass
    with connection(path, FIRST, 1) as opened:
        assert opened.execute("SELECT * FROM brief").fetchall() == [(7,)]


def test_without_a_way_forward_nothing_is_opened(path: Path) -> None:
    with (
        pytest.raises(sqlite3.DatabaseError, match="nothing leads from schema version 1 to 3"),
        connection(path, THIRD, 3, {2: FORWARD[2]}),
    ):
        pass


def test_a_newer_one_is_refused_with_what_to_do(path: Path) -> None:
    with connection(path, THIRD, 3, FORWARD):
        pass
    with pytest.raises(RefusedError) as refused, connection(path, FIRST, 1):
        pass
    assert refused.value.code == "E755"
    assert str(refused.value) == (
        f"{path} is gemaakt door een nieuwere groeibrief: schemaversie 3, en deze leest tot 1. Installeer die "
        "nieuwere, of zet de reservekopie van voor de upgrade terug."
    )
