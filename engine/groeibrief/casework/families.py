"""Which families a run wrote to: pseudonyms under a key of the run's own, so that no family gets too many letters.

To know whether a family was written to, one needs the key of each run. Erasure destroys the key, and then nobody can
tell any more. The list is binary: sorted pseudonyms of 16 bytes, and 8 bytes by which a damaged key shows, under which
nobody would be known again.
"""

from __future__ import annotations

import errno
import hashlib
import hmac
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from groeibrief.artefacts import new_file, sha256_bytes
from groeibrief.casework.cabinet import Cabinet
from groeibrief.casework.pseudonyms import DIGITS, Pseudonyms
from groeibrief.casework.runs import Run
from groeibrief.errors import RefusedError

ROOM = "gezinnen"
_BYTES = DIGITS // 2
_CHECK_BYTES = 8
"""Lists of before have none, and a length that is a multiple of ``_BYTES``."""


def key_path(cabinet: Cabinet, request_id: str, number: int) -> Path:
    """Where the key of a run lies."""
    return cabinet.room(ROOM) / f"{request_id}-{number}.sleutel"


def list_path(cabinet: Cabinet, request_id: str, number: int) -> Path:
    """Where the pseudonyms of a run lie."""
    return cabinet.room(ROOM) / f"{request_id}-{number}.lijst"


def remember_families(cabinet: Cabinet, run: Run, dossiers: Collection[int]) -> str:
    """Keep to whom a run writes; doing it again changes nothing. Returns the hash of the list."""
    key, kept = key_path(cabinet, run.request, run.round), list_path(cabinet, run.request, run.round)
    if not key.exists():
        Pseudonyms.create(key)
    pseudonyms = Pseudonyms(key)
    data = b"".join(sorted(bytes.fromhex(pseudonyms.of(dossier)) for dossier in set(dossiers)))
    data += _check_of(key.read_bytes())
    with new_file(kept, replace=True) as stream:
        stream.write(data)
    return sha256_bytes(data)


def _kept(cabinet: Cabinet, run: Run) -> tuple[bytes, frozenset[bytes]]:
    """The key of a run and its pseudonyms. Raises OSError when one is gone or is not what it was."""
    secret = key_path(cabinet, run.request, run.round).read_bytes()
    data = list_path(cabinet, run.request, run.round).read_bytes()
    noted = run.steps.get("gezinnen")
    check = data[len(data) - len(data) % _BYTES :]
    if (noted is not None and sha256_bytes(data) != noted.hash) or check not in (b"", _check_of(secret)):
        raise OSError(errno.EIO, "the list or its key was damaged")
    return secret, frozenset(data[place : place + _BYTES] for place in range(0, len(data) - len(check), _BYTES))


def _check_of(secret: bytes) -> bytes:
    return hmac.digest(secret, b"sleutel", hashlib.sha256)[:_CHECK_BYTES]


def pseudonym_in(cabinet: Cabinet, run: Run, dossier: int) -> str | None:
    """The pseudonym of a dossier in the list of a run; None when the run did not write to it.

    Raises RefusedError (E294) when the run's key or list is gone or damaged, although it was not erased.
    """
    try:
        pseudonym = Pseudonyms(key_path(cabinet, run.request, run.round)).of(dossier)
        _, written = _kept(cabinet, run)
    except (OSError, RefusedError) as error:
        raise RefusedError(
            "E294",
            f"Van aanvraag {run.request}, ronde {run.round}, is niet te zien wie een brief kreeg, en ze is niet "
            "gewist. Een antwoord zou onvolledig zijn: zet eerst de reservekopie terug.",
        ) from error
    return pseudonym if bytes.fromhex(pseudonym) in written else None


def too_often(cabinet: Cabinet, runs: Iterable[Run], dossiers: Collection[int], most: int) -> frozenset[int]:
    """The dossiers that *runs* wrote to *most* times or more already.

    Raises RefusedError (E723) when a run's key or list is gone or damaged, although it was not erased.
    """
    times: Counter[int] = Counter()
    for run in runs:
        try:
            secret, written = _kept(cabinet, run)
        except OSError as error:
            raise RefusedError(
                "E723",
                f"Van aanvraag {run.request}, ronde {run.round}, is niet meer te zien wie een brief kreeg. Zonder die "
                "lijst kan het hoogste aantal brieven per gezin niet nagekeken worden: zet de reservekopie terug.",
            ) from error
        # The same as Pseudonyms.of, without an object and its hexadecimal form for each of a few hundred thousand.
        times.update(
            dossier
            for dossier in dossiers
            if hmac.digest(secret, b"dossier:%d" % dossier, hashlib.sha256)[:_BYTES] in written
        )
    return frozenset(dossier for dossier, count in times.items() if count >= most)
