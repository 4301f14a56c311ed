"""The attack on the budget itself: what refusals tell, when they depend on the data."""

from __future__ import annotations

from attack_bounds import Draws
from attack_desk import Attack, Desk
from attack_linear import a_child, padded, target
from attack_world import SECRET, has

from groeibrief.query import And

NINE = 9
TURNS, ROUNDS = 12, 14


class BudgetAsOracle(Attack):
    name = "budget as oracle"
    how = (
        "asks for one gezin and nine known families, fourteen times, and looks only at which questions are refused and "
        "never at a number; a number withheld under 10 is a refusal, and of raw counts so is one under 10"
    )
    knows = "everything about every family, but for one bit of one gezin"
    draws: tuple[Draws, ...] = ()

    def play(self, desk: Desk) -> bool:
        one = And((a_child(has(SECRET)), target(desk.world)))
        refused = []
        for number in range(ROUNDS):
            # Another question each time, about the same gezin: wider and wider, and cut down to it again.
            again = And((one, padded(one, desk.world, number)))
            refused.append(desk.protection.withholds(desk.ask(padded(again, desk.world, NINE))))
        if refused == [False] * TURNS + [True] * (ROUNDS - TURNS):
            return desk.guess(0)
        return not refused[0]
