"""A process in which a fault happens: killed at its n-th durable step or after a while, its clock turned, no room left.

Forked from one that has imported everything. A durable step is whatever changes what a next process finds: a file that
is opened for writing, synced, named or removed, a directory that is made, a commit of SQLite. They are seen from
outside, by an audit hook in the child; the program knows nothing of it.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import re
import resource
import signal
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import IO, Any

HERE = Path(__file__).parent
for _folder in ("functional", "unit/snapshot", "unit/portal"):
    sys.path.append(str(HERE.parent / _folder))

import badinput_process  # noqa: E402 - the folders above come first

__all__ = ["Ended", "Fault", "command", "import_everything", "run", "start"]

PATIENCE_SECONDS = 120.0
_NAMES = frozenset({"os.rename", "os.link", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.symlink"})
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_PASSING = re.compile(r"^/(dev|proc)/|\.(grendel|slot)$|/sloten/")
"""Locks, which hold nothing, and what is no file."""
_RANDOM = re.compile(r"[0-9a-f]{8,}")

Body = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong. ``step``: killed before this durable step, from 1; ``seconds``: killed after so long; ``clock``:
    how far the clock is off; ``file_bytes``: no file grows beyond; ``obedient``: root's rights are given up.
    """

    step: int | None = None
    seconds: float | None = None
    clock: timedelta = timedelta()
    file_bytes: int | None = None
    obedient: bool = False


NONE = Fault()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: exit code (minus the signal), what it said, its durable steps, its seconds."""

    code: int
    out: str
    err: str
    steps: tuple[str, ...]
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether the fault was a kill, and came before the end."""
        return self.code == -signal.SIGKILL


def command(words: Sequence[object]) -> Body:
    """The body of a process that is ``groeibrief`` with *words*."""

    def body() -> int:
        from groeibrief.cli import main

        sys.argv = ["groeibrief", *map(str, words)]
        try:
            main()
        except SystemExit as ended:
            return ended.code if isinstance(ended.code, int) else 1

    return body


def import_everything() -> None:
    """As for bad input, and the portal with what uses it."""
    badinput_process.import_everything()
    for name in ("groeibrief.portal.application", "groeibrief.portal.demo", "portal_world", "starlette.testclient"):
        importlib.import_module(name)


class Running:
    """A process that was started. ``wait`` for it once."""

    def __init__(self, pid: int, streams: Sequence[int], fault: Fault) -> None:
        self.pid, self._streams, self._fault = pid, streams, fault
        self._began = time.monotonic()

    def wait(self) -> Ended:
        """Wait to the end, or kill it when its time is over. A process that hangs is killed, and that is an error."""
        pause, waited, last = 0.0005, 0.0, self._began
        while not (ended := os.waitpid(self.pid, os.WNOHANG))[0]:
            now = time.monotonic()
            # Who was paused did not wait.
            waited, last = waited + min(now - last, 0.1), now
            due = self._fault.seconds is not None and now - self._began >= self._fault.seconds
            if due or waited >= PATIENCE_SECONDS:
                os.killpg(self.pid, signal.SIGKILL)
                ended = os.waitpid(self.pid, 0)
                assert due, "it hangs"
                break
            time.sleep(pause)
            pause = min(pause * 1.2, 0.01)
        seconds = time.monotonic() - self._began
        out, err, steps = (_content(stream) for stream in self._streams)
        for stream in self._streams:
            os.close(stream)
        return Ended(os.waitstatus_to_exitcode(ended[1]), out, err, tuple(steps.splitlines()), seconds)


def run(body: Body, home: Path, environment: Mapping[str, str], fault: Fault = NONE) -> Ended:
    """Run *body* in *home* as a process of its own, with a *fault*."""
    return start(body, home, environment, fault).wait()


def start(body: Body, home: Path, environment: Mapping[str, str], fault: Fault = NONE) -> Running:
    """As :func:`run`, without waiting."""
    streams = [os.memfd_create(name) for name in ("out", "err", "steps")]
    ready, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        _become(body, home, environment, fault, streams, told)
    os.close(told)
    # The child leads a group before anything can be asked to kill it.
    os.read(ready, 1)
    os.close(ready)
    return Running(pid, streams, fault)


def _content(descriptor: int) -> str:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode("utf-8", "replace")


def _become(
    body: Body, home: Path, environment: Mapping[str, str], fault: Fault, streams: Sequence[int], told: int
) -> None:
    """Be the process; never returns."""
    code = 1
    try:
        os.setsid()
        os.chdir(home)
        os.environ.clear()
        os.environ.update(environment)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(streams[0], 1)
        os.dup2(streams[1], 2)
        sys.stdin, sys.stdout, sys.stderr = open(0), _text(1), _text(2)  # noqa: SIM115 - they end with the process
        if fault.file_bytes is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (fault.file_bytes, resource.RLIM_INFINITY))
        if fault.obedient:
            _obey_permissions()
        if fault.clock:
            _turn_clock(fault.clock)
        if fault.file_bytes is None:
            _Steps(streams[2], fault.step).watch()
        os.write(told, b".")
        code = body()
    except BaseException:
        traceback.print_exc(file=sys.stderr)
    finally:
        for written in (sys.stdout, sys.stderr):
            written.flush()
        os._exit(code)


_CAPABILITIES_VERSION = 0x20080522
_RIGHTS_OF_ROOT = 1 << 1 | 1 << 2
"""``CAP_DAC_OVERRIDE`` and ``CAP_DAC_READ_SEARCH``: what lets root read and write everything."""


def _obey_permissions() -> None:
    """Give up root's right to pass over permissions at once; the bounding set would only do so for a next program."""
    library = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    held = (ctypes.c_uint32 * 6)()
    if library.capget(header, held) == 0:
        held[0] &= ~_RIGHTS_OF_ROOT
        held[1] &= ~_RIGHTS_OF_ROOT
        if library.capset(header, held) != 0:
            raise OSError(ctypes.get_errno(), "capset")


def _text(descriptor: int) -> IO[str]:
    return open(descriptor, "w", encoding="utf-8", errors="strict", closefd=False)


class _Steps:
    """The durable steps of this process, told to a descriptor; before the *last* one it is killed."""

    def __init__(self, told: int, last: int | None) -> None:
        self._told, self._last, self._count = told, last, 0

    def watch(self) -> None:
        """Watch from now on."""
        sync, connect = os.fsync, sqlite3.connect

        def fsync(descriptor: int) -> None:
            self._before("fsync", Path(f"/proc/self/fd/{descriptor}").readlink())
            sync(descriptor)

        def connected(*given: Any, **more: Any) -> sqlite3.Connection:
            opened: sqlite3.Connection = connect(*given, **more)
            opened.set_trace_callback(self._stated)
            return opened

        vars(os)["fsync"], vars(sqlite3)["connect"] = fsync, connected
        sys.addaudithook(self._audited)

    def _audited(self, event: str, given: tuple[Any, ...]) -> None:
        if event in _NAMES:
            self._before(event, given[1] if event in ("os.rename", "os.link") else given[0])
        elif event == "open" and isinstance(given[0], str) and given[2] & _WRITING and not _PASSING.search(given[0]):
            self._before("open", given[0])

    def _stated(self, statement: str) -> None:
        if statement.strip().upper().startswith("COMMIT"):
            self._before("commit", "")

    def _before(self, what: str, where: object) -> None:
        self._count += 1
        name = _RANDOM.sub("#", Path(os.fsdecode(where)).name if isinstance(where, str | bytes | Path) else "")
        os.write(self._told, f"{what} {name}\n".encode())
        if self._count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def _turn_clock(by: timedelta) -> None:
    """Let what groeibrief takes for the moment be off by so much."""

    class Turned(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Turned:
            moment = datetime.now(tz) + by
            return cls.fromtimestamp(moment.timestamp(), tz)

    for name, module in list(sys.modules.items()):
        if name.startswith("groeibrief.") and getattr(module, "datetime", None) is datetime:
            module.datetime = Turned  # type: ignore[attr-defined]
