"""The counter of the list track: what its site shows and does, for a municipality and for Opgroeien. No secret key.

A municipality sees its own protocols by its enterprise number; another's does not exist (E806), whatever is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from types import MappingProxyType
from typing import Any

from groeibrief.errors import RefusedError
from groeibrief.opgroeien import counter, pickup
from groeibrief.opgroeien.approvals import NEEDED
from groeibrief.opgroeien.cabinet import Actor
from groeibrief.opgroeien.counter import Offered
from groeibrief.opgroeien.deadlines import Deadline
from groeibrief.opgroeien.delivery import close, sweep
from groeibrief.opgroeien.lifecycle import NAMES, Act, Role, State, allowed
from groeibrief.opgroeien.partykeys import PartyKeys, keys_of
from groeibrief.opgroeien.pickup import Parcel
from groeibrief.opgroeien.protocols import PARTIES, UNKNOWN, Protocols, Record, checked_text, unknown
from groeibrief.workflow.opgroeien import Track

__all__ = ["NAMES", "NEEDED", "PARTIES", "UNKNOWN", "Actor", "Counter", "Fetched", "Role", "State"]

_SWEEP_EVERY = timedelta(minutes=1)
DONE: Mapping[str, str] = MappingProxyType(
    {
        "opmaken": "Protocol opgemaakt",
        Act.REGISTER_KEYS.value: "Sleutels geregistreerd",
        Act.CONFIRM_KEYS.value: "Sleutels bevestigd",
        Act.ATTACH.value: "Collegebesluit toegevoegd",
        Act.ADVISE.value: "Gunstig advies van een DPO",
        Act.ADVICE_COMPLETE.value: "Gunstig advies van beide DPO’s",
        Act.ADVISE_AGAINST.value: "Ongunstig advies",
        Act.CONCLUDE.value: "Protocol afgesloten",
        Act.OFFER.value: "Lijst bezorgd",
        Act.REFUSE_LIST.value: "Lijst geweigerd",
        Act.RECEIVE.value: "Lijst ontvangen en nagekeken",
        Act.MATCH.value: "Lijst vergeleken",
        Act.STOP.value: "Gestopt: wacht op de DPO van Opgroeien",
        Act.RELEASE.value: "De DPO liet het antwoord doorgaan",
        Act.DROP.value: "Lijst verworpen",
        Act.APPROVE.value: "Antwoord goedgekeurd",
        Act.ANSWER.value: "Antwoord geleverd",
        Act.FETCH.value: "Afgehaald",
        Act.OFFER_AGAIN.value: "Opnieuw aangeboden",
        Act.CONFIRM.value: "Ontvangst bevestigd",
        Act.CLOSE.value: "Protocol beëindigd",
        Act.WITHDRAW.value: "Protocol ingetrokken",
        Act.EXPIRE.value: "Protocol verlopen",
    }
)
"""An act in words, for anyone."""


@dataclass(frozen=True, slots=True)
class Done:
    """Something that happened. ``who`` is empty for a municipality: it is not told who works at Opgroeien."""

    when: datetime
    words: str
    who: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A protocol as a page shows it. ``no_list``: why no list may come today, empty when one may.

    ``inside`` holds what is Opgroeien's alone, None for a municipality.
    """

    record: Record
    deadlines: tuple[Deadline, ...]
    keys: PartyKeys | None
    history: tuple[Done, ...]
    lists: tuple[Offered, ...]
    parcels: tuple[Parcel, ...]
    received: bool
    no_list: str
    acts: frozenset[str]
    inside: dict[str, Any] | None

    @property
    def id(self) -> str:
        """Its number."""
        return self.record.id

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.record.state

    @property
    def waiting(self) -> Offered | None:
        """The list that waits for a case handler."""
        return next((each for each in self.lists if each.waits), None)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that is being fetched; ``finished`` is told when its last byte left."""

    name: str
    data: bytes
    finished: Callable[[], None]


class Counter:
    """The counter over the track's state. Safe over threads."""

    def __init__(self, track: Track) -> None:
        self.track = track
        self._swept: datetime | None = None
        self._lock = Lock()

    @property
    def protocols(self) -> Protocols:
        """The protocols; every minute what lapsed lapses, as any command lets it."""
        now, protocols = self.track.now(), self.track.protocols
        with self._lock:
            due = self._swept is None or now >= self._swept + _SWEEP_EVERY
            if due:
                self._swept = now
        if due:
            sweep(protocols, now)
        return protocols

    @property
    def today(self) -> date:
        """The day."""
        return self.track.now().date()

    def is_closed(self, account: str) -> bool:
        """Whether nobody may act under an account any more."""
        return self.track.cabinet.is_closed(account)

    def authority(self, written: str) -> tuple[str, str, tuple[str, ...]] | None:
        """The municipality of an enterprise number, from its last protocol: number, name, codes."""
        digits = "".join(each for each in written if each.isascii() and each.isdigit())
        for record in reversed(self.protocols.all()):
            party = record.content.bestuur
            if party.kbo.replace(".", "") == digits:
                return party.kbo, party.naam, party.nis
        return None

    def rows(self, kbo: str | None) -> tuple[Shown, ...]:
        """The protocols of a municipality, of everyone for None; the newest first."""
        found = [each for each in self.protocols.all() if kbo is None or each.content.bestuur.kbo == kbo]
        return tuple(self._shown(record, kbo is None, None) for record in reversed(found))

    def for_party(self, kbo: str, name: str) -> Shown:
        """A municipality's own protocol. Raises UsageError (E806) for another's, as for one that is not there."""
        return self._shown(self._own(kbo, name), False, Role.PARTY)

    def for_agency(self, name: str, role: Role) -> Shown:
        """A protocol as Opgroeien sees it. Raises UsageError (E806)."""
        return self._shown(self.protocols.get(name), True, role)

    def _own(self, kbo: str, name: str) -> Record:
        record = self.protocols.get(name)
        if record.content.bestuur.kbo != kbo:
            raise unknown()
        return record

    def _shown(self, record: Record, inside: bool, role: Role | None) -> Shown:
        protocols, name = self.protocols, record.id
        history = tuple(
            Done(event.when, DONE[event.act], event.who if inside else "") for event in protocols.events(name)
        )
        more = None
        if inside:
            more = {**self.track.shown(name), "besluit": self._decision(name)}
        return Shown(
            record, self.track.deadlines(record), keys_of(protocols, name), history, counter.offered(protocols, name),
            pickup.parcels(protocols, name), counter.receipt_of(protocols, record) is not None, self._no_list(record),
            frozenset(act.value for act in allowed(record.state, role)) if role else frozenset(), more,
        )  # fmt: skip

    def _no_list(self, record: Record) -> str:
        try:
            self.protocols.require_list_time(record, self.today)
        except RefusedError as refusal:
            return str(refusal)
        return ""

    def _decision(self, name: str) -> str | None:
        with self.track.cabinet.reading() as opened:
            row = opened.execute(
                "SELECT referentie, datum FROM document WHERE protocol = ? AND soort = 'besluit'", (name,)
            ).fetchone()
        return f"{row[0]} van {row[1]}" if row else None

    # What a municipality does.

    def offer(self, kbo: str, name: str, sealed: bytes, signature: bytes, account: str) -> Offered:
        """Hand in a list. Raises as ``opgroeien.counter.offer``, UsageError (E806)."""
        self._own(kbo, name)
        return counter.offer(self.protocols, name, sealed, signature, _party(account), self.track.now())

    def fetch(self, kbo: str, name: str, kind: str, number: int, arrived: str | None, account: str) -> Fetched:
        """Begin to fetch an answer or a report. Raises as ``opgroeien.pickup.begin``, UsageError (E806)."""
        self._own(kbo, name)
        protocols = self.protocols
        found, data = pickup.begin(protocols, name, kind, number, arrived, _party(account), self.track.now())
        return Fetched(found.file_name, data, lambda: pickup.finish(protocols, found, self.track.now()))

    def may_retry(self, parcel: Parcel) -> bool:
        """Whether a fetch that broke off may be begun again now."""
        return parcel.may_retry(self.track.now())

    def confirm(self, kbo: str, name: str, signature: bytes, account: str) -> None:
        """Give the signed receipt; the answer is erased at the counter. Raises as ``counter.confirm_receipt``, E806."""
        self._own(kbo, name)
        counter.confirm_receipt(self.protocols, name, signature, _party(account), self.track.now())
        sweep(self.track.protocols, self.track.now())

    # What Opgroeien does, besides what the track does.

    def new(self, application: bytes, account: str) -> Record:
        """Open a protocol from an application. Raises as ``Track.new``."""
        with _files(application=(application, "aanvraag.yaml")) as files:
            return self.track.new(files["application"], self.track.actor(account))

    def register_keys(self, name: str, age: bytes, signing: bytes, account: str) -> None:
        """Take public keys down. Raises as ``Track.register_keys``."""
        with _files(age=(age, "age.pub"), signing=(signing, "teken.pub")) as files:
            self.track.register_keys(name, files["age"], files["signing"], self.track.actor(account))

    def attach(self, name: str, decision: bytes, reference: str, day: date, account: str) -> None:
        """Attach the council's decision. Raises as ``Track.attach``."""
        with _files(decision=(decision, "besluit.pdf")) as files:
            self.track.attach(name, files["decision"], reference, day, self.track.actor(account))

    def refuse_list(self, name: str, told: str, account: str) -> None:
        """Refuse the list that waits. Raises as ``opgroeien.counter.refuse``, UsageError (E808)."""
        actor = self.track.actor(account)
        counter.refuse(self.protocols, name, checked_text("reden", told), actor, self.track.now())

    def offer_again(self, name: str, kind: str, number: int, account: str) -> None:
        """Let a municipality fetch something once more. Raises as ``opgroeien.pickup.offer_again``."""
        actor = self.track.actor(account)
        pickup.offer_again(self.protocols, name, kind, number, actor, self.track.now())

    def close(self, name: str, account: str) -> None:
        """End an answered protocol. Raises as ``opgroeien.delivery.close``."""
        close(self.protocols, name, None, self.track.policy, self.track.actor(account), self.track.now())

    def document(self, name: str, kind: str) -> bytes:
        """The protocol's text or the attest, as PDF. Raises RefusedError (E854), UsageError (E806)."""
        make = {"protocol": self.track.draw_up, "attest": self.track.attest}[kind]
        with TemporaryDirectory(prefix="groeibrief-") as folder:
            path = Path(folder) / f"{kind}.pdf"
            make(name, path)
            return path.read_bytes()

    def own_document(self, kbo: str, name: str, kind: str) -> bytes:
        """As :meth:`document`, for a municipality's own protocol."""
        self._own(kbo, name)
        return self.document(name, kind)


def _party(account: str) -> Actor:
    return Actor(account, Role.PARTY)


@contextmanager
def _files(**given: tuple[bytes, str]) -> Iterator[dict[str, Path]]:
    """What came in a form, as files for as long as it takes: public keys and documents, never a list."""
    with TemporaryDirectory(prefix="groeibrief-") as folder:
        made = {}
        for key, (data, name) in given.items():
            made[key] = Path(folder) / name
            made[key].write_bytes(data)
        yield made
