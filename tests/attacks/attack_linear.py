"""Attacks that add and subtract counts until only the secret is left, without knowing the other families.

Each term is read in rounds. In round k the set is joined with k *dummies*, families of which the attacker knows that
they are not in it: over five rounds the remainders of rounding to 5 cancel exactly, and over any number of rounds noise
averages out.
"""

from __future__ import annotations

from abc import abstractmethod

from attack_desk import Attack, Desk
from attack_world import COMMON, FAMILIES, KNOWN, PAYERS, SECRET, World, has, make_world, some_day

from groeibrief.query import Age, And, Born, Children, Condition, Count, Not, Or, Payer, Sort

SOME = Count(at_least=1)
UNDER_THRESHOLD = 5
"""What an attacker takes "fewer than 10" for."""
CHANGE = 6
"""The month in which the secret comes true, where it does."""

Terms = list[tuple[int, Condition]]


def a_child(which: Condition) -> Condition:
    """The gezin has a child in scope that fulfils it."""
    return Children(SOME, which)


def dummies(world: World, number: int) -> Condition | None:
    """As many known families, by the birthdays of their children; positive, because a source is asked."""
    return a_child(And((has(KNOWN), some_day(world.dummies[:number])))) if number else None


def padded(condition: Condition, world: World, number: int) -> Condition:
    """*condition* or one of that many known families."""
    more = dummies(world, number)
    return condition if more is None else Or((condition, more))


def target(world: World) -> Condition:
    """The gezin that is attacked: nobody else has a child with this birthday."""
    return a_child(some_day(world.candidates[-1:]))


class Linear(Attack):
    """An attack by a linear form in counts that equals the secret."""

    knows = "the birthday of a child of the gezin; some families that are not in the set"

    @abstractmethod
    def terms(self, world: World, round_: int) -> Terms:
        """The form, with its coefficients."""

    def play(self, desk: Desk) -> bool:
        total, rounds = 0, 0
        for round_ in range(desk.protection.rounds):
            value = 0
            for coefficient, condition in self.terms(desk.world, round_):
                reply = desk.ask(padded(condition, desk.world, round_))
                if reply.refused:
                    return desk.guess(total - rounds / 2)
                shown = UNDER_THRESHOLD if reply.families is None else reply.families
                value += coefficient * (shown - round_)
            total, rounds = total + value, rounds + 1
        return desk.guess(total - rounds / 2)


class Differencing(Linear):
    name = "differencing"
    how = "asks a set, and the same set without one birthday; subtracts"

    def terms(self, world: World, round_: int) -> Terms:
        everyone = a_child(has(SECRET))
        return [(1, everyone), (-1, And((everyone, Not(target(world)))))]


class Complement(Linear):
    name = "complement"
    how = "never asks the set itself, only who is outside it, within a common base; subtracts"

    def terms(self, world: World, round_: int) -> Terms:
        base, inside = a_child(has(COMMON)), a_child(has(SECRET))
        others = And((inside, Not(target(world))))
        return [(1, And((base, Not(others)))), (-1, And((base, Not(inside))))]


class Tracker(Linear):
    name = "tracker"
    how = "Denning's general tracker: a set of one is hidden in two large sets that cover everyone; four counts"

    def terms(self, world: World, round_: int) -> Terms:
        one = And((a_child(has(SECRET)), target(world)))
        base, half = a_child(has(COMMON)), Payer(PAYERS[:1])
        there, elsewhere = And((base, half)), And((base, Not(half)))
        return [(1, Or((one, there))), (1, Or((one, elsewhere))), (-1, there), (-1, elsewhere)]


class Averaging(Linear):
    name = "averaging by rewriting"
    how = (
        "asks the same two sets again and again in other words: De Morgan, another order and double negation (which "
        "cost nothing and say the same), and equal ranges in years, months, halves and birth dates (which are new "
        "questions); averages"
    )

    def terms(self, world: World, round_: int) -> Terms:
        everyone = a_child(And((has(SECRET), RANGES[round_ % len(RANGES)])))
        return [(1, everyone), (-1, And((everyone, Not(target(world)))))]

    def play(self, desk: Desk) -> bool:
        guess = super().play(desk)
        repeated = [desk.ask(free) for free in rewritten(self.terms(desk.world, 0)[1][1])]
        assert len(set(repeated)) == 1, "another word order is the same question, with the same answer"
        return guess


RANGES: tuple[Condition, ...] = (
    Age(Sort.KIND, at_most=16),
    Age(Sort.KIND, at_most=17 * 12 - 1, unit="maand"),
    Or((Age(Sort.KIND, at_most=8), Age(Sort.KIND, at_least=9, at_most=16))),
    Not(Age(Sort.KIND, at_least=17)),
    Or((Age(Sort.KIND, at_most=3), Age(Sort.KIND, at_least=4, at_most=16))),
    Age(Sort.KIND, at_least=0, at_most=16),
)
"""One range in six ways that the normal form keeps apart; everyone in the worlds is in it."""


def rewritten(condition: Condition) -> list[Condition]:
    """*condition* in words that the normal form sees through."""
    assert isinstance(condition, And)
    return [
        condition,
        And(condition.parts[::-1]),
        Not(Not(condition)),
        Not(Or(tuple(Not(part) for part in condition.parts))),
        And((condition, condition.parts[0])),
    ]


class Partition(Linear):
    name = "partition sums"
    how = "subtracts from a set the sum over a partition of it (two groups of payers) from which the gezin is left out"

    def terms(self, world: World, round_: int) -> Terms:
        everyone = a_child(has(SECRET))
        cell = And((everyone, Payer(PAYERS[:1]), Not(target(world))))
        rest = And((everyone, Payer(PAYERS[1:])))
        return [(1, everyone), (-1, cell), (-1, rest)]

    def play(self, desk: Desk) -> bool:
        # Two cells for one set: a round counts its dummies twice, once too often.
        total, rounds = 0, 0
        for round_ in range(desk.protection.rounds):
            replies = [desk.ask(padded(part, desk.world, round_)) for _, part in self.terms(desk.world, round_)]
            if any(reply.refused for reply in replies):
                break
            whole, cell, rest = (reply.families or 0 for reply in replies)
            total, rounds = total + whole - cell - rest + round_, rounds + 1
        return desk.guess(total - rounds / 2)


class MonthToMonth(Attack):
    name = "month to month"
    how = "asks the same set on the snapshot of every month of a year: before and after the gezin's situation changes"
    knows = "in which month it may have changed, and that nothing else did"

    def world(self, families: int = FAMILIES) -> World:
        return make_world(2, families, changes=has(SECRET, CHANGE).period.last)  # type: ignore[union-attr]

    def play(self, desk: Desk) -> bool:
        rounds = min(desk.protection.rounds, CHANGE)
        total = 0
        for month in (*range(rounds), *range(CHANGE, CHANGE + rounds)):
            condition = padded(a_child(has(SECRET, month)), desk.world, month % CHANGE)
            reply = desk.ask(condition, month=month)
            assert reply.families is not None
            total += reply.families if month >= CHANGE else -reply.families
        return desk.guess(total - rounds / 2)


def born_by(world: World, days: int) -> Condition:
    """Born on or before the target's birthday less some days."""
    birthday = world.candidates[-1]
    return Born(last=birthday.fromordinal(birthday.toordinal() - days))
