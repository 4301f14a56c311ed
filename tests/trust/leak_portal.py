"""The portal over a snapshot with canaries: what it answers in every role, what it says, what a browser keeps."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError

HERE = Path(__file__).parent
sys.path += [str(HERE.parent / "unit" / "portal"), str(HERE.parent / "browser")]

from badinput_portal import ROLES, unlimited  # noqa: E402 - the folders above come first
from badinput_world import REPOSITORY  # noqa: E402 - as above
from leak_flows import PROGRAM, Aviary  # noqa: E402 - as above
from portal_world import filled_in, handed_in  # noqa: E402 - as above
from starlette.testclient import TestClient  # noqa: E402 - as above

from groeibrief.catalog import Project  # noqa: E402 - as above
from groeibrief.portal.application import addresses, create_app  # noqa: E402 - as above
from groeibrief.portal.demo import DemoSignIn  # noqa: E402 - as above
from groeibrief.workflow.office import Office  # noqa: E402 - as above
from groeibrief.workflow.previewing import Preview  # noqa: E402 - as above
from groeibrief.workflow.settings import Settings  # noqa: E402 - as above

OWN = {"sec-fetch-site": "same-origin"}
_STORAGE = """async () => JSON.stringify({
    local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie,
    caches: 'caches' in window ? await caches.keys() : [],
    databases: indexedDB.databases ? await indexedDB.databases() : [],
    workers: 'serviceWorker' in navigator ? (await navigator.serviceWorker.getRegistrations()).length : 0})"""
_PATIENCE = 60


def answers(aviary: Aviary) -> Iterator[tuple[str, str | None, bytes, str]]:
    """Every page as each role sees it: what was asked, the role, the whole answer with its headers, cache-control."""
    state = aviary.home / "portaal"
    store = aviary.world.snapshot.parent / "voorbereid"
    office = Office(
        Settings(trust=(aviary.world.trust,), store_root=store, state=state),
        Project(REPOSITORY),
        lambda: datetime(2026, 3, 2, 9, tzinfo=UTC),
        demo=True,
    )
    preview = Preview(office.project, aviary.world.snapshot, office.settings)
    way_in = DemoSignIn(office, synthetic=preview.synthetic)
    app = create_app(preview, office, sign_in=way_in, secure=False)
    unlimited(app)
    client_of = {"client": ("127.0.0.1", 50_000)}
    with TestClient(app, headers=OWN, follow_redirects=False, raise_server_exceptions=False, **client_of) as client:  # type: ignore[arg-type]
        cookies = _signed_in(client)
        _as(client, cookies["torhout"])
        filled_in(client)
        number = handed_in(client)
        for role in ROLES:
            _as(client, cookies.get(role or ""))
            for address in addresses(app.state.portal, way_in):
                if address.path == "/afmelden":
                    continue
                for method in address.methods:
                    for path in _paths(address.path, number):
                        sent = {"data": _form(aviary)} if method == "POST" else {}
                        answer = client.request(method, path, **sent)  # type: ignore[arg-type]
                        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items()).encode()
                        cache = answer.headers.get("cache-control", "")
                        yield f"{method} {path}", role, headers + b"\n\n" + answer.content, cache


def _signed_in(client: TestClient) -> dict[str, str]:
    cookies = {}
    for role in ROLES[1:]:
        assert role is not None
        client.cookies.clear()
        answer = client.post("/aanmelden/demo", data={"account": f"demo-{role}"})
        assert answer.status_code == 303, answer.text
        cookies[role] = answer.headers["set-cookie"].partition(";")[0]
    return cookies


def _as(client: TestClient, cookie: str | None) -> None:
    client.cookies.clear()
    if cookie:
        client.headers["cookie"] = cookie
    else:
        client.headers.pop("cookie", None)


def _paths(path: str, number: str) -> list[str]:
    path = path.replace("{nummer}", number).replace("{naam}", "sociale-toeslag").replace("{lek}", "lek-0001")
    forms = [path.replace("{vorm}", form) for form in ("json", "csv")] if "{vorm}" in path else [path]
    return [
        each.replace("{daad}", act) for each in forms for act in (("bericht", "tel") if "{daad}" in each else ("",))
    ]


def _form(aviary: Aviary) -> dict[str, str]:
    """What makes pages say most: the dossier of a canary to explain, an exact count."""
    return {
        "dossier": str(aviary.canaries[0].dossier), "actie": "tel", "peildatum": "2025-11-01", "versie": "1",
        "tekst": "Dag.", "kinderen": "ja",
    }  # fmt: skip


def browser(aviary: Aviary) -> Iterator[tuple[str, bytes]]:
    """A real server and a real browser: what the browser keeps after each role's pages, and what the server says."""
    from playwright.sync_api import sync_playwright

    port = 18_400 + int(time.time()) % 500
    log = aviary.home / "server.log"
    words = ("serve", "--demo", "--snapshot", aviary.world.snapshot, "--trust", aviary.world.trust, "--port", port)
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [PROGRAM, *map(str, words)], env=aviary.environment, stdout=stream, stderr=stream, cwd=aviary.home
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address, server, log)
            with sync_playwright() as playwright:
                found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
                kept = aviary.home / "browser"
                opened = playwright.chromium.launch_persistent_context(
                    str(kept), executable_path=found, args=["--no-sandbox"], locale="nl-BE"
                )
                for role in ROLES[1:]:
                    yield from _visit(opened, address, str(role))
                opened.close()
            for path in kept.rglob("*"):
                if path.is_file():
                    yield f"browser/{path.relative_to(kept)}", path.read_bytes()
        finally:
            server.terminate()
            server.wait(20)
    yield "server.log", log.read_bytes()


def _visit(opened: Any, address: str, role: str) -> Iterator[tuple[str, bytes]]:
    opened.clear_cookies()
    page = opened.new_page()
    page.goto(f"{address}/aanmelden")
    page.click(f"button[value='demo-{role}']")
    links = (
        "/overzicht",
        "/doelgroepen",
        "/samenstellen",
        "/register",
        "/register/cijfers",
        "/kalender",
        "/datalekken",
    )
    for link in links:
        page.goto(address + link)
        yield f"storage of {role} at {link}", page.evaluate(_STORAGE).encode()
        yield f"page of {role} at {link}", page.content().encode()
    for cookie in opened.cookies():
        yield f"cookie of {role}", f"{cookie['name']}={cookie['value']}".encode()
    page.close()


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(f"{address}/gezondheid", timeout=5).close()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError(log.read_text())
