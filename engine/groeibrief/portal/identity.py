"""Who is visiting: an account in one role, for one authority or for the agency itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Role(Enum):
    """What someone comes to do. Each page names the roles that may open it."""

    MUNICIPALITY = "gemeente"
    ANALYST = "analist"
    DPO = "dpo"

    @property
    def is_agency(self) -> bool:
        """Whether the role belongs to the agency."""
        return self is not Role.MUNICIPALITY


@dataclass(frozen=True, slots=True)
class Visitor:
    """Someone who signed in. ``municipalities``: NIS codes, fixed at sign-in; empty for the agency.

    ``account`` is an account's name, as the ledger keeps it; ``kbo`` and ``authority`` the local authority that a
    municipality's visitor acts for.
    """

    account: str
    role: Role
    kbo: str = ""
    authority: str = ""
    municipalities: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        assert bool(self.municipalities) is not self.role.is_agency, "municipalities come with a municipality's role"
