"""Keeps the simulator to this machine: foreign web pages are refused, and the page may load nothing from elsewhere."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)
_OUR_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")


class Guarded:
    """Around the whole app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        words = _refusal(Headers(scope=scope)) if scope["type"] == "http" else None
        if words is not None:
            await JSONResponse({"error": words}, status_code=403)(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)


def _refusal(headers: Headers) -> str | None:
    """Why this request is not ours: another site's script, or another name for this machine (DNS rebinding)."""
    host = headers.get("host", "")
    if not _OUR_HOST.fullmatch(host):
        return f"this simulator answers on 127.0.0.1 only, not as {host!r}"
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return f"pages of {origin} may not use this simulator"
    if headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        return "other web sites may not use this simulator"
    return None
