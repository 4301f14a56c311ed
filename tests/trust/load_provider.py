"""An OpenID Connect provider for the load: who signs in says in the code who that is, and the provider signs it.

``python load_provider.py PORT``. It believes everyone, and listens on this machine alone; the real thing is tested in
``tests/browser/test_browser_signin.py``.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import ECKey

HOST = "127.0.0.1"
CLIENT = "groeibrief"
ROLES = "groeibrief_rollen"
KEY_ID = "belasting"


def code_for(sub: str, role: str, nonce: str) -> str:
    """The code with which *sub* comes back to the portal."""
    told = json.dumps({"sub": sub, "rol": role, "nonce": nonce}).encode()
    return base64.urlsafe_b64encode(told).decode()


class Provider:
    """Answers discovery, the keys and the token."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://{HOST}:{port}"
        self._key = ECKey.generate_key("P-256", {"kid": KEY_ID})

    def answer(self, path: str, body: bytes) -> dict[str, Any]:
        """The JSON for a request."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/aanmelden",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/sleutels",
            }  # fmt: skip
        if path == "/sleutels":
            return {"keys": [self._key.as_dict(private=False)]}
        told = json.loads(base64.urlsafe_b64decode(parse_qs(body.decode())["code"][0]))
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": told["sub"], "nonce": told["nonce"], "iat": now,
            "exp": now + 300, ROLES: [told["rol"]],
        }  # fmt: skip
        signed = jwt.encode({"alg": "ES256", "kid": KEY_ID}, claims, self._key)
        return {"access_token": "geen", "token_type": "Bearer", "id_token": signed}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer what comes over one connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
                body = await reader.readexactly(int(fields.get("content-length", "0")))
                data = json.dumps(self.answer(lines[0].split(" ")[1], body)).encode()
                start = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(data)}\r\n\r\n"
                writer.write(start.encode() + data)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def main(port: int) -> None:
    server = await asyncio.start_server(Provider(port).serve, HOST, port, backlog=500)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
