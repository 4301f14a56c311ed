"""The answer leaves: once, in a folder with a signed clear part; then the working data are erased, with proof.

A killed delivery is finished by the next one to the same place, and never begun a second time elsewhere.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from groeibrief.artefacts import canonical_json, new_directory, new_file, sha256_bytes
from groeibrief.errors import RefusedError, TryAgainError
from groeibrief.keys import fingerprint
from groeibrief.opgroeien.answer import AnswerTotals
from groeibrief.opgroeien.approvals import require_approved
from groeibrief.opgroeien.cabinet import Actor, moment
from groeibrief.opgroeien.counter import receipt_of, sweep_counter
from groeibrief.opgroeien.lifecycle import Act, Role, State, after
from groeibrief.opgroeien.lists import WORK, Step
from groeibrief.opgroeien.partykeys import confirmed_keys
from groeibrief.opgroeien.pickup import sweep_tray
from groeibrief.opgroeien.policy import TrackPolicy
from groeibrief.opgroeien.protocols import Protocols, Record, keep_document, require_term
from groeibrief.opgroeien.pseudonyms import forget_list
from groeibrief.opgroeien.transport import RECEIPT, require_signature
from groeibrief.opgroeien.work import ANSWER, Workbench, leftovers

MANIFEST, SIGNATURE, SEALED = "manifest.json", "manifest.sig", "antwoord.zip.age"


@dataclass(frozen=True, slots=True)
class Delivered:
    """An answer that left. ``sealed`` is the SHA-256 of the sealed file, which the municipality's receipt names."""

    totals: AnswerTotals
    folder: Path
    sealed: str
    proof: Path

    def as_json(self) -> dict[str, Any]:
        """The totals that CLI.md fixes, and what was delivered where."""
        told = {"uit": str(self.folder), "sha256": self.sealed, "wisbewijs": str(self.proof)}
        return {**self.totals.as_json(), **told}


def deliver(
    protocols: Protocols, name: str, out: Path, key: Ed25519PrivateKey, actor: Actor, when: datetime, *, step: Step
) -> Delivered:
    """Deliver the answer of the current round to the new folder *out*, and erase the working data.

    Raises RefusedError: E810, E811 the protocol; E844; E850 the one who compared; E851 delivered before, or begun
    elsewhere; E859 not approved by two; UsageError (E210) when *out* exists.
    """
    with protocols.cabinet.holding(WORK):
        record = protocols.get(name)
        begun = _begun(protocols, record)
        _require_another(protocols, record, actor)
        if begun is None:
            after(record.state, Act.ANSWER, actor.role)
            require_term(record, when.date())
            require_approved(protocols, record)
            _begin(protocols, record, out, actor, when)
            begun = (str(out.resolve()), None, None)
        target, delivered, erased = begun
        if erased is not None:
            raise RefusedError(
                "E851", "Dit antwoord is al geleverd; dat gebeurt één keer. De werkgegevens zijn gewist."
            )
        if target != str(out.resolve()):
            raise RefusedError("E851", "De levering is al begonnen naar een andere map. Geef dezelfde map met --out.")
        step("begonnen")
        digest, expires, totals = _answer(protocols, record)
        if delivered is None:
            manifest = _written(protocols, record, out, key, digest, expires)
            step("geschreven")
            hashes = {"antwoord": digest, "manifest": manifest}
            with protocols.act(name, Act.ANSWER, actor, when, hashes) as (opened, _):
                opened.execute(
                    "UPDATE levering SET geleverd_op = ?, manifest = ? WHERE protocol = ? AND ronde = ?",
                    (moment(when), manifest, name, record.round),
                )
            step("geleverd")
        erasure = Workbench(protocols.cabinet, name, record.round).erase(when)
        step("gewist")
        with protocols.cabinet.writing() as opened:
            opened.execute(
                "UPDATE levering SET gewist_op = ? WHERE protocol = ? AND ronde = ?", (moment(when), name, record.round)
            )
            keep_document(opened, name, "wisbewijs", erasure.sha256, f"ronde {record.round}", when.date())
            protocols.cabinet.note(opened, actor, "gewist", {"wisbewijs": erasure.sha256}, when)
    return Delivered(totals, out, digest, erasure.proof)


def _begun(protocols: Protocols, record: Record) -> tuple[str, str | None, str | None] | None:
    with protocols.cabinet.reading() as opened:
        row = opened.execute(
            "SELECT doel, geleverd_op, gewist_op FROM levering WHERE protocol = ? AND ronde = ?",
            (record.id, record.round),
        ).fetchone()
    # A protocol that waits for a list has no round under way: its last one was delivered, or dropped.
    return None if row is None or record.state is State.CONCLUDED else (row[0], row[1], row[2])


def _require_another(protocols: Protocols, record: Record, actor: Actor) -> None:
    with protocols.cabinet.reading() as opened:
        row = opened.execute(
            "SELECT wie FROM antwoord WHERE protocol = ? AND ronde = ?", (record.id, record.round)
        ).fetchone()
    if row is not None and row[0] == actor.account:
        raise RefusedError(
            "E850", "Wie de lijst vergeleek, levert het antwoord niet: laat een andere behandelaar het nakijken."
        )


def _begin(protocols: Protocols, record: Record, out: Path, actor: Actor, when: datetime) -> None:
    with protocols.cabinet.writing() as opened:
        opened.execute(
            "INSERT INTO levering (protocol, ronde, doel, wie, begonnen_op) VALUES (?, ?, ?, ?, ?)",
            (record.id, record.round, str(out.resolve()), actor.account, moment(when)),
        )


def _answer(protocols: Protocols, record: Record) -> tuple[str, str, AnswerTotals]:
    with protocols.cabinet.reading() as opened:
        digest, expires, totals = opened.execute(
            "SELECT sha256, vervalt, totalen FROM antwoord WHERE protocol = ? AND ronde = ?", (record.id, record.round)
        ).fetchone()
    return digest, expires, AnswerTotals(**json.loads(totals))


def _written(protocols: Protocols, record: Record, out: Path, key: Ed25519PrivateKey, digest: str, expires: str) -> str:
    """As :func:`_write`; after an error that left nothing the delivery is not begun any more."""
    try:
        return _write(protocols, record, out, key, digest, expires)
    except BaseException:
        if not _is_of(out, record.id, record.round):
            _undo(protocols, record.id, record.round)
        raise


def _undo(protocols: Protocols, name: str, number: int) -> None:
    with protocols.cabinet.writing() as opened:
        opened.execute("DELETE FROM levering WHERE protocol = ? AND ronde = ?", (name, number))


def _write(protocols: Protocols, record: Record, out: Path, key: Ed25519PrivateKey, digest: str, expires: str) -> str:
    """Write the folder, unless it is there already as it should be; the SHA-256 of its manifest."""
    if record.state is not State.READY:
        after(record.state, Act.ANSWER, Role.HANDLER)
    keys = confirmed_keys(protocols, record.id)
    manifest = canonical_json(
        {
            "formaat": "groeibrief-antwoord",
            "versie": 1,
            "protocol": record.id,
            "ronde": record.round,
            "bestand": SEALED,
            "sha256": digest,
            "ontvanger": keys.age_fingerprint,
            "ondertekenaar": fingerprint(key.public_key()),
            "vervalt": expires,
        }
    )
    if not _is_ours(out, manifest):
        sealed = Workbench(protocols.cabinet, record.id, record.round).read(f"{digest}{ANSWER}", digest)
        with new_directory(out) as folder:
            for name, data in ((MANIFEST, manifest), (SIGNATURE, key.sign(manifest)), (SEALED, sealed)):
                with new_file(folder / name) as stream:
                    stream.write(data)
    return sha256_bytes(manifest)


def _is_ours(out: Path, manifest: bytes) -> bool:
    try:
        return (out / MANIFEST).read_bytes() == manifest
    except OSError:
        return False


def close(
    protocols: Protocols, name: str, receipt: Path | None, policy: TrackPolicy, actor: Actor, when: datetime
) -> Record:
    """End an answered protocol: with the municipality's signed receipt, or without one when its term is over.

    A receipt that was given at the counter counts as well.

    Raises RefusedError: E810; E821 another signature; E852 no receipt and the term still runs; E853 an answer that
    was not delivered and erased in full.
    """
    record = protocols.get(name)
    after(record.state, Act.CLOSE, actor.role)
    with protocols.cabinet.reading() as opened:
        delivered, erased = opened.execute(
            "SELECT geleverd_op, gewist_op FROM levering WHERE protocol = ? AND ronde = ?", (name, record.round)
        ).fetchone()
    if erased is None:
        raise RefusedError("E853", "De werkgegevens zijn nog niet gewist. Herhaal eerst 'opgroeien answer'.")
    hashes = {}
    if receipt is not None:
        digest, _, _ = _answer(protocols, record)
        require_signature(RECEIPT, name, digest, receipt, confirmed_keys(protocols, name))
        hashes["ontvangstbewijs"] = sha256_bytes(receipt.read_bytes())
    elif (given := receipt_of(protocols, record)) is not None:
        hashes["ontvangstbewijs"] = sha256_bytes(given)
    elif (when - datetime.fromisoformat(delivered)).days < policy.termijnen.ontvangst:
        raise RefusedError(
            "E852",
            "Er is nog geen ontvangstbewijs van het bestuur. Geef het met --receipt, of wacht tot "
            f"{policy.termijnen.ontvangst} dagen na de levering.",
        )
    with protocols.act(name, Act.CLOSE, actor, when, hashes) as (opened, _):
        if hashes:
            opened.execute(
                "UPDATE levering SET ontvangen_op = ? WHERE protocol = ? AND ronde = ?",
                (moment(when), name, record.round),
            )
    with protocols.cabinet.holding(WORK):
        _sweep(protocols, when)
    return protocols.get(name)


def end(protocols: Protocols, name: str, act: Act, reason: str, actor: Actor, when: datetime) -> Record:
    """Withdraw a protocol, or drop its list: what was queued is stopped and erased.

    Raises RefusedError (E810), UsageError (E806).
    """
    with protocols.cabinet.holding(WORK):
        with protocols.act(name, act, actor, when, {"reden": sha256_bytes(reason.encode())}) as (opened, record):
            if act is Act.DROP:
                forget_list(opened, name, record.round)
        _sweep(protocols, when)
    return protocols.get(name)


def sweep(protocols: Protocols, when: datetime) -> None:
    """Let lapse what lapsed; tell the ledger, and erase, what a stopped or killed process left.

    Not while another is at work on a list: then the next one does it, and nothing goes in or out of a protocol whose
    term is over in the meantime (E811).
    """
    with suppress(TryAgainError), protocols.cabinet.holding(WORK, seconds=0):
        protocols.cabinet.deliver()
        protocols.expire(when)
        _sweep(protocols, when)


def _sweep(protocols: Protocols, when: datetime) -> None:
    states = {record.id: (record.state, record.round) for record in protocols.all()}
    for bench in leftovers(protocols.cabinet, states):
        bench.erase(when)
    sweep_tray(protocols, states, when)
    sweep_counter(protocols, states)
    with protocols.cabinet.reading() as opened:
        stopped = [
            (name, number, target)
            for name, number, target in opened.execute(
                "SELECT protocol, ronde, doel FROM levering WHERE geleverd_op IS NULL"
            )
            if states[name] != (State.READY, number)
        ]
    for name, number, target in stopped:
        # Written, and not yet told as delivered: it never left.
        if _is_of(Path(target), name, number):
            rmtree(target)
        _undo(protocols, name, number)


def _is_of(folder: Path, name: str, number: int) -> bool:
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
        return bool(told["protocol"] == name and told["ronde"] == number)
    except (OSError, ValueError, KeyError, TypeError):
        return False
