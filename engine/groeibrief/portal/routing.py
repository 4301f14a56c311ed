"""Pages by address, each with the roles that may open it: whoever may not never reaches the page's code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from groeibrief.portal.identity import IN_PORTAL, Visitor
from groeibrief.portal.metrics import Metrics
from groeibrief.workflow.office import Role

Page = Callable[[Request], Response]
Reading = Callable[[], AbstractContextManager[None]]
EVERYONE: frozenset[Role] = frozenset()
AGENCY = frozenset((Role.ANALYST, Role.DPO))
MUNICIPALITY = frozenset((Role.MUNICIPALITY,))
ANALYST = frozenset((Role.ANALYST,))
DPO = frozenset((Role.DPO,))
SIGNED_IN = frozenset(IN_PORTAL)


_READERS = 4
"""Pages that are made at one time. They need the processor and little else: more of them share it and all take longer,
and what waits for a disk, an engine or its step (a form) has threads of its own.
"""


_limiter: RunVar[CapacityLimiter] = RunVar("portal_readers")


def _readers() -> CapacityLimiter:
    limiter = _limiter.get(None)
    if limiter is None:
        limiter = CapacityLimiter(_READERS)
        _limiter.set(limiter)
    return limiter


class NotFoundError(Exception):
    """There is no such page, or not for this visitor: which of the two is not told."""


@dataclass(frozen=True)
class Address:
    """One address: its path, what answers it and for whom. No roles: for everyone, also without signing in."""

    path: str
    page: Page
    roles: frozenset[Role]
    methods: tuple[str, ...] = ("GET",)


@dataclass
class Addresses:
    """The addresses of a part of the portal, in order."""

    found: list[Address] = field(default_factory=list)

    def add(self, path: str, page: Page, roles: frozenset[Role], *methods: str) -> None:
        """Add an address; *methods* default to GET."""
        self.found.append(Address(path, page, roles, methods or ("GET",)))


def routes(addresses: Iterable[Address], metrics: Metrics, reading: Reading) -> list[Route]:
    """Starlette's routes, each guarded and measured; a page that only shows is made inside *reading*."""
    return [Route(each.path, _guarded(each, metrics, reading), methods=list(each.methods)) for each in addresses]


def _guarded(address: Address, metrics: Metrics, reading: Reading) -> Callable[[Request], Any]:
    def shown(request: Request) -> Response:
        with reading():
            return address.page(request)

    async def answer(request: Request) -> Response:
        with metrics.timing(address.path):
            return await guarded(request)

    async def guarded(request: Request) -> Response:
        if address.roles:
            visitor: Visitor | None = request.scope.get("visitor")
            if visitor is None:
                return RedirectResponse(f"/aanmelden?naar={quote(request.url.path)}", 303)
            if visitor.role not in address.roles:
                raise NotFoundError
        if request.method != "POST":
            return await to_thread.run_sync(shown, request, limiter=_readers())
        # A form is read here: what comes after may wait for a disk or an engine, and does so in a thread.
        async with request.form(max_files=2, max_fields=400) as form:
            request.scope["formulier"] = form
            return await run_in_threadpool(address.page, request)

    return answer


def visitor_of(request: Request) -> Visitor:
    """Who is visiting a page that asks for a role."""
    visitor: Visitor = request.scope["visitor"]
    return visitor


def file_of(request: Request, name: str) -> bytes | None:
    """The bytes of a file that came with the form; None without one."""
    given = (request.scope.get("formulier") or {}).get(name)
    if not isinstance(given, UploadFile):
        return None
    data = given.file.read()
    return data or None


def form_of(request: Request) -> dict[str, str]:
    """The texts of a form, the last of each name; without files. Each without spaces around it and NUL."""
    given = request.scope.get("formulier") or {}
    return {name: value.replace("\0", "").strip() for name, value in given.items() if isinstance(value, str)}
