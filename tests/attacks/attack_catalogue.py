"""Every attack, and how often each is played."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from attack_bounds import most
from attack_desk import Attack, run
from attack_known import (
    ExclusiveOr,
    Joint,
    Omniscient,
    Pooled,
    Reconstruction,
    SmallMunicipality,
    TwoOutputs,
    WholeYear,
    ZeroSet,
)
from attack_linear import Averaging, Complement, Differencing, MonthToMonth, Partition, Tracker
from attack_oracle import BudgetAsOracle
from attack_protections import Protection, Raw, Rounded, Told, quick_memory

from groeibrief.disclosure import DiscreteGaussian

ATTACKS: tuple[Attack, ...] = (
    Differencing(), Complement(), Tracker(), Averaging(), Partition(), ExclusiveOr(), Reconstruction(), MonthToMonth(),
    ZeroSet(), TwoOutputs(), BudgetAsOracle(), Joint(), SmallMunicipality(), Omniscient(), WholeYear(), Pooled(),
)  # fmt: skip
NOISE = DiscreteGaussian()


@dataclass(frozen=True)
class Result:
    """How often the attacker was right."""

    attack: Attack
    protection: str
    right: int
    trials: int

    @property
    def accuracy(self) -> float:
        return self.right / self.trials

    def __str__(self) -> str:
        return (
            f"{self.attack.name}: right {self.accuracy:.3f} of {self.trials} times against {self.protection}; "
            f"proven bound {self.attack.bound:.3f}"
        )


def play(attack: Attack, kind: type[Protection], trials: int) -> Result:
    """Play against one protection; the teller's memory is the quick one."""
    world = attack.world()
    right = 0
    with quick_memory():
        for trial in range(trials):
            protection = Told(Path(f"/{trial}"), NOISE) if kind is Told else kind()
            right += run(attack, world, protection, f"{attack.name} {trial}")
    return Result(attack, kind.name, right, trials)


def play_durably(attack: Attack, trials: int) -> Result:
    """Play against the teller as it is, each trial in a state directory of its own."""
    world = attack.world()
    right = 0
    for trial in range(trials):
        with state() as folder:
            right += run(attack, world, Told(folder, NOISE), f"durable {attack.name} {trial}")
    return Result(attack, f"{Told.name}, durable memory", right, trials)


@contextmanager
def state() -> Iterator[Path]:
    """A state directory, where syncing costs least."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name) / "staat"


STRAW: tuple[type[Protection], ...] = (Raw, Rounded)
STRAW_TRIALS, TOLD_TRIALS = 20, 150
SUCCEEDS = 0.9


def judge(attack: Attack) -> None:
    """An attack finds the secret out where nothing or rounding protects it, and beats no bound where the teller does.

    With the bound true, the last fails once in a million times at most.
    """
    for kind in STRAW:
        result = play(attack, kind, STRAW_TRIALS)
        print(result)
        assert result.accuracy >= SUCCEEDS, result
    result = play(attack, Told, TOLD_TRIALS)
    print(result)
    assert result.right <= most(result.trials, attack.bound), result
