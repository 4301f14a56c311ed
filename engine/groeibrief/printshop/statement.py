"""Small signed documents between VUTG and a print shop: canonical JSON, and beside it a detached signature.

``name.json`` with ``name.json.sig``: Ed25519 over the bytes of the first, 64 raw bytes, as OpenSSL writes and reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, ValidationError

from groeibrief.artefacts import canonical_json, new_file, sha256_bytes
from groeibrief.errors import Finding, RefusedError, reason
from groeibrief.keys import SIGNATURE_BYTES, fingerprint, signer

MOST_BYTES = 20_000_000
"""A report on 150,000 letters, not one of them beside the next, takes three."""


class Statement(BaseModel):
    """A document to sign. ``ondertekenaar`` is the fingerprint of the key that signs it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    what: ClassVar[str]
    """What it is called, in Dutch, with its article."""

    ondertekenaar: str

    def as_bytes(self) -> bytes:
        """Canonical JSON, which is what is signed."""
        return canonical_json(self.model_dump(mode="json"))

    @property
    def sha256(self) -> str:
        """By which the document is known."""
        return sha256_bytes(self.as_bytes())

    @classmethod
    def parse(cls, data: bytes) -> Self | None:
        """Read a document; None when it is none of this kind, or is not written canonically."""
        try:
            found = cls.model_validate_json(data)
        except ValidationError:
            return None
        return found if found.as_bytes() == data else None


Kind = TypeVar("Kind", bound=Statement)


def signature_path(path: Path) -> Path:
    """Where the signature of the document *path* lies."""
    return path.with_name(f"{path.name}.sig")


def write_signed(path: Path, key: Ed25519PrivateKey, make: Callable[[str], Kind]) -> Kind:
    """Make a document that names the signer's fingerprint, sign it, and write both new files.

    An existing document is refused (E210). The signature comes first: a document without one is never there.
    """
    statement = make(fingerprint(key.public_key()))
    data = statement.as_bytes()
    signature = signature_path(path)
    try:
        with new_file(path, mode=0o644) as stream:
            # Replaced: it is what a killed run left before its document got a name.
            with new_file(signature, mode=0o644, replace=True) as beside:
                beside.write(key.sign(data))
            stream.write(data)
    except BaseException:
        if not path.exists():
            signature.unlink(missing_ok=True)
        raise
    return statement


def read_signed(path: Path, kind: type[Kind], trusted: Sequence[Ed25519PublicKey]) -> Kind:
    """Read a document, signature first. One line end after the JSON, as an editor leaves it, may be signed with it.

    Raises RefusedError: E590 missing, unreadable or of another kind, E591 signed by a stranger, E592 altered.
    """
    signature = _read(signature_path(path), SIGNATURE_BYTES)
    data = _read(path, MOST_BYTES)
    key = signer(data, signature, trusted)
    statement = kind.parse(data.removesuffix(b"\n"))
    if key is None:
        raise _not_signed(path, kind, statement, trusted)
    if statement is None:
        raise RefusedError(
            "E590",
            Finding(
                f"Dit is niet {kind.what} dat deze versie van groeibrief kent, of het is niet geschreven zoals "
                "afgesproken. Vraag de afzender om het opnieuw te maken.",
                bestand=path.name,
            ),
        )
    if statement.ondertekenaar != fingerprint(key):
        raise RefusedError(
            "E592",
            Finding(
                "Het document noemt een andere ondertekenaar dan wie het ondertekende. Gebruik het niet.",
                bestand=path.name,
            ),
        )
    return statement


def published_schema(kind: type[Statement], title: str) -> dict[str, Any]:
    """The JSON Schema of a document, with the Dutch descriptions of its fields."""
    schema = kind.model_json_schema(mode="serialization")
    # A model's own title and description are for developers; the reader of this schema works at a print shop.
    for model in (schema, *schema.get("$defs", {}).values()):
        model.pop("title", None)
        model.pop("description", None)
        for field in model.get("properties", {}).values():
            field.pop("title", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise RefusedError(
            "E590", Finding(f"Het bestand kan niet gelezen worden: {reason(error)}.", bestand=path.name)
        ) from error
    if len(data) > most:
        raise RefusedError("E590", Finding("Het bestand is te groot om juist te zijn.", bestand=path.name))
    return data


def _not_signed(
    path: Path, kind: type[Kind], statement: Kind | None, trusted: Sequence[Ed25519PublicKey]
) -> RefusedError:
    """Say which of two: signed by a stranger, or altered. What an unsigned document claims only words the message."""
    if statement is None or statement.ondertekenaar in {fingerprint(key) for key in trusted}:
        return RefusedError(
            "E592",
            Finding(
                "De handtekening klopt niet: het document of de handtekening is veranderd. Gebruik het niet en vraag "
                "het opnieuw.",
                bestand=path.name,
            ),
        )
    return RefusedError(
        "E591",
        Finding(
            f"Dit document is ondertekend met een sleutel die u niet vertrouwt (kenmerk "
            f"{_shown(statement.ondertekenaar)}). Gebruik het niet. Vraag de afzender welk kenmerk zijn sleutel heeft, "
            "en geef zijn publieke sleutel met --trust.",
            bestand=path.name,
        ),
    )


def _shown(claimed: str) -> str:
    return ascii(claimed[:16])[1:-1]
