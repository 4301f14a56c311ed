"""A list of the list track, from the municipality's seal to the municipality's seal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from groeibrief.errors import UserError
from groeibrief.keys import read_private_key
from groeibrief.opgroeien.counter import FAULTY, ITS_OWN_FAULT, REFUSED, TAKEN, new_report, settle, waiting
from groeibrief.opgroeien.delivery import Delivered, close, deliver
from groeibrief.opgroeien.lists import Compared, Received, Step, compare, receive
from groeibrief.opgroeien.pickup import tray
from groeibrief.opgroeien.protocols import Record
from groeibrief.opgroeien.transport import read_identity
from groeibrief.snapshot.folder import open_snapshot
from groeibrief.workflow.intake import Progress, take_in
from groeibrief.workflow.opgroeien import Actor, Track

__all__ = ["Compared", "answer_list", "close_protocol", "match_list", "receive_list", "receive_waiting"]

_SEE_REPORT = (
    "De lijst bevat fouten en is niet aanvaard. Haal het foutenverslag af, herstel de rijen en bezorg een nieuwe lijst."
)


def _silent(_: str) -> None:
    """Nobody needs to hear of a step."""


def receive_list(
    track: Track,
    name: str,
    sealed: Path,
    signature: Path,
    identity: Path,
    actor: Actor,
    *,
    column: str | None = None,
    report: Path | None = None,
    step: Step = _silent,
) -> Received:
    """Take a sealed and signed list in. *identity*: Opgroeien's secret age key; the report lies beside the list.

    Raises as ``opgroeien.lists.receive``; UsageError (E822) the key.
    """
    written = report or sealed.with_name(f"{sealed.name.removesuffix('.age')}.foutenverslag.csv.age")
    return receive(
        track.protocols, name, sealed, signature, read_identity(identity), track.policy, actor, track.now(),
        column=column, report=written, step=step,
    )  # fmt: skip


def receive_waiting(
    track: Track, name: str, identity: Path, actor: Actor, *, column: str | None = None, step: Step = _silent
) -> Received:
    """Take in the list that waits at the counter; the municipality fetches its report there, and reads a refusal.

    Raises as :func:`receive_list`; RefusedError (E861) when none waits. What another key or column can mend waits on.
    """
    protocols = track.protocols
    found, sealed, signature = waiting(protocols, name)
    report = new_report(protocols, name)
    report.unlink(missing_ok=True)
    try:
        made = receive_list(track, name, sealed, signature, identity, actor, column=column, report=report, step=step)
    except UserError as error:
        if error.code in ITS_OWN_FAULT:
            told = _SEE_REPORT if error.code == FAULTY else " ".join(each.melding for each in error.findings)
            settle(protocols, found, REFUSED, told, report)
        raise
    settle(protocols, found, TAKEN, "", made.report)
    return made


def match_list(
    track: Track,
    name: str,
    snapshot: Path,
    identity: Path,
    actor: Actor,
    *,
    day: date | None = None,
    progress: Progress | None = None,
    step: Step = _silent,
) -> Compared:
    """Compare the list with a snapshot, on *day* or else on the day of extraction.

    Raises as ``opgroeien.lists.compare`` and ``take_in``; UsageError (E822) the key.
    """
    secret = read_identity(identity)
    take_in(snapshot, track.settings, track.catalogue, progress)
    opened = open_snapshot(snapshot, track.settings.trust)
    return compare(
        track.protocols, name, secret, opened, track.catalogue.municipalities, track.policy,
        day or opened.extracted_on, actor, track.now(), step=step,
    )  # fmt: skip


def answer_list(
    track: Track, name: str, out: Path | None, key: Path, actor: Actor, *, step: Step = _silent
) -> Delivered:
    """Deliver the answer, once: to the new folder *out*, or for None to the counter, where the municipality fetches it.

    *key*: Opgroeien's secret signing key. Raises as ``opgroeien.delivery.deliver``.
    """
    out = out or tray(track.protocols, track.protocols.get(name))
    return deliver(track.protocols, name, out, read_private_key(key), actor, track.now(), step=step)


def close_protocol(track: Track, name: str, receipt: Path | None, actor: Actor) -> Record:
    """End an answered protocol. Raises as ``opgroeien.delivery.close``."""
    return close(track.protocols, name, receipt, track.policy, actor, track.now())
