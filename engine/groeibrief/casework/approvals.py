"""Approvals: four eyes, the DPO where the definition asks for one, and the hashes that an approval binds.

An approval holds for one version of the definition and one bundle of hashes. When anything of the bundle is no longer
what it was, the approval is void; nobody has to notice.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.casework.accounts import Role, Viewer
from groeibrief.casework.cabinet import moment
from groeibrief.casework.lifecycle import Act
from groeibrief.casework.requests import OPENED, Request
from groeibrief.casework.versions import Version
from groeibrief.errors import RefusedError

PARTS: Mapping[str, str] = {
    "definitie": "de definitie",
    "inhoud": "de inhoud van de aanvraag",
    "gevallen": "de gevallen bij de definitie",
    "sjabloon": "het sjabloon van de brief",
    "beleid": "het beleid",
    "catalogus": "de catalogus",
    "logo": "het logo",
}
"""What an approval binds, in words."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The hashes that are approved, by part."""

    hashes: Mapping[str, str]

    def __post_init__(self) -> None:
        assert self.hashes.keys() == PARTS.keys(), "a bundle binds every part"

    @property
    def sha256(self) -> str:
        """One hash of all."""
        return sha256_bytes(canonical_json(dict(self.hashes)))

    def changed(self, since: Bundle) -> tuple[str, ...]:
        """The parts that are no longer as in *since*, in order."""
        return tuple(part for part in PARTS if self.hashes[part] != since.hashes[part])


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval as it was given."""

    version: int
    when: datetime
    who: str
    role: Role
    bundle: Bundle


@dataclass(frozen=True, slots=True)
class Standing:
    """How the approval of a request stands: who approved what is there now, who must still, and what changed."""

    approved: tuple[Approval, ...]
    missing: tuple[Role, ...]
    changed: tuple[str, ...]

    @property
    def valid(self) -> bool:
        """Whether what is there now is approved by all who must."""
        return not self.missing

    def require(self) -> None:
        """Raise RefusedError (E714) unless the approval is valid; say what is missing or what changed."""
        if self.valid:
            return
        if self.changed:
            parts = ", ".join(PARTS[part] for part in self.changed)
            raise RefusedError(
                "E714",
                f"De goedkeuring is vervallen: {parts} veranderde sindsdien. Laat de aanvraag opnieuw goedkeuren.",
            )
        roles = " en ".join(f"een {role.value}" for role in self.missing)
        raise RefusedError("E714", f"De aanvraag is nog niet goedgekeurd door {roles}.")

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "geldig": self.valid,
            "gegeven": [
                {"wie": each.who, "rol": each.role.value, "wanneer": moment(each.when), "versie": each.version}
                for each in self.approved
            ],
            "ontbreekt": [role.value for role in self.missing],
            "gewijzigd": list(self.changed),
        }


def standing(opened: sqlite3.Connection, request_id: str, versions: tuple[Version, ...], bundle: Bundle) -> Standing:
    """How the approval stands of what *bundle* says is there now."""
    given = _given(opened, request_id)
    number = versions[-1].number if versions else 0
    holding = tuple(each for each in given if each.version == number and each.bundle == bundle)
    asked = (Role.ANALYST, *((Role.DPO,) if versions and versions[-1].draft.needs_dpo else ()))
    missing = tuple(role for role in asked if role not in {each.role for each in holding})
    changed = bundle.changed(given[-1].bundle) if missing and given else ()
    return Standing(holding, missing, changed)


def write_approval(
    opened: sqlite3.Connection,
    viewer: Viewer,
    request: Request,
    versions: tuple[Version, ...],
    bundle: Bundle,
    when: datetime,
) -> Standing:
    """Approve what *bundle* says, inside the transaction of the act; the standing after it.

    Raises RefusedError: E715 there is no definition, or who approves wrote some of it, or approved already.
    """
    if not versions:
        raise RefusedError("E715", "Er is nog geen definitie om goed te keuren.")
    if viewer.account in _writers(opened, request.id):
        raise RefusedError(
            "E715", "Wie aan de aanvraag of de definitie schreef, keurt ze niet goed. Vraag het aan een ander."
        )
    before = standing(opened, request.id, versions, bundle)
    if viewer.account in {each.who for each in before.approved}:
        raise RefusedError("E715", "U keurde dit al goed. Wie nog moet goedkeuren, staat in de aanvraag.")
    opened.execute(
        "INSERT INTO goedkeuring (aanvraag, versie, wanneer, wie, rol, bundel) VALUES (?, ?, ?, ?, ?, ?)",
        (
            request.id, versions[-1].number, moment(when), viewer.account, viewer.role.value,
            canonical_json(dict(bundle.hashes)).decode(),
        ),
    )  # fmt: skip
    return standing(opened, request.id, versions, bundle)


def _writers(opened: sqlite3.Connection, request_id: str) -> set[str]:
    """Whoever wrote what is approved, at any time: a trifling last change by another makes it no other's work."""
    rows = opened.execute(
        "SELECT DISTINCT wie FROM gebeurtenis WHERE aanvraag = ? AND daad IN (?, ?, ?)",
        (request_id, OPENED, Act.CHANGE.value, Act.DEFINE.value),
    )
    return {who for (who,) in rows}


def _given(opened: sqlite3.Connection, request_id: str) -> tuple[Approval, ...]:
    rows = opened.execute(
        "SELECT versie, wanneer, wie, rol, bundel FROM goedkeuring WHERE aanvraag = ? ORDER BY nummer", (request_id,)
    ).fetchall()
    return tuple(
        Approval(version, datetime.fromisoformat(when), who, Role(role), Bundle(json.loads(bundle)))
        for version, when, who, role, bundle in rows
    )
