"""A file that is handed over once: whoever breaks off before its last byte has not had it."""

from __future__ import annotations

from collections.abc import Callable

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_CHUNK = 64 * 1024
_LISTEN_SECONDS = 0.02


class HandedOver(Response):
    """Sends *data* in chunks, and tells *finished* when all of it was given to a connection that is still there."""

    def __init__(self, data: bytes, name: str, media_type: str, finished: Callable[[], None]) -> None:
        super().__init__(
            media_type=media_type,
            headers={"content-disposition": f'attachment; filename="{name}"', "content-length": str(len(data))},
        )
        self._data, self._finished = data, finished

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send, unless the other side went away; what the server cannot see is for the visitor to tell."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for start in range(0, len(self._data), _CHUNK):
            await send({"type": "http.response.body", "body": self._data[start : start + _CHUNK], "more_body": True})
        # Asked before the response ends: afterwards every connection looks as if it went away.
        gone = False
        with anyio.move_on_after(_LISTEN_SECONDS):
            gone = (await receive())["type"] == "http.disconnect"
        if gone:
            return
        await run_in_threadpool(self._finished)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
