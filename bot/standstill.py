"""Notices from outside when the event loop stands still, and says where: nothing in the loop could.

While it stands, nobody is answered, at /healthz neither: whoever asks there notices by the silence.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator

from bot import logs

log = logs.get("standstill")

LOOK_EVERY_S = 1.0
LONGEST_S = 5.0
FRAMES = 8


def _unmeasured(seconds: float) -> None:
    """Nobody wants to know."""


class Standstill:
    """Looks from a thread of its own whether the loop still turns. `lagged` is told how long it let that look wait."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        monotonic: Callable[[], float] = time.monotonic,
        lagged: Callable[[float], None] = _unmeasured,
    ) -> None:
        self._loop, self._now, self._ident, self._lagged = loop, monotonic, threading.get_ident(), lagged
        self._turned_at, self._told, self._over = monotonic(), False, threading.Event()

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """As long as this lasts."""
        thread = threading.Thread(target=self._watch, name="standstill", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            self.look()
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self.turned, self._now())

    def turned(self, asked_at: float) -> None:
        """The loop has come to what was asked of it at this moment."""
        self._lagged(self._now() - asked_at)
        if self._told:
            log.error("the bot goes on", ms=round(1000 * (self._now() - self._turned_at)))
        self._turned_at, self._told = self._now(), False

    def look(self) -> None:
        """Told once for each standstill, with the places that the loop's thread is at; no values."""
        if not self._told and self._now() - self._turned_at > LONGEST_S:
            self._told = True
            log.error("the bot stands still", where=where(self._ident))


def where(thread: int) -> str:
    """Where a thread is, the innermost place first: `bot/deliver.py:70 run < asyncio/events.py:84 _run`."""
    frame = sys._current_frames().get(thread)
    frames = traceback.extract_stack(frame)[-FRAMES:] if frame else []
    return " < ".join(f"{logs.short(each.filename)}:{each.lineno} {each.name}" for each in reversed(frames)) or "?"
