"""Long polling for both doors: wait until something is there, the time is over, or another poller comes.

Read from Telegram's server source: the wait is cut to 50 s, and a second poller ends the first one's wait with 409;
while updates are waiting both are answered and nobody is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from simulator.intake import LONGEST_POLL_S
from simulator.records import Json
from simulator.telegram import Telegram

_TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_current: WeakKeyDictionary[Telegram, _Waiter] = WeakKeyDictionary()


class _Waiter:
    """One getUpdates that found nothing yet."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def wake(self, _: Json | None = None) -> None:
        """Look again; may be called from any thread."""
        self._loop.call_soon_threadsafe(self._changed.set)

    def replaced(self) -> bool:
        return _current.get(self.telegram) is not self

    async def news(self, seconds: float) -> None:
        """Return when there is something to say; TimeoutError when the time is over."""
        async with asyncio.timeout(seconds):
            while not (self.replaced() or self.telegram.waiting() or self.telegram.webhook):
                await self._changed.wait()
                self._changed.clear()


async def call(telegram: Telegram, method: str, params: Mapping[str, Any]) -> Json:
    """One Bot API call; a getUpdates with a timeout waits in real time. A cancelled wait has confirmed nothing new.

    A slow Telegram is slow in real time too: before the work, after it, or both.
    """
    fault = telegram.strike(method, params)
    if fault is not None and fault.delay_before_s:
        await asyncio.sleep(fault.delay_before_s)
    answer = telegram.call(method, params, fault)
    if fault is not None and fault.delay_after_s:
        await asyncio.sleep(fault.delay_after_s)
    if method.lower() != "getupdates" or answer.get("result") != []:
        return answer
    seconds = min(float(params.get("timeout") or 0), LONGEST_POLL_S)
    return await _wait(telegram, method, params, seconds) if seconds > 0 else answer


async def _wait(telegram: Telegram, method: str, params: Mapping[str, Any], seconds: float) -> Json:
    waiter, before = _Waiter(telegram), _current.get(telegram)
    _current[telegram] = waiter
    if before is not None:
        before.wake()
    telegram.listen(waiter.wake)
    try:
        await waiter.news(seconds)
        return _TAKEN if waiter.replaced() else telegram.call(method, params)
    except TimeoutError:
        return {"ok": True, "result": []}
    finally:
        telegram.unlisten(waiter.wake)
        if not waiter.replaced():
            del _current[telegram]


_TAKEN: Json = {"ok": False, "error_code": 409, "description": _TERMINATED}
