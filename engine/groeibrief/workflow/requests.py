"""What is done with a request, from a municipality's idea to its end. Reading it: ``requestviews``."""

from __future__ import annotations

import dataclasses
import sqlite3
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from groeibrief.artefacts import canonical_json, sha256_bytes
from groeibrief.casework.accounts import Viewer
from groeibrief.casework.cabinet import moment
from groeibrief.casework.content import Content, check_text
from groeibrief.casework.documents import keep_decision, read_decision
from groeibrief.casework.lifecycle import Act
from groeibrief.casework.messages import write_message
from groeibrief.casework.register import Event, Track
from groeibrief.casework.requests import Request, Step
from groeibrief.casework.versions import difference, read_versions, versions, write_version
from groeibrief.catalog.purposes import load_purposes
from groeibrief.errors import Finding, RefusedError, UsageError, closest
from groeibrief.language.definition import Binding
from groeibrief.workflow.aftercare import standing as job_standing
from groeibrief.workflow.office import Office
from groeibrief.workflow.requestdefinitions import bound_of, check_matches, make_draft


def open_request(office: Office, viewer: Viewer, authority: str, content: Content) -> Request:
    """Begin a request. Raises UsageError (E660–E664, E706, E711), RefusedError (E701)."""
    _check_texts(office, content)
    return office.requests.open(viewer, authority, content, office.now())


def clone_request(office: Office, viewer: Viewer, request_id: str) -> Request:
    """Begin a new request like an earlier one: the same content and definition, without decision, date or approval."""
    earlier = office.requests.get(viewer, request_id)
    content = dataclasses.replace(earlier.content, decision=None, wished_on=None)
    made = office.requests.open(viewer, earlier.authority, content, office.now(), clone_of=earlier.id)
    kept = versions(office.requests, viewer, request_id)
    if not kept:
        return made

    def keep(opened: sqlite3.Connection, request: Request) -> None:
        write_version(opened, viewer, request, kept[-1].draft, office.now())

    step = Step(Act.DEFINE, made.version, hashes={"definitie": kept[-1].draft.definitie}, change=keep)
    return office.requests.step(viewer, made.id, step, office.now())


def change_request(
    office: Office, viewer: Viewer, request_id: str, content: Content, version: int | None = None
) -> Request:
    """Change the content; decision and logo stay as they are. After approval this voids the approval.

    Raises UsageError (E660–E664) for an own text that does not belong in the letter.
    """
    kept = office.requests.get(viewer, request_id).content
    whole = dataclasses.replace(content, decision=kept.decision, logo=kept.logo)
    _check_texts(office, whole)
    return office.requests.step(viewer, request_id, Step(Act.CHANGE, version, content=whole), office.now())


def attach_decision(
    office: Office,
    viewer: Viewer,
    request_id: str,
    data: bytes,
    reference: str,
    decided_on: date,
    version: int | None = None,
) -> Request:
    """Attach the council's decision, a PDF. Raises UsageError (E716) when it is none, or is too large."""
    request = office.requests.get(viewer, request_id)
    decision = keep_decision(office.cabinet, data, reference, decided_on, office.policy.grenzen)
    content = dataclasses.replace(request.content, decision=decision)
    step = Step(Act.CHANGE, version or request.version, content=content, hashes={"besluit": decision.sha256})
    return office.requests.step(viewer, request_id, step, office.now())


def decision_of(office: Office, viewer: Viewer, request_id: str) -> bytes:
    """The decision's PDF. Raises UsageError (E738) when there is none, RefusedError (E701, E717)."""
    decision = office.requests.get(viewer, request_id).content.decision
    if decision is None:
        raise UsageError("E738", "Bij deze aanvraag is geen besluit gevoegd.")
    return read_decision(office.cabinet, decision)


def define(
    office: Office,
    viewer: Viewer,
    request_id: str,
    text: str,
    cases: str | None = None,
    binding: Binding | None = None,
    version: int | None = None,
) -> Request:
    """Keep a new version of the definition. Raises what ``make_draft`` raises."""
    request = office.requests.get(viewer, request_id)
    draft = make_draft(office, request, text, cases, binding)

    def keep(opened: sqlite3.Connection, found: Request) -> None:
        write_version(opened, viewer, found, draft, office.now())

    hashes = {"definitie": draft.definitie, "voorwaarden": draft.voorwaarden, "tekst": draft.sha256}
    step = Step(Act.DEFINE, version or request.version, hashes=hashes, change=keep)
    return office.requests.step(viewer, request_id, step, office.now())


def definition_difference(office: Office, viewer: Viewer, request_id: str, older: int | None, newer: int | None) -> str:
    """A unified diff of two versions of the definition; by default of the last two. Raises UsageError (E713)."""
    found = versions(office.requests, viewer, request_id)
    last = newer or len(found)
    return difference(found, older or max(1, last - 1), last)


def submit(office: Office, viewer: Viewer, request_id: str, version: int | None = None) -> Request:
    """Hand a request in, once it is complete. Raises UsageError (E740) with everything that is missing."""

    def check(opened: sqlite3.Connection, request: Request) -> None:
        _check_complete(office, request, defined=bool(read_versions(opened, request.id)))
        event = _event(office, request, "aanvraag", office.today)
        office.register.insert(opened, viewer, event, office.now())

    return office.requests.step(viewer, request_id, Step(Act.SUBMIT, version, change=check), office.now())


def ask(office: Office, viewer: Viewer, request_id: str, question: str, version: int | None = None) -> Request:
    """Send the request back to the municipality with a question."""
    return _with_message(office, viewer, request_id, Act.ASK, question, version)


def answer(office: Office, viewer: Viewer, request_id: str, text: str, version: int | None = None) -> Request:
    """Answer the agency's question."""
    return _with_message(office, viewer, request_id, Act.ANSWER, text, version)


def send_message(office: Office, viewer: Viewer, request_id: str, text: str, *, internal: bool = False) -> Request:
    """Write a message; *internal* stays inside the agency."""
    return _with_message(office, viewer, request_id, Act.MESSAGE, text, None, internal=internal)


def agree(
    office: Office, viewer: Viewer, request_id: str, reference: str, signed_on: date, version: int | None = None
) -> Request:
    """Register the agreement that both sides signed. Raises UsageError (E711, E741), RefusedError (E742)."""
    check_text("referentie", reference)
    if signed_on > office.today:
        raise UsageError("E741", "De overeenkomst is getekend op een dag die voorbij is. Kijk de datum na.")

    def note(opened: sqlite3.Connection, request: Request) -> None:
        if request.content.decision is None:
            raise RefusedError(
                "E742", "Voeg eerst het besluit van het bestuur toe (PDF); zonder besluit geen overeenkomst."
            )
        office.register.insert(opened, viewer, _event(office, request, "afgesloten", signed_on), office.now())

    hashes = {"overeenkomst": sha256_bytes(canonical_json([reference, signed_on.isoformat()]))}
    step = Step(Act.AGREE, version, agreement=(reference.strip(), signed_on), hashes=hashes, change=note)
    return office.requests.step(viewer, request_id, step, office.now())


def review(office: Office, viewer: Viewer, request_id: str, version: int | None = None) -> Request:
    """Put the definition before those who approve. Raises RefusedError (E726 it differs, E743 no agreement)."""
    request = office.requests.get(viewer, request_id)
    if request.agreement is None:
        raise RefusedError("E743", "Er is nog geen overeenkomst geregistreerd. Registreer ze eerst.")
    kept = versions(office.requests, viewer, request_id)
    if not kept:
        raise UsageError("E740", "De aanvraag heeft nog geen definitie. Voeg er een toe.")
    check_matches(request.content, bound_of(office, kept[-1].draft).definition)
    return office.requests.step(viewer, request_id, Step(Act.REVIEW, version or request.version), office.now())


def withdraw(office: Office, viewer: Viewer, request_id: str, why: str, version: int | None = None) -> Request:
    """Withdraw the request."""
    return _with_message(office, viewer, request_id, Act.WITHDRAW, why, version)


def refuse(office: Office, viewer: Viewer, request_id: str, why: str, version: int | None = None) -> Request:
    """Refuse the request."""
    return _with_message(office, viewer, request_id, Act.REFUSE, why, version)


def expire(office: Office, viewer: Viewer, request_id: str) -> Request:
    """Let a request lapse with which nothing happened for long. Raises RefusedError (E744) before the term."""

    def check(_: sqlite3.Connection, request: Request) -> None:
        until = request.changed.date() + timedelta(days=office.policy.termijnen.verlopen_dagen)
        if office.today < until:
            raise RefusedError(
                "E744", f"Deze aanvraag mag verlopen vanaf {until.isoformat()}, als er niets meer gebeurt."
            )

    return office.requests.step(viewer, request_id, Step(Act.EXPIRE, change=check), office.now())


def hand_over(office: Office, viewer: Viewer, request_id: str, version: int | None = None) -> Request:
    """Note that the print shop has the package."""
    return office.requests.step(viewer, request_id, Step(Act.HAND_OVER, version), office.now())


def mark_sent(office: Office, viewer: Viewer, request_id: str, version: int | None = None) -> Request:
    """Note that everything was posted: only what the print shop reported, and what adds up, says so.

    Raises RefusedError (E745) while the reports do not say that every letter was posted.
    """
    request = office.requests.get(viewer, request_id)
    runs = office.runs.of(viewer, request_id)
    job = runs[-1].job if runs else None
    outcome = job_standing(job, office.settings) if job else None
    if outcome is None or not outcome.sent:
        raise RefusedError(
            "E745",
            "De verslagen van de drukkerij zeggen nog niet dat elke brief gepost is. Lees het verslag in met "
            "'groeibrief package reconcile' en kijk na wat openstaat.",
        )

    def note(opened: sqlite3.Connection, found: Request) -> None:
        event = _event(office, found, "verstuurd", outcome.last_posting or office.today)
        office.register.insert(opened, viewer, event, office.now())

    return office.requests.step(
        viewer, request_id, Step(Act.SENT, version or request.version, change=note), office.now()
    )


def note_returns(office: Office, viewer: Viewer, request_id: str, version: int | None = None) -> Request:
    """Note that letters that came back were read in (``package returns``)."""
    return office.requests.step(viewer, request_id, Step(Act.RETURN, version), office.now())


def close(office: Office, viewer: Viewer, request_id: str, version: int | None = None) -> Request:
    """Close the request; from now on the retention term runs. Raises RefusedError (E746) while a breach is open."""

    def check(opened: sqlite3.Connection, request: Request) -> None:
        if opened.execute("SELECT 1 FROM datalek WHERE aanvraag = ? AND gesloten IS NULL", (request.id,)).fetchone():
            raise RefusedError("E746", "Bij deze aanvraag staat een datalek open. Sluit dat eerst.")

    return office.requests.step(viewer, request_id, Step(Act.CLOSE, version, change=check), office.now())


@dataclass(frozen=True, slots=True)
class Quote:
    """What a mailing costs and when it comes, before it is ordered. ``band``: None without a number of families."""

    status: str
    count: str
    fixed: str
    band: tuple[int, int] | None
    price: str | None
    delivery: date
    asked_on: str

    def as_json(self) -> dict[str, Any]:
        """The JSON form; amounts in euro, as text."""
        return {
            "status": self.status,
            "telling": self.count,
            "vast": self.fixed,
            "schijf": list(self.band) if self.band else None,
            "prijs": self.price,
            "richtdatum": self.delivery.isoformat(),
            "berekend_op": self.asked_on,
        }


def quote(office: Office, families: int | None = None) -> Quote:
    """The price and the expected day for about so many families: what a count answered, never an exact figure."""
    from groeibrief.disclosure import load_disclosure_policy
    from groeibrief.disclosure.answer import invoice_band

    prices, now = office.policy.prijzen, office.now()
    width = load_disclosure_policy(office.project).bestellingen.schijf
    band = None if families is None else invoice_band(families, width)
    return Quote(
        prices.status,
        f"{prices.telling:.2f}",
        f"{prices.vast:.2f}",
        band,
        f"{prices.of(band[1]):.2f}" if band else None,
        office.policy.werkdagen.delivery(now.date()),
        moment(now),
    )


def _check_texts(office: Office, content: Content) -> None:
    """The own texts against the letter that was chosen. Without one there is nothing yet to hold them against."""
    from groeibrief.letters import load_template, template_names
    from groeibrief.letters.owntexts import check_own_texts

    if content.texts and content.template in template_names(office.project):
        check_own_texts(load_template(office.project, content.template), content.texts, office.catalogue.sources)


def _with_message(
    office: Office, viewer: Viewer, request_id: str, act: Act, text: str, version: int | None, *, internal: bool = False
) -> Request:
    def write(opened: sqlite3.Connection, request: Request) -> None:
        write_message(opened, viewer, request, text, office.now(), internal=internal)

    hashes = {"bericht": sha256_bytes(text.encode())}
    return office.requests.step(viewer, request_id, Step(act, version, hashes=hashes, change=write), office.now())


def _event(office: Office, request: Request, status: str, on: date) -> Event:
    authority = office.authorities.get(request.authority)
    codes = authority.codes_on(on, office.catalogue.municipalities)
    return Event(authority.name, codes, Track.VUTG, status, on, True, f"aanvraag {request.id}")


def _check_complete(office: Office, request: Request, *, defined: bool) -> None:
    from groeibrief.letters import template_names

    content, purposes = request.content, load_purposes(office.project)
    lists = {
        "doeleinde": (content.purpose, [each.id for each in purposes.categorieen]),
        "aanbod.soort": (content.offer, [each.soort for each in purposes.aanbod]),
        "sjabloon": (content.template, list(template_names(office.project))),
    }
    found = [
        Finding(
            f"Kies '{name}' uit de lijst.", None, None, None, word or "niets", ", ".join(words), closest(word, words)
        )
        for name, (word, words) in lists.items()
        if word not in words
    ]
    if not content.offer_text.strip():
        found.append(Finding("Schrijf wat u de gezinnen aanbiedt ('aanbod.tekst')."))
    if not defined:
        found.append(Finding("Kies een doelgroep, of stel er een samen: de aanvraag heeft nog geen definitie."))
    if found:
        raise UsageError("E740", found)
    _check_texts(office, content)
