"""Time, status and size of an answer are those of an empty and of a full set alike.

The whole path of a municipality's count, over a prepared store and with DuckDB. Two questions of one text shape: one
that nobody fulfils, one that everybody does. Runs alternate, and a rank test at one in a million compares.
"""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from attack_protections import CATALOGUE, ROOT

from groeibrief.catalog import Project
from groeibrief.language.definition import Binding
from groeibrief.snapshot.synthetic import synthesise
from groeibrief.workflow import tellers
from groeibrief.workflow.counting import count_as_municipality
from groeibrief.workflow.definitions import Bound, read_bound
from groeibrief.workflow.settings import Settings

FAMILIES, WHERE = 20_000, "11002"
RUNS, WARMING = 20, 2
Z = 4.892
"""Passed once in a million, on either side."""
SAID_OF_SMALL = ("Bij kleine aantallen", "Ook 'minder dan'")
"""What an answer says beside small numbers: it follows from the noisy one, as the number does."""
SETS = {"leeg": "minstens", "vol": "hoogstens"}
DEFINITION = """
doelgroep: {name}
titel: Gezinnen met een basisbedrag
opdrachtgever: {{naam: OCMW Antwerpen, kbo: "0123.456.749"}}
doeleinde:
  categorie: hulp-bij-rechten
  kwetsbaarheid: een proef met verzonnen gezinnen
  aanbod: {{soort: dienstverlening, tekst: Wij helpen u.}}
peildatum: 2025-11-01
woonplaats: {{gemeenten: ["{where}"], van: kind}}
eenheid: gezin
voorwaarden:
  kinderen: {{minstens: 1, die: {{heeft: {{bron: basisbedrag, met: {{bedrag: {{{bound}: 10000}}}}}}}}}}
brief: {{sjabloon: hulp-bij-schooltoeslag, aan: begunstigden}}
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder with a synthetic snapshot and both definitions."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        folder = Path(name)
        synthesise(folder / "proef", catalogue=CATALOGUE, families=FAMILIES)
        for number, bound in enumerate(SETS.values()):
            text = DEFINITION.format(name=f"vraag-{number}", where=WHERE, bound=bound)
            (folder / f"vraag-{number}.yaml").write_text(text)
        yield folder


def bound_to(home: Path) -> list[Bound]:
    return [read_bound(home / f"vraag-{number}.yaml", Binding(), ROOT) for number in range(len(SETS))]


def times(empty: Callable[[], object], full: Callable[[], object]) -> tuple[list[float], list[float]]:
    """How long each takes, by turns, the first of each pair by chance; the first runs do not count."""
    random, found = Random(1), ([], [])  # type: ignore[var-annotated]
    for number in range(WARMING + RUNS):
        for which in random.sample((0, 1), 2):
            start = time.perf_counter()
            (empty, full)[which]()
            if number >= WARMING:
                found[which].append(time.perf_counter() - start)
    return found


def rank_z(one: list[float], other: list[float]) -> float:
    """Mann and Whitney's U as a standard normal: 0 where neither tends to be larger."""
    size = len(one)
    wins = sum((mine < theirs) + (mine == theirs) / 2 for mine in one for theirs in other)
    return (wins - size**2 / 2) / math.sqrt(size**2 * (2 * size + 1) / 12)


def test_the_rank_test_sees_a_difference_where_there_is_one() -> None:
    """Without the even step, 20 ms of work more shows; with it, it does not."""
    works = [lambda: time.sleep(0.002), lambda: time.sleep(0.022)]
    assert rank_z(*times(*works)) > Z
    policy = tellers.disclosure_policy(Project(ROOT))
    assert abs(rank_z(*times(*(tellers.evened(work, policy) for work in works)))) < Z


def test_an_empty_and_a_full_set_take_as_long(home: Path) -> None:
    bounds = bound_to(home)
    shown = {}
    folders = iter(range(10_000))

    def asking(which: int) -> Callable[[], object]:
        def asked() -> None:
            # A state of its own, so that every run charges, counts, draws and stores.
            settings = Settings((), home / "voorbereid", home / f"staat-{next(folders)}")
            answer, _ = count_as_municipality(bounds[which], home / "proef", settings, (WHERE,), children=False)
            shown[which] = answer.families

        return asked

    found = times(asking(0), asking(1))
    z = rank_z(*found)
    medians = [f"{sorted(part)[RUNS // 2] * 1000:.1f} ms" for part in found]
    print(f"empty, full: {', '.join(medians)}; z {z:.2f}")
    assert shown[0].below is not None
    assert shown[1].about > 1000
    assert abs(z) < Z


def test_an_empty_and_a_full_set_have_the_same_status_and_size(home: Path) -> None:
    """Through real processes: apart from the noisy numbers, the answers are the same bytes."""
    program = Path(sys.executable).with_name("groeibrief")
    outcomes = []
    for number in range(len(SETS)):
        for mode in ([], ["--json"]):
            words = [program, "count", home / f"vraag-{number}.yaml", "--snapshot", home / "proef", "--project", ROOT]
            words += ["--as-municipality", WHERE, "--store", home / "voorbereid", *mode]
            environment = {**os.environ, "GROEIBRIEF_STATE": str(home / f"proces-{number}{len(mode)}")}
            done = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)
            outcomes.append((done.returncode, blank(done.stdout, json_form=bool(mode)), done.stderr))
    text, data = outcomes[0::2], outcomes[1::2]
    assert text[0] == text[1]
    assert data[0] == data[1]
    assert text[0][0] == data[0][0] == 0
    assert text[0][2] == data[0][2] == ""


def blank(out: str, *, json_form: bool) -> str:
    """The output without what was drawn, and without what names the question."""
    if not json_form:
        lines = [line for line in out.splitlines() if not line.startswith(SAID_OF_SMALL)]
        return "\n".join(re.sub(r"^Het gaat om .*\.$", "Het gaat om getal.", line) for line in lines)
    told = json.loads(out)
    told["gezinnen"] = "getal"
    for hashed in ("voorwaarden", "definitie"):
        assert len(told[hashed]) == 64
        told[hashed] = "hash"
    return json.dumps(told, sort_keys=True)
