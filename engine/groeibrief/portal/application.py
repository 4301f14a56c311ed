"""The portal as an ASGI application: every address, and what stands around it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from groeibrief.errors import RefusedError, TryAgainError, UserError
from groeibrief.portal import audiences, casefiles, desk, operations, ordering, public, register
from groeibrief.portal.demo import DemoSignIn
from groeibrief.portal.identity import Visitor
from groeibrief.portal.metrics import Metrics
from groeibrief.portal.pages import STYLE, Pages
from groeibrief.portal.protection import Protection, TooLargeError
from groeibrief.portal.routing import Address, NotFoundError, routes
from groeibrief.portal.sessions import Sessions
from groeibrief.workflow.office import UNKNOWN_REQUEST, Office
from groeibrief.workflow.previewing import Preview

SECURE_COOKIE = "__Host-sessie"
PLAIN_COOKIE = "sessie"


@dataclass(frozen=True)
class Portal:
    """What the pages work with. ``secure``: behind HTTPS, so that cookies may say so."""

    preview: Preview
    office: Office
    pages: Pages
    sessions: Sessions
    metrics: Metrics
    secure: bool
    demo_accounts: Mapping[str, Visitor]

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds a session."""
        return SECURE_COOKIE if self.secure else PLAIN_COOKIE

    def signed_in(self, response: Response, visitor: Visitor) -> Response:
        """Begin a session for *visitor*, and put its token in the response."""
        token = self.sessions.begin(visitor)
        response.set_cookie(self.cookie, token, httponly=True, secure=self.secure, samesite="lax", path="/")
        return response

    def signed_out(self, request: Request, response: Response) -> Response:
        """End the visitor's session."""
        self.sessions.end(request.cookies.get(self.cookie, ""))
        response.delete_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="lax")
        return response


class SignIn(Protocol):
    """A way to sign in: its addresses."""

    def addresses(self, portal: Portal) -> list[Address]:
        """Those under ``/aanmelden/``."""


def addresses(portal: Portal, sign_in: SignIn | None) -> list[Address]:
    """Every address of the portal, with its roles."""
    parts = (public, audiences, ordering, casefiles, desk, register, operations)
    found = [address for part in parts for address in part.addresses(portal)]
    return [*found, *sign_in.addresses(portal)] if sign_in else found


def create_app(preview: Preview, office: Office, *, sign_in: SignIn | None = None, secure: bool = True) -> Starlette:
    """Put the portal together over *preview* and *office*; without *sign_in* only the public pages are of use."""
    demo = sign_in.accounts if isinstance(sign_in, DemoSignIn) else {}
    pages = Pages(demo=bool(demo), synthetic=preview.synthetic, extracted_on=preview.extracted_on)
    sessions = Sessions(office.settings.state / "portaal", office.now)
    portal = Portal(preview, office, pages, sessions, Metrics(), secure, demo)
    found: list[BaseRoute] = [
        *routes(addresses(portal, sign_in), portal.metrics, office.cabinet.together),
        Mount("/stijl", StaticFiles(directory=STYLE)),
    ]

    def missing(request: Request, _: Exception) -> Response:
        return pages.page(request, "fout", status=404, titel="Deze pagina bestaat niet",
                          uitleg="Kijk het adres na, of ga terug naar het begin.", kenmerk="")  # fmt: skip

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, UserError)
        # Another's request is a page that does not exist.
        if error.code == UNKNOWN_REQUEST:
            return missing(request, error)
        status = 403 if isinstance(error, RefusedError) else 503 if isinstance(error, TryAgainError) else 400
        return pages.page(request, "fout", status=status, titel="Dit kan niet", uitleg=str(error), kenmerk=error.code)

    def too_large(request: Request, _: Exception) -> Response:
        return pages.page(request, "fout", status=413, titel="Dit is te groot",
                          uitleg="Een bestand mag 2 MB groot zijn.", kenmerk="")  # fmt: skip

    def failed(request: Request, _: Exception) -> Response:
        # Not what went wrong: that stands in the log, under this mark.
        mark = secrets.token_hex(4)
        return pages.page(request, "fout", status=500, titel="Er ging iets mis",
                          uitleg="Probeer het later opnieuw, of meld het kenmerk hieronder.", kenmerk=mark)  # fmt: skip

    app = Starlette(
        routes=found,
        middleware=[Middleware(Protection, secure=secure), Middleware(_Visitors, portal=portal)],
        exception_handlers={
            NotFoundError: missing, HTTPException: _plain(missing), UserError: refused, TooLargeError: too_large,
            500: failed,
        },
    )  # fmt: skip
    app.state.portal = portal
    return app


def _plain(missing: Callable[[Request, Exception], Response]) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        response = missing(request, error)
        response.status_code = error.status_code
        return response

    return answer


class _Visitors:
    """Middleware: finds out who is visiting, before any page is asked."""

    def __init__(self, app: ASGIApp, *, portal: Portal) -> None:
        self._app, self._portal = app, portal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/stijl/"):
            token = Request(scope).cookies.get(self._portal.cookie)
            scope["visitor"] = self._portal.sessions.visitor(token) if token else None
        await self._app(scope, receive, send)
