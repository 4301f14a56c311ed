"""Ctrl-C, and the other ways of asking a process to stop: it cleans up, says so, and exits with 130."""

from __future__ import annotations

import signal
import time
from types import FrameType

EXIT_CODE = 130
# Cleaning up is not interrupted by someone who presses twice; a process that still runs later can be asked again.
_PATIENCE_SECONDS = 5.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Turns signals into KeyboardInterrupt, so that everything that is half made is removed on the way out.

    ``asked`` stays true: a library may turn the interruption into an error of its own.
    """

    def __init__(self) -> None:
        self._last: float | None = None

    @property
    def asked(self) -> bool:
        """Whether someone asked to stop."""
        return self._last is not None

    def watch(self) -> None:
        """Listen from now on, except to what is ignored already (``nohup``)."""
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._ask)

    def over(self) -> None:
        """Stop listening: what is left is leaving."""
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._last is None or now - self._last > _PATIENCE_SECONDS:
            self._last = now
            raise KeyboardInterrupt
