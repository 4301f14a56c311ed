"""Serving the portal: one process, no other server; TLS ends at a proxy before it."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Sequence

import uvicorn
from starlette.types import ASGIApp

from groeibrief.errors import UsageError
from groeibrief.state import keep_connections

THIS_MACHINE = ("127.0.0.1", "::1")


def configuration(app: ASGIApp, host: str, port: int, proxies: Sequence[str] = THIS_MACHINE) -> uvicorn.Config:
    """How the server works. What a proxy says of a visitor's address is believed of those at *proxies* alone."""
    return uvicorn.Config(
        app, host=host, port=port, access_log=False, log_level="warning", server_header=False, date_header=False,
        proxy_headers=True, forwarded_allow_ips=list(proxies), timeout_graceful_shutdown=5, lifespan="off",
    )  # fmt: skip


def serve(
    app: ASGIApp, host: str, port: int, started: Callable[[str], None], proxies: Sequence[str] = THIS_MACHINE
) -> None:
    """Serve until asked to stop; *started* is told the address. No access log: it would hold who visits what."""
    config = configuration(app, host, port, proxies)
    # What nobody foresaw stands in the site's journal; the server would add the error's words, which could hold data.
    logging.getLogger("uvicorn.error").addFilter(lambda record: record.exc_info is None)
    keep_connections()
    _require_free(host, port)
    started(f"http://{host}:{port}/")
    uvicorn.Server(config).run()


def _require_free(host: str, port: int) -> None:
    """Refuse an address that nobody can listen at: the server would leave with a code of its own."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except (OSError, UnicodeError):
        raise UsageError(
            "E280", f"Op poort {port} van dit adres kan niet geluisterd worden. Kies met --host en --port andere."
        ) from None
