"""``launcher.py REPORT COMMAND…``: run a command, and write its seconds, highest memory and exit code to REPORT.

A process of its own because Linux counts the memory of the process that starts another as the other's: this one is
small.
"""

import os
import sys
import time

report, *command = sys.argv[1:]
start = time.perf_counter()
child = os.posix_spawn(command[0], command, os.environ)
_, status, usage = os.wait4(child, 0)
seconds = time.perf_counter() - start
with open(report, "w") as stream:  # noqa: PTH123 - pathlib would triple the size of this process
    stream.write(f"{seconds} {usage.ru_maxrss * 1024} {os.waitstatus_to_exitcode(status)}")
