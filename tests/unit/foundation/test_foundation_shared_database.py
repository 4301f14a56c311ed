"""A database that this process keeps open and another process writes to: each sees what the other wrote."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

from groeibrief.state import connection

SCHEMA = "CREATE TABLE t (n INTEGER)"
OTHER = """
import sqlite3, sys
opened = sqlite3.connect(sys.argv[1])
opened.execute("INSERT INTO t VALUES (1)")
opened.commit()
opened.close()
"""


def test_opening_it_once_more_does_not_let_another_process_take_its_log_away(tmp_path: Path) -> None:
    path = tmp_path / "gedeeld.sqlite"
    with connection(path, SCHEMA, 1) as kept:
        assert kept.execute("SELECT count(*) FROM t").fetchone() == (0,)
        with connection(path, SCHEMA, 1) as second:
            assert second.execute("SELECT count(*) FROM t").fetchone() == (0,)
        for written in (1, 2):
            subprocess.run([sys.executable, "-c", OTHER, str(path)], check=True)
            assert kept.execute("SELECT count(*) FROM t").fetchone() == (written,)
        kept.execute("INSERT INTO t VALUES (2)")
    opened = sqlite3.connect(path)
    assert opened.execute("SELECT n FROM t ORDER BY n").fetchall() == [(1,), (1,), (2,)]
    opened.close()
