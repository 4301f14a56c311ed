"""Requests as the agency works on them: the worklist, one request with all about it, its definition, and every act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from groeibrief.errors import Finding, UserError
from groeibrief.language.definition import Binding
from groeibrief.portal.forms import day_of, moment_of, number_of
from groeibrief.portal.routing import AGENCY, ANALYST, SIGNED_IN, Address, Addresses, NotFoundError, form_of, visitor_of
from groeibrief.workflow import approvals
from groeibrief.workflow import requests as casework
from groeibrief.workflow.erasing import due
from groeibrief.workflow.explaining import attrition, explain
from groeibrief.workflow.fitting import fitted
from groeibrief.workflow.inspecting import inspect
from groeibrief.workflow.office import Act, Role, State, Viewer
from groeibrief.workflow.proposing import propose_cases
from groeibrief.workflow.requestdefinitions import as_binding, bound_of
from groeibrief.workflow.requestviews import (
    RequestForAnalyst,
    definitions_of,
    request_for_analyst,
    request_for_authority,
    worklist,
)
from groeibrief.workflow.running import show_order
from groeibrief.workflow.stopping import skip_round, stop_run

if TYPE_CHECKING:
    from groeibrief.portal.application import Portal


def addresses(portal: Portal) -> list[Address]:
    """``/overzicht`` for everyone who signed in, and ``/dossiers/<nummer>`` for the agency."""
    office, preview, pages = portal.office, portal.preview, portal.pages

    def overview(request: Request) -> Response:
        visitor = visitor_of(request)
        if visitor.role is Role.MUNICIPALITY:
            rows = worklist(office, visitor.viewer).rows
            shown = [request_for_authority(office, visitor.viewer, row.id) for row in reversed(rows)]
            return pages.page(request, "overzicht", aanvragen=shown, telbeurten=preview.turns(visitor.municipalities))
        wanted = tuple(state for state in State if state.value == request.query_params.get("toestand"))
        found = worklist(office, visitor.viewer, wanted)
        breaches = office.breaches.all(visitor.viewer, only_open=True)
        return pages.page(
            request, "werklijst", lijst=found, gekozen=wanted[0] if wanted else None, toestanden=tuple(State),
            lekken=len(breaches), wissen=due(office, visitor.viewer), vandaag=office.today.isoformat(),
        )  # fmt: skip

    def show(
        request: Request, *, findings: tuple[Finding, ...] = (), figures: Any = None, steps: Any = None,
        explained: str = ""
    ) -> Response:  # fmt: skip
        viewer, number = visitor_of(request).viewer, _number(request)
        found = request_for_analyst(office, viewer, number)
        sentences, fault = "", found.fault
        if found.versions:
            try:
                sentences = preview.describe(bound_of(office, found.versions[-1].draft).definition)
            except UserError as error:
                fault = str(error)
        return pages.page(
            request, "dossier", status=400 if findings else 200, dossier=found, aanvraag=found.shown, zinnen=sentences,
            fout=fault, meldingen=findings, cijfers=figures, stappen=steps, uitleg=explained, beleid=office.policy,
            doeleinden=preview.purposes, daden={act.value for act in found.shown.acts}, snapshot=preview.folder.name,
            leeftijd=(office.today - preview.extracted_on).days,
        )  # fmt: skip

    def one(request: Request) -> Response:
        return show(request)

    def figures(request: Request) -> Response:
        viewer, number = visitor_of(request).viewer, _number(request)
        kept = _kept(portal, viewer, number)
        try:
            found = inspect(office, viewer, preview, number, kept[-1])
            settings = office.settings.acting(viewer.account, viewer.role.value)
            steps, _ = attrition(bound_of(office, kept[-1].draft), preview.folder, settings)
        except UserError as error:
            return show(request, findings=error.findings)
        return show(request, figures=found, steps=steps)

    def explanation(request: Request) -> Response:
        viewer, number = visitor_of(request).viewer, _number(request)
        kept = _kept(portal, viewer, number)
        try:
            dossier = number_of(form_of(request), "dossier")
            bound = bound_of(office, kept[-1].draft)
            settings = office.settings.acting(viewer.account, viewer.role.value)
            found = explain(bound, preview.folder, settings, dossier=dossier or 0)
        except UserError as error:
            return show(request, findings=error.findings)
        return show(request, explained=found.text())

    def definition(request: Request) -> Response:
        viewer, number, form = visitor_of(request).viewer, _number(request), form_of(request)
        found = request_for_analyst(office, viewer, number)
        draft = found.versions[-1].draft if found.versions else None
        text, cases = (draft.text, draft.cases or "") if draft else ("", "")
        binding = as_binding(draft.binding) if draft else None
        findings: tuple[Finding, ...] = ()
        if request.method == "POST":
            # A browser sends its lines with a carriage return; a definition has none.
            text, cases = (form.get(name, "").replace("\r\n", "\n") for name in ("yaml", "gevallen"))
            text, cases = (each + "\n" if each and not each.endswith("\n") else each for each in (text, cases))
            try:
                if form.get("actie") == "gelijk":
                    text = fitted(text, found.shown.content)
                else:
                    binding = _bound_as(form, binding)
                    casework.define(office, viewer, number, text, cases or None, binding, number_of(form, "versie"))
                    return RedirectResponse(f"/dossiers/{number}", 303)
            except UserError as error:
                findings = error.findings
        return editor(request, found, text, cases, binding, findings)

    def editor(
        request: Request, found: RequestForAnalyst, text: str, cases: str, binding: Binding | None,
        findings: tuple[Finding, ...] = (), *, proposed: bool = False,
    ) -> Response:  # fmt: skip
        return pages.page(
            request, "definitie", status=400 if findings else 200, aanvraag=found.shown, yaml=text, gevallen=cases,
            meldingen=findings, invulling=binding, voorstel=proposed,
        )  # fmt: skip

    def proposal(request: Request) -> Response:
        viewer, number = visitor_of(request).viewer, _number(request)
        found, kept = request_for_analyst(office, viewer, number), _kept(portal, viewer, number)
        draft = kept[-1].draft
        try:
            cases, findings = propose_cases(bound_of(office, draft)), tuple[Finding, ...]()
        except UserError as error:
            cases, findings = draft.cases or "", error.findings
        return editor(request, found, draft.text, cases, as_binding(draft.binding), findings, proposed=not findings)

    def changes(request: Request) -> Response:
        viewer, number = visitor_of(request).viewer, _number(request)
        found = request_for_analyst(office, viewer, number)
        query = request.query_params
        newer = number_of(query, "tot") or len(found.versions)
        older = number_of(query, "van") or max(1, newer - 1)
        text = casework.definition_difference(office, viewer, number, older, newer)
        return pages.page(
            request, "verschil", aanvraag=found.shown, versies=found.versions, van=older, tot=newer,
            regels=text.splitlines(),
        )  # fmt: skip

    def act(request: Request) -> Response:
        viewer, form = visitor_of(request).viewer, form_of(request)
        done = _acts(portal, viewer, form).get(request.path_params["daad"])
        if done is None:
            raise NotFoundError
        office.requests.get(viewer, _number(request))
        try:
            done(_number(request))
        except UserError as error:
            return show(request, findings=error.findings)
        return RedirectResponse(f"/dossiers/{_number(request)}", 303)

    found = Addresses()
    found.add("/overzicht", overview, SIGNED_IN)
    found.add("/dossiers/{nummer}", one, AGENCY)
    found.add("/dossiers/{nummer}/cijfers", figures, AGENCY, "POST")
    found.add("/dossiers/{nummer}/uitleg", explanation, AGENCY, "POST")
    found.add("/dossiers/{nummer}/definitie", definition, ANALYST, "GET", "POST")
    found.add("/dossiers/{nummer}/gevallen", proposal, ANALYST, "POST")
    found.add("/dossiers/{nummer}/verschil", changes, AGENCY)
    found.add("/dossiers/{nummer}/{daad}", act, AGENCY, "POST")
    return found.found


def _acts(portal: Portal, viewer: Viewer, form: Mapping[str, str]) -> dict[str, Callable[[str], object]]:
    """Every act of the agency, by its word; the casework says who may and when."""
    office, text = portal.office, form.get("tekst", "")

    def version() -> int | None:
        return number_of(form, "versie")

    def breach(number: str) -> None:
        found = moment_of(form, "vastgesteld", "wanneer het vastgesteld is")
        office.breaches.open(viewer, number, number_of(form, "volgnummer") or 0, found, text, office.now())

    def agree(number: str) -> None:
        signed = day_of(form, "datum", "de dag waarop beide tekenden")
        casework.agree(office, viewer, number, form.get("referentie", ""), signed, version())

    inside = form.get("intern") == "ja"
    return {
        Act.ASK.value: lambda number: casework.ask(office, viewer, number, text, version()),
        Act.MESSAGE.value: lambda number: casework.send_message(office, viewer, number, text, internal=inside),
        Act.AGREE.value: agree,
        Act.REVIEW.value: lambda number: casework.review(office, viewer, number, version()),
        Act.APPROVE.value: lambda number: approvals.approve(office, viewer, number, version()),
        Act.SEND_BACK.value: lambda number: approvals.send_back(office, viewer, number, text, version()),
        Act.ORDER.value: lambda number: show_order(office, viewer, number, portal.preview.folder),
        Act.HAND_OVER.value: lambda number: casework.hand_over(office, viewer, number, version()),
        Act.STOP.value: lambda number: stop_run(office, viewer, number),
        Act.SKIP.value: lambda number: skip_round(office, viewer, number, text),
        Act.SENT.value: lambda number: casework.mark_sent(office, viewer, number, version()),
        Act.RETURN.value: lambda number: casework.note_returns(office, viewer, number, version()),
        Act.CLOSE.value: lambda number: casework.close(office, viewer, number, version()),
        Act.WITHDRAW.value: lambda number: casework.withdraw(office, viewer, number, text, version()),
        Act.REFUSE.value: lambda number: casework.refuse(office, viewer, number, text, version()),
        "laten-verlopen": lambda number: casework.expire(office, viewer, number),
        "datalek": breach,
    }


def _bound_as(form: Mapping[str, str], before: Binding | None) -> Binding | None:
    """What a standard audience is filled in with, as the form says it now."""
    if before is None:
        return None
    on = before.peildatum
    if on is not None and "peildatum" in form:
        on = day_of(form, "peildatum", "de peildatum")
    parameters = {name: form.get(f"p-{name}", text) for name, text in before.parameters.items()}
    return replace(before, peildatum=on, parameters=parameters)


def _kept(portal: Portal, viewer: Viewer, number: str) -> tuple[Any, ...]:
    kept = definitions_of(portal.office, viewer, number)
    if not kept:
        raise NotFoundError
    return kept


def _number(request: Request) -> str:
    number: str = request.path_params["nummer"]
    return number
