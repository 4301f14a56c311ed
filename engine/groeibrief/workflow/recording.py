"""What is done is recorded in the ledger: the account, the act and the hashes; never a person."""

from __future__ import annotations

import getpass
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from groeibrief.casework import Ledger
from groeibrief.workflow.settings import Settings

ANALYST = "analist"
MUNICIPALITY = "gemeente"


def ledger_of(settings: Settings) -> Ledger:
    """The ledger of this state folder."""
    return Ledger(settings.state / "logboek.sqlite")


def record(settings: Settings, act: str, hashes: Mapping[str, str], role: str = ANALYST) -> None:
    """Add an act of the account that runs this process. Durable on return."""
    ledger_of(settings).append(_account(), role, act, hashes, datetime.now(UTC))


def _account() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "onbekend"
    return re.sub(r"[^A-Za-z0-9._-]", "-", name)[:64] if name[:1].isalpha() else f"u-{name}"[:64]
