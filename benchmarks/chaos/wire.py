"""A wire between the bot and what it needs, which can be pulled out, frozen, or cut at a chosen word."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
PIECE = 65_536
DONE_S = 0.1  # in which the other side does what it was told


class Wire:
    """Passes bytes on between a port of this machine and `reach`. Everything that happens to it is undone by `mend`."""

    def __init__(self, reach: Callable[[], Awaitable[Streams]]) -> None:
        self._reach = reach
        self._flows = asyncio.Event()
        self._flows.set()
        self._open = set[asyncio.StreamWriter]()
        self._server: asyncio.Server | None = None
        self._word, self._cuts_left = b"", 0
        self.port = 0

    async def start(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._passed, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def pull(self) -> None:
        """Nobody is there: connections break, new ones are refused."""
        if self._server is not None:
            self._server.close()
        self.cut()
        await asyncio.sleep(0)

    def cut(self) -> None:
        """Every open connection breaks, and new ones are taken."""
        for each in self._open:
            each.transport.abort()

    def freeze(self) -> None:
        """Connections stand, and nothing comes through."""
        self._flows.clear()

    def cut_at(self, word: bytes, times: int) -> None:
        """So many times: when the bot has said this word, it reaches the other side, and the answer is not heard."""
        self._word, self._cuts_left = word, times

    @property
    def cuts_left(self) -> int:
        """How many of them are still to come."""
        return self._cuts_left

    async def mend(self) -> None:
        """All is well again."""
        self._flows.set()
        self._cuts_left = 0
        if self._server is None or not self._server.is_serving():
            await self.start()

    async def end(self) -> None:
        """Listen no more."""
        self._flows.set()
        await self.pull()

    async def _passed(self, near: asyncio.StreamReader, bot: asyncio.StreamWriter) -> None:
        try:
            far, other = await self._reach()
        except OSError:
            bot.transport.abort()
            return
        self._open |= {bot, other}
        deaf = asyncio.Event()
        flows = [self._asks(near, other, deaf), self._answers(far, bot, deaf)]
        tasks = [asyncio.create_task(each) for each in flows]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            self._open -= {bot, other}
            for each in (bot, other):
                each.transport.abort()

    async def _asks(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, deaf: asyncio.Event) -> None:
        with contextlib.suppress(OSError):
            while piece := await source.read(PIECE):
                await self._flows.wait()
                if self._cuts_left and self._word in piece:
                    self._cuts_left -= 1
                    deaf.set()
                target.write(piece)
                await target.drain()
                if deaf.is_set():
                    await asyncio.sleep(DONE_S)
                    return

    async def _answers(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, deaf: asyncio.Event) -> None:
        with contextlib.suppress(OSError):
            while piece := await source.read(PIECE):
                await self._flows.wait()
                if not deaf.is_set():
                    target.write(piece)
                    await target.drain()


@contextlib.asynccontextmanager
async def wire(reach: Callable[[], Awaitable[Streams]]) -> AsyncIterator[Wire]:
    """A wire in good order, gone afterwards."""
    made = Wire(reach)
    await made.start()
    try:
        yield made
    finally:
        await made.end()
