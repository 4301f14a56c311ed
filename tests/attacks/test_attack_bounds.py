"""The bounds themselves, and the noise alone against them, in many trials."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from attack_bounds import ALPHA, Draws, best, formula, most, of, tail
from attack_catalogue import NOISE, play_durably
from attack_known import Omniscient, WholeYear
from attack_linear import Differencing
from attack_protections import POLICY

DURABLE_TRIALS = 40
NOISE_TRIALS = 3000


def test_the_bound_of_a_year_is_the_policy_s() -> None:
    year = WholeYear.draws
    assert of(year) == pytest.approx(float(POLICY.budget))
    assert formula(of(year)) == pytest.approx(POLICY.bound)
    assert round(POLICY.bound, 2) == 0.69
    assert best(year) == pytest.approx(formula(of(year)), abs=0.001)


def test_the_bound_of_two_municipalities_that_pool_a_year() -> None:
    assert round(best(WholeYear.draws + WholeYear.draws), 2) == 0.76


@pytest.mark.parametrize("draws", [(Draws(1, 4),), (Draws(12, 4),), (Draws(6, 4), Draws(6, 12, 3))])
def test_the_exact_bound_is_near_the_formula(draws: tuple[Draws, ...]) -> None:
    assert best(draws) == pytest.approx(formula(of(draws)), abs=0.001)


def test_the_best_guess_after_one_draw_is_at_the_middle() -> None:
    """One draw of σ = 4: right when it lies on the secret's side, whose weight can be added up by hand."""
    from attack_bounds import weights

    noise = weights(4)
    assert best((Draws(1, 4),)) == pytest.approx(sum(noise[: len(noise) // 2 + 1]))


def test_the_most_hits_are_the_binomial_s() -> None:
    assert tail(8, 10, 0.5) == pytest.approx(56 / 1024)
    assert most(10, 0.5, 0.06) == 7
    assert tail(most(250, 0.667) + 1, 250, 0.667) <= ALPHA < tail(most(250, 0.667), 250, 0.667)


def test_the_noise_gives_as_much_as_the_bound_and_no_more() -> None:
    """Twelve unrounded draws, the optimal guess: on the bound within what 3,000 trials can tell, from both sides.

    The other attacks lose to rounding; this one shows that the bound is not merely never reached.
    """
    random, right = Random("noise"), 0
    bound = best((Draws(12, 4),))
    for _ in range(NOISE_TRIALS):
        bit = random.random() < 0.5
        drawn = (NOISE.draw(100 + bit, sigma=Fraction(4), sensitivity=1, cost=Fraction(1, 32)) for _ in range(12))
        over = sum(drawn) - 12 * 100 - 6
        right += (over > 0 if over else random.random() < 0.5) is bit
    print(f"unrounded noise: right {right / NOISE_TRIALS:.3f} of {NOISE_TRIALS} times; bound {bound:.3f}")
    assert right <= most(NOISE_TRIALS, bound)
    assert NOISE_TRIALS - right <= most(NOISE_TRIALS, 1 - bound)


@pytest.mark.parametrize("attack", [Omniscient(), Differencing()], ids=lambda attack: attack.name)
def test_the_durable_memory_keeps_the_bound(attack: Omniscient | Differencing) -> None:
    """With SQLite synced to disk and locks between processes, as in production; fewer trials, so a wider margin."""
    result = play_durably(attack, DURABLE_TRIALS)
    print(result)
    assert result.right <= most(result.trials, attack.bound)
