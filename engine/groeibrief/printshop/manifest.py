"""The clear part of a package: ``manifest.json`` and ``manifest.sig``, and what of the rest they vouch for.

Anyone may read it: counts, the hash of the sealed part, the keys it is for. Nothing else may lie in the folder.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Annotated, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from groeibrief.artefacts import canonical_json
from groeibrief.errors import Finding, RefusedError, UsageError
from groeibrief.keys import SIGNATURE_BYTES, fingerprint, signer
from groeibrief.printshop.seal import Ciphertext
from groeibrief.printshop.ticket import JOB_ID, SHA256

MANIFEST = "manifest.json"
SIGNATURE = "manifest.sig"
SEALED = "inhoud.tar.age"
_FILES = (MANIFEST, SIGNATURE, SEALED)
_MAX_MANIFEST = 64_000
Fingerprint = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
_SEND_AGAIN = "Druk niets en vraag VUTG om het pakket opnieuw te sturen."


class SealedPart(BaseModel):
    """The sealed file: its name, size in bytes and SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bestand: Literal["inhoud.tar.age"] = "inhoud.tar.age"
    bytes: int = Field(ge=1)
    sha256: str = Field(pattern=SHA256)


class PackageManifest(BaseModel):
    """The content of ``manifest.json``. ``ontvangers`` and ``ondertekenaar`` are fingerprints of public keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    formaat: Literal["groeibrief-pakket"] = "groeibrief-pakket"
    versie: Literal[1] = 1
    opdracht: str = Field(pattern=JOB_ID)
    synthetisch: bool
    stukken: int = Field(ge=1)
    paginas: int = Field(ge=1)
    vellen: int = Field(ge=1)
    inhoud: SealedPart
    ontvangers: list[Fingerprint] = Field(min_length=1)
    ondertekenaar: Fingerprint

    def as_bytes(self) -> bytes:
        """Canonical JSON, which is what is signed."""
        return canonical_json(self.model_dump(mode="json"))


def read_manifest(folder: Path, trusted: Sequence[Ed25519PublicKey]) -> PackageManifest:
    """Read the clear part of a package, signature first.

    Raises UsageError (E246 no such folder), RefusedError (E540 incomplete or unreadable, E541 unknown signer, E542
    altered, E550 a file that does not belong there).
    """
    _check_files(folder)
    with open_part(folder, SIGNATURE) as stream:
        signature = stream.read(SIGNATURE_BYTES + 1)
    with open_part(folder, MANIFEST) as stream:
        data = stream.read(_MAX_MANIFEST + 1)
    if len(data) > _MAX_MANIFEST:
        raise _unreadable("het is te groot")
    key = signer(data, signature, trusted)
    if key is None:
        raise _not_signed(data, trusted)
    manifest = _parse(data)
    if manifest.as_bytes() != data or manifest.ondertekenaar != fingerprint(key):
        raise _unreadable("het is niet geschreven zoals afgesproken")
    return manifest


def check_sealed(stream: BufferedReader, manifest: PackageManifest) -> None:
    """Compare the sealed file with the manifest and go back to its start. Raises RefusedError (E543)."""
    size = os.fstat(stream.fileno()).st_size
    if size < manifest.inhoud.bytes:
        raise _altered(f"het bestand is onvolledig ({size} van {manifest.inhoud.bytes} bytes)")
    compare_sealed(Ciphertext(size, hashlib.file_digest(stream, "sha256").hexdigest()), manifest)
    stream.seek(0)


def compare_sealed(found: Ciphertext, manifest: PackageManifest) -> None:
    """Compare size and hash with the manifest. Raises RefusedError (E543)."""
    if found != Ciphertext(manifest.inhoud.bytes, manifest.inhoud.sha256):
        raise _altered("de controlesom verschilt van die in het manifest")


@contextmanager
def open_part(folder: Path, name: str) -> Iterator[BufferedReader]:
    """Open a file of a package, which is never a link: OSError, should it have become one."""
    with os.fdopen(os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as stream:
        yield stream


def _check_files(folder: Path) -> None:
    if not folder.is_dir():
        raise UsageError(
            "E246", f"{folder} is geen pakket. Een pakket is een map met manifest.json, manifest.sig en inhoud.tar.age."
        )
    with os.scandir(folder) as entries:
        regular = {entry.name: stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode) for entry in entries}
    for name in _FILES:
        if not regular.get(name, False):
            raise _missing(name)
    foreign = sorted(set(regular) - set(_FILES))
    if foreign:
        raise RefusedError(
            "E550",
            Finding(
                "Dit bestand hoort niet in een pakket en is niet ondertekend. Haal het weg en controleer opnieuw.",
                bestand=ascii(foreign[0])[1:-1],
            ),
        )


def _missing(name: str) -> RefusedError:
    return RefusedError("E540", Finding(f"Dit bestand van het pakket ontbreekt. {_SEND_AGAIN}", bestand=name))


def _unreadable(why: str) -> RefusedError:
    return RefusedError(
        "E540", Finding(f"Dit is geen manifest dat deze versie van groeibrief kent: {why}.", bestand=MANIFEST)
    )


def _altered(why: str) -> RefusedError:
    return RefusedError("E543", Finding(f"De verzegelde inhoud klopt niet: {why}. {_SEND_AGAIN}", bestand=SEALED))


def _parse(data: bytes) -> PackageManifest:
    try:
        return PackageManifest.model_validate_json(data)
    except ValidationError as error:
        raise _unreadable("er ontbreekt iets of er staat te veel in") from error


def _not_signed(data: bytes, trusted: Sequence[Ed25519PublicKey]) -> RefusedError:
    """Say which of two: signed by a stranger, or altered. What an unsigned manifest claims only words the message."""
    try:
        claimed = _parse(data).ondertekenaar
    except RefusedError:
        claimed = None
    if claimed is None or claimed in {fingerprint(key) for key in trusted}:
        return RefusedError(
            "E542",
            Finding(
                f"De handtekening klopt niet: het manifest of de handtekening is veranderd. {_SEND_AGAIN}",
                bestand=MANIFEST,
            ),
        )
    return RefusedError(
        "E541",
        Finding(
            f"Het pakket is ondertekend met een sleutel die u niet vertrouwt (kenmerk {claimed}). Druk niets. Vraag "
            "VUTG welk kenmerk haar sleutel heeft, en geef haar publieke sleutel met --trust.",
            bestand=MANIFEST,
        ),
    )
