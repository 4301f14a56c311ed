"""A run that kills itself at a named point: ``python workflow_killed.py HOME POINT``.

``<step>-made``: the artefact has its name and is not noted; ``<step>-noted``: it is; ``begun``, ``finishing``: around
the acts on the request; ``<step>-halfway``: before the artefact gets its name.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from workflow_office import World

from groeibrief.casework.lifecycle import Act
from groeibrief.casework.requests import Requests
from groeibrief.casework.runs import Runs
from groeibrief.workflow import running

MAKERS = {"selectie": "make_selection", "gezinnen": "remember_families", "brieven": "render_letters", "pakket": "pack"}
POINTS = (
    "begun", *(f"{step}-{when}" for step in MAKERS for when in ("halfway", "made", "noted")), "finishing", "finished",
)  # fmt: skip


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(point: str) -> None:
    """Put the death in its place."""
    step, _, when = point.partition("-")
    acts = {"begun": Act.RUN, "finished": Act.PACKAGE, "finishing": Act.PACKAGE}
    if point in acts:
        real_step = Requests.step

        def stepping(self: Requests, viewer: Any, number: str, given: Any, moment: Any) -> Any:
            if given.act is acts[point] and point == "finishing":
                die()
            made = real_step(self, viewer, number, given, moment)
            if given.act is acts[point]:
                die()
            return made

        Requests.step = stepping  # type: ignore[method-assign]
    elif when == "noted":
        real_note = Runs.note

        def noting(self: Runs, viewer: Any, run: Any, name: str, done: Any) -> Any:
            made = real_note(self, viewer, run, name, done)
            if name == step:
                die()
            return made

        Runs.note = noting  # type: ignore[method-assign]
    else:
        real_make = getattr(running, MAKERS[step])

        def making(*given: Any, **more: Any) -> Any:
            if when == "halfway":
                real_rename = Path.rename

                def renaming(self: Path, target: Any) -> Any:
                    if self.name.endswith(".deel"):
                        die()
                    return real_rename(self, target)

                Path.rename = renaming  # type: ignore[method-assign, assignment]
            made = real_make(*given, **more)
            die()
            return made

        setattr(running, MAKERS[step], making)


if __name__ == "__main__":
    arm(sys.argv[2])
    World(Path(sys.argv[1])).run()
