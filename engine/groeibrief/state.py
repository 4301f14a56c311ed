"""State that outlives a process: SQLite with full durability, and a lock that a dead process lets go of.

STRICT tables, WAL, ``synchronous=FULL``: what is committed survives a kill and a power cut (TOOLBOX.md).
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from groeibrief.artefacts import PRIVATE_DIRECTORY, PRIVATE_FILE
from groeibrief.errors import TryAgainError, reason

BUSY_SECONDS = 30.0
_PASSING = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})


def private_directory(path: Path) -> Path:
    """Make a directory, with those above it, that only its owner can enter. Raises TryAgainError (E518)."""
    with _usable(path):
        # Not with parents=True: that gives the ones above the mode of any directory.
        for folder in (*reversed(path.parents), path):
            if not folder.is_dir():
                folder.mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)
    return path


@contextmanager
def _usable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"{path} kan niet gebruikt worden: {reason(error)}. Kijk de rechten en de schijfruimte na."
        raise TryAgainError("E518", message) from error


@contextmanager
def held(path: Path, *, seconds: float = BUSY_SECONDS) -> Iterator[None]:
    """Hold the lock file *path*, over threads and processes; the system lets go of it when the process dies.

    Raises TryAgainError (E519) when another holds it for longer than *seconds*.
    """
    descriptor = _opened(path)
    try:
        _lock(descriptor, time.monotonic() + seconds)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, until: float) -> None:
    # Polling, because a blocking flock cannot be given a limit without a signal, and signals belong to the main thread.
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= until:
                raise _busy() from error
            time.sleep(0.005)
        else:
            return


def _busy() -> TryAgainError:
    return TryAgainError("E519", "Een andere opdracht gebruikt deze gegevens. Probeer het over enkele minuten opnieuw.")


@contextmanager
def connection(path: Path, schema: str, version: int) -> Iterator[sqlite3.Connection]:
    """Open a database of one's own, made on first use from *schema*; closed on leaving.

    ``user_version`` is *version*; another one raises ``sqlite3.DatabaseError``, as does a file that is no database.
    Raises TryAgainError (E519) on a passing fault: a lock, a full disk.
    """
    with _passing_faults():
        # SQLite itself would make the file readable by others; its -wal and -shm files take over the database's mode.
        os.close(_opened(path))
        opened = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            opened.execute("PRAGMA synchronous=FULL")
            opened.execute("PRAGMA foreign_keys=ON")
            if _version(opened) == 0:
                with held(path.with_name(f"{path.name}.slot")):
                    if _version(opened) == 0:
                        opened.execute("PRAGMA journal_mode=WAL")
                        opened.executescript(f"BEGIN IMMEDIATE; {schema}; PRAGMA user_version={version:d}; COMMIT;")
            if _version(opened) != version:
                raise sqlite3.DatabaseError(f"schema version {_version(opened)}, expected {version}")
            yield opened
        finally:
            opened.close()


def _opened(path: Path) -> int:
    with _usable(path):
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)


def _version(opened: sqlite3.Connection) -> int:
    return int(opened.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def transaction(opened: sqlite3.Connection) -> Iterator[None]:
    """One transaction that holds the write lock from its start; committed on leaving, rolled back after any error."""
    opened.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        opened.execute("ROLLBACK")
        raise
    opened.execute("COMMIT")


@contextmanager
def _passing_faults() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in _PASSING:
            raise _busy() from error
        raise
