"""The line to the neighbours: one connection of PostgreSQL's that says we are there, who leads, and rings for news.

Its end is noticed on both sides. We look every 2 s and have lost it when no answer comes within 2 s more; the server
closes it, and lets another lead, when it has heard nothing for 10 s: of a process that hangs, or a network that is cut.
So whoever leads has stopped before another begins, and 12 s after a death at the latest another leads; when the death
closes the connection, as a kill does, 2 s after it. It cannot go through a pooler that shares connections.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable
from typing import Any, TypeVar

import psycopg
from psycopg import AsyncConnection

from bot import logs
from bot.neighbours import Neighbours
from storage import neighbours
from storage.database import POSTGRES_PATIENCE, Database

log = logs.get("line")
T = TypeVar("T")

LOOK_EVERY_S, ANSWER_WITHIN_S, CONNECT_WITHIN_S = 2.0, 2.0, 10.0
SURE_FOR_S, SILENT_FOR_S = 5.0, 10
AGAIN_AFTER_S = 1.0
CUT = (psycopg.Error, OSError, TimeoutError)

BE_THERE = f"SELECT set_config('idle_session_timeout', '{SILENT_FOR_S}s', false), pg_advisory_lock_shared(%s, %s)"
TRY_TO_LEAD = "SELECT pg_try_advisory_lock(%s, %s)"
COUNT = f"SELECT count(*) FROM ({neighbours.NUMBERS}) AS present"  # noqa: S608 - numbers of ours
RING = "SELECT pg_notify(%s, '')"
LEAVE = "SELECT pg_advisory_unlock_all()"


class Line(Neighbours):
    """Neighbours as this process sees them on its own connection."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._gained.clear()
        self._lost.set()
        self.me: int = secrets.randbelow(neighbours.MOST) + 1
        self._database = database
        self._connection: AsyncConnection[Any] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._sure_at = float("-inf")

    def leads(self) -> bool:
        return self.is_sure() and not self._lost.is_set()

    def is_sure(self) -> bool:
        return asyncio.get_running_loop().time() - self._sure_at < SURE_FOR_S

    async def join(self) -> None:
        """Raises one of CUT when the database is away."""
        connection = await self._connect()
        self._keeping = asyncio.create_task(self._keep(connection))

    async def keep(self) -> None:
        if self._keeping is None:
            return
        stopped = asyncio.ensure_future(self._stopped.wait())
        await asyncio.wait({self._keeping, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if self._keeping.done():
            self._keeping.result()

    async def leave(self) -> None:
        connection = self._connection
        await self._end_keeping()
        if connection is not None and not connection.closed:
            try:
                await self._answered(connection.execute(LEAVE))
                await self._answered(connection.execute(RING, [neighbours.CHANNEL]))
            except CUT as error:
                log.info("left without a word", error=logs.place(error))
            await connection.close()

    async def cut(self) -> None:
        connection = self._connection
        await self._end_keeping()
        if connection is not None:
            await connection.close()

    async def _end_keeping(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        self._let_go()

    # --- the connection -----------------------------------------------------------------------------------------------

    async def _connect(self) -> AsyncConnection[Any]:
        """Be there, listen, and know how many we are."""
        engine = self._database.engine
        _, address = engine.dialect.create_connect_args(engine.url)
        given: dict[str, Any] = {**address, **POSTGRES_PATIENCE}
        async with asyncio.timeout(CONNECT_WITHIN_S):
            connection = await AsyncConnection.connect(**given, autocommit=True)
            try:
                await connection.execute(BE_THERE, [neighbours.PRESENT, self.me])
                await connection.execute(f"LISTEN {neighbours.CHANNEL}")
                await connection.execute(RING, [neighbours.CHANNEL])
                await self._look(connection)
            except BaseException:
                self._let_go()
                await connection.close()
                raise
        self._connection = connection
        return connection

    async def _keep(self, connection: AsyncConnection[Any]) -> None:
        """Until cancelled: whenever the line is cut, make another, and look at everything, for news may be lost."""
        try:
            while True:
                try:
                    await self._listen(connection)
                except CUT as error:
                    log.warning("the line to the neighbours is cut", error=logs.place(error))
                self._let_go()
                await connection.close()
                connection = await self._reconnect()
                self._tell()
        finally:  # whatever has happened: who no longer listens must not think that it leads
            self._let_go()

    async def _reconnect(self) -> AsyncConnection[Any]:
        while True:
            try:
                return await self._connect()
            except CUT as error:
                log.warning("there is no line to the neighbours", error=logs.place(error))
                await asyncio.sleep(AGAIN_AFTER_S)

    async def _listen(self, connection: AsyncConnection[Any]) -> None:
        while True:
            rung = False
            async for _ in connection.notifies(timeout=LOOK_EVERY_S, stop_after=1):
                rung = True
            await self._answered(self._look(connection))
            if rung:
                self._tell()

    async def _look(self, connection: AsyncConnection[Any]) -> None:
        """Still there? How many? And who leads, if it may be us."""
        asked_at = asyncio.get_running_loop().time()
        self.count = max(await _number(connection, COUNT), 1)
        leads = not self._lost.is_set() or await _number(connection, TRY_TO_LEAD, neighbours.PRESENT, neighbours.LEADER)
        self._sure_at = asked_at
        if leads and self._lost.is_set():
            log.info("leading")
            self._lost.clear()
            self._gained.set()
            self._tell()

    async def _answered(self, question: Awaitable[T]) -> T:
        """In time; else we are cut off, before the library has given the question up, which takes it a while."""
        asking = asyncio.ensure_future(question)
        try:
            done, _ = await asyncio.wait({asking}, timeout=ANSWER_WITHIN_S)
            if not done:
                self._let_go()
                raise TimeoutError
            return asking.result()
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    def _let_go(self) -> None:
        """Another may lead by now."""
        if not self._lost.is_set():
            log.info("not leading any more")
        self._sure_at = float("-inf")
        self._lost.set()
        if not self._stopping:
            self._gained.clear()


async def _number(connection: AsyncConnection[Any], query: str, *given: int) -> int:
    found = await (await connection.execute(query.encode(), given or None)).fetchone()
    return int(found[0]) if found is not None else 0
