"""A Bot API that costs next to nothing: HTTP/1.1 read by hand, every answer held back by the latency.

It is no judge of what a bot says (that is the simulator): it must only never be what is waited for.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

END = b"\r\n\r\n"
Reply = Callable[[object], None]
Call = Callable[[str, str, Mapping[str, str], Reply], None]


class Wire(asyncio.Protocol):
    """One connection of a bot's. `call(token, method, parameters, reply)` replies at once, or later."""

    def __init__(self, call: Call, latency_s: Callable[[], float]) -> None:
        self._call, self._latency_s = call, latency_s
        self._transport: asyncio.Transport | None = None
        self._left = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A bot has called."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """A bot waits for the answer before it asks again, so at most one request is whole."""
        self._left += data
        head, found, body = self._left.partition(END)
        if not found:
            return
        lines = head.decode().split("\r\n")
        named = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if len(body) < int(named.get("content-length", 0)):
            if "100-continue" in named.get("expect", ""):
                raise ValueError("nobody here says continue")
            return
        self._left = b""
        _, token, method = lines[0].split(" ")[1].rsplit("/", 2) if "/bot" in lines[0] else ("", "", "")
        self._call(token.removeprefix("bot"), method.partition("?")[0], _given(named, body), self._reply)

    def _reply(self, result: object) -> None:
        body = json.dumps({"ok": True, "result": result}, separators=(",", ":")).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        latency_s = self._latency_s()
        if latency_s:
            asyncio.get_running_loop().call_later(latency_s, self._write, head.encode() + body)
        else:
            self._write(head.encode() + body)

    def _write(self, what: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(what)


def _given(named: Mapping[str, str], body: bytes) -> Mapping[str, str]:
    """Parameters as text, however the library writes them."""
    if not body:
        return {}
    if named.get("content-type", "").startswith("application/json"):
        read: dict[str, Any] = json.loads(body)
        return {name: value if isinstance(value, str) else json.dumps(value) for name, value in read.items()}
    if not named.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise ValueError(f"a call in a way that nobody here reads: {named.get('content-type')}")
    return dict(parse_qsl(body.decode(), keep_blank_values=True))
