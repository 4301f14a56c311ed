"""An answer as a municipality sees it: rounded, with its range, and the telbeurten that are left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from groeibrief.disclosure.budget import Turns
from groeibrief.disclosure.mechanism import half_width
from groeibrief.disclosure.policy import DisclosurePolicy

_MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)


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
class Answer:
    """What a municipality gets; ``voorwaarden`` is the question's identity, ``snapshot`` the snapshot's id."""

    families: Estimate
    children: Estimate | None
    child_cap: int
    turns: Turns
    asked_before: bool
    voorwaarden: str
    snapshot: str

    def as_json(self) -> dict[str, Any]:
        """What ``count --as-municipality --json`` prints (CLI.md)."""
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
            lines.append("Bij kleine aantallen is de marge ongeveer even groot als het aantal zelf.")
        if self.asked_before:
            lines.append("Deze vraag is eerder gesteld: u krijgt hetzelfde antwoord en gebruikt geen telbeurt.")
        lines.append(_turns_text(self.turns))
        return "\n".join(lines)


def _turns_text(turns: Turns) -> str:
    text = f"Telbeurten: {turns.used} gebruikt, {turns.left} over."
    return f"{text} Vanaf {dutch_day(turns.since)} komt er ruimte bij." if turns.since else text
