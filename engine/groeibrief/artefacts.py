"""How anything is written: temporary name, fsync, rename; and how anything is hashed: canonical JSON, SHA-256.

A reader never sees half a file, and an existing one is never replaced unless that is asked for.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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

    After any error, Ctrl-C included, nothing is left. ``replace=False`` refuses an existing *path* (exit 2, E210).
    """
    if not replace and path.exists():
        raise UsageError("E210", f"{path} bestaat al. Kies een andere naam of verwijder het bestand eerst.")
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".deel", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        temporary.rename(path)
        sync_directory(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def new_directory(path: Path) -> Iterator[Path]:
    """Yield a temporary private directory beside *path*; on leaving, fsync its content and give it its name.

    After any error, Ctrl-C included, nothing is left. An existing *path* is refused (exit 2, E210), unless it is an
    empty directory, which is replaced.
    """
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise UsageError("E210", f"{path} bestaat al. Kies een andere map of verwijder ze eerst.")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".deel", dir=path.parent))
    try:
        yield temporary
        for folder, _, names in os.walk(temporary):
            for name in names:
                with (Path(folder) / name).open("rb") as stream:
                    os.fsync(stream.fileno())
            sync_directory(Path(folder))
        temporary.rename(path)
        sync_directory(path.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
