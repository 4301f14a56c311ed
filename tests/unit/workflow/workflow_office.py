"""An office with a snapshot of invented families, and a request that is approved or anywhere before that."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pypdfium2

from groeibrief.keys import write_key_pair
from groeibrief.printshop.seal import make_age_keys
from groeibrief.snapshot.synthetic import synthesise
from groeibrief.workflow import approvals, requests
from groeibrief.workflow.office import Content, Office, Processor, Role, Viewer, fingerprint_of_key, open_office
from groeibrief.workflow.running import Means, Ran, run_request
from groeibrief.workflow.settings import Settings

NOW = datetime(2025, 11, 10, 9, 0, tzinfo=UTC)
KBO, OTHER = "0123.456.749", "0234.567.873"
TEXT = """\
doelgroep: proef-sociale-toeslag
titel: Gezinnen met een sociale toeslag
opdrachtgever: {naam: OCMW Proef, kbo: "0123.456.749"}
doeleinde:
  categorie: bijkomende-financiele-steun
  aanbod: {soort: toelage, tekst: Uw gezin kan een bijkomende toelage krijgen.}
peildatum: 2025-11-01
woonplaats: {gemeenten: ["11002"], van: kind}
eenheid: gezin
voorwaarden:
  kinderen: {minstens: 1, die: {heeft: {bron: sociale_toeslag}}}
brief: {sjabloon: informatiebrief}
"""
SERIES = TEXT + "herhaling: {elke: maand, tot: 2026-02, alleen_nieuwe: false}\n"
CASES = """\
doelgroep: proef-sociale-toeslag
gevallen:
  - naam: met sociale toeslag
    verwacht: in
    omdat: het recht loopt
    kinderen:
      - geboren: 2019-05-02
        sociale_toeslag: [{van: 2025-09-01, bedrag: 69.12, schijf: laag}]
  - naam: zonder
    verwacht: uit
    omdat: er is geen recht
    kinderen:
      - geboren: 2019-05-02
"""
CONTENT = Content(
    title="Toelage",
    purpose="bijkomende-financiele-steun",
    offer="toelage",
    offer_text="Uw gezin kan een bijkomende toelage krijgen.",
    template="informatiebrief",
)
ACCOUNTS = (
    ("gemeente", Role.MUNICIPALITY, KBO),
    ("buur", Role.MUNICIPALITY, OTHER),
    ("analist.een", Role.ANALYST, None),
    ("analist.twee", Role.ANALYST, None),
    ("dpo", Role.DPO, None),
    ("drukkerij", Role.PRINTER, None),
    ("beheerder", Role.ADMINISTRATOR, None),
)


@dataclass
class World:
    """Everything in one folder: snapshot, keys, state."""

    home: Path
    now: datetime = NOW
    office: Office = field(init=False)

    def __post_init__(self) -> None:
        settings = Settings(trust=(), store_root=self.snapshot.parent / "voorbereid", state=self.home / "staat")
        self.office = open_office(settings, clock=lambda: self.now)

    @property
    def snapshot(self) -> Path:
        return self.home.parent / "gedeeld" / "proef"

    @property
    def keys(self) -> Path:
        return self.home.parent / "gedeeld" / "sleutels"

    @property
    def means(self) -> Means:
        return Means(self.snapshot, (self.keys / "drukkerij.pub",), self.keys / "vutg.key")

    def viewer(self, account: str) -> Viewer:
        return self.office.viewer(account)

    def later(self, **span: int) -> None:
        self.now += timedelta(**span)

    def run(self, request: str = "2025-0001", **more: int) -> Ran:
        return run_request(self.office, self.viewer("analist.een"), request, self.means, **more)

    @property
    def folder(self) -> Path:
        return self.office.cabinet.folder / "uitvoeringen" / "2025-0001" / "ronde-1"

    def acts(self) -> list[str]:
        return [entry.act for entry in self.office.cabinet.ledger.entries()]


def make_shared(folder: Path) -> None:
    """The snapshot and the keys, which no test changes."""
    keys = folder / "sleutels"
    keys.mkdir(parents=True)
    write_key_pair(keys / "vutg.key", keys / "vutg.pub")
    make_age_keys(keys / "drukkerij.key", keys / "drukkerij.pub")
    make_age_keys(keys / "ander.key", keys / "ander.pub")
    world = World(folder.parent / "leeg")
    synthesise(folder / "proef", catalogue=world.office.catalogue, families=500)


def make_world(home: Path) -> World:
    """An office with authorities, accounts and a processor agreement."""
    world = World(home)
    office = world.office
    for kbo, name, code in ((KBO, "OCMW Proef", "11002"), (OTHER, "Gemeente Buur", "11001")):
        office.authorities.add(kbo, name, "ocmw", (code,), date(2019, 1, 1), office.catalogue.municipalities, "b", NOW)
    for account, role, authority in ACCOUNTS:
        office.accounts.add(account, role, authority, "beheerder", NOW)
    key = fingerprint_of_key(world.keys / "drukkerij.pub")
    agreement = Processor("VO-1", "Drukkerij", KBO, key, date(2025, 1, 1), date(2027, 1, 1))
    office.processors.register(world.viewer("analist.een"), agreement, NOW)
    return world


def council_decision() -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    sink = io.BytesIO()
    document.save(sink)
    return sink.getvalue()


def submitted(world: World, text: str = TEXT) -> str:
    """A complete request of the municipality, handed in."""
    office, town = world.office, world.viewer("gemeente")
    number = requests.open_request(office, town, KBO, CONTENT).id
    requests.define(office, town, number, text, CASES)
    requests.attach_decision(office, town, number, council_decision(), "2025/12", date(2025, 10, 1))
    requests.submit(office, town, number)
    return number


def in_review(world: World, text: str = TEXT) -> str:
    """The same, agreed and put before those who approve."""
    number = submitted(world, text)
    analyst = world.viewer("analist.een")
    requests.agree(world.office, analyst, number, "VUTG-2025-1", date(2025, 11, 3))
    requests.review(world.office, analyst, number)
    return number


def approved(world: World, text: str = TEXT) -> str:
    """The same, approved."""
    number = in_review(world, text)
    approvals.approve(world.office, world.viewer("analist.een"), number)
    return number
