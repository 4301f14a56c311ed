"""The list track at full size: a list of half a million numbers, from its seal to the delivered answer."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pyrage
from ground import DAY, Ground

from groeibrief.keys import write_key_pair
from groeibrief.snapshot.folder import open_snapshot
from groeibrief.snapshot.manifest import file_entry, write_manifest
from groeibrief.workflow.intake import take_in
from groeibrief.workflow.opgroeien import Track, open_track
from groeibrief.workflow.settings import Settings

_APPLICATION = """\
titel: Meting
poort: {{ander_comite_bevoegd: nee, machtiging_bestuur: geen, machtiging_opgroeien: geen, bekendmaking: geen}}
bestuur:
  naam: Verzonnen bestuur
  kbo: "0123.456.749"
  nis: {codes}
  dpo: {{naam: DPO, e_mail: dpo@bestuur.example.be}}
doeleinde: {{categorie: korting-op-dienstverlening, voordeel: Meting, toekenning: automatische-toekenning}}
rechtsgrond: geen
leeftijd: {{van: 0, tot_en_met: 25}}
periodiciteit: eenmalig
looptijd: {{van: {first}, tot_en_met: {last}}}
insz_begunstigde: false
gedeeltelijk_antwoord: true
"""
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def home(ground: Ground) -> Path:
    """The folder of the measurement."""
    return ground.folder / "lijst"


def track(ground: Ground) -> Track:
    """The track over a state of its own, and the ground's snapshot."""
    return open_track(Settings(trust=(), store_root=home(ground) / "voorbereid", state=home(ground) / "staat"))


def make(ground: Ground, amount: int) -> str:
    """Make the ground ready: a snapshot taken in, a concluded protocol, a sealed and signed list; its number."""
    folder = home(ground)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    town, agency = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    (folder / "opgroeien.key").write_text(f"{agency}\n")
    (folder / "gemeente.pub").write_text(f"{town.to_public()}\n")
    (folder / "besluit.pdf").write_bytes(_PDF)
    write_key_pair(folder / "opgroeien-teken.key", folder / "opgroeien-teken.pub")
    signing = write_key_pair(folder / "teken.key", folder / "teken.pub")
    own = track(ground)
    an, bert, dina = (
        own.add_account(name, role) for name, role in (("an", "behandelaar"), ("bert", "behandelaar"), ("dina", "dpo"))
    )
    today = own.now().date()
    codes = json.dumps([row.nis for row in ground.catalogue.municipalities.valid_on(today)])
    (folder / "aanvraag.yaml").write_text(_APPLICATION.format(codes=codes, first=today, last=today + timedelta(90)))
    name = own.new(folder / "aanvraag.yaml", an).id
    keys = own.register_keys(name, folder / "gemeente.pub", folder / "teken.pub", an)
    own.confirm_keys(name, keys.fingerprint, bert)
    own.attach(name, folder / "besluit.pdf", "b", date(2026, 1, 1), an)
    own.advise(name, "bestuur", positive=True, conditions="", reference="a", actor=an)
    own.advise(name, "opgroeien", positive=True, conditions="", reference="a", actor=dina)
    own.conclude(name, an)
    snapshot = _numbered(ground)
    take_in(snapshot, own.settings, own.catalogue)
    sealed = pyrage.encrypt("\n".join(["insz", *_numbers(snapshot, amount), ""]).encode(), [agency.to_public()])
    (folder / "lijst.csv.age").write_bytes(sealed)
    note = f"groeibrief-lijst 1\nprotocol {name}\nsha256 {hashlib.sha256(sealed).hexdigest()}\n"
    (folder / "lijst.csv.age.sig").write_bytes(signing.sign(note.encode()))
    return name


def _numbered(ground: Ground) -> Path:
    """The ground's snapshot with a number of its own for everyone: invented people share the few serials never issued.

    Never issued either: days of birth from 32 on, of which the check digits are right all the same.
    """
    import duckdb

    folder = home(ground) / "snapshot"
    folder.mkdir()
    snapshot = open_snapshot(ground.snapshot)
    entries = []
    for entry in snapshot.manifest.files:
        source, target = ground.snapshot / entry.name, folder / entry.name
        if entry.table != "persoon":
            target.hardlink_to(source)
            entries.append(entry)
            continue
        nine = "printf('%02d%02d%02d%03d', i % 100, 1 + i // 100 % 12, 32 + i // 1200 % 68, i // 81600)"
        duckdb.sql(
            f"COPY (SELECT * EXCLUDE (i, nine) REPLACE "
            f"(nine || printf('%02d', 97 - CAST(nine AS BIGINT) % 97) AS insz) FROM "
            f"(SELECT *, {nine} AS nine FROM (SELECT *, persoon_id AS i FROM read_parquet('{source}'))) "
            f"ORDER BY persoon_id) TO '{target}' (FORMAT parquet)"
        )
        entries.append(file_entry(folder, entry.name, entry.table, entry.rows))
    key = write_key_pair(home(ground) / "bron.key", home(ground) / "proef.pub")
    write_manifest(
        folder, key, snapshot_id="meting", extracted_on=snapshot.extracted_on, files=tuple(entries),
        coverage=snapshot.coverage, synthetic=True, produced_by="make bench",
    )  # fmt: skip
    return folder


def _numbers(snapshot: Path, amount: int) -> list[str]:
    import duckdb

    rows = duckdb.sql(
        f"SELECT DISTINCT p.insz FROM read_parquet('{snapshot}/persoon*.parquet') p "
        f"JOIN read_parquet('{snapshot}/dossierkind*.parquet') k ON k.kind_id = p.persoon_id "
        f"ORDER BY hash(p.insz) LIMIT {amount}"
    ).fetchall()
    return [row[0] for row in rows]


def answer(ground: Ground, name: str) -> list[int]:
    """Take the list in, compare it, approve and deliver; how many rows there were, and how many got a yes or no."""
    from groeibrief.workflow.opgroeienlists import answer_list, match_list, receive_list

    folder, own = home(ground), track(ground)
    an, bert = own.actor("an"), own.actor("bert")
    sealed = folder / "lijst.csv.age"
    receive_list(own, name, sealed, sealed.with_name("lijst.csv.age.sig"), folder / "opgroeien.key", an)
    found = match_list(own, name, folder / "snapshot", folder / "opgroeien.key", an, day=DAY)
    assert not found.stops, found.stops
    for actor in (an, bert):
        own.approve(name, actor)
    answer_list(own, name, folder / "antwoord", folder / "opgroeien-teken.key", bert)
    return [found.totals.rijen, found.totals.ja + found.totals.nee]
