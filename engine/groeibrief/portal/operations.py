"""For who keeps the portal running: is it well, and how is it doing. Numbers only, nothing of a visitor or a family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from groeibrief.portal.routing import EVERYONE, Address, Addresses, NotFoundError

if TYPE_CHECKING:
    from groeibrief.portal.application import Portal

_HERE = frozenset(("127.0.0.1", "::1"))
_BY_PROXY = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def addresses(portal: Portal) -> list[Address]:
    """``/gezondheid`` for everyone, ``/metriek`` for this machine alone."""

    def health(_: Request) -> Response:
        # Whoever reads a request's list needs both: the state folder and the data.
        portal.office.authorities.all()
        return JSONResponse({"gezond": True, "stand_op": portal.preview.extracted_on.isoformat()})

    def metrics(request: Request) -> Response:
        # What a proxy passes on comes from elsewhere, also when the proxy runs here.
        passed_on = any(name in request.headers for name in _BY_PROXY)
        if request.client is None or request.client.host not in _HERE or passed_on:
            raise NotFoundError
        age = (portal.office.today - portal.preview.extracted_on).days
        text = portal.metrics.text({"gegevens_dagen_oud": age, "sessies": portal.sessions.number()})
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")

    found = Addresses()
    found.add("/gezondheid", health, EVERYONE)
    found.add("/metriek", metrics, EVERYONE)
    return found.found
