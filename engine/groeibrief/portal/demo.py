"""Signing in as an invented account: only with ``serve --demo``, on invented families, and said on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from groeibrief.errors import RefusedError
from groeibrief.portal.identity import IN_PORTAL, Visitor
from groeibrief.portal.routing import EVERYONE, Address, Addresses, NotFoundError, form_of
from groeibrief.portal.signin import after_sign_in
from groeibrief.workflow.office import Office, add_demo_accounts

if TYPE_CHECKING:
    from groeibrief.portal.application import Portal


class DemoSignIn:
    """The demo's way in, over a demo office. Raises RefusedError E760 when the families are not invented."""

    def __init__(self, office: Office, *, synthetic: bool) -> None:
        if not synthetic:
            raise RefusedError(
                "E760", "Demo-accounts bestaan alleen op een synthetische snapshot. Start zonder --demo, met aanmelden."
            )
        self.accounts = {
            account.account: _visitor(office, account.account)
            for account in add_demo_accounts(office)
            if account.role in IN_PORTAL and account.closed_on is None
        }

    def addresses(self, portal: Portal) -> list[Address]:
        """``/aanmelden/demo``, which only exists here."""

        def sign_in(request: Request) -> Response:
            form = form_of(request)
            visitor = self.accounts.get(form.get("account", ""))
            if visitor is None:
                raise NotFoundError
            return portal.signed_in(RedirectResponse(after_sign_in(form.get("naar", "")), 303), visitor)

        found = Addresses()
        found.add("/aanmelden/demo", sign_in, EVERYONE, "POST")
        return found.found


def _visitor(office: Office, account: str) -> Visitor:
    viewer = office.viewer(account)
    if viewer.authority is None:
        return Visitor(account, viewer.role)
    name = office.authorities.get(viewer.authority).name
    return Visitor(account, viewer.role, viewer.authority, name, office.municipalities_of(viewer, office.today))
