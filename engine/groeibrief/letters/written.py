"""A PDF file on disk: complete and as it was meant, or not there."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from groeibrief.artefacts import new_file
from groeibrief.errors import TryAgainError


def written(path: Path, write: Callable[[IO[bytes]], str]) -> tuple[str, int]:
    """Let *write* fill a new private file and say its SHA-256; return that and the file's size in bytes.

    Raises TryAgainError (E618) when what stands on disk is not what was written, or E624 when the disk is full;
    UsageError (E210) when *path* exists.
    """
    try:
        with new_file(path) as stream:
            digest = write(stream)
            stream.flush()
            os.fsync(stream.fileno())
            size = os.fstat(stream.fileno()).st_size
            if _digest_of(stream.fileno(), size) != digest:
                raise TryAgainError(
                    "E618", "Het bestand op schijf is niet wat geschreven werd. Kijk de schijf na en herbegin."
                )
            return digest, size
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise TryAgainError("E624", "De schijf is vol: er is niets bewaard. Maak plaats en herbegin.") from error


def _digest_of(descriptor: int, size: int) -> str:
    digest = hashlib.sha256()
    position = 0
    while position < size:
        data = os.pread(descriptor, min(1 << 20, size - position), position)
        if not data:
            break
        digest.update(data)
        position += len(data)
    return digest.hexdigest()
