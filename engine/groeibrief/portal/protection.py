"""What stands around every page: headers, requests from other sites, bodies too large, too many requests.

Requests that change something are accepted from our own pages only, by ``Sec-Fetch-Site`` and, in browsers without it,
``Origin`` (OWASP: Cross-Site Request Forgery Prevention, "Fetch Metadata").
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from threading import Lock
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from groeibrief.portal.journal import Journal

MOST_MEGABYTES = 2
"""Of a file that is sent: a council decision. A request's body may hold a megabyte more, for the rest of its form."""
_MEGABYTE = 1024 * 1024
MOST_BYTES = (MOST_MEGABYTES + 1) * _MEGABYTE
HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
SECURE_ONLY = {"strict-transport-security": "max-age=31536000; includeSubDomains"}
_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_OWN = frozenset(("same-origin", "none"))
_STATIC = "/stijl/"
_SIGN_IN = "/aanmelden/"

Clock = Callable[[], float]


class Protection:
    """ASGI middleware around *app*. *secure*: served over HTTPS, behind a proxy that ends TLS.

    *rate*: requests a second that one cookie may make in the long run, *burst* at once; one address ten times as many,
    because a whole town hall may share it. Of the steps of signing in, one address may make a fifth of *rate* and four
    times *burst* at once: two hundred people in one minute, and far fewer than would keep others out.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        secure: bool,
        rate: float = 20,
        burst: int = 100,
        clock: Clock = time.monotonic,
        most_megabytes: int = MOST_MEGABYTES,
        journal: Journal | None = None,
    ) -> None:
        self._journal = journal or Journal()
        self._app, self._most_megabytes = app, most_megabytes
        self._most_bytes = (most_megabytes + 1) * _MEGABYTE
        self._headers = HEADERS | (SECURE_ONLY if secure else {})
        self._cookies = Buckets(rate, burst, clock)
        self._addresses = Buckets(10 * rate, 10 * burst, clock)
        self._sign_ins = Buckets(rate / 5, 4 * burst, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse before the application sees the request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        sending = self._with_headers(scope, send)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, sending)
            return
        await self._app(scope, _bounded(receive, self._most_bytes), sending)

    def _refusal(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        if scope["method"] not in _SAFE and not _is_own(scope, headers):
            self._journal.refused(HTTPConnection(scope), "andere-site")
            return PlainTextResponse("Deze aanvraag komt niet van onze eigen pagina's.", 403)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self._most_bytes:
            told = f"Dit is te groot om te versturen. Een bestand mag {self._most_megabytes} MB groot zijn."
            return PlainTextResponse(told, 413)
        client = scope.get("client")
        cookie, address = headers.get("cookie"), client[0] if client else ""
        if (
            not self._addresses.take(address)
            or (cookie is not None and not self._cookies.take(cookie))
            or (scope["path"].startswith(_SIGN_IN) and not self._sign_ins.take(address))
        ):
            self._journal.refused(HTTPConnection(scope), "te-veel")
            return PlainTextResponse("Te veel aanvragen na elkaar. Wacht even.", 429, headers={"retry-after": "5"})
        return None

    def _with_headers(self, scope: Scope, send: Send) -> Callable[[Message], Awaitable[None]]:
        # What a signed-in visitor sees is not kept by a browser or a proxy; the style sheet is, by its own name.
        cache = "public, max-age=3600" if scope["path"].startswith(_STATIC) else "no-store"

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers["cache-control"] = cache
            await send(message)

        return sending


def _is_own(scope: Scope, headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in _OWN
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] == headers.get("host")


class TooLargeError(Exception):
    """A body that goes on past the limit, whatever its header said."""


def _bounded(receive: Receive, most: int) -> Receive:
    received = 0

    async def receiving() -> MutableMapping[str, Any]:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            raise TooLargeError
        return message

    return receiving


class Buckets:
    """Token buckets, one for each visitor; those that are full again are forgotten."""

    def __init__(self, rate: float, burst: int, clock: Clock) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._levels: dict[str, tuple[float, float]] = {}
        self._lock = Lock()

    def take(self, whose: str) -> bool:
        """Take one token; False when the bucket is empty."""
        now = self._clock()
        with self._lock:
            if len(self._levels) > 10_000:
                self._forget(now)
            level, when = self._levels.get(whose, (float(self._burst), now))
            level = min(self._burst, level + (now - when) * self._rate)
            taken = level >= 1
            self._levels[whose] = (level - taken, now)
            return taken

    def _forget(self, now: float) -> None:
        self._levels = {
            whose: (level, when)
            for whose, (level, when) in self._levels.items()
            if level + (now - when) * self._rate < self._burst
        }
