"""How anything is written: temporary name, fsync, rename; and how anything is hashed: canonical JSON, SHA-256.

A reader never sees half a file, and an existing one is never replaced unless that is asked for.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from groeibrief.errors import UsageError

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700


def canonical_json(value: Any) -> bytes:
    """Encode *value* as canonical JSON: UTF-8, sorted keys, no spaces (SNAPSHOT.md). NaN is an error."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sha256_bytes(data: bytes) -> str:
    """The SHA-256 of *data*, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def new_file(path: Path, *, mode: int = PRIVATE_FILE, replace: bool = False) -> Iterator[IO[bytes]]:
    """Open a temporary file beside *path* for writing; on leaving, fsync it and give it its name.

    After any error, Ctrl-C included, nothing is left; what a killed process left is removed by the next one.
    ``replace=False`` refuses an existing *path* (exit 2, E210).
    """
    if not replace and path.exists():
        raise _file_exists(path)
    temporary = _temporary(path)
    try:
        with _beginning(path):
            # Readable as well: a letter file is read back before it gets its name.
            descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, PRIVATE_FILE)
            _hold(descriptor)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
            if replace:
                temporary.rename(path)
            else:
                _name(temporary, path)
        sync_directory(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _file_exists(path: Path) -> UsageError:
    return UsageError("E210", f"{path} bestaat al. Kies een andere naam of verwijder het bestand eerst.")


def _name(temporary: Path, path: Path) -> None:
    """Give a file its name, unless another run took it meanwhile: a rename would replace what that one wrote.

    Not by a link, which is there twice until the temporary name is gone: a process that is killed in between would
    leave a second name of a key, of which erasure knows nothing.
    """
    with _beginning(path):
        if path.exists() or path.is_symlink():
            raise _file_exists(path)
        temporary.rename(path)


def refuse_existing(path: Path) -> None:
    """Refuse a path for a new directory (exit 2, E210) where something lies already, unless an empty directory."""
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise UsageError("E210", f"{path} bestaat al. Kies een andere map of verwijder ze eerst.")


@contextmanager
def new_directory(path: Path) -> Iterator[Path]:
    """Yield a temporary private directory beside *path*; on leaving, fsync its content and give it its name.

    After any error, Ctrl-C included, nothing is left; what a killed process left is removed by the next one. An
    existing *path* is refused (exit 2, E210), unless it is an empty directory, which is replaced.
    """
    refuse_existing(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(path)
    descriptor = None
    try:
        with _beginning(path):
            temporary.mkdir(PRIVATE_DIRECTORY)
            descriptor = os.open(temporary, os.O_RDONLY)
            _hold(descriptor)
        yield temporary
        for folder, _, names in os.walk(temporary):
            for name in names:
                with (Path(folder) / name).open("rb") as stream:
                    os.fsync(stream.fileno())
            sync_directory(Path(folder))
        try:
            temporary.rename(path)
        except OSError:
            # Another run took the name meanwhile.
            refuse_existing(path)
            raise
        sync_directory(path.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    finally:
        if descriptor is not None:
            os.close(descriptor)


@contextmanager
def scratch_directory(path: Path) -> Iterator[Path]:
    """Yield a private directory beside *path*, for what is needed on the way to it; nothing is left of it.

    What a killed process left is removed by the next one that makes *path*.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _temporary(path)
    descriptor = None
    try:
        with _beginning(path):
            temporary.mkdir(PRIVATE_DIRECTORY)
            descriptor = os.open(temporary, os.O_RDONLY)
            _hold(descriptor)
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)


@contextmanager
def working_directory() -> Iterator[Path]:
    """Yield a private directory where the system keeps what is temporary (``TMPDIR``), for names and addresses too.

    Nothing is left of it; what a killed process left there is removed by the next one, whatever that does.
    """
    import tempfile

    with scratch_directory(Path(tempfile.gettempdir()) / "groeibrief") as folder:
        yield folder


# Who works on a temporary file or directory holds a lock on it, which the system lets go of when the process dies: what
# nobody holds was left by a killed process, and may be full of names and addresses.
_SUFFIX = ".deel"


def _prefix(path: Path) -> str:
    return f".{path.name}."


def _temporary(path: Path) -> Path:
    """A name that nobody has. It is known before anything is made, so that Ctrl-C in between leaves nothing either."""
    return path.with_name(f"{_prefix(path)}{os.urandom(4).hex()}{_SUFFIX}")


def _hold(descriptor: int) -> None:
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def _beginning(path: Path) -> Iterator[None]:
    """Remove what killed processes left of *path*, and let nobody else begin meanwhile.

    Not inside a temporary directory, which is new, and held already. A file system without such locks keeps what was
    left.
    """
    if path.parent.name.endswith(_SUFFIX):
        yield
        return
    try:
        parent = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        yield
        return
    try:
        with suppress(OSError):
            fcntl.flock(parent, fcntl.LOCK_EX)
            for entry in os.scandir(path.parent):
                if entry.name.startswith(_prefix(path)) and entry.name.endswith(_SUFFIX):
                    _remove_abandoned(Path(entry.path))
        yield
    finally:
        os.close(parent)


def _remove_abandoned(leftover: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(leftover, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if leftover.is_dir():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()
        finally:
            os.close(descriptor)
