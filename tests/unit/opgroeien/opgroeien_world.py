"""A protocol brought to any state, a municipality with its keys, and a small snapshot that says who has what."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from groeibrief.casework.ledger import Entry, Ledger
from groeibrief.catalog import Catalogue
from groeibrief.keys import write_key_pair, write_public_key
from groeibrief.opgroeien.approvals import approvals_of
from groeibrief.opgroeien.cabinet import Actor
from groeibrief.opgroeien.lifecycle import State
from groeibrief.opgroeien.transport import LIST, RECEIPT, note
from groeibrief.snapshot.folder import Snapshot, open_snapshot
from groeibrief.snapshot.manifest import Coverage, file_entry, write_manifest
from groeibrief.snapshot.schema import tables
from groeibrief.workflow import opgroeienlists
from groeibrief.workflow.opgroeien import Track, open_track
from groeibrief.workflow.settings import Settings

ROOT = Path(__file__).parents[3]
DAY = date(2025, 11, 1)
EXTRACTED_ON = date(2025, 11, 3)
LONG_AGO = date(2010, 1, 1)
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TORHOUT, ZAVENTEM = "31033", "23094"
APPLICATION = """\
titel: Kansenpas voor kinderen
poort:
  ander_comite_bevoegd: nee
  machtiging_bestuur: machtiging van het bestuur
  machtiging_opgroeien: machtiging van Opgroeien
  bekendmaking: https://torhout.example.be/protocollen
bestuur:
  naam: OCMW Torhout
  kbo: "0123.456.749"
  nis: ["31033"]
  dpo: {naam: Dienst gegevensbescherming, e_mail: dpo@torhout.example.be}
doeleinde:
  categorie: korting-op-dienstverlening
  voordeel: Gratis kansenpas
  toekenning: automatische-toekenning
rechtsgrond: Reglement over de kansenpas
leeftijd: {van: 0, tot_en_met: 25}
periodiciteit: eenmalig
looptijd: {van: 2026-01-01, tot_en_met: 2026-12-31}
insz_begunstigde: false
gedeeltelijk_antwoord: true
"""


def number(serial: int, born: str = "150615") -> str:
    """An invented number of somebody born from 2000, with right check digits."""
    nine = f"{born}{serial:03d}"
    return f"{nine}{97 - int('2' + nine) % 97:02d}"


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class Municipality:
    """The other side: its secret keys, and what it does with plain tools."""

    folder: Path
    agency: pyrage.x25519.Identity
    age: pyrage.x25519.Identity = field(default_factory=pyrage.x25519.Identity.generate)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        (self.folder / "age.pub").write_text(f"{self.age.to_public()}\n")
        self.signing = write_key_pair(self.folder / "teken.key", self.folder / "teken.pub")

    @property
    def fingerprint(self) -> str:
        """Computed as the handbook says, not as our code does."""
        raw = base64.b64encode(self.signing.public_key().public_bytes_raw()).decode()
        return hashlib.sha256(f"{self.age.to_public()}\n{raw}\n".encode()).hexdigest()[:32]

    def send(self, content: bytes, protocol: str, name: str = "lijst.csv") -> tuple[Path, Path]:
        """A sealed list and its signature."""
        sealed = pyrage.encrypt(content, [self.agency.to_public()])
        path = self.folder / f"{name}.age"
        path.write_bytes(sealed)
        signature = self.folder / f"{name}.age.sig"
        signature.write_bytes(self.signing.sign(note(LIST, protocol, hashlib.sha256(sealed).hexdigest())))
        return path, signature

    def receipt(self, protocol: str, answer: Path) -> Path:
        """A signed receipt."""
        digest = hashlib.sha256(answer.read_bytes()).hexdigest()
        path = self.folder / "ontvangst.sig"
        path.write_bytes(self.signing.sign(note(RECEIPT, protocol, digest)))
        return path

    def open(self, sealed: Path) -> bytes:
        """What is in something sealed to it."""
        return bytes(pyrage.decrypt(sealed.read_bytes(), [self.age]))


class Office:
    """Opgroeien with two handlers and a DPO, beside a municipality."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.track = self.reopened()
        self.an, self.bert, self.dina = self._accounts()
        self.identity = pyrage.x25519.Identity.generate()
        self.key = folder / "opgroeien.key"
        self.key.write_text(f"{self.identity}\n")
        self.signer = folder / "opgroeien-teken.key"
        write_key_pair(self.signer, folder / "opgroeien-teken.pub")
        self.municipality = Municipality(folder / "gemeente", self.identity)
        (folder / "besluit.pdf").write_bytes(PDF)

    def _accounts(self) -> tuple[Actor, Actor, Actor]:
        add = self.track.add_account
        return add("an", "behandelaar"), add("bert", "behandelaar"), add("dina", "dpo")

    def reopened(self) -> Track:
        """A new process on the same state."""
        self.track = open_track(Settings((), None, self.folder / "staat"), ROOT, self.clock)
        return self.track

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What stands in the ledger, which is whole."""
        ledger = Ledger(self.folder / "staat" / "opgroeien" / "logboek.sqlite")
        ledger.verify().require()
        return ledger.entries()

    @property
    def ledger(self) -> list[str]:
        """The acts in the ledger."""
        return [entry.act for entry in self.entries]

    def state(self, name: str) -> State:
        return self.track.protocols.get(name).state

    def application(self, **changes: str) -> Path:
        """The application, with lines replaced: the key's last word and its new value."""
        text = APPLICATION
        for key, value in changes.items():
            lines = [line for line in text.splitlines() if line.split(":")[0].strip() == key]
            assert len(lines) == 1, key
            indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
            text = text.replace(lines[0], f"{indent}{key}: {value}")
        path = self.folder / "aanvraag.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def new(self, **changes: str) -> str:
        return self.track.new(self.application(**changes), self.an).id

    def concluded(self, **changes: str) -> str:
        """A concluded protocol, its keys confirmed."""
        name = self.new(**changes)
        self.keys(name)
        self.advised(name)
        self.track.conclude(name, self.an)
        return name

    def keys(self, name: str) -> None:
        folder = self.municipality.folder
        self.track.register_keys(name, folder / "age.pub", folder / "teken.pub", self.an)
        self.track.confirm_keys(name, self.municipality.fingerprint, self.bert)

    def advised(self, name: str) -> None:
        self.track.attach(name, self.folder / "besluit.pdf", "CB-12", date(2026, 1, 12), self.an)
        self.track.advise(name, "bestuur", positive=True, conditions="", reference="A 3", actor=self.an)
        self.track.advise(name, "opgroeien", positive=True, conditions="wis", reference="A 7", actor=self.dina)

    def receive(self, name: str, content: bytes, file: str = "lijst.csv", **more: Any) -> opgroeienlists.Received:
        sealed, signature = self.municipality.send(content, name, file)
        return opgroeienlists.receive_list(self.track, name, sealed, signature, self.key, self.an, **more)

    def received(self, numbers: Sequence[str], **changes: str) -> str:
        name = self.concluded(**changes)
        self.receive(name, listed(numbers))
        return name

    def match(self, name: str, snapshot: Path, **more: Any) -> opgroeienlists.Compared:
        return opgroeienlists.match_list(self.track, name, snapshot, self.key, self.an, day=DAY, **more)

    def approved(self, name: str) -> None:
        """Approved by both handlers, unless it is already, or is not ready."""
        record = self.track.protocols.get(name)
        for actor in (self.an, self.bert):
            if record.state is State.READY and actor.account not in approvals_of(self.track.protocols, record):
                self.track.approve(name, actor)

    def answer(self, name: str, out: Path | None, **more: Any) -> opgroeienlists.Delivered:
        self.approved(name)
        return opgroeienlists.answer_list(self.track, name, out, self.signer, self.bert, **more)


def listed(numbers: Sequence[str]) -> bytes:
    """A list as CSV."""
    return "\n".join(["insz", *numbers, ""]).encode()


@dataclass
class People:
    """Rows of a snapshot. Ids are the test's own."""

    catalogue: Catalogue
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def person(
        self, person: int, insz: str, name: str = "Kanarie", born: date | None = date(2015, 6, 15),
        died: date | None = None, nis: str | None = TORHOUT, secret: bool = False, land: str = "BE", home: bool = True,
    ) -> None:  # fmt: skip
        self.add(
            "persoon", persoon_id=person, insz=insz, voornaam="Piet", naam=name, geboortedatum=born, overleden_op=died
        )
        if home:
            self.add(
                "woonplaats", persoon_id=person, van=LONG_AGO, tot=None, nis=nis, land=land, soort="gewoon",
                adres_niet_meedelen=secret,
            )  # fmt: skip

    def family(self, dossier: int, child: int, parents: Sequence[int | None] = ()) -> None:
        self.add("dossier", dossier_id=dossier, uitbetaler="FONS", geopend_op=LONG_AGO, gesloten_op=None)
        self.add("dossierkind", dossier_id=dossier, kind_id=child, van=LONG_AGO, tot=None)
        for order, parent in enumerate(parents, 1):
            self.add(
                "begunstigde", dossier_id=dossier, volgorde=order, persoon_id=parent,
                instelling_kbo=None if parent else "0123456749", van=LONG_AGO, tot=None,
            )  # fmt: skip

    def right(
        self, child: int, to: int = 1, *, half: bool = False, van: date = date(2025, 9, 1), tot: date | None = None
    ) -> None:
        self.add(
            "sociale_toeslag", kind_id=child, van=van, tot=tot, bedrag=Decimal("69.12"), schijf=None, helft=half,
            toegekend_aan=to,
        )  # fmt: skip

    def child(self, person: int, insz: str, parents: Sequence[int | None] = (), **more: Any) -> str:
        """A child of a dossier of its own."""
        self.person(person, insz, **more)
        self.family(person, person, parents)
        return insz

    def write(self, folder: Path) -> Snapshot:
        """The snapshot, signed and synthetic, with its key beside it."""
        return written(folder, self.rows, self.catalogue)


def written(folder: Path, rows: dict[str, list[dict[str, Any]]], catalogue: Catalogue) -> Snapshot:
    folder.mkdir(parents=True)
    entries = []
    for table in tables(catalogue).values():
        own = [{name: row.get(name) for name in table.arrow.names} for row in rows.get(table.name, [])]
        pq.write_table(pa.Table.from_pylist(own, table.arrow), folder / f"{table.name}.parquet", store_schema=False)
        entries.append(file_entry(folder, f"{table.name}.parquet", table.name, len(own)))
    months = {
        "basisbedrag",
        "sociale_toeslag",
        "wezentoeslag",
        "pleegzorgtoeslag",
        "zorgtoeslag",
        "kinderopvangtoeslag",
    }
    coverage = {source: Coverage(first="2024-06", last="2025-11") for source in months}
    coverage["schooltoeslag"] = Coverage(first="2023-2024", last="2025-2026")
    coverage["kleutertoeslag"] = coverage["startbedrag"] = Coverage(first="2024-06-01", last="2025-11-03")
    write_manifest(
        folder, KEY, snapshot_id="proef", extracted_on=EXTRACTED_ON, files=tuple(entries), coverage=coverage,
        synthetic=True, produced_by="test",
    )  # fmt: skip
    public = folder.parent / "proef.pub"
    if not public.exists():
        write_public_key(KEY.public_key(), public)
    return open_snapshot(folder)
