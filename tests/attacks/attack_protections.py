"""What stands between an attacker and the counts: nothing, threshold and rounding, or the real teller.

The attacker knows how each works (Kerckhoffs) and can tell how likely a reply is.
"""

from __future__ import annotations

import math
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import patch

from attack_bounds import weights

from groeibrief.calendar import Month
from groeibrief.catalog import Project, load_catalogue
from groeibrief.disclosure import DiscreteGaussian, Estimate, StandardAnswers, Teller, load_disclosure_policy
from groeibrief.errors import RefusedError
from groeibrief.query import Question, identity

ROOT = Path(__file__).parents[2]
CATALOGUE = load_catalogue(Project(ROOT))
POLICY = load_disclosure_policy(Project(ROOT))
SENSITIVE = frozenset(source.bron for source in CATALOGUE.sources.values() if source.gevoelig)
STEP, THRESHOLD = 5, 10
NEVER = math.log(1e-9)
"""The log-likelihood of what cannot be: enough to outweigh everything else, and finite."""

Exact = Callable[[], tuple[int, int]]


@dataclass(frozen=True)
class Reply:
    """What the attacker sees: numbers, None for "fewer than the threshold". ``refused``: nothing at all."""

    families: int | None = None
    children: int | None = None
    refused: bool = False
    words: str = ""


class Protection(ABC):
    """One protection, asked by one attacker in one trial."""

    name: ClassVar[str]
    rounds: ClassVar[int] = 5
    """How many rounds a linear attack needs; five, one for each remainder, where nothing is random."""

    @abstractmethod
    def ask(
        self, question: Question, exact: Exact, *, children: bool, own: tuple[str, ...], snapshot: int
    ) -> Reply: ...

    def withholds(self, reply: Reply) -> bool:
        """Whether the question was refused, as far as this protection refuses."""
        return reply.refused or reply.families is None

    @abstractmethod
    def likelihood(self, shown: int | None, exact: int, *, sigma: int) -> float:
        """The log of the probability that *exact* is shown so; *sigma* of the noise that belongs to the question."""

    def standard(self, questions: list[Question], exact: Callable[[Question], int]) -> list[Reply]:
        """The answers that everyone gets."""
        return [
            self.ask(one, lambda one=one: (exact(one), 0), children=False, own=one.municipalities, snapshot=0)  # type: ignore[misc]
            for one in questions
        ]

    def order(self, number: int, question: Question, exact: Exact) -> Reply:
        """The figure shown with an order."""
        return self.ask(question, exact, children=False, own=question.municipalities, snapshot=0)


class Raw(Protection):
    """The exact numbers."""

    name = "raw"

    def ask(self, question: Question, exact: Exact, *, children: bool, own: tuple[str, ...], snapshot: int) -> Reply:
        families, number = exact()
        return Reply(families, number if children else None)

    def withholds(self, reply: Reply) -> bool:
        return reply.families is None or reply.families < THRESHOLD

    def likelihood(self, shown: int | None, exact: int, *, sigma: int) -> float:
        return 0.0 if shown == exact else NEVER


class Rounded(Protection):
    """Nothing under 10, and the rest rounded to 5."""

    name = "threshold 10, rounded to 5"

    def ask(self, question: Question, exact: Exact, *, children: bool, own: tuple[str, ...], snapshot: int) -> Reply:
        families, number = exact()
        return Reply(rounded(families), rounded(number) if children else None)

    def likelihood(self, shown: int | None, exact: int, *, sigma: int) -> float:
        return 0.0 if shown == rounded(exact) else NEVER


def rounded(number: int) -> int | None:
    """As shown: None under the threshold, else the nearest step."""
    return None if number < THRESHOLD else (2 * number + STEP) // (2 * STEP) * STEP


class Told(Protection):
    """The real :class:`Teller`, with its real budget, memory and noise."""

    name = "groeibrief"
    rounds = 12

    def __init__(self, folder: Path, noise: DiscreteGaussian) -> None:
        self._now = datetime(2025, 1, 15, 12, tzinfo=UTC)
        municipalities = CATALOGUE.municipalities
        self.teller = Teller(folder, POLICY, noise, lambda: self._now, municipalities=municipalities)
        self._standard = StandardAnswers(folder, POLICY, noise, lambda: self._now, municipalities=municipalities)

    def ask(self, question: Question, exact: Exact, *, children: bool, own: tuple[str, ...], snapshot: int) -> Reply:
        month = Month(2025, 1).plus(snapshot)
        self._now = datetime(month.year, month.month, 15, 12, tzinfo=UTC)
        try:
            answer = self.teller.ask(
                question, municipality=own, snapshot_id=f"s{snapshot}", snapshot_hash=f"{snapshot:064x}",
                sources_sensitive=SENSITIVE, children=children, count=exact,
            )  # fmt: skip
        except RefusedError as error:
            return Reply(refused=True, words=str(error))
        return Reply(_number(answer.families), answer.children and _number(answer.children))

    def standard(self, questions: list[Question], exact: Callable[[Question], int]) -> list[Reply]:
        self._standard.prepare(
            questions, snapshot_id="s0", snapshot_hash=f"{0:064x}", sources_sensitive=SENSITIVE,
            count=lambda asked: [exact(one) for one in asked],
        )  # fmt: skip
        prepared = self._standard.round()
        assert prepared is not None
        shown = self._standard.recall(questions, prepared)
        return [Reply(_number(one)) for one in shown if one is not None]

    def order(self, number: int, question: Question, exact: Exact) -> Reply:
        try:
            figure = self.teller.order(
                f"bestelling-{number}", question, municipality=question.municipalities, snapshot_id="s0",
                snapshot_hash=f"{0:064x}", sources_sensitive=SENSITIVE, families=lambda: exact()[0],
            )  # fmt: skip
        except RefusedError as error:
            return Reply(refused=True, words=str(error))
        return Reply(_number(figure.families))

    def withholds(self, reply: Reply) -> bool:
        return reply.refused

    def likelihood(self, shown: int | None, exact: int, *, sigma: int) -> float:
        return _likelihood(shown, exact, sigma)


def _number(shown: Estimate) -> int | None:
    return None if shown.below is not None else shown.about


@cache
def _likelihood(shown: int | None, exact: int, sigma: int) -> float:
    noise, reach = weights(sigma), 12 * sigma
    fits = (step for step in range(2 * reach + 1) if rounded(exact + step - reach) == shown)
    return math.log(max(math.fsum(noise[step] for step in fits), 1e-30))


_identity = lru_cache(maxsize=20_000)(identity)


@contextmanager
def quick_memory() -> Iterator[None]:
    """Keep the memory of counts in this process's own memory, so that thousands of years can be played.

    SQLite, its tables and everything that is said to them stay; only durability and locks between processes go. The
    noise is untouched. A question's identity, which follows from its text, is worked out once.
    """
    kept: dict[Path, sqlite3.Connection] = {}

    @contextmanager
    def connection(path: Path, schema: str, version: int) -> Iterator[sqlite3.Connection]:
        opened = kept.get(path)
        if opened is None:
            while len(kept) > 4:
                kept.pop(next(iter(kept))).close()
            opened = kept[path] = sqlite3.connect(":memory:", isolation_level=None)
            opened.executescript(schema)
        yield opened

    @contextmanager
    def held(*_: Any, **__: Any) -> Iterator[None]:
        yield

    doubles = {
        "memory.connection": connection,
        "memory.held": held,
        "memory.private_directory": lambda path: path,
        "teller.identity": _identity,
    }
    with ExitStack() as patched:
        for name, double in doubles.items():
            patched.enter_context(patch(f"groeibrief.disclosure.{name}", double))
        try:
            yield
        finally:
            for opened in kept.values():
                opened.close()
