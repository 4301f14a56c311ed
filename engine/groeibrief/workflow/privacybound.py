"""The bound that the disclosure policy proves, beside that of a proposed one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groeibrief.catalog import find_project

if TYPE_CHECKING:
    from groeibrief.disclosure.bound import Bound, Bounds

_NAMES = ("eigen vragen", "standaarddoelgroepen", "bestellingen", "alles samen", "twee gemeenten samen")


@dataclass(frozen=True)
class Comparison:
    """The bounds of the policy in force, and those of a proposal (None: there is none)."""

    current: Bounds
    proposed: Bounds | None

    def as_json(self) -> dict[str, Any]:
        """What ``disclosure bound --json`` prints; a bound of 0.69 is right 69 times in 100."""
        return {
            "grenzen": _as_json(self.current),
            "voorstel": _as_json(self.proposed) if self.proposed else None,
        }

    def text(self) -> str:
        """A Dutch table, with what it says below."""
        heads = ["", "budget", "berekend", "formule"]
        rows = [[name, *_cells(bound)] for name, bound in zip(_NAMES, _listed(self.current), strict=True)]
        if self.proposed:
            heads += ["| voorstel:", "berekend", "formule"]
            for row, bound in zip(rows, _listed(self.proposed), strict=True):
                row += _cells(bound)
        widths = [max(len(line[place]) for line in [heads, *rows]) for place in range(len(heads))]
        lines = [
            "  ".join(
                [
                    line[0].ljust(widths[0]),
                    *(text.rjust(width) for text, width in zip(line[1:], widths[1:], strict=True)),
                ]
            ).rstrip()
            for line in [heads, *rows]
        ]
        now = self.current.whole
        told = [
            "Hoe vaak een aanvaller juist raadt die alles weet behalve één gegeven van één gezin, en een heel jaar",
            "budget daaraan besteedt. Wie een muntje opgooit, raadt in 50 % van de gevallen juist.",
            "",
            *lines,
            "",
            f"Slechtste verdeling van een jaar: {_allocation(now)}.",
            "Berekend: uit het privacyverlies van de discrete Gauss zelf. Formule: Φ(√(2ρ)/2), met ρ het budget.",
        ]
        if self.proposed:
            after = self.proposed.whole
            told += [
                f"Slechtste verdeling na het voorstel: {_allocation(after)}.",
                f"De grens gaat van {_percent(now.computed)} naar {_percent(after.computed)}.",
            ]
        return "\n".join(told)


def privacy_bound(project: Path | None, proposal: Path | None) -> Comparison:
    """The bounds of the project's policy, and of the one in the file *proposal*.

    Raises DefinitionError (E330, E301, E302) when one of them is no policy.
    """
    from groeibrief.disclosure.bound import bounds
    from groeibrief.disclosure.policy import load_disclosure_policy, read_disclosure_policy

    current = load_disclosure_policy(find_project(None, project))
    proposed = read_disclosure_policy(proposal, str(proposal)) if proposal else None
    return Comparison(bounds(current), bounds(proposed) if proposed else None)


def _listed(found: Bounds) -> tuple[Bound, ...]:
    return (*found.shares.values(), found.whole, found.pooled)


def _as_json(found: Bounds) -> list[dict[str, Any]]:
    return [
        {
            "aandeel": name.replace(" ", "_"),
            "budget": float(bound.cost),
            "berekend": round(bound.computed, 6),
            "formule": round(bound.formula, 6),
            "verdeling": {draw.what: number for draw, number in bound.allocation.items()},
        }
        for name, bound in zip(_NAMES, _listed(found), strict=True)
    ]


def _cells(bound: Bound) -> list[str]:
    return [f"{float(bound.cost):g}".replace(".", ","), _percent(bound.computed), _percent(bound.formula)]


def _percent(chance: float) -> str:
    return f"{100 * chance:.2f} %".replace(".", ",")


def _allocation(bound: Bound) -> str:
    return ", ".join(f"{number} × {draw.what}" for draw, number in bound.allocation.items())
