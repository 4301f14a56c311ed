"""What a municipality hands in at the counter: sealed lists and receipts, checked by their signatures alone.

The counter has no secret key. What it can refuse without one is refused at once and not kept; what it keeps is sealed
to Opgroeien, and waits for a case handler on the machine with the keys.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from groeibrief.artefacts import new_file, sha256_bytes
from groeibrief.errors import Finding, RefusedError
from groeibrief.opgroeien.cabinet import Actor, moment
from groeibrief.opgroeien.lifecycle import Act, State, after
from groeibrief.opgroeien.partykeys import confirmed_keys
from groeibrief.opgroeien.protocols import Protocols, Record
from groeibrief.opgroeien.transport import LIST, RECEIPT, require_signed

ROOM = "loket"
_SEAL = b"age-encryption.org/v1\n"
WAITING, TAKEN, REFUSED, REPLACED = "wacht", "ingenomen", "geweigerd", "vervangen"
FAULTY = "E834"
"""The refusal that comes with a fault report."""
ITS_OWN_FAULT = ("E824", "E825", "E830", "E831", "E833", FAULTY)
"""Refusals that no other key or column mends: the list goes, and the municipality reads why."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A list that was handed in. ``told``: why it was refused; ``report``: the SHA-256 of a sealed fault report."""

    number: int
    protocol: str
    sha256: str
    signature: bytes
    when: datetime
    outcome: str
    told: str
    report: str | None

    @property
    def waits(self) -> bool:
        """Whether a case handler still has to take it in."""
        return self.outcome == WAITING


def offer(protocols: Protocols, name: str, sealed: bytes, signature: bytes, actor: Actor, when: datetime) -> Offered:
    """Hand in a sealed list and its signature; it replaces one that still waits.

    Raises RefusedError: E810, E811, E813, E816 the protocol; E821 the signature; E825 taken in before; E855 not sealed.
    Nothing of a refused list is kept.
    """
    record = protocols.get(name)
    after(record.state, Act.OFFER, actor.role)
    protocols.require_list_time(record, when.date())
    keys = confirmed_keys(protocols, name)
    if not sealed.startswith(_SEAL):
        raise RefusedError(
            "E855",
            "Dit bestand is niet met age verzegeld. Er is niets van bewaard. Verzegel uw lijst eerst voor Opgroeien, "
            "en verstuur het bestand dat op .age eindigt.",
        )
    digest = sha256_bytes(sealed)
    require_signed(LIST, name, digest, signature, keys, "de handtekening")
    path = _path(protocols, name, digest)
    with protocols.cabinet.holding(ROOM):
        try:
            with new_file(path, replace=True) as stream:
                stream.write(sealed)
            with protocols.act(name, Act.OFFER, actor, when, {"lijst": digest}) as (opened, _):
                refuse_replay(opened, digest, "de lijst")
                opened.execute(
                    "UPDATE aangeboden SET uitkomst = ? WHERE protocol = ? AND uitkomst = ?", (REPLACED, name, WAITING)
                )
                opened.execute(
                    "INSERT INTO aangeboden (protocol, sha256, handtekening, wie, wanneer, uitkomst, uitleg) "
                    "VALUES (?, ?, ?, ?, ?, ?, '')",
                    (name, digest, signature, actor.account, moment(when), WAITING),
                )
        finally:
            # Whether it was taken, refused, or takes the place of another: only what waits stays.
            clear(protocols, name)
    return offered(protocols, name)[-1]


def refuse_replay(opened: sqlite3.Connection, digest: str, name: str) -> None:
    """Raise RefusedError (E825) for a list that was taken in before."""
    if opened.execute("SELECT 1 FROM lijst WHERE sha256 = ?", (digest,)).fetchone():
        raise RefusedError(
            "E825", Finding("Precies deze lijst is al eens ontvangen. Vraag een nieuwe lijst.", bestand=name)
        )


def offered(protocols: Protocols, name: str) -> tuple[Offered, ...]:
    """The lists that were handed in under a protocol, oldest first."""
    with protocols.cabinet.reading() as opened:
        rows = opened.execute(
            "SELECT nummer, protocol, sha256, handtekening, wanneer, uitkomst, uitleg, verslag FROM aangeboden "
            "WHERE protocol = ? ORDER BY nummer",
            (name,),
        ).fetchall()
    return tuple(
        Offered(number, protocol, digest, bytes(signature), datetime.fromisoformat(when), outcome, told, report)
        for number, protocol, digest, signature, when, outcome, told, report in rows
    )


def waiting(protocols: Protocols, name: str) -> tuple[Offered, Path, Path]:
    """The list that waits, its sealed file, and its signature as a file beside it. Raises RefusedError (E861)."""
    found = next((each for each in offered(protocols, name) if each.waits), None)
    if found is None or not _path(protocols, name, found.sha256).exists():
        raise RefusedError(
            "E861", "Er wacht geen lijst in het loket. Geef het bestand zelf, of vraag het bestuur er een te bezorgen."
        )
    path = _path(protocols, name, found.sha256)
    signature = path.with_name(f"{path.name}.sig")
    with new_file(signature, replace=True) as stream:
        stream.write(found.signature)
    return found, path, signature


def new_report(protocols: Protocols, name: str) -> Path:
    """Where the fault report of the list that waits is written."""
    return _room(protocols, name) / "nieuw.verslag"


def settle(protocols: Protocols, found: Offered, outcome: str, told: str, report: Path | None) -> None:
    """Write down what became of a list that waited, and let go of it."""
    digest = sha256_bytes(report.read_bytes()) if report is not None and report.exists() else None
    if report is not None and digest is not None:
        report.rename(report_path(protocols, found.protocol, digest))
    with protocols.cabinet.writing() as opened:
        opened.execute(
            "UPDATE aangeboden SET uitkomst = ?, uitleg = ?, verslag = ? WHERE nummer = ? AND uitkomst = ?",
            (outcome, told, digest, found.number, WAITING),
        )
    clear(protocols, found.protocol)


def refuse(protocols: Protocols, name: str, told: str, actor: Actor, when: datetime) -> None:
    """Refuse the list that waits; the municipality reads *told*. Raises RefusedError: E810, E861."""
    found, _, _ = waiting(protocols, name)
    with protocols.act(name, Act.REFUSE_LIST, actor, when, {"lijst": found.sha256}):
        pass
    settle(protocols, found, REFUSED, told, None)


def clear(protocols: Protocols, name: str) -> None:
    """Remove every handed-in file of a protocol that does not wait any more."""
    kept = {f"{each.sha256}.age" for each in offered(protocols, name) if each.waits}
    for path in _room(protocols, name).glob("*.age*"):
        if path.name.removesuffix(".sig") not in kept:
            path.unlink(missing_ok=True)


def report_path(protocols: Protocols, name: str, digest: str) -> Path:
    """Where a sealed fault report lies until it was fetched."""
    return _room(protocols, name) / f"{digest}.verslag"


def confirm_receipt(protocols: Protocols, name: str, signature: bytes, actor: Actor, when: datetime) -> Record:
    """Take a municipality's signed receipt of the current answer. Raises RefusedError: E810; E821 another signature."""
    record = protocols.get(name)
    after(record.state, Act.CONFIRM, actor.role)
    with protocols.cabinet.reading() as opened:
        (digest,) = opened.execute(
            "SELECT sha256 FROM antwoord WHERE protocol = ? AND ronde = ?", (name, record.round)
        ).fetchone()
    require_signed(RECEIPT, name, digest, signature, confirmed_keys(protocols, name), "het ontvangstbewijs")
    with protocols.act(name, Act.CONFIRM, actor, when, {"ontvangstbewijs": sha256_bytes(signature)}) as (opened, now):
        opened.execute(
            "INSERT OR IGNORE INTO ontvangst (protocol, ronde, handtekening, wie, wanneer) VALUES (?, ?, ?, ?, ?)",
            (name, now.round, signature, actor.account, moment(when)),
        )
    return protocols.get(name)


def receipt_of(protocols: Protocols, record: Record) -> bytes | None:
    """The signed receipt of the current answer, None before there is one."""
    with protocols.cabinet.reading() as opened:
        row = opened.execute(
            "SELECT handtekening FROM ontvangst WHERE protocol = ? AND ronde = ?", (record.id, record.round)
        ).fetchone()
    return bytes(row[0]) if row else None


def sweep_counter(protocols: Protocols, states: dict[str, tuple[State, int]]) -> None:
    """Let go of what waits under a protocol that takes no list any more; a list that was taken in waits no more."""
    with protocols.cabinet.reading() as opened:
        taken = {row[0] for row in opened.execute("SELECT sha256 FROM lijst")}
        busy = {row[0] for row in opened.execute("SELECT DISTINCT protocol FROM aangeboden")}
    for name, (state, _) in states.items():
        if name not in busy:
            continue
        for each in offered(protocols, name):
            if each.waits and each.sha256 in taken:
                # Its process died between the two.
                settle(protocols, each, TAKEN, "", new_report(protocols, name))
        if state in (State.CLOSED, State.EXPIRED, State.WITHDRAWN) and any(
            each.waits for each in offered(protocols, name)
        ):
            with protocols.cabinet.writing() as opened:
                opened.execute(
                    "UPDATE aangeboden SET uitkomst = ?, uitleg = ? WHERE protocol = ? AND uitkomst = ?",
                    (REFUSED, "Het protocol is niet meer lopend.", name, WAITING),
                )
            clear(protocols, name)
        if state in (State.CLOSED, State.EXPIRED, State.WITHDRAWN):
            for path in _room(protocols, name).glob("*.verslag"):
                path.unlink(missing_ok=True)
            with suppress(OSError):
                _room(protocols, name).rmdir()


def _room(protocols: Protocols, name: str) -> Path:
    return protocols.cabinet.room(ROOM, name)


def _path(protocols: Protocols, name: str, digest: str) -> Path:
    return _room(protocols, name) / f"{digest}.age"
