"""Signing in as an invented account: only with ``serve --demo``, on invented families, and said on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from groeibrief.errors import RefusedError
from groeibrief.portal.identity import Role, Visitor
from groeibrief.portal.routing import EVERYONE, Address, Addresses, NotFoundError, form_of
from groeibrief.portal.signin import after_sign_in

if TYPE_CHECKING:
    from groeibrief.portal.application import Portal

ACCOUNTS = {
    "torhout": Visitor("demo-torhout", Role.MUNICIPALITY, "0123.456.749", "OCMW Torhout", ("31033",)),
    "zaventem": Visitor("demo-zaventem", Role.MUNICIPALITY, "0234.567.873", "Gemeente Zaventem", ("23094",)),
    "analist-1": Visitor("demo-analist-1", Role.ANALYST),
    "analist-2": Visitor("demo-analist-2", Role.ANALYST),
    "dpo": Visitor("demo-dpo", Role.DPO),
}


class DemoSignIn:
    """The demo's way in. Raises RefusedError E760 when the families are not invented."""

    def __init__(self, *, synthetic: bool) -> None:
        if not synthetic:
            raise RefusedError(
                "E760", "Demo-accounts bestaan alleen op een synthetische snapshot. Start zonder --demo, met aanmelden."
            )

    def addresses(self, portal: Portal) -> list[Address]:
        """``/aanmelden/demo``, which only exists here."""

        def sign_in(request: Request) -> Response:
            form = form_of(request)
            visitor = ACCOUNTS.get(form.get("account", ""))
            if visitor is None:
                raise NotFoundError
            return portal.signed_in(RedirectResponse(after_sign_in(form.get("naar", "")), 303), visitor)

        found = Addresses()
        found.add("/aanmelden/demo", sign_in, EVERYONE, "POST")
        return found.found
