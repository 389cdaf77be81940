"""One pace for every message: even, and the most urgent goes first; and one for each chat (bot/chat_pace.py).

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

from bot.chat_pace import A_CHATS_MESSAGE_EVERY_S, ChatPace
from bot.clock import Clock
from storage.outbox import URGENT

A_MESSAGE_EVERY_S = 1 / 29.1
SLACK = timedelta(milliseconds=20)
MOST, WINDOW = 30, timedelta(seconds=1.03)  # on their way, calls come up to 30 ms closer together
LONGEST = timedelta(seconds=10)
WARY = timedelta(minutes=1)


# In how many (real) seconds the next of all messages may go, whoever sends them; None: nobody else sends any.
Share = Callable[[], Awaitable[float | None]]


class Pace:
    """Gives one turn after the other. It lives on our clock, but a hurried clock does not hurry Telegram.

    `chats`: the pace of each. At the start the second before counts as full, for nobody knows what the process before
    has sent in it: what is not urgent waits for its end.
    """

    def __init__(self, clock: Clock, every_s: float = A_MESSAGE_EVERY_S, share: Share | None = None) -> None:
        self._clock, self._share = clock, share
        self._every = timedelta(seconds=every_s) * clock.scale
        self._slack = min(SLACK * clock.scale, self._every / 2)
        self._next_at = self.held_until = clock.now()
        self._window = WINDOW * clock.scale if every_s else timedelta()
        self._longest = LONGEST * clock.scale
        self._wary = WARY * clock.scale
        self._refused_at = clock.now() - self._wary
        self._careful_until = clock.now() + self._window
        self._called_at: deque[datetime] = deque(maxlen=MOST)
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._giving: asyncio.Task[None] | None = None
        self.chats = ChatPace(clock, A_CHATS_MESSAGE_EVERY_S if every_s else 0)

    async def turn(self, lane: int) -> None:
        """Wait until one message may go. Lower lanes go first, whoever came first within one."""
        if not self._every:
            return
        if lane > URGENT:
            await self._until(self._careful_until)
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (lane, next(self._numbers), mine))
        if self._giving is None or self._giving.done():
            self._giving = asyncio.create_task(self._give())
        await mine

    async def gate(self) -> None:
        """The last thing before a call. Between its turn and its call a busy machine may have been slow: never more
        than 30 calls in 1.03 s for that reason.
        """
        while len(self._called_at) == MOST and self._is_to_come(self._called_at[0] + self._window):
            await self._until(self._called_at[0] + self._window)
        self._called_at.append(self._clock.now())

    def hold(self, until: datetime) -> None:
        """Telegram said wait, to somebody: it may mean everybody, so what is in no hurry waits (`held_until`).

        Replies and follow-ups wait chat by chat: one chat that gets too much must not silence an emergency elsewhere.
        """
        self.held_until = max(self.held_until, until)
        self._refused_at = self._clock.now()

    def lets_edits_pass(self) -> bool:
        """An edit is no message: what Telegram says of its limits (core.telegram.org/bots/faq) is about messages, and
        whoever pressed a button waits for it. Only when Telegram has just refused something do edits wait their turn.
        """
        return not timedelta() <= self._clock.now() - self._refused_at < self._wary

    def stop(self) -> None:
        """Give no more turns."""
        if self._giving is not None:
            self._giving.cancel()

    async def _give(self) -> None:
        while self._waiting:
            await self._until(await self._moment())
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
                now = self._clock.now()
                before = self._next_at if self._next_at <= now + self._longest else now
                self._next_at = max(before, now - self._slack) + self._every
                first.set_result(None)
                return

    async def _until(self, moment: datetime) -> None:
        while self._is_to_come(moment):
            await self._clock.nap(moment)

    def _is_to_come(self, moment: datetime) -> bool:
        """Not yet, but soon. What is far away was counted on a clock that was set back since: nobody waits for days."""
        return timedelta() < moment - self._clock.now() <= self._longest
