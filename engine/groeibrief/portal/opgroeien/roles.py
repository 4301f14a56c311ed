"""Who is who at the counter: the roles of a sign-in, and those of the list track."""

from __future__ import annotations

from groeibrief.portal.identity import AT_COUNTER
from groeibrief.workflow.office import Role
from groeibrief.workflow.opgroeienloket import Role as Acting

OURS = {Role.MUNICIPALITY: Acting.PARTY, Role.OPGROEIEN: Acting.HANDLER, Role.DPO: Acting.DPO}
"""From a role of a sign-in to the one that acts."""
THEIRS = {acting: role for role, acting in OURS.items()}
PARTY = frozenset((Role.MUNICIPALITY,))
HANDLER = frozenset((Role.OPGROEIEN,))
DPO_ROLE = frozenset((Role.DPO,))
AGENCY_ROLES = HANDLER | DPO_ROLE
EVERYONE_AT_COUNTER = frozenset(AT_COUNTER)
