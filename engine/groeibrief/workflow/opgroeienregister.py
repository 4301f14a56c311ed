"""What the public register of local authorities may know of the list track: a file from Opgroeien, read by VUTG.

Two controllers, two databases: neither reads the other's. Opgroeien writes who, when and how far, and signs it; VUTG
adds what its register lacks. The file holds nothing that is not public.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from groeibrief.artefacts import canonical_json, new_file
from groeibrief.casework.accounts import Role, Viewer, require_role
from groeibrief.casework.register import Event
from groeibrief.casework.register import Track as RegisterTrack
from groeibrief.errors import RefusedError, UsageError
from groeibrief.keys import SIGNATURE_BYTES, read_private_key, read_public_key, signer
from groeibrief.opgroeien.lifecycle import Act, State
from groeibrief.opgroeien.protocols import Record
from groeibrief.workflow.office import Office
from groeibrief.workflow.opgroeien import Track

FORMAT, VERSION = "groeibrief-registerfeiten", 1
_MOST_BYTES = 20_000_000
_STEPS = {
    Act.ADVICE_COMPLETE.value: "advies",
    Act.ADVISE_AGAINST.value: "geweigerd",
    Act.CONCLUDE.value: "afgesloten",
    Act.CLOSE.value: "beëindigd",
    Act.WITHDRAW.value: "beëindigd",
    Act.EXPIRE.value: "beëindigd",
}
"""From an act to what the register calls it; ``aanvraag`` is the day that the protocol was drawn up."""


def facts_file(track: Track) -> bytes:
    """Every public fact of every protocol, as the file that VUTG reads."""
    found = [fact for record in track.protocols.all() for fact in _facts(track, record)]
    return canonical_json({"formaat": FORMAT, "versie": VERSION, "bron": "Opgroeien", "feiten": found}) + b"\n"


def _facts(track: Track, record: Record) -> Iterator[dict[str, Any]]:
    party = record.content.bestuur
    told = {"bestuur": party.naam, "nis": sorted(party.nis), "protocol": record.id}
    yield {**told, "stand": "aanvraag", "datum": record.made_on.date().isoformat()}
    for event in track.protocols.events(record.id):
        status = _STEPS.get(event.act)
        # What ended before it was advised on was an application only.
        if status is not None and not (status == "beëindigd" and event.before is State.DISADVISED):
            yield {**told, "stand": status, "datum": event.when.date().isoformat()}


def write_facts(track: Track, out: Path, key: Path | None) -> int:
    """Write the file anew, replacing an earlier one, and its signature beside it; how many facts."""
    data = facts_file(track)
    private = read_private_key(key) if key else None
    with new_file(out, replace=True) as stream:
        stream.write(data)
    if private is not None:
        with new_file(out.with_name(f"{out.name}.sig"), replace=True) as stream:
            stream.write(private.sign(data))
    return len(json.loads(data)["feiten"])


def import_facts(office: Office, viewer: Viewer, path: Path, trusted: Path) -> tuple[int, int]:
    """Add to the register what it lacks; how many were added, and how many stood there.

    *trusted*: Opgroeien's public signing key; the signature lies beside *path*. Raises RefusedError: E712 another role;
    E862 unsigned or altered; UsageError: E865 not such a file; E724 a fact that the register cannot hold.
    """
    require_role(viewer, (Role.ANALYST,), "Feiten inlezen in het register doet een analist.")
    with path.open("rb") as stream:
        data = stream.read(_MOST_BYTES)
    _require_signed(path, data, trusted)
    events = _events(data, path.name)
    with office.cabinet.writing() as opened:
        added = sum(office.register.insert(opened, viewer, event, office.now()) for event in events)
    return added, len(events) - added


def _require_signed(path: Path, data: bytes, trusted: Path) -> None:
    key = read_public_key(trusted)
    try:
        with path.with_name(f"{path.name}.sig").open("rb") as stream:
            signature = stream.read(SIGNATURE_BYTES + 1)
    except OSError:
        signature = b""
    if signer(data, signature, [key]) is None:
        raise RefusedError(
            "E862",
            f"De handtekening {path.name}.sig ontbreekt of past niet bij dit bestand en deze sleutel. Vraag Opgroeien "
            "beide opnieuw.",
        )


def _events(data: bytes, name: str) -> tuple[Event, ...]:
    try:
        told = json.loads(data)
        assert (told["formaat"], told["versie"]) == (FORMAT, VERSION), "another kind of file"
        return tuple(
            Event(
                str(fact["bestuur"]), tuple(str(code) for code in fact["nis"]), RegisterTrack.OPGROEIEN,
                str(fact["stand"]), date.fromisoformat(fact["datum"]), True, f"Opgroeien, protocol {fact['protocol']}",
                public=True,
            )
            for fact in told["feiten"]
        )  # fmt: skip
    except (AssertionError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            "E865", f"{name} is geen bestand met registerfeiten van Opgroeien. Maak het met 'opgroeien register'."
        ) from error
