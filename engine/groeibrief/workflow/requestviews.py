"""What is shown of a request: to a municipality, to an analyst, in a worklist, in a calendar.

A municipality's view holds no exact figure, no name of an account, nothing of a family: its types have no place for it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from groeibrief.casework.accounts import Role, Viewer
from groeibrief.casework.approvals import Standing
from groeibrief.casework.cabinet import moment
from groeibrief.casework.content import Content
from groeibrief.casework.erasure import due_on
from groeibrief.casework.lifecycle import ENDED, NAMES, Act, State, allowed, waits_for
from groeibrief.casework.messages import Message, messages
from groeibrief.casework.orders import Ordered
from groeibrief.casework.requests import OPENED, Happening, Request
from groeibrief.casework.runs import Run
from groeibrief.casework.versions import Version, versions
from groeibrief.errors import UserError
from groeibrief.workflow.approvals import standing_of
from groeibrief.workflow.office import Office
from groeibrief.workflow.running import ordered_of

_WORDS = {
    OPENED: "aanvraag begonnen",
    Act.CHANGE.value: "aanvraag gewijzigd",
    Act.SUBMIT.value: "aanvraag ingediend",
    Act.ASK.value: "vraag gesteld",
    Act.ANSWER.value: "vraag beantwoord",
    Act.MESSAGE.value: "bericht geschreven",
    Act.AGREE.value: "overeenkomst geregistreerd",
    Act.DEFINE.value: "doelgroep bewaard",
    Act.REVIEW.value: "voorgelegd voor nazicht",
    Act.ENDORSE.value: "mee goedgekeurd",
    Act.APPROVE.value: "goedgekeurd",
    Act.SEND_BACK.value: "teruggestuurd naar de opsteller",
    Act.VOID.value: "goedkeuring vervallen",
    Act.ORDER.value: "aantal brieven bij benadering getoond",
    Act.RUN.value: "uitvoering begonnen",
    Act.STOP.value: "uitvoering gestopt",
    Act.SKIP.value: "ronde overgeslagen",
    Act.PACKAGE.value: "pakket klaar",
    Act.HAND_OVER.value: "bij de drukkerij",
    Act.SENT.value: "verstuurd",
    Act.RETURN.value: "teruggekomen brieven verwerkt",
    Act.CLOSE.value: "afgesloten",
    Act.WITHDRAW.value: "ingetrokken",
    Act.REFUSE.value: "geweigerd",
    Act.EXPIRE.value: "verlopen",
    Act.ERASE.value: "persoonsgegevens gewist",
}
_INSIDE = {Act.ENDORSE.value, Act.SEND_BACK.value, Act.VOID.value, Act.RUN.value, Act.STOP.value}
"""What the agency keeps to itself: how it reviews, and when it reads data."""
_VUTG = "VUTG"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A line of the timeline. ``who``: an account for the agency; else ``gemeente`` or ``VUTG``."""

    when: datetime
    act: str
    words: str
    who: str
    state: str

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "wanneer": moment(self.when),
            "daad": self.act,
            "tekst": self.words,
            "wie": self.who,
            "toestand": self.state,
        }


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message as it is shown."""

    when: datetime
    who: str
    internal: bool
    text: str

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {"wanneer": moment(self.when), "wie": self.who, "intern": self.internal, "tekst": self.text}


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """What a municipality sees of a round: about how many families, the band that is invoiced, its price in euro."""

    round: int
    families: dict[str, int]
    band: tuple[int, int]
    price: str

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {"ronde": self.round, "gezinnen": self.families, "schijf": list(self.band), "prijs": self.price}


@dataclass(frozen=True, slots=True)
class RequestForAuthority:
    """A request as its municipality sees it: never personal, never exact. ``acts``: what it can do now."""

    id: str
    authority: str
    authority_name: str
    state: State
    version: int
    content: Content
    audience: str | None
    waits_for_us: bool
    acts: tuple[Act, ...]
    agreement: tuple[str, date] | None
    clone_of: str | None
    timeline: tuple[TimelineEntry, ...]
    messages: tuple[ShownMessage, ...]
    orders: tuple[ShownOrder, ...]
    synthetic: bool

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "aanvraag": self.id,
            "bestuur": self.authority,
            "bestuursnaam": self.authority_name,
            "toestand": self.state.value,
            "toestand_tekst": NAMES[self.state],
            "versie": self.version,
            "inhoud": self.content.as_json(),
            "doelgroep": self.audience,
            "aan_zet": self.waits_for_us,
            "mogelijk": [act.value for act in self.acts],
            "overeenkomst": _agreement(self.agreement),
            "kloon_van": self.clone_of,
            "tijdlijn": [entry.as_json() for entry in self.timeline],
            "berichten": [message.as_json() for message in self.messages],
            "brieven_bij_benadering": [order.as_json() for order in self.orders],
            "synthetisch": self.synthetic,
        }


@dataclass(frozen=True, slots=True)
class RequestForAnalyst:
    """A request as the agency sees it. ``standing`` is None, with ``fault``, when the definition cannot be read."""

    shown: RequestForAuthority
    versions: tuple[Version, ...]
    standing: Standing | None
    fault: str | None
    runs: tuple[Run, ...]
    erasable_on: date | None

    def as_json(self) -> dict[str, Any]:
        """The JSON form: the municipality's, with what is the agency's alone."""
        return {
            **self.shown.as_json(),
            "definities": [version.as_json() for version in self.versions],
            "goedkeuring": self.standing.as_json() if self.standing else None,
            "fout_in_definitie": self.fault,
            "uitvoeringen": [run.as_json() for run in self.runs],
            "te_wissen_vanaf": self.erasable_on.isoformat() if self.erasable_on else None,
        }


@dataclass(frozen=True, slots=True)
class WorklistRow:
    """A request in a list; ``waits_for``: whose turn it is; ``days``: how long nothing changed."""

    id: str
    authority: str
    authority_name: str
    title: str
    state: State
    waits_for: Role | None
    days: int
    wished_on: date | None
    needs_dpo: bool
    version: int

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "aanvraag": self.id,
            "bestuur": self.authority,
            "bestuursnaam": self.authority_name,
            "titel": self.title,
            "toestand": self.state.value,
            "toestand_tekst": NAMES[self.state],
            "aan_zet": self.waits_for.value if self.waits_for else None,
            "dagen": self.days,
            "gewenst_op": self.wished_on.isoformat() if self.wished_on else None,
            "dpo": self.needs_dpo,
            "versie": self.version,
        }


@dataclass(frozen=True, slots=True)
class Worklist:
    """The requests that a viewer may see, the longest untouched first, and how many there are in each state."""

    rows: tuple[WorklistRow, ...]
    totals: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {"aanvragen": [row.as_json() for row in self.rows], "totalen": self.totals}


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A day in the calendar of mailings: what is expected or was done then."""

    on: date
    request: str
    authority_name: str
    title: str
    what: str

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "dag": self.on.isoformat(),
            "aanvraag": self.request,
            "bestuursnaam": self.authority_name,
            "titel": self.title,
            "wat": self.what,
        }


def request_for_authority(office: Office, viewer: Viewer, request_id: str) -> RequestForAuthority:
    """A request for its municipality, or as its municipality sees it. Raises RefusedError (E701)."""
    return _shown(office, viewer, office.requests.get(viewer, request_id), inside=False)


def request_for_analyst(office: Office, viewer: Viewer, request_id: str) -> RequestForAnalyst:
    """A request for the agency. Raises RefusedError (E701), also for a municipality's own."""
    request = office.requests.get(viewer, request_id)
    if not viewer.role.sees_requests:
        # The same words as for a request that is not there: this view of it is not.
        office.requests.get(Viewer(viewer.account, Role.ADMINISTRATOR), request_id)
    standing, fault = None, None
    try:
        standing = standing_of(office, viewer, request_id)
    except UserError as error:
        fault = str(error)
    return RequestForAnalyst(
        _shown(office, viewer, request, inside=True),
        versions(office.requests, viewer, request_id),
        standing,
        fault,
        office.runs.of(viewer, request_id),
        due_on(request, office.policy.bewaring) if request.state in ENDED else None,
    )


def definitions_of(office: Office, viewer: Viewer, request_id: str) -> tuple[Version, ...]:
    """Every version of a request's definition, oldest first. Raises RefusedError (E701)."""
    return versions(office.requests, viewer, request_id)


def worklist(office: Office, viewer: Viewer, states: tuple[State, ...] = ()) -> Worklist:
    """The requests that this viewer may see, those of one's own authority for a municipality."""
    names = {authority.kbo: authority.name for authority in office.authorities.all()}
    rows = []
    found = office.requests.all(viewer)
    for request in found:
        if states and request.state not in states:
            continue
        kept = versions(office.requests, viewer, request.id)
        rows.append(
            WorklistRow(
                request.id,
                request.authority,
                names[request.authority],
                request.content.title,
                request.state,
                waits_for(request.state),
                (office.today - request.changed.date()).days,
                request.content.wished_on,
                bool(kept) and kept[-1].draft.needs_dpo,
                request.version,
            )
        )
    totals = Counter(request.state for request in found)
    return Worklist(tuple(rows), {state.value: totals[state] for state in State if totals[state]})


def calendar(office: Office, viewer: Viewer) -> tuple[CalendarEntry, ...]:
    """The days of mailings that are under way: wished, run, posted in waves; by day. For one's own authority too."""
    names = {authority.kbo: authority.name for authority in office.authorities.all()}
    entries: list[tuple[date, Request, str]] = []
    running = (State.RUNNING, State.PACKAGED, State.HANDED_OVER, State.SENT, State.RETURNS)
    for request in office.requests.all(viewer, (State.AGREED, State.REVIEW, State.APPROVED, *running)):
        if request.content.wished_on and request.state not in running:
            entries.append((request.content.wished_on, request, "gewenste dag"))
        outline = office.runs.outline(viewer, request.id)
        entries += [(day, request, f"ronde {number} uitgevoerd") for number, day, _ in outline]
        for ordered in ordered_of(office, viewer, request.id):
            entries += [
                (day, request, f"ronde {ordered.round}: {what}") for day, what in _waves(office, request, ordered)
            ]
    entries.sort(key=lambda entry: (entry[0], entry[1].id, entry[2]))
    return tuple(
        CalendarEntry(day, request.id, names[request.authority], request.content.title, what)
        for day, request, what in entries
    )


def _waves(office: Office, request: Request, ordered: Ordered) -> list[tuple[date, str]]:
    """The weeks of posting, by the figure that everyone may see."""
    weekly = request.content.per_week
    begins = request.content.wished_on or office.policy.werkdagen.delivery(ordered.when.date())
    if weekly is None:
        return [(begins, "brieven in de bus (richtdatum)")]
    weeks = -(-ordered.band[1] // weekly)
    return [(begins + timedelta(weeks=week), f"golf {week + 1} van {weeks} (richtdatum)") for week in range(weeks)]


def _shown(office: Office, viewer: Viewer, request: Request, *, inside: bool) -> RequestForAuthority:
    authority = office.authorities.get(request.authority)
    kept = versions(office.requests, viewer, request.id)
    happened = office.requests.history(viewer, request.id)
    own = Role.MUNICIPALITY if not inside else viewer.role
    turn = waits_for(request.state)
    return RequestForAuthority(
        request.id,
        request.authority,
        authority.name,
        request.state,
        request.version,
        request.content,
        kept[-1].draft.doelgroep if kept else None,
        turn is own,
        allowed(request.state, viewer.role),
        request.agreement,
        request.clone_of,
        tuple(_line(each, inside=inside) for each in happened if inside or each.act not in _INSIDE),
        tuple(
            _message(each, inside=inside)
            for each in messages(office.requests, viewer, request.id)
            if inside or not each.internal
        ),
        tuple(_order(office, each) for each in ordered_of(office, viewer, request.id)),
        any(invented for _, _, invented in office.runs.outline(viewer, request.id)),
    )


def _line(each: Happening, *, inside: bool) -> TimelineEntry:
    return TimelineEntry(
        each.when, each.act, _WORDS[each.act], _who(each.role, each.who, inside=inside), each.after.value
    )


def _message(each: Message, *, inside: bool) -> ShownMessage:
    return ShownMessage(each.when, _who(each.role, each.who, inside=inside), each.internal, each.text)


def _who(role: Role, account: str, *, inside: bool) -> str:
    if inside:
        return account
    return "gemeente" if role is Role.MUNICIPALITY else _VUTG


def _order(office: Office, ordered: Ordered) -> ShownOrder:
    price = office.policy.prijzen.of(ordered.band[1])
    return ShownOrder(ordered.round, dict(ordered.shown["gezinnen"]), ordered.band, f"{price:.2f}")


def _agreement(agreement: tuple[str, date] | None) -> dict[str, str] | None:
    return {"referentie": agreement[0], "datum": agreement[1].isoformat()} if agreement else None
