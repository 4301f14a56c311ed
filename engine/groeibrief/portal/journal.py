"""What an operator has to know: who came in, who was refused, what went wrong. One line of JSON each, on stderr.

Accounts, roles, codes and places in the code; no name, no address on the internet, no number of a request, nothing that
someone typed. Where a line came from is a mark that is the same for one visitor while this process runs, and says
nothing afterwards.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from starlette.requests import HTTPConnection

_HOME = Path(__file__).parents[1]
_FRAMES = 6
_OFTEN = 60.0
"""Seconds in which the same refusal of the same visitor is told once: a flood is not to fill the disk."""
_MOST_REMEMBERED = 10_000


def to_stderr(line: str) -> None:
    """Write a line where a service manager keeps it."""
    print(line, file=sys.stderr, flush=True)


class Journal:
    """The journal of one process. *write* takes a line, *clock* gives seconds. Safe over threads."""

    def __init__(self, write: Callable[[str], None] = to_stderr, clock: Callable[[], float] = time.monotonic) -> None:
        self._write, self._clock = write, clock
        self._key = secrets.token_bytes(32)
        self._told: dict[tuple[str, ...], float] = {}
        self._lock = Lock()

    def signed_in(self, request: HTTPConnection, account: str, role: str) -> None:
        """Someone came in."""
        self._note("aangemeld", request, account=account, rol=role)

    def signed_out(self, request: HTTPConnection, account: str) -> None:
        """Someone left."""
        self._note("afgemeld", request, account=account)

    def refused(self, request: HTTPConnection, why: str, account: str = "") -> None:
        """Something was refused: *why* is an error's code or a word of the code."""
        key = (why, account, self._mark(request))
        with self._lock:
            now = self._clock()
            if len(self._told) > _MOST_REMEMBERED:
                self._told = {each: when for each, when in self._told.items() if now - when < _OFTEN}
            if now - self._told.get(key, -_OFTEN) < _OFTEN:
                return
            self._told[key] = now
        self._note("geweigerd", request, waarom=why, **({"account": account} if account else {}))

    def failed(self, request: HTTPConnection, error: Exception) -> str:
        """Something went wrong that nobody foresaw; returns the mark that its visitor is shown.

        The kind of error and the places in our code; not its words, which could hold data.
        """
        mark = secrets.token_hex(4)
        self._note("fout", request, kenmerk=mark, soort=type(error).__name__, plaats=_places(error))
        return mark

    def _note(self, what: str, request: HTTPConnection, **more: object) -> None:
        when = datetime.now(UTC).isoformat(timespec="milliseconds")
        told = {"wanneer": when, "wat": what, "bezoeker": self._mark(request), **more}
        self._write(json.dumps(told, ensure_ascii=True, separators=(",", ":")))

    def _mark(self, request: HTTPConnection) -> str:
        host = request.client.host if request.client else ""
        return hmac.new(self._key, host.encode(), hashlib.sha256).hexdigest()[:8]


def _places(error: Exception) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [
        f"{Path(frame.filename).relative_to(_HOME)}:{frame.lineno}"
        for frame in frames
        if Path(frame.filename).is_relative_to(_HOME)
    ][-_FRAMES:]
