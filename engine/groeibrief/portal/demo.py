"""Signing in as an invented account: only with ``serve --demo``, on invented families, and said on every page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from groeibrief.errors import RefusedError
from groeibrief.portal.identity import IN_PORTAL, Visitor
from groeibrief.portal.routing import EVERYONE, Address, Addresses, NotFoundError, form_of
from groeibrief.portal.signin import after_sign_in
from groeibrief.workflow.office import Office, add_demo_accounts

if TYPE_CHECKING:
    from groeibrief.portal.site import Site


class InventedAccounts:
    """A way in for *accounts* that were made up, by their names."""

    def __init__(self, accounts: Mapping[str, Visitor]) -> None:
        self.accounts = accounts

    def addresses(self, site: Site) -> list[Address]:
        """``/aanmelden/demo``, which only exists here."""

        def sign_in(request: Request) -> Response:
            form = form_of(request)
            visitor = self.accounts.get(form.get("account", ""))
            if visitor is None:
                raise NotFoundError
            # Refuses an account that was closed meanwhile.
            site.admit(visitor)
            return site.signed_in(request, RedirectResponse(after_sign_in(form.get("naar", "")), 303), visitor)

        found = Addresses()
        found.add("/aanmelden/demo", sign_in, EVERYONE, "POST")
        return found.found


class DemoSignIn(InventedAccounts):
    """The demo's way in, over a demo office. Raises RefusedError E760 when the families are not invented."""

    def __init__(self, office: Office, *, synthetic: bool) -> None:
        if not synthetic:
            raise RefusedError(
                "E760", "Demo-accounts bestaan alleen op een synthetische snapshot. Start zonder --demo, met aanmelden."
            )
        super().__init__(
            {
                account.account: _visitor(office, account.account)
                for account in add_demo_accounts(office)
                if account.role in IN_PORTAL and account.closed_on is None
            }
        )


def _visitor(office: Office, account: str) -> Visitor:
    viewer = office.viewer(account)
    if viewer.authority is None:
        return Visitor(account, viewer.role)
    name = office.authorities.get(viewer.authority).name
    return Visitor(account, viewer.role, viewer.authority, name, office.municipalities_of(viewer, office.today))
