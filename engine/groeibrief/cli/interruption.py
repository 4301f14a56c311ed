"""Ctrl-C, and the other ways of asking a process to stop: it cleans up, says so, and exits with 130."""

from __future__ import annotations

import signal
import sys
import time
from types import FrameType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sys import UnraisableHookArgs

EXIT_CODE = 130
# Cleaning up is not interrupted by someone who presses twice; a process that still runs later can be asked again.
_PATIENCE_SECONDS = 5.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AGAIN_SECONDS = 0.02


class Interruption:
    """Turns signals into KeyboardInterrupt, so that everything that is half made is removed on the way out.

    ``asked``: whether someone asked to stop. It stays true: a library may turn the interruption into an error of its
    own.
    """

    def __init__(self) -> None:
        self.asked = False
        self._deaf_until = 0.0

    def watch(self) -> None:
        """Listen from now on, except to what is ignored already (``nohup``)."""
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._ask)
        signal.signal(signal.SIGALRM, self._ask)
        sys.unraisablehook = self._swallowed

    def over(self) -> None:
        """Stop listening: what is left is leaving."""
        for number in (*_SIGNALS, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if now >= self._deaf_until:
            self.asked, self._deaf_until = True, now + _PATIENCE_SECONDS
            raise KeyboardInterrupt

    def _swallowed(self, what: UnraisableHookArgs) -> None:
        """Ask again a moment later, when the interruption came where Python lets no error out (a callback)."""
        if issubclass(what.exc_type, KeyboardInterrupt):
            self._deaf_until = 0.0
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
        else:
            sys.__unraisablehook__(what)
