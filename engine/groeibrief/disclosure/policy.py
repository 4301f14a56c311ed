"""The policy on counts that leave the agency (``rules/policies/disclosure.yaml``), with the bound that it proves.

The unit of privacy is one gezin; a cost is in zero-concentrated differential privacy (rho), kept exact as a fraction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated

from groeibrief.catalog.project import Project
from groeibrief.catalog.records import AtLeast, finding_at, place, read_record
from groeibrief.documents import Node, read_yaml
from groeibrief.errors import DefinitionError, Finding

FILE = "disclosure.yaml"

Positive = Annotated[Decimal, AtLeast(0, strict=True)]
PositiveInt = Annotated[int, AtLeast(1)]

# Engines count at most three children of a gezin (``Counts.children_capped``); a smaller number here would promise less
# sensitivity than there is.
COUNTED_CHILDREN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How a year's budget is divided (DISCLOSURE 3)."""

    eigen_vragen: Positive
    standaarddoelgroepen: Annotated[Decimal, AtLeast(0)]
    bestellingen: Annotated[Decimal, AtLeast(0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sigmas:
    """Standard deviation of the noise, in gezinnen: own questions, those on a sensitive source, standard audiences,
    and the figure shown with an order.
    """

    gewoon: Positive
    gevoelig: Positive
    standaard: Positive
    bestelling: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildCap:
    """How many children of one gezin count, and how much wider the noise on children is (DISCLOSURE 2)."""

    hoogstens_per_gezin: Annotated[int, AtLeast(COUNTED_CHILDREN)]
    sigma_factor: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How a noisy count is shown (DISCLOSURE 5): post-processing, so it costs nothing."""

    drempel: Annotated[int, AtLeast(0)]
    afronding: PositiveInt
    zekerheid: Positive
    breed_onder: Annotated[int, AtLeast(0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """How many standard audiences there are at most, and on which snapshot they are drawn (DISCLOSURE 6).

    ``snapshot``: a snapshot's id; None: the first that is prepared, which then stays for a window, because the memory
    of the draws says which one it was. ``peildatum`` None: the first day of the month of extraction.
    """

    hoogstens: PositiveInt
    snapshot: str | None
    peildatum: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """How many orders of a window show a figure out of their own share, and the width of the invoice's bands."""

    hoogstens: PositiveInt
    schijf: PositiveInt


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyst:
    """Within how many working days an analyst answers a question put to one (DISCLOSURE 7)."""

    werkdagen: PositiveInt


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosurePolicy:
    """The whole policy. ``stap_milliseconden``: a count for a municipality takes a whole number of these."""

    versie: PositiveInt
    venster_maanden: PositiveInt
    budget: Positive
    aandelen: Shares
    ruis: Sigmas
    hoogstens_gevoelig: Annotated[int, AtLeast(0)]
    kinderen: ChildCap
    tonen: Shown
    standaard: Standard
    bestellingen: Orders
    stap_milliseconden: PositiveInt
    analist: Analyst

    @property
    def bound(self) -> float:
        """How often an attacker who spends the whole budget on one gezin's secret bit can be right: Φ(√(2ρ)/2)."""
        return formula(Fraction(self.budget))

    @property
    def standard_cost(self) -> Fraction:
        """What the answer on one standard audience costs."""
        return 1 / (2 * Fraction(self.ruis.standaard) ** 2)

    @property
    def order_cost(self) -> Fraction:
        """What the figure shown with one order costs."""
        return 1 / (2 * Fraction(self.ruis.bestelling) ** 2)

    def sigma(self, *, sensitive: bool, children: bool) -> Fraction:
        """The standard deviation of an own question's noise."""
        base = Fraction(self.ruis.gevoelig if sensitive else self.ruis.gewoon)
        return base * Fraction(self.kinderen.sigma_factor) if children else base

    def cost(self, *, sensitive: bool, children: bool) -> Fraction:
        """What one answer of an own question costs: Δ²/2σ²."""
        sensitivity = self.kinderen.hoogstens_per_gezin if children else 1
        return Fraction(sensitivity**2) / (2 * self.sigma(sensitive=sensitive, children=children) ** 2)


def formula(cost: Fraction) -> float:
    """The continuous Gaussian's bound for a cost (rho): Φ(√(2ρ)/2)."""
    return 0.5 * (1 + math.erf(math.sqrt(2 * float(cost)) / 2 / math.sqrt(2)))


def load_disclosure_policy(project: Project) -> DisclosurePolicy:
    """Read and check the project's policy. Raises as :func:`read_disclosure_policy`."""
    path = project.rules / "policies" / FILE
    return read_disclosure_policy(path, path.relative_to(project.root).as_posix())


def read_disclosure_policy(path: Path, name: str) -> DisclosurePolicy:
    """Read and check the policy in a file, called *name* in what is found.

    Raises DefinitionError E330 (all findings at once), E301 and E302 as ``read_yaml``.
    """
    document = read_yaml(path, shown_as=name)
    policy, findings = read_record(DisclosurePolicy, document, name)
    if policy is not None:
        findings = _inconsistencies(policy, document, name)
    if policy is None or findings:
        raise DefinitionError("E330", findings)
    return policy


def _inconsistencies(policy: DisclosurePolicy, document: Node, name: str) -> list[Finding]:
    findings = []

    def report(path: tuple[str, ...], message: str) -> None:
        findings.append(finding_at(name, place(document, path), message))

    shares = policy.aandelen
    total = shares.eigen_vragen + shares.standaarddoelgroepen + shares.bestellingen
    if total != policy.budget:
        report(("aandelen",), f"De aandelen zijn samen {_plain(total)}, het budget is {_plain(policy.budget)}.")
    if policy.ruis.gevoelig < policy.ruis.gewoon:
        report(("ruis", "gevoelig"), "De ruis voor een gevoelige bron mag niet kleiner zijn dan de gewone.")
    for kind in ("standaard", "bestelling"):
        if getattr(policy.ruis, kind) < policy.ruis.gevoelig:
            report(
                ("ruis", kind), "Deze ruis dient ook voor gevoelige bronnen en mag niet kleiner zijn dan die ervoor."
            )
    if policy.tonen.zekerheid >= 1:
        report(("tonen", "zekerheid"), "De zekerheid moet kleiner zijn dan 1.")
    for sensitive, where in ((False, ("ruis", "gewoon")), (True, ("ruis", "gevoelig"))):
        cost = sum(policy.cost(sensitive=sensitive, children=children) for children in (False, True))
        if cost > Fraction(shares.eigen_vragen):
            report(where, "Met deze ruis past zelfs één vraag met kinderen niet in het aandeel eigen_vragen.")
    if policy.standaard.hoogstens * policy.standard_cost > Fraction(shares.standaarddoelgroepen):
        what = f"Met deze ruis passen {policy.standaard.hoogstens} standaarddoelgroepen niet in hun aandeel"
        report(("ruis", "standaard"), f"{what} ({_plain(shares.standaarddoelgroepen)}).")
    if policy.bestellingen.hoogstens * policy.order_cost > Fraction(shares.bestellingen):
        what = f"Met deze ruis passen {policy.bestellingen.hoogstens} bestellingen niet in hun aandeel"
        report(("ruis", "bestelling"), f"{what} ({_plain(shares.bestellingen)}).")
    return findings


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}".replace(".", ",")
