"""Opgroeien's counter as a process, a municipality with its own keys, and the machine that has the others."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pyrage
from browser_work import decision
from browser_world import LOOPBACK, PROGRAM, Visit, World, environment, free_port, wait_for

from groeibrief.keys import write_key_pair
from groeibrief.opgroeien.partykeys import PartyKeys, read_age_key
from groeibrief.opgroeien.transport import LIST, RECEIPT, note

TORHOUT = f"OPG-{datetime.now(UTC).year}-0001"
ZAVENTEM = f"OPG-{datetime.now(UTC).year}-0002"


@contextmanager
def counter_served(home: Path) -> Iterator[World]:
    """Serve the counter over the state in *home* until the end of the block."""
    port = free_port()
    with (home / "loket.log").open("ab") as log:
        command = [str(PROGRAM), "opgroeien", "serve", "--demo", "--port", str(port)]
        process = subprocess.Popen(command, env=environment(home), stdout=log, stderr=log)
        try:
            address = f"http://{LOOPBACK}:{port}"
            wait_for(f"{address}/gezondheid", process, home / "loket.log")
            yield World(home, address)
        finally:
            process.terminate()
            process.wait(20)


@dataclass
class Town:
    """A municipality's own computer: its keys, and what it seals and signs there."""

    home: Path
    age: pyrage.x25519.Identity = field(default_factory=pyrage.x25519.Identity.generate)
    agency: pyrage.x25519.Identity = field(default_factory=pyrage.x25519.Identity.generate)

    def __post_init__(self) -> None:
        self.home.mkdir()
        (self.home / "gemeente.pub").write_text(f"{self.age.to_public()}\n")
        self.signing = write_key_pair(self.home / "gemeente-teken.key", self.home / "gemeente-teken.pub")
        (self.home / "opgroeien.key").write_text(f"{self.agency}\n")
        write_key_pair(self.home / "opgroeien-teken.key", self.home / "opgroeien-teken.pub")

    @property
    def fingerprint(self) -> str:
        import base64

        raw = base64.b64encode(self.signing.public_key().public_bytes_raw()).decode()
        return PartyKeys(read_age_key(self.home / "gemeente.pub"), raw, "", False).fingerprint

    def sealed(self, protocol: str, content: bytes) -> tuple[Path, Path]:
        data = pyrage.encrypt(content, [self.agency.to_public()])
        (self.home / "lijst.csv.age").write_bytes(data)
        return self.home / "lijst.csv.age", self._signed("lijst.csv.age.sig", LIST, protocol, data)

    def receipt(self, protocol: str, sealed: bytes) -> Path:
        return self._signed("ontvangst.sig", RECEIPT, protocol, sealed)

    def _signed(self, name: str, kind: str, protocol: str, data: bytes) -> Path:
        path = self.home / name
        path.write_bytes(self.signing.sign(note(kind, protocol, hashlib.sha256(data).hexdigest())))
        return path


def numbers(snapshot: Path, nis: str = "31033") -> list[str]:
    """National numbers of the children of a municipality, all invented."""
    homes = pq.read_table(snapshot / "woonplaats.parquet", columns=["persoon_id", "nis", "tot"]).to_pylist()
    here = {row["persoon_id"] for row in homes if row["nis"] == nis and row["tot"] is None}
    kids = set(pq.read_table(snapshot / "dossierkind.parquet", columns=["kind_id"]).column("kind_id").to_pylist())
    people = pq.read_table(snapshot / "persoon.parquet", columns=["persoon_id", "insz"]).to_pylist()
    return sorted(row["insz"] for row in people if row["persoon_id"] in here & kids)


def on_the_other_machine(world: World, town: Town, *words: str, account: str = "demo-behandelaar-1") -> str:
    """A command on the machine with the keys, over the same state; what it said."""
    command = [str(PROGRAM), "opgroeien", *words, "--account", account]
    done = subprocess.run(
        command, env=world.environment, cwd=town.home, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode in (0, 5), done.stderr
    return done.stdout + done.stderr


def receive(world: World, town: Town) -> str:
    return on_the_other_machine(world, town, "receive", TORHOUT, "--key", "opgroeien.key")


def match(world: World, town: Town) -> None:
    on_the_other_machine(world, town, "match", TORHOUT, "--snapshot", str(world.snapshot), "--key", "opgroeien.key")


def answer(world: World, town: Town) -> None:
    words = ("answer", TORHOUT, "--sign-key", "opgroeien-teken.key")
    on_the_other_machine(world, town, *words, account="demo-behandelaar-2")


def register_keys(handler: Visit, town: Town) -> None:
    handler.go(f"/dossiers/{TORHOUT}")
    handler.page.get_by_label("Publieke age-sleutel").set_input_files(town.home / "gemeente.pub")
    handler.page.get_by_label("Publieke sleutel om te ondertekenen (Ed25519)").set_input_files(
        town.home / "gemeente-teken.pub"
    )
    handler.press("Registreer")


def attach(handler: Visit) -> None:
    handler.go(f"/dossiers/{TORHOUT}")
    handler.page.get_by_label("Het besluit (PDF)").set_input_files(decision(handler.world.home))
    handler.page.get_by_label("Referentie", exact=True).fill("CB-12")
    handler.page.get_by_label("Datum van het besluit").fill("2026-01-12")
    handler.press("Voeg toe")


def confirm_keys(second: Visit, town: Town) -> None:
    second.go(f"/dossiers/{TORHOUT}")
    second.page.get_by_label("Wat het bestuur voorleest").fill(town.fingerprint)
    second.press("Bevestig")


def advise(visit: Visit, reference: str) -> None:
    visit.go(f"/dossiers/{TORHOUT}")
    visit.page.get_by_label("gunstig", exact=True).check()
    visit.page.get_by_label("Referentie van het advies").fill(reference)
    visit.press("Geef dit advies")


def conclude(handler: Visit) -> None:
    handler.go(f"/dossiers/{TORHOUT}")
    handler.press("Sluit het protocol af")


def hand_in(visit: Visit, town: Town, content: bytes) -> None:
    sealed, signature = town.sealed(TORHOUT, content)
    visit.go(f"/protocollen/{TORHOUT}")
    visit.page.get_by_label("De verzegelde lijst (.age)").set_input_files(sealed)
    visit.page.get_by_label("De handtekening (.sig)").set_input_files(signature)
    visit.press("Bezorg de lijst")


def approve(visit: Visit) -> None:
    visit.go(f"/dossiers/{TORHOUT}")
    visit.press("Keur het antwoord goed")


def fetch(visit: Visit, kind: str = "antwoord") -> Path:
    """Fetch by the button; where the file lies."""
    visit.go(f"/protocollen/{TORHOUT}")
    with visit.page.expect_download() as waited:
        visit.page.get_by_role("button", name=f"Haal het {kind} af").click()
    path = Path(visit.world.home / waited.value.suggested_filename)
    waited.value.save_as(path)
    return path


def confirm_receipt(visit: Visit, town: Town, fetched: Path) -> None:
    import zipfile

    with zipfile.ZipFile(fetched) as archive:
        receipt = town.receipt(TORHOUT, archive.read("antwoord/antwoord.zip.age"))
    visit.go(f"/protocollen/{TORHOUT}")
    visit.page.get_by_label("Het ontvangstbewijs (ontvangst.sig)").set_input_files(receipt)
    visit.press("Bevestig de ontvangst")
