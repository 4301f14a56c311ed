"""What DuckDB writes when memory runs out: looked at while it is there, and after its process is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SPILLING = """\
import sys
from pathlib import Path
from groeibrief.snapshot.session import locked_session
folder = Path(sys.argv[1])
with locked_session(folder, memory_limit="30MB") as opened:
    table = f"read_parquet('{folder.resolve()}/persoon.parquet')"
    opened.execute(f"CREATE TABLE veel AS SELECT n, p.* FROM {table} p, range(100) r(n)")
    print("gemorst", flush=True)
    sys.stdin.readline()
"""
_PREPARING = """\
import sys
from pathlib import Path
import groeibrief.snapshot.prepared.workbench as workbench
from groeibrief.snapshot import open_snapshot
folder, trust, out = map(Path, sys.argv[1:])
workbench.MEMORY_LIMIT, workbench.MAX_THREADS = "40MB", 1
out.mkdir(mode=0o700)
with workbench.workbench(open_snapshot(folder, [trust]), out) as bench:
    bench.make("veel", f"SELECT n, p.* FROM {bench.raw('persoon')} p, range(100) r(n)")
    print("gemorst", flush=True)
    sys.stdin.readline()
"""


@dataclass(frozen=True, slots=True)
class Spilled:
    """A moment: ``when`` it was, which files there were, and what was in them."""

    when: str
    files: tuple[str, ...]
    data: bytes


def spill(snapshot: Path, trust: Path, home: Path) -> Iterator[Spilled]:
    """Let both sessions with DuckDB spill, look, end them well or kill them, and look again.

    What a killed preparation leaves lies in a folder with a temporary name, which the next preparation removes with
    everything in it; of a killed session that only reads, the next session removes it.
    """
    for name, code, arguments in (
        ("lezen", _SPILLING, (snapshot,)),
        ("voorbereiden", _PREPARING, (snapshot, trust, home / "winkel")),
    ):
        for killed in (False, True) if name == "lezen" else (False,):
            with tempfile.TemporaryDirectory(prefix="leak-spill-") as temporary:
                where = Path(temporary) if name == "lezen" else home / "winkel"
                environment = {**os.environ, "TMPDIR": temporary}
                process = subprocess.Popen(
                    [sys.executable, "-c", code, *map(str, arguments)], env=environment, stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )  # fmt: skip
                assert process.stdout is not None
                assert any(line == b"gemorst\n" for line in process.stdout), name
                yield _look(f"{name}, tijdens", where)
                if killed:
                    process.send_signal(signal.SIGKILL)
                process.communicate(b"\n")
                if killed:
                    yield _look(f"{name}, gedood", where)
                    code = "from groeibrief.snapshot.session import locked_session\nwith locked_session(): pass"
                    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
                yield _look(f"{name}, daarna", where)


def _look(when: str, folder: Path) -> Spilled:
    found = [path for path in folder.rglob("*") if path.is_file() and "parquet" not in path.name]
    return Spilled(when, tuple(path.name for path in found), b"".join(path.read_bytes() for path in found))
