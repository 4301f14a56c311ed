"""Signing in through an OpenID Connect provider, as the Flemish user management (ACM/IDM) is one.

Authorization code with PKCE (RFC 7636), a state and a nonce. Only who someone is at work is asked for: the role with
the enterprise number that it belongs to, never a national number. What a token says is believed after its signature.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests.adapters import HTTPAdapter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from groeibrief.catalog.records import NotEmpty, Text, read_record
from groeibrief.documents import read_yaml
from groeibrief.errors import DefinitionError, Finding, RefusedError, TryAgainError, UsageError, reason
from groeibrief.portal.identity import IN_PORTAL, Visitor
from groeibrief.portal.routing import EVERYONE, Address, Addresses
from groeibrief.workflow.office import Office, Role

if TYPE_CHECKING:
    from groeibrief.portal.site import Site

HOME = "/overzicht"
SECONDS = 600
"""How long someone may take to sign in at the provider."""
MOST_PENDING = 10_000
_OWN_PAGE = re.compile(r"/(?!/)[a-z0-9/_.-]{0,200}")
_ALGORITHMS = ["RS256", "PS256", "ES256"]
_TIMEOUT = 10
_KEYS_SECONDS = 600
"""After this long the provider's keys are fetched again, so that one that was withdrawn is not believed for ever."""
_CONNECTIONS = 16
_COOKIE = "aanmelding"

Authority = Callable[[str], tuple[str, str, tuple[str, ...]] | None]
"""From an enterprise number to the authority's number as kept, its name and its NIS codes; None: we do not know it."""


def authorities_of(office: Office) -> Authority:
    """Look an authority up in the office, whatever points or spaces stand in its number."""

    def found(written: str) -> tuple[str, str, tuple[str, ...]] | None:
        digits = _digits(written)
        try:
            each = office.authorities.get(f"{digits[:4]}.{digits[4:7]}.{digits[7:]}")
        except UsageError:
            return None
        return each.kbo, each.name, each.codes_on(office.today, office.catalogue.municipalities)

    return found


def _digits(written: str) -> str:
    return "".join(each for each in written if each.isascii() and each.isdigit())


def after_sign_in(wanted: str) -> str:
    """The page that was asked for, if it is one of ours; never another site."""
    return wanted if _OWN_PAGE.fullmatch(wanted) else HOME


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleName:
    """A role as the provider calls it, and ours."""

    naam: Text
    rol: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings:
    """The provider, as ``aanmelden.yaml`` of the operator says it.

    ``rollen_claim`` holds texts ``<naam>:<ondernemingsnummer>``. ``scopes`` goes to the provider as it is.
    """

    uitgever: Text
    adres: Text
    client: Text
    geheim_bestand: Text
    scopes: Text
    rollen_claim: Text
    rollen: Annotated[tuple[RoleName, ...], NotEmpty()]


def read_secret(settings: ProviderSettings, beside: Path) -> str:
    """The client's secret, from the file that the settings name, a relative one beside the settings.

    Raises RefusedError E766 when it cannot be read, is empty, or may be read by others than its owner.
    """
    path = beside.parent / settings.geheim_bestand
    try:
        with path.open(encoding="utf-8") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            secret = stream.read().strip()
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else "het is geen tekst"
        raise RefusedError("E766", f"Het geheim in {path} kan niet gelezen worden: {why}.") from error
    # What systemd hands over (LoadCredential) is root's; the right of this service to it shows as one of the group.
    handed_over = os.environ.get("CREDENTIALS_DIRECTORY")
    if mode & (stat.S_IRWXG | stat.S_IRWXO) and not (handed_over and path.parent == Path(handed_over)):
        raise RefusedError("E766", f"Anderen kunnen het geheim in {path} lezen. Doe eerst: chmod 600 {path}")
    if not secret:
        raise RefusedError("E766", f"Het geheim in {path} is leeg. Zet er het geheim in dat u van de aanbieder kreeg.")
    return secret


def load_provider(path: Path) -> ProviderSettings:
    """Read the operator's file. Raises DefinitionError E762 (all findings at once), E301 and E302 as ``read_yaml``."""
    document = read_yaml(path)
    found, findings = read_record(ProviderSettings, document, str(path))
    if found is not None:
        for address in (found.uitgever, found.adres):
            parts = urlsplit(address)
            # Without TLS anyone on the way could sign in as another; a provider on this machine is a test's.
            if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1"):
                findings = [*findings, Finding(f"'{address}' begint niet met https://.", bestand=str(path))]
    if found is None or findings:
        raise DefinitionError("E762", findings)
    return found


@dataclass(frozen=True, slots=True)
class _Pending:
    """A sign-in that someone began: what has to come back with it."""

    state: str
    nonce: str
    verifier: str
    wanted: str
    until: float


class ProviderSignIn:
    """The way in through a provider. Reads its addresses on first use, and its keys again when one is unknown."""

    def __init__(
        self, settings: ProviderSettings, authority: Authority, *, secret: str, roles: Collection[Role] = IN_PORTAL
    ) -> None:
        self._settings, self._authority, self._secret, self._roles = settings, authority, secret, roles
        self._found: Mapping[str, Any] | None = None
        self._known_keys: tuple[KeySet | None, float] = (None, 0.0)
        # To open a connection, over TLS above all, takes longer than all the rest of signing in.
        self._connections = HTTPAdapter(pool_maxsize=_CONNECTIONS)
        self._pending: dict[str, _Pending] = {}
        self._lock = Lock()

    def addresses(self, site: Site) -> list[Address]:
        """``/aanmelden/begin`` and ``/aanmelden/terug``."""

        def begin(request: Request) -> Response:
            token, pending = secrets.token_urlsafe(32), self._new(request.query_params.get("naar", ""))
            session = self._session()
            address, _ = session.create_authorization_url(
                self._metadata()["authorization_endpoint"], state=pending.state, nonce=pending.nonce,
                code_verifier=pending.verifier,
            )  # fmt: skip
            with self._lock:
                self._pending = {key: each for key, each in self._pending.items() if each.until > time.monotonic()}
                if len(self._pending) >= MOST_PENDING:
                    raise TryAgainError("E764", "Er melden zich te veel mensen tegelijk aan. Probeer het zo opnieuw.")
                self._pending[_key(token)] = pending
            response = RedirectResponse(address, 303)
            response.set_cookie(_COOKIE, token, max_age=SECONDS, httponly=True, secure=site.secure, samesite="lax",
                                path="/aanmelden")  # fmt: skip
            return response

        def back(request: Request) -> Response:
            with self._lock:
                pending = self._pending.pop(_key(request.cookies.get(_COOKIE, "")), None)
            state, code = request.query_params.get("state", ""), request.query_params.get("code", "")
            if (
                pending is None
                or pending.until <= time.monotonic()
                or not secrets.compare_digest(state.encode(), pending.state.encode())
                or not code
            ):
                raise RefusedError("E763", "Het aanmelden is niet gelukt of duurde te lang. Meld u opnieuw aan.")
            visitor = self._visitor(self._claims(code, pending))
            site.admit(visitor)
            response = site.signed_in(request, RedirectResponse(after_sign_in(pending.wanted), 303), visitor)
            response.delete_cookie(_COOKIE, path="/aanmelden", secure=site.secure, httponly=True, samesite="lax")
            return response

        found = Addresses()
        found.add("/aanmelden/begin", begin, EVERYONE)
        found.add("/aanmelden/terug", back, EVERYONE)
        return found.found

    def _new(self, wanted: str) -> _Pending:
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        return _Pending(state, nonce, verifier, wanted, time.monotonic() + SECONDS)

    def _session(self) -> OAuth2Session:
        session = OAuth2Session(
            self._settings.client, self._secret, scope=self._settings.scopes, code_challenge_method="S256",
            redirect_uri=f"{self._settings.adres.rstrip('/')}/aanmelden/terug",
        )  # fmt: skip
        session.mount(self._settings.uitgever.partition("://")[0] + "://", self._connections)
        return session

    def _metadata(self) -> Mapping[str, Any]:
        if self._found is None:
            found = self._fetched(f"{self._settings.uitgever.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self._settings.uitgever:
                raise self._unusable()
            self._found = found
        return self._found

    def _fetched(self, address: str) -> Mapping[str, Any]:
        try:
            answer = requests.get(address, timeout=_TIMEOUT, allow_redirects=False)
            answer.raise_for_status()
            return dict(answer.json())
        except (requests.RequestException, ValueError, TypeError) as error:
            raise self._unusable() from error

    @staticmethod
    def _unusable() -> TryAgainError:
        return TryAgainError("E764", "Het gebruikersbeheer antwoordt niet zoals het moet. Probeer het later opnieuw.")

    def _claims(self, code: str, pending: _Pending) -> Mapping[str, Any]:
        """What the provider says of the visitor, after its signature, its issuer, its audience and the nonce."""
        try:
            token = self._session().fetch_token(
                self._metadata()["token_endpoint"], code=code, code_verifier=pending.verifier, timeout=_TIMEOUT
            )
            found = self._decoded(token["id_token"])
            jwt.JWTClaimsRegistry(
                iss={"essential": True, "value": self._settings.uitgever},
                aud={"essential": True, "value": self._settings.client},
                nonce={"essential": True, "value": pending.nonce},
                exp={"essential": True},
                sub={"essential": True},
            ).validate(found.claims)
        except (OAuthError, JoseError, requests.RequestException, KeyError, ValueError, TypeError) as error:
            raise RefusedError("E763", "Het aanmelden is niet gelukt of duurde te lang. Meld u opnieuw aan.") from error
        return found.claims

    def _decoded(self, token: str) -> jwt.Token:
        """The token, its signature checked; the keys are fetched again when it was signed with none that we know."""
        keys, fetched = self._keys(again=False)
        try:
            return jwt.decode(token, keys, algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            if fetched:
                raise
            keys, _ = self._keys(again=True)
            return jwt.decode(token, keys, algorithms=_ALGORITHMS)

    def _keys(self, *, again: bool) -> tuple[KeySet, bool]:
        """The provider's keys, and whether they were fetched just now."""
        keys, until = self._known_keys
        if keys is not None and not again and time.monotonic() < until:
            return keys, False
        keys = KeySet.import_key_set(self._fetched(self._metadata()["jwks_uri"]))  # type: ignore[arg-type]
        self._known_keys = keys, time.monotonic() + _KEYS_SECONDS
        return keys, True

    def _visitor(self, claims: Mapping[str, Any]) -> Visitor:
        """The first role that is one of ours, with the authority that it belongs to."""
        account = f"acm-{hashlib.sha256(str(claims['sub']).encode()).hexdigest()[:16]}"
        names = {each.naam: each.rol for each in self._settings.rollen}
        held = claims.get(self._settings.rollen_claim)
        for text in held if isinstance(held, list) else [held]:
            name, _, number = str(text).partition(":")
            role = names.get(name)
            if role is None or role not in self._roles:
                continue
            if role is not Role.MUNICIPALITY:
                return Visitor(account, role)
            authority = self._authority(number)
            if authority is not None and authority[2]:
                return Visitor(account, role, *authority)
        raise RefusedError(
            "E765",
            "Uw account heeft geen rol in dit portaal, of voor een bestuur dat we niet kennen. Vraag de rol aan bij de "
            "lokale beheerder van uw organisatie.",
        )


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
