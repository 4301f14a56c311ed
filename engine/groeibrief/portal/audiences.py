"""A municipality's target groups: pick a standard audience or compose one, read it in Dutch, and count it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from groeibrief.errors import Finding, RefusedError, UserError
from groeibrief.language.definition import Binding, Client
from groeibrief.language.standard import StandardAudience
from groeibrief.portal.forms import day_of
from groeibrief.portal.identity import Visitor
from groeibrief.portal.routing import MUNICIPALITY, Address, Addresses, NotFoundError, form_of, visitor_of
from groeibrief.workflow.composing import GROUPS, ROWS, Composition, Group, Part, definition_text, field_choices
from groeibrief.workflow.definitions import Bound
from groeibrief.workflow.office import Content
from groeibrief.workflow.requests import define, open_request
from groeibrief.workflow.splitting import BY_AGE, BY_DAY, Counted, Slice, by_age, by_day, cost_in_turns, count_slices

if TYPE_CHECKING:
    from groeibrief.portal.application import Portal
    from groeibrief.workflow.previewing import Answer

_TEXTS = ("van", "tot_en_met", "hoe_vaak", "schooljaar", "leeftijd", "op", "met")
_NAME = "samengesteld"
_ORDER = "aanvraag"
_PLAN, _COUNT_PARTS = "uitsplitsen", "tel-delen"
_ASKING = ("tel", _ORDER, _PLAN, _COUNT_PARTS)
MOST_TITLE = 100
_EXAMPLE_OFFER = "Wij helpen u met dit aanbod."


@dataclass(frozen=True, slots=True)
class Split:
    """A group in parts: which there are, which are chosen, and what those cost at most; their answers once counted."""

    kind: str
    slices: tuple[Slice, ...]
    chosen: frozenset[str]
    cost: Fraction
    counted: tuple[Counted, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of a target group: its sentences or its faults, and its count when asked for."""

    bound: Bound | None
    sentences: str
    findings: tuple[Finding, ...]
    answer: Answer | None = None
    refusal: str = ""
    split: Split | None = None


def addresses(portal: Portal) -> list[Address]:
    """``/doelgroepen``, ``/doelgroepen/<naam>`` and ``/samenstellen``."""
    preview = portal.preview
    by_name = {audience.doelgroep: audience for audience in preview.audiences}

    def client_of(visitor: Visitor) -> Client:
        return Client(visitor.authority, visitor.kbo)

    def seen(
        read: Bound | UserError,
        visitor: Visitor,
        form: Mapping[str, str],
        again: Callable[[date], Bound] | None,
    ) -> Shown:
        """What a page shows of what was read; *again* reads the same for another day, when that can be done."""
        if isinstance(read, UserError):
            return Shown(None, "", read.findings)
        shown = Shown(read, preview.describe(read.definition), ())
        if form.get("actie") in (_PLAN, _COUNT_PARTS):
            return replace(shown, split=in_parts(read, visitor, form, again))
        if form.get("actie") != "tel":
            return shown
        try:
            answer = preview.ask(read, visitor.municipalities, visitor.account, children=form.get("kinderen") == "ja")
        except RefusedError as error:
            return Shown(read, shown.sentences, (), refusal=str(error))
        except UserError as error:
            return Shown(read, shown.sentences, error.findings)
        return Shown(read, shown.sentences, (), answer)

    def in_parts(
        read: Bound, visitor: Visitor, form: Mapping[str, str], again: Callable[[date], Bound] | None
    ) -> Split:
        """The parts and what they cost; counted only by who was shown that cost and says yes to it."""
        if form.get("naar") == BY_DAY and again is not None:
            kind, slices = BY_DAY, by_day(read.definition.question.reference_date, again)
        else:
            kind, slices = BY_AGE, by_age(read)
        confirmed = form.get("actie") == _COUNT_PARTS and form.get("gezien") == kind
        chosen = frozenset(each.key for each in slices if not confirmed or form.get(f"deel-{each.key}") == "ja")
        wanted = [each for each in slices if each.key in chosen]
        split = Split(kind, slices, chosen, cost_in_turns(preview, wanted))
        if not confirmed:
            return split
        return replace(split, counted=count_slices(preview, wanted, visitor.municipalities, visitor.account))

    def ordered(
        visitor: Visitor, title: str, read: Bound, text: str, cases: str | None, binding: Binding | None
    ) -> Response:
        """Begin a request for this target group, with what its definition says already."""
        office, definition = portal.office, read.definition
        question = definition.question
        own_codes = office.municipalities_of(visitor.viewer, question.reference_date)
        # Before anything is begun: a request that cannot get its definition would stay behind, empty.
        if definition.opdrachtgever.kbo != visitor.kbo or not set(question.municipalities) <= set(own_codes):
            raise RefusedError(
                "E772", "Deze doelgroep gaat over een ander bestuur of een andere gemeente. Vraag ze aan voor de uwe."
            )
        given = definition.doeleinde
        own = given.aanbod_tekst != _EXAMPLE_OFFER
        content = Content(
            title=title[:MOST_TITLE],
            purpose=given.categorie if own else "",
            offer=given.aanbod_soort if own else "",
            offer_text=given.aanbod_tekst if own else "",
            template=definition.brief.sjabloon,
        )
        made = open_request(office, visitor.viewer, visitor.kbo, content)
        define(office, visitor.viewer, made.id, text, cases, binding)
        return RedirectResponse(f"/aanvragen/{made.id}/gegevens", 303)

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
        own = visitor.municipalities

        def filled_in(other: date | None = None) -> Bound:
            day = other or day_of({"peildatum": on}, "peildatum", "de peildatum")
            return preview.fill_in(audience, own, day, texts, client_of(visitor))

        read = _read(filled_in)
        if form.get("actie") == _ORDER and isinstance(read, Bound):
            binding = Binding(
                visitor.municipalities if audience.asks_municipalities else (),
                day_of({"peildatum": on}, "peildatum", "de peildatum") if audience.asks_reference_date else None,
                {name: text for name, text in texts.items() if text},
            )
            path = audience.path
            cases = path.with_name(f"{path.stem}.cases.yaml")
            return ordered(
                visitor, audience.titel, read, path.read_text(encoding="utf-8"),
                cases.read_text(encoding="utf-8") if cases.exists() else None, binding,
            )  # fmt: skip
        return portal.pages.page(
            request, "standaarddoelgroep", doelgroep=audience, peildatum=on, waarden=_values(audience, texts),
            beeld=seen(read, visitor, form, filled_in if audience.asks_reference_date else None),
            kinderen=form.get("kinderen") == "ja",
            telbeurten=preview.turns(visitor.municipalities),
        )  # fmt: skip

    def compose(request: Request) -> Response:
        visitor, form = visitor_of(request), form_of(request)
        composition = _composition(form, visitor, preview.extracted_on)
        purpose = {
            "categorie": preview.purposes.categorieen[0].id,
            "aanbod": {"soort": preview.purposes.aanbod[0].soort, "tekst": _EXAMPLE_OFFER},
        }

        def composed(day: date | None = None) -> str:
            there = composition if day is None else replace(composition, reference_date=day.isoformat())
            return definition_text(there, preview.catalogue, name=_NAME, client=client_of(visitor), purpose=purpose)

        written = composed()
        # Who typed a text of her own counts that text, until she goes back to the parts.
        own = bool(form.get("yaml")) and (
            form.get("actie") == "lees" or (form.get("eigen") == "ja" and form.get("actie") in _ASKING)
        )
        text = form["yaml"] if own else written
        complete = own or any(group.parts for group in composition.groups)
        read = _read(lambda: preview.read(text, _NAME)) if complete else None
        if form.get("actie") == _ORDER and isinstance(read, Bound):
            named = text.replace(f"doelgroep: {_NAME}\n", f"doelgroep: {_slug(composition.title)}\n", 1)
            return ordered(visitor, read.definition.titel, read, named, None, None)
        if read is not None:
            shown = seen(read, visitor, form, None if own else lambda day: preview.read(composed(day), _NAME))
        else:
            # Only who asks for something hears that there is nothing yet to ask it of.
            asked = form.get("actie") in _ASKING
            shown = Shown(None, "", (Finding("Kies minstens één voorwaarde."),) if asked else ())
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


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or _NAME


def _read(reading: Callable[[], Bound]) -> Bound | UserError:
    try:
        return reading()
    except UserError as error:
        return error


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
