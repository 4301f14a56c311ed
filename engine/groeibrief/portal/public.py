"""Pages that everyone may read: what groeibrief is, what it costs, how to sign in, how accessible it is."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from groeibrief.portal.routing import EVERYONE, SIGNED_IN, Address, Addresses, NotFoundError
from groeibrief.portal.site import coming_and_going
from groeibrief.workflow.models import MODELS, model_pdf

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
            beleid=portal.office.policy,
        )

    def accessibility(request: Request) -> Response:
        return portal.pages.page(request, "toegankelijkheid")

    def counts(request: Request) -> Response:
        return portal.pages.page(request, "tellingen", beleid=portal.preview.disclosure)

    @lru_cache
    def made(name: str, day: date) -> bytes:
        # Of a day, and the same for everyone: a stranger cannot have it made again and again.
        return model_pdf(portal.office, name)

    def model(request: Request) -> Response:
        name = request.path_params["model"]
        if name not in MODELS:
            raise NotFoundError
        headers = {"content-disposition": f'attachment; filename="{MODELS[name]}.pdf"'}
        return Response(made(name, portal.office.today), media_type="application/pdf", headers=headers)

    found = Addresses()
    found.add("/", start, EVERYONE)
    found.add("/toegankelijkheid", accessibility, EVERYONE)
    found.add("/tellingen", counts, EVERYONE)
    found.add("/modellen/{model}.pdf", model, EVERYONE)
    return [*found.found, *coming_and_going(portal, SIGNED_IN)]
