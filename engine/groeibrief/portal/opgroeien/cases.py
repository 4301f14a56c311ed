"""Opgroeien's pages: a protocol from its application to its end, for case handlers and the DPO.

What needs a secret key (taking a list in, comparing, delivering) is done on the machine that has them; the page gives
the command.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from groeibrief.errors import Finding, UserError
from groeibrief.portal.forms import day_of, number_of
from groeibrief.portal.opgroeien.roles import AGENCY_ROLES, DPO_ROLE, HANDLER, OURS
from groeibrief.portal.routing import Address, Addresses, NotFoundError, file_of, form_of, visitor_of
from groeibrief.workflow.opgroeienloket import PARTIES, UNKNOWN, Counter

if TYPE_CHECKING:
    from groeibrief.portal.opgroeien.application import CounterSite

_ADVICE = ("gunstig", "ongunstig")
Deed = Callable[[Request, str, str], object]
"""What a form asks for: the request, the protocol's number, the account that acts."""


def addresses(site: CounterSite) -> list[Address]:
    """``/nieuw``, ``/dossiers/<nummer>`` and what is done there."""
    counter, pages = site.counter, site.pages

    def new(request: Request) -> Response:
        findings: tuple[Finding, ...] = ()
        if request.method == "POST":
            try:
                made = counter.new(file_of(request, "aanvraag") or b"", visitor_of(request).account)
                return RedirectResponse(f"/dossiers/{made.id}", 303)
            except UserError as error:
                findings = error.findings
        return pages.page(request, "nieuw", status=400 if findings else 200, meldingen=findings)

    def one(request: Request, findings: tuple[Finding, ...] = (), code: str = "") -> Response:
        visitor = visitor_of(request)
        shown = counter.for_agency(request.path_params["nummer"], OURS[visitor.role])
        return pages.page(
            request, "dossier", status=400 if findings else 200, protocol=shown, dossier=shown.inside,
            meldingen=findings, kenmerk=code,
        )  # fmt: skip

    def text(request: Request) -> Response:
        name, kind = request.path_params["nummer"], request.path_params["stuk"]
        if kind not in ("protocol", "attest"):
            raise NotFoundError
        return Response(counter.document(name, kind), media_type="application/pdf")

    def doing(deed: Deed) -> Callable[[Request], Response]:
        def page(request: Request) -> Response:
            name = request.path_params["nummer"]
            try:
                deed(request, name, visitor_of(request).account)
            except UserError as error:
                if error.code == UNKNOWN:
                    raise
                return one(request, error.findings, error.code)
            return RedirectResponse(f"/dossiers/{name}", 303)

        return page

    found = Addresses()
    found.add("/nieuw", new, HANDLER, "GET", "POST")
    found.add("/dossiers/{nummer}", one, AGENCY_ROLES)
    found.add("/dossiers/{nummer}/{stuk}.pdf", text, AGENCY_ROLES)
    for deeds, roles in ((_handlers(counter), HANDLER), (_officers(counter), DPO_ROLE), (_both(counter), AGENCY_ROLES)):
        for word, deed in deeds.items():
            found.add(f"/dossiers/{{nummer}}/{word}", doing(deed), roles, "POST")
    return found.found


def _handlers(counter: Counter) -> dict[str, Deed]:
    track = counter.track

    def keys(request: Request, name: str, account: str) -> None:
        age, signing = file_of(request, "age") or b"", file_of(request, "ondertekening") or b""
        counter.register_keys(name, age, signing, account)

    def decision(request: Request, name: str, account: str) -> None:
        form = form_of(request)
        day = day_of(form, "datum", "de datum van het besluit")
        counter.attach(name, file_of(request, "besluit") or b"", form.get("referentie", ""), day, account)

    def offer_again(request: Request, name: str, account: str) -> None:
        form = form_of(request)
        counter.offer_again(name, form.get("soort", ""), number_of(form, "volgnummer") or 0, account)

    return {
        "sleutels": keys,
        "besluit": decision,
        "advies-van-het-bestuur": _advice(counter, PARTIES[1]),
        "afsluiten": lambda _, name, account: track.conclude(name, track.actor(account)),
        "lijst-weigeren": lambda request, name, account: counter.refuse_list(name, _reason(request), account),
        "goedkeuren": lambda _, name, account: track.approve(name, track.actor(account)),
        "opnieuw-aanbieden": offer_again,
        "beeindigen": lambda _, name, account: counter.close(name, account),
    }


def _officers(counter: Counter) -> dict[str, Deed]:
    track = counter.track
    return {
        "advies": _advice(counter, PARTIES[0]),
        "doorlaten": lambda request, name, account: track.release(name, _reason(request), track.actor(account)),
    }


def _both(counter: Counter) -> dict[str, Deed]:
    track = counter.track
    return {
        "sleutels-bevestigen": lambda request, name, account: track.confirm_keys(
            name, form_of(request).get("vingerafdruk", ""), track.actor(account)
        ),
        "verwerpen": lambda request, name, account: track.drop_list(name, _reason(request), track.actor(account)),
        "intrekken": lambda request, name, account: track.withdraw(name, _reason(request), track.actor(account)),
    }


def _advice(counter: Counter, party: str) -> Deed:
    def advise(request: Request, name: str, account: str) -> None:
        form = form_of(request)
        # Nobody's advice is guessed: it stays as it was given.
        if form.get("advies") not in _ADVICE:
            raise NotFoundError
        counter.track.advise(
            name, party, positive=form.get("advies") == "gunstig", conditions=form.get("voorwaarden", ""),
            reference=form.get("referentie", ""), actor=counter.track.actor(account),
        )  # fmt: skip

    return advise


def _reason(request: Request) -> str:
    return " ".join(form_of(request).get("reden", "").split())
