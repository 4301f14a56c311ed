"""Every flow of the software over a snapshot with canaries, each step a real process that is watched."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq
from badinput_world import (
    AUDIENCE,
    CITIES,
    DAY,
    JOB,
    KBO,
    PROTOCOL,
    REPOSITORY,
    YEAR,
    Good,
    fingerprint_of,
    seal_list,
    write_files,
)
from functional_world import World, sign
from leak_canaries import Canary, chosen, plant
from leak_watch import Seen, watched

from groeibrief.artefacts import sha256_bytes
from groeibrief.keys import read_private_key, write_key_pair
from groeibrief.printshop.seal import make_age_keys

PROGRAM = Path(sys.executable).with_name("groeibrief")
_NOBODY = b"persoon_id,dossier_id,lijst,geldig_van,geldig_tot\n"
_CITY_WORDS = tuple(word for nis in CITIES for word in ("--gemeente", nis))
BOUND = (*_CITY_WORDS, "--peildatum", "2025-11-01")
ADDRESSEES, CHILDREN = 30, 20
_LOGGING = """\
import logging, os, sys
logging.basicConfig(level=logging.DEBUG, filename=os.environ["KANARIE_LOG"])
"""
# What a list of Opgroeien is about: the municipality with most families of the synthetic snapshot.
NIS = "44021"


@dataclass
class Aviary:
    """A home with keys, a snapshot full of canaries, and everything that was said and seen."""

    home: Path
    canaries: tuple[Canary, ...] = ()
    seen: list[Seen] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    @property
    def good(self) -> Good:
        """The paths that the suite on bad input names its files by."""
        return Good(self.world, self.home)

    @property
    def world(self) -> World:
        """The paths of the functional tests' world, all in this home."""
        from functional_command import Command

        keys, out = self.home / "sleutels", self.home / "uit"
        return World(
            home=self.home, run=Command(self.home, self.home / "compiled"), snapshot=self.home / "echt" / "snapshot",
            real=self.home / "echt" / "snapshot", trust=keys / "bron.pub", signer=keys / "bron.key",
            letters=out / "brieven", selection=out / "selectie", lists=self.home / "lijsten",
            package=out / "o.pakket", vutg=keys / "vutg.key", vutg_public=keys / "vutg.pub",
            printer=keys / "drukkerij.key", printer_public=keys / "drukkerij.pub",
        )  # fmt: skip

    @property
    def temporary(self) -> Path:
        """Where processes keep what is temporary."""
        return self.home / "tmp"

    @property
    def _modules(self) -> str:
        return os.pathsep.join(filter(None, (str(self.home / "debug"), os.environ.get("PYTHONPATH"))))

    @property
    def environment(self) -> dict[str, str]:
        """Everything that makes a library talk is on."""
        return {
            "HOME": str(self.home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TMPDIR": str(self.temporary),
            "GROEIBRIEF_STATE": str(self.home / "staat"), "PYTHONFAULTHANDLER": "1", "PYTHONDEVMODE": "1",
            "PYTHONWARNINGS": "default", "PYTHONASYNCIODEBUG": "1", "RUST_LOG": "trace", "RUST_BACKTRACE": "full",
            "PYTHONPATH": self._modules, "KANARIE_LOG": str(self.home / "debug.log"),
            "PYTHONPYCACHEPREFIX": str(self.home / "compiled"),
        }  # fmt: skip

    def do(self, *words: object, may: Sequence[int] = (0,)) -> Seen:
        """Run a command and watch it; a code that is not in *may* is a fault of this suite."""
        seen = watched([str(PROGRAM), *map(str, words)], self.home, self.environment, temporary=self.temporary)
        self.seen.append(seen)
        if seen.code not in may:
            self.unexpected.append(f"{' '.join(map(str, words))[:200]}: {seen.code} {seen.err[-300:].decode()}")
        return seen

    def out(self, name: str) -> Path:
        """A path for a result."""
        return self.home / "uit" / name


def hatch(home: Path, families: int) -> Aviary:
    """Make the home: keys, lists, and a snapshot in which fifty people are canaries."""
    aviary = Aviary(home)
    world = aviary.world
    for folder in ("sleutels", "echt", "lijsten", "tmp", "debug", "uit"):
        (home / folder).mkdir(parents=True, mode=0o700)
    (home / "debug" / "sitecustomize.py").write_text(_LOGGING)
    key = write_key_pair(world.signer, world.trust)
    write_key_pair(world.vutg, world.vutg_public)
    make_age_keys(world.printer, world.printer_public)
    write_files(aviary.good)
    for name in ("verzet", "beschermd"):
        (world.lists / f"{name}.csv").write_bytes(_NOBODY)
        (world.lists / f"{name}.csv.sig").write_bytes(key.sign(_NOBODY))
    aviary.do("snapshot", "synth", world.snapshot, "--families", families, "--key", world.signer)
    earlier = home / "eerst"
    aviary.do("select", AUDIENCE, *BOUND, *_on(aviary), "--out", earlier)
    persons, dossiers = _those_who_are_written_to(earlier, world.snapshot)
    aviary.canaries = chosen(persons)
    renamed = {old: canary.dossier for (_, old), canary in zip(persons, aviary.canaries, strict=True)}
    assert len(aviary.canaries) == ADDRESSEES + CHILDREN, f"{len(aviary.canaries)} of {len(dossiers)} dossiers"
    for each in (earlier, home / "staat", home / "echt" / "voorbereid"):
        shutil.rmtree(each)
    plant(world.snapshot, aviary.canaries, renamed)
    sign(world.snapshot, key, synthetic=True, snapshot_id="kanaries", produced_by="test")
    aviary.seen.clear()
    return aviary


def _on(aviary: Aviary) -> tuple[object, ...]:
    world = aviary.world
    return ("--snapshot", world.snapshot, "--trust", world.trust, "--suppression", world.lists)


def _those_who_are_written_to(selection: Path, snapshot: Path) -> tuple[list[tuple[int, int]], set[int]]:
    """Addressees and children of selected dossiers, with the dossier; first children where the list track looks."""
    rows = pq.read_table(selection / "recipients.parquet").to_pylist()
    homes = pq.read_table(snapshot / "woonplaats.parquet", columns=["persoon_id", "nis"]).to_pylist()
    here = {row["persoon_id"] for row in homes if row["nis"] == NIS}
    dossiers = {row["dossier_id"] for row in rows}
    links = pq.read_table(snapshot / "dossierkind.parquet", columns=["dossier_id", "kind_id"]).to_pylist()
    kids = {row["kind_id"]: row["dossier_id"] for row in links if row["dossier_id"] in dossiers}
    children = sorted(kids, key=lambda kid: (kid not in here, kid))[:CHILDREN]
    adults: dict[int, int] = {}
    for row in sorted(rows, key=lambda row: row["dossier_id"] not in {kids[kid] for kid in children}):
        for person in row["persoon_ids"]:
            if len(adults) < ADDRESSEES:
                adults.setdefault(person, row["dossier_id"])
    return [*adults.items(), *((kid, kids[kid]) for kid in children)], dossiers


def analysis(aviary: Aviary) -> None:
    """Intake, counting, explaining: what an analyst asks."""
    world, do = aviary.world, aviary.do
    on = ("--snapshot", world.snapshot, "--trust", world.trust)
    first = aviary.canaries[0].dossier
    do("snapshot", "verify", world.snapshot, "--trust", world.trust)
    do("snapshot", "info", world.snapshot, "--trust", world.trust)
    do("snapshot", "prepare", world.snapshot, "--trust", world.trust)
    do("count", AUDIENCE, *BOUND, *on, "--exact", "--json")
    do("count", AUDIENCE, *_CITY_WORDS[:2], *BOUND[-2:], *on, "--as-municipality", CITIES[0], may=(0, 5))
    do("audience", "attrition", AUDIENCE, *BOUND, *on)
    do("audience", "sql", AUDIENCE, *BOUND, *on)
    do("audience", "explain", AUDIENCE, *BOUND, *on, "--dossier", first, "--suppression", world.lists, "--json")
    do("audience", "diff", AUDIENCE, *BOUND, *on, "--to", world.snapshot, "--ids", 0)
    do("disclosure", "prepare", *on, may=(0, 3, 5))


def short(aviary: Aviary) -> None:
    """A selection to a sealed package, and one mishap: what there is time for in every run of the tests."""
    world, do = aviary.world, aviary.do
    do("select", AUDIENCE, *BOUND, *_on(aviary), "--out", world.selection, "--json")
    do("letters", "render", world.selection, "--out", world.letters)
    do(*world.make(world.package), "--job", JOB)
    do("package", "verify", world.package, "--trust", world.vutg_public, "--key", world.printer)
    _spoiled(aviary, "name")


def _spoiled(aviary: Aviary, name: str) -> None:
    """Look at a snapshot with something wrong about a canary, and write to it where that is let through."""
    world, do = aviary.world, aviary.do
    copy, on = aviary.home / "kapot" / name / "snapshot", ("--trust", world.trust)
    shutil.copytree(world.snapshot, copy)
    _SPOILED[name](copy, aviary.canaries)
    sign(copy, read_private_key(world.signer), synthetic=True, snapshot_id=f"kapot-{name}", produced_by="test")
    do("snapshot", "verify", copy, *on, "--json", may=(0, 4))
    given = ("--snapshot", copy, *on, "--suppression", world.lists)
    made = do("select", AUDIENCE, *BOUND, *given, "--out", copy.parent / "selectie", may=(0, 3, 4, 5))
    if made.code == 0:
        do("letters", "render", copy.parent / "selectie", "--out", copy.parent / "brieven", may=(0, 3, 5))


def mailing(aviary: Aviary) -> None:
    """A selection to a sealed package, and everything after it."""
    world, good, do, out = aviary.world, aviary.good, aviary.do, aviary.out
    do("select", AUDIENCE, *BOUND, *_on(aviary), "--out", world.selection, "--json")
    do("letters", "render", world.selection, "--out", world.letters, "--processes", 2)
    do("letters", "archive", world.selection, "--sequence", 1, "--out", out("archief.pdf"))
    do("letters", "preview", "informatiebrief", "--out", out("voorbeeld.png"))
    do(*world.make(world.package), "--job", JOB)
    keys = ("--trust", world.vutg_public, "--key", world.printer)
    signing = ("--trust", world.vutg_public, "--key", good.path("teken.key"))
    do("package", "verify", world.package, *keys, "--json")
    do("package", "approve", world.package, *signing, "--out", out("goedgekeurd.json"), may=(0, 2, 5))
    do("package", "open", world.package, "--out", out("geopend"), *keys)
    do("package", "report", world.package, "--opened", out("geopend"), "--posted", DAY, "--spoiled", "2", *signing,
       "--out", out("verslag.json"))  # fmt: skip
    do("package", "reconcile", out("verslag.json"), "--trust", good.path("teken.pub"), "--package", world.package,
       may=(0, 5))  # fmt: skip
    do("package", "reprint", world.selection, "--of", JOB, "--sequence", 2, "--out", out("herdruk.pakket"),
       "--recipient", world.printer_public, "--key", world.vutg)  # fmt: skip
    do("package", "status", JOB)
    reference = json.loads((world.letters / "brieven.json").read_bytes())["kenmerk"]
    good.path("codes.csv").write_text(f"code;reden\n{reference}-000003;verhuisd\n{reference}-000001;onbekend\n")
    do("package", "returns", good.path("codes.csv"), "--selection", world.selection, "--out", out("retour"))
    do("package", "destroyed", world.package, "--on", "2025-12-01", "--by", "operator", *signing, "--out",
       out("vernietigd.json"))  # fmt: skip
    do("package", "recall", JOB, "--reason", "andere", "--key", world.vutg, "--out", out("terug.json"))
    do("package", "recalled", world.package, "--recall", out("terug.json"), "--trust", world.vutg_public, may=(5,))
    do("package", "test", "informatiebrief", "--out", out("proef.pakket"), "--recipient", world.printer_public, "--key",
       world.vutg, "--pieces", 3)  # fmt: skip


def casework(aviary: Aviary) -> None:
    """A request from idea to run, objections, a misdirected letter, erasure, a backup."""
    world, good, do, out = aviary.world, aviary.good, aviary.do, aviary.out
    number, other = f"{YEAR}-0001", f"{YEAR}-0002"
    do("desk", "authority", KBO, "--naam", "OCMW Proef", "--soort", "ocmw", *_CITY_WORDS, "--sinds", "2025-01-01")
    do("desk", "account", "stad", "--rol", "gemeente", "--authority", KBO)
    for account, role in (("ana.een", "analist"), ("ana.twee", "analist"), ("dpo", "dpo")):
        do("desk", "account", account, "--rol", role)
    by = ("--account", "ana.een")
    do("request", "new", good.path("aanvraag.yaml"), "--authority", KBO, "--account", "stad")
    do("request", "define", number, AUDIENCE, *BOUND, "--account", "stad")
    do("request", "decision", number, good.path("besluit.pdf"), "--referentie", "1", "--datum", "2025-10-01",
       "--account", "stad")  # fmt: skip
    do("request", "submit", number, "--account", "stad")
    do("request", "agree", number, "--referentie", "V-1", "--datum", "2025-11-03", *by)
    do("request", "review", number, *by)
    do("request", "approve", number, *by, may=(0, 5))
    do("request", "approve", number, "--account", "ana.twee", may=(0, 5))
    do("desk", "processor", "VO-1", "--naam", "Druk", "--kbo", KBO, "--recipient", world.printer_public, "--van",
       "2025-01-01", "--tot", "2099-01-01", *by)  # fmt: skip
    means = (*_on(aviary), "--recipient", world.printer_public, "--key", world.vutg)
    do("run", number, *means, *by, "--json", may=(0, 5))
    do("request", "figure", number, "--snapshot", world.snapshot, "--trust", world.trust, *by, may=(0, 5))
    for account in ("stad", "ana.een", "dpo"):
        do("request", "show", number, "--account", account)
        do("request", "show", number, "--account", account, "--json")
        do("request", "list", "--account", account)
    someone = aviary.canaries[1]
    good.path("verzet.csv").write_text(f"insz\n{someone.shown_insz}\n")
    do("desk", "objection", good.path("verzet.csv"), "--snapshot", world.snapshot, "--trust", world.trust, "--key",
       world.vutg, *by, may=(0, 2))  # fmt: skip
    good.path("verzet-naam.csv").write_text(
        f"naam,geboren,adres\n{someone.name},2019-03-01,{someone.street} 1\n{someone.name},x,\n"
    )
    do("desk", "objection", good.path("verzet-naam.csv"), "--snapshot", world.snapshot, "--trust", world.trust, "--key",
       world.vutg, *by, may=(0, 2, 3, 5))  # fmt: skip
    do("desk", "breach", number, "--volgnummer", 3, "--vastgesteld", "2025-11-12T09:30", "--maatregelen", "Gebeld.",
       *by)  # fmt: skip
    do("desk", "breaches", *by)
    do("request", "new", good.path("aanvraag.yaml"), "--authority", KBO, "--account", "stad")
    do("request", "withdraw", other, "--tekst", "Gaat niet door.", "--account", "stad")
    do("erase", other, "--key", world.vutg, "--out", out("gewist.json"), *by, may=(0, 5))
    do("state", "backup", "--out", out("kopie"))
    do("state", "restore", out("kopie"), "--out", out("terug"))
    for words in (("ledger", "verify"), ("ledger", "show"), ("register", "figures"), ("privacy", "record")):
        do(*words)
    good.path("dossier.txt").write_text(f"{someone.dossier}\n")
    asked = ("ledger", "subject", "--from", good.path("dossier.txt"), "--grond", "verzoek", "--account", "dpo")
    do(*asked)
    do(*asked, "--out", out("inzage.txt"))
    do("erase", "--due", "--in", good.path("."), *by, may=(0, 5))
    do("ledger", "export", "--out", out("logboek.jsonl"))


def opgroeien(aviary: Aviary) -> None:
    """The list track: a list with the canaries' numbers, good and bad, and its answer."""
    world, good, do, out = aviary.world, aviary.good, aviary.do, aviary.out
    track, state = ("opgroeien", "protocol"), aviary.home / "staat" / "opgroeien"
    for name, role in (("an", "behandelaar"), ("bert", "behandelaar"), ("dina", "dpo")):
        do("opgroeien", "account", "add", name, "--rol", role)
    do(*track, "new", good.path("protocol.yaml"), "--account", "an", "--pdf", out("protocol.pdf"))
    party = ("--age", good.path("gemeente.pub"), "--signing", good.path("gemeente-teken.pub"))
    do(*track, "keys", "register", PROTOCOL, *party, "--account", "an")
    do(*track, "keys", "confirm", PROTOCOL, "--fingerprint", fingerprint_of(good), "--account", "bert")
    do(*track, "attach", PROTOCOL, "--decision", good.path("besluit.pdf"), "--reference", "CB", "--date", "2025-12-15",
       "--account", "an")  # fmt: skip
    do(*track, "advise", PROTOCOL, "--of", "bestuur", "--positive", "--reference", "a", "--account", "an")
    do(*track, "advise", PROTOCOL, "--of", "opgroeien", "--positive", "--reference", "b", "--account", "dina")
    do(*track, "conclude", PROTOCOL, "--account", "an")
    numbers = [each.shown_insz for each in aviary.canaries]
    faulty = [f"{each.insz[:9]}00" for each in aviary.canaries[:5]]
    rows = [*numbers, *faulty, aviary.canaries[0].name, f"={aviary.canaries[0].insz}"]
    listed = good.path("lijst.csv.age")
    for data in (b"\xff\xfe\0" + numbers[0].encode(), "\n".join(["naam", *rows, ""]).encode()):
        seal_list(good, data, listed)
        do("opgroeien", "receive", PROTOCOL, listed, "--key", good.path("opgroeien.key"), "--account", "an", may=(5,))
    seal_list(good, "\n".join(["insz", *rows, ""]).encode(), listed)
    do("opgroeien", "receive", PROTOCOL, listed, "--key", good.path("opgroeien.key"), "--account", "an", "--report",
       out("fouten.csv"))  # fmt: skip
    on = ("--snapshot", world.snapshot, "--trust", world.trust)
    do("opgroeien", "match", PROTOCOL, *on, "--peildatum", "2025-11-01", "--key", good.path("opgroeien.key"),
       "--account", "an")  # fmt: skip
    # So many numbers outside the target group stop a protocol until the DPO has looked.
    do(*track, "release", PROTOCOL, "--reason", "Nagekeken.", "--account", "dina", may=(0, 5))
    for account in ("an", "bert"):
        do("opgroeien", "approve", PROTOCOL, "--account", account, may=(0, 2, 5))
    do("opgroeien", "answer", PROTOCOL, "--out", out("antwoord"), "--sign-key", good.path("teken.key"), "--account",
       "bert")  # fmt: skip
    do(*track, "attest", PROTOCOL, "--out", out("attest.pdf"), may=(0, 5))
    sealed = out("antwoord") / "antwoord.zip.age"
    if sealed.exists():
        note = f"groeibrief-ontvangst 1\nprotocol {PROTOCOL}\nsha256 {sha256_bytes(sealed.read_bytes())}\n".encode()
        good.path("ontvangst.sig").write_bytes(read_private_key(good.path("gemeente-teken.key")).sign(note))
        do("opgroeien", "close", PROTOCOL, "--receipt", good.path("ontvangst.sig"), "--account", "an", may=(0, 5))
    do(*track, "show", PROTOCOL)
    do("ledger", "verify", "--state", state)


def mishaps(aviary: Aviary) -> None:
    """Errors about rows with a canary in them: each must speak of the row, not of who is in it."""
    world, good, do, home = aviary.world, aviary.good, aviary.do, aviary.home
    on = ("--trust", world.trust)
    key, first = read_private_key(world.signer), aviary.canaries[0]
    for name in _SPOILED:
        _spoiled(aviary, name)
    extracts = home / "kapot" / "bron"
    shutil.copytree(good.path("bron"), extracts)
    person = "PERS_ID;RIJKSNR;VOORNAAM;NAAM;GEBOREN;OVERLEDEN\n"
    for wrong in (
        f"x;{first.insz};{first.first_name};{first.name};01/03/2019;\n",
        f"1;{first.shown_insz}9;{first.first_name};{first.name};31/02/2019;\n",
        f"1;{first.name};{first.first_name};{first.insz};{first.street};{first.name}\n",
        f'1;{first.insz};"{first.first_name};{first.name};01/03/2019;\n',
        f"1;{first.insz};{first.first_name};{first.name}\n" * 3,
    ):
        (extracts / "personen_1.csv").write_text(person + wrong, encoding="windows-1252")
        do("snapshot", "import", good.path("invoer.yaml"), extracts, home / "kapot" / "ingelezen", "--key", world.vutg,
           may=(4,))  # fmt: skip
    lists = home / "kapot" / "lijsten"
    shutil.copytree(world.lists, lists)
    head = _NOBODY.decode()
    for text in (f"{head}{first.name},{first.insz},verzet,{first.street},\n",
                 f"naam,insz\n{first.name},{first.insz}\n"):  # fmt: skip
        (lists / "verzet.csv").write_text(text)
        (lists / "verzet.csv.sig").write_bytes(key.sign(text.encode()))
        do("select", AUDIENCE, *BOUND, "--snapshot", world.snapshot, *on, "--suppression", lists, "--out",
           home / "kapot" / "s", may=(5,))  # fmt: skip
    good.path("codes.csv").write_text(f"code;reden\n{first.name};verhuisd\n{first.insz};{first.street}\n")
    do("package", "returns", good.path("codes.csv"), "--selection", world.selection, "--out", home / "kapot" / "r",
       may=(2,))  # fmt: skip
    spoiled = home / "kapot" / "selectie"
    shutil.copytree(world.selection, spoiled)
    data = (spoiled / "recipients.parquet").read_bytes()
    (spoiled / "recipients.parquet").write_bytes(data[:-20] + data[-10:])
    do("letters", "render", spoiled, "--out", home / "kapot" / "b", may=(5,))
    opened = home / "kapot" / "geopend"
    shutil.copytree(aviary.out("geopend"), opened)
    (opened / "brieven-0001.pdf").write_bytes((opened / "brieven-0001.pdf").read_bytes()[:-999])
    do("package", "report", world.package, "--opened", opened, "--posted", DAY, "--key", good.path("teken.key"),
       "--trust", world.vutg_public, "--out", home / "kapot" / "v.json", may=(0, 2, 5))  # fmt: skip
    killed(aviary)


def killed(aviary: Aviary) -> None:
    """Kill processes that hold people in memory or have them half written, and let the next one tidy up."""
    world, home = aviary.world, aviary.home
    opening = ("--trust", world.vutg_public, "--key", world.printer)
    words: dict[str, tuple[object, ...]] = {
        "select": ("select", AUDIENCE, *BOUND, *_on(aviary), "--out", home / "kapot" / "g1"),
        "render": ("letters", "render", world.selection, "--out", home / "kapot" / "g2"),
        "open": ("package", "open", world.package, "--out", home / "kapot" / "g3", *opening),
        "verify": ("package", "verify", world.package, *opening),
    }  # fmt: skip
    for name, line in words.items():
        for number, after in ((signal.SIGKILL, 0.5), (signal.SIGSEGV, 0.6), (signal.SIGABRT, 0.7)):
            process = subprocess.Popen(
                [PROGRAM, *map(str, line)], cwd=home, env=aviary.environment, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
            time.sleep(after)
            if process.poll() is None:
                os.killpg(process.pid, number)
            out, err = process.communicate()
            aviary.seen.append(Seen((f"killed {name}",), process.returncode, out, err))
        aviary.do(*line, may=(0, 2))


def _set(path: Path, column: str, person: int, value: object) -> None:
    import pyarrow as pa

    rows = pq.read_table(path)
    field = rows.schema.field(column)
    who = rows.column("persoon_id").to_pylist()
    values = [value if one == person else old for one, old in zip(who, rows.column(column).to_pylist(), strict=True)]
    pq.write_table(
        rows.set_column(rows.schema.get_field_index(column), field, pa.array(values, field.type)), path,
        store_schema=False,
    )  # fmt: skip


def _twice(path: Path, person: int) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = pq.read_table(path)
    pq.write_table(
        pa.concat_tables([rows, rows.filter(pc.equal(rows["persoon_id"], person))]), path, store_schema=False
    )


_SPOILED: dict[str, Callable[[Path, tuple[Canary, ...]], object]] = {
    "number": lambda folder, all_: _set(folder / "persoon.parquet", "insz", all_[0].person, all_[1].insz),
    "letters": lambda folder, all_: _set(folder / "persoon.parquet", "insz", all_[0].person, all_[0].name),
    "name": lambda folder, all_: _set(folder / "persoon.parquet", "naam", all_[0].person, f"{all_[0].name}\u4e9c"),
    "long name": lambda folder, all_: _set(folder / "persoon.parquet", "naam", all_[0].person, all_[0].name * 9),
    "street": lambda folder, all_: _set(folder / "woonplaats.parquet", "straat", all_[0].person, all_[0].street * 9),
    "country": lambda folder, all_: _set(folder / "woonplaats.parquet", "land", all_[0].person, all_[0].name),
    "code": lambda folder, all_: _set(folder / "woonplaats.parquet", "nis", all_[0].person, all_[0].insz[:5]),
    "twice": lambda folder, all_: _twice(folder / "persoon.parquet", all_[0].person),
    "controls": lambda folder, all_: _set(folder / "persoon.parquet", "naam", all_[0].person, f"{all_[0].name}\x1b\n"),
}
FLOWS: dict[str, Callable[[Aviary], None]] = {
    "short": short,
    "analysis": analysis,
    "mailing": mailing,
    "casework": casework,
    "opgroeien": opgroeien,
    "mishaps": mishaps,
}


def everything_said(aviary: Aviary) -> Iterator[tuple[str, bytes]]:
    """What every process said, on both streams."""
    for seen in aviary.seen:
        words = [word for word in seen.words if not word.startswith("/")][:3]
        yield f"stdout of {' '.join(words)}", seen.out
        yield f"stderr of {' '.join(words)}", seen.err


assert REPOSITORY.exists()
