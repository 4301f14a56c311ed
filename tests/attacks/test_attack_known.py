"""Attacks by someone who knows every other family."""

from __future__ import annotations

import pytest
from attack_catalogue import ATTACKS, judge
from attack_desk import Attack
from attack_known import Reconstruction
from attack_linear import Linear, MonthToMonth

CHOSEN = [attack for attack in ATTACKS if not isinstance(attack, (Linear, MonthToMonth, Reconstruction))]


@pytest.mark.parametrize("attack", CHOSEN, ids=lambda attack: attack.name)
def test_no_attack_beats_its_bound(attack: Attack) -> None:
    judge(attack)
