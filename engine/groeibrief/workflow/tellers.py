"""The exit for counts, opened over a state folder: its policy, its noise, its clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from groeibrief.catalog import Catalogue, Project
from groeibrief.workflow.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from groeibrief.disclosure import DisclosurePolicy, DiscreteGaussian, StandardAnswers, Teller

_T = TypeVar("_T")

FOLDER = "tellingen"
"""Where in the state folder the memory of counts lies."""


def evened(count: Callable[[], _T], policy: DisclosurePolicy, since: float | None = None) -> Callable[[], _T]:
    """*count*, made to end a whole number of the policy's steps after *since*: as late, whatever the data hold.

    *since*: a moment of ``time.monotonic`` before which nothing was read, so that what comes before the count (the
    charge, above all) takes no time of its own; None: when the count begins. Only the count, not the draw or the store,
    depends on the data.
    """
    step = float(policy.stap_milliseconden) / 1000

    def counted() -> _T:
        begun = time.monotonic() if since is None else since
        try:
            return count()
        finally:
            time.sleep(-(time.monotonic() - begun) % step)

    return counted


_policies: dict[Path, tuple[tuple[int, int, int], DisclosurePolicy]] = {}


def disclosure_policy(project: Project) -> DisclosurePolicy:
    """The project's policy, read again when its file has changed. Raises DefinitionError E330."""
    from groeibrief.disclosure import load_disclosure_policy
    from groeibrief.disclosure.policy import FILE

    path = project.rules / "policies" / FILE
    try:
        status = path.stat()
        looks = (status.st_mtime_ns, status.st_size, status.st_ino)
    except OSError:
        return load_disclosure_policy(project)
    known = _policies.get(path)
    if known is None or known[0] != looks:
        known = _policies[path] = (looks, load_disclosure_policy(project))
    return known[1]


@cache
def _noise() -> DiscreteGaussian:
    """The noise of this process: its mechanisms are built and proven once."""
    from groeibrief.disclosure import DiscreteGaussian

    return DiscreteGaussian()


def warm_up(project: Project) -> None:
    """Load what the first count would load, for a server: one draw, of nothing, that is thrown away."""
    policy = disclosure_policy(project)
    sigma, cost = (each(sensitive=False, children=False) for each in (policy.sigma, policy.cost))
    _noise().draw(0, sigma=sigma, sensitivity=1, cost=cost)


def open_teller(project: Project, catalogue: Catalogue, settings: Settings) -> Teller:
    """The teller of this state folder. Raises DefinitionError E330, TryAgainError E518."""
    from groeibrief.disclosure import Teller

    return Teller(
        settings.state / FOLDER,
        disclosure_policy(project),
        _noise(),
        now,
        municipalities=catalogue.municipalities,
    )


def open_standard_answers(project: Project, catalogue: Catalogue, settings: Settings) -> StandardAnswers:
    """The answers on standard audiences of this state folder. Raises as :func:`open_teller`."""
    from groeibrief.disclosure import StandardAnswers

    return StandardAnswers(
        settings.state / FOLDER,
        disclosure_policy(project),
        _noise(),
        now,
        municipalities=catalogue.municipalities,
    )


def sensitive_sources(catalogue: Catalogue) -> set[str]:
    """The keys of the sources that the catalogue marks sensitive."""
    return {source.bron for source in catalogue.sources.values() if source.gevoelig}


def now() -> datetime:
    """The moment, in UTC: a day begins at the same time for every charge."""
    return datetime.now(UTC)
