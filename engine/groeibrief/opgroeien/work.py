"""Working data of a list: the sealed list, the answer sealed to the municipality, the erasure of both, and its proof.

Both are ciphertext: the list under Opgroeien's key, the answer under the municipality's. They live from the receipt of
a list to the delivery of its answer, or until the protocol ends.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from groeibrief.artefacts import canonical_json, new_file, sha256_bytes, sha256_file, sync_directory
from groeibrief.errors import RefusedError
from groeibrief.opgroeien.cabinet import Cabinet, hash_of_protocol, moment
from groeibrief.opgroeien.lifecycle import State

_ROOM, _PROOFS = "werk", "wisbewijzen"
_KEEPING = (State.RECEIVED, State.STOPPED, State.READY)
LIST, ANSWER = "lijst.age", ".zip.age"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was erased: name and SHA-256 of each file, and the proof that says so."""

    files: tuple[tuple[str, str], ...]
    proof: Path
    sha256: str


class Workbench:
    """The working data of one round of a protocol."""

    def __init__(self, cabinet: Cabinet, protocol: str, number: int) -> None:
        self._cabinet = cabinet
        self._protocol = protocol
        self._round = number

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self._cabinet.room(_ROOM, f"{self._protocol}-{self._round}")

    def keep(self, name: str, data: bytes) -> None:
        """Keep sealed bytes; what lay there is replaced."""
        with new_file(self.folder / name, replace=True) as stream:
            stream.write(data)

    def read(self, name: str, digest: str) -> bytes:
        """Read what was kept. Raises RefusedError (E844) when it is gone or altered."""
        try:
            data = (self.folder / name).read_bytes()
        except OSError:
            data = b""
        if sha256_bytes(data) != digest:
            raise RefusedError(
                "E844", "De verzegelde werkgegevens zijn weg of gewijzigd. Verwerp deze lijst en vraag ze opnieuw."
            )
        return data

    def drop_others(self, name: str) -> None:
        """Remove earlier answers of this round: only the one called *name* can still be delivered."""
        for path in self.folder.glob(f"*{ANSWER}"):
            if path.name != name:
                path.unlink(missing_ok=True)

    def erase(self, when: datetime) -> Erasure:
        """Erase all of it, look that it is gone, and write the proof; done before, the proof as it was.

        What there is to erase is written down first, so that a killed erasure still proves all of it.
        """
        proof = self._cabinet.room(_PROOFS) / f"{self._protocol}-{self._round}.json"
        path = self._cabinet.room(_ROOM) / f"{self._protocol}-{self._round}"
        if not path.is_dir() and proof.exists():
            return _proven(proof)
        folder = self.folder
        plan = folder / "te-wissen.json"
        if not plan.exists():
            told = [[path.name, sha256_file(path)] for path in sorted(folder.iterdir()) if path.suffix == ".age"]
            with new_file(plan) as stream:
                stream.write(canonical_json(told))
        files = [{"bestand": name, "sha256": digest} for name, digest in json.loads(plan.read_bytes())]
        for path in folder.iterdir():
            if path != plan:
                path.unlink()
        sync_directory(folder)
        told_proof = {
            "soort": "wisbewijs",
            "protocol": hash_of_protocol(self._protocol),
            "ronde": self._round,
            "gewist": files,
            "overgebleven": sorted(path.name for path in folder.iterdir() if path != plan),
            "wanneer": moment(when),
        }
        with new_file(proof, replace=True) as stream:
            stream.write(canonical_json(told_proof))
        shutil.rmtree(folder)
        sync_directory(folder.parent)
        return _proven(proof)


def _proven(proof: Path) -> Erasure:
    data = proof.read_bytes()
    files = tuple((entry["bestand"], entry["sha256"]) for entry in json.loads(data)["gewist"])
    return Erasure(files, proof, sha256_bytes(data))


def leftovers(cabinet: Cabinet, states: dict[str, tuple[State, int]]) -> list[Workbench]:
    """Working data that should be gone: of a protocol, or a round, that is no longer being worked on.

    *states*: each protocol's state and round. The rounds that are being delivered are their delivery's to erase.
    """
    found = []
    for folder in sorted(cabinet.room(_ROOM).iterdir()):
        protocol, _, number = folder.name.rpartition("-")
        state, current = states.get(protocol, (State.WITHDRAWN, 0))
        if not number.isdigit() or (int(number) == current and state in (*_KEEPING, State.ANSWERED)):
            continue
        found.append(Workbench(cabinet, protocol, int(number)))
    return found
