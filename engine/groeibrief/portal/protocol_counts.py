"""The list track, beforehand: how many children a protocol would be about. Counting is VUTG's; the rest Opgroeien's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from groeibrief.errors import Finding, RefusedError, UserError
from groeibrief.language.definition import Client
from groeibrief.portal.forms import day_of, number_of
from groeibrief.portal.routing import MUNICIPALITY, Address, Addresses, form_of, visitor_of
from groeibrief.workflow.opgroeiencounts import count_beforehand

if TYPE_CHECKING:
    from groeibrief.portal.application import Portal
    from groeibrief.workflow.previewing import Answer

_MOST_AGE = 25


def addresses(portal: Portal) -> list[Address]:
    """``/piste-opgroeien``."""
    preview = portal.preview

    def beforehand(request: Request) -> Response:
        visitor, form = visitor_of(request), form_of(request)
        findings: tuple[Finding, ...] = ()
        sentences, refusal = "", ""
        answer: Answer | None = None
        if request.method == "POST":
            try:
                ages = (number_of(form, "van") or 0, _or_most(number_of(form, "tot_en_met")))
                on = day_of(form, "peildatum", "de peildatum")
                client = Client(visitor.authority, visitor.kbo)
                sentences, answer = count_beforehand(preview, visitor.municipalities, on, ages, client, visitor.account)
            except RefusedError as error:
                refusal = str(error)
            except UserError as error:
                findings = error.findings
        return portal.pages.page(
            request, "piste-opgroeien", status=400 if findings else 200, vorm=form, meldingen=findings,
            zinnen=sentences, antwoord=answer, weigering=refusal, telbeurten=preview.turns(visitor.municipalities),
        )  # fmt: skip

    found = Addresses()
    found.add("/piste-opgroeien", beforehand, MUNICIPALITY, "GET", "POST")
    return found.found


def _or_most(given: int | None) -> int:
    return _MOST_AGE if given is None else given
