"""Who is visiting: an account in one role, for one authority or for the agency itself."""

from __future__ import annotations

from dataclasses import dataclass

from groeibrief.workflow.office import Role, Viewer

IN_PORTAL = (Role.MUNICIPALITY, Role.ANALYST, Role.DPO)
"""The roles that there are pages for."""
AT_COUNTER = (Role.MUNICIPALITY, Role.OPGROEIEN, Role.DPO)
"""The roles at Opgroeien's counter, which is another site with accounts of its own; its DPO is Opgroeien's."""


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
        assert self.role in {*IN_PORTAL, *AT_COUNTER}, "there is no page for another role"
        assert bool(self.municipalities) is (self.role is Role.MUNICIPALITY), "municipalities come with their role"

    @property
    def viewer(self) -> Viewer:
        """Who acts, as the casework knows it."""
        return Viewer(self.account, self.role, self.kbo or None)
