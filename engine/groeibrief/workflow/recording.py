"""What is done is recorded in the ledger: the account, the act and the hashes; never a person."""

from __future__ import annotations

import getpass
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from groeibrief.casework import Ledger, Verdict
from groeibrief.state import held
from groeibrief.workflow.settings import Settings

if TYPE_CHECKING:
    from groeibrief.casework.checkpoints import Checkpoint
    from groeibrief.casework.ledger import Entry

ANALYST = "analist"
MUNICIPALITY = "gemeente"
ADMINISTRATOR = "beheerder"


def ledger_of(settings: Settings) -> Ledger:
    """The ledger of this state folder."""
    return Ledger(settings.state / "logboek.sqlite")


def require_ledger(settings: Settings) -> None:
    """Refuse before the work what could not be recorded after it. Raises TryAgainError (E518)."""
    ledger_of(settings)


def record(settings: Settings, act: str, hashes: Mapping[str, str], role: str = ANALYST) -> None:
    """Add an act of whom *settings* name, else of the account that runs this process. Durable on return."""
    who, in_role = settings.by or (_account(), role)
    ledger_of(settings).append(who, in_role, act, hashes, datetime.now(UTC))


def record_once(settings: Settings, act: str, hashes: Mapping[str, str], role: str = ANALYST) -> None:
    """Add an act unless the very same stands there: for what a command does again when it was killed half-way."""
    ledger = ledger_of(settings)
    with held(settings.state / "logboek.eenmaal"):
        if not any(entry.act == act and dict(entry.hashes) == dict(hashes) for entry in ledger.entries()):
            record(settings, act, hashes, role)


def renew_key(settings: Settings) -> Entry:
    """Seal the ledger's head with a new key, under the account that runs this process. As ``Ledger.renew_key``."""
    return ledger_of(settings).renew_key(_account(), ADMINISTRATOR, datetime.now(UTC))


def write_checkpoint(ledger: Ledger, out: Path, key: Path) -> Checkpoint:
    """Sign where the ledger stands now. Raises as ``casework.checkpoints``, as does :func:`check_checkpoint`."""
    from groeibrief.casework import checkpoints

    return checkpoints.write_checkpoint(ledger, out, key, datetime.now(UTC))


def check_checkpoint(ledger: Ledger, path: Path, trusted: Sequence[Path]) -> Verdict:
    """Verify the ledger, and hold it against a signed checkpoint."""
    from groeibrief.casework import checkpoints

    return checkpoints.check_checkpoint(ledger, path, trusted)


def _account() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "onbekend"
    return re.sub(r"[^A-Za-z0-9._-]", "-", name)[:64] if name[:1].isalpha() else f"u-{name}"[:64]
