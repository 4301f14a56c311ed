"""What a municipality fetches at the counter, once: the answer and fault reports, both sealed to its own key.

A fetch counts when its last byte was handed to the network. What broke off before is simply begun again. What broke off
unseen (a proxy had it all) is told by the hash of what did arrive: another hash than the whole file's opens the
fetch again, a few times and for a short while; after that a case handler offers it again.
"""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree

from groeibrief.artefacts import sha256_bytes
from groeibrief.errors import RefusedError
from groeibrief.opgroeien.cabinet import SYSTEM, Actor, hash_of_protocol, moment
from groeibrief.opgroeien.counter import offered, report_path
from groeibrief.opgroeien.lifecycle import Act, State
from groeibrief.opgroeien.protocols import Protocols, Record
from groeibrief.opgroeien.spreadsheet import member

TRAY = "afhalen"
RETRY = timedelta(minutes=30)
"""So long after the first fetch one that broke off may be begun again."""
MOST_TIMES = 3
"""So often, the first included; a case handler's offer starts anew."""
ANSWER, REPORT = "antwoord", "verslag"
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something to fetch: *kind*, its round or number, and the SHA-256 that stands for it."""

    protocol: str
    kind: str
    number: int
    sha256: str
    ready_on: datetime
    begun_on: datetime | None
    times: int
    fetched_on: datetime | None
    there: bool

    @property
    def file_name(self) -> str:
        """What the file is called; no name of anyone."""
        end = "zip" if self.kind == ANSWER else "csv.age"
        return f"{self.kind}-{self.protocol}-{self.number}.{end}"

    def may_retry(self, when: datetime) -> bool:
        """Whether a fetch that broke off unseen may be begun again."""
        return self.begun_on is not None and when < self.begun_on + RETRY and self.times < MOST_TIMES


def tray(protocols: Protocols, record: Record) -> Path:
    """Where the answer of the current round lies to be fetched."""
    return protocols.cabinet.room(TRAY) / f"{record.id}-{record.round}"


def parcels(protocols: Protocols, name: str) -> tuple[Parcel, ...]:
    """What there is, or was, to fetch under a protocol, oldest first."""
    room = protocols.cabinet.room(TRAY)
    found: list[tuple[str, int, str, datetime, bool]] = []
    with protocols.cabinet.reading() as opened:
        for number, target, delivered, digest in opened.execute(
            "SELECT l.ronde, l.doel, l.geleverd_op, a.sha256 FROM levering l JOIN antwoord a USING (protocol, ronde) "
            "WHERE l.protocol = ? AND l.geleverd_op IS NOT NULL AND l.gewist_op IS NOT NULL",
            (name,),
        ):
            path = room / f"{name}-{number}"
            if target == str(path.resolve()):
                found.append((ANSWER, number, digest, datetime.fromisoformat(delivered), path.is_dir()))
        fetched = {
            row[0]: row[1:]
            for row in opened.execute(
                "SELECT sha256, begonnen_op, keren, afgehaald_op FROM afhaling WHERE protocol = ?", (name,)
            )
        }
    for each in offered(protocols, name):
        if each.report is not None:
            there = report_path(protocols, name, each.report).exists()
            found.append((REPORT, each.number, each.report, each.when, there))
    made = []
    for kind, number, digest, ready, there in sorted(found, key=lambda row: row[3]):
        begun, times, done = fetched.get(digest, (None, 0, None))
        made.append(Parcel(name, kind, number, digest, ready, _moment(begun), times, _moment(done), there))
    return tuple(made)


def parcel(protocols: Protocols, name: str, kind: str, number: int) -> Parcel:
    """One of them. Raises RefusedError (E863): there is none, or it is gone."""
    found = next((each for each in parcels(protocols, name) if (each.kind, each.number) == (kind, number)), None)
    if found is None or not found.there:
        raise RefusedError("E863", "Er ligt niets meer om af te halen: het is er niet, of het is gewist.")
    return found


def content(protocols: Protocols, found: Parcel) -> bytes:
    """The file: a report as it is sealed; an answer as a plain ZIP of its folder, always the same bytes."""
    if found.kind == REPORT:
        return report_path(protocols, found.protocol, found.sha256).read_bytes()
    folder = protocols.cabinet.room(TRAY) / f"{found.protocol}-{found.number}"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.writestr(member(f"{ANSWER}/{path.name}", stored=True), path.read_bytes())
    return out.getvalue()


def begin(
    protocols: Protocols, name: str, kind: str, number: int, arrived: str | None, actor: Actor, when: datetime
) -> tuple[Parcel, bytes]:
    """Begin to fetch; the file. *arrived*: the SHA-256 of what came of an earlier fetch, empty for nothing at all.

    Raises RefusedError: E810, E811 the protocol; E857 fetched before; E858 no second time; E863 nothing there.
    """
    with protocols.cabinet.holding(TRAY):
        found = parcel(protocols, name, kind, number)
        data = content(protocols, found)
        if found.fetched_on is not None:
            _require_retry(found, data, arrived, when)
        with protocols.act(name, Act.FETCH, actor, when, {kind: found.sha256}) as (opened, _):
            opened.execute(
                "INSERT INTO afhaling (protocol, sha256, begonnen_op, keren) VALUES (?, ?, ?, 1) "
                "ON CONFLICT DO UPDATE SET keren = keren + (afgehaald_op IS NOT NULL), afgehaald_op = NULL",
                (name, found.sha256, moment(when)),
            )
    return parcel(protocols, name, kind, number), data


def _require_retry(found: Parcel, data: bytes, arrived: str | None, when: datetime) -> None:
    if arrived is None:
        raise RefusedError(
            "E857",
            "Dit bestand is al afgehaald; dat kan één keer. Kwam het niet volledig aan, geef dan de controlesom van "
            "wat u kreeg. Lukt ook dat niet, vraag Opgroeien om het opnieuw aan te bieden.",
        )
    given = "".join(arrived.split()).lower()
    if given and not _HASH.fullmatch(given):
        raise RefusedError(
            "E858",
            "Dit is geen controlesom: 64 cijfers en letters van a tot f. Bereken ze met sha256sum, of laat het veld "
            "leeg als er niets aankwam.",
        )
    if given == sha256_bytes(data):
        raise RefusedError(
            "E858",
            "Wat u kreeg, is het volledige bestand. Open het zoals de handleiding zegt; afhalen hoeft niet meer.",
        )
    if not found.may_retry(when):
        raise RefusedError(
            "E858",
            "Opnieuw afhalen kan nu niet meer. Vraag Opgroeien om het opnieuw aan te bieden: het bestand is er nog.",
        )


def finish(protocols: Protocols, found: Parcel, when: datetime) -> None:
    """Write down that the last byte left."""
    with protocols.cabinet.writing() as opened:
        opened.execute(
            "UPDATE afhaling SET afgehaald_op = ? WHERE protocol = ? AND sha256 = ?",
            (moment(when), found.protocol, found.sha256),
        )


def offer_again(protocols: Protocols, name: str, kind: str, number: int, actor: Actor, when: datetime) -> None:
    """Let the municipality fetch it once more. Raises RefusedError: E810, E811, E863."""
    found = parcel(protocols, name, kind, number)
    with protocols.act(name, Act.OFFER_AGAIN, actor, when, {kind: found.sha256}) as (opened, _):
        opened.execute("DELETE FROM afhaling WHERE protocol = ? AND sha256 = ?", (name, found.sha256))


def sweep_tray(protocols: Protocols, states: dict[str, tuple[State, int]], when: datetime) -> None:
    """Erase answers of which the receipt is in, and those of protocols that ended; the ledger is told."""
    with protocols.cabinet.reading() as opened:
        confirmed = {(row[0], row[1]) for row in opened.execute("SELECT protocol, ronde FROM ontvangst")}
    for folder in sorted(protocols.cabinet.room(TRAY).iterdir()):
        name, _, number = folder.name.rpartition("-")
        if not number.isdigit() or name not in states:
            continue
        state, _ = states[name]
        ended = state in (State.CLOSED, State.EXPIRED, State.WITHDRAWN)
        if not ended and (name, int(number)) not in confirmed:
            continue
        with protocols.cabinet.writing() as opened:
            _note_erased(protocols, opened, name, int(number), when)
        rmtree(folder)


def _note_erased(protocols: Protocols, opened: sqlite3.Connection, name: str, number: int, when: datetime) -> None:
    row = opened.execute("SELECT sha256 FROM antwoord WHERE protocol = ? AND ronde = ?", (name, number)).fetchone()
    hashes = {"protocol": hash_of_protocol(name), **({"antwoord": row[0]} if row else {})}
    protocols.cabinet.note(opened, SYSTEM, "afhalen-gewist", hashes, when)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
