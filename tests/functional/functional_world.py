"""The snapshots that the functional tests share."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from functional_command import AUDIENCE, BOUND, Command

from groeibrief.keys import write_key_pair
from groeibrief.printshop.seal import make_age_keys

FAMILIES = 2000
_SECRETS = {
    "persoon": {"naam": "Kanarienaam", "voornaam": "Kanarievoornaam", "insz": "77777777777"},
    "woonplaats": {"straat": "Kanariestraat"},
}
_NOBODY = b"persoon_id,dossier_id,lijst,geldig_van,geldig_tot\n"


@dataclass(frozen=True)
class World:
    """Everything that takes time to make, made once by each test process.

    ``snapshot`` is synthetic; ``real`` says that it is not, and everyone in it has a canary's name.
    """

    home: Path
    run: Command
    snapshot: Path
    real: Path
    trust: Path
    signer: Path
    letters: Path
    selection: Path
    lists: Path
    package: Path
    vutg: Path
    vutg_public: Path
    printer: Path
    printer_public: Path

    @property
    def count(self) -> tuple[object, ...]:
        """The words of an exact count on the real snapshot."""
        return ("count", AUDIENCE, *BOUND, "--snapshot", self.real, "--trust", self.trust, "--exact")

    def select(self, out: Path) -> tuple[object, ...]:
        """The words of a selection on the real snapshot."""
        given = ("--snapshot", self.real, "--trust", self.trust, "--suppression", self.lists)
        return ("select", AUDIENCE, *BOUND, *given, "--out", out)

    def make(self, out: Path, letters: Path | None = None) -> tuple[object, ...]:
        """The words that seal a package."""
        keys = ("--recipient", self.printer_public, "--key", self.vutg)
        return ("package", "make", letters or self.letters, "--out", out, *keys)

    def copy(self, to: Path) -> tuple[Path, tuple[object, ...]]:
        """A copy of the real snapshot to spoil, without the prepared store; and the words of a count on it."""
        copy = to / "snapshot"
        shutil.copytree(self.real, copy)
        words = ("count", AUDIENCE, *BOUND, "--snapshot", copy, "--trust", self.trust, "--exact")
        return copy, words


def build(home: Path, compiled: Path) -> World:
    """The world in the folder *home*, made unless it is there."""
    keys = home / "sleutels"
    world = World(
        home=home,
        run=Command(home, compiled),
        snapshot=home / "synthetisch" / "proef",
        real=home / "echt" / "snapshot",
        trust=keys / "bron.pub",
        signer=keys / "bron.key",
        lists=home / "lijsten",
        selection=home / "selectie",
        letters=home / "brieven",
        package=home / "opdracht.pakket",
        vutg=keys / "vutg.key",
        vutg_public=keys / "vutg.pub",
        printer=keys / "drukkerij.key",
        printer_public=keys / "drukkerij.pub",
    )
    if not world.package.exists():
        _make(world)
    return world


def _make(world: World) -> None:
    """Through the commands, but for the names of the canaries."""
    for folder in (world.trust.parent, world.snapshot.parent, world.real.parent, world.lists):
        folder.mkdir(parents=True)
    key = write_key_pair(world.signer, world.trust)
    write_key_pair(world.vutg, world.vutg_public)
    make_age_keys(world.printer, world.printer_public)
    for name in ("verzet", "beschermd"):
        (world.lists / f"{name}.csv").write_bytes(_NOBODY)
        (world.lists / f"{name}.csv.sig").write_bytes(key.sign(_NOBODY))
    assert world.run("snapshot", "synth", world.snapshot, "--families", FAMILIES).code == 0
    shutil.copytree(world.snapshot, world.real)
    sing(world.real)
    sign(world.real, key)
    for words in (
        world.select(world.selection),
        ("letters", "render", world.selection, "--out", world.letters, "--insert", "folder=8"),
        world.make(world.package),
    ):
        result = world.run(*words)
        assert result.code == 0, result.err


def sing(snapshot: Path) -> None:
    """Give everyone a canary's name, number and street."""
    for table, secrets in _SECRETS.items():
        path = snapshot / f"{table}.parquet"
        rows = pq.read_table(path)
        for column, word in secrets.items():
            field = rows.schema.field(column)
            rows = rows.set_column(rows.schema.get_field_index(column), field, pa.array([word] * len(rows), field.type))
        pq.write_table(rows, path, store_schema=False)


def sign(snapshot: Path, key: Ed25519PrivateKey, **changes: object) -> None:
    """Describe the files as they are and sign; *changes* to the manifest."""
    told = json.loads((snapshot / "manifest.json").read_bytes())
    for entry in told["files"]:
        data = (snapshot / entry["name"]).read_bytes()
        entry |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    told |= {"snapshot_id": "echt-2025-11", "synthetic": False, "produced_by": "test", **changes}
    data = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    (snapshot / "manifest.json").write_bytes(data)
    (snapshot / "manifest.sig").write_bytes(key.sign(data))
