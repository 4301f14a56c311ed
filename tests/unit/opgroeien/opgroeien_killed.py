"""A process that kills itself after a named step: ``python opgroeien_killed.py FOLDER DEED PROTOCOL SNAPSHOT STEP``."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from opgroeien_world import DAY, NOW, ROOT

from groeibrief.workflow.opgroeien import open_track
from groeibrief.workflow.opgroeienlists import answer_list, match_list, receive_list
from groeibrief.workflow.settings import Settings

RECEIVE = ("gelezen", "bewaard", "ontvangen")
MATCH = ("vergeleken", "verzegeld", "klaar")
ANSWER = ("begonnen", "geschreven", "geleverd", "gewist")


def main(folder: Path, deed: str, protocol: str, snapshot: Path, fatal: str) -> None:
    """Do the deed up to and with the step."""
    track = open_track(Settings((), None, folder / "staat"), ROOT, lambda: NOW)

    def step(name: str) -> None:
        if name == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    key, sealed = folder / "opgroeien.key", folder / "gemeente" / "lijst.csv.age"
    if deed == "receive":
        receive_list(track, protocol, sealed, sealed.with_name("lijst.csv.age.sig"), key, track.actor("an"), step=step)
    elif deed == "match":
        match_list(track, protocol, snapshot, key, track.actor("an"), day=DAY, step=step)
    else:
        answer_list(track, protocol, folder / "uit", folder / "opgroeien-teken.key", track.actor("bert"), step=step)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], Path(sys.argv[4]), sys.argv[5])
