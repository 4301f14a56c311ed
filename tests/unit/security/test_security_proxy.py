"""Behind a proxy: whose word on a visitor's address is taken, and what the browser is told of cookies and TLS."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from groeibrief.cli.entry import groeibrief
from groeibrief.errors import UsageError
from groeibrief.portal.serving import THIS_MACHINE, configuration
from groeibrief.portal.signin import load_provider, read_secret

EXAMPLES = Path(__file__).parents[3] / "docs" / "voorbeelden"


def seen_by_the_portal(peer: str, forwarded: list[str], proxies: tuple[str, ...] = THIS_MACHINE) -> str:
    """The address that the portal takes a visitor to come from, when *peer* connects with these headers."""
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        assert request.client
        seen.append(request.client.host)
        await PlainTextResponse("")(scope, receive, send)

    config = configuration(app, "127.0.0.1", 8000, proxies)
    config.load()
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": headers,
        "client": (peer, 40000),
        "scheme": "http",
    }

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(_: Message) -> None:
        return None

    asyncio.run(config.loaded_app(scope, receive, send))  # type: ignore[arg-type]
    return seen[0]


@pytest.mark.parametrize(
    ("peer", "forwarded", "seen"),
    [
        ("127.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("::1", ["198.51.100.7"], "198.51.100.7"),
        # A visitor who sends the header himself, to a proxy that adds to it: the last one is the proxy's.
        ("127.0.0.1", ["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["127.0.0.1, 198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["203.0.113.9", "198.51.100.7"], "198.51.100.7"),
        # Someone who reaches the portal without the proxy is who he is.
        ("198.51.100.7", ["203.0.113.9"], "198.51.100.7"),
        ("198.51.100.7", ["127.0.0.1"], "198.51.100.7"),
        ("127.0.0.1", [], "127.0.0.1"),
    ],
)
def test_nobody_chooses_the_address_that_he_comes_from(peer: str, forwarded: list[str], seen: str) -> None:
    assert seen_by_the_portal(peer, forwarded) == seen


def test_a_proxy_elsewhere_is_named_and_then_only_that_one_is_believed() -> None:
    proxies = ("192.0.2.10",)
    assert seen_by_the_portal("192.0.2.10", ["198.51.100.7"], proxies) == "198.51.100.7"
    assert seen_by_the_portal("127.0.0.1", ["198.51.100.7"], proxies) == "127.0.0.1"
    assert seen_by_the_portal("192.0.2.11", ["198.51.100.7"], ("192.0.2.0/24",)) == "198.51.100.7"


@pytest.mark.parametrize("written", ["*", "0.0.0.0/0", "::/0", "proxy.example.be", ""])
def test_everyone_is_no_proxy(written: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(groeibrief, ["serve", "--snapshot", str(tmp_path), "--proxy", written])
    assert isinstance(done.exception, UsageError)
    assert (done.exception.code, str(done.exception)) == (
        "E268", f"'{written}' is geen IP-adres of netwerk van een proxy. Schrijf bijvoorbeeld 192.0.2.10."
    )  # fmt: skip


def test_cookies_are_for_https_and_this_host_alone(browser: TestClient) -> None:
    answer = browser.post("/aanmelden/demo", data={"account": "demo-torhout"})
    (cookie,) = answer.headers.get_list("set-cookie")
    name, *attributes = [part.strip() for part in cookie.split(";")]
    assert name.startswith("__Host-sessie=")
    assert set(map(str.lower, attributes)) == {"httponly", "secure", "samesite=lax", "path=/"}
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("header", ["forwarded", "x-forwarded-for", "x-real-ip", "via"])
def test_metrics_are_not_passed_on(secure_app: object, header: str) -> None:
    here = TestClient(secure_app, client=("127.0.0.1", 40000))  # type: ignore[arg-type]
    assert here.get("/metriek").status_code == 200
    assert here.get("/metriek", headers={header: "127.0.0.1"}).status_code == 404
    assert TestClient(secure_app, client=("198.51.100.7", 4)).get("/metriek").status_code == 404  # type: ignore[arg-type]


def test_a_new_sign_in_ends_the_session_that_there_was(browser: TestClient) -> None:
    browser.post("/aanmelden/demo", data={"account": "demo-torhout"})
    before = browser.cookies["__Host-sessie"]
    browser.post("/aanmelden/demo", data={"account": "demo-zaventem"})
    assert browser.cookies["__Host-sessie"] != before
    browser.cookies.clear()
    answer = browser.get("/overzicht", headers={"cookie": f"__Host-sessie={before}"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/aanmelden?naar=/overzicht")


def test_who_leaves_leaves_nothing_in_the_browser(browser: TestClient) -> None:
    browser.post("/aanmelden/demo", data={"account": "demo-torhout"})
    answer = browser.post("/afmelden")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'


def test_the_example_settings_are_valid_and_name_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = EXAMPLES / "aanmelden.yaml"
    settings = load_provider(path)
    assert settings.geheim_bestand == "/run/credentials/groeibrief.service/geheim"
    # As systemd hands a credential over: root's, and a right of the service that shows as one of the group.
    secret = tmp_path / "geheim"
    secret.write_text("een geheim\n")
    secret.chmod(0o440)
    mine = tmp_path / "aanmelden.yaml"
    mine.write_text(path.read_text(encoding="utf-8").replace(settings.geheim_bestand, str(secret)), encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read_secret(load_provider(mine), mine) == "een geheim"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("TRACE", "/", 405), ("GET", "/stijl/", 404), ("GET", "/stijl/../pages.py", 404)]
)
def test_a_browser_gets_pages_and_nothing_beside_them(browser: TestClient, method: str, path: str, status: int) -> None:
    assert browser.request(method, path).status_code == status
