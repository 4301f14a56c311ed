"""What a question costs, from its text alone, and whether a municipality has room for it.

Never reads data (import-linter forbids it): a charge, a refusal or a date can therefore tell nothing about a family.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction

from groeibrief.calendar import Month
from groeibrief.disclosure.policy import DisclosurePolicy
from groeibrief.query import Question, sources_used


class Quantity(Enum):
    """What is counted; each is an answer, and a charge, of its own."""

    FAMILIES = "gezinnen"
    CHILDREN = "kinderen"


class Share(Enum):
    """From which part of a municipality's budget an answer is paid; a share never pays for another's answers."""

    OWN = "eigen"
    STANDARD = "standaard"
    ORDERS = "bestelling"

    def of(self, policy: DisclosurePolicy) -> Fraction:
        """How much (rho) there is of it in a window."""
        shares = policy.aandelen
        sizes = {
            Share.OWN: shares.eigen_vragen,
            Share.STANDARD: shares.standaarddoelgroepen,
            Share.ORDERS: shares.bestellingen,
        }
        return Fraction(sizes[self])


@dataclass(frozen=True, slots=True)
class Price:
    """One answer: what it costs (rho) and how it is drawn."""

    quantity: Quantity
    sensitive: bool
    cost: Fraction
    sigma: Fraction
    sensitivity: int


@dataclass(frozen=True, slots=True)
class Charge:
    """What was charged to a municipality on a day."""

    day: date
    cost: Fraction
    sensitive: bool


@dataclass(frozen=True, slots=True)
class Turns:
    """The budget as a user sees it: *telbeurten*, ordinary questions. ``since``: the day on which more come back."""

    used: int
    left: int
    since: date | None


class Obstacle(Enum):
    """Why there is no room."""

    BUDGET = "budget"
    SENSITIVE = "gevoelig"


@dataclass(frozen=True, slots=True)
class NoRoom:
    """Why a question does not fit, and the first day on which it does (None: never, however long one waits)."""

    obstacle: Obstacle
    since: date | None


def prices(
    question: Question, policy: DisclosurePolicy, sensitive_sources: Collection[str], *, children: bool
) -> tuple[Price, ...]:
    """What an own question costs: an answer on families, and when asked one on children."""
    sensitive = not set(sources_used(question)).isdisjoint(sensitive_sources)
    quantities = (Quantity.FAMILIES, Quantity.CHILDREN) if children else (Quantity.FAMILIES,)
    return tuple(_price(policy, quantity, sensitive) for quantity in quantities)


def _price(policy: DisclosurePolicy, quantity: Quantity, sensitive: bool) -> Price:
    children = quantity is Quantity.CHILDREN
    return Price(
        quantity,
        sensitive,
        policy.cost(sensitive=sensitive, children=children),
        policy.sigma(sensitive=sensitive, children=children),
        policy.kinderen.hoogstens_per_gezin if children else 1,
    )


def standard_price(question: Question, policy: DisclosurePolicy, sensitive_sources: Collection[str]) -> Price:
    """What the answer on one standard audience costs (DISCLOSURE 6)."""
    sensitive = not set(sources_used(question)).isdisjoint(sensitive_sources)
    return Price(Quantity.FAMILIES, sensitive, policy.standard_cost, Fraction(policy.ruis.standaard), 1)


def order_price(question: Question, policy: DisclosurePolicy, sensitive_sources: Collection[str]) -> Price:
    """What the figure shown with an order costs (DISCLOSURE 8), on gezinnen: each is moved by one at most."""
    sensitive = not set(sources_used(question)).isdisjoint(sensitive_sources)
    return Price(Quantity.FAMILIES, sensitive, policy.order_cost, Fraction(policy.ruis.bestelling), 1)


def released_on(day: date, policy: DisclosurePolicy) -> date:
    """The day on which a charge of *day* no longer counts: the same day, a window later (the next where missing)."""
    month = Month.of(day).plus(policy.venster_maanden)
    if day.day > month.last_day.day:
        return month.plus(1).first_day
    return date(month.year, month.month, day.day)


class Account:
    """One share of a municipality's budget and what was charged to it, seen on one day."""

    def __init__(
        self, policy: DisclosurePolicy, charges: Iterable[Charge], today: date, share: Share = Share.OWN
    ) -> None:
        self._policy = policy
        self._share = share.of(policy)
        self._limited = share is Share.OWN
        self._today = today
        self._running = [charge for charge in charges if today < released_on(charge.day, policy)]

    def _left_on(self, day: date) -> list[Charge]:
        return [charge for charge in self._running if day < released_on(charge.day, self._policy)]

    def _days(self) -> list[date]:
        """Today, and the days on which something comes back."""
        return sorted({self._today, *(released_on(charge.day, self._policy) for charge in self._running)})

    def _obstacle(self, asked: tuple[Price, ...], day: date) -> Obstacle | None:
        running = self._left_on(day)
        cost = sum((price.cost for price in asked), Fraction())
        if cost + sum((charge.cost for charge in running), Fraction()) > self._share:
            return Obstacle.BUDGET
        sensitive = sum(price.sensitive for price in asked) if self._limited else 0
        if sensitive and sensitive + sum(charge.sensitive for charge in running) > self._policy.hoogstens_gevoelig:
            return Obstacle.SENSITIVE
        return None

    def room(self, asked: tuple[Price, ...]) -> NoRoom | None:
        """None when *asked* fits today; else why not, and from when."""
        obstacle = self._obstacle(asked, self._today)
        if obstacle is None:
            return None
        since = next((day for day in self._days() if self._obstacle(asked, day) is None), None)
        return NoRoom(obstacle, since)

    @property
    def left(self) -> Fraction:
        """How much (rho) of the share is left; nothing when a stricter policy came after the charges."""
        return max(Fraction(), self._share - sum((charge.cost for charge in self._running), Fraction()))

    @property
    def turns(self) -> Turns:
        """How many ordinary questions were used, and how many still fit."""
        ordinary = self._policy.cost(sensitive=False, children=False)
        total = self._share // ordinary

        def left_on(day: date) -> int:
            spent = sum((charge.cost for charge in self._left_on(day)), Fraction())
            return max(0, (self._share - spent) // ordinary)

        left = left_on(self._today)
        since = next((day for day in self._days() if left_on(day) > left), None)
        return Turns(total - left, left, since)
