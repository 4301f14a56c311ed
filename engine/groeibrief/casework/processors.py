"""Processor agreements with print shops: without one in force, nothing is sealed for that print shop's key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from groeibrief.casework.accounts import Role, Viewer, require_role
from groeibrief.casework.authorities import read_kbo
from groeibrief.casework.cabinet import Cabinet
from groeibrief.casework.content import check_text
from groeibrief.errors import RefusedError, UsageError, reason


@dataclass(frozen=True, slots=True)
class Processor:
    """An agreement: its reference, the print shop, the fingerprint of its key, from a day to a day (not included)."""

    reference: str
    name: str
    kbo: str
    key: str
    since: date
    until: date

    def holds_on(self, day: date) -> bool:
        """Whether it is in force."""
        return self.since <= day < self.until

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "referentie": self.reference,
            "naam": self.name,
            "kbo": self.kbo,
            "sleutel": self.key,
            "van": self.since.isoformat(),
            "tot": self.until.isoformat(),
        }


def fingerprint_of_key(path: Path) -> str:
    """The SHA-256 of a public age key, spaces and comments aside. Raises UsageError (E718) when it cannot be read."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "het is geen sleutel"
        raise UsageError("E718", f"De publieke sleutel {path} kan niet gelezen worden: {why}.") from error
    keys = sorted(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


class Processors:
    """The agreements in a cabinet."""

    def __init__(self, cabinet: Cabinet) -> None:
        self._cabinet = cabinet

    def register(self, viewer: Viewer, processor: Processor, when: datetime) -> Processor:
        """Register an agreement. Raises RefusedError (E712), UsageError (E707, E719)."""
        require_role(viewer, (Role.ANALYST,), "Een verwerkersovereenkomst registreert een analist.")
        for name, text in (("referentie", processor.reference), ("naam", processor.name)):
            check_text(name, text)
        if processor.since >= processor.until:
            raise UsageError("E719", "Een verwerkersovereenkomst eindigt na de dag waarop ze begint.")
        kept = Processor(
            processor.reference.strip(), processor.name.strip(), read_kbo(processor.kbo), processor.key,
            processor.since, processor.until,
        )  # fmt: skip
        with self._cabinet.writing() as opened:
            if opened.execute("SELECT 1 FROM verwerker WHERE referentie = ?", (kept.reference,)).fetchone():
                raise UsageError("E719", "Er is al een verwerkersovereenkomst met die referentie.")
            opened.execute(
                "INSERT INTO verwerker (referentie, naam, kbo, sleutel, van, tot) VALUES (?, ?, ?, ?, ?, ?)",
                (kept.reference, kept.name, kept.kbo, kept.key, kept.since.isoformat(), kept.until.isoformat()),
            )
            self._cabinet.note(
                opened, viewer.account, viewer.role.value, "verwerkersovereenkomst", {"sleutel": kept.key}, when
            )
        return kept

    def all(self) -> tuple[Processor, ...]:
        """Every agreement, the latest last."""
        with self._cabinet.reading() as opened:
            rows = opened.execute(
                "SELECT referentie, naam, kbo, sleutel, van, tot FROM verwerker ORDER BY van, referentie"
            ).fetchall()
        return tuple(
            Processor(reference, name, kbo, key, date.fromisoformat(since), date.fromisoformat(until))
            for reference, name, kbo, key, since, until in rows
        )

    def require(self, key: str, day: date) -> Processor:
        """The agreement in force for a key. Raises RefusedError (E720) when there is none."""
        found = [each for each in self.all() if each.key == key and each.holds_on(day)]
        if not found:
            raise RefusedError(
                "E720",
                "Er is geen verwerkersovereenkomst van kracht met de drukkerij van deze sleutel. Registreer ze eerst; "
                "zonder overeenkomst wordt er geen pakket verzegeld.",
            )
        return found[-1]
