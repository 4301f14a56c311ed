"""A list comes in, is checked, and is compared: what happens between the municipality's seal and ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage

from groeibrief.artefacts import canonical_json, new_file, sha256_bytes
from groeibrief.calendar import Month
from groeibrief.catalog.municipalities import Municipalities
from groeibrief.errors import Finding, RefusedError
from groeibrief.opgroeien.answer import About, AnswerTotals, answer_archive, totals_of
from groeibrief.opgroeien.cabinet import Actor
from groeibrief.opgroeien.counter import refuse_replay
from groeibrief.opgroeien.lifecycle import Act, State, after
from groeibrief.opgroeien.matching import Ask, Totals, matched
from groeibrief.opgroeien.numberlist import SHOWN, NumberList, fault_report, read_list
from groeibrief.opgroeien.partykeys import PartyKeys, confirmed_keys
from groeibrief.opgroeien.policy import Stops, TrackPolicy
from groeibrief.opgroeien.protocols import Protocols, Record, require_term
from groeibrief.opgroeien.pseudonyms import asked_elsewhere, forget, pseudonyms, remember
from groeibrief.opgroeien.transport import LIST, opened_list, read_sealed, require_signature, seal
from groeibrief.opgroeien.work import ANSWER, Workbench
from groeibrief.opgroeien.work import LIST as KEPT_LIST
from groeibrief.snapshot.folder import Snapshot

Step = Callable[[str], None]
"""Told the name of each step when it is done."""
WORK = "werk"
"""The lock that everyone holds who touches working data."""


@dataclass(frozen=True, slots=True)
class Received:
    """A list that was taken in. ``report``: where the sealed report lies, None when there is nothing to say."""

    protocol: str
    number: int
    found: NumberList
    report: Path | None
    sha256: str

    def as_json(self) -> dict[str, Any]:
        """What there is to say of it; no number."""
        return {
            "protocol": self.protocol,
            "ronde": self.number,
            "rijen": self.found.rows,
            "nummers": len(self.found.numbers),
            "fouten": len(self.found.faults),
            "opmerkingen": [
                {
                    "rij": remark.row,
                    "soort": remark.kind.value,
                    "laatste_cijfers": remark.tail,
                    "uitleg": remark.sentence,
                }
                for remark in self.found.remarks
            ],
            "verslag": str(self.report) if self.report else None,
            "sha256": self.sha256,
        }


def receive(
    protocols: Protocols,
    name: str,
    sealed: Path,
    signature: Path,
    identity: pyrage.x25519.Identity,
    policy: TrackPolicy,
    actor: Actor,
    when: datetime,
    *,
    column: str | None,
    report: Path,
    step: Step,
) -> Received:
    """Take a list in: signature, seal, rows. With faults a sealed report for the sender is written to *report*.

    Raises RefusedError: E810, E811, E813, E816 the protocol; E820–E824 what travelled; E825 it was taken in before;
    E830–E833 the file; E834 faults, when the protocol allows no answer in part or no number is good. Nothing is kept.
    """
    with protocols.cabinet.holding(WORK):
        record = protocols.get(name)
        after(record.state, Act.RECEIVE, actor.role)
        protocols.require_list_time(record, when.date())
        keys = confirmed_keys(protocols, name)
        data = read_sealed(sealed, policy.lijst.hoogstens_bytes)
        digest = sha256_bytes(data)
        with protocols.cabinet.reading() as opened:
            refuse_replay(opened, digest, sealed.name)
        require_signature(LIST, name, digest, signature, keys)
        inner = sealed.name.removesuffix(".age")
        found = read_list(opened_list(data, sealed.name, identity), inner, policy.lijst, column)
        step("gelezen")
        written = _write_report(found, report, keys) if found.remarks else None
        if found.faults and not (record.content.gedeeltelijk_antwoord and found.numbers):
            with protocols.act(name, Act.REFUSE_LIST, actor, when, {"lijst": digest}):
                pass
            raise _faulty(found, report)
        bench = Workbench(protocols.cabinet, name, record.round + 1)
        bench.keep(KEPT_LIST, data)
        step("bewaard")
        with protocols.act(name, Act.RECEIVE, actor, when, {"lijst": digest}) as (opened, _):
            opened.execute("UPDATE protocol SET ronde = ? WHERE id = ?", (record.round + 1, name))
            outcome = canonical_json({"rijen": found.rows, "nummers": len(found.numbers), "fouten": len(found.faults)})
            opened.execute(
                "INSERT INTO lijst (protocol, ronde, sha256, naam, kolom, wanneer, uitkomst) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (name, record.round + 1, digest, inner, column, when.isoformat(), outcome.decode()),
            )
        step("ontvangen")
    return Received(name, record.round + 1, found, written, digest)


def _write_report(found: NumberList, report: Path, keys: PartyKeys) -> Path:
    # Replaced: it is the report on the same list, sent once more.
    with new_file(report, replace=True) as stream:
        stream.write(seal(fault_report(found), keys))
    return report


def _faulty(found: NumberList, report: Path) -> RefusedError:
    findings = [remark.finding(found.name, found.column) for remark in found.faults[:SHOWN]]
    more = len(found.faults) - len(findings)
    rest = f"Er zijn nog {more} andere fouten. " if more > 0 else ""
    findings.append(
        Finding(f"{rest}De lijst is niet aanvaard. Bezorg het bestuur het verzegelde foutenverslag {report.name}.")
    )
    return RefusedError("E834", findings)


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison gave. ``stops``: sentences for the DPO; ``expires``: the day that the answer must be gone."""

    number: int
    totals: AnswerTotals
    stops: tuple[str, ...]
    day: date
    synthetic: bool
    expires: date

    def as_json(self) -> dict[str, Any]:
        """The totals and what stopped."""
        return {
            **self.totals.as_json(),
            "ronde": self.number,
            "peildatum": self.day.isoformat(),
            "stops": list(self.stops),
            "synthetisch": self.synthetic,
            "vervalt": self.expires.isoformat(),
        }


def compare(
    protocols: Protocols,
    name: str,
    identity: pyrage.x25519.Identity,
    snapshot: Snapshot,
    municipalities: Municipalities,
    policy: TrackPolicy,
    day: date,
    actor: Actor,
    when: datetime,
    *,
    step: Step,
) -> Compared:
    """Compare the list of the current round, and seal the answer to the municipality; it waits for another person.

    Raises RefusedError (E810, E811, E844, E851 a delivery was begun), SnapshotError (E840–E842).
    """
    with protocols.cabinet.holding(WORK):
        record = protocols.get(name)
        after(record.state, Act.MATCH, actor.role)
        require_term(record, when.date())
        _require_not_begun(protocols, record)
        keys = confirmed_keys(protocols, name)
        bench = Workbench(protocols.cabinet, name, record.round)
        found = _kept_list(protocols, record, bench, identity, policy)
        ask = _ask(record, municipalities, day)
        expires = min(when.date() + timedelta(policy.termijnen.gebruik), record.content.looptijd.tot_en_met)
        content = record.content
        with matched(found.numbers, ask, snapshot, municipalities, policy.antwoord) as match:
            totals = totals_of(name, found, match)
            about = About(
                protocol=name, title=content.titel, party=content.bestuur.naam, day=day, month=str(ask.month),
                expires=expires, synthetic=snapshot.synthetic,
            )  # fmt: skip
            archive = answer_archive(match, about, totals)
            counted = match.totals
        step("vergeleken")
        sealed = seal(archive, keys)
        digest = sha256_bytes(sealed)
        bench.keep(f"{digest}{ANSWER}", sealed)
        step("verzegeld")
        month = Month.of(when.date())
        asked = pseudonyms(protocols.cabinet, month, found.numbers)
        stops = _stops(counted, len(found.numbers), policy.stop)
        with protocols.cabinet.reading() as opened:
            if elsewhere := asked_elsewhere(opened, month, name, asked):
                stops.append(f"Kinderen die deze maand ook in een lijst van een ander protocol staan: {elsewhere}.")
        hashes = {
            "antwoord": digest,
            "beleid": policy.sha256,
            "snapshot": snapshot.hash,
            "totalen": sha256_bytes(canonical_json(totals.as_json())),
        }
        with protocols.act(name, Act.STOP if stops else Act.MATCH, actor, when, hashes) as (opened, _):
            forget(opened, protocols.cabinet, month)
            remember(opened, month, name, record.round, asked)
            opened.execute(
                "INSERT OR REPLACE INTO antwoord (protocol, ronde, peildatum, snapshot, synthetisch, totalen, stops, "
                "sha256, vervalt, wie, wanneer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    name, record.round, day.isoformat(), snapshot.id, int(snapshot.synthetic),
                    canonical_json(totals.as_json()).decode(), canonical_json(stops).decode(), digest,
                    expires.isoformat(), actor.account, when.isoformat(),
                ),
            )  # fmt: skip
        step("klaar")
        bench.drop_others(f"{digest}{ANSWER}")
    return Compared(record.round, totals, tuple(stops), day, snapshot.synthetic, expires)


def _require_not_begun(protocols: Protocols, record: Record) -> None:
    """What someone looked at and began to deliver is not replaced any more."""
    with protocols.cabinet.reading() as opened:
        if opened.execute(
            "SELECT 1 FROM levering WHERE protocol = ? AND ronde = ?", (record.id, record.round)
        ).fetchone():
            raise RefusedError("E851", "De levering is al begonnen. Werk ze eerst af met 'opgroeien answer'.")


def _kept_list(
    protocols: Protocols, record: Record, bench: Workbench, identity: pyrage.x25519.Identity, policy: TrackPolicy
) -> NumberList:
    with protocols.cabinet.reading() as opened:
        digest, name, column = opened.execute(
            "SELECT sha256, naam, kolom FROM lijst WHERE protocol = ? AND ronde = ?", (record.id, record.round)
        ).fetchone()
    return read_list(opened_list(bench.read(KEPT_LIST, digest), name, identity), name, policy.lijst, column)


def _ask(record: Record, municipalities: Municipalities, day: date) -> Ask:
    """The codes of the protocol, read as those of the day."""
    party = record.content.bestuur
    codes = tuple(sorted({municipalities.resolve(code, day) for code in party.nis}))
    return Ask(day=day, municipalities=codes, ages=record.content.leeftijd, with_number=record.content.insz_begunstigde)


def _stops(counted: Totals, numbers: int, stop: Stops) -> list[str]:
    """Why the DPO has to look: a list that is larger, or stranger, than a target group can be."""
    found = []
    if numbers >= stop.vanaf_nummers:
        if numbers * 100 > counted.living * stop.lijst_procent:
            found.append("De lijst vraagt naar veel meer kinderen dan er in de doelgroep wonen.")
        if counted.outside * 100 > numbers * stop.vreemd_procent:
            found.append("Te veel kinderen van de lijst horen niet bij de doelgroep.")
    return found


def last_answer(protocols: Protocols, record: Record) -> Compared | None:
    """What the comparison of the current round gave, None when there is none."""
    with protocols.cabinet.reading() as opened:
        row = opened.execute(
            "SELECT totalen, stops, peildatum, synthetisch, vervalt FROM antwoord WHERE protocol = ? AND ronde = ?",
            (record.id, record.round),
        ).fetchone()
    if row is None or record.state is State.CONCLUDED:
        return None
    totals, stops, day, synthetic, expires = row
    return Compared(
        record.round,
        AnswerTotals(**json.loads(totals)),
        tuple(json.loads(stops)),
        date.fromisoformat(day),
        bool(synthetic),
        date.fromisoformat(expires),
    )
