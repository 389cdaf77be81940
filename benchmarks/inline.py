"""What a bench runs the bot with where time is pushed: no threads to wait for, and calls that take simulated time."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

from telegram.request import RequestData

from bot.clock import HandClock
from simulator.inprocess import InProcessRequest
from simulator.telegram import Telegram
from storage.database import Database

LATENCY_MS, JITTER_MS = 50, 30


class InlineDatabase(Database):
    """Transactions in the loop's own thread: where time is pushed, nothing is gained by waiting for another one."""

    async def run(self, work: Any, /, *args: Any, **kwargs: Any) -> Any:
        """The result of one transaction."""
        return self.run_now(work, *args, **kwargs)


class SlowRequest(InProcessRequest):
    """Each call arrives after some simulated time."""

    def __init__(self, telegram: Telegram, clock: HandClock) -> None:
        super().__init__(telegram)
        self.clock, self.random, self.calls = clock, random.Random(1), Counter[str]()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *rest: Any, **more: Any
    ) -> Any:
        """The same answer, later."""
        name = url.rpartition("/")[2]
        self.calls[name] += 1
        if name.startswith(("send", "edit", "answer")):
            wait_ms = LATENCY_MS + self.random.random() * JITTER_MS
            await self.clock.until(self.clock.now() + timedelta(milliseconds=wait_ms))
        return await super().do_request(url, method, request_data, *rest, **more)
