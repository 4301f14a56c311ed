"""The main job, end to end, on invented families: what ``groeibrief demo`` shows."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from groeibrief.artefacts import PRIVATE_DIRECTORY
from groeibrief.catalog import find_project
from groeibrief.errors import UsageError
from groeibrief.keys import write_key_pair
from groeibrief.language.definition import Binding
from groeibrief.language.description import describe
from groeibrief.letters import contact_sheet
from groeibrief.printshop.package import open_package, verify_package
from groeibrief.printshop.seal import make_age_keys
from groeibrief.snapshot.synthetic import synthesise
from groeibrief.workflow.counting import count_as_municipality
from groeibrief.workflow.definitions import Bound, read_bound
from groeibrief.workflow.intake import Progress, take_in
from groeibrief.workflow.mailing import Selected, make_selection, render_letters
from groeibrief.workflow.packaging import pack
from groeibrief.workflow.settings import Settings

AUDIENCE = "torhout-hulp-bij-schooltoeslag"
MUNICIPALITY = "31033"
DEFAULT_FAMILIES = 250_000
"""As many as keep the whole demo well under a minute on two cores."""
_MARK = "DEMO.txt"
_LABEL = (
    "Deze map is gemaakt door 'groeibrief demo'. Alle gezinnen zijn verzonnen.\n"
    "De sleutels in 'sleutels' zijn demosleutels: gebruik ze nooit voor echte gegevens.\n"
)
_SHEET = (6, 12)


@dataclass(frozen=True, slots=True)
class Shown:
    """A step that is done: its title, what there is to say, and how long it took (seconds)."""

    title: str
    text: str
    seconds: float


def run_demo(out: Path, families: int | None, progress: Progress | None = None) -> Iterator[Shown]:
    """Do the whole job in the folder *out*, a step at a time; *families* None: all Flanders.

    A folder of an earlier demo is replaced; any other existing folder is refused (UsageError E210).
    """
    _make_room(out)
    project = find_project()
    keys = _Keys(out / "sleutels")
    settings = Settings(trust=(), store_root=out / "voorbereid", state=out / "staat")
    bound = read_bound(project.rules / f"{AUDIENCE}.yaml", Binding())
    snapshot = out / "snapshot"

    clock = _Clock()
    manifest = synthesise(snapshot, catalogue=bound.catalogue, families=families, progress=progress)
    rows = sum(entry.rows for entry in manifest.files)
    made = sum(entry.rows for entry in manifest.files if entry.table == "dossier")
    text = f"{dutch(made)} verzonnen gezinnen, {dutch(rows)} rijen, ondertekend.\n{snapshot}"
    yield Shown("Een synthetische snapshot maken", text, clock.lap())

    store = take_in(snapshot, settings, bound.catalogue, progress)
    text = "Handtekening, bestanden, kolommen en regels zijn nagekeken; de gegevens zijn klaar om te tellen."
    yield Shown("De snapshot nakijken en voorbereiden", text, clock.lap())

    text = describe(bound.definition, bound.catalogue)
    (out / "doelgroep.txt").write_text(text)
    yield Shown("De doelgroep, in woorden die men kan ondertekenen", text.rstrip(), clock.lap())

    answer, _ = count_as_municipality(bound, snapshot, settings, (MUNICIPALITY,), children=True, progress=progress)
    text = f"{answer.text()}\nMeer ziet de gemeente niet: geen namen, geen exacte aantallen."
    yield Shown("Wat de gemeente ziet", text, clock.lap())

    selected = make_selection(bound, snapshot, out / "selectie", settings, progress=progress)
    yield Shown("Wie een brief krijgt, en waarom de anderen niet", waterfall(selected), clock.lap())

    yield from _letters_and_package(out, bound, settings, keys, clock, progress)
    assert store.synthetic, "a demo never runs on real people"


def _letters_and_package(
    out: Path, bound: Bound, settings: Settings, keys: _Keys, clock: _Clock, progress: Progress | None
) -> Iterator[Shown]:
    letters = out / "brieven"
    rendered = render_letters(out / "selectie", letters, settings, progress=progress)
    seconds = clock.lap()
    speed = rendered.paginas / seconds
    text = (
        f"{dutch(rendered.brieven)} brieven, {dutch(rendered.paginas)} pagina's: {dutch(round(speed))} pagina's per "
        "seconde, het opstarten inbegrepen."
    )
    yield Shown("De brieven maken", text, seconds)

    package = out / f"{AUDIENCE}.pakket"
    made = pack(letters, package, recipients=[keys.reader_public], sign_key=keys.signer, settings=settings)
    sizes = "\n".join(f"  {path.name:<16} {dutch(path.stat().st_size)} bytes" for path in sorted(package.iterdir()))
    text = f"Opdracht {made.manifest.opdracht}. Open is alleen het manifest; de rest is verzegeld.\n{sizes}"
    yield Shown("Het pakket voor de drukkerij verzegelen", text, clock.lap())

    report = verify_package(package, [keys.signer_public], keys.reader)
    opened = open_package(package, out / "drukkerij", keys.reader, [keys.signer_public])
    names = "\n".join(f"  {path.name}" for path in sorted((out / "drukkerij").iterdir()))
    verdict = "in orde" if report.valid else "NIET in orde"
    text = (
        f"Het pakket is {verdict}: handtekening, verzegeling, {dutch(opened.manifest.stukken)} stukken, "
        f"{dutch(opened.manifest.paginas)} pagina's en alle controlesommen kloppen.\n{names}"
    )
    yield Shown("De drukkerij kijkt het pakket na en opent het", text, clock.lap())

    sheet = out / "brieven.png"
    shown = contact_sheet(sorted(letters.glob("brieven-*.pdf")), sheet, *_SHEET)
    text = (
        f"{sheet}: een blad met {shown} pagina's.\n"
        f"{out / 'drukkerij'}: wat de drukkerij ziet.\n"
        f"{out / 'selectie' / 'selectie.json'}: de waterval, met alle hashes.\n"
        f"{out / 'doelgroep.txt'}: de doelgroep in het Nederlands.\n"
        "Het portaal, met een verzonnen account voor elke rol, op http://127.0.0.1:8000/:\n"
        f"  groeibrief serve --demo --snapshot {out / 'snapshot'} --state {out / 'portaal'}"
    )
    yield Shown("Waar u kunt kijken", text, clock.lap())


def waterfall(selected: Selected) -> str:
    """The steps that someone fell off at, and the totals."""
    steps = [step for step in selected.manifest.waterval if step.geadresseerden or step.stap.startswith("brieven")]
    lines = [f"{'stap':<22}{'geadresseerden':>15}{'gezinnen':>10}"]
    lines += [f"{step.stap:<22}{step.geadresseerden:>15}{step.gezinnen:>10}" for step in steps]
    left_out = len(selected.manifest.waterval) - len(steps)
    return "\n".join([*lines, f"(op {left_out} andere stappen viel niemand af)"])


def dutch(number: int) -> str:
    """Write a number with a point between thousands."""
    return f"{number:,}".replace(",", ".")


class _Keys:
    """The demo's keys: who signs packages, and who reads them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(PRIVATE_DIRECTORY)
        self.signer, self.signer_public = folder / "demo-vutg.key", folder / "demo-vutg.pub"
        self.reader, self.reader_public = folder / "demo-drukkerij.key", folder / "demo-drukkerij.pub"
        write_key_pair(self.signer, self.signer_public)
        make_age_keys(self.reader, self.reader_public)


class _Clock:
    def __init__(self) -> None:
        self._start = time.perf_counter()

    def lap(self) -> float:
        """Seconds since the last lap."""
        now = time.perf_counter()
        seconds, self._start = now - self._start, now
        return seconds


def _make_room(out: Path) -> None:
    if out.exists():
        if not (out / _MARK).is_file():
            raise UsageError("E210", f"{out} bestaat al en is geen map van een demo. Kies een andere map met --out.")
        shutil.rmtree(out)
    out.mkdir(PRIVATE_DIRECTORY, parents=True)
    (out / _MARK).write_text(_LABEL)
