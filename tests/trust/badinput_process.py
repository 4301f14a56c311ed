"""A command in a process of its own, forked from one that has imported everything: its time, memory and words."""

from __future__ import annotations

import importlib
import os
import pkgutil
import resource
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

HANG_SECONDS = 5.0
"""Longer than this is a hang, of working or of waiting for something; not of waiting for a turn on the processor."""
PATIENCE_SECONDS = 20.0
"""After so much of either a process is killed."""
MOST_MEGABYTES = 600
"""The bound on resident memory: about 200 are everything that is imported, the rest is for the work itself."""
_ADDRESSES = 8 << 30
_LARGEST_FILE = 400_000_000
_READY = b"Het portaal staat klaar"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended. ``code`` is None when it had to be killed; ``seconds`` of the clock, ``worked`` of the
    processor, ``idle`` of waiting for anything but the processor; ``megabytes`` of memory at most.
    """

    code: int | None
    out: bytes
    err: bytes
    seconds: float
    worked: float
    idle: float
    megabytes: float

    @property
    def hung(self) -> bool:
        """Whether it took too long to refuse, whatever else the machine did; what was accepted is work."""
        return self.code is None or (self.code != 0 and max(self.worked, self.idle) > HANG_SECONDS)


def import_everything() -> None:
    """Import what commands import, so that a fork of this process starts at once.

    The portal is left to who serves it. NumPy, DuckDB and pyarrow begin threads that know of forks; no module of
    groeibrief begins one.
    """
    import groeibrief

    for found in pkgutil.walk_packages(groeibrief.__path__, "groeibrief."):
        if not found.name.startswith(("groeibrief.portal", "groeibrief.engines.spark", "groeibrief.__main__")):
            importlib.import_module(found.name)
    for name in ("pyarrow.parquet", "pypdfium2", "python_calamine", "PIL.PngImagePlugin", "sqlglot.dialects.duckdb"):
        importlib.import_module(name)


def run(words: Sequence[str], folder: Path, environment: Mapping[str, str], stdin: Path | None = None) -> Ended:
    """Run ``groeibrief`` with *words* in *folder*, to its end or until it is out of patience."""
    streams = [os.memfd_create(name) for name in ("out", "err")]
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _become(words, folder, environment, stdin, streams)
    try:
        status, used, queued = _wait(pid, streams[0] if "serve" in words[:1] else None)
        seconds = time.monotonic() - started
        out, err = (_content(stream) for stream in streams)
    finally:
        for stream in streams:
            os.close(stream)
    code = os.waitstatus_to_exitcode(status)
    worked = used.ru_utime + used.ru_stime
    return Ended(
        code=None if code == -signal.SIGKILL else code,
        out=out,
        err=err,
        seconds=seconds,
        worked=worked,
        idle=max(0.0, seconds - worked - queued),
        megabytes=used.ru_maxrss / 1024,
    )


def _wait(pid: int, server_says: int | None) -> tuple[int, Any, float]:
    """Wait for the process; a server is asked to stop once it serves, which is the right answer to good input.

    Returns its status, what it used, and how many seconds it stood in the queue for the processor.
    """
    started, pause, queued = time.monotonic(), 0.002, 0.0
    while True:
        ran, queued = _turns(pid, queued)
        ended, status, used = os.wait4(pid, os.WNOHANG)
        if ended:
            return status, used, queued
        if max(ran, time.monotonic() - started - ran - queued) > PATIENCE_SECONDS:
            os.killpg(pid, signal.SIGKILL)
            _, status, used = os.wait4(pid, 0)
            return status, used, queued
        if server_says is not None and _READY in _content(server_says):
            time.sleep(0.1)
            os.kill(pid, signal.SIGTERM)
            server_says = None
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)


def _turns(pid: int, queued: float) -> tuple[float, float]:
    """Seconds that a process ran, and those that it stood in the queue (at least *queued*, once it is gone)."""
    try:
        ran, waited, _ = Path(f"/proc/{pid}/schedstat").read_text().split()
    except (OSError, ValueError):
        return 0.0, queued
    return int(ran) / 1e9, max(queued, int(waited) / 1e9)


def _content(descriptor: int) -> bytes:
    os.lseek(descriptor, 0, os.SEEK_SET)
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, min(size, 5_000_000), 0)


def _become(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], stdin: Path | None, streams: Sequence[int]
) -> None:
    """Be the command; never returns."""
    code = 1
    try:
        os.setsid()
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
        resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        os.dup2(os.open(stdin or os.devnull, os.O_RDONLY), 0)
        for number, stream in enumerate(streams, 1):
            os.dup2(stream, number)
        sys.stdin, sys.stdout, sys.stderr = open(0), _text(1), _text(2)  # noqa: SIM115 - they end with the process
        sys.argv = ["groeibrief", *words]
        from groeibrief.cli import main

        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        for written in (sys.stdout, sys.stderr):
            written.flush()
        os._exit(code)


def _text(descriptor: int) -> IO[str]:
    return open(descriptor, "w", encoding="utf-8", errors="strict", closefd=False)
