"""Looking at processes while they run: their arguments, their environment, the limits on what they may leave behind."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_EVERY_SECONDS = 0.01
_PATIENCE = 180


@dataclass
class Seen:
    """What one run showed: its streams, and of it and its children arguments and environment, and files on the way."""

    words: tuple[str, ...]
    code: int = 0
    out: bytes = b""
    err: bytes = b""
    arguments: set[bytes] = field(default_factory=set)
    environment: set[bytes] = field(default_factory=set)
    cores: set[str] = field(default_factory=set)
    open_to_others: set[str] = field(default_factory=set)


def watched(words: Sequence[str], folder: Path, environment: Mapping[str, str], *, temporary: Path) -> Seen:
    """Run *words* in *folder* and look at it, and at the folder for what is *temporary*, all the while."""
    seen = Seen(tuple(words))
    process = subprocess.Popen(
        words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    done = threading.Event()
    looking = threading.Thread(target=_look, args=(process.pid, seen, done, temporary))
    looking.start()
    try:
        seen.out, seen.err = process.communicate(timeout=_PATIENCE)
    finally:
        done.set()
        looking.join()
        if process.poll() is None:
            process.kill()
    seen.code = process.returncode
    return seen


def _look(group: int, seen: Seen, done: threading.Event, temporary: Path) -> None:
    known: set[int] = set()
    while not done.is_set():
        for process in Path("/proc").iterdir():
            if process.name.isdigit() and (int(process.name) in known or _in_group(int(process.name), group)):
                known.add(int(process.name))
                _note(process, seen)
        # A folder that is closed closes what is in it.
        seen.open_to_others.update(path.name for path in temporary.iterdir() if _open_to_others(path))
        time.sleep(_EVERY_SECONDS)


def _open_to_others(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & 0o077)
    except OSError:
        return False


def _in_group(pid: int, group: int) -> bool:
    try:
        return os.getpgid(pid) == group
    except OSError:
        return False


def _note(process: Path, seen: Seen) -> None:
    try:
        seen.arguments.add((process / "cmdline").read_bytes())
        seen.environment.add((process / "environ").read_bytes())
        limits = (process / "limits").read_text()
        core = next(line.split()[4] for line in limits.splitlines() if line.startswith("Max core file size"))
        seen.cores.add(core)
    except (OSError, StopIteration):
        return
