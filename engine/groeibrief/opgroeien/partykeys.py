"""A municipality's public keys under a protocol: registered by one, confirmed by another with the fingerprint read out.

Two keys: the age key to which the answer is sealed, and the Ed25519 key that signs its lists. New keys replace the old
ones at once, and are of no use before they are confirmed.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from groeibrief.artefacts import sha256_bytes
from groeibrief.errors import RefusedError, UsageError, reason
from groeibrief.keys import read_public_key
from groeibrief.opgroeien.cabinet import Actor, moment
from groeibrief.opgroeien.lifecycle import Act
from groeibrief.opgroeien.protocols import Protocols

_MAX_FILE = 20_000
_SECRET = "AGE-SECRET-KEY-1"  # noqa: S105 - the public prefix of every secret key


@dataclass(frozen=True, slots=True)
class PartyKeys:
    """Both public keys. ``confirmed``: the ceremony is done."""

    age: str
    signing: str
    registered_by: str
    confirmed: bool

    @property
    def fingerprint(self) -> str:
        """What is read out: 32 hexadecimal digits in eights, of both keys together."""
        digest = sha256_bytes(f"{self.age}\n{self.signing}\n".encode())[:32]
        return " ".join(digest[start : start + 8] for start in range(0, 32, 8))

    @property
    def age_fingerprint(self) -> str:
        """The fingerprint of the age key alone, as the clear part of an answer names it."""
        return sha256_bytes(self.age.encode())[:16]

    @property
    def public(self) -> Ed25519PublicKey:
        """The key that signs lists."""
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(self.signing))


def read_age_key(path: Path) -> str:
    """Read one public age key. Raises UsageError (E815): unreadable, a secret key, none or more than one."""
    lines = [line for line in _text(path).splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if any(_SECRET in line.upper() for line in lines):
        raise UsageError("E815", f"{path} bevat een geheime sleutel. Geef alleen de publieke sleutel ('age1…').")
    try:
        (line,) = lines
        return str(pyrage.x25519.Recipient.from_str(line.strip()))
    except (ValueError, pyrage.RecipientError) as error:
        raise UsageError(
            "E815", f"{path} is geen publieke sleutel van age: één regel die begint met 'age1'."
        ) from error


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(_MAX_FILE).decode("utf-8", "replace")
    except OSError as error:
        raise UsageError("E815", f"Het sleutelbestand {path} kan niet gelezen worden: {reason(error)}.") from error


def register_keys(protocols: Protocols, name: str, age: Path, signing: Path, actor: Actor, when: datetime) -> PartyKeys:
    """Take down a municipality's keys. Raises UsageError (E815, E220, E221), as ``Protocols.act``."""
    key = base64.b64encode(read_public_key(signing).public_bytes_raw()).decode()
    made = PartyKeys(read_age_key(age), key, actor.account, confirmed=False)
    hashes = {"sleutels": made.fingerprint.replace(" ", "")}
    with protocols.act(name, Act.REGISTER_KEYS, actor, when, hashes) as (opened, _):
        opened.execute(
            "INSERT INTO sleutel (protocol, age, ondertekening, door, op) VALUES (?, ?, ?, ?, ?)",
            (name, made.age, made.signing, actor.account, moment(when)),
        )
    return made


def confirm_keys(protocols: Protocols, name: str, read_out: str, actor: Actor, when: datetime) -> PartyKeys:
    """Confirm the last keys with the fingerprint that the municipality read out.

    Raises RefusedError: E814 another fingerprint, no keys, or the one who registered them; as ``Protocols.act``.
    """
    found = keys_of(protocols, name)
    if found is None:
        raise RefusedError("E814", "Er zijn nog geen sleutels geregistreerd om te bevestigen.")
    if found.registered_by == actor.account:
        raise RefusedError(
            "E814", "Wie de sleutels registreerde, bevestigt ze niet: laat een ander de vingerafdruk horen."
        )
    if "".join(read_out.split()).lower() != found.fingerprint.replace(" ", ""):
        raise RefusedError(
            "E814",
            "De voorgelezen vingerafdruk is een andere. Gebruik deze sleutels niet: vraag de sleutelbestanden opnieuw "
            "en bel terug op een nummer dat u al kende.",
        )
    hashes = {"sleutels": found.fingerprint.replace(" ", "")}
    with protocols.act(name, Act.CONFIRM_KEYS, actor, when, hashes) as (opened, _):
        # Named by what was read out: keys that came meanwhile are not confirmed with it.
        opened.execute(
            "UPDATE sleutel SET bevestigd_door = ?, bevestigd_op = ? "
            "WHERE protocol = ? AND age = ? AND ondertekening = ? AND bevestigd_op IS NULL",
            (actor.account, moment(when), name, found.age, found.signing),
        )
    return PartyKeys(found.age, found.signing, found.registered_by, confirmed=True)


def keys_of(protocols: Protocols, name: str) -> PartyKeys | None:
    """The last keys registered under a protocol."""
    with protocols.cabinet.reading() as opened:
        row = opened.execute(
            "SELECT age, ondertekening, door, bevestigd_op FROM sleutel WHERE protocol = ? "
            "ORDER BY nummer DESC LIMIT 1",
            (name,),
        ).fetchone()
    return None if row is None else PartyKeys(row[0], row[1], row[2], confirmed=row[3] is not None)


def confirmed_keys(protocols: Protocols, name: str) -> PartyKeys:
    """The keys to work with. Raises RefusedError (E816) unless the ceremony is done."""
    found = keys_of(protocols, name)
    if found is None or not found.confirmed:
        raise RefusedError(
            "E816", "De sleutels van het bestuur zijn niet bevestigd. Doe eerst 'opgroeien protocol keys confirm'."
        )
    return found
