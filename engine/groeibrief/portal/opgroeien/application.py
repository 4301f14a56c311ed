"""The counter as an ASGI application: another controller's, so another process, with its own sessions and accounts."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from groeibrief.portal.demo import InventedAccounts
from groeibrief.portal.identity import Visitor
from groeibrief.portal.metrics import Metrics
from groeibrief.portal.opgroeien import cases, municipality
from groeibrief.portal.opgroeien.roles import AGENCY_ROLES, EVERYONE_AT_COUNTER, OURS, THEIRS
from groeibrief.portal.pages import Pages
from groeibrief.portal.routing import EVERYONE, Address, Addresses, visitor_of
from groeibrief.portal.sessions import Sessions
from groeibrief.portal.site import SignIn, Site, assemble, coming_and_going
from groeibrief.workflow.office import Role
from groeibrief.workflow.opgroeiendemo import add_demo
from groeibrief.workflow.opgroeienloket import NAMES, NEEDED, UNKNOWN, Counter
from groeibrief.workflow.opgroeienregister import facts_file

TEMPLATES = Path(__file__).with_name("templates")
MOST_MEGABYTES = 20
"""Of a list that is sent: sealed, half a million numbers are 6 MB, and a list with a million rows 13."""


@dataclass(frozen=True, kw_only=True)
class CounterSite(Site):
    """What the counter's pages work with."""

    counter: Counter


def demo_sign_in(counter: Counter) -> InventedAccounts:
    """The demo's way in. Raises RefusedError (E856) over a state that is not a demo's."""
    return InventedAccounts(
        {
            account: Visitor(account, THEIRS[role], kbo, name, codes)
            for account, role, kbo, name, codes in add_demo(counter)
            if not counter.is_closed(account)
        }
    )


def addresses(site: CounterSite, sign_in: SignIn | None) -> list[Address]:
    """Every address of the counter, with its roles."""
    counter, pages = site.counter, site.pages

    def start(request: Request) -> Response:
        return pages.page(request, "start", beleid=counter.track.policy)

    def accessibility(request: Request) -> Response:
        return pages.page(request, "toegankelijkheid")

    def overview(request: Request) -> Response:
        visitor = visitor_of(request)
        own = visitor.kbo if visitor.role is Role.MUNICIPALITY else None
        return pages.page(request, "protocollen", protocollen=counter.rows(own))

    def facts(_: Request) -> Response:
        headers = {"content-disposition": 'attachment; filename="registerfeiten-opgroeien.json"'}
        return Response(facts_file(counter.track), media_type="application/json", headers=headers)

    def health(_: Request) -> Response:
        counter.protocols.all()
        return JSONResponse({"gezond": True})

    found = Addresses()
    found.add("/", start, EVERYONE)
    found.add("/toegankelijkheid", accessibility, EVERYONE)
    found.add("/gezondheid", health, EVERYONE)
    found.add("/overzicht", overview, EVERYONE_AT_COUNTER)
    found.add("/registerfeiten.json", facts, AGENCY_ROLES)
    parts = [*coming_and_going(site, EVERYONE_AT_COUNTER), *municipality.addresses(site), *cases.addresses(site)]
    return [*found.found, *parts, *(sign_in.addresses(site) if sign_in else [])]


def create_counter_app(counter: Counter, *, sign_in: SignIn | None = None, secure: bool = True) -> Starlette:
    """Put the counter together; without *sign_in* only its public pages are of use."""
    # In memory, whatever its size: a list that someone sends in clear by mistake then never touches a disk.
    MultiPartParser.spool_max_size = (MOST_MEGABYTES + 1) * 1024 * 1024
    demo = sign_in.accounts if isinstance(sign_in, InventedAccounts) else {}
    pages = Pages(demo=bool(demo), synthetic=False, extracted_on=None, own=TEMPLATES)
    pages.know(toestanden=NAMES, nodig=NEEDED)
    cabinet, now = counter.track.cabinet, counter.track.now

    def admit(visitor: Visitor) -> None:
        cabinet.admit(visitor.account, OURS[visitor.role], visitor.kbo, now())

    site = CounterSite(
        counter=counter, pages=pages, sessions=Sessions.in_state(cabinet.folder, now, cabinet.is_closed),
        metrics=Metrics(), secure=secure, demo_accounts=demo, admit=admit,
    )  # fmt: skip
    found = addresses(site, sign_in)
    return assemble(site, found, nullcontext, unknown=UNKNOWN, most_megabytes=MOST_MEGABYTES)
