"""The command line: argument parsing and printing; no rules. Commands are imported when they are called."""

from __future__ import annotations

import os
import resource
import sys

from groeibrief.cli.interruption import EXIT_CODE, Interruption

# The typing module takes longer to import than all of this file, and Ctrl-C is only quiet after it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, TextIO

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command line and exit with the code that CLI.md documents."""
    interruption = Interruption()
    interruption.watch()
    _leave_no_memory_behind()
    # A process that is started without them has none.
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    try:
        # Imported here, so that Ctrl-C during the imports ends as quietly as afterwards.
        from groeibrief.cli.entry import run

        code = run(sys.argv[1:], interruption)
    except KeyboardInterrupt:
        code = EXIT_CODE
    interruption.over()
    _close_streams()
    sys.exit(code)


def _leave_no_memory_behind() -> None:
    """A process that crashes leaves no image of its memory, which holds names and keys; nor do those that it starts.

    The limit is for a file; the filter, where there is one, empties what the system pipes to a collector of its own.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        descriptor = os.open("/proc/self/coredump_filter", os.O_WRONLY)
    except OSError:
        return
    os.write(descriptor, b"0")
    os.close(descriptor)


def _nowhere() -> TextIO:
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def _close_streams() -> None:
    """Write out what is left; a stream that does not take it is let go, since its error was told or has no ear."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
