"""A small sample of the suite on bad input; ``tests/trust/badinput.py`` is the whole of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from functional_command import REPOSITORY
from functional_world import World

SUITE = REPOSITORY / "tests" / "trust" / "badinput.py"


def test_a_sample_of_bad_input_is_refused(world: World, shared: Path) -> None:
    words = [sys.executable, SUITE, "--quick", "--home", shared]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert world.home.parent == shared
    tried = dict(line.split(": ")[:2] for line in done.stdout.splitlines() if " tried, " in line)
    assert {"commands", "documents", "archives", "portal"} == tried.keys()
