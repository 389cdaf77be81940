"""The other processes that serve the same database: none, unless there is a line to them (bot/line.py)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Work = Callable[[], Awaitable[None]]


class Neighbours:
    """What a process without neighbours knows of them: it leads, and everything that it has taken is its own.

    `me` is the number by which neighbours know this process, `count` how many are there, this one among them.
    """

    me: int | None = None
    count = 1

    def __init__(self) -> None:
        self._gained, self._lost = asyncio.Event(), asyncio.Event()
        self._gained.set()
        self._stopping, self._stopped = False, asyncio.Event()
        self._listeners: list[Callable[[], None]] = []

    def on_news(self, listener: Callable[[], None]) -> None:
        """Call back when a neighbour, or a command, has left something to do, and when there may be: look at all."""
        self._listeners.append(listener)

    def leads(self) -> bool:
        """Is it this process that does what only one may do?"""
        return self._gained.is_set()

    def is_sure(self) -> bool:
        """Is what this process has taken still its own? When not, another may be sending it by now."""
        return True

    async def join(self) -> None:
        """Be there for the others. From here on what this process takes is known to be in its hands."""

    async def keep(self) -> None:
        """Until `stop`. It ends before only with an error: the others could not be heard any more."""
        await self._stopped.wait()

    def stop(self) -> None:
        """Begin nothing more of what only the leader does."""
        self._stopping = True
        self._stopped.set()
        self._gained.set()

    async def leave(self) -> None:
        """When everything is finished: another may lead."""

    async def cut(self) -> None:
        """As if the process had died."""

    async def while_leading(self, work: Work) -> None:
        """Do this whenever we lead, from its beginning, until it ends by itself; cut off when we lead no more."""
        while True:
            await self._gained.wait()
            if self._stopping:
                return None
            doing, lost = asyncio.ensure_future(work()), asyncio.ensure_future(self._lost.wait())
            try:
                await asyncio.wait({doing, lost}, return_when=asyncio.FIRST_COMPLETED)
                if doing.done():
                    return doing.result()
            finally:
                for each in (doing, lost):
                    each.cancel()
                await asyncio.gather(doing, lost, return_exceptions=True)

    def by_leader(self, work: Work) -> Work:
        """The same, done by the leader only: for what comes again and again."""

        async def perhaps() -> None:
            if self.leads():
                await work()

        return perhaps

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
