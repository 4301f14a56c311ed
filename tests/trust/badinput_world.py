"""What good input there is for every command, so that one bad thing at a time gets as far as it can."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
for _folder in ("functional", "unit/snapshot"):
    sys.path.append(str(HERE.parent / _folder))

import pyarrow.parquet as pq  # noqa: E402 - the folders above come first
import pyrage  # noqa: E402 - as above
from badinput_process import Ended, run  # noqa: E402 - as above
from functional_command import AUDIENCE as AUDIENCE  # noqa: E402 - as above
from functional_command import CITIES as CITIES  # noqa: E402 - as above
from functional_world import World, build  # noqa: E402 - as above
from test_cli_casework import CONTENT  # noqa: E402 - as above
from test_cli_casework import KBO as KBO  # noqa: E402 - as above
from test_cli_opgroeien import AGENCY, BLOCKS  # noqa: E402 - as above
from test_snapshot_import import BASIS, CSV, EXAMPLE, UTF8  # noqa: E402 - as above

from groeibrief.artefacts import sha256_bytes  # noqa: E402 - as above
from groeibrief.keys import read_private_key, write_key_pair  # noqa: E402 - as above
from groeibrief.printshop.seal import make_age_keys  # noqa: E402 - as above

YEAR = datetime.now(UTC).year
PROTOCOL = f"OPG-{YEAR}-0001"
JOB = "opdracht-1"
DAY = "2025-11-20"
assert AGENCY, "the handbook's commands are where the tests find them"


@dataclass(frozen=True)
class Good:
    """The functional tests' world, and a state with requests, jobs and a protocol in it."""

    world: World
    home: Path

    @property
    def state(self) -> Path:
        """The state that every case gets a copy of."""
        return self.home / "gezaaid"

    def path(self, name: str) -> Path:
        """A file of this world."""
        return self.home / name

    def environment(self, home: Path) -> dict[str, str]:
        """The environment of a command that may write in *home* alone."""
        return {
            "HOME": str(home),
            "TMPDIR": str(home / "tmp"),
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "LANGUAGE": "nl",
            "GROEIBRIEF_STATE": str(home / "staat"),
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        }

    def request(self, name: str) -> str:
        """The number of a request: ``approved``, ``draft``, ``submitted``, ``question`` or ``review``."""
        return f"{YEAR}-{REQUESTS.index(name) + 1:04d}"


REQUESTS = ("approved", "draft", "submitted", "question", "review")


def make_good(home: Path) -> Good:
    """The world in *home*, made unless it is there."""
    compiled = home / "compiled"
    good = Good(build(home / "wereld", compiled), home / "goed")
    if not good.state.exists():
        good.home.mkdir(exist_ok=True)
        write_files(good)
        _fill_state(good)
    return good


def write_files(good: Good) -> None:
    import pypdfium2

    write_key_pair(good.path("teken.key"), good.path("teken.pub"))
    write_key_pair(good.path("gemeente-teken.key"), good.path("gemeente-teken.pub"))
    for name in ("gemeente", "opgroeien"):
        make_age_keys(good.path(f"{name}.key"), good.path(f"{name}.pub"))
    good.path("aanvraag.yaml").write_text(CONTENT)
    good.path("verzet.csv").write_text("insz\n77777777777\n")
    good.path("dossier.txt").write_text("1\n")
    good.path("codes.csv").write_text("code;reden\nAB-000003;verhuisd\n")
    good.path("aanmelden.yaml").write_text(
        "uitgever: http://127.0.0.1:9\nadres: http://127.0.0.1:8000\nclient: x\ngeheim_bestand: geheim\n"
        "scopes: openid\nrollen_claim: rol\nrollen:\n  - {naam: A, rol: analist}\n"
    )
    application = next(text for kind, text in BLOCKS if kind == "yaml")
    good.path("protocol.yaml").write_text(application.replace('"31033"', '"44021"').replace("2026-", f"{YEAR}-"))
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    document.save(good.path("besluit.pdf"))
    good.path("invoer.yaml").write_bytes(EXAMPLE.read_bytes())
    extracts = good.path("bron")
    extracts.mkdir()
    for name, text in CSV.items():
        (extracts / name).write_bytes(text.encode("windows-1252"))
    for name, text in UTF8.items():
        (extracts / name).write_bytes(text.encode())
    pq.write_table(BASIS, extracts / "basis.parquet")
    seal_list(good, b"insz\n00000000097\n", good.path("lijst.csv.age"))


def seal_list(good: Good, data: bytes, path: Path) -> None:
    """Seal a list to Opgroeien and sign it as the municipality."""
    sealed = pyrage.encrypt(data, [pyrage.x25519.Recipient.from_str(good.path("opgroeien.pub").read_text().strip())])
    path.write_bytes(sealed)
    note = f"groeibrief-lijst 1\nprotocol {PROTOCOL}\nsha256 {sha256_bytes(sealed)}\n".encode()
    path.with_name(f"{path.name}.sig").write_bytes(read_private_key(good.path("gemeente-teken.key")).sign(note))


def _fill_state(good: Good) -> None:
    world, home = good.world, good.path("werk")
    (home / "tmp").mkdir(parents=True)

    def do(*words: object, may: Sequence[int] = (0,)) -> Ended:
        ended = run([str(word) for word in words], good.home, good.environment(home))
        assert ended.code in may, (words, ended)
        return ended

    cities = [word for nis in CITIES for word in ("--gemeente", nis)]
    since = ("--sinds", "2025-01-01")
    do("desk", "authority", KBO, "--naam", "OCMW Proef", "--soort", "ocmw", *cities, *since)
    do("desk", "account", "stad", "--rol", "gemeente", "--authority", KBO)
    for account, role in (("ana.een", "analist"), ("ana.twee", "analist"), ("dpo", "dpo")):
        do("desk", "account", account, "--rol", role)
    dated = ("--referentie", "2025/12", "--datum", "2025-10-01")
    for name in REQUESTS:
        number = good.request(name)
        do("request", "new", "aanvraag.yaml", "--authority", KBO, "--account", "stad")
        do("request", "define", number, AUDIENCE, *cities, "--peildatum", "2025-11-01", "--account", "stad")
        do("request", "decision", number, "besluit.pdf", *dated, "--account", "stad")
        if name == "draft":
            continue
        do("request", "submit", number, "--account", "stad")
        if name == "submitted":
            continue
        if name == "question":
            do("request", "ask", number, "--tekst", "Welke dienst?", "--account", "ana.een")
            continue
        do("request", "agree", number, "--referentie", "V-1", "--datum", "2025-11-03", "--account", "ana.een")
        do("request", "review", number, "--account", "ana.een")
        if name == "approved":
            do("request", "approve", number, "--account", "ana.twee")
    lasting = ("--van", "2025-01-01", "--tot", "2099-01-01", "--account", "ana.een")
    do("desk", "processor", "VO-1", "--naam", "Druk", "--kbo", KBO, "--recipient", world.printer_public, *lasting)
    found = ("--vastgesteld", "2025-11-12T09:30", "--maatregelen", "Teruggevraagd.", "--account", "ana.een")
    do("desk", "breach", good.request("approved"), "--volgnummer", "7", *found)
    do(*world.make(good.path("o.pakket")), "--job", JOB)
    opening = ("--trust", world.vutg_public, "--key", world.printer)
    do("package", "open", good.path("o.pakket"), "--out", good.path("o"), *opening)
    reporting = ("--trust", world.vutg_public, "--key", good.path("teken.key"))
    do("package", "report", good.path("o.pakket"), "--opened", good.path("o"), "--posted", DAY, *reporting,
       "--out", good.path("verslag.json"))  # fmt: skip
    do("package", "destroyed", good.path("o.pakket"), "--on", "2025-12-01", "--by", "operator", *reporting,
       "--out", good.path("vernietigd.json"))  # fmt: skip
    do("package", "approve", good.path("o.pakket"), *reporting, "--out", good.path("goedgekeurd.json"), may=(0, 2, 5))
    do("ledger", "checkpoint", "--out", good.path("punt.json"), "--key", world.vutg)
    for name, role in (("an", "behandelaar"), ("bert", "behandelaar"), ("dina", "dpo")):
        do("opgroeien", "account", "add", name, "--rol", role)
    track = ("opgroeien", "protocol")
    do(*track, "new", "protocol.yaml", "--account", "an")
    party = ("--age", good.path("gemeente.pub"), "--signing", good.path("gemeente-teken.pub"))
    do(*track, "keys", "register", PROTOCOL, *party, "--account", "an")
    do(*track, "keys", "confirm", PROTOCOL, "--fingerprint", fingerprint_of(good), "--account", "bert")
    decided = ("--decision", "besluit.pdf", "--reference", "CB-1", "--date", "2025-12-15")
    do(*track, "attach", PROTOCOL, *decided, "--account", "an")
    do(*track, "advise", PROTOCOL, "--of", "bestuur", "--positive", "--reference", "a", "--account", "an")
    do(*track, "advise", PROTOCOL, "--of", "opgroeien", "--positive", "--reference", "b", "--account", "dina")
    do(*track, "conclude", PROTOCOL, "--account", "an")
    torhout = (REPOSITORY / "rules" / "torhout-hulp-bij-schooltoeslag.yaml").read_text()
    audience = good.path("torhout-hulp-bij-schooltoeslag.yaml")
    audience.write_text(torhout.replace('["31033"]', str(list(CITIES)).replace("'", '"')))
    do("select", audience, "--snapshot", world.snapshot, "--out", good.path("selectie"), "--suppression", world.lists,
       "--trust", world.trust)  # fmt: skip
    do("state", "backup", "--out", good.path("kopie"))
    (home / "staat").rename(good.state)
    shutil.rmtree(home)


def fingerprint_of(good: Good) -> str:
    """The municipality's fingerprint, as the handbook computes it."""
    import base64

    raw = read_private_key(good.path("gemeente-teken.key")).public_key().public_bytes_raw()
    age = good.path("gemeente.pub").read_text().strip()
    return sha256_bytes(f"{age}\n{base64.b64encode(raw).decode()}\n".encode())[:32]


def arguments(good: Good, command: tuple[str, ...], out: Path) -> Mapping[str, tuple[str, ...]]:
    """Good values of a command's parameters by name, each with as many words as it takes; those that it needs."""
    world, name = good.world, " ".join(command)
    by_command: dict[str, dict[str, object]] = {
        "demo": {"families": 2000},
        "snapshot import": {
            "mapping": good.path("invoer.yaml"), "source": good.path("bron"), "folder": out, "key": world.vutg,
        },
        "snapshot synth": {"folder": out, "families": 50},
        "catalog show": {"bron": "sociale_toeslag"},
        "audience explain": {"dossier": 1},
        "count": {"exact": ()},
        "letters archive": {"sequence": 1},
        "letters check": {"names": "informatiebrief"},
        "letters preview": {"name": "informatiebrief", "dpi": 40},
        "package approve": {"path": good.path("o.pakket"), "key": good.path("teken.key")},
        "package deposit": {"paths": good.path("o.pakket"), "key": world.printer},
        "package destroyed": {
            "path": good.path("o.pakket"), "key": good.path("teken.key"), "on": "2025-12-01", "role": "operator",
        },
        "package make": {"key": world.vutg},
        "package open": {"path": good.path("o.pakket"), "key": world.printer},
        "package recall": {"job_id": JOB, "reason": "andere", "key": world.vutg},
        "package recalled": {"path": good.path("o.pakket"), "recalls": good.path("verslag.json")},
        "package reconcile": {"path": good.path("verslag.json"), "trust": good.path("teken.pub")},
        "package report": {"path": good.path("o.pakket"), "opened": good.path("o"), "key": good.path("teken.key")},
        "package reprint": {"job_id": JOB, "key": world.vutg, "sequence": 7},
        "package returns": {"codes": good.path("codes.csv")},
        "package status": {"job_id": JOB},
        "package test": {"name": "informatiebrief", "key": world.vutg, "pieces": 3},
        "package verify": {"path": good.path("o.pakket"), "key": world.printer},
        "disclosure show": {"nis": CITIES[0]},
        "serve": {"demo": (), "port": 18_000 + os.getpid() % 10_000},
        "run": {"key": world.vutg},
        "desk account": {"name": "nieuw.een", "role": "analist"},
        "desk authority": {
            "kbo": "0207.437.468", "naam": "Stad Proef", "soort": "gemeente", "codes": CITIES[0], "since": "2025-01-01",
        },
        "desk breach": {"sequence": 7, "found": "2025-11-12T09:30", "measures": "Teruggevraagd."},
        "desk breach-step": {"name": "lek-0001", "step": "dpo", "account": "dpo"},
        "desk close-account": {"name": "ana.twee"},
        "desk objection": {"file": good.path("verzet.csv"), "key": world.vutg},
        "desk processor": {
            "reference": "VO-2", "naam": "Druk", "kbo": KBO, "recipient": world.printer_public, "since": "2025-01-01",
            "until": "2099-01-01",
        },
        "register add": {
            "name": "Aalter", "track": "vutg", "status": "interesse", "on": "2025-11-12", "codes": "44084",
            "source": "e-mail",
        },
        "register export": {"out": out.with_suffix(".csv")},
        "register never": {"track": "vutg"},
        "ledger checkpoint": {"key": world.vutg},
        "ledger subject": {"source": good.path("dossier.txt"), "ground": "verzoek", "account": "dpo"},
        "privacy dpia": {"out": out.with_suffix(".md")},
        "privacy record": {"out": out.with_suffix(".md")},
        "ledger verify": {"checkpoint": good.path("punt.json"), "trust": world.vutg_public},
        "erase": {"what": good.request("approved"), "key": world.vutg},
        "state restore": {"folder": good.path("kopie")},
        "state sign-out": {"account": "stad"},
        "request new": {"file": good.path("aanvraag.yaml"), "authority": KBO, "account": "stad"},
        "request change": {"file": good.path("aanvraag.yaml"), "account": "stad", "number": good.request("draft")},
        "request decision": {"file": good.path("besluit.pdf"), "account": "stad", "number": good.request("draft"),
                             "referentie": "1", "decided_on": "2025-10-01"},
        "request define": {"number": good.request("draft"), "account": "stad"},
        "request submit": {"number": good.request("draft"), "account": "stad"},
        "request answer": {"number": good.request("question"), "account": "stad"},
        "request ask": {"number": good.request("submitted")},
        "request agree": {"number": good.request("submitted"), "referentie": "1", "signed_on": "2025-11-03"},
        "request refuse": {"number": good.request("submitted")},
        "request send-back": {"number": good.request("review")},
        "request approve": {"number": good.request("review"), "account": "ana.twee"},
        "request quote": {"families": 140},
    }  # fmt: skip
    usual: dict[str, object] = {
        "file": AUDIENCE, "files": AUDIENCE, "snapshot": world.snapshot, "out": out, "folder": world.snapshot,
        "gemeenten": CITIES[0], "peildatum": "2025-11-01", "selection": world.selection, "letters": world.letters,
        "recipients": world.printer_public, "number": good.request("approved"), "words": "Een bericht.",
        "suppression": world.lists, "other": world.snapshot,
    }  # fmt: skip
    if command[0] == "opgroeien":
        usual = {
            "name": PROTOCOL, "new": "nieuw", "old": "bert", "rol": "dpo", "application": good.path("protocol.yaml"),
            "age": good.path("gemeente.pub"), "signing": good.path("gemeente-teken.pub"), "reason": "Een reden.",
            "reference": "ref", "decision": good.path("besluit.pdf"), "day": "2025-11-01", "party": "bestuur",
            "positive": (), "fingerprint": fingerprint_of(good), "sealed": good.path("lijst.csv.age"),
            "identity": good.path("opgroeien.key"), "key": good.path("teken.key"), "snapshot": world.snapshot,
            "out": out, "account": "an",
        }  # fmt: skip
    elif name not in ("state sign-out",):
        usual["account"] = "ana.een"
    if command[0] in ("package", "letters"):
        usual["trust"] = world.vutg_public
    elif name in ("select", "run", "audience explain"):
        usual["trust"] = world.trust
    chosen = {**usual, **by_command.get(name, {})}
    return {key: tuple(map(str, value)) if isinstance(value, tuple) else (str(value),) for key, value in chosen.items()}
