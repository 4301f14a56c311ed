"""A municipality's pages: follow its protocol, hand in a list, fetch the answer once, confirm that it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from groeibrief.errors import Finding, UserError
from groeibrief.portal.opgroeien.download import HandedOver
from groeibrief.portal.opgroeien.roles import PARTY
from groeibrief.portal.routing import Address, Addresses, NotFoundError, file_of, form_of, visitor_of
from groeibrief.workflow.opgroeienloket import UNKNOWN

if TYPE_CHECKING:
    from groeibrief.portal.opgroeien.application import CounterSite

_KINDS = {"antwoord": "application/zip", "verslag": "application/octet-stream"}


def addresses(site: CounterSite) -> list[Address]:
    """``/protocollen/<nummer>`` and what is done there."""
    counter, pages = site.counter, site.pages

    def one(request: Request, findings: tuple[Finding, ...] = (), code: str = "") -> Response:
        shown = counter.for_party(visitor_of(request).kbo, request.path_params["nummer"])
        again = {(each.kind, each.number) for each in shown.parcels if counter.may_retry(each)}
        return pages.page(
            request, "protocol", status=400 if findings else 200, protocol=shown, meldingen=findings, kenmerk=code,
            opnieuw=again,
        )  # fmt: skip

    def refused(request: Request, error: UserError) -> Response:
        if error.code == UNKNOWN:
            raise error
        return one(request, error.findings, error.code)

    def back(request: Request) -> Response:
        return RedirectResponse(f"/protocollen/{request.path_params['nummer']}", 303)

    def hand_in(request: Request) -> Response:
        visitor, name = visitor_of(request), request.path_params["nummer"]
        sealed, signature = file_of(request, "lijst") or b"", file_of(request, "handtekening") or b""
        try:
            counter.offer(visitor.kbo, name, sealed, signature, visitor.account)
        except UserError as error:
            return refused(request, error)
        return back(request)

    def fetch(request: Request) -> Response:
        visitor, form = visitor_of(request), form_of(request)
        name, kind, number = (request.path_params[part] for part in ("nummer", "soort", "volgnummer"))
        counter.for_party(visitor.kbo, name)
        if kind not in _KINDS:
            raise NotFoundError
        try:
            found = counter.fetch(visitor.kbo, name, kind, number, form.get("controlesom"), visitor.account)
        except UserError as error:
            return refused(request, error)
        return HandedOver(found.data, found.name, _KINDS[kind], found.finished)

    def confirm(request: Request) -> Response:
        visitor, name = visitor_of(request), request.path_params["nummer"]
        try:
            counter.confirm(visitor.kbo, name, file_of(request, "ontvangst") or b"", visitor.account)
        except UserError as error:
            return refused(request, error)
        return back(request)

    def text(request: Request) -> Response:
        name, kind = request.path_params["nummer"], request.path_params["stuk"]
        if kind not in ("protocol", "attest"):
            raise NotFoundError
        data = counter.own_document(visitor_of(request).kbo, name, kind)
        return Response(data, media_type="application/pdf")

    found = Addresses()
    found.add("/protocollen/{nummer}", one, PARTY)
    found.add("/protocollen/{nummer}/{stuk}.pdf", text, PARTY)
    found.add("/protocollen/{nummer}/lijst", hand_in, PARTY, "POST")
    found.add("/protocollen/{nummer}/ontvangst", confirm, PARTY, "POST")
    found.add("/protocollen/{nummer}/afhalen/{soort}/{volgnummer:int}", fetch, PARTY, "POST")
    return found.found
