"""Signed checkpoints of the ledger: so many entries, this last hash, signed and kept elsewhere.

Who rewrites the ledger, its head and its key cannot make an old checkpoint fit again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from groeibrief.artefacts import canonical_json
from groeibrief.casework.cabinet import moment
from groeibrief.casework.ledger import Ledger, Verdict
from groeibrief.casework.statements import read_statement, write_statement

KIND = "controlepunt"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What was signed: ``entries`` and the ``hash`` of the last one, at a moment in UTC."""

    entries: int
    hash: str
    when: str

    def as_json(self) -> dict[str, Any]:
        """The signed content."""
        return {"soort": KIND, "aantal": self.entries, "hash": self.hash, "wanneer": self.when}


def write_checkpoint(ledger: Ledger, out: Path, key: Path, when: datetime) -> Checkpoint:
    """Sign where the ledger stands, in the new file *out* with ``<out>.sig`` beside it.

    Raises RefusedError (E530) when the ledger is broken, UsageError (E210, E220, E221).
    """
    entries, digest = ledger.head()
    made = Checkpoint(entries, digest, moment(when))
    write_statement(out, canonical_json(made.as_json()), key)
    return made


def check_checkpoint(ledger: Ledger, path: Path, trusted: Sequence[Path]) -> Verdict:
    """Compare the ledger with a checkpoint, besides all that ``verify`` compares.

    Raises UsageError (E220, E221), RefusedError (E737) when the checkpoint itself is not to be trusted.
    """
    data = json.loads(read_statement(path, KIND, trusted))
    verdict = ledger.verify()
    entries, digest = int(data["aantal"]), str(data["hash"])
    if not verdict.valid or ledger.hash_at(entries) == digest:
        return verdict
    return Verdict(
        verdict.entries,
        f"Het controlepunt kent een andere regel {entries}: de regels ervoor zijn herschreven of weg.",
        entries,
    )
