"""Protocols and what happens to them: every act moves through the one table, and leaves a line in the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from groeibrief.artefacts import canonical_json, new_file, sha256_bytes
from groeibrief.errors import RefusedError, UsageError
from groeibrief.opgroeien.cabinet import SYSTEM, Actor, Cabinet, hash_of_protocol, moment
from groeibrief.opgroeien.lifecycle import TRANSITIONS, Act, Role, State, after
from groeibrief.opgroeien.protocol import Periodicity, Protocol, stored_protocol

UNKNOWN = "E806"
"""The code of a protocol that is not there."""
OWN, OTHER = "opgroeien", "bestuur"
PARTIES = (OWN, OTHER)
_MAGIC = b"%PDF-"
_MOST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Record:
    """A protocol as it stands. ``round`` counts the lists that were taken in and not dropped; 0 before the first."""

    id: str
    state: State
    version: int
    round: int
    content: Protocol
    made_on: datetime

    def expired_on(self, day: date) -> bool:
        """Whether its term is over."""
        return day > self.content.looptijd.tot_en_met


@dataclass(frozen=True, slots=True)
class Event:
    """What happened."""

    when: datetime
    who: str
    role: str
    act: str
    before: State
    after: State


@dataclass(frozen=True, slots=True)
class Advice:
    """The advice of one party's data protection officer."""

    party: str
    positive: bool
    conditions: str
    reference: str
    who: str
    when: datetime


class Protocols:
    """The protocols in a cabinet."""

    def __init__(self, cabinet: Cabinet) -> None:
        self.cabinet = cabinet

    def add(self, content: Protocol, actor: Actor, when: datetime) -> Record:
        """Open a protocol as a draft. Raises RefusedError (E810) for anyone but a case handler."""
        if actor.role is not Role.HANDLER:
            raise RefusedError("E810", "Een protocol opmaken doet een behandelaar.")
        with self.cabinet.writing() as opened:
            prefix = f"OPG-{when.year}-"
            row = opened.execute(
                "SELECT count(*) FROM protocol WHERE substr(id, 1, ?) = ?", (len(prefix), prefix)
            ).fetchone()
            name = f"{prefix}{row[0] + 1:04d}"
            opened.execute(
                "INSERT INTO protocol (id, toestand, versie, ronde, inhoud, gemaakt_op) VALUES (?, ?, 1, 0, ?, ?)",
                (name, State.DRAFT.value, content.as_bytes().decode(), moment(when)),
            )
            hashes = {"protocol": hash_of_protocol(name), "inhoud": content.sha256}
            self._tell(opened, name, "opmaken", State.DRAFT, State.DRAFT, actor, when, hashes)
        return self.get(name)

    def get(self, name: str) -> Record:
        """The protocol of that name. Raises UsageError (E806) when there is none."""
        with self.cabinet.reading() as opened:
            return _record(opened, name)

    def all(self) -> tuple[Record, ...]:
        """Every protocol, oldest first."""
        with self.cabinet.reading() as opened:
            names = [row[0] for row in opened.execute("SELECT id FROM protocol ORDER BY id")]
            return tuple(_record(opened, name) for name in names)

    @contextmanager
    def act(
        self, name: str, act: Act, actor: Actor, when: datetime, hashes: Mapping[str, str] | None = None
    ) -> Iterator[tuple[sqlite3.Connection, Record]]:
        """Do an act: one transaction, in which the caller checks and writes what belongs to it.

        Raises RefusedError (E810 not in this state or not by this role, E811 the term is over), UsageError (E806).
        """
        with self.cabinet.writing() as opened:
            record = _record(opened, name)
            target = after(record.state, act, actor.role)
            ending = act in (Act.WITHDRAW, Act.EXPIRE, Act.CONFIRM, Act.CLOSE, Act.DROP)
            if not ending:
                require_term(record, when.date())
            yield opened, record
            self.move(opened, record, act, target, actor, when, hashes or {})

    def move(
        self,
        opened: sqlite3.Connection,
        record: Record,
        act: Act,
        target: State,
        actor: Actor,
        when: datetime,
        hashes: Mapping[str, str],
    ) -> None:
        """Write the state after an act, inside its transaction."""
        opened.execute("UPDATE protocol SET toestand = ?, versie = versie + 1 WHERE id = ?", (target.value, record.id))
        told = {"protocol": hash_of_protocol(record.id), "inhoud": record.content.sha256, **hashes}
        self._tell(opened, record.id, act.value, record.state, target, actor, when, told)

    def _tell(
        self,
        opened: sqlite3.Connection,
        name: str,
        act: str,
        before: State,
        target: State,
        actor: Actor,
        when: datetime,
        hashes: Mapping[str, str],
    ) -> None:
        opened.execute(
            "INSERT INTO gebeurtenis (protocol, wanneer, wie, rol, daad, van, naar) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (name, moment(when), actor.account, actor.role.value, act, before.value, target.value),
        )
        self.cabinet.note(opened, actor, act, hashes, when)

    def expire(self, when: datetime) -> tuple[str, ...]:
        """Let every protocol lapse whose term is over; which ones did."""
        due = [
            record.id
            for record in self.all()
            if record.expired_on(when.date()) and (record.state, Act.EXPIRE) in TRANSITIONS
        ]
        for name in due:
            with self.act(name, Act.EXPIRE, SYSTEM, when):
                pass
        return tuple(due)

    def attach(
        self, name: str, decision: Path, reference: str, day: date, most: int, actor: Actor, when: datetime
    ) -> str:
        """Attach the college's decision, a PDF; its SHA-256.

        Raises UsageError (E807 no PDF, too large, unreadable; E808 a reference that is none), as :meth:`act`.
        """
        reference = checked_text("referentie", reference)
        data = _pdf(decision, most)
        digest = sha256_bytes(data)
        if day > when.date():
            raise UsageError("E807", "Het collegebesluit draagt een dag die nog komt. Kijk de datum na.")
        path = self.document(name, digest)
        if not path.exists():
            with new_file(path) as stream:
                stream.write(data)
        with self.act(name, Act.ATTACH, actor, when, {"besluit": digest}) as (opened, _):
            keep_document(opened, name, "besluit", digest, reference, day)
        return digest

    def document(self, name: str, digest: str) -> Path:
        """Where a document of a protocol lies."""
        return self.cabinet.room("documenten", name) / f"{digest}.pdf"

    def advise(
        self, name: str, party: str, *, positive: bool, conditions: str, reference: str, actor: Actor, when: datetime
    ) -> State:
        """Add the advice of one party's officer; the state after it.

        The agency's own advice is given by its DPO; the municipality's is taken down by a case handler, with the
        reference of the document. Raises RefusedError (E812 the wrong person, or given already), as :meth:`act`.
        """
        wanted = Role.DPO if party == OWN else Role.HANDLER
        if actor.role is not wanted:
            raise RefusedError("E812", _WHO_ADVISES[party])
        reference = checked_text("referentie", reference)
        conditions = checked_text("voorwaarden", conditions) if conditions else ""
        digest = sha256_bytes(canonical_json([party, positive, conditions, reference]))
        with self.cabinet.holding("advies"):
            given = self.advices(name)
            if any(advice.party == party for advice in given):
                raise RefusedError("E812", "Dit advies is al gegeven en verandert niet. Maak een nieuw protocol.")
            complete = {advice.party for advice in given} | {party} == set(PARTIES)
            act = Act.ADVISE_AGAINST if not positive else Act.ADVICE_COMPLETE if complete else Act.ADVISE
            with self.act(name, act, actor, when, {"advies": digest}) as (opened, _):
                opened.execute(
                    "INSERT INTO advies (protocol, partij, gunstig, voorwaarden, referentie, wie, wanneer) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (name, party, int(positive), conditions, reference, actor.account, moment(when)),
                )
        return self.get(name).state

    def advices(self, name: str) -> tuple[Advice, ...]:
        """The advices that were given, oldest first."""
        with self.cabinet.reading() as opened:
            return _advices(opened, name)

    def events(self, name: str) -> tuple[Event, ...]:
        """What happened, oldest first."""
        with self.cabinet.reading() as opened:
            rows = opened.execute(
                "SELECT wanneer, wie, rol, daad, van, naar FROM gebeurtenis WHERE protocol = ? ORDER BY nummer", (name,)
            ).fetchall()
        return tuple(
            Event(datetime.fromisoformat(when), who, role, act, State(before), State(target))
            for when, who, role, act, before, target in rows
        )

    def answered_on(self, name: str) -> tuple[date, date]:
        """When it was concluded, and last answered. Raises RefusedError (E854) before the answer."""
        days = {event.act: event.when.date() for event in self.events(name)}
        if Act.ANSWER.value not in days:
            raise RefusedError("E854", "Een attest is er pas als het antwoord geleverd is.")
        return days[Act.CONCLUDE.value], days[Act.ANSWER.value]

    def next_list_from(self, record: Record) -> date | None:
        """The first day of the next list of an answered protocol; None: there is none."""
        months = record.content.periodiciteit.months
        answered = [event.when.date() for event in self.events(record.id) if event.act == Act.ANSWER.value]
        if months is None or not answered:
            return None
        index = answered[-1].year * 12 + answered[-1].month - 1 + months
        # The first of the month: what was answered late in a month does not push the following ones away.
        return date(index // 12, index % 12 + 1, 1)

    def require_list_time(self, record: Record, day: date) -> None:
        """Raise RefusedError (E813) when no list may come: before the term, or not (yet) again; E811 after."""
        content = record.content
        require_term(record, day)
        if day < content.looptijd.van:
            raise RefusedError("E813", f"De looptijd van dit protocol begint pas op {content.looptijd.van}.")
        if record.state is not State.ANSWERED:
            return
        if content.periodiciteit is Periodicity.ONCE:
            raise RefusedError(
                "E813", "Dit protocol geldt voor één lijst, en die is beantwoord. Maak een nieuw protocol."
            )
        first = self.next_list_from(record)
        if first is not None and day < first:
            raise RefusedError(
                "E813", f"De periodiciteit is {content.periodiciteit.value}: de volgende lijst kan vanaf {first}."
            )


_WHO_ADVISES = {
    OWN: "Het advies van Opgroeien geeft haar DPO zelf: een account met de rol 'dpo'.",
    OTHER: "Het advies van de DPO van het bestuur tekent een behandelaar op, met de referentie van het document.",
}
_COLUMNS = "SELECT id, toestand, versie, ronde, inhoud, gemaakt_op FROM protocol"


def _record(opened: sqlite3.Connection, name: str) -> Record:
    row = opened.execute(f"{_COLUMNS} WHERE id = ?", (name,)).fetchone()
    if row is None:
        raise unknown()
    found, state, version, number, content, made = row
    return Record(found, State(state), version, number, stored_protocol(content), datetime.fromisoformat(made))


def unknown() -> UsageError:
    """The refusal of a protocol that is not there, or is not the asker's."""
    return UsageError(UNKNOWN, "Er is geen protocol met dit nummer. Zie 'opgroeien protocol list'.")


def _advices(opened: sqlite3.Connection, name: str) -> tuple[Advice, ...]:
    rows: list[Any] = opened.execute(
        "SELECT partij, gunstig, voorwaarden, referentie, wie, wanneer FROM advies WHERE protocol = ? ORDER BY nummer",
        (name,),
    ).fetchall()
    return tuple(
        Advice(party, bool(positive), conditions, reference, who, datetime.fromisoformat(when))
        for party, positive, conditions, reference, who, when in rows
    )


def require_term(record: Record, day: date) -> None:
    """Raise RefusedError (E811) when the term of a protocol is over."""
    if record.expired_on(day):
        raise RefusedError(
            "E811",
            f"De looptijd van dit protocol eindigde op {record.content.looptijd.tot_en_met}. Er gaat niets meer in of "
            "uit; maak een nieuw protocol.",
        )


def keep_document(opened: sqlite3.Connection, name: str, kind: str, digest: str, reference: str, day: date) -> None:
    """Write down a document of a protocol, inside the transaction of its act."""
    opened.execute(
        "INSERT OR IGNORE INTO document (protocol, soort, sha256, referentie, datum) VALUES (?, ?, ?, ?, ?)",
        (name, kind, digest, reference, day.isoformat()),
    )


def checked_text(what: str, text: str) -> str:
    """A line of text that someone typed, without the blanks around it. Raises UsageError (E808)."""
    bare = text.strip()
    if not bare or len(bare) > _MOST_TEXT or not bare.isprintable():
        raise UsageError("E808", f"De {what} is leeg, te lang of bevat tekens die niet op een regel horen.")
    return bare


def _pdf(path: Path, most: int) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise UsageError("E807", f"Het collegebesluit is groter dan {most} bytes. Maak het kleiner.")
    if not data.startswith(_MAGIC) or b"%%EOF" not in data[-2048:]:
        raise UsageError("E807", "Het collegebesluit is geen volledige PDF. Bewaar het als PDF en geef het opnieuw.")
    return data
