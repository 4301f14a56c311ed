"""A lock file is waited for in turn; a server keeps its connections, and notices when the file is another."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from groeibrief import state
from groeibrief.errors import TryAgainError
from groeibrief.state import connection, held, transaction

SCHEMA = "CREATE TABLE brief (nummer INTEGER PRIMARY KEY) STRICT"


@pytest.fixture
def keeping() -> Iterator[None]:
    """As in a server, for the thread of the test."""
    state.keep_connections()
    yield
    state._keeping.clear()
    for _, opened in state._of_thread.__dict__.pop("idle", {}).values():
        opened.close()


def ids(path: Path) -> int:
    with connection(path, SCHEMA, 1) as opened:
        return id(opened)


def test_a_command_closes_what_it_opened(tmp_path: Path) -> None:
    with connection(tmp_path / "brieven.sqlite", SCHEMA, 1) as opened:
        pass
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened.execute("SELECT 1")


@pytest.mark.usefixtures("keeping")
def test_a_server_opens_a_database_once_in_a_thread(tmp_path: Path) -> None:
    path, found = tmp_path / "brieven.sqlite", []
    found.append(ids(path))
    assert ids(path) == found[0]
    # Two at a time in one thread are two, and another thread has its own.
    with connection(path, SCHEMA, 1) as outer, connection(path, SCHEMA, 1) as inner:
        assert outer is not inner
    with connection(path, SCHEMA, 1) as mine:
        other: list[bool] = []

        def elsewhere() -> None:
            with connection(path, SCHEMA, 1) as opened:
                other.append(opened is not mine)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert other == [True]


@pytest.mark.usefixtures("keeping")
def test_after_an_error_a_connection_is_not_used_again(tmp_path: Path) -> None:
    path = tmp_path / "brieven.sqlite"

    def half() -> None:
        with connection(path, SCHEMA, 1) as opened:
            opened.execute("BEGIN IMMEDIATE")
            opened.execute("INSERT INTO brief VALUES (1)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    with connection(path, SCHEMA, 1) as again, transaction(again):
        assert again.execute("SELECT count(*) FROM brief").fetchone() == (0,)


@pytest.mark.usefixtures("keeping")
def test_a_file_that_was_put_in_its_place_is_read(tmp_path: Path) -> None:
    path = tmp_path / "brieven.sqlite"
    ids(path)
    restored = tmp_path / "kopie.sqlite"
    with sqlite3.connect(restored) as made:
        made.executescript(f"{SCHEMA}; INSERT INTO brief VALUES (7); PRAGMA user_version=1")
    made.close()
    for beside in tmp_path.glob("brieven.sqlite-*"):
        beside.unlink()
    restored.replace(path)
    with connection(path, SCHEMA, 1) as opened:
        assert opened.execute("SELECT nummer FROM brief").fetchall() == [(7,)]


def test_threads_have_a_lock_file_one_after_the_other(tmp_path: Path) -> None:
    inside, most = [0], [0]

    def work() -> None:
        for _ in range(20):
            with held(tmp_path / "slot"):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0)
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    assert not state._queues, "nobody wants it any more"


def test_who_waits_too_long_for_another_thread_is_told_to_try_again(tmp_path: Path) -> None:
    with held(tmp_path / "slot"), pytest.raises(TryAgainError) as refused, held(tmp_path / "slot", seconds=0.05):
        pass
    assert refused.value.code == "E519"
    assert str(refused.value) == (
        "Een andere opdracht gebruikt deze gegevens. Probeer het over enkele minuten opnieuw."
    )
    with held(tmp_path / "slot", seconds=0):
        assert state._queues
