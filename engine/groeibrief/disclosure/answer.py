"""An answer as a municipality sees it: rounded, with its range, and the telbeurten that are left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from groeibrief.disclosure.budget import Share, Turns
from groeibrief.disclosure.mechanism import half_width
from groeibrief.disclosure.policy import DisclosurePolicy

_MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
WIDE_TEXT = "Bij kleine aantallen is de marge ongeveer even groot als het aantal zelf."
BELOW_TEXT = "Ook 'minder dan' is bij benadering: het echte aantal kan iets hoger liggen."

_SHARES = {Share.OWN: "eigen_vragen", Share.STANDARD: "standaarddoelgroepen", Share.ORDERS: "bestellingen"}


def dutch_day(day: date) -> str:
    """``3 maart 2026``."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A count as shown: fewer than ``below``, or about ``about`` and almost surely from ``low`` to ``high``.

    ``wide``: the range is about as wide as the count, which is said beside it.
    """

    below: int | None = None
    about: int = 0
    low: int = 0
    high: int = 0
    wide: bool = False

    def as_json(self) -> dict[str, int]:
        """The JSON form of CLI.md."""
        if self.below is not None:
            return {"minder_dan": self.below}
        return {"ongeveer": self.about, "van": self.low, "tot": self.high}

    def text(self, what: str) -> str:
        """``ongeveer 140 gezinnen; in 19 van de 20 gevallen tussen 130 en 150``."""
        if self.below is not None:
            return f"minder dan {self.below} {what}"
        return f"ongeveer {self.about} {what}; in 19 van de 20 gevallen tussen {self.low} en {self.high}"


def estimate(noisy: int, sigma: Fraction, policy: DisclosurePolicy) -> Estimate:
    """Show a noisy count (DISCLOSURE 5): threshold and rounding after the noise, the range rounded outward."""
    shown = policy.tonen
    if noisy < shown.drempel:
        return Estimate(below=shown.drempel)
    step, width = shown.afronding, half_width(sigma, float(shown.zekerheid))
    about = (2 * noisy + step) // (2 * step) * step
    low = max(0, (noisy - width) // step * step)
    high = -(-(noisy + width) // step) * step
    return Estimate(about=about, low=low, high=high, wide=about < shown.breed_onder)


@dataclass(frozen=True, slots=True)
class OrderFigure:
    """How many gezinnen an order reaches, as a municipality sees it, and the band by which it is invoiced.

    ``drawn_before``: the figure was drawn when this order came first. ``own``: it was paid from the own questions of at
    least one municipality, because its share for orders had no room.
    """

    families: Estimate
    band: tuple[int, int]
    drawn_before: bool
    own: bool

    def as_json(self) -> dict[str, Any]:
        """The figure in Dutch keys; nothing in it depends on the data but through the noisy count."""
        return {
            "gezinnen": self.families.as_json(),
            "factuur": {"van": self.band[0], "tot": self.band[1]},
            "eerder_getrokken": self.drawn_before,
            "uit_eigen_vragen": self.own,
        }

    def text(self) -> str:
        """The same in Dutch, one sentence a line."""
        lines = [
            f"De brief gaat naar {self.families.text('gezinnen')}.",
            f"De factuur rekent met de schijf van {self.band[0]} tot en met {self.band[1]} gezinnen.",
        ]
        if self.own:
            lines.append("De bestellingen van dit jaar zijn op: deze telt mee met uw telbeurten.")
        return "\n".join(lines)


def invoice_band(noisy: int, width: int = 50) -> tuple[int, int]:
    """The band of *width* gezinnen in which a noisy count lies, both ends included; the first from 1."""
    band = max(1, -(-noisy // width))
    return (band - 1) * width + 1, band * width


@dataclass(frozen=True, slots=True)
class Answer:
    """What a municipality gets; ``voorwaarden`` is the question's identity, ``snapshot`` the snapshot's id.

    ``cost``: what was charged for it now (rho). ``left``: what is left of each share, of the account that has least.
    ``prepared``: the answer is that of a standard audience, drawn for everyone.
    """

    families: Estimate
    children: Estimate | None
    child_cap: int
    turns: Turns
    asked_before: bool
    prepared: bool
    cost: Fraction
    left: Mapping[Share, Fraction]
    voorwaarden: str
    snapshot: str

    def as_json(self) -> dict[str, Any]:
        """What ``count --as-municipality --json`` prints (CLI.md). ``kosten`` and ``resterend`` are rho, not money."""
        children = {} if self.children is None else {"kinderen": self.children.as_json()}
        return {
            "gezinnen": self.families.as_json(),
            **children,
            "telbeurten": {
                "gebruikt": self.turns.used,
                "over": self.turns.left,
                "vanaf": self.turns.since.isoformat() if self.turns.since else None,
            },
            "eerder_gesteld": self.asked_before,
            "vooraf_getrokken": self.prepared,
            "kosten": float(self.cost),
            "resterend": {_SHARES[share]: float(left) for share, left in self.left.items()},
            "voorwaarden": self.voorwaarden,
            "snapshot": self.snapshot,
        }

    def text(self) -> str:
        """The same in Dutch, one sentence a line."""
        lines = [f"Het gaat om {self.families.text('gezinnen')}."]
        if self.children is not None:
            lines.append(f"In die gezinnen gaat het om {self.children.text('kinderen')}.")
            lines.append(f"Elk gezin telt daarbij voor hoogstens {self.child_cap} kinderen.")
        if self.families.wide or (self.children is not None and self.children.wide):
            lines.append(WIDE_TEXT)
        if any(shown is not None and shown.below is not None for shown in (self.families, self.children)):
            lines.append(BELOW_TEXT)
        if self.prepared and self.asked_before:
            lines.append("Dit antwoord is vooraf voor elke gemeente getrokken: u gebruikt geen telbeurt.")
        elif self.asked_before:
            lines.append("Deze vraag is eerder gesteld: u krijgt hetzelfde antwoord en gebruikt geen telbeurt.")
        lines.append(turns_text(self.turns))
        return "\n".join(lines)


def turns_text(turns: Turns) -> str:
    """``Telbeurten: 1 gebruikt, 11 over. Vanaf 1 maart 2026 komt er ruimte bij.``"""
    text = f"Telbeurten: {turns.used} gebruikt, {turns.left} over."
    return f"{text} Vanaf {dutch_day(turns.since)} komt er ruimte bij." if turns.since else text
