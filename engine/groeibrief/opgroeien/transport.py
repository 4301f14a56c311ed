"""What travels: a list sealed to Opgroeien and signed by the municipality, an answer sealed to the municipality alone.

A signature is over a note of three lines that both sides can write themselves: what it is, under which protocol, and
the SHA-256 of the sealed file. A signed list is thereby of no use under another protocol. Seals are age (X25519).
"""

from __future__ import annotations

from pathlib import Path

import pyrage

from groeibrief.errors import Finding, RefusedError, UsageError, reason
from groeibrief.keys import SIGNATURE_BYTES, signer
from groeibrief.opgroeien.partykeys import PartyKeys

LIST, RECEIPT = "groeibrief-lijst 1", "groeibrief-ontvangst 1"
_MAX_KEY_FILE = 20_000


def note(kind: str, protocol: str, digest: str) -> bytes:
    """The note that is signed: three lines of ASCII, each with a line end."""
    return f"{kind}\nprotocol {protocol}\nsha256 {digest}\n".encode()


def read_sealed(path: Path, most: int) -> bytes:
    """Read a sealed list. Raises RefusedError (E820) when it is too large to be one."""
    with path.open("rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise RefusedError("E820", Finding(f"De lijst is groter dan {most} bytes.", bestand=path.name))
    return data


def require_signature(kind: str, protocol: str, digest: str, signature: Path, keys: PartyKeys) -> None:
    """Raise RefusedError (E821) unless the municipality signed the note about this file."""
    with signature.open("rb") as stream:
        given = stream.read(SIGNATURE_BYTES + 1)
    require_signed(kind, protocol, digest, given, keys, signature.name)


def require_signed(kind: str, protocol: str, digest: str, given: bytes, keys: PartyKeys, name: str) -> None:
    """As :func:`require_signature`, of a signature that was read; *name* says which in the error."""
    if signer(note(kind, protocol, digest), given, [keys.public]) is None:
        raise RefusedError(
            "E821",
            Finding(
                "De handtekening past niet bij dit bestand, dit protocol en de bevestigde sleutel van het bestuur. Het "
                "bestand is veranderd of door een ander ondertekend: gebruik het niet en bel het bestuur.",
                bestand=name,
            ),
        )


def read_identity(path: Path) -> pyrage.x25519.Identity:
    """Read a secret key as ``age-keygen`` writes it. Raises UsageError (E822)."""
    try:
        with path.open("rb") as stream:
            text = stream.read(_MAX_KEY_FILE).decode("utf-8", "replace")
    except OSError as error:
        raise UsageError("E822", f"Het sleutelbestand {path} kan niet gelezen worden: {reason(error)}.") from error
    secrets = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    try:
        (secret,) = secrets
        return pyrage.x25519.Identity.from_str(secret)
    except (ValueError, pyrage.IdentityError):
        # Not chained: the text of the cause could show part of the key.
        raise UsageError(
            "E822",
            f"{path} is geen geheime sleutel van age. Geef het bestand dat age-keygen maakte, zonder wachtwoord.",
        ) from None


def opened_list(sealed: bytes, name: str, identity: pyrage.x25519.Identity) -> bytes:
    """What is in a sealed list, in memory only. Raises RefusedError (E823 another key, E824 damaged)."""
    try:
        return bytes(pyrage.decrypt(sealed, [identity]))
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise RefusedError(
                "E823",
                Finding(
                    "Deze lijst is niet voor deze sleutel verzegeld. Vraag ze opnieuw, verzegeld voor Opgroeien.",
                    bestand=name,
                ),
            ) from error
        raise RefusedError(
            "E824", Finding("De verzegeling is beschadigd of onvolledig. Vraag de lijst opnieuw.", bestand=name)
        ) from error


def seal(content: bytes, keys: PartyKeys) -> bytes:
    """Seal *content* to the municipality's key alone."""
    return bytes(pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(keys.age)]))
