"""A real server and a real browser: the portal as a process over invented families, and Chromium to look at it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from groeibrief.catalog import Project, load_catalogue
from groeibrief.snapshot.synthetic import synthesise

PROGRAM = Path(sys.executable).with_name("groeibrief")
PROJECT = Project(Path(__file__).parents[2])
LOOPBACK = "127.0.0.1"
FAMILIES = 3000
WIDE, NARROW = 1200, 390
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE = 60
_IN_DUTCH = {**os.environ, "LANGUAGE": "nl_BE", "LANG": "nl_BE.UTF-8"}

on_loopback = pytest.mark.allow_hosts([LOOPBACK])
"""The browser, the server and the sign-in provider talk over loopback; nothing else is reached."""


@dataclass(frozen=True)
class World:
    """A folder with a snapshot, its prepared store and a state; where the portal is served."""

    home: Path
    address: str

    @property
    def snapshot(self) -> Path:
        """The invented families."""
        return self.home / "proef"

    @property
    def environment(self) -> dict[str, str]:
        """For a command that works on the same state."""
        return environment(self.home)


def environment(home: Path) -> dict[str, str]:
    """Nothing of the user's settings, and a state of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"GROEIBRIEF_STATE": str(home / "staat"), "GROEIBRIEF_PROJECT": str(PROJECT.root), "TZ": "UTC"}


def make_snapshot(home: Path, extracted_on: date = date(2025, 11, 3)) -> None:
    """Invent the families of a world."""
    catalogue = load_catalogue(PROJECT)
    synthesise(home / "proef", catalogue=catalogue, families=FAMILIES, extracted_on=extracted_on)


def free_port() -> int:
    """A port that nobody uses now."""
    import socket

    with socket.socket() as found:
        found.bind((LOOPBACK, 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def served(home: Path, *options: str, port: int | None = None) -> Iterator[World]:
    """Serve the portal over the world in *home* until the end of the block."""
    chosen = port or free_port()
    command = [str(PROGRAM), "serve", "--snapshot", str(home / "proef"), "--port", str(chosen), *options]
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment(home), stdout=log, stderr=log)
        try:
            address = f"http://{LOOPBACK}:{chosen}"
            wait_for(f"{address}/gezondheid", process, home / "server.log")
            yield World(home, address)
        finally:
            process.terminate()
            process.wait(20)


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until there is an answer at *address*; fail when the process has ended."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError(log.read_text())


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser of this machine."""
    path = next(filter(None, map(shutil.which, _CHROMIUM)))
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--lang=nl-BE"], env=_IN_DUTCH)
        yield opened
        opened.close()


class Visit:
    """Someone at a browser, signed in or not. Notes everything that goes over the wire or wrong."""

    def __init__(self, world: World, opened: Browser, account: str | None = None, width: int = WIDE) -> None:
        self.world = world
        self.context: BrowserContext = opened.new_context(
            viewport={"width": width, "height": 900}, locale="nl-BE", accept_downloads=True
        )
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.bytes = 0
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("response", self._received)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda told: self.faults.append(told.text) if told.type == "error" else None)
        if account:
            self.go("/aanmelden")
            self.page.click(f"button[value='demo-{account}']")

    def _received(self, response: Any) -> None:
        self.bytes += int(response.headers.get("content-length", 0))

    def go(self, path: str) -> None:
        """Open a page of the portal."""
        self.requests.clear()
        self.bytes = 0
        self.page.goto(self.world.address + path)

    def press(self, name: str) -> None:
        """Press the button that is called so."""
        self.requests.clear()
        self.bytes = 0
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()

    def heading(self) -> str:
        """The page's title as it is read."""
        return self.page.locator("h1").inner_text()

    def check_accessible(self) -> None:
        """Axe finds nothing at all on the page as it is now; nothing is wider than the page either."""
        found = Axe().run(self.page, options=RULES).response["violations"]
        told = [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in found]
        assert not told, (self.page.url, told)
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (self.page.url, wide)

    def close(self) -> None:
        """Leave, and have seen nothing go wrong."""
        self.context.close()
        assert not self.faults, self.faults


Enter = Callable[..., Visit]
"""Somebody comes in: the fixture ``enter``."""
