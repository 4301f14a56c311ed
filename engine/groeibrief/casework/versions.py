"""The versions of a request's definition: every text is kept, with who wrote it, when, and what it is bound with."""

from __future__ import annotations

import difflib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.casework.accounts import Role, Viewer
from groeibrief.casework.cabinet import moment
from groeibrief.casework.requests import Request, Requests
from groeibrief.errors import UsageError


@dataclass(frozen=True, slots=True)
class Draft:
    """A definition to be kept: its name and text, its cases, how it is bound, and what reading it told.

    ``rounds``: how many rounds its series has, 1 without one.
    """

    doelgroep: str
    text: str
    cases: str | None
    binding: Mapping[str, Any]
    definitie: str
    voorwaarden: str
    needs_dpo: bool
    rounds: int

    @property
    def sha256(self) -> str:
        """The hash of what was written: text, cases and binding."""
        return sha256_bytes(canonical_json([self.doelgroep, self.text, self.cases, dict(self.binding)]))


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it is kept; ``number`` counts from 1."""

    number: int
    when: datetime
    who: str
    role: Role
    draft: Draft

    def as_json(self) -> dict[str, Any]:
        """The JSON form, without the text."""
        return {
            "versie": self.number,
            "wanneer": moment(self.when),
            "wie": self.who,
            "rol": self.role.value,
            "doelgroep": self.draft.doelgroep,
            "definitie": self.draft.definitie,
            "voorwaarden": self.draft.voorwaarden,
            "sha256": self.draft.sha256,
            "dpo": self.draft.needs_dpo,
            "rondes": self.draft.rounds,
        }


def write_version(opened: sqlite3.Connection, viewer: Viewer, request: Request, draft: Draft, when: datetime) -> None:
    """Keep a version, inside the transaction of its act."""
    last = opened.execute("SELECT max(nummer) FROM definitie WHERE aanvraag = ?", (request.id,)).fetchone()[0]
    opened.execute(
        "INSERT INTO definitie (aanvraag, nummer, wanneer, wie, rol, doelgroep, tekst, gevallen, invulling, definitie,"
        " voorwaarden, dpo, rondes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            request.id, (last or 0) + 1, moment(when), viewer.account, viewer.role.value, draft.doelgroep, draft.text,
            draft.cases, canonical_json(dict(draft.binding)).decode(), draft.definitie, draft.voorwaarden,
            int(draft.needs_dpo), draft.rounds,
        ),
    )  # fmt: skip


def read_versions(opened: sqlite3.Connection, request_id: str) -> tuple[Version, ...]:
    """Every version of a request's definition, oldest first, of one that was found already."""
    rows = opened.execute(
        "SELECT nummer, wanneer, wie, rol, doelgroep, tekst, gevallen, invulling, definitie, voorwaarden, dpo, rondes "
        "FROM definitie WHERE aanvraag = ? ORDER BY nummer",
        (request_id,),
    ).fetchall()
    return tuple(
        Version(
            number,
            datetime.fromisoformat(when),
            who,
            Role(role),
            Draft(name, text, cases, json.loads(binding), definitie, voorwaarden, bool(dpo), rounds),
        )
        for number, when, who, role, name, text, cases, binding, definitie, voorwaarden, dpo, rounds in rows
    )


def versions(requests: Requests, viewer: Viewer, request_id: str) -> tuple[Version, ...]:
    """Every version that there is, oldest first. Raises RefusedError (E701)."""
    with requests.seen(viewer, request_id) as (opened, _):
        return read_versions(opened, request_id)


def difference(found: tuple[Version, ...], older: int, newer: int) -> str:
    """A unified diff of two versions, cases and binding included; empty when they say the same.

    Raises UsageError (E713) for a version that does not exist.
    """
    by_number = {version.number: version for version in found}
    for number in (older, newer):
        if number not in by_number:
            raise UsageError("E713", f"Er is geen versie {number} van de definitie; er zijn er {len(found)}.")
    before, later = (_whole(by_number[number].draft).splitlines(keepends=True) for number in (older, newer))
    return "".join(difflib.unified_diff(before, later, f"versie {older}", f"versie {newer}"))


def _whole(draft: Draft) -> str:
    parts = [draft.text.rstrip("\n") + "\n"]
    if draft.binding:
        told = json.dumps(dict(draft.binding), ensure_ascii=False, indent=2, sort_keys=True)
        parts.append(f"# invulling\n{told}\n")
    if draft.cases:
        parts.append("# gevallen\n" + draft.cases.rstrip("\n") + "\n")
    return "".join(parts)
