"""What is inside a seal: a tar of flat, regular files, always written the same, and read back without trust.

The archive is plain ustar, so ``tar -xf`` opens it. Reading accepts only the very bytes that writing gives for a name
and a size: links, devices, paths, other owners or modes, extensions and repeated names do not exist here.
"""

from __future__ import annotations

import hashlib
import os
import re
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from groeibrief.errors import RefusedError

MAX_FILES = 10_000
_BLOCK = tarfile.BLOCKSIZE
_RECORD = tarfile.RECORDSIZE
_CHUNK = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,98}")
# 1 January 2000: GNU tar warns about files from 1970.
_MTIME = 946_684_800


@dataclass(frozen=True, slots=True)
class Member:
    """A file to put in: its content, or where it lies; size in bytes."""

    name: str
    size: int
    sha256: str
    source: Path | bytes


def bytes_member(name: str, data: bytes) -> Member:
    """A member with its content at hand."""
    return Member(name, len(data), hashlib.sha256(data).hexdigest(), data)


def header(name: str, size: int) -> bytes:
    """The 512 bytes before a file."""
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, _MTIME, 0o600
    return info.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")


class ArchiveReader:
    """The archive as a stream to read from, sorted by name; holds one block of a file in memory at a time.

    ``read`` raises RefusedError (E555) when a file is not what it was when its checksum was taken.
    """

    def __init__(self, members: Sequence[Member]) -> None:
        self._blocks = _archive(sorted(members, key=lambda member: member.name))
        self._rest = memoryview(b"")

    def read(self, size: int) -> bytes:
        """Return up to *size* bytes, none at the end."""
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return b""
            self._rest = memoryview(block)
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)


def _archive(members: Sequence[Member]) -> Iterator[bytes]:
    written = 0
    for member in members:
        yield header(member.name, member.size)
        yield from _content(member)
        padding = -member.size % _BLOCK
        yield bytes(padding)
        written += _BLOCK + member.size + padding
    end = 2 * _BLOCK
    yield bytes(end + -(written + end) % _RECORD)


def _content(member: Member) -> Iterator[bytes]:
    if isinstance(member.source, bytes):
        yield member.source
        return
    digest, size = hashlib.sha256(), 0
    with member.source.open("rb") as stream:
        while block := stream.read(_CHUNK):
            digest.update(block)
            size += len(block)
            if size > member.size:
                break
            yield block
    if size != member.size or digest.hexdigest() != member.sha256:
        raise RefusedError(
            "E555",
            f"{member.name} veranderde terwijl het pakket gemaakt werd. Maak de brieven opnieuw en begin opnieuw.",
        )


class ArchiveWriter:
    """Takes the archive in pieces of any size and puts its files into a folder, each readable by its owner only.

    Afterwards ``checksums`` has the SHA-256 of each file. Raises RefusedError (E546) on anything but such an archive.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._block = bytearray()
        self._file: IO[bytes] | None = None
        self._digest = hashlib.sha256()
        self._name = ""
        self._left = self._padding = self._zero_blocks = 0
        self.checksums: dict[str, str] = {}

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        rest = memoryview(data)
        while rest:
            if self._left:
                taken = min(self._left, len(rest))
                self._store(rest[:taken])
            elif self._padding:
                taken = min(self._padding, len(rest))
                if any(rest[:taken]):
                    raise _not_ours("na een bestand staat meer dan er hoort")
                self._padding -= taken
            else:
                taken = min(_BLOCK - len(self._block), len(rest))
                self._block += rest[:taken]
                if len(self._block) == _BLOCK:
                    self._start(bytes(self._block))
                    self._block.clear()
            rest = rest[taken:]
        return len(data)

    def finish(self) -> None:
        """Check that the archive came to its end."""
        self.close()
        if self._left or self._padding or self._block or self._zero_blocks < 2:
            raise _not_ours("het einde ontbreekt")

    def close(self) -> None:
        """Close the file at hand, if any."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _start(self, block: bytes) -> None:
        if not any(block):
            self._zero_blocks += 1
            return
        if self._zero_blocks:
            raise _not_ours("er staat iets na het einde")
        name, size = _parse(block)
        if name <= self._name:
            raise _not_ours("de bestanden staan niet in volgorde")
        if len(self.checksums) == MAX_FILES:
            raise _not_ours(f"er zitten meer dan {MAX_FILES} bestanden in")
        descriptor = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._name, self._left, self._padding = name, size, -size % _BLOCK
        self._digest = hashlib.sha256()
        if size == 0:
            self._end()

    def _store(self, data: memoryview) -> None:
        assert self._file is not None, "content follows a header"
        self._file.write(data)
        self._digest.update(data)
        self._left -= len(data)
        if self._left == 0:
            self._end()

    def _end(self) -> None:
        self.close()
        self.checksums[self._name] = self._digest.hexdigest()


def _parse(block: bytes) -> tuple[str, int]:
    try:
        name = block[:100].rstrip(b"\0").decode("ascii")
        size = int(block[124:135].decode("ascii"), 8)
    except ValueError as error:
        raise _not_ours("een bestand heeft geen geldige naam of grootte") from error
    if not _NAME.fullmatch(name) or size < 0 or header(name, size) != block:
        raise _not_ours("er zit iets anders in dan gewone bestanden zonder map")
    return name, size


def _not_ours(why: str) -> RefusedError:
    return RefusedError(
        "E546", f"De verzegelde inhoud is geen pakket van groeibrief: {why}. Druk niets en verwittig VUTG."
    )
