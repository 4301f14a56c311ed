"""The life of a request: its states, the acts that move it, and who may do which act in which state. Data, one table.

What else an act asks for (an agreement, a valid approval, a term that has passed) is checked where the act is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from groeibrief.casework.accounts import Role
from groeibrief.errors import RefusedError


class State(Enum):
    """Where a request stands."""

    DRAFT = "concept"
    SUBMITTED = "ingediend"
    QUESTION = "vraag"
    ANSWERED = "beantwoord"
    AGREED = "overeengekomen"
    REVIEW = "nazicht"
    APPROVED = "goedgekeurd"
    RUNNING = "loopt"
    PACKAGED = "verpakt"
    HANDED_OVER = "overgedragen"
    SENT = "verstuurd"
    RETURNS = "retour"
    CLOSED = "afgesloten"
    WITHDRAWN = "ingetrokken"
    REFUSED = "geweigerd"
    EXPIRED = "verlopen"
    ERASED = "gewist"


class Act(Enum):
    """What someone does with a request."""

    CHANGE = "wijzigen"
    SUBMIT = "indienen"
    ASK = "vragen"
    ANSWER = "antwoorden"
    MESSAGE = "bericht"
    AGREE = "overeenkomen"
    DEFINE = "definieren"
    REVIEW = "voorleggen"
    ENDORSE = "medegoedkeuren"
    APPROVE = "goedkeuren"
    SEND_BACK = "terugzenden"
    VOID = "goedkeuring-vervalt"
    ORDER = "besteld-aantal-tonen"
    RUN = "uitvoeren"
    STOP = "uitvoering-stoppen"
    SKIP = "ronde-overslaan"
    PACKAGE = "verpakken"
    HAND_OVER = "overdragen"
    SENT = "verstuurd-melden"
    RETURN = "retour-inlezen"
    CLOSE = "afsluiten"
    WITHDRAW = "intrekken"
    REFUSE = "weigeren"
    EXPIRE = "verlopen"
    ERASE = "wissen"


_AUTHORITY, _ANALYST, _DPO = Role.MUNICIPALITY, Role.ANALYST, Role.DPO
_BEFORE_RUN = (
    State.DRAFT, State.SUBMITTED, State.QUESTION, State.ANSWERED, State.AGREED, State.REVIEW, State.APPROVED,
)  # fmt: skip
_WITH_AGENCY = (State.SUBMITTED, State.ANSWERED, State.AGREED, State.REVIEW, State.APPROVED)
_OPEN = (*_BEFORE_RUN, State.RUNNING, State.PACKAGED, State.HANDED_OVER, State.SENT, State.RETURNS)
ENDED = (State.CLOSED, State.WITHDRAWN, State.REFUSED, State.EXPIRED)
"""Where nothing more happens but erasure."""

Rule = tuple[Act, tuple[State, ...], tuple[Role, ...], State | None]
"""An act, the states that it is done in, who may, and the state after it (None: it stays)."""

RULES: tuple[Rule, ...] = (
    (Act.CHANGE, (State.DRAFT, State.QUESTION), (_AUTHORITY, _ANALYST), None),
    (Act.CHANGE, (State.SUBMITTED, State.ANSWERED, State.AGREED, State.REVIEW), (_ANALYST,), None),
    (Act.CHANGE, (State.APPROVED,), (_ANALYST,), State.REVIEW),
    (Act.DEFINE, (State.DRAFT, State.QUESTION), (_AUTHORITY, _ANALYST), None),
    (Act.DEFINE, (State.SUBMITTED, State.ANSWERED, State.AGREED, State.REVIEW), (_ANALYST,), None),
    (Act.DEFINE, (State.APPROVED,), (_ANALYST,), State.REVIEW),
    (Act.SUBMIT, (State.DRAFT,), (_AUTHORITY, _ANALYST), State.SUBMITTED),
    (Act.ASK, _WITH_AGENCY, (_ANALYST, _DPO), State.QUESTION),
    (Act.ANSWER, (State.QUESTION,), (_AUTHORITY, _ANALYST), State.ANSWERED),
    (Act.MESSAGE, _OPEN, (_AUTHORITY, _ANALYST, _DPO), None),
    (Act.AGREE, (State.SUBMITTED, State.ANSWERED), (_ANALYST,), State.AGREED),
    (Act.REVIEW, (State.AGREED, State.ANSWERED), (_ANALYST,), State.REVIEW),
    (Act.ENDORSE, (State.REVIEW,), (_ANALYST, _DPO), None),
    (Act.APPROVE, (State.REVIEW,), (_ANALYST, _DPO), State.APPROVED),
    (Act.SEND_BACK, (State.REVIEW,), (_ANALYST, _DPO), State.AGREED),
    (Act.VOID, (State.APPROVED, State.REVIEW), (_ANALYST, _DPO), State.REVIEW),
    (Act.ORDER, (State.REVIEW, State.APPROVED, State.RUNNING), (_ANALYST,), None),
    (Act.RUN, (State.APPROVED, State.SENT, State.RETURNS), (_ANALYST,), State.RUNNING),
    (Act.STOP, (State.RUNNING, State.PACKAGED, State.HANDED_OVER), (_ANALYST,), State.APPROVED),
    (Act.SKIP, (State.RUNNING,), (_ANALYST,), State.SENT),
    (Act.PACKAGE, (State.RUNNING,), (_ANALYST,), State.PACKAGED),
    (Act.HAND_OVER, (State.PACKAGED,), (_ANALYST,), State.HANDED_OVER),
    (Act.SENT, (State.HANDED_OVER,), (_ANALYST,), State.SENT),
    (Act.RETURN, (State.SENT, State.RETURNS), (_ANALYST,), State.RETURNS),
    (Act.CLOSE, (State.SENT, State.RETURNS), (_ANALYST,), State.CLOSED),
    (Act.WITHDRAW, _BEFORE_RUN, (_AUTHORITY, _ANALYST), State.WITHDRAWN),
    (Act.REFUSE, _WITH_AGENCY, (_ANALYST, _DPO), State.REFUSED),
    (Act.EXPIRE, _BEFORE_RUN, (_ANALYST,), State.EXPIRED),
    (Act.ERASE, ENDED, (_ANALYST,), State.ERASED),
)

TRANSITIONS: Mapping[tuple[State, Act], tuple[frozenset[Role], State]] = MappingProxyType(
    {(state, act): (frozenset(roles), after or state) for act, states, roles, after in RULES for state in states}
)
"""Every transition that there is: who may, and where it leads. What is not in it is refused."""

NAMES: Mapping[State, str] = MappingProxyType(
    {
        State.DRAFT: "in opmaak",
        State.SUBMITTED: "ingediend",
        State.QUESTION: "vraag aan de gemeente",
        State.ANSWERED: "vraag beantwoord",
        State.AGREED: "overeenkomst geregistreerd",
        State.REVIEW: "in nazicht",
        State.APPROVED: "goedgekeurd",
        State.RUNNING: "wordt uitgevoerd",
        State.PACKAGED: "klaar voor de drukkerij",
        State.HANDED_OVER: "bij de drukkerij",
        State.SENT: "verstuurd",
        State.RETURNS: "verstuurd, terugzendingen verwerkt",
        State.CLOSED: "afgesloten",
        State.WITHDRAWN: "ingetrokken",
        State.REFUSED: "geweigerd",
        State.EXPIRED: "verlopen",
        State.ERASED: "gewist",
    }
)
"""A state in words, for anyone."""


def waits_for(state: State) -> Role | None:
    """Whose turn it is: a municipality's, an analyst's, the print shop's, or nobody's."""
    if state in (State.DRAFT, State.QUESTION):
        return Role.MUNICIPALITY
    if state is State.HANDED_OVER:
        return Role.PRINTER
    return Role.ANALYST if state in _OPEN else None


def allowed(state: State, role: Role) -> tuple[Act, ...]:
    """The acts that a role may do in a state, in the table's order."""
    return tuple(act for act in Act if role in TRANSITIONS.get((state, act), (frozenset(), state))[0])


def after(state: State, act: Act, role: Role) -> State:
    """The state after an act. Raises RefusedError (E710) when it is not done in this state, or not by this role."""
    found = TRANSITIONS.get((state, act))
    if found is None:
        message = f"'{act.value}' kan niet in de toestand '{NAMES[state]}'."
        raise RefusedError("E710", f"{message} {_possible(state, role)}")
    roles, target = found
    if role not in roles:
        may = " of ".join(sorted(each.value for each in roles))
        raise RefusedError("E710", f"'{act.value}' doet een {role.value} niet: dat doet een {may}.")
    return target


def _possible(state: State, role: Role) -> str:
    acts = allowed(state, role)
    if not acts:
        return "Er is nu niets dat u ermee kunt doen."
    return f"Wat u nu wel kunt: {', '.join(act.value for act in acts)}."
