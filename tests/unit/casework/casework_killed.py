"""A process that kills itself around an act: ``python casework_killed.py STATE REQUEST POINT``.

Points: ``inside`` (in the transaction), ``committed`` (not told to the ledger yet), ``told`` (not noted that it was).
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from casework_world import NOW, World

from groeibrief.casework.cabinet import Cabinet
from groeibrief.casework.ledger import Ledger
from groeibrief.casework.lifecycle import Act
from groeibrief.casework.requests import Step

POINTS = ("inside", "committed", "told")


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(state: Path, request_id: str, point: str) -> None:
    world = World(state)
    viewer = world.viewer("analist.een")
    if point == "committed":
        Cabinet.deliver = die  # type: ignore[method-assign]
    if point == "told":
        real = Ledger.append_once

        def told(*given: object) -> None:
            real(*given)  # type: ignore[arg-type]
            die()

        Ledger.append_once = told  # type: ignore[assignment, method-assign]
    step = Step(Act.MESSAGE, change=die if point == "inside" else None)
    world.requests.step(viewer, request_id, step, NOW)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
