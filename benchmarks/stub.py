"""Telegram for benchmarks of the bot's own process: always content, and nothing of it is measured."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from telegram.request import BaseRequest, RequestData

LATENCY_S = 0.05
ME = {"id": 1, "is_bot": True, "first_name": "Stride", "username": "stride_bot"}


class Door(BaseRequest):
    """PTB's request object to a Telegram in this process: who inherits says what it answers."""

    @property
    def read_timeout(self) -> float | None:
        """PTB asks."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""


class Stub(Door):
    """Telegram, always content, after 50 ms; `sent` has when each message came."""

    def __init__(self) -> None:
        self.sent: list[float] = []

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *rest: Any, **more: Any
    ) -> tuple[int, bytes]:
        """What the call wants to hear."""
        name = url.rpartition("/")[2]
        if name == "sendMessage":
            self.sent.append(time.time())
        await asyncio.sleep(LATENCY_S)
        message = {"message_id": 7, "date": 1, "chat": {"id": 1, "type": "private"}}
        said = ME if name == "getMe" else message if name.startswith(("send", "edit")) else True
        return 200, json.dumps({"ok": True, "result": said}).encode()
