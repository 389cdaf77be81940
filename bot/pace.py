"""One pace for every message: even, and the most urgent goes first.

Telegram allows about 30 messages a second and punishes bursts: what is sent evenly at 97 % of that is never refused,
what is sent in bursts gets a quarter of it through (docs/broadcast.md has the figures).
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.clock import Clock

A_MESSAGE_EVERY_S = 1 / 29.1
SLACK = timedelta(milliseconds=20)
MOST, WINDOW = 30, timedelta(seconds=1.03)  # on their way, calls come up to 30 ms closer together


# In how many (real) seconds the next of all messages may go, whoever sends them; None: nobody else sends any.
Share = Callable[[], Awaitable[float | None]]


class Pace:
    """Gives one turn after the other. It lives on our clock, but a hurried clock does not hurry Telegram."""

    def __init__(self, clock: Clock, every_s: float = A_MESSAGE_EVERY_S, share: Share | None = None) -> None:
        self._clock, self._share = clock, share
        self._every = timedelta(seconds=every_s) * clock.scale
        self._slack = min(SLACK * clock.scale, self._every / 2)
        self._next_at = self.held_until = clock.now()
        self._window = WINDOW * clock.scale if every_s else timedelta()
        self._called_at: deque[datetime] = deque(maxlen=MOST)
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._giving: asyncio.Task[None] | None = None

    async def turn(self, lane: int) -> None:
        """Wait until one message may go. Lower lanes go first, whoever came first within one."""
        if not self._every:
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (lane, next(self._numbers), mine))
        if self._giving is None or self._giving.done():
            self._giving = asyncio.create_task(self._give())
        await mine

    async def gate(self) -> None:
        """The last thing before a call. Between its turn and its call a busy machine may have been slow: never more
        than 30 calls in 1.03 s for that reason.
        """
        while len(self._called_at) == MOST and self._called_at[0] + self._window > self._clock.now():
            await self._clock.until(self._called_at[0] + self._window)
        self._called_at.append(self._clock.now())

    def hold(self, until: datetime) -> None:
        """Telegram said wait, to somebody: it may mean everybody, so what is in no hurry waits (`held_until`).

        Replies and follow-ups wait chat by chat: one chat that gets too much must not silence an emergency elsewhere.
        """
        self.held_until = max(self.held_until, until)

    def stop(self) -> None:
        """Give no more turns."""
        if self._giving is not None:
            self._giving.cancel()

    async def _give(self) -> None:
        while self._waiting:
            await self._clock.until(await self._moment())
            self._give_one()

    async def _moment(self) -> datetime:
        """When the next message may go: our own turn after turn, or the next one of all who send."""
        wait_s = await self._share() if self._share is not None else None
        return self._next_at if wait_s is None else self._clock.now() + timedelta(seconds=wait_s) * self._clock.scale

    def _give_one(self) -> None:
        """A moment that was missed is lost: never catching up, but for a late wake-up of some milliseconds."""
        while self._waiting:
            _, _, first = heapq.heappop(self._waiting)
            if not first.done():
                self._next_at = max(self._next_at, self._clock.now() - self._slack) + self._every
                first.set_result(None)
                return
