"""Pages that everyone may read: what groeibrief is, what it costs, how to sign in, how accessible it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from groeibrief.portal.routing import EVERYONE, SIGNED_IN, Address, Addresses

if TYPE_CHECKING:
    from groeibrief.portal.application import Portal


def addresses(portal: Portal) -> list[Address]:
    """``/``, ``/toegankelijkheid``, ``/tellingen``, signing in and out."""

    def start(request: Request) -> Response:
        return portal.pages.page(
            request,
            "start",
            doelgroepen=portal.preview.audiences,
            doeleinden=portal.preview.purposes.categorieen,
            bronnen=tuple(portal.preview.catalogue.sources.values()),
        )

    def accessibility(request: Request) -> Response:
        return portal.pages.page(request, "toegankelijkheid")

    def counts(request: Request) -> Response:
        return portal.pages.page(request, "tellingen", beleid=portal.preview.disclosure)

    def sign_in(request: Request) -> Response:
        return portal.pages.page(
            request, "aanmelden", naar=request.query_params.get("naar", ""), accounts=portal.demo_accounts
        )

    def sign_out(request: Request) -> Response:
        return portal.signed_out(request, RedirectResponse("/", 303))

    found = Addresses()
    found.add("/", start, EVERYONE)
    found.add("/toegankelijkheid", accessibility, EVERYONE)
    found.add("/tellingen", counts, EVERYONE)
    found.add("/aanmelden", sign_in, EVERYONE)
    found.add("/afmelden", sign_out, SIGNED_IN, "POST")
    return found.found
