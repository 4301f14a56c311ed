"""The counter at which an attacker asks, and what every attack is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from random import Random
from typing import ClassVar

from attack_bounds import Draws, best
from attack_protections import Protection, Reply
from attack_world import FAMILIES, TORHOUT, Bits, World, ask, make_world

from groeibrief.query import Condition, Question

SIGMA, SIGMA_CHILDREN, SIGMA_YEAR = 4, 12, 8
YEAR = Draws(12, SIGMA)
"""A municipality's own questions of a year."""


@dataclass
class Desk:
    """One protection over one world with one secret. ``asked``: everything that was asked, for the tests."""

    world: World
    bits: Bits
    protection: Protection
    random: Random
    asked: dict[Question, None] = field(default_factory=dict)

    def ask(
        self,
        condition: Condition,
        *,
        children: bool = False,
        where: tuple[str, ...] = (TORHOUT,),
        month: int = 0,
        own: tuple[str, ...] | None = None,
    ) -> Reply:
        """Ask how many gezinnen, on the snapshot of a month."""
        question = ask(condition, where=where, month=month)
        self.asked.setdefault(question)
        return self.protection.ask(
            question, lambda: self.exact(question), children=children, own=own or where, snapshot=month
        )

    def exact(self, question: Question) -> tuple[int, int]:
        """What only the agency knows."""
        return self.world.count(question, self.bits)

    def evidence(self, shown: int | None, question: Question, *, sigma: int = SIGMA, children: bool = False) -> float:
        """How much more likely a reply is when the (only) candidate has the secret, as a log ratio.

        For an attacker who knows all other families, and so both exact counts.
        """
        without, with_it = (self.world.count(question, (bit,))[children] for bit in (False, True))
        likelihood = self.protection.likelihood
        return likelihood(shown, with_it, sigma=sigma) - likelihood(shown, without, sigma=sigma)

    def guess(self, evidence: float) -> bool:
        """The likelier bit; a coin when both are as likely."""
        return evidence > 0 if evidence else self.random.random() < 0.5


class Attack(ABC):
    """How one bit of one gezin is found out. The prose goes into docs/design/attacks.md."""

    name: ClassVar[str]
    how: ClassVar[str]
    knows: ClassVar[str]
    draws: ClassVar[tuple[Draws, ...]] = (YEAR,)
    """The draws that the budget of the year allows and the secret can move: what the bound is computed from."""

    def world(self, families: int = FAMILIES) -> World:
        """The world that is attacked; the same in every trial, but for the secret."""
        return make_world(1, families)

    @abstractmethod
    def play(self, desk: Desk) -> bool:
        """Ask, and guess the secret of the last candidate."""

    @property
    def bound(self) -> float:
        """What nobody beats with these draws."""
        return best(self.draws)


def run(attack: Attack, world: World, protection: Protection, seed: str) -> bool:
    """One trial: whether the attacker is right. Random in the secret by *seed*, and in the noise as it really is."""
    random = Random(seed)
    bits = tuple(random.random() < 0.5 for _ in world.candidates)
    return attack.play(Desk(world, bits, protection, random)) is bits[-1]
