"""VUTG's signed approval of a proof: the whole run of exactly one package may be printed.

``goedkeuring.json`` with ``goedkeuring.json.sig`` beside it. It holds no date, so that approving twice gives the same
bytes; when it was done stands in the agency's ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import Field

from groeibrief.artefacts import sha256_bytes
from groeibrief.errors import Finding, RefusedError
from groeibrief.keys import read_private_key
from groeibrief.printshop.manifest import SEALED, PackageManifest, check_sealed, open_part, read_manifest
from groeibrief.printshop.statement import Statement, read_signed, write_signed
from groeibrief.printshop.ticket import JOB_ID, SHA256


class Approval(Statement):
    """The content of ``goedkeuring.json``."""

    what: ClassVar[str] = "een goedkeuring"

    formaat: Literal["groeibrief-goedkeuring"] = "groeibrief-goedkeuring"
    versie: Literal[1] = 1
    opdracht: str = Field(pattern=JOB_ID)
    manifest_sha256: str = Field(pattern=SHA256)


def approve_package(path: Path, out: Path, *, sign_key: Path, trusted: Sequence[Ed25519PublicKey] = ()) -> Approval:
    """Approve the package in the folder *path*: write the new files *out* and ``<out>.sig``.

    The package must be signed by the same key or by a *trusted* one, and its sealed part must be whole. Raises
    UsageError (E210, E220, E221, E246), RefusedError (E540–E543, E550).
    """
    key = read_private_key(sign_key)
    manifest = read_manifest(path, [key.public_key(), *trusted])
    with open_part(path, SEALED) as stream:
        check_sealed(stream, manifest)
    return write_signed(
        out,
        key,
        lambda signer: Approval(ondertekenaar=signer, opdracht=manifest.opdracht, manifest_sha256=_hash(manifest)),
    )


def read_approval(path: Path, manifest: PackageManifest, trusted: Sequence[Ed25519PublicKey]) -> Approval:
    """Read the approval of the package with this manifest.

    Raises RefusedError: E557 it is of another package; E590, E591, E592 as :func:`read_signed`.
    """
    approval = read_signed(path, Approval, trusted)
    if (approval.opdracht, approval.manifest_sha256) != (manifest.opdracht, _hash(manifest)):
        raise RefusedError(
            "E557",
            Finding(
                "Deze goedkeuring hoort bij een ander pakket. Druk niets dan de proef en vraag VUTG de goedkeuring van "
                "dit pakket.",
                bestand=path.name,
            ),
        )
    return approval


def _hash(manifest: PackageManifest) -> str:
    return sha256_bytes(manifest.as_bytes())
