"""Settings of a run that do not belong to the definition: keys, folders."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """``trust``: public keys of snapshots and packages. ``store_root`` None: beside the snapshot.

    ``by``: the account, with its role, that the ledger names; None: the account that runs this process.
    """

    trust: tuple[Path, ...]
    store_root: Path | None
    state: Path
    by: tuple[str, str] | None = None

    def acting(self, account: str, role: str) -> Settings:
        """The same, for what someone else does through this process."""
        return replace(self, by=(account, role))

    @staticmethod
    def default_state() -> Path:
        """Where the ledger and the memory of counts live by default (XDG base directories)."""
        home = os.environ.get("XDG_STATE_HOME")
        return (Path(home) if home else Path.home() / ".local" / "state") / "groeibrief"

    def store_beside(self, snapshot: Path) -> Path:
        """The folder for prepared stores of *snapshot*."""
        return self.store_root or snapshot.resolve().parent / "voorbereid"
