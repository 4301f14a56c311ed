"""The exit for counts, opened over a state folder: its policy, its noise, its clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from groeibrief.catalog import Catalogue, Project
from groeibrief.workflow.settings import Settings

if TYPE_CHECKING:
    from groeibrief.disclosure import StandardAnswers, Teller

_T = TypeVar("_T")

FOLDER = "tellingen"
"""Where in the state folder the memory of counts lies."""

STEP_SECONDS = 0.1
"""A count for a municipality takes a whole number of these. Several times what the largest municipality takes, 23 ms
warm; an empty set there is counted 5 ms sooner than half of its gezinnen.
"""


def evened(count: Callable[[], _T]) -> Callable[[], _T]:
    """*count*, made to take as long whatever the data hold. Only this, not the draw or the store, depends on them."""

    def counted() -> _T:
        begun = time.monotonic()
        try:
            return count()
        finally:
            time.sleep(-(time.monotonic() - begun) % STEP_SECONDS)

    return counted


def open_teller(project: Project, catalogue: Catalogue, settings: Settings) -> Teller:
    """The teller of this state folder. Raises DefinitionError E330, TryAgainError E518."""
    from groeibrief.disclosure import DiscreteGaussian, Teller, load_disclosure_policy

    return Teller(
        settings.state / FOLDER,
        load_disclosure_policy(project),
        DiscreteGaussian(),
        now,
        municipalities=catalogue.municipalities,
    )


def open_standard_answers(project: Project, catalogue: Catalogue, settings: Settings) -> StandardAnswers:
    """The answers on standard audiences of this state folder. Raises as :func:`open_teller`."""
    from groeibrief.disclosure import DiscreteGaussian, StandardAnswers, load_disclosure_policy

    return StandardAnswers(
        settings.state / FOLDER,
        load_disclosure_policy(project),
        DiscreteGaussian(),
        now,
        municipalities=catalogue.municipalities,
    )


def sensitive_sources(catalogue: Catalogue) -> set[str]:
    """The keys of the sources that the catalogue marks sensitive."""
    return {source.bron for source in catalogue.sources.values() if source.gevoelig}


def now() -> datetime:
    """The moment, in UTC: a day begins at the same time for every charge."""
    return datetime.now(UTC)
