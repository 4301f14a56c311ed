"""The life of a protocol: its states, the acts that move it, and who may do which act in which state. One table.

What else an act asks for (an advice, a confirmed key, a second person) is checked where the act is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from groeibrief.errors import RefusedError


class Role(Enum):
    """Who acts. ``PARTY``: the municipality, at the counter; ``SYSTEM`` is no account: it lets a protocol lapse."""

    HANDLER = "behandelaar"
    DPO = "dpo"
    PARTY = "bestuur"
    SYSTEM = "systeem"


class State(Enum):
    """Where a protocol stands."""

    DRAFT = "concept"
    DECIDED = "besluit"
    ADVISED = "geadviseerd"
    DISADVISED = "ongunstig"
    CONCLUDED = "afgesloten"
    RECEIVED = "lijst-ontvangen"
    STOPPED = "stop"
    READY = "antwoord-klaar"
    ANSWERED = "beantwoord"
    CLOSED = "beeindigd"
    EXPIRED = "verlopen"
    WITHDRAWN = "ingetrokken"


class Act(Enum):
    """What someone does with a protocol."""

    REGISTER_KEYS = "sleutels-registreren"
    CONFIRM_KEYS = "sleutels-bevestigen"
    ATTACH = "besluit-toevoegen"
    ADVISE = "adviseren"
    ADVICE_COMPLETE = "advies-volledig"
    ADVISE_AGAINST = "ongunstig-adviseren"
    CONCLUDE = "afsluiten"
    OFFER = "lijst-aanbieden"
    REFUSE_LIST = "lijst-weigeren"
    RECEIVE = "lijst-ontvangen"
    MATCH = "vergelijken"
    STOP = "stoppen"
    RELEASE = "stop-opheffen"
    DROP = "lijst-verwerpen"
    APPROVE = "goedkeuren"
    ANSWER = "antwoorden"
    FETCH = "afhalen"
    OFFER_AGAIN = "opnieuw-aanbieden"
    CONFIRM = "ontvangst-bevestigen"
    CLOSE = "beeindigen"
    WITHDRAW = "intrekken"
    EXPIRE = "verlopen"


_HANDLER, _DPO, _PARTY, _SYSTEM = Role.HANDLER, Role.DPO, Role.PARTY, Role.SYSTEM
_BEFORE = (State.DRAFT, State.DECIDED, State.ADVISED)
_AT_WORK = (State.RECEIVED, State.STOPPED, State.READY)
_AFTER_CONCLUSION = (State.CONCLUDED, *_AT_WORK, State.ANSWERED)
OPEN = (*_BEFORE, State.DISADVISED, State.CONCLUDED, *_AT_WORK, State.ANSWERED)
"""Where something can still happen."""

Rule = tuple[Act, tuple[State, ...], tuple[Role, ...], State | None]
"""An act, the states that it is done in, who may, and the state after it (None: it stays)."""

RULES: tuple[Rule, ...] = (
    (Act.REGISTER_KEYS, (*_BEFORE, State.CONCLUDED, State.ANSWERED), (_HANDLER,), None),
    (Act.CONFIRM_KEYS, (*_BEFORE, State.CONCLUDED, State.ANSWERED), (_HANDLER, _DPO), None),
    (Act.ATTACH, (State.DRAFT,), (_HANDLER,), State.DECIDED),
    (Act.ADVISE, (State.DECIDED,), (_HANDLER, _DPO), None),
    (Act.ADVICE_COMPLETE, (State.DECIDED,), (_HANDLER, _DPO), State.ADVISED),
    (Act.ADVISE_AGAINST, (State.DECIDED,), (_HANDLER, _DPO), State.DISADVISED),
    (Act.CONCLUDE, (State.ADVISED,), (_HANDLER,), State.CONCLUDED),
    (Act.OFFER, (State.CONCLUDED, State.ANSWERED), (_PARTY,), None),
    (Act.REFUSE_LIST, (State.CONCLUDED, State.ANSWERED), (_HANDLER,), None),
    (Act.RECEIVE, (State.CONCLUDED, State.ANSWERED), (_HANDLER,), State.RECEIVED),
    (Act.MATCH, (State.RECEIVED, State.READY), (_HANDLER,), State.READY),
    (Act.STOP, (State.RECEIVED, State.READY), (_HANDLER,), State.STOPPED),
    (Act.RELEASE, (State.STOPPED,), (_DPO,), State.READY),
    (Act.DROP, _AT_WORK, (_HANDLER, _DPO), State.CONCLUDED),
    (Act.APPROVE, (State.READY,), (_HANDLER,), None),
    (Act.ANSWER, (State.READY,), (_HANDLER,), State.ANSWERED),
    (Act.FETCH, _AFTER_CONCLUSION, (_PARTY,), None),
    (Act.OFFER_AGAIN, _AFTER_CONCLUSION, (_HANDLER,), None),
    (Act.CONFIRM, (State.ANSWERED,), (_PARTY,), None),
    (Act.CLOSE, (State.ANSWERED,), (_HANDLER,), State.CLOSED),
    (Act.WITHDRAW, OPEN, (_HANDLER, _DPO), State.WITHDRAWN),
    # An answered protocol has done what it was for: it is closed, and does not lapse.
    (Act.EXPIRE, tuple(state for state in OPEN if state is not State.ANSWERED), (_SYSTEM,), State.EXPIRED),
)

TRANSITIONS: Mapping[tuple[State, Act], tuple[frozenset[Role], State]] = MappingProxyType(
    {(state, act): (frozenset(roles), after or state) for act, states, roles, after in RULES for state in states}
)
"""Every transition that there is: who may, and where it leads. What is not in it is refused."""

NAMES: Mapping[State, str] = MappingProxyType(
    {
        State.DRAFT: "in opmaak",
        State.DECIDED: "collegebesluit toegevoegd",
        State.ADVISED: "gunstig advies",
        State.DISADVISED: "ongunstig advies",
        State.CONCLUDED: "afgesloten",
        State.RECEIVED: "lijst ontvangen",
        State.STOPPED: "gestopt: wacht op de DPO",
        State.READY: "antwoord klaar",
        State.ANSWERED: "beantwoord",
        State.CLOSED: "beëindigd",
        State.EXPIRED: "verlopen",
        State.WITHDRAWN: "ingetrokken",
    }
)
"""A state in words, for anyone."""


def allowed(state: State, role: Role) -> tuple[Act, ...]:
    """The acts that a role may do in a state, in the table's order."""
    return tuple(act for act in Act if role in TRANSITIONS.get((state, act), (frozenset(), state))[0])


def after(state: State, act: Act, role: Role) -> State:
    """The state after an act. Raises RefusedError (E810) when it is not done in this state, or not by this role."""
    found = TRANSITIONS.get((state, act))
    if found is None:
        acts = ", ".join(each.value for each in allowed(state, role))
        possible = f"Wat u nu wel kunt: {acts}." if acts else "Er is nu niets dat u ermee kunt doen."
        raise RefusedError("E810", f"'{act.value}' kan niet in de toestand '{NAMES[state]}'. {possible}")
    roles, target = found
    if role not in roles:
        may = " of ".join(sorted(each.value for each in roles))
        raise RefusedError("E810", f"'{act.value}' doet een {role.value} niet: dat doet een {may}.")
    return target
