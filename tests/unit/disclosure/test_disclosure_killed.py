"""Killed at any named point: the charge is there or it is not, and no answer is ever drawn twice."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from disclosure_killed import DEEDS, POINTS, SHIFT, run
from disclosure_world import Recorded

ANSWERS = {"ask": 2, "order": 1, "prepare": 6}
FIRST_STORE = {"ask": 2, "order": 1, "prepare": 3}
EXACT = {"ask": {140, 230}, "order": {140}, "prepare": {140}}


def state(folder: Path) -> tuple[int, list[int]]:
    """How many charges there are, and the answers that were stored."""
    with closing(sqlite3.connect(folder / "telbeurten.sqlite")) as opened:
        charges = opened.execute("SELECT count(*) FROM verbruik").fetchone()[0]
        return charges, [row[0] for row in opened.execute("SELECT ruw FROM antwoord WHERE ruw IS NOT NULL")]


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("point", POINTS)
def test_a_process_that_is_killed_is_taken_up(tmp_path: Path, deed: str, point: str) -> None:
    folder = tmp_path / "toestand"
    program = Path(__file__).with_name("disclosure_killed.py")
    killed = subprocess.run([sys.executable, program, folder, deed, point], check=False)
    assert killed.returncode == -signal.SIGKILL
    charges, answers = state(folder)
    assert charges == (0 if point == "charging" else ANSWERS[deed])
    assert len(answers) == (FIRST_STORE[deed] if point == "stored" else 0)

    noise = Recorded()
    run(folder, deed, noise=noise)
    charges, after = state(folder)
    assert charges == len(after) == ANSWERS[deed], "charged once, whatever happened"
    assert sorted(number for number in after if number >= SHIFT) == sorted(answers), "what was stored stays"
    assert len(noise.draws) == ANSWERS[deed] - len(answers), "and nothing is drawn for it again"
    assert {draw[0] for draw in noise.draws} <= EXACT[deed]

    run(folder, deed, noise=noise)
    assert state(folder) == (charges, after)
    assert len(noise.draws) == ANSWERS[deed] - len(answers)
