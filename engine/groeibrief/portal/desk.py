"""The agency's desk beside the requests: the calendar, breaches, print shops, objections."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from groeibrief.errors import Finding, UserError
from groeibrief.portal.forms import day_of
from groeibrief.portal.routing import AGENCY, Address, Addresses, NotFoundError, form_of, visitor_of
from groeibrief.workflow.office import Processor, fingerprint_of_key
from groeibrief.workflow.requestviews import calendar

if TYPE_CHECKING:
    from groeibrief.portal.application import Portal


def addresses(portal: Portal) -> list[Address]:
    """``/kalender``, ``/datalekken``, ``/drukkerijen``, ``/verzet``."""
    office, pages = portal.office, portal.pages

    def days(request: Request) -> Response:
        found = calendar(office, visitor_of(request).viewer)
        return pages.page(request, "kalender", dagen=found, beleid=office.policy, vandaag=office.today)

    def breaches(request: Request, findings: tuple[Finding, ...] = ()) -> Response:
        found = office.breaches.all(visitor_of(request).viewer)
        hours, now = office.policy.termijnen.datalek_uren, office.now()
        rows = [each.as_json(hours, now) for each in found]
        return pages.page(request, "datalekken", status=400 if findings else 200, lekken=rows, meldingen=findings)

    def breach_step(request: Request) -> Response:
        viewer, name, now = visitor_of(request).viewer, request.path_params["lek"], office.now()
        steps: dict[str, Callable[[], object]] = {
            "dpo": lambda: office.breaches.tell_dpo(viewer, name, now),
            "melden": lambda: office.breaches.decide(viewer, name, "melden", now),
            "niet-melden": lambda: office.breaches.decide(viewer, name, "niet-melden", now),
            "gemeld": lambda: office.breaches.report(viewer, name, now),
            "sluiten": lambda: office.breaches.close(viewer, name, now),
        }
        step = steps.get(form_of(request).get("stap", ""))
        if step is None:
            raise NotFoundError
        try:
            step()
        except UserError as error:
            return breaches(request, error.findings)
        return RedirectResponse("/datalekken", 303)

    def processors(request: Request) -> Response:
        form, findings = form_of(request), tuple[Finding, ...]()
        if request.method == "POST":
            try:
                office.processors.register(
                    visitor_of(request).viewer,
                    Processor(
                        form.get("referentie", ""), form.get("naam", ""), form.get("kbo", ""),
                        _fingerprint(form.get("sleutel", "")),
                        day_of(form, "van", "de eerste dag"), day_of(form, "tot", "de dag waarop ze eindigt"),
                    ),
                    office.now(),
                )  # fmt: skip
                return RedirectResponse("/drukkerijen", 303)
            except UserError as error:
                findings = error.findings
        return pages.page(
            request, "drukkerijen", status=400 if findings else 200, drukkerijen=office.processors.all(), vorm=form,
            meldingen=findings, vandaag=office.today,
        )  # fmt: skip

    def objections(request: Request) -> Response:
        return pages.page(request, "verzet")

    found = Addresses()
    found.add("/kalender", days, AGENCY)
    found.add("/datalekken", breaches, AGENCY)
    found.add("/datalekken/{lek}", breach_step, AGENCY, "POST")
    found.add("/drukkerijen", processors, AGENCY, "GET", "POST")
    found.add("/verzet", objections, AGENCY)
    return found.found


def _fingerprint(key: str) -> str:
    with TemporaryDirectory(prefix="groeibrief-") as folder:
        path = Path(folder) / "drukkerij.pub"
        path.write_text(key.replace("\r\n", "\n"), encoding="utf-8")
        return fingerprint_of_key(path)
