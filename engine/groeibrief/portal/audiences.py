"""A municipality's target groups: pick a standard audience or compose one, read it in Dutch, and count it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from groeibrief.errors import Finding, RefusedError, UserError
from groeibrief.language.definition import Client
from groeibrief.language.standard import StandardAudience
from groeibrief.portal.identity import Visitor
from groeibrief.portal.routing import MUNICIPALITY, Address, Addresses, NotFoundError, form_of, visitor_of
from groeibrief.workflow.composing import GROUPS, ROWS, Composition, Group, Part, definition_text, field_choices
from groeibrief.workflow.definitions import Bound

if TYPE_CHECKING:
    from groeibrief.disclosure import Answer
    from groeibrief.portal.application import Portal

_TEXTS = ("van", "tot_en_met", "hoe_vaak", "schooljaar", "leeftijd", "op", "met")
_NAME = "samengesteld"
_EXAMPLE_OFFER = "Wij helpen u met dit aanbod."


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of a target group: its sentences or its faults, and its count when asked for."""

    bound: Bound | None
    sentences: str
    findings: tuple[Finding, ...]
    answer: Answer | None = None
    refusal: str = ""


def addresses(portal: Portal) -> list[Address]:
    """``/doelgroepen``, ``/doelgroepen/<naam>`` and ``/samenstellen``."""
    preview = portal.preview
    by_name = {audience.doelgroep: audience for audience in preview.audiences}

    def client_of(visitor: Visitor) -> Client:
        return Client(visitor.authority, visitor.kbo)

    def seen(read: Bound | UserError, visitor: Visitor, form: Mapping[str, str]) -> Shown:
        if isinstance(read, UserError):
            return Shown(None, "", read.findings)
        shown = Shown(read, preview.describe(read.definition), ())
        if form.get("actie") != "tel":
            return shown
        try:
            answer = preview.ask(read, visitor.municipalities, children=form.get("kinderen") == "ja")
        except RefusedError as error:
            return Shown(read, shown.sentences, (), refusal=str(error))
        except UserError as error:
            return Shown(read, shown.sentences, error.findings)
        return Shown(read, shown.sentences, (), answer)

    def overview(request: Request) -> Response:
        visitor = visitor_of(request)
        return portal.pages.page(
            request, "doelgroepen", doelgroepen=preview.audiences, telbeurten=preview.turns(visitor.municipalities)
        )

    def standard(request: Request) -> Response:
        audience = by_name.get(request.path_params["naam"])
        if audience is None:
            raise NotFoundError
        visitor, form = visitor_of(request), form_of(request)
        on = form.get("peildatum") or preview.extracted_on.isoformat()
        texts = {each.naam: form.get(f"p-{each.naam}", "") for each in audience.parameters}
        read = _read(lambda: preview.fill_in(audience, visitor.municipalities, _day(on), texts, client_of(visitor)))
        return portal.pages.page(
            request, "standaarddoelgroep", doelgroep=audience, peildatum=on, waarden=_values(audience, texts),
            beeld=seen(read, visitor, form), kinderen=form.get("kinderen") == "ja",
            telbeurten=preview.turns(visitor.municipalities),
        )  # fmt: skip

    def compose(request: Request) -> Response:
        visitor, form = visitor_of(request), form_of(request)
        composition = _composition(form, visitor, preview.extracted_on)
        purpose = {
            "categorie": preview.purposes.categorieen[0].id,
            "aanbod": {"soort": preview.purposes.aanbod[0].soort, "tekst": _EXAMPLE_OFFER},
        }
        written = definition_text(composition, preview.catalogue, name=_NAME, client=client_of(visitor), purpose=purpose)
        # Who typed a text of her own counts that text, until she goes back to the parts.
        own = bool(form.get("yaml")) and (
            form.get("actie") == "lees" or (form.get("eigen") == "ja" and form.get("actie") == "tel")
        )
        text = form["yaml"] if own else written
        complete = own or any(group.parts for group in composition.groups)
        read = _read(lambda: preview.read(text, _NAME)) if complete else None
        shown = seen(read, visitor, form) if read is not None else Shown(None, "", ())
        return portal.pages.page(
            request, "samenstellen", samenstelling=composition, yaml=text, eigen=own, beeld=shown,
            bronnen=tuple(preview.catalogue.sources.values()), keuzes={
                key: field_choices(source) for key, source in preview.catalogue.sources.items()
            }, rijen=ROWS, kinderen=form.get("kinderen") == "ja", telbeurten=preview.turns(visitor.municipalities),
        )  # fmt: skip

    found = Addresses()
    found.add("/doelgroepen", overview, MUNICIPALITY)
    found.add("/doelgroepen/{naam}", standard, MUNICIPALITY, "GET", "POST")
    found.add("/samenstellen", compose, MUNICIPALITY, "GET", "POST")
    return found.found


def _read(reading: Callable[[], Bound]) -> Bound | UserError:
    try:
        return reading()
    except UserError as error:
        return error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RefusedError("E761", f"'{text}' is geen datum. Kies een dag in het veld Peildatum.") from None


def _values(audience: StandardAudience, texts: Mapping[str, str]) -> dict[str, str]:
    """What stands in each field: what was typed, else the default."""
    return {
        each.naam: texts[each.naam] or ("" if each.standaard is None else str(each.standaard))
        for each in audience.parameters
    }


def _composition(form: Mapping[str, str], visitor: Visitor, extracted_on: date) -> Composition:
    chosen = tuple(code for code in visitor.municipalities if not form or form.get(f"g-{code}") == "ja")
    return Composition(
        title=form.get("titel") or "Onze doelgroep",
        unit="kind" if form.get("eenheid") == "kind" else "gezin",
        domicile_of="begunstigde" if form.get("wie") == "begunstigde" else "kind",
        municipalities=chosen or visitor.municipalities,
        reference_date=form.get("peildatum") or extracted_on.isoformat(),
        groups=tuple(_group(form, number) for number in range(1, GROUPS + 1)),
        every=form.get("koppel") != "een",
    )


def _group(form: Mapping[str, str], number: int) -> Group:
    bound = form.get(f"{number}-grens", "")
    return Group(
        parts=tuple(part for row in range(1, ROWS + 1) if (part := _part(form, f"{number}-{row}")) is not None),
        every=form.get(f"{number}-koppel") != "een",
        bound=bound if bound in ("minstens", "hoogstens", "precies") else "minstens",
        number=form.get(f"{number}-aantal") or "1",
    )


def _part(form: Mapping[str, str], row: str) -> Part | None:
    about = form.get(f"{row}-over", "")
    if not about or form.get("actie") == f"weg-{row}" or not re.fullmatch(r"[a-z_:]{1,80}", about):
        return None
    texts = {name: form[f"{row}-{name}"][:40] for name in _TEXTS if form.get(f"{row}-{name}")}
    return Part(about, form.get(f"{row}-niet") == "ja", texts)
