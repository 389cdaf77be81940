"""A Telegram that refuses: 30 messages in any second, one a second in a chat; who sends more waits for 3 s."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter, deque
from typing import Any

from telegram.request import RequestData

from benchmarks.recipients import TOLD
from benchmarks.stub import ME, Door

ALLOWED, WINDOW_S, A_CHAT_S, PENALTY_S = 30, 1.0, 1.0, 3.0
LATENCY_S = 0.05


class Strict(Door):
    """The way there takes 25 ms and up to `jitter_s` more, the way back 25 ms. Edits count as messages.

    `got`: how often each chat got what is sent to all.
    """

    def __init__(self, jitter_s: float = 0.0) -> None:
        self._jitter_s, self._luck = jitter_s, random.Random(1)
        self.accepted: list[float] = []
        self.got = Counter[int]()
        self.refused = self._number = 0
        self._window: deque[float] = deque()
        self._last_in: dict[int, float] = {}
        self._closed_until = 0.0

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *rest: Any, **more: Any
    ) -> tuple[int, bytes]:
        """Accepted, or 429 with the wait."""
        name = url.rpartition("/")[2]
        if name == "getMe":
            return 200, json.dumps({"ok": True, "result": ME}).encode()
        await asyncio.sleep(LATENCY_S / 2 + self._luck.random() * self._jitter_s)
        given = request_data.parameters if request_data else {}
        chat = int(str(given.get("chat_id", 0)))
        wait_s = self._judged(chat, asyncio.get_running_loop().time())
        if not wait_s and given.get("text") == TOLD:
            self.got[chat] += 1
        await asyncio.sleep(LATENCY_S / 2)
        if wait_s:
            told = {"ok": False, "error_code": 429, "description": f"Too Many Requests: retry after {wait_s}"}
            return 429, json.dumps(told | {"parameters": {"retry_after": wait_s}}).encode()
        self._number += 1
        message = {"message_id": self._number, "date": 1, "chat": {"id": chat, "type": "private"}}
        return 200, json.dumps({"ok": True, "result": message}).encode()

    def _judged(self, chat: int, now: float) -> int:
        """Whole seconds to wait; 0: it is in."""
        while self._window and self._window[0] <= now - WINDOW_S:
            self._window.popleft()
        too_many = len(self._window) >= ALLOWED or now - self._last_in.get(chat, -A_CHAT_S) < A_CHAT_S
        if too_many and now >= self._closed_until:
            self._closed_until = now + PENALTY_S
        if now < self._closed_until:
            self.refused += 1
            return max(1, round(self._closed_until - now))
        self._window.append(now)
        self._last_in[chat] = now
        self.accepted.append(now)
        return 0

    def rate(self) -> float:
        """Messages a second, from the first to the last."""
        if len(self.accepted) < 2:
            return 0.0
        return (len(self.accepted) - 1) / (self.accepted[-1] - self.accepted[0])

    def busiest(self) -> int:
        """The most in any second."""
        most, window = 0, deque[float]()
        for at in self.accepted:
            window.append(at)
            while window[0] <= at - WINDOW_S:
                window.popleft()
            most = max(most, len(window))
        return most
