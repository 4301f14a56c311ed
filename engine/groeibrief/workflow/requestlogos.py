"""The logo of a request: the authority's own, given with it, before the one that the project has."""

from __future__ import annotations

import dataclasses

from groeibrief.casework.accounts import Viewer
from groeibrief.casework.content import OwnLogo
from groeibrief.casework.lifecycle import Act
from groeibrief.casework.logos import keep_logo, kept_logo
from groeibrief.casework.requests import Request, Step
from groeibrief.errors import UsageError
from groeibrief.letters.logo import LARGEST, Logo, kind_of, load_logo, read_logo
from groeibrief.workflow.office import Office

LARGEST_LOGO = LARGEST


def attach_logo(office: Office, viewer: Viewer, request_id: str, data: bytes, version: int | None = None) -> Request:
    """Give the request a logo of its own: a PNG, SVG or PDF file.

    Raises UsageError (E589) without a file, DefinitionError (E652–E654) where it is no logo.
    """
    request = office.requests.check(viewer, request_id, Act.CHANGE)
    if not data:
        raise UsageError("E589", "Kies een bestand met het logo: PNG, SVG of PDF.")
    kind = kind_of(data)
    read_logo(f"logo.{kind}", data)
    return _with(office, viewer, request, keep_logo(office.cabinet, data, kind), version)


def remove_logo(office: Office, viewer: Viewer, request_id: str, version: int | None = None) -> Request:
    """Take the request's own logo away: the project's is used again, if it has one."""
    return _with(office, viewer, office.requests.get(viewer, request_id), None, version)


def logo_file(office: Office, logo: OwnLogo | None) -> tuple[str, bytes] | None:
    """The name and the bytes of a request's own logo; None without one. Raises RefusedError (E588)."""
    return None if logo is None else (f"logo.{logo.kind}", kept_logo(office.cabinet, logo))


def logo_of(office: Office, authority: str, logo: OwnLogo | None) -> Logo | None:
    """What is drawn on the letter: the request's own logo, or else the project's for this authority."""
    own = logo_file(office, logo)
    return load_logo(office.project, authority) if own is None else read_logo(*own)


def _with(office: Office, viewer: Viewer, request: Request, logo: OwnLogo | None, version: int | None) -> Request:
    content = dataclasses.replace(request.content, logo=logo)
    hashes = {"logo": logo.sha256} if logo else {}
    step = Step(Act.CHANGE, version or request.version, content=content, hashes=hashes)
    return office.requests.step(viewer, request.id, step, office.now())
