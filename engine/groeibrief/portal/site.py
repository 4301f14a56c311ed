"""What every site of ours is made of: pages, sessions, ways in, a journal, and the application around its addresses."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from groeibrief.errors import RefusedError, TryAgainError, UserError
from groeibrief.portal.identity import Visitor
from groeibrief.portal.journal import Journal
from groeibrief.portal.metrics import Metrics
from groeibrief.portal.pages import STYLE, Pages
from groeibrief.portal.protection import Protection, TooLargeError
from groeibrief.portal.routing import EVERYONE, Address, Addresses, NotFoundError, Reading, routes
from groeibrief.portal.sessions import Sessions
from groeibrief.workflow.office import Role

SECURE_COOKIE = "__Host-sessie"
PLAIN_COOKIE = "sessie"
_PASSING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})
"""Why a disk does not take what is written; anything else that the system says is a fault of ours."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """What the pages of any site work with. ``secure``: behind HTTPS, so that cookies may say so.

    ``admit`` lets in who signed in somewhere else, or refuses an account that was closed here.
    """

    pages: Pages
    sessions: Sessions
    metrics: Metrics
    secure: bool
    demo_accounts: Mapping[str, Visitor]
    admit: Callable[[Visitor], None]
    journal: Journal = field(default_factory=Journal)

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds a session."""
        return SECURE_COOKIE if self.secure else PLAIN_COOKIE

    def signed_in(self, request: Request, response: Response, visitor: Visitor) -> Response:
        """Begin a session for *visitor* in place of the one that there was, and put its token in the response."""
        self.sessions.end(request.cookies.get(self.cookie, ""))
        token = self.sessions.begin(visitor)
        self.journal.signed_in(request, visitor.account, visitor.role.value)
        response.set_cookie(self.cookie, token, httponly=True, secure=self.secure, samesite="lax", path="/")
        return response

    def signed_out(self, request: Request, response: Response) -> Response:
        """End the visitor's session, and have the browser forget what it kept of it."""
        self.sessions.end(request.cookies.get(self.cookie, ""))
        self.journal.signed_out(request, _account(request))
        response.headers["clear-site-data"] = '"cache", "storage"'
        response.delete_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="lax")
        return response


class SignIn(Protocol):
    """A way to sign in: its addresses."""

    def addresses(self, site: Site) -> list[Address]:
        """Those under ``/aanmelden/``."""


def coming_and_going(site: Site, roles: frozenset[Role]) -> list[Address]:
    """``/aanmelden`` and ``/afmelden``, the second for *roles*."""

    def sign_in(request: Request) -> Response:
        return site.pages.page(
            request, "aanmelden", naar=request.query_params.get("naar", ""), accounts=site.demo_accounts
        )

    def sign_out(request: Request) -> Response:
        return site.signed_out(request, RedirectResponse("/", 303))

    found = Addresses()
    found.add("/aanmelden", sign_in, EVERYONE)
    found.add("/afmelden", sign_out, roles, "POST")
    return found.found


def assemble(
    site: Site, addresses: Iterable[Address], reading: Reading, *, unknown: str, most_megabytes: int
) -> Starlette:
    """Put a site together. *unknown*: the code of what does not exist; *most_megabytes*: of a file that is sent."""
    pages = site.pages
    found: list[BaseRoute] = [
        *routes(addresses, site.metrics, reading),
        Mount("/stijl", StaticFiles(directory=STYLE)),
    ]

    def missing(request: Request, _: Exception) -> Response:
        return pages.page(request, "fout", status=404, titel="Deze pagina bestaat niet",
                          uitleg="Kijk het adres na, of ga terug naar het begin.", kenmerk="")  # fmt: skip

    def forbidden(request: Request, error: Exception) -> Response:
        # For who did not sign in, what does not exist is a slip; for who did, it may be someone else's page.
        if _account(request):
            site.journal.refused(request, "geen-toegang", _account(request))
        return missing(request, error)

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, UserError)
        if isinstance(error, (RefusedError, TryAgainError)):
            site.journal.refused(request, error.code, _account(request))
        # Another's is a page that does not exist.
        if error.code == unknown:
            return missing(request, error)
        status = 403 if isinstance(error, RefusedError) else 503 if isinstance(error, TryAgainError) else 400
        return pages.page(request, "fout", status=status, titel="Dit kan niet", uitleg=str(error), kenmerk=error.code)

    def without_room(request: Request, error: Exception) -> Response:
        assert isinstance(error, OSError)
        if error.errno not in _PASSING:
            raise error
        told = "Er is nu geen plaats om iets te bewaren. Probeer het later opnieuw."
        return refused(request, TryAgainError("E750", told))

    def too_large(request: Request, _: Exception) -> Response:
        return pages.page(request, "fout", status=413, titel="Dit is te groot",
                          uitleg=f"Een bestand mag {most_megabytes} MB groot zijn.", kenmerk="")  # fmt: skip

    def failed(request: Request, error: Exception) -> Response:
        # Not what went wrong: that stands in the journal, under this mark.
        mark = site.journal.failed(request, error)
        return pages.page(request, "fout", status=500, titel="Er ging iets mis",
                          uitleg="Probeer het later opnieuw, of meld het kenmerk hieronder.", kenmerk=mark)  # fmt: skip

    app = Starlette(
        routes=found,
        middleware=[
            Middleware(Protection, secure=site.secure, journal=site.journal, most_megabytes=most_megabytes),
            Middleware(_Visitors, site=site, refused=refused),
        ],
        exception_handlers={
            NotFoundError: forbidden, HTTPException: _plain(missing), UserError: refused, TooLargeError: too_large,
            OSError: without_room, 500: failed,
        },
    )  # fmt: skip
    app.state.portal = site
    return app


def _account(request: Request) -> str:
    """The account of who is visiting; empty for who did not sign in."""
    visitor: Visitor | None = request.scope.get("visitor")
    return visitor.account if visitor else ""


def _plain(missing: Callable[[Request, Exception], Response]) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        response = missing(request, error)
        response.status_code = error.status_code
        return response

    return answer


class _Visitors:
    """Middleware: finds out who is visiting, before any page is asked."""

    def __init__(self, app: ASGIApp, *, site: Site, refused: Callable[[Request, Exception], Response]) -> None:
        self._app, self._site, self._refused = app, site, refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/stijl/"):
            token, scope["visitor"] = Request(scope).cookies.get(self._site.cookie), None
            try:
                scope["visitor"] = self._site.sessions.visitor(token) if token else None
            except UserError as error:
                # Not as somebody who never signed in: the page would ask for it.
                await self._refused(Request(scope), error)(scope, receive, send)
                return
        await self._app(scope, receive, send)
