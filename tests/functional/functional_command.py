"""Running the command line as a real process, and what holds for every run of it."""

from __future__ import annotations

import ctypes
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(sys.executable).with_name("groeibrief")
REPOSITORY = Path(__file__).parents[2]
STANDARD = REPOSITORY / "rules" / "standaard"
AUDIENCE = STANDARD / "sociale-toeslag.yaml"
CITIES = ("11002", "44021", "24062", "46021")
BOUND = (*(word for nis in CITIES for word in ("--gemeente", nis)), "--peildatum", "2025-11-01")
EXIT_CODES = {0, 2, 3, 4, 5, 6, 75, 130}

# Every person and street of the canary snapshot is called so; no output may ever sing.
CANARIES = ("kanarie", "77777777777")
_TRACE = re.compile(r"Traceback|Exception ignored|File \".*\", line \d+", re.IGNORECASE)
_ERROR_LINE = re.compile(r"Fout E\d{3}: .*\.|Fout E\d{3}: .*\?", re.DOTALL)
_DROP_FROM_BOUNDING_SET = 24
_RIGHTS_OF_ROOT = (1, 2)
"""``CAP_DAC_OVERRIDE`` and ``CAP_DAC_READ_SEARCH``: what lets root read and write everything."""


def obey_permissions() -> None:
    """For ``preexec_fn``: give up root's right to pass over permissions; for anyone else, nothing changes."""
    if os.geteuid() == 0:
        library = ctypes.CDLL(None, use_errno=True)
        for capability in _RIGHTS_OF_ROOT:
            assert library.prctl(_DROP_FROM_BOUNDING_SET, capability, 0, 0, 0) == 0


def at_most(size: int) -> Callable[[], None]:
    """For ``preexec_fn``: no file may grow over *size* bytes.

    What a full disk does, without root and without a disk: the write fails half-way (EFBIG for ENOSPC).
    """

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@dataclass(frozen=True)
class Outcome:
    """What a run left: exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> tuple[str, int]:
        """Code and exit of the error on stdout."""
        fault = self.json["fout"]
        return fault["code"], fault["exit"]


class Command:
    """Runs groeibrief in *home*, with its own state folder and nothing of the user's settings."""

    def __init__(self, home: Path, compiled: Path) -> None:
        self.home = home
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GROEIBRIEF_", "PYTHON", "LC_", "LANG", "COV"))
        }
        self.environment = {
            **kept,
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "GROEIBRIEF_STATE": str(home / "staat"),
            "PYTHONPYCACHEPREFIX": str(compiled),
            "PYTHONWARNINGS": "ignore::DeprecationWarning",
        }

    def __call__(self, *words: object, **more: Any) -> Outcome:
        """Run to the end. *more*: ``cwd``, ``environment``, ``preexec``."""
        process = self.start(*words, **more)
        out, err = process.communicate(timeout=120)
        return self.judged([str(word) for word in words], process.returncode, out, err)

    def start(
        self,
        *words: object,
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
        preexec: Callable[[], None] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start and do not wait. The process leads a group, so that a signal can reach its children too."""
        return subprocess.Popen(
            [PROGRAM, *map(str, words)],
            cwd=cwd or self.home,
            # Python itself leaves half a compiled module behind where a file cannot grow, and stumbles over it later.
            env={**self.environment, **({"PYTHONDONTWRITEBYTECODE": "1"} if preexec else {}), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=preexec,
            start_new_session=True,
        )

    @staticmethod
    def judged(words: list[str], code: int, out: bytes, err: bytes) -> Outcome:
        """What holds for every run, whatever went wrong in it."""
        result = Outcome(code, out.decode(), err.decode())
        said = result.out + result.err
        assert code in EXIT_CODES, f"{words} exits with {code}: {said}"
        assert not _TRACE.search(said), said
        assert not [canary for canary in CANARIES if canary in said.casefold()], said
        if "--json" in words and "--help" not in words:
            answer = result.json
            assert isinstance(answer, dict)
            if "fout" in answer:
                assert answer["fout"]["exit"] == code
                assert answer["fout"]["meldingen"]
            else:
                assert code == 0 or answer["geldig"] is False
            assert result.err.strip() == "", "errors stand on stdout with --json, and progress on a terminal only"
        elif code in (0, 130):
            assert code == 130 or result.err == ""
        elif not result.out:
            assert result.err.startswith("Gebruik: ") or _ERROR_LINE.fullmatch(result.err.strip()), result.err
        return result

    def interrupted(self, *words: object, when: Callable[[], bool], number: int = signal.SIGINT) -> Outcome:
        """Run until *when*, then send the signal to the whole group, as a terminal does."""
        process = self.start(*words)
        for _ in until(lambda: listens(process.pid)):
            pass
        for _ in until(when):
            if process.poll() is not None:
                break
        if process.poll() is None:
            os.killpg(process.pid, number)
        out, err = process.communicate(timeout=60)
        if number == signal.SIGKILL:
            return Outcome(process.returncode, out.decode(), err.decode())
        return self.judged([str(word) for word in words], process.returncode, out, err)


def listens(pid: int) -> bool:
    """Whether the process catches SIGTERM: before that it is Python that starts, and shows what Python shows."""
    told = Path(f"/proc/{pid}/status").read_text()
    caught = next((int(line.split()[1], 16) for line in told.splitlines() if line.startswith("SigCgt")), ~0)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def until(when: Callable[[], bool], seconds: float = 30.0) -> Iterator[None]:
    """Wait, looking twenty times as often as anything takes."""
    end = time.monotonic() + seconds
    while not when():
        assert time.monotonic() < end, "it never came so far"
        yield
        time.sleep(0.002)


def half_made(folder: Path) -> list[str]:
    """What a run left that has no final name."""
    return sorted(path.name for path in folder.rglob("*.deel")) + sorted(path.name for path in folder.rglob(".werk"))


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
