"""An answer is approved by two case handlers before it leaves; an approval is about one answer, by its hash."""

from __future__ import annotations

from datetime import datetime

from groeibrief.errors import RefusedError
from groeibrief.opgroeien.cabinet import Actor, moment
from groeibrief.opgroeien.lifecycle import Act
from groeibrief.opgroeien.protocols import Protocols, Record

NEEDED = 2


def approve(protocols: Protocols, name: str, actor: Actor, when: datetime) -> tuple[str, ...]:
    """Approve the answer that is ready; who have by now. Raises RefusedError: E810; E860 the same person again."""
    record = protocols.get(name)
    digest = _answer(protocols, record)
    with protocols.act(name, Act.APPROVE, actor, when, {"antwoord": digest}) as (opened, now):
        if digest != _answer(protocols, now) or actor.account in approvals_of(protocols, now):
            raise RefusedError(
                "E860", "U keurde dit antwoord al goed, of het is intussen een ander. Laat een collega het nakijken."
            )
        opened.execute(
            "INSERT INTO goedkeuring (protocol, ronde, sha256, wie, wanneer) VALUES (?, ?, ?, ?, ?)",
            (name, now.round, digest, actor.account, moment(when)),
        )
    return approvals_of(protocols, protocols.get(name))


def approvals_of(protocols: Protocols, record: Record) -> tuple[str, ...]:
    """Who approved the answer of the current round as it is now, oldest first."""
    with protocols.cabinet.reading() as opened:
        rows = opened.execute(
            "SELECT g.wie FROM goedkeuring g JOIN antwoord a USING (protocol, ronde, sha256) "
            "WHERE g.protocol = ? AND g.ronde = ? ORDER BY g.wanneer, g.wie",
            (record.id, record.round),
        ).fetchall()
    return tuple(row[0] for row in rows)


def require_approved(protocols: Protocols, record: Record) -> None:
    """Raise RefusedError (E859) unless two approved the answer as it is now."""
    given = len(approvals_of(protocols, record))
    if given < NEEDED:
        raise RefusedError(
            "E859",
            f"Twee behandelaars keuren het antwoord goed voor het weggaat; dat deden er {given}. Doe dat in het loket "
            "of met 'opgroeien approve'.",
        )


def _answer(protocols: Protocols, record: Record) -> str:
    with protocols.cabinet.reading() as opened:
        row = opened.execute(
            "SELECT sha256 FROM antwoord WHERE protocol = ? AND ronde = ?", (record.id, record.round)
        ).fetchone()
    return row[0] if row else ""
