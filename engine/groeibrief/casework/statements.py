"""Signed statements: canonical JSON in a file, with its Ed25519 signature (64 bytes) in ``<file>.sig``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from groeibrief.artefacts import new_file
from groeibrief.errors import Finding, RefusedError

MAX_BYTES = 1_000_000


def write_statement(out: Path, data: bytes, key: Path) -> None:
    """Sign *data* and write both files, the signature first: what has its name is whole.

    Raises UsageError (E210 an existing file, E220, E221 the key).
    """
    from groeibrief.keys import read_private_key

    signature = read_private_key(key).sign(data)
    # A killed process leaves at most a signature without its statement, which the next one replaces.
    with new_file(out) as stream:
        with new_file(out.with_name(f"{out.name}.sig"), replace=not out.exists()) as beside:
            beside.write(signature)
        stream.write(data)


def read_statement(path: Path, kind: str, trusted: Sequence[Path]) -> bytes:
    """The content of a statement of that kind. Raises RefusedError (E737) unless someone trusted signed it."""
    from groeibrief.keys import read_public_key, signer

    try:
        data, signature = path.read_bytes(), path.with_name(f"{path.name}.sig").read_bytes()
        told = json.loads(data) if len(data) <= MAX_BYTES else None
    except (OSError, ValueError, RecursionError):
        raise _untrusted(path) from None
    known = isinstance(told, dict) and told.get("soort") == kind
    if not known or signer(data, signature, [read_public_key(each) for each in trusted]) is None:
        raise _untrusted(path)
    return data


def _untrusted(path: Path) -> RefusedError:
    return RefusedError(
        "E737",
        Finding(
            "Dit document is onvolledig, gewijzigd of ondertekend door iemand die u niet vertrouwt. Geef het met zijn "
            "handtekening (.sig) ernaast, en met --trust de publieke sleutel van wie tekende.",
            bestand=str(path),
        ),
    )
