"""The register of local authorities by track: what is public for everyone, all of it for the agency."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from groeibrief.errors import UserError
from groeibrief.portal.forms import day_of
from groeibrief.portal.routing import AGENCY, EVERYONE, Address, Addresses, NotFoundError
from groeibrief.workflow.office import Role
from groeibrief.workflow.registration import (
    FORMATS,
    STATUSES,
    Filter,
    Track,
    export,
    list_events,
    never_used,
    register_figures,
)  # fmt: skip

if TYPE_CHECKING:
    from groeibrief.portal.application import Portal
    from groeibrief.portal.identity import Visitor

_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "json": "application/json",
}


def addresses(portal: Portal) -> list[Address]:
    """``/register`` and its exports, and ``/register/cijfers`` for the agency."""
    office, pages = portal.office, portal.pages

    def wanted(request: Request) -> Filter:
        query = request.query_params
        visitor: Visitor | None = request.scope.get("visitor")
        inside = visitor is not None and visitor.role is not Role.MUNICIPALITY
        return Filter(
            track=next((track for track in Track if track.value == query.get("piste")), None),
            status=query.get("stand") if query.get("stand") in STATUSES else None,
            name=query.get("naam") or None,
            since=day_of(query, "van", "de eerste dag") if query.get("van") else None,
            until=day_of(query, "tot", "de laatste dag") if query.get("tot") else None,
            public=not inside,
        )

    def overview(request: Request) -> Response:
        fault, chosen = "", Filter(public=True)
        try:
            chosen = wanted(request)
        except UserError as error:
            fault = str(error)
        listed = list_events(office, chosen)
        return pages.page(
            request, "register", status=400 if fault else 200, lijst=listed, keuze=chosen, standen=STATUSES,
            pistes=tuple(Track), vormen=FORMATS, fout=fault, vraag=str(request.query_params),
        )  # fmt: skip

    def file(request: Request) -> Response:
        form = request.path_params["vorm"]
        if form not in _KINDS:
            raise NotFoundError
        data = export(office, wanted(request), form)
        headers = {"content-disposition": f'attachment; filename="register.{form}"'}
        return Response(data, media_type=_KINDS[form], headers=headers)

    def figures(request: Request) -> Response:
        never = {track.value: never_used(office, track) for track in Track}
        return pages.page(request, "registercijfers", cijfers=register_figures(office), nooit=never)

    found = Addresses()
    found.add("/register", overview, EVERYONE)
    found.add("/register/cijfers", figures, AGENCY)
    found.add("/register/uitvoer.{vorm}", file, EVERYONE)
    return found.found
