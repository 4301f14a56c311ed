"""A municipality's requests: fill in, look at the letter, hand in, follow. Nothing personal and nothing exact."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from groeibrief.errors import Finding, UserError
from groeibrief.portal.forms import day_of, number_of
from groeibrief.portal.routing import (
    MUNICIPALITY,
    SIGNED_IN,
    Address,
    Addresses,
    NotFoundError,
    file_of,
    form_of,
    visitor_of,
)
from groeibrief.workflow import requests as casework
from groeibrief.workflow.agreements import agreement_pdf
from groeibrief.workflow.fitting import fitted
from groeibrief.workflow.letterpictures import Look, letter_fault, letter_picture, look_of
from groeibrief.workflow.office import Act, Content, Service, Viewer
from groeibrief.workflow.requestdefinitions import as_binding, bound_of
from groeibrief.workflow.requestlogos import LARGEST_LOGO, attach_logo, remove_logo
from groeibrief.workflow.requestviews import RequestForAuthority, definitions_of, request_for_authority
from groeibrief.workflow.templates import (
    LanguagePolicy,
    OwnField,
    Remark,
    check_text,
    load_language_policy,
    own_fields,
    template_names,
)

if TYPE_CHECKING:
    from groeibrief.portal.application import Portal
    from groeibrief.portal.identity import Visitor
    from groeibrief.workflow.previewing import Answer

MOST_COMPARED = 3
MOST_KNOWN = 500
"""Descriptions of definitions that are kept at hand."""
_EMPTY_COUNT = 10


def addresses(portal: Portal) -> list[Address]:
    """``/aanvragen/<nummer>`` and what is under it, and ``/vergelijken``."""
    office, preview, pages = portal.office, portal.preview, portal.pages
    language = load_language_policy(office.project)

    known: dict[str, str] = {}

    def described(viewer: Viewer, number: str) -> str:
        kept = definitions_of(office, viewer, number)
        if not kept:
            return ""
        draft = kept[-1].draft
        # To read a definition takes ten times longer than all the rest of the page, and its text does not change.
        if draft.sha256 not in known:
            if len(known) >= MOST_KNOWN:
                known.clear()
            known[draft.sha256] = preview.describe(bound_of(office, draft).definition)
        return known[draft.sha256]

    def show(
        request: Request,
        shown: RequestForAuthority,
        *,
        findings: tuple[Finding, ...] = (),
        answer: Answer | None = None,
    ) -> Response:
        viewer = visitor_of(request).viewer
        families = None
        if answer is not None:
            families = answer.families.below or answer.families.about or _EMPTY_COUNT
        return pages.page(
            request, "aanvraag", status=400 if findings else 200, aanvraag=shown, zinnen=described(viewer, shown.id),
            meldingen=findings, antwoord=answer, brieffout=too_much(shown), offerte=casework.quote(office, families),
            beleid=office.policy, eigen=own_fields(office.project, shown.content.template),
            telbeurten=preview.turns(visitor_of(request).municipalities), doeleinden=preview.purposes,
        )  # fmt: skip

    def one(request: Request) -> Response:
        return show(request, request_for_authority(office, visitor_of(request).viewer, _number(request)))

    def details(request: Request) -> Response:
        viewer, form, number = visitor_of(request).viewer, form_of(request), _number(request)
        shown = request_for_authority(office, viewer, number)
        if Act.CHANGE not in shown.acts:
            return RedirectResponse(f"/aanvragen/{number}", 303)
        content, findings = shown.content, tuple[Finding, ...]()
        if request.method == "POST":
            try:
                content = _content(form, shown.content, own_fields(office.project, form.get("sjabloon", "")))
                version = number_of(form, "versie")
                kept = casework.change_request(office, viewer, number, content, version)
                _fit(portal, viewer, number, content)
                if form.get("actie") == "verder":
                    return RedirectResponse(f"/aanvragen/{number}", 303)
                shown, content = request_for_authority(office, viewer, number), kept.content
            except UserError as error:
                findings = error.findings
        return pages.page(
            request, "gegevens", status=400 if findings else 200, aanvraag=shown, inhoud=content, meldingen=findings,
            doeleinden=preview.purposes, sjablonen=template_names(office.project), zinnen=described(viewer, number),
            taal=check_text(content.offer_text, language) if content.offer_text else (),
            eigen=own_fields(office.project, content.template), eigen_taal=_remarks(content, language),
            logo_mb=LARGEST_LOGO >> 20,
            offerte=casework.quote(office), brieffout=too_much(shown),
            bewaard=request.method == "POST" and not findings,
        )  # fmt: skip

    def look(shown: RequestForAuthority) -> Look:
        return look_of(office, shown.authority, shown.authority_name, shown.content)

    def too_much(shown: RequestForAuthority) -> str:
        """Why the letter cannot be made with this offer; empty when it can, or when none is chosen yet."""
        return letter_fault(look(shown)) if shown.content.template else ""

    def letter(request: Request) -> Response:
        shown = request_for_authority(office, visitor_of(request).viewer, _number(request))
        data = letter_picture(look(shown), whole=request.query_params.get("groot") == "ja")
        return Response(data, media_type="image/png")

    def decision(request: Request) -> Response:
        viewer, number = visitor_of(request).viewer, _number(request)
        data = casework.decision_of(office, viewer, number)
        # Shown by no reader inside the browser's page: a PDF from outside is only ever saved.
        headers = {"content-disposition": f'attachment; filename="besluit-{number}.pdf"'}
        return Response(data, media_type="application/pdf", headers=headers)

    def upload(request: Request) -> Response:
        viewer, form = visitor_of(request).viewer, form_of(request)

        def attach(number: str) -> None:
            casework.attach_decision(
                office, viewer, number, file_of(request, "besluit") or b"", form.get("referentie", ""),
                day_of(form, "datum", "de datum van het besluit"), number_of(form, "versie"),
            )  # fmt: skip

        return done(request, attach)

    def logo(request: Request) -> Response:
        viewer, form, number = visitor_of(request).viewer, form_of(request), _number(request)

        def change(number: str) -> None:
            if form.get("actie") == "weg":
                remove_logo(office, viewer, number, number_of(form, "versie"))
            else:
                attach_logo(office, viewer, number, file_of(request, "logo") or b"", number_of(form, "versie"))

        return done(request, change, f"/aanvragen/{number}/gegevens")

    def agreement(request: Request) -> Response:
        number = _number(request)
        data = agreement_pdf(office, visitor_of(request).viewer, number)
        headers = {"content-disposition": f'attachment; filename="overeenkomst-{number}.pdf"'}
        return Response(data, media_type="application/pdf", headers=headers)

    def desk_sheet(request: Request) -> Response:
        shown = request_for_authority(office, visitor_of(request).viewer, _number(request))
        return pages.page(request, "balie", aanvraag=shown, doeleinden=preview.purposes, offerte=casework.quote(office))

    def done(request: Request, act: Callable[[str], object], then: str | None = None) -> Response:
        """Do something with the request of the address, and show it (or *then*), as it is now or with what is wrong."""
        number = _number(request)
        viewer = visitor_of(request).viewer
        shown = request_for_authority(office, viewer, number)
        try:
            act(number)
        except UserError as error:
            return show(request, shown, findings=error.findings)
        return RedirectResponse(then or f"/aanvragen/{number}", 303)

    def count(request: Request) -> Response:
        visitor, number = visitor_of(request), _number(request)
        shown = request_for_authority(office, visitor.viewer, number)
        kept = definitions_of(office, visitor.viewer, number)
        if not kept:
            raise NotFoundError
        children = form_of(request).get("kinderen") == "ja"
        try:
            answer = preview.ask(
                bound_of(office, kept[-1].draft), visitor.municipalities, visitor.account, children=children
            )
        except UserError as error:
            return show(request, shown, findings=error.findings)
        return show(request, shown, answer=answer)

    def clone(request: Request) -> Response:
        made = casework.clone_request(office, visitor_of(request).viewer, _number(request))
        return RedirectResponse(f"/aanvragen/{made.id}/gegevens", 303)

    def act(request: Request) -> Response:
        viewer, form = visitor_of(request).viewer, form_of(request)
        version, text = number_of(form, "versie"), form.get("tekst", "")
        acts: dict[str, Callable[[str], object]] = {
            "indienen": lambda number: casework.submit(office, viewer, number, version),
            "antwoorden": lambda number: casework.answer(office, viewer, number, text, version),
            "bericht": lambda number: casework.send_message(office, viewer, number, text),
            "intrekken": lambda number: casework.withdraw(office, viewer, number, text, version),
        }
        name = request.path_params["daad"]
        if name not in acts:
            raise NotFoundError
        return done(request, acts[name])

    def compare(request: Request) -> Response:
        visitor, form = visitor_of(request), form_of(request)
        own = [row.id for row in _own(portal, visitor) if definitions_of(office, visitor.viewer, row.id)]
        chosen = [number for number in own if form.get(f"v-{number}") == "ja"][:MOST_COMPARED]
        columns = []
        for number in chosen:
            shown = request_for_authority(office, visitor.viewer, number)
            answer, refusal = None, ""
            if form.get("actie") == "tel":
                bound = bound_of(office, definitions_of(office, visitor.viewer, number)[-1].draft)
                try:
                    answer = preview.ask(bound, visitor.municipalities, visitor.account, children=False)
                except UserError as error:
                    refusal = str(error)
            columns.append((shown, described(visitor.viewer, number), answer, refusal))
        titles = [(number, request_for_authority(office, visitor.viewer, number).content.title) for number in own]
        return pages.page(request, "vergelijken", eigen=titles, gekozen=chosen, kolommen=columns,
                          telbeurten=preview.turns(visitor.municipalities))  # fmt: skip

    found = Addresses()
    found.add("/vergelijken", compare, MUNICIPALITY, "GET", "POST")
    found.add("/aanvragen/{nummer}", one, MUNICIPALITY)
    found.add("/aanvragen/{nummer}/gegevens", details, MUNICIPALITY, "GET", "POST")
    found.add("/aanvragen/{nummer}/brief.png", letter, SIGNED_IN)
    found.add("/aanvragen/{nummer}/besluit", decision, SIGNED_IN)
    found.add("/aanvragen/{nummer}/besluit", upload, MUNICIPALITY, "POST")
    found.add("/aanvragen/{nummer}/logo", logo, MUNICIPALITY, "POST")
    found.add("/aanvragen/{nummer}/overeenkomst", agreement, SIGNED_IN)
    found.add("/aanvragen/{nummer}/balie", desk_sheet, SIGNED_IN)
    found.add("/aanvragen/{nummer}/tel", count, MUNICIPALITY, "POST")
    found.add("/aanvragen/{nummer}/kloon", clone, MUNICIPALITY, "POST")
    found.add("/aanvragen/{nummer}/{daad}", act, MUNICIPALITY, "POST")
    return found.found


def _number(request: Request) -> str:
    number: str = request.path_params["nummer"]
    return number


def _own(portal: Portal, visitor: Visitor) -> tuple[RequestForAuthority, ...]:
    rows = portal.office.requests.all(visitor.viewer)
    return tuple(request_for_authority(portal.office, visitor.viewer, row.id) for row in reversed(rows))


def _fit(portal: Portal, viewer: Viewer, number: str, content: Content) -> None:
    """Make the definition say what the request says now, as far as both say something."""
    kept = definitions_of(portal.office, viewer, number)
    if not kept or not (content.purpose and content.offer and content.offer_text and content.template):
        return
    draft = kept[-1].draft
    text = fitted(draft.text, content)
    service = as_binding(draft.binding).opdrachtgever
    told = service.contact if service else None
    same = told is not None and _service_of(content) == (told.dienst, told.telefoon, told.e_mail, told.webpagina)
    if text != draft.text or not same:
        casework.define(portal.office, viewer, number, text, draft.cases, as_binding(draft.binding))


def _service_of(content: Content) -> tuple[str | None, ...]:
    service = content.service
    return tuple(part or None for part in (service.name, service.phone, service.e_mail, service.web_page))


def _remarks(content: Content, language: LanguagePolicy) -> dict[str, tuple[Remark, ...]]:
    """What is to be said about the language of each own text."""
    return {name: check_text(text, language) for name, text in content.texts.items() if text}


def _content(form: Mapping[str, str], before: Content, own: tuple[OwnField, ...]) -> Content:
    # The texts of another letter than the chosen one are gone with it: nothing that is kept stays unseen.
    written = {each.name: form.get(f"tekst_{each.name}", before.texts.get(each.name, "")) for each in own}
    wished = form.get("gewenst", "")
    weekly = form.get("per_week", "")
    return replace(
        before,
        title=form.get("titel", before.title),
        purpose=form.get("doeleinde", ""),
        offer=form.get("aanbod", ""),
        offer_text=form.get("aanbod_tekst", "").replace("\r\n", "\n"),
        template=form.get("sjabloon", ""),
        texts={name: text.replace("\r\n", "\n") for name, text in written.items() if text},
        wished_on=_wished(wished),
        per_week=number_of(form, "per_week") if weekly else None,
        rounds=number_of(form, "rondes") or 1,
        service=Service(
            name=form.get("dienst", ""),
            phone=form.get("telefoon", ""),
            e_mail=form.get("e_mail", ""),
            web_page=form.get("webpagina", ""),
        ),
    )


def _wished(text: str) -> date | None:
    return day_of({"gewenst": text}, "gewenst", "de gewenste datum") if text else None
