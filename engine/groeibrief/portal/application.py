"""The portal as an ASGI application: every address, over what any site stands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette

from groeibrief.portal import audiences, casefiles, desk, operations, ordering, protocol_counts, public, register
from groeibrief.portal.demo import DemoSignIn
from groeibrief.portal.identity import Visitor
from groeibrief.portal.metrics import Metrics
from groeibrief.portal.pages import Pages
from groeibrief.portal.protection import MOST_MEGABYTES
from groeibrief.portal.routing import Address
from groeibrief.portal.sessions import Sessions
from groeibrief.portal.site import SignIn, Site, assemble
from groeibrief.workflow.office import UNKNOWN_REQUEST, Office
from groeibrief.workflow.previewing import Preview


@dataclass(frozen=True, kw_only=True)
class Portal(Site):
    """What the pages work with."""

    preview: Preview
    office: Office


def addresses(portal: Portal, sign_in: SignIn | None) -> list[Address]:
    """Every address of the portal, with its roles."""
    parts = (public, audiences, protocol_counts, ordering, casefiles, desk, register, operations)
    found = [address for part in parts for address in part.addresses(portal)]
    return [*found, *sign_in.addresses(portal)] if sign_in else found


def create_app(preview: Preview, office: Office, *, sign_in: SignIn | None = None, secure: bool = True) -> Starlette:
    """Put the portal together over *preview* and *office*; without *sign_in* only the public pages are of use."""
    # What a portal that was killed, or had no room left, committed last and could not tell the ledger.
    office.cabinet.deliver()
    demo = sign_in.accounts if isinstance(sign_in, DemoSignIn) else {}
    pages = Pages(demo=bool(demo), synthetic=preview.synthetic, extracted_on=preview.extracted_on)
    sessions = Sessions.in_state(office.settings.state, office.now, office.accounts.is_closed)
    portal = Portal(
        preview=preview, office=office, pages=pages, sessions=sessions, metrics=Metrics(), secure=secure,
        demo_accounts=demo, admit=_admission(office),
    )  # fmt: skip
    return assemble(
        portal, addresses(portal, sign_in), office.cabinet.together, unknown=UNKNOWN_REQUEST,
        most_megabytes=MOST_MEGABYTES,
    )  # fmt: skip


def _admission(office: Office) -> Callable[[Visitor], None]:
    def admit(visitor: Visitor) -> None:
        office.accounts.admit(visitor.account, visitor.role, visitor.kbo or None, office.now())

    return admit
