"""Logos that an authority gave with a request: kept under their hash in a private folder, and read back unchanged."""

from __future__ import annotations

from pathlib import Path

from groeibrief.artefacts import new_file, sha256_bytes
from groeibrief.casework.cabinet import Cabinet
from groeibrief.casework.content import OwnLogo
from groeibrief.errors import RefusedError

ROOM = "logos"


def keep_logo(cabinet: Cabinet, data: bytes, kind: str) -> OwnLogo:
    """Keep a logo that was checked; keeping the same again changes nothing."""
    logo = OwnLogo(kind=kind, sha256=sha256_bytes(data), bytes=len(data))
    path = logo_path(cabinet, logo)
    with cabinet.holding(ROOM):
        if not path.exists():
            with new_file(path) as stream:
                stream.write(data)
    return logo


def kept_logo(cabinet: Cabinet, logo: OwnLogo) -> bytes:
    """The file of a logo. Raises RefusedError (E588) when it is gone or is no longer what was kept."""
    return unchanged(logo_path(cabinet, logo), logo.sha256)


def unchanged(path: Path, digest: str) -> bytes:
    """The bytes of a logo's file, which has this hash. Raises RefusedError (E588)."""
    try:
        data = path.read_bytes()
    except OSError:
        data = b""
    if sha256_bytes(data) != digest:
        raise RefusedError(
            "E588", "Het logo van de aanvraag is weg of is gewijzigd. Voeg het opnieuw toe en verwittig een beheerder."
        )
    return data


def logo_path(cabinet: Cabinet, logo: OwnLogo) -> Path:
    """Where the file of a logo lies."""
    return cabinet.room(ROOM) / f"{logo.sha256}.{logo.kind}"
