"""Invented users of the portal: municipalities and analysts, who read, compose, count, sign in and out."""

from __future__ import annotations

import asyncio
import html
import re
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from urllib.parse import parse_qs, urlencode, urlsplit

from load_provider import HOST, code_for

OWN = "sec-fetch-site: same-origin\r\n"
REQUEST_TIMEOUT = 60
TURNS = 12
"""Ordinary questions of a municipality in a year (rules/policies/disclosure.yaml)."""
AUDIENCE, PARAMETER = "sociale-toeslag", "p-leeftijd_tot"
PUBLIC = ("/", "/tellingen", "/toegankelijkheid", "/register")
MUNICIPAL = ("/overzicht", "/doelgroepen", f"/doelgroepen/{AUDIENCE}", "/doelgroepen/wezen", "/samenstellen")
AGENCY = ("/overzicht", "/overzicht?toestand=ontwerp", "/kalender", "/register", "/drukkerijen", "/datalekken")
_SHOWN = re.compile(r'<p class="getal">(.*?)</p>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Town:
    """An invented local authority: its enterprise number, and its one municipality."""

    kbo: str
    nis: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: its kind, the page as a pattern, seconds, bytes, status."""

    kind: str
    page: str
    seconds: float
    size: int
    status: int


@dataclass
class Seen:
    """What all users saw. ``paid``: by NIS code the questions, each with the answer that was shown."""

    samples: list[Sample] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    paid: dict[str, dict[str, str]] = field(default_factory=dict)
    counts: int = 0


class Connection:
    """One connection that is kept open, as a browser does."""

    def __init__(self, port: int, address: str | None) -> None:
        self._port, self._address = port, address
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, form: Mapping[str, str] | None, cookie: str) -> Answer:
        """Send a request and read its answer; once more when the server had closed the connection meanwhile."""
        body = urlencode(form).encode() if form is not None else b""
        head = f"{method} {path} HTTP/1.1\r\nhost: {HOST}\r\n{OWN}content-length: {len(body)}\r\n"
        if form is not None:
            head += "content-type: application/x-www-form-urlencoded\r\n"
        if cookie:
            head += f"cookie: {cookie}\r\n"
        if self._address:
            head += f"x-forwarded-for: {self._address}\r\n"
        data = head.encode() + b"\r\n" + body
        if self._streams is not None:
            try:
                return await self._exchange(data)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
        self._streams = await asyncio.open_connection(HOST, self._port)
        return await self._exchange(data)

    async def _exchange(self, data: bytes) -> Answer:
        assert self._streams is not None
        reader, writer = self._streams
        writer.write(data)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            # Several cookies may be set at once; the last of a name is what counts here.
            headers[name] = f"{headers[name]}\n{value}" if name in headers else value
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Answer(int(lines[0].split(" ")[1]), headers, body)

    def close(self) -> None:
        """Let go of the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


class User:
    """Someone at a browser. *pause*: mean seconds between two pages, uniform from half to one and a half times it."""

    def __init__(self, seen: Seen, port: int, number: int, pause: float, address: str | None) -> None:
        self.seen, self.pause = seen, pause
        self.random = Random(number)
        self._connection = Connection(port, address)
        self._cookies: dict[str, str] = {}

    async def ask(
        self, kind: str, path: str, form: Mapping[str, str] | None = None, expected: tuple[int, ...] = (200,)
    ) -> Answer:
        """Ask for a page and note how it went."""
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        begun = time.perf_counter()
        async with asyncio.timeout(REQUEST_TIMEOUT):
            answer = await self._connection.ask("GET" if form is None else "POST", path, form, cookie)
        took = time.perf_counter() - begun
        for line in filter(None, answer.headers.get("set-cookie", "").split("\n")):
            name, _, value = line.split(";")[0].partition("=")
            self._cookies[name] = value.strip('"')
            if not self._cookies[name]:
                del self._cookies[name]
        page = re.sub(r"/[A-Z]*\d[\w-]*", "/{nummer}", path.split("?")[0])
        self.seen.samples.append(Sample(kind, page, took, len(answer.body), answer.status))
        if answer.status not in expected:
            self.seen.faults.append(f"{answer.status} {page}")
        return answer

    async def think(self) -> None:
        """Read the page."""
        if self.pause:
            await asyncio.sleep(self.pause * (0.5 + self.random.random()))

    async def sign_in(self, sub: str, role: str) -> None:
        """Sign in through the provider."""
        away = await self.ask("aanmelden", "/aanmelden/begin", expected=(303,))
        sent = parse_qs(urlsplit(away.headers["location"]).query)
        back = {"state": sent["state"][0], "code": code_for(sub, role, sent["nonce"][0])}
        await self.ask("aanmelden", f"/aanmelden/terug?{urlencode(back)}", expected=(303,))

    def close(self) -> None:
        """Close the browser."""
        self._connection.close()


async def be_municipality(
    user: User, towns: deque[Town], until: float, *, counts: float, own_requests: bool, pages_of_a_visit: int = 40
) -> None:
    """Visit for one municipality after another until the clock says *until*; a share *counts* of the pages counts."""
    begun = False
    await user.think()
    while time.monotonic() < until:
        town = towns.popleft()
        towns.append(town)
        await user.sign_in(f"gemeente-{town.nis}", f"Medewerker:{town.kbo}")
        if own_requests and not begun:
            begun = True
            await user.think()
            asked = {"actie": "aanvraag", "peildatum": "2025-11-01"}
            made = await user.ask("schrijven", f"/doelgroepen/{AUDIENCE}", asked, expected=(303,))
            request = made.headers.get("location", "").rpartition("/")[0]
            own = (request, f"{request}/gegevens", f"{request}/brief.png")
        else:
            own = ()
        for _ in range(pages_of_a_visit):
            if time.monotonic() >= until:
                break
            await user.think()
            if user.random.random() < counts:
                await _count(user, town)
            else:
                await user.ask("pagina", user.random.choice((*PUBLIC, *MUNICIPAL, *own, *own, *own)))
        await user.ask("afmelden", "/afmelden", {}, expected=(303,))
    user.close()


async def _count(user: User, town: Town) -> None:
    """Ask a question: a new one half of the time, as long as there are telbeurten left."""
    paid = user.seen.paid.setdefault(town.nis, {})
    new = len(paid) < TURNS and (not paid or user.random.random() < 0.5)
    choices = sorted(set(map(str, range(26))) - paid.keys()) if new else sorted(paid)
    chosen = user.random.choice(choices)
    form = {"actie": "tel", "peildatum": "2025-11-01", PARAMETER: chosen}
    # Claimed before the answer: two users of one town never both take the last telbeurt.
    before = paid.setdefault(chosen, "")
    answer = await user.ask("nieuwe telling" if new else "eerdere telling", f"/doelgroepen/{AUDIENCE}", form)
    found = _SHOWN.search(answer.body.decode())
    if found is None:
        user.seen.faults.append("geen antwoord op een telling")
        return
    user.seen.counts += 1
    shown = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[1])).split())
    if before not in ("", shown):
        user.seen.faults.append("twee antwoorden op een vraag")
    paid[chosen] = shown


async def be_analyst(user: User, until: float, *, counts: float) -> None:
    """Visit for the agency until the clock says *until*; a share *counts* of the pages is an exact count."""
    await user.think()
    await user.sign_in(f"analist-{user.random.random()}", "Analist:0316380841")
    while time.monotonic() < until:
        await user.think()
        listed = await user.ask("pagina", user.random.choice(AGENCY))
        files = re.findall(r'href="(/dossiers/[A-Z0-9-]+)"', listed.body.decode())
        if not files:
            continue
        await user.think()
        file = user.random.choice(files)
        await user.ask("pagina", user.random.choice((file, file, f"{file}/definitie")))
        if user.random.random() < counts:
            await user.think()
            await user.ask("exacte telling", f"{file}/cijfers", {})
    user.close()
