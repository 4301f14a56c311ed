"""Signing in through a provider, in this process: what is asked of the provider, and what its answer leads to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.testclient import TestClient

from groeibrief.portal import signin
from groeibrief.portal.application import create_app
from groeibrief.portal.signin import ProviderSettings, ProviderSignIn, RoleName, authorities_of
from groeibrief.workflow.office import Office, Role, add_demo_accounts
from groeibrief.workflow.previewing import Preview
from groeibrief.workflow.recording import ledger_of

ISSUER = "https://gebruikersbeheer.example.be"
SETTINGS = ProviderSettings(
    uitgever=ISSUER, adres="http://testserver", client="groeibrief", geheim_bestand="geheim", scopes="openid",
    rollen_claim="rollen",
    rollen=(RoleName(naam="Medewerker", rol=Role.MUNICIPALITY), RoleName(naam="Analist", rol=Role.ANALYST)),
)  # fmt: skip
TOWN, ANALYST = "Medewerker:0123456749", "Analist:0316380841"


class Provider:
    """A provider without a network: its keys, and the token that it gives next."""

    def __init__(self) -> None:
        self.keys = [ECKey.generate_key("P-256", {"kid": "eerste"})]
        self.fetched: list[str] = []
        self.claims: dict[str, Any] = {}

    def fetch(self, address: str) -> dict[str, Any]:
        self.fetched.append(address.rpartition("/")[2])
        if address.endswith("openid-configuration"):
            paths = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            return {"issuer": ISSUER, **{path: f"{ISSUER}/{path}" for path in paths}}
        return {"keys": [key.as_dict(private=False) for key in self.keys]}

    def token(self, *_: object, **__: object) -> dict[str, str]:
        key = self.keys[-1]
        return {"id_token": jwt.encode({"alg": "ES256", "kid": key.kid}, self.claims, key)}


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    made = Provider()
    monkeypatch.setattr(OAuth2Session, "fetch_token", made.token)
    monkeypatch.setattr(ProviderSignIn, "_fetched", lambda _, address: made.fetch(address))
    return made


@pytest.fixture
def client(preview: Preview, office: Office, provider: Provider) -> Iterator[TestClient]:
    add_demo_accounts(office)
    way_in = ProviderSignIn(SETTINGS, authorities_of(office), secret="geheim")
    app = create_app(preview, office, sign_in=way_in, secure=False)
    with TestClient(app, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False) as opened:
        yield opened


def come_in(client: TestClient, provider: Provider, sub: str, role: str, **others: object) -> Any:
    sent = parse_qs(urlsplit(client.get("/aanmelden/begin").headers["location"]).query)
    soon = int(time.time()) + 60
    provider.claims = {
        "iss": ISSUER, "aud": "groeibrief", "sub": sub, "nonce": sent["nonce"][0], "exp": soon, "rollen": [role],
        **others,
    }  # fmt: skip
    return client.get("/aanmelden/terug", params={"state": sent["state"][0], "code": "code"})


def test_the_provider_s_addresses_and_keys_are_fetched_once(client: TestClient, provider: Provider) -> None:
    for number in range(3):
        assert come_in(client, provider, f"iemand-{number}", TOWN).headers["location"] == "/overzicht"
    assert provider.fetched == ["openid-configuration", "jwks_uri"]


def test_a_new_key_of_the_provider_is_fetched_when_it_is_met(client: TestClient, provider: Provider) -> None:
    come_in(client, provider, "iemand", TOWN)
    provider.keys = [ECKey.generate_key("P-256", {"kid": "tweede"})]
    assert come_in(client, provider, "iemand", TOWN).status_code == 303
    assert provider.fetched.count("jwks_uri") == 2


def test_keys_are_fetched_again_after_a_while(
    client: TestClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signin, "_KEYS_SECONDS", 0)
    come_in(client, provider, "iemand", TOWN)
    come_in(client, provider, "iemand", TOWN)
    assert provider.fetched.count("jwks_uri") == 2


@pytest.mark.parametrize(
    "wrong", [{"nonce": "een-andere"}, {"iss": "https://elders.example.be"}, {"aud": "elders"}, {"exp": 1}]
)
def test_a_token_for_something_else_is_refused(client: TestClient, provider: Provider, wrong: dict[str, Any]) -> None:
    refused = come_in(client, provider, "iemand", TOWN, **wrong)
    assert refused.status_code == 403
    assert "Het aanmelden is niet gelukt of duurde te lang. Meld u opnieuw aan." in refused.text


def test_a_token_that_another_signed_is_refused(client: TestClient, provider: Provider) -> None:
    come_in(client, provider, "iemand", TOWN)
    client.cookies.clear()
    stranger = Provider()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OAuth2Session, "fetch_token", stranger.token)
        sent = parse_qs(urlsplit(client.get("/aanmelden/begin").headers["location"]).query)
        stranger.claims = {**provider.claims, "nonce": sent["nonce"][0]}
        refused = client.get("/aanmelden/terug", params={"state": sent["state"][0], "code": "code"})
    assert refused.status_code == 403
    assert client.get("/overzicht").headers["location"] == "/aanmelden?naar=/overzicht"


def test_who_came_in_is_an_account_that_can_be_closed(client: TestClient, provider: Provider, office: Office) -> None:
    come_in(client, provider, "iemand", TOWN)
    come_in(client, provider, "iemand", TOWN)
    (account,) = [each for each in office.accounts.all() if each.account.startswith("acm-")]
    assert (account.role, account.authority, account.closed_on) == (Role.MUNICIPALITY, "0123.456.749", None)
    assert client.get("/overzicht").status_code == 200
    office.accounts.close(account.account, "beheerder", office.now())
    assert client.get("/overzicht").headers["location"] == "/aanmelden?naar=/overzicht"
    refused = come_in(client, provider, "iemand", TOWN)
    assert refused.status_code == 403
    assert "Dit account is hier niet gekend of is gesloten." in refused.text
    assert come_in(client, provider, "een-ander", TOWN).status_code == 303


def test_what_is_counted_is_told_of_who_asked(client: TestClient, provider: Provider, office: Office) -> None:
    come_in(client, provider, "iemand", TOWN)
    asked = {"actie": "tel", "peildatum": "2025-11-01"}
    assert client.post("/doelgroepen/sociale-toeslag", data=asked).status_code == 200
    (line,) = [entry for entry in ledger_of(office.settings).entries() if entry.act == "telling"]
    (account,) = [each.account for each in office.accounts.all() if each.account.startswith("acm-")]
    assert (line.who, line.role) == (account, "gemeente")
