"""Serving the portal: one process, no other server; TLS ends at a proxy before it."""

from __future__ import annotations

from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp


def serve(app: ASGIApp, host: str, port: int, started: Callable[[str], None]) -> None:
    """Serve until asked to stop; *started* is told the address. No access log: it would hold who visits what."""
    config = uvicorn.Config(
        app, host=host, port=port, access_log=False, log_level="warning", server_header=False, date_header=False,
        proxy_headers=True, forwarded_allow_ips="127.0.0.1", timeout_graceful_shutdown=5, lifespan="off",
    )  # fmt: skip
    started(f"http://{host}:{port}/")
    uvicorn.Server(config).run()
