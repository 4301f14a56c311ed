"""The register of local authorities by track: what is public for everyone, all of it for the agency."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from groeibrief.errors import Finding, UserError
from groeibrief.portal.forms import day_of
from groeibrief.portal.routing import AGENCY, EVERYONE, Address, Addresses, NotFoundError, form_of, visitor_of
from groeibrief.workflow.office import Role
from groeibrief.workflow.registering import Entry, read_entry
from groeibrief.workflow.registration import (
    FORMATS,
    STATUSES,
    Filter,
    Track,
    add_event,
    export,
    export_figures,
    list_events,
    never_used,
    register_figures,
)  # fmt: skip

if TYPE_CHECKING:
    from groeibrief.portal.application import Portal
    from groeibrief.portal.identity import Visitor

_WAYS = {"vutg": "brieven (VUTG)", "opgroeien": "lijst (Opgroeien)"}
_KINDS = {
    "csv": "text/csv; charset=utf-8",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "json": "application/json",
}


def addresses(portal: Portal) -> list[Address]:
    """``/register`` and its exports; for the agency ``/register/cijfers`` with theirs, and ``/register/nieuw``."""
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
            pistes=tuple(Track), vormen=FORMATS, fout=fault, wegen=_WAYS, vraag=str(request.query_params),
        )  # fmt: skip

    def file(request: Request) -> Response:
        form = request.path_params["vorm"]
        if form not in _KINDS:
            raise NotFoundError
        data = export(office, wanted(request), form)
        headers = {"content-disposition": f'attachment; filename="register.{form}"'}
        return Response(data, media_type=_KINDS[form], headers=headers)

    def on_day(request: Request) -> date | None:
        query = request.query_params
        return day_of(query, "op", "de dag") if query.get("op") else None

    def figures(request: Request) -> Response:
        fault, on = "", None
        try:
            on = on_day(request)
        except UserError as error:
            fault = str(error)
        never = {track.value: never_used(office, track, on) for track in Track}
        return pages.page(
            request, "registercijfers", status=400 if fault else 200, cijfers=register_figures(office, on), nooit=never,
            vormen=FORMATS, fout=fault, wegen=_WAYS,
        )  # fmt: skip

    def figures_file(request: Request) -> Response:
        form = request.path_params["vorm"]
        if form not in _KINDS:
            raise NotFoundError
        data = export_figures(office, form, on_day(request))
        headers = {"content-disposition": f'attachment; filename="registercijfers.{form}"'}
        return Response(data, media_type=_KINDS[form], headers=headers)

    def entry(request: Request) -> Response:
        viewer, form = visitor_of(request).viewer, form_of(request)
        read, findings = Entry(None, {}), tuple[Finding, ...]()
        if request.method == "POST":
            read = read_entry(office, form)
            if read.event is not None:
                try:
                    made = add_event(office, viewer, read.event)
                    return RedirectResponse(f"/register?naam={quote(made.name)}", 303)
                except UserError as error:
                    findings = error.findings
        return pages.page(
            request, "registerfeit", status=400 if findings or read.faults else 200, vorm=form, fouten=read.faults,
            meldingen=findings, standen=STATUSES, wegen=_WAYS, vandaag=office.today,
            gemeenten=sorted(row.naam for row in office.catalogue.municipalities.valid_on(office.today)),
        )  # fmt: skip

    found = Addresses()
    found.add("/register", overview, EVERYONE)
    found.add("/register/cijfers", figures, AGENCY)
    found.add("/register/cijfers/uitvoer.{vorm}", figures_file, AGENCY)
    found.add("/register/nieuw", entry, AGENCY, "GET", "POST")
    found.add("/register/uitvoer.{vorm}", file, EVERYONE)
    return found.found
