"""The portal under load: 50 users for five minutes at the scale of Flanders, and whether budget and ledger fit after.

A real ``groeibrief serve`` with a sign-in provider before it. 40 municipality users, who change to another municipality
after every 40 pages, and 10 analysts; a fifth of what a municipality asks is a count. Users *read*: half a second to
one and a half between two pages (``--pause``), all from one address, as in one town hall. ``--pause 0`` is the closed
loop, in which 50 requests are under way at any moment: it says how much the portal can do, not how it feels.

Times are taken by the user, over the loopback, on the same two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "bench"))

from ground import make_ground  # noqa: E402 - a folder beside this one
from load_provider import CLIENT, HOST, ROLES  # noqa: E402 - as above
from load_users import Sample, Seen, Town, User, be_analyst, be_municipality  # noqa: E402 - as above
from trust_figures import Figure, record  # noqa: E402 - as above

from groeibrief.catalog import find_project  # noqa: E402 - as above
from groeibrief.workflow.office import Office, open_office  # noqa: E402 - as above
from groeibrief.workflow.recording import ledger_of  # noqa: E402 - as above
from groeibrief.workflow.settings import Settings  # noqa: E402 - as above

PROGRAM = Path(sys.executable).with_name("groeibrief")
USERS, ANALYSTS, COUNTS = 50, 10, 0.2
SECONDS, PAUSE = 300.0, 1.0
PAGE_LIMIT, COUNT_LIMIT, SIGN_IN_LIMIT = 0.050, 0.150, 0.150
BYTES = 100_000
FLAT = 0.05
"""Memory is flat when its mean in the last fifth is at most this much more than in the second fifth."""
BUDGET = Fraction(3, 8)
SINCE = date(2025, 1, 1)
PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Served:
    """What is served: a snapshot, and where its prepared store is."""

    snapshot: Path
    store: Path


@dataclass(frozen=True, slots=True)
class Run:
    """What came out. ``paid``: questions by NIS code; ``counts``: answers shown; ``memory``: MB of the server every
    second; ``busy``: cores that the server used on average; ``together``: seconds of each half of 50 sign-ins at once.
    """

    samples: tuple[Sample, ...]
    faults: tuple[str, ...]
    paid: Mapping[str, Mapping[str, str]]
    counts: int
    memory: tuple[float, ...]
    busy: float
    seconds: float
    together: tuple[float, ...]

    def of(self, *kinds: str) -> list[Sample]:
        """The requests of these kinds."""
        return [sample for sample in self.samples if sample.kind in kinds]

    @property
    def growth(self) -> float:
        """How much more memory there is in the last fifth than in the second one, as a share."""
        fifth = len(self.memory) // 5
        if not fifth:
            return 0.0
        return statistics.mean(self.memory[-fifth:]) / statistics.mean(self.memory[fifth : 2 * fifth]) - 1


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of *values* does not exceed; 0 without any."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        port: int = found.getsockname()[1]
        return port


def enterprise_number(index: int) -> str:
    """An invented enterprise number with fitting check digits."""
    head = f"09{index:06d}"
    return f"{head[:4]}.{head[4:7]}.{head[7]}{97 - int(head) % 97:02d}"


def invite_towns(office: Office, most: int | None) -> list[Town]:
    """Make an authority of every municipality of Flanders, or of so many."""
    towns, municipalities = [], office.catalogue.municipalities
    for index, row in enumerate(municipalities.valid_on(SINCE)[:most]):
        kbo = enterprise_number(index)
        office.authorities.add(
            kbo, f"Gemeente {row.naam}", "gemeente", [row.nis], SINCE, municipalities,
            "belasting", office.now(),
        )  # fmt: skip
        towns.append(Town(kbo, row.nis))
    return towns


@contextmanager
def process(command: Sequence[str], log: Path, port: int) -> Iterator[int]:
    """Run a server until the end of the block, once it listens on *port*; its process id."""
    with log.open("ab") as told:
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        started = subprocess.Popen(command, stdout=told, stderr=told, env=kept)
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection((HOST, port), 1).close()
                break
            except OSError:
                if started.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(log.read_text()) from None
                time.sleep(0.1)
        yield started.pid
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(30)


@contextmanager
def portal(served: Served, home: Path, state: Path) -> Iterator[tuple[int, int]]:
    """Serve the portal over a state, with its settings and logs in *home*; its port and its process id."""
    own, other = free_port(), free_port()
    (home / "geheim").write_text("belasting, geen echt geheim")
    (home / "geheim").chmod(0o600)
    settings = home / "aanmelden.yaml"
    settings.write_text(
        f"uitgever: http://{HOST}:{other}\nadres: http://{HOST}:{own}\nclient: {CLIENT}\ngeheim_bestand: geheim\n"
        f"scopes: openid\nrollen_claim: {ROLES}\n"
        "rollen: [{naam: Medewerker, rol: gemeente}, {naam: Analist, rol: analist}]\n"
    )
    provider = [sys.executable, str(HERE / "load_provider.py"), str(other)]
    serve = [
        str(PROGRAM), "serve", "--snapshot", str(served.snapshot), "--store", str(served.store),
        "--state", str(state), "--project", str(find_project().root), "--aanmelden", str(settings),
        "--port", str(own),
    ]  # fmt: skip
    with process(provider, home / "aanbieder.log", other), process(serve, home / "portaal.log", own) as pid:
        yield own, pid


async def use(port: int, pid: int, towns: Sequence[Town], seconds: float, pause: float) -> Run:
    """Let everyone in at once, and then work until the time is over."""
    seen = Seen()
    order = deque(towns)
    users = [
        User(seen, port, number, pause, None if pause else f"10.0.{number // 250}.{number % 250 + 1}")
        for number in range(USERS)
    ]
    # All at once, as when a mailing says that the portal is open; what the first one costs the server is part of it.
    crowd = [User(seen, port, 1000 + number, 0, None) for number in range(USERS)]
    await asyncio.gather(
        *(each.sign_in(f"samen-{number}", f"Medewerker:{towns[number].kbo}") for number, each in enumerate(crowd))
    )
    together = tuple(sample.seconds for sample in seen.samples)
    for each in crowd:
        each.close()
    seen.samples.clear()
    begun, spent = time.monotonic(), _processor_time(pid)
    until = begun + seconds
    work = [
        be_analyst(user, until, counts=COUNTS / 10)
        if number < ANALYSTS
        else be_municipality(user, order, until, counts=COUNTS * USERS / (USERS - ANALYSTS), own_requests=True)
        for number, user in enumerate(users)
    ]
    memory: list[float] = []

    async def watch() -> None:
        while time.monotonic() < until:
            memory.append(_memory(pid))
            await asyncio.sleep(1)

    done = await asyncio.gather(watch(), *work, return_exceptions=True)
    seen.faults += [f"{type(each).__name__}: {each}" for each in done if isinstance(each, BaseException)]
    took = time.monotonic() - begun
    busy = (_processor_time(pid) - spent) / took
    return Run(tuple(seen.samples), tuple(seen.faults), seen.paid, seen.counts, tuple(memory), busy, took, together)


def _memory(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _processor_time(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def check(state: Path, run: Run) -> list[str]:
    """Hold the charges, the answers and the ledger against what the users saw; what does not fit."""
    wrong = []
    with sqlite3.connect(f"file:{state / 'tellingen' / 'telbeurten.sqlite'}?mode=ro", uri=True) as opened:
        charges = opened.execute("SELECT gemeente, count(*), group_concat(kost) FROM verbruik GROUP BY gemeente")
        charged = {nis: (number, sum(map(Fraction, costs.split(",")))) for nis, number, costs in charges}
        undrawn = opened.execute("SELECT count(*) FROM antwoord WHERE ruw IS NULL").fetchone()[0]
    for nis in charged.keys() | run.paid.keys():
        number, cost = charged.get(nis, (0, Fraction()))
        asked = len(run.paid.get(nis, {}))
        if number != asked:
            wrong.append(f"{nis}: {number} keer aangerekend, {asked} vragen gesteld")
        if cost > BUDGET:
            wrong.append(f"{nis}: {cost} verbruikt van {BUDGET}")
    if undrawn:
        wrong.append(f"{undrawn} vragen aangerekend en niet beantwoord")
    ledger = ledger_of(Settings((), None, state))
    verdict = ledger.verify()
    if not verdict.valid:
        wrong.append(str(verdict.reason))
    told = Counter(entry.act for entry in ledger.entries())
    if told["telling"] != run.counts:
        wrong.append(f"{told['telling']} tellingen in het logboek, {run.counts} antwoorden getoond")
    return wrong


def measure(
    served: Served, seconds: float, pause: float, *, keep: Path | None = None, most_towns: int | None = None
) -> tuple[Run, list[str]]:
    """Serve, use and check; what came out, and what does not fit afterwards. *keep*: where the state stays."""
    with tempfile.TemporaryDirectory(prefix="groeibrief-belasting-") as name:
        home = Path(name)
        state = keep or home / "staat"
        towns = invite_towns(open_office(Settings((), served.store, state)), most_towns)
        with portal(served, home, state) as (port, pid):
            run = asyncio.run(use(port, pid, towns, seconds, pause))
        wrong = check(state, run)
        if "Traceback" in (told := (home / "portaal.log").read_text()):
            wrong.append(f"een fout in het logboek van het portaal: {told[-1000:]}")
        return run, wrong


def table(run: Run) -> str:
    """Every kind of request, and the slowest pages."""
    lines = [f"{'soort':<32}{'aantal':>7}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}  ms"]
    rows = [(kind, [each.seconds for each in run.of(kind)]) for kind in sorted({each.kind for each in run.samples})]
    rows.append(("50 tegelijk aan", list(run.together)))
    by_page: dict[str, list[float]] = {}
    for each in run.of("pagina"):
        by_page.setdefault(each.page, []).append(each.seconds)
    rows += sorted(by_page.items(), key=lambda row: -percentile(row[1], 0.95))
    for what, values in rows:
        times = "".join(f"{percentile(values, share) * 1000:>8.1f}" for share in (0.5, 0.95, 0.99, 1))
        lines.append(f"{what:<32.32}{len(values):>7}{times}")
    memory = run.memory or (0.0,)
    lines.append(
        f"{len(run.samples) / run.seconds:.0f} verzoeken per seconde; de server gebruikte {run.busy:.2f} kern; "
        f"geheugen {memory[0]:.0f} -> {memory[-1]:.0f} MB ({run.growth:+.1%}); grootste pagina "
        f"{max((each.size for each in run.of('pagina')), default=0):,} bytes"
    )
    return "\n".join(lines)


def figures(run: Run, wrong: Sequence[str], *, families: str) -> list[Figure]:
    """The lines of the table of ``make trust``."""

    def milliseconds(kinds: Sequence[str], limit: float, what: str) -> Figure:
        values = [each.seconds for each in run.of(*kinds)]
        found = [percentile(values, share) * 1000 for share in (0.5, 0.95, 0.99)]
        told = "p50 {:.0f}, p95 {:.0f}, p99 {:.0f} ms".format(*found)
        return Figure(
            what=f"{what} ({len(values)} keer)", measured=told, target=f"p95 hoogstens {limit * 1000:.0f} ms",
            holds=bool(values) and found[1] <= limit * 1000,
        )  # fmt: skip

    faults, largest = len(run.faults), max((each.size for each in run.of("pagina")), default=0)
    together = percentile(run.together, 0.95)
    return [
        Figure(
            what=f"{USERS} gebruikers, {run.seconds:.0f} s, {families}: mislukte verzoeken",
            measured=f"{faults} van {len(run.samples)}", target="0", holds=faults == 0,
        ),
        milliseconds(["pagina"], PAGE_LIMIT, "pagina zonder telling"),
        milliseconds(["nieuwe telling"], COUNT_LIMIT, "nieuwe telling, met de pagina"),
        milliseconds(["eerdere telling"], COUNT_LIMIT, "eerder gestelde vraag, met de pagina"),
        Figure(
            what=f"{USERS} keer aanmelden op hetzelfde ogenblik", measured=f"p95 {together * 1000:.0f} ms per stap",
            target=f"hoogstens {SIGN_IN_LIMIT * 1000:.0f} ms", holds=together <= SIGN_IN_LIMIT,
        ),
        Figure(
            what="grootste pagina", measured=f"{largest / 1000:.0f} kB", target="hoogstens 100 kB",
            holds=largest <= BYTES,
        ),
        Figure(
            what="geheugen, laatste vijfde tegenover het tweede", measured=f"{run.growth:+.1%}",
            target=f"hoogstens {FLAT:+.0%}", holds=run.growth <= FLAT,
        ),
        Figure(
            what="telbeurten en logboek tegenover wat de gebruikers zagen", measured=f"{len(wrong)} verschillen",
            target="0", holds=not wrong,
        ),
    ]  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--families", type=int, default=None, help="a smaller snapshot; default: all Flanders")
    parser.add_argument("--pause", type=float, default=PAUSE, help="mean seconds between two pages; 0: none")
    chosen = parser.parse_args()
    ground = make_ground(chosen.families)
    store = ground.settings.store_root
    assert store is not None, "the cache keeps its stores beside its snapshots"
    run, wrong = measure(Served(ground.snapshot, store), chosen.seconds, chosen.pause)
    print(table(run))
    for told, number in Counter(run.faults).most_common(10):
        print(f"{number} x {told}")
    print("\n".join(wrong[:20]) or "telbeurten en logboek kloppen")
    families = "heel Vlaanderen" if chosen.families is None else f"{chosen.families} gezinnen"
    found = figures(run, wrong, families=families)
    whole = chosen.seconds >= SECONDS and chosen.families is None and chosen.pause == PAUSE
    if whole:
        record("load", "python tests/trust/load.py", found)
    return 0 if all(figure.holds for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
