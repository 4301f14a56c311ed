"""State that outlives a process: SQLite with full durability, and a lock that a dead process lets go of.

STRICT tables, WAL, ``synchronous=FULL``: what is committed survives a kill and a power cut (TOOLBOX.md). A database
carries the version of its schema: an older one is brought forward when it is opened, a newer one is refused.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from groeibrief.artefacts import PRIVATE_DIRECTORY, PRIVATE_FILE
from groeibrief.errors import RefusedError, TryAgainError, reason

BUSY_SECONDS = 30.0
NEWER = "E755"
"""The code of a database that a newer groeibrief made."""
Migrations = Mapping[int, str]
"""From a version of a schema to the statements that make the next one of it."""
_PASSING = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})


def private_directory(path: Path) -> Path:
    """Make a directory, with those above it, that only its owner can enter. Raises TryAgainError (E518)."""
    with _usable(path):
        if path.is_dir():
            return path
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
    until = time.monotonic() + seconds
    # Threads of one process queue up first: forty that poll a lock file keep each other, and everyone else, from work.
    with _turn(str(path), until):
        descriptor = _opened(path)
        try:
            _lock(descriptor, until)
            yield
        finally:
            os.close(descriptor)


class _Queue:
    """Those of this process who want one lock file; forgotten when nobody does."""

    def __init__(self) -> None:
        self.lock, self.wanted = threading.Lock(), 0


_queues: defaultdict[str, _Queue] = defaultdict(_Queue)
_queues_lock = threading.Lock()


@contextmanager
def _turn(path: str, until: float) -> Iterator[None]:
    with _queues_lock:
        queue = _queues[path]
        queue.wanted += 1
    try:
        if not queue.lock.acquire(timeout=max(0.0, until - time.monotonic())):
            raise _busy()
        try:
            yield
        finally:
            queue.lock.release()
    finally:
        with _queues_lock:
            queue.wanted -= 1
            if not queue.wanted:
                del _queues[path]


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
def connection(
    path: Path, schema: str, version: int, migrations: Migrations | None = None
) -> Iterator[sqlite3.Connection]:
    """Open a database of one's own, made on first use from *schema*; closed on leaving, unless connections are kept.

    ``user_version`` is *version*; a lower one is brought forward by *migrations*, all at once or not at all. Raises
    ``sqlite3.DatabaseError`` on a file that is no database or a version that nothing leads from, RefusedError (E755)
    on a newer version, TryAgainError (E519) on a passing fault: a lock, a full disk.
    """
    with _passing_faults():
        if _keeping.is_set():
            with _kept(path, schema, version, migrations or {}) as opened:
                yield opened
            return
        opened = _connect(path, schema, version, migrations or {})
        try:
            yield opened
        finally:
            opened.close()


def _connect(path: Path, schema: str, version: int, migrations: Migrations) -> sqlite3.Connection:
    # SQLite itself would make the file readable by others; its -wal and -shm files take over the database's mode. Only
    # a new one: closing any descriptor of a file lets go of this process's locks on it, and another process then takes
    # the log of a database that is in use for one that nobody needs ("How To Corrupt An SQLite Database File", 2.2).
    if not path.exists():
        os.close(_opened(path))
    opened = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        opened.execute("PRAGMA synchronous=FULL")
        opened.execute("PRAGMA foreign_keys=ON")
        if _version(opened) < version:
            with held(path.with_name(f"{path.name}.slot")):
                _bring_forward(opened, schema, version, migrations)
        _refuse_newer(path, _version(opened), version)
    except UnicodeDecodeError as error:
        # What SQLite says of a damaged schema quotes it.
        opened.close()
        raise sqlite3.DatabaseError("the schema is no text") from error
    except BaseException:
        opened.close()
        raise
    return opened


def _bring_forward(opened: sqlite3.Connection, schema: str, version: int, migrations: Migrations) -> None:
    """Make the tables of a new database, or change those of an older one, in one transaction."""
    found = _version(opened)
    if found == 0:
        opened.execute("PRAGMA journal_mode=WAL")
        steps = [schema]
    elif all(step in migrations for step in range(found, version)):
        steps = [migrations[step] for step in range(found, version)]
    else:
        raise sqlite3.DatabaseError(f"nothing leads from schema version {found} to {version}")
    if found < version:
        opened.executescript(f"BEGIN IMMEDIATE; {'; '.join(steps)}; PRAGMA user_version={version:d}; COMMIT;")


def _refuse_newer(path: Path, found: int, version: int) -> None:
    if found > version:
        raise RefusedError(
            NEWER,
            f"{path} is gemaakt door een nieuwere groeibrief: schemaversie {found}, en deze leest tot {version}. "
            "Installeer die nieuwere, of zet de reservekopie van voor de upgrade terug.",
        )


_keeping = threading.Event()
_of_thread = threading.local()


def keep_connections() -> None:
    """From now on, let each thread of this process keep a connection to each database: for a server.

    To open one takes longer than what most pages read, and the last one to close writes the whole log back.
    """
    _keeping.set()


@contextmanager
def _kept(path: Path, schema: str, version: int, migrations: Migrations) -> Iterator[sqlite3.Connection]:
    """This thread's connection; taken out while it is in use, and not put back after an error."""
    idle: dict[Path, tuple[int, sqlite3.Connection]] = _of_thread.__dict__.setdefault("idle", {})
    inode, opened = idle.pop(path, (0, None))
    # Another file under this name, as after a restore, is another database.
    if opened is None or inode != _inode(path):
        if opened is not None:
            opened.close()
        opened = _connect(path, schema, version, migrations)
        inode = _inode(path)
    try:
        yield opened
    except BaseException:
        opened.close()
        raise
    if path in idle:
        opened.close()
    else:
        idle[path] = (inode, opened)


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _opened(path: Path) -> int:
    with _usable(path):
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)


def _version(opened: sqlite3.Connection) -> int:
    return int(opened.execute("PRAGMA user_version").fetchone()[0])


def kept_for_good(table: str) -> str:
    """The triggers by which what stands in *table* is never changed or removed."""
    return (
        f"CREATE TRIGGER {table}_blijft BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'een regel blijft'); END;\n"
        f"CREATE TRIGGER {table}_verdwijnt_niet BEFORE DELETE ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'een regel blijft'); END;"
    )


@contextmanager
def transaction(opened: sqlite3.Connection) -> Iterator[None]:
    """One transaction that holds the write lock from its start; committed on leaving, rolled back after any error."""
    opened.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # On a full disk SQLite did so by itself.
        if opened.in_transaction:
            opened.execute("ROLLBACK")
        raise
    opened.execute("COMMIT")


@contextmanager
def _passing_faults() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        # An error of the module itself, as over text that is no UTF-8, has no such code.
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING:
            raise _busy() from error
        raise
