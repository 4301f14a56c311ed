"""Attacks by someone who knows every other family, and so how likely each reply is either way."""

from __future__ import annotations

import numpy as np
from attack_bounds import Draws
from attack_desk import SIGMA, SIGMA_CHILDREN, SIGMA_YEAR, YEAR, Attack, Desk
from attack_linear import a_child, born_by, dummies, padded, target
from attack_world import (
    CANDIDATES,
    FAMILIES,
    HERSTAPPE,
    LICHTERVELDE,
    SECRET,
    TORHOUT,
    World,
    ask,
    has,
    make_world,
    some_day,
)

from groeibrief.query import And, Condition, Not, Or

MANY = 20
"""So many known families that an answer is over the threshold."""
AROUND_THRESHOLD = (9, 8, 10, 7, 11, 6, 12, 13, 5, 14, 4, 15)


class Knowing(Attack):
    """Asks a year's own questions and adds up the evidence."""

    knows = "everything about every family, but for one bit of one gezin"
    where = (TORHOUT,)

    def condition(self, world: World, round_: int) -> Condition:
        """What is asked in a round."""
        return padded(a_child(has(SECRET)), world, round_)

    def play(self, desk: Desk) -> bool:
        evidence = 0.0
        for round_ in range(12):
            condition = self.condition(desk.world, round_)
            reply = desk.ask(condition, where=self.where)
            if reply.refused:
                break
            evidence += desk.evidence(reply.families, ask(condition, where=self.where))
        return desk.guess(evidence)


class Omniscient(Knowing):
    name = "omniscient, own questions"
    how = "spends all twelve own questions of a year on sets that differ by known families only"


class ExclusiveOr(Knowing):
    name = "exclusive or of two sets"
    how = "asks who is in one of two sets and not in the other, cut off a day apart, hidden among known families"

    def condition(self, world: World, round_: int) -> Condition:
        until, before = (a_child(And((has(SECRET), born_by(world, days)))) for days in (0, 1))
        either = Or((And((until, Not(before))), And((Not(until), before))))
        return padded(either, world, MANY + round_)


class ZeroSet(Knowing):
    name = "confirmation of an empty set"
    how = "asks whether a set of one gezin is empty, joined with about nine known families so that it is shown"

    def condition(self, world: World, round_: int) -> Condition:
        return padded(And((a_child(has(SECRET)), target(world))), world, AROUND_THRESHOLD[round_])


class SmallMunicipality(ZeroSet):
    name = "a small municipality"
    how = "the same in Herstappe, with 16 families in all"
    where = (HERSTAPPE,)

    def world(self, families: int = FAMILIES) -> World:
        return make_world(3, min(families, 16), municipalities=(HERSTAPPE,), dummies=15)


class TwoOutputs(Attack):
    name = "families and children"
    how = "asks both numbers of every question; the gezin has four children, all with the secret or none"
    knows = Knowing.knows
    draws = (Draws(6, SIGMA), Draws(6, SIGMA_CHILDREN, 3))

    def world(self, families: int = FAMILIES) -> World:
        return make_world(4, families, siblings=4)

    def play(self, desk: Desk) -> bool:
        evidence = 0.0
        for round_ in range(12):
            condition = padded(a_child(has(SECRET)), desk.world, round_)
            reply = desk.ask(condition, children=True)
            if reply.refused:
                break
            question = ask(condition)
            evidence += desk.evidence(reply.families, question)
            evidence += desk.evidence(reply.children, question, sigma=SIGMA_CHILDREN, children=True)
        return desk.guess(evidence)


class Joint(Attack):
    name = "joint requests of two municipalities"
    how = "asks for both municipalities together and for the gezin's own by turns, until either is refused"
    knows = Knowing.knows

    def world(self, families: int = FAMILIES) -> World:
        return make_world(5, families, municipalities=(TORHOUT, LICHTERVELDE))

    def play(self, desk: Desk) -> bool:
        both, evidence = (TORHOUT, LICHTERVELDE), 0.0
        for round_ in range(12):
            condition = padded(a_child(has(SECRET)), desk.world, round_)
            for where in (both, (TORHOUT,), (LICHTERVELDE,)):
                reply = desk.ask(condition, where=where, own=both)
                if not reply.refused:
                    evidence += desk.evidence(reply.families, ask(condition, where=where))
        return desk.guess(evidence)


class Pooled(Attack):
    name = "two municipalities, one gezin in both"
    how = "two municipalities in which children of one gezin live each spend a year's own questions, and pool"
    knows = Knowing.knows
    draws = (YEAR, YEAR)

    def world(self, families: int = FAMILIES) -> World:
        return make_world(6, families, municipalities=(TORHOUT, LICHTERVELDE), siblings=2, spread=True)

    def play(self, desk: Desk) -> bool:
        evidence = 0.0
        for where in ((TORHOUT,), (LICHTERVELDE,)):
            for round_ in range(12):
                condition = padded(a_child(has(SECRET)), desk.world, round_)
                evidence += desk.evidence(desk.ask(condition, where=where).families, ask(condition, where=where))
        return desk.guess(evidence)


class WholeYear(Attack):
    name = "omniscient, the whole year"
    how = "twelve own questions, twelve standard audiences and four orders, all on sets that differ by known families"
    knows = Knowing.knows
    draws = (YEAR, Draws(12, SIGMA_YEAR), Draws(4, SIGMA_YEAR))

    def play(self, desk: Desk) -> bool:
        questions = [ask(padded(a_child(has(SECRET)), desk.world, number)) for number in range(28)]
        own, standard, orders = questions[:12], questions[12:24], questions[24:]
        replies = desk.protection.standard(standard, lambda one: desk.exact(one)[0])
        replies += [desk.protection.order(n, one, lambda one=one: desk.exact(one)) for n, one in enumerate(orders)]  # type: ignore[misc]
        evidence = 0.0
        for reply, question in zip(replies, [*standard, *orders], strict=True):
            assert not reply.refused, reply.words
            evidence += desk.evidence(reply.families, question, sigma=SIGMA_YEAR)
        for question in own:
            evidence += desk.evidence(desk.ask(question.condition).families, question)
        return desk.guess(evidence)


class Reconstruction(Attack):
    name = "reconstruction by least squares"
    how = (
        "asks how many of random halves of 24 gezinnen have the secret, hidden among known families, until refused "
        "or 160 times, and solves for all 24 bits (Dinur and Nissim)"
    )
    knows = "the birthdays of a child of each of 24 gezinnen; some families that are not in the set"

    def world(self, families: int = FAMILIES) -> World:
        return make_world(7, families, candidates=CANDIDATES)

    def play(self, desk: Desk) -> bool:
        rows, sums = [], []
        for _ in range(160):
            chosen = [desk.random.random() < 0.5 for _ in desk.world.candidates]
            days = [day for day, one in zip(desk.world.candidates, chosen, strict=True) if one]
            known = MANY + desk.random.randrange(5)
            more = dummies(desk.world, known)
            if not days or more is None:
                continue
            reply = desk.ask(Or((a_child(And((has(SECRET), some_day(days)))), more)))
            if reply.refused:
                break
            rows.append(chosen)
            sums.append((reply.families or 0) - known)
        # Centred on a half, so that what the questions leave open stays a coin.
        matrix = np.array(rows, float)
        found = np.linalg.lstsq(matrix, np.array(sums) - matrix.sum(axis=1) / 2, rcond=None)[0]
        return desk.guess(float(found[-1]))
